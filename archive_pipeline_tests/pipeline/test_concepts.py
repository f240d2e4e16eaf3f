"""Concepts of a simulated archive through the real pipeline: scored, counted, searched, reused and made anew."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import polars as pl
import pytest
from typer.testing import CliRunner

from archive_pipeline.automation.execution import LocalRuns
from archive_pipeline.cli import app
from archive_pipeline.encoders.names import BUNDLED_FOLDER
from archive_pipeline.language.concepts.vocabulary_files import SHIPPED, shipped_vocabularies
from archive_pipeline.media.ffmpeg import find_ffmpeg
from archive_pipeline.search.model import Filter
from archive_pipeline.simulator.archive import SimulatedArchive, simulate
from archive_pipeline.simulator.truth import read_truth
from archive_pipeline.simulator.world import SETTINGS
from archive_pipeline.stages.qdrant_points import stored_points
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.stills import Stills
from archive_pipeline_tests.pipeline.conftest import empty_site
from archive_pipeline_tests.pipeline.site import NAME, Site
from archive_pipeline_tests.thorough import thorough

VIDEO = VideoName(NAME, b"programme_0000.mp4")
OWN = """
title: Boats
kind: threshold
against: {en: [a scene, a street], es: [una escena, una calle]}
model: archive-tiny
entries:
  boat: {label: Boat, phrases: {en: [a boat, two boats], es: [un barco, dos barcos]}}
  bird: {label: Bird, phrases: {en: [a bird, two birds], es: [un pájaro]}}
"""


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> SimulatedArchive:
    return simulate(tmp_path_factory.mktemp("simulated"), 1, 0.6, seed=5, ffmpeg=find_ffmpeg(None), fast=True)


@pytest.fixture(scope="module")
def described(simulated: SimulatedArchive, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The archive ingested, its concepts scored and published."""
    with pytest.MonkeyPatch.context() as environment:
        root = tmp_path_factory.mktemp("described")
        environment.setenv("ARCHIVE_VOCABULARIES", str(root / "vocabularies"))
        site = empty_site(root, environment)
        site.describe(source=str(simulated.videos), analyses=["concepts"])
        assert all(site.ingest().values())
        assert run("describe_video", "concepts")
        assert run("publish")
        yield site


def run(job: str, *assets: str) -> bool:
    with dg.DagsterInstance.get() as instance:
        key = VIDEO.partition_key if job == "describe_video" else None
        return LocalRuns(instance, job).execute(key, assets=assets)[1]


def test_classes_are_called_after_what_they_show(described: Site, simulated: SimulatedArchive) -> None:
    """One of a name's concepts at least is true of one of the class's shots: the model is not always right."""
    lake = described.archive.lake
    shots = lake.read("shots", VIDEO).with_columns(middle=(pl.col("start_s") + pl.col("end_s")) / 2)
    truth = read_truth(simulated.truth.parent).shots
    shown: dict[int, set[str | None]] = {}
    for shot in shots.iter_rows(named=True):
        [true] = truth.filter(pl.col("start_s") <= shot["middle"], pl.col("end_s") > shot["middle"]).to_dicts()
        facts = {true[name] for name in ("setting", "card", "time", "weather", "object", "object_2", "colour")}
        shown.setdefault(shot["class"], set()).update(facts)
    drawn = [one for name, one in shipped_vocabularies().items() if name.startswith("drawn_")]
    names = lake.read("class_names", VIDEO)
    assert names.height >= 3
    for row in names.iter_rows(named=True):
        for said in ("en", "es"):
            true_labels = {
                one.label(entry, said) for one in drawn for entry in one.entries if entry in shown[row["class"]]
            }
            assert true_labels.intersection(row[f"name_{said}"].split(" · ")), (row, true_labels)
    assert (
        described.rows("SELECT class, name_en FROM class_names ORDER BY class")
        == names.select("class", "name_en").sort("class").rows()
    )


def last_metadata() -> dict[str, object]:
    with dg.DagsterInstance.get() as instance:
        event = instance.get_latest_materialization_event(dg.AssetKey("concepts"))
        assert event
        assert event.asset_materialization
        return {name: value.value for name, value in event.asset_materialization.metadata.items()}


