"""Saved searches by API: what is kept and shown, and what is refused; new shots are in test_freshness.py."""

import sqlite3
import time
from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from archive_pipeline.cli.doctor_stores import look_at_stores
from archive_pipeline.collections.embargo import Withheld
from archive_pipeline.search.answer import Answer, Found
from archive_pipeline.search.model import ShotPayload
from archive_pipeline.search.request import MOST_FILTER_VALUES, Request
from archive_pipeline.settings import Settings
from archive_pipeline.store.baskets import Baskets
from archive_pipeline.store.catalogue import Registration, Sighting
from archive_pipeline.store.catalogue.sightings import SourceFile
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.saved_searches import Line, SavedSearches
from archive_pipeline.web.pictures import QueryPictures
from archive_pipeline.web.saved_searches import FIRST, Watching
from archive_pipeline_tests.warehouse.archive import Archive, video
from archive_pipeline_tests.warehouse.synthetic import Content
from archive_pipeline_tests.web.running import Page, Site


def save(page: Page, **given: str) -> dict[str, Any]:
    answer = page.client.post("/api/saved", json={"name": "boats", "query": "text=a+red+boat"} | given)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def test_a_search_is_saved_with_all_that_it_asks_and_opened(page: Page) -> None:
    asked = "text=a+red+boat&match=picture&collection=films&score=0.1&by_video=1&offset=24&shot=x"
    saved = save(page, name="Barcos rojos", query=asked, by="Ana")
    assert "offset" not in saved["query"], "whatever page was open"
    assert {"match=picture", "collection=films", "score=0.1", "by_video=1"} <= set(saved["query"].split("&"))
    assert (saved["name"], saved["by"], saved["n_new"]) == ("Barcos rojos", "Ana", 0)
    address = f"/api/saved/{saved['saved']}"
    assert page.client.get(address).json() == saved
    assert page.client.post(f"{address}/count").json()["n_new"] == 0
    opened = page.client.get(f"/saved/{saved['saved']}")
    assert opened.headers["location"] == f"/?{saved['query']}"
    assert page.client.get(address).json()["looked_at"] > saved["looked_at"]
    assert page.client.delete(address).status_code == 204
    assert page.client.get(address).json()["error_code"] == "unknown_saved_search"
    assert saved["saved"] not in [one["saved"] for one in page.client.get("/api/saved").json()]


def test_a_search_with_a_picture_outlives_the_cache_of_pictures(page: Page, site: Site, picture: Path) -> None:
    with picture.open("rb") as file:
        image = page.client.post("/api/pictures", files={"picture": file}).json()["image"]
    saved = save(page, query=f"image={image}")
    for kept in (site.home / "cache" / "pictures").rglob(f"{image}.jpg"):
        kept.unlink()
    assert page.client.get("/api/search", params={"image": image}).status_code == 404
    assert page.client.post(f"/api/saved/{saved['saved']}/look").status_code == 200
    assert page.client.get("/api/search", params={"image": image}).status_code == 200


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"name": " "}, "bad_saved_search"),
        ({"name": "x" * 201}, "bad_parameter"),
        ({"query": ""}, "empty_request"),
        ({"query": "text=x&score=high"}, "bad_parameter"),
        ({"query": "text=x&collection=nowhere"}, "unknown_collection"),
        ({"query": "image=" + "0" * 64}, "unknown_picture"),
    ],
)
def test_what_is_no_search_is_not_saved(page: Page, given: dict[str, str], code: str) -> None:
    answer = page.client.post("/api/saved", json={"name": "boats", "query": "text=boat"} | given)
    assert answer.json()["error_code"] == code


def test_a_webhook_is_checked_and_its_secret_is_never_shown(page: Page) -> None:
    saved = save(page)["saved"]
    answer = page.client.put(f"/api/saved/{saved}/webhook", json={"address": "http://127.0.0.1:9/hook?key=secret"})
    assert (answer.status_code, answer.json()["error_code"]) == (422, "bad_webhook")
    kept = page.client.put(f"/api/saved/{saved}/webhook", json={"address": "https://93.184.216.34/hook?key=secret"})
    assert kept.json()["webhook"] == "https://93.184.216.34"
    assert "secret" not in page.client.get("/api/saved").text + page.client.get("/saved").text + page.log.read_text()
    assert page.client.put(f"/api/saved/{saved}/webhook", json={"address": ""}).json()["webhook"] == ""


