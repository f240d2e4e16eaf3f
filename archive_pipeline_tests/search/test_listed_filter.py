"""Shots and photos by date, column of the archive's list and spoken language: rankings equal brute force on every
index, whatever a question is compared with, and counts of what was found."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from archive_pipeline.errors import RequestError
from archive_pipeline.language.lists.conditions import listed_conditions
from archive_pipeline.language.transcripts.languages import asked_languages
from archive_pipeline.search.answer import Facet, Found
from archive_pipeline.search.configured import open_index
from archive_pipeline.search.dates import Period, clock_s, period
from archive_pipeline.search.facets import COUNTED, count_facets
from archive_pipeline.search.finder import Finder
from archive_pipeline.search.index import Counted
from archive_pipeline.search.listed import kept_value
from archive_pipeline.search.model import EVERYTHING, Filter, Point, ShotPayload
from archive_pipeline.search.request import DEEPEST_SHOT, DEEPEST_VIDEO, Request
from archive_pipeline.search.spaces import space_name
from archive_pipeline.search.visible import VisibleReader
from archive_pipeline.search.words.bm25 import document_vector
from archive_pipeline.search.words.text import Text
from archive_pipeline_tests.search import finding
from archive_pipeline_tests.search.archive import assert_same_ranking, random_points, ranking
from archive_pipeline_tests.search.conftest import Store
from archive_pipeline_tests.search.finding import IDENTITY, MadeFrames, MadeWords, picture

pytestmark = pytest.mark.filterwarnings("ignore:Payload indexes have no effect in the local Qdrant")

SPACE = space_name("a", IDENTITY)
QUESTION, THEN = "a red boat on the harbour", "a house"
PROGRAMMES = ("Telediario", "TELEDIARIO", "Informe Semanal", "Días de cine")
DAY_S = 86_400.0


def dated(points: list[Point], number: int) -> list[Point]:
    """Every fourth video is undated and in no list; of the others some are of a day, some of a month, some of a year,
    and those of `photos` of a moment. Every third shot speaks."""
    first = datetime(1997, 1, 1) + timedelta(days=61 * number)
    last = first + timedelta(days=(1, 30, 365)[number % 3])
    said = {
        "taken_s": clock_s(first) + (3600.0 if number % 5 == 0 else 0.0),
        "taken_before_s": None if number % 5 == 0 else clock_s(last),
        "listed": (
            ("programme", PROGRAMMES[number % 4]),
            ("Género", ("Deportes", "Cultura")[number // 2 % 2]),
            ("tape", str(number)),
        ),
    }
    return [
        replace(
            point,
            payload=replace(
                point.payload,
                **said if number % 4 else {},
                languages=((), ("es",), ("en", "es"))[shot % 3],
                file="photo.jpg" if number % 5 == 0 else "",
            ),
            words=document_vector(TEXTS[point.id], point.id) if point.id in TEXTS else None,
        )
        for shot, point in enumerate(points)
    ]


_PLAIN = finding.videos(30, 16, 3, ["news", "sport"])
TEXTS = {
    point.id: [Text("said", ("the harbour is closed", "it rains", "a boat")[number % 3], "en")]
    for number, point in enumerate(point for own in _PLAIN.values() for point in own)
    if number % 2
}
VIDEOS = {name: dated(points, number) for number, (name, points) in enumerate(_PLAIN.items())}
POINTS = [point for own in VIDEOS.values() for point in own]
BY_ID = {point.id: point for point in POINTS}


def meets(point: Point, first: datetime, behind: datetime) -> bool:
    begins, ends = point.payload.taken_s, point.payload.taken_before_s
    if begins is None:
        return False
    return begins < clock_s(behind) and (begins >= clock_s(first) if ends is None else ends > clock_s(first))


def said(point: Point, heading: str) -> str:
    return dict(point.payload.listed).get(heading, "").lower()


YEAR_0, YEAR_9999 = datetime(1, 1, 1), datetime(9999, 1, 1)
NINETY_EIGHT = datetime(1998, 1, 1), datetime(1999, 1, 1)
FILTERS: dict[str, tuple[Filter, Callable[[Point], bool]]] = {
    "year": (Filter(dated=period("1998", "1998")), lambda p: meets(p, *NINETY_EIGHT)),
    "from": (Filter(dated=period("1999-11-05")), lambda p: meets(p, datetime(1999, 11, 5), YEAR_9999)),
    "to": (Filter(dated=period("", "1998-02")), lambda p: meets(p, YEAR_0, datetime(1998, 3, 1))),
    "a day": (
        Filter(dated=period("1997-07-03", "1997-07-03")),
        lambda p: meets(p, datetime(1997, 7, 3), datetime(1997, 7, 4)),
    ),
    "a value": (
        Filter(listed=listed_conditions(["programa=telediario"])),
        lambda p: said(p, "programme") == "telediario",
    ),
    "values of one column": (
        Filter(listed=listed_conditions(["programme:Telediario", "Programa: dias  de CINE"])),
        lambda p: said(p, "programme") in ("telediario", "días de cine"),
    ),
    "columns": (
        Filter(listed=listed_conditions(["programme:informe semanal", "genero=cultura"])),
        lambda p: said(p, "programme") == "informe semanal" and said(p, "Género") == "cultura",
    ),
    "a language": (Filter(languages=("en",)), lambda p: "en" in p.payload.languages),
    "all": (
        Filter(
            dated=period("1998"),
            listed=listed_conditions(["género:deportes"]),
            languages=("en", "es"),
            without_video_ids=("news/6.mp4",),
        ),
        lambda p: (
            meets(p, datetime(1998, 1, 1), YEAR_9999)
            and said(p, "Género") == "deportes"
            and bool(p.payload.languages)
            and p.payload.video_id != "news/6.mp4"
        ),
    ),
}


@pytest.fixture(scope="module")
def full(store: Store) -> Iterator[Store]:
    store.index.ensure_space(SPACE, len(POINTS[0].vector))
    store.index.replace_videos(SPACE, VIDEOS)
    yield store
    store.index.drop_space(SPACE)


def test_every_index_filters_as_brute_force_does(full: Store) -> None:
    query = np.random.default_rng(1).standard_normal(len(POINTS[0].vector)).astype(np.float32)
    for name, (wanted, passes) in FILTERS.items():
        expected = ranking(VIDEOS, query, passes)
        assert 0 < len(expected) < len(POINTS), name
        assert_same_ranking(full.reader.search(SPACE, query, limit=len(POINTS), filter=wanted), expected)
        assert full.reader.count(SPACE, wanted) == len(expected)


def test_what_lists_say_is_kept_whole(full: Store) -> None:
    for video_id, points in VIDEOS.items():
        assert full.reader.video_points(SPACE, video_id) == {point.id: point.payload for point in points}


@pytest.fixture(scope="module")
def finder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Finder]:
    folder = tmp_path_factory.mktemp("dated")
    with open_index(folder) as index:
        index.ensure_space(SPACE, len(POINTS[0].vector))
        index.replace_videos(SPACE, VIDEOS)
    with open_index(folder, read_only=True) as index:
        spaces = [finding.askable(SPACE)]
        yield finding.finder(index, MadeFrames(VIDEOS), spaces, ["news", "sport"], MadeWords(TEXTS))


def test_the_first_n_are_the_first_that_pass_whatever_the_question_is_compared_with(finder: Finder) -> None:
    questions: tuple[dict[str, object], ...] = (
        {"text": QUESTION}, {"text": QUESTION, "match": "picture"}, {"text": QUESTION, "match": "words"},
        {"image": picture(0)}, {"text": QUESTION, "image": picture(0)}, {"like": (POINTS[5].id,)},
    )  # fmt: skip
    for question in questions:
        everything = [found.id for found in finder.find(Request(**question, limit=1000)).shots]  # type: ignore[arg-type]
        for name, (wanted, passes) in FILTERS.items():
            asked = Request(**question, filter=wanted, limit=10, facets=True)  # type: ignore[arg-type]
            expected = [key for key in everything if passes(BY_ID[key])][:10]
            assert [found.id for found in finder.find(asked).shots] == expected, (question, name)


def in_order(points: list[Point]) -> list[str]:
    return [p.id for p in sorted(points, key=lambda p: (p.payload.video_id, p.payload.start_s, p.payload.shot))]


def test_filters_without_a_question_list_what_passes_in_order_of_video_and_time(finder: Finder) -> None:
    for name, (wanted, passes) in FILTERS.items():
        expected = in_order([point for point in POINTS if passes(point)])
        n_videos = len({point.payload.video_id for point in POINTS if passes(point)})
        found: list[str] = []
        for offset in range(0, len(expected) + 7, 7):
            answer = finder.find(Request(filter=wanted, limit=7, offset=offset, match="words"))
            assert (answer.n_shots, answer.n_videos) == (len(expected), n_videos), name
            assert answer.has_more == (offset + 7 < len(expected))
            found += [one.id for one in answer.shots]
        assert found == expected, name
        assert {(one.rank, one.by_picture, one.by_words) for one in answer.shots} <= {(0, False, False)}
        grouped = finder.find(Request(filter=wanted, limit=3, offset=1, by_video=True, per_video=2))
        assert not grouped.shots
        groups = finding.grouped(expected, lambda key: BY_ID[key].payload.video_id, n_videos, 2)[1:4]
        assert [(one.rank, one.video_id) for one in grouped.videos] == [(n + 2, g[0]) for n, g in enumerate(groups)]
        assert [[shot.id for shot in one.shots] for one in grouped.videos] == [keys for _, keys in groups]


def test_a_list_is_read_to_its_end_however_long_it_is(tmp_path: Path) -> None:
    rng = np.random.default_rng(5)
    videos = {f"news/{n:03d}.mp4": random_points(f"news/{n:03d}.mp4", 20, rng, 4) for n in range(DEEPEST_VIDEO + 20)}
    points = [point for own in videos.values() for point in own]
    assert len(points) > DEEPEST_SHOT
    with open_index(tmp_path) as index:
        index.ensure_space(SPACE, 4)
        index.replace_videos(SPACE, videos)
    with open_index(tmp_path, read_only=True) as index:
        finder = finding.finder(index, MadeFrames({}), [finding.askable(SPACE)], ["news"])
        news = Filter(collections=("news",))
        for offset in (DEEPEST_SHOT - 5, DEEPEST_SHOT + 50, len(points) - 7):
            answer = finder.find(Request(filter=news, limit=10, offset=offset))
            assert [one.id for one in answer.shots] == in_order(points)[offset : offset + 10]
            assert answer.has_more == (offset + 10 < len(points))
        last = finder.find(Request(filter=news, limit=10, offset=len(videos) - 7, by_video=True))
        assert ([one.video_id for one in last.videos], last.has_more) == (list(videos)[-7:], False)


def test_what_is_stored_is_read_of_the_listed_shots_that_are_shown(
    finder: Finder, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    payloads = finder.reader.payloads

    def noted(space: str, filter: Filter = EVERYTHING) -> dict[str, ShotPayload]:
        found = payloads(space, filter)
        read.append(len(found))
        return found

    monkeypatch.setattr(finder.reader, "payloads", noted)
    for asked in ({"limit": 5, "offset": 3}, {"limit": 4, "by_video": True, "per_video": 2}):
        read.clear()
        answer = finder.find(Request(filter=Filter(collections=("news",)), **asked))  # type: ignore[arg-type]
        assert sum(read) == len(answer.all_shots) > 4


def test_a_list_has_no_scores_and_keeps_away_from_what_is_marked(finder: Finder) -> None:
    wanted = Filter(collections=("news",))
    [first, *others] = finder.find(Request(filter=wanted)).shots
    asked = Request(filter=wanted, unlike=(first.id,), limit=len(others), score_threshold=0.5, rerank=True)
    answer = finder.find(asked)
    assert [one.id for one in answer.shots] == [one.id for one in others]
    assert [hint.code for hint in answer.hints] == ["nothing_scored"]
    nowhere = finder.find(Request(filter=Filter(listed=listed_conditions(["programme=Nobody"]))))
    assert (nowhere.n_shots, [hint.code for hint in nowhere.hints]) == (0, ["listed_nowhere"])
    for wrong in (Request, lambda: Request(unlike=(first.id,))):
        with pytest.raises(RequestError, match="empty_request"):
            wrong()


def test_every_index_counts_what_passes_by_value_and_shows_an_example(full: Store) -> None:
    for name, (wanted, passes) in FILTERS.items():
        passing = [point.payload for point in POINTS if passes(point)]
        stored = [payload.to_mapping() for payload in passing]
        expected = {
            "video_id": Counter(one["video_id"] for one in stored),
            "class": Counter(str(one["class"]) for one in stored),
            "languages": Counter(code for one in stored for code in one.get("languages", ())),
            "columns": Counter(key for one in stored for key in one.get("columns", ())),
        }
        assert {field: full.reader.counts(SPACE, field, wanted) for field in expected} == expected, name  # type: ignore[arg-type]
        assert full.reader.payloads(SPACE, wanted) == {p.id: p.payload for p in POINTS if passes(p)}
        assert full.reader.positions(SPACE, wanted) == {
            p.id: (p.payload.video_id, p.payload.start_s, p.payload.shot) for p in POINTS if passes(p)
        }
        [example, none] = full.reader.examples(SPACE, [wanted, replace(wanted, collections=("films",))])
        assert example in passing
        assert none is None
    assert len(full.reader.counts(SPACE, "columns", most=2)) == 2


class LeftOut:
    collections = ("news", "sport")
    video_ids = ("news/2.mp4", "news/6.mp4", "sport/7.mp4")

    def allows(self, video_id: str) -> bool:
        return video_id not in self.video_ids


def test_what_is_left_out_is_not_counted(full: Store) -> None:
    seen = VisibleReader(full.reader, LeftOut)
    fields: tuple[Counted, ...] = ("video_id", "collection", "class", "languages", "columns")
    chosen = Filter(video_ids=("news/2.mp4", "news/4.mp4"))
    for wanted in (EVERYTHING, chosen, *(wanted for wanted, _ in FILTERS.values())):
        whole = full.reader.counts(SPACE, "video_id", wanted)
        left = {video: n for video, n in whole.items() if video not in LeftOut.video_ids}
        assert seen.counts(SPACE, "video_id", wanted) == left
        for field in fields:
            parts = [full.reader.counts(SPACE, field, replace(wanted, video_ids=(video,))) for video in left]
            expected = sum(map(Counter, parts), Counter())
            assert seen.counts(SPACE, field, wanted) == expected, (field, wanted)


def test_facets_of_a_list_count_all_of_it(finder: Finder) -> None:
    """By the index, as the same shots are counted one by one where they are so few."""
    for name, (wanted, passes) in {**FILTERS, "one video": (Filter(video_ids=("news/2.mp4",)), in_one)}.items():
        listed = finder.find(Request(filter=wanted, facets=True, limit=1)).facets
        passing = [Found(0, point.id, 1.0, point.payload, "m", by_picture=False) for point in POINTS if passes(point)]
        expected = counts(count_facets(passing, wanted).facets)
        assert listed
        assert listed.n_shots == len(passing)
        counted = counts(listed.facets)
        decades = {
            str(n): sum(meets(p, datetime(n, 1, 1), datetime(n + 10, 1, 1)) for p in POINTS if passes(p))
            for n in (1990, 2000)
        }
        expected["decade"] = {decade: n for decade, n in decades.items() if n and in_period(wanted, decade)}
        assert {key.lower(): n for key, n in counted.pop("programme", {}).items()} == merged(
            expected.pop("programme", {})
        ), name
        assert counted == {key: values for key, values in expected.items() if values}, name
    whole = finder.facets()
    assert whole.n_shots == len(POINTS)
    assert "tape" not in counts(whole.facets)


def in_one(point: Point) -> bool:
    return point.payload.video_id == "news/2.mp4"


def merged(values: dict[str, int]) -> dict[str, int]:
    """A value is one, however it is written."""
    found: Counter[str] = Counter()
    for value, n in values.items():
        found[value.lower()] += n
    return dict(found)


def in_period(wanted: Filter, decade: str) -> bool:
    before_s = wanted.dated.before_s
    return before_s is None or clock_s(datetime(int(decade), 1, 1)) < before_s


def test_both_shots_of_a_pair_pass(finder: Finder) -> None:
    pairs = finder.find(Request(QUESTION, then=THEN, filter=FILTERS["year"][0], limit=100, facets=True))
    assert pairs.pairs
    for pair in pairs.pairs:
        for one in (pair.first, pair.then):
            assert meets(replace(POINTS[0], payload=one.shot), *NINETY_EIGHT)
    assert pairs.facets
    assert pairs.facets.n_shots == len(pairs.pairs)


def counts(facets: tuple[Facet, ...]) -> dict[str, dict[str, int]]:
    return {facet.column or facet.name: dict(facet.counts) for facet in facets}


def test_facets_count_the_best_shots_that_pass_grouped_or_not(finder: Finder) -> None:
    best = finder.find(Request(QUESTION, limit=COUNTED)).shots
    for changes in ({}, {"limit": 5, "offset": 20}, {"by_video": True}, {"copies": True}):
        found = finder.find(Request(QUESTION, facets=True, **changes)).facets  # type: ignore[arg-type]
        assert found
        assert found.n_shots == COUNTED
        counted = counts(found.facets)
        assert counted["collection"] == Counter(one.shot.collection for one in best)
        assert counted["match"] == {
            "picture": sum(one.by_picture for one in best),
            "words": sum(one.by_words for one in best),
        }
        assert counted["language"] == Counter(language for one in best for language in one.shot.languages)
        programmes = Counter(said(replace(POINTS[0], payload=one.shot), "programme") for one in best)
        del programmes[""]
        assert {name.lower(): n for name, n in counted["programme"].items()} == programmes
        assert counted["Género"].keys() == {"Deportes", "Cultura"}
        assert list(counted["decade"]) == sorted(counted["decade"])
        assert "tape" not in counted  # none has two videos
        assert "class" not in counted  # they are numbered in each video by itself
    assert finder.find(Request(QUESTION)).facets is None
    of_one = finder.find(Request(QUESTION, filter=Filter(video_ids=("news/2.mp4",)), facets=True)).facets
    assert of_one
    assert {"tape", "class"} <= counts(of_one.facets).keys()


def test_a_count_is_the_number_of_shots_that_its_filter_leaves(finder: Finder) -> None:
    """Of a set that is smaller than what is counted."""
    whole = finder.find(Request(QUESTION, filter=FILTERS["all"][0], facets=True)).facets
    assert whole
    assert whole.n_shots < COUNTED
    for value, n in counts(whole.facets)["programme"].items():
        both = (*FILTERS["all"][0].listed, *listed_conditions([f"programme:{value}"]))
        narrowed = finder.find(Request(QUESTION, filter=replace(FILTERS["all"][0], listed=both), limit=1000))
        assert len(narrowed.shots) == n


def test_a_value_that_nothing_has_is_told_and_so_is_a_column_that_no_list_has(finder: Finder) -> None:
    wanted = Filter(listed=listed_conditions(["programme=Nobody"]))
    assert [hint.code for hint in finder.find(Request("it rains", filter=wanted)).hints][-1] == "listed_nowhere"
    for written in ("rights=RNE", "title=Boats", "fecha=1998"):
        with pytest.raises(RequestError, match="unknown_column"):
            finder.find(Request("it rains", filter=Filter(listed=listed_conditions([written]))))
    assert EVERYTHING.listed == ()


def test_whatever_a_facet_shows_of_a_list_can_be_asked_for() -> None:
    """A list may have a second column of dates, a heading that ends in a colon, one that is no word, and long texts."""
    long = "word " * 50
    columns = (
        ("Año", "1998"),
        ("Lugar:", "Madrid"),
        ("a=b", "x = y"),
        ("#", "1"),
        ("Vídeo", "color"),
        ("Sinopsis", long),
    )
    payloads = [
        replace(one.payload, listed=tuple((name, kept_value(value)) for name, value in columns)) for one in POINTS
    ]
    found = [Found(0, point.id, 1.0, own, "m") for point, own in zip(POINTS, payloads, strict=True)]
    shown = [facet for facet in count_facets(found, EVERYTHING).facets if facet.name == "where"]
    assert {facet.column for facet in shown} == {"Año", "Lugar", "a b", "Vídeo", "Sinopsis"}
    stored = set(payloads[0].to_mapping()["columns"])
    for facet in shown:
        for value, _ in facet.counts:
            [alternatives] = listed_conditions([f"{facet.column}:{value}"])
            assert stored & set(alternatives), facet
    for whole in (long, f"Sinopsis:{long}".partition(":")[2], long.replace(" ", "\n")):
        assert stored & set(listed_conditions([f"Sinopsis={whole}"])[0])


def test_a_language_is_named_as_people_do() -> None:
    assert asked_languages(["ES", "Spanish", " en-GB", "ka"]) == ("es", "en", "ka")
    for wrong in ("español", "", "x", "e:"):
        with pytest.raises(RequestError, match=r"bad_filter.*write es"):
            asked_languages([wrong])


def test_dates_are_a_year_a_month_or_a_day_with_both_ends() -> None:
    assert period("1998", "1998-2") == Period(883612800.0, 888710400.0)
    assert period(last="1998-12-31") == period("", "1998-12") == period(" ", "1998")
    assert period() == Period()


@pytest.mark.parametrize(
    "wrong",
    [
        *((text, "") for text in ("98", "1998-13", "1998-02-30", "yesterday", "0000", "1998-06-15T10:00")),
        ("1999", "1998"),
        ("", "9999-12-31"),
    ],
)
def test_what_is_no_date_is_refused_and_told_how_to_write_it(wrong: tuple[str, str]) -> None:
    with pytest.raises(RequestError, match=r"bad_filter.*(write|the first is after)"):
        period(*wrong)


@pytest.mark.parametrize("wrong", ["Telediario", "programme:", ":Telediario", " ", "=:"])
def test_what_is_no_column_with_a_value_is_refused(wrong: str) -> None:
    with pytest.raises(RequestError, match=r"bad_filter.*(write|give)"):
        listed_conditions([wrong])