def test_what_holds_is_what_the_shots_show(described: Site, simulated: SimulatedArchive) -> None:
    shots = described.archive.lake.read("shots", VIDEO).with_columns(middle=(pl.col("start_s") + pl.col("end_s")) / 2)
    truth = read_truth(simulated.truth.parent).shots
    rows = described.archive.lake.read("concepts", VIDEO).filter(rank=1)
    best = {(row["shot_id"], row["vocabulary"]): row["concept"] for row in rows.iter_rows(named=True)}
    right = []
    for shot in shots.iter_rows(named=True):
        shown = truth.filter((pl.col("start_s") <= shot["middle"]) & (pl.col("end_s") > shot["middle"])).row(
            0, named=True
        )
        right.append(best[shot["shot_id"], "drawn_place"] == (shown["setting"] or shown["card"]))
        if shown["object"]:
            right.append(best[shot["shot_id"], "drawn_thing"] in (shown["object"], shown["object_2"]))
    assert len(right) > 10
    assert sum(right) >= 0.85 * len(right)


def test_every_shot_has_the_best_of_each_vocabulary_of_its_model(described: Site) -> None:
    n_shots = described.rows("SELECT count(*) FROM shots")[0][0]
    assert described.rows("SELECT vocabulary, count(*) FROM concepts WHERE rank = 1 GROUP BY ALL ORDER BY ALL") == [
        (f"drawn_{name}", n_shots) for name in ("colour", "place", "thing", "time", "weather")
    ]
    assert described.rows("SELECT max(score) <= 1 AND min(score) >= 0 FROM concepts") == [(True,)]
    assert described.rows("SELECT count(*) > 0 AND max(share_of_time) <= 1 FROM concept_shares") == [(True,)]


def test_search_finds_shots_by_a_concept(described: Site) -> None:
    held = described.rows(
        "SELECT vocabulary || '/' || concept, count(*) FROM concepts WHERE holds GROUP BY ALL ORDER BY 2 DESC, 1"
    )
    with described.archive.index as index:
        (space,) = index.spaces()
        assert [index.count(space, Filter(concepts=(name,))) for name, _ in held] == [n for _, n in held]
        assert index.count(space, Filter(concepts=("drawn_place/nowhere",))) == 0


@pytest.mark.usefixtures("described")
def test_search_says_when_no_shot_shows_what_was_asked_for() -> None:
    answer = json.loads(cli("search", "a boat", "--concept", "shot_scale/close_up", "--json"))
    assert [hint["code"] for hint in answer["hints"]] == ["concepts_nowhere"]
    assert json.loads(cli("search", "a boat", "--json"))["hints"] == []


@pytest.mark.usefixtures("described")
def test_the_materialization_shows_the_top_concepts_and_a_picture_each() -> None:
    shown = last_metadata()
    assert "| drawn_place |" in str(shown["concepts"])
    assert "data:image/jpeg;base64," in str(shown["best_of_each"])
    assert len(str(shown["best_of_each"])) < 30_000


def cli(*words: str) -> str:
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == 0, result.output
    return result.stdout


@thorough
@pytest.mark.usefixtures("described")
def test_a_wording_is_tried_before_it_is_adopted(tmp_path: Path) -> None:
    file = tmp_path / "boats.yaml"
    file.write_text(OWN, encoding="utf-8")
    tried = json.loads(cli("vocabularies", "try", str(file), NAME, "--best", "2", "--json"))
    assert [trial["concept"] for trial in tried["concepts"]] == ["boat", "bird"]
    for trial in tried["concepts"]:
        assert 0 <= trial["share_held"] <= 1
        assert len(trial["best"]) == 2
        assert trial["best"][0]["score"] >= trial["best"][1]["score"]
    assert "Nothing holds in" in cli("vocabularies", "try", "drawn_time", NAME)