class Finds:
    """A finder of one shot of each of these videos, in this order."""

    def __init__(self, *videos: str) -> None:
        self.videos = list(videos)

    def indexed(self, video_ids: Collection[str]) -> set[str]:
        return set(video_ids)

    def find(self, asked: Any) -> Answer:
        self.asked = asked
        shots = [
            Found(rank, name, 0.5, ShotPayload(f"news/{name}", "news", 0, 0, 0, 0.0, 1.0, 0.5, "", ""), "tests")
            for rank, name in enumerate(self.videos, 1)
        ]
        return Answer(tuple(shots), (), (), (), (), False, 0.0)


def test_new_is_what_was_ingested_or_came_out_of_an_embargo_and_nothing_that_was_put_right(tmp_path: Path) -> None:
    archive, today = Archive(tmp_path), date.today()
    for name in ("old.mp4", "secret.mp4"):
        archive.ready(video(name), Content(1))
    opened: dict[str, date] = {}
    pictures = QueryPictures(tmp_path / "pictures")
    searches = SavedSearches(archive.lake)
    all_may_see, all_there_is = Finds(), Finds("secret.mp4", "old.mp4")

    def watching(finder: Finds, **more: Any) -> Watching:
        return Watching(
            finder, archive.catalogue, pictures, searches,  # type: ignore[arg-type]
            withheld=lambda: Withheld(frozenset({"news"}), opened), private_webhooks=False, **more,
        )  # fmt: skip

    public, cleared = watching(all_may_see), watching(all_there_is, for_all=all_may_see)
    saved = public.save("a", "text=x").saved
    with sqlite3.connect(archive.catalogue.database.place) as database:  # both were there an hour ago
        database.execute("UPDATE videos SET finished_at = finished_at - 3600")
    archive.catalogue.publish_again([video("old.mp4")])
    all_may_see.videos = ["old.mp4"]
    assert public.count(searches.get(saved)).n_new == 0, "words of it were put right, and it moved up"
    opened["news/secret.mp4"] = today
    all_may_see.videos = ["secret.mp4", "old.mp4"]
    assert public.count(searches.get(saved)).n_new == 1
    assert searches.get(saved).n_new == 1, "it is kept for all"
    public.look(saved)
    assert public.count(searches.get(saved)).n_new == 0
    archive.ready(video("new.mp4"), Content(2))
    all_there_is.videos.append("new.mp4")
    assert cleared.count(searches.get(saved)).n_new == 1
    assert searches.get(saved).n_new == 0, "nobody else is told"
    assert "new.mp4" not in cleared.look(saved).looked_shots


def test_what_is_new_in_a_list_is_looked_for_in_what_came_since(tmp_path: Path) -> None:
    """However long the list is: what is new may stand anywhere in it."""
    archive, finder = Archive(tmp_path), Finds("old.mp4")
    archive.ready(video("old.mp4"), Content(1))
    searches = SavedSearches(archive.lake)
    watching = Watching(
        finder, archive.catalogue, QueryPictures(tmp_path / "pictures"), searches,  # type: ignore[arg-type]
        withheld=Withheld, private_webhooks=False,
    )  # fmt: skip
    saved = watching.save("a list", "collection=news").saved
    assert watching.count(searches.get(saved)).n_new == 0
    archive.ready(video("new.mp4"), Content(2))
    finder.videos = ["new.mp4"]
    assert watching.count(searches.get(saved)).n_new == 1
    assert finder.asked.filter.video_ids == ("news/new.mp4",)


class Lists:
    """A finder that lists one shot of each of the videos that it is asked for, but for those that `lacks` names."""

    lacks: Collection[str] = ()

    def indexed(self, video_ids: Collection[str]) -> set[str]:
        return set(video_ids) - set(self.lacks)

    def find(self, asked: Request) -> Answer:
        there = [name for name in sorted(asked.filter.video_ids) if name not in self.lacks]
        shots = [
            Found(0, name, 1.0, ShotPayload(name, "news", 0, 0, 0, 0.0, 1.0, 0.5, "", ""), "tests")
            for name in there[asked.offset : asked.offset + asked.limit]
        ]
        return Answer(tuple(shots), (), (), (), (), asked.offset + asked.limit < len(there), 0.0)