@thorough
@pytest.mark.usefixtures("described")
def test_a_vocabulary_with_a_model_of_its_own_sees_keyframes(tmp_path: Path) -> None:
    """The bundled model under another name: it sees one picture a shot, and mostly the same in it."""
    copied = tmp_path / "tiny"
    shutil.copytree(BUNDLED_FOLDER, copied)
    text = (SHIPPED / "drawn_place.yaml").read_text(encoding="utf-8")
    file = tmp_path / "places.yaml"
    file.write_text(text.replace("model: archive-tiny", f"model: local-dir:{copied}"), encoding="utf-8")
    by_picture, by_shot = (
        json.loads(cli("vocabularies", "try", str(f), NAME, "--json")) for f in (file, "drawn_place")
    )
    assert by_picture["shots"] == by_shot["shots"]
    firsts = [[trial["share_first"] for trial in tried["concepts"]] for tried in (by_picture, by_shot)]
    assert sum(abs(a - b) for a, b in zip(*firsts, strict=True)) < 0.5


@thorough
def test_sentences_share_the_probability_for_a_shot_and_for_a_picture(described: Site, tmp_path: Path) -> None:
    shot = described.archive.lake.read("shots", VIDEO).row(-1, named=True)
    place = described.archive.lake.read("concepts", VIDEO).filter(shot_id=shot["shot_id"], vocabulary="drawn_place")
    best = place.sort("rank")["concept"][0]
    sentences = [SETTINGS[name].noun_en for name in SETTINGS]
    still = Stills(described.archive.lake).at(VIDEO, shot["keyframe_s"])
    assert still
    (tmp_path / "still.jpg").write_bytes(still.jpeg)
    for seen in (shot["shot_id"], str(tmp_path / "still.jpg")):
        compared = json.loads(cli("concepts", "compare", seen, *sentences, "--json"))["phrases"]
        assert [one["phrase"] for one in compared] == sentences
        assert sum(one["probability"] for one in compared) == pytest.approx(1)
        assert max(compared, key=lambda one: one["probability"])["phrase"] == SETTINGS[best].noun_en
    assert "█" in cli("concepts", "compare", shot["shot_id"], *sentences)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("no/such.jpg", "a", "b"), "bad_shot_id"),
        (("00000000-0000-4000-8000-000000000000", "a", "b"), "unknown_shots"),
    ],
)
@pytest.mark.usefixtures("described")
def test_what_cannot_be_compared_is_said(words: tuple[str, ...], code: str) -> None:
    result = CliRunner().invoke(app, ["concepts", "compare", *words, "--json"])
    assert result.exit_code == 1
    assert json.loads(result.stdout)["error_code"] == code


def test_scoring_again_reuses_until_a_vocabulary_changes(described: Site) -> None:
    assert run("describe_video", "concepts")
    assert last_metadata()["reused"] is True
    write_own(described, OWN)
    described.describe(source=_source(described), analyses=["concepts"], vocabularies=["boats", "drawn_time"])
    assert run("describe_video", "concepts")
    assert last_metadata()["reused"] is False
    assert set(described.archive.lake.read("concepts", VIDEO)["vocabulary"]) == {"boats", "drawn_time"}
    points = stored_points(described.archive.lake, VIDEO)
    assert {name.partition("/")[0] for point in points for name in point.payload.concepts} <= {"boats", "drawn_time"}


def test_a_wrong_vocabulary_holds_the_analysis_up_with_file_and_line_and_leaves_the_video(described: Site) -> None:
    write_own(described, OWN + "  ship: {labl: Ship}\n")
    described.describe(source=_source(described), analyses=["concepts"], vocabularies=["boats"])
    assert not run("describe_video", "concepts")
    assert run("publish")
    assert described.rows("SELECT count(*) FROM analyses WHERE status = 'failed'") == [(0,)]
    (hold,) = described.archive.catalogue.holds()
    assert (hold.work, hold.error_code) == ("concepts", "wrong_vocabulary")
    assert "boats.yaml:9: unknown key 'entries.ship.labl'; did you mean label?" in hold.message
    assert described.rows("SELECT status FROM videos") == [("ready",)]


def write_own(site: Site, text: str) -> None:
    own = site.home.parent / "vocabularies"
    own.mkdir(exist_ok=True)
    (own / "boats.yaml").write_text(text, encoding="utf-8")


def _source(site: Site) -> str:
    return str(site.archive.collection(NAME).source)