def test_what_is_new_in_a_list_is_counted_however_many_videos_changed(tmp_path: Path) -> None:
    archive, finder = Archive(tmp_path), Lists()
    searches = SavedSearches(archive.lake)
    watching = Watching(
        finder, archive.catalogue, QueryPictures(tmp_path / "pictures"), searches,  # type: ignore[arg-type]
        withheld=Withheld, private_webhooks=False,
    )  # fmt: skip
    saved = watching.save("a list", "collection=news").saved
    names = [video(f"{number:04d}.mp4") for number in range(MOST_FILTER_VALUES + 5)]
    files = (SourceFile(name.path, 1, 1, 0, settled=True) for name in names)
    seen_new = tuple(Sighting(*one) for one in zip(names, files, strict=True))
    archive.catalogue.apply(Registration("news", archive.catalogue.snapshot("news").revision, new=seen_new))
    with sqlite3.connect(archive.catalogue.database.place) as database:
        database.execute("UPDATE videos SET status = 'ready', finished_at = ?", [time.time()])
    archive.catalogue.publish_again(names)
    videos = [name.video_id for name in names]
    finder.lacks = videos[: MOST_FILTER_VALUES + 2]
    new = watching.new(searches.get(saved))
    assert [one.id for one in new] == videos[MOST_FILTER_VALUES + 2 :], "the last of all that changed"
    finder.lacks = ()
    assert watching.count(searches.get(saved)).n_new == FIRST
    seen = searches.add(saved, Line("look", shots=tuple(videos[: FIRST + 50])))
    assert [one.id for one in watching.new(seen)] == videos[FIRST + 50 : 2 * FIRST + 50], "behind what was seen"


def test_the_doctor_counts_lines_that_are_none_of_saved_searches_and_baskets(tmp_path: Path) -> None:
    settings = Settings(archive_home=tmp_path)
    lake = Lake(settings.lake_place)
    saved = SavedSearches(lake).save("a", "text=x", "", Line("look")).saved
    basket = Baskets(lake, lambda _: True).create("b").basket
    kept = [f"saved_searches/{saved}.jsonl", f"baskets/{basket}.jsonl"]
    for key in kept:
        lake.objects.append(key, b'{"act": "nothing", "at": "2026-01-01T00:00:00+00:00"}\n{"act": "na')
    told = [finding.detail for finding in look_at_stores(settings, deep=False) if "lines of" in finding.detail]
    assert told == [f"lines of {lake.objects.shown(key)} that cannot be read: 2" for key in kept]


def test_lines_fold_into_what_is_shown_and_a_torn_one_is_passed_over(tmp_path: Path) -> None:
    searches = SavedSearches(Lake(tmp_path))
    saved = searches.save("a", "text=x", "Ana", Line("look", sequence=5, shots=("s1",))).saved
    searches.add(saved, Line("hook", text="https://example.org/x"), Line("count", sequence=6, n_new=2))
    file = tmp_path / "saved_searches" / f"{saved}.jsonl"
    file.write_bytes(file.read_bytes() + b'{"act": "look", "sequ')
    failed = searches.add(saved, Line("untold", text="away", tries=3))
    assert (failed.n_new, failed.tries, failed.trouble, failed.looked_shots) == (2, 3, "away", {"s1"})
    assert searches.add(saved, Line("count", sequence=7, n_new=2)).tries == 3, "given up until there is more"
    assert searches.add(saved, Line("count", sequence=8, n_new=3)).tries == 0
    assert searches.add(saved, Line("told", n_new=3)).told_n == 3
    looked = searches.add(saved, Line("look", sequence=9), Line("count", sequence=9, n_new=4))
    assert (looked.n_new, looked.told_n, looked.looked_sequence) == (0, 0, 9)
    assert [one.saved for one in SavedSearches(Lake(tmp_path)).all()] == [saved]
