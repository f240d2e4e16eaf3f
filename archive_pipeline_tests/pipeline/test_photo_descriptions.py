"""Descriptions of photos through real Dagster runs, from a VLM server over real HTTP."""

import hashlib
import json
import os
import subprocess
import sys

import dagster as dg
import polars as pl
import pytest
from PIL import Image
from typer.testing import CliRunner

from archive_pipeline.automation.due_analyses import due_analyses, without
from archive_pipeline.automation.execution import LocalRuns
from archive_pipeline.cli import app
from archive_pipeline.media.ffmpeg import find_ffmpeg
from archive_pipeline.media.photos.reading import PhotoReaders
from archive_pipeline.settings import Settings
from archive_pipeline.stages.chain import OF_A_SERVER
from archive_pipeline.stages.photo_files import PhotoFiles, PhotoPictures
from archive_pipeline.store.naming import VideoName
from archive_pipeline.web.archive import WebArchive
from archive_pipeline.web.photos.photo import photo_of
from archive_pipeline_tests.language.vlm.server import MODEL, Answer, Asked, Http, VlmOfTests, description, ordinary
from archive_pipeline_tests.pipeline.site import NAME, Site
from archive_pipeline_tests.pipeline.test_photos import draw
from archive_pipeline_tests.thorough import thorough

pytestmark = pytest.mark.usefixtures("vlm")

TRIP = VideoName(NAME, b"trip/")


@pytest.fixture
def trip(site: Site) -> Site:
    """An album of three photos."""
    site.describe(kind="photos", analyses=["descriptions"])
    for number, colour in enumerate(("red", "green", "blue")):
        draw(site.source / "trip" / f"{colour}.jpg", colour, number)
    assert all(site.ingest().values())
    return site


def describe(*, force: bool = False) -> bool:
    with dg.DagsterInstance.get() as instance:
        runs = LocalRuns(instance, "describe_album")
        tags = {"archive/force": "true"} if force else {}
        return runs.execute(TRIP.partition_key, tags, assets=("photo_descriptions",))[1]


def publish() -> None:
    with dg.DagsterInstance.get() as instance:
        assert LocalRuns(instance, "publish").execute()[1]


def table(site: Site) -> pl.DataFrame:
    return site.archive.lake.read("descriptions", TRIP)


def sent_pictures(site: Site) -> dict[str, str]:
    """For each photo, the digest of the picture that belongs to it, decoded anew."""
    photos = site.archive.lake.read("photos", TRIP).filter(pl.col("status") == "ready")
    with PhotoReaders(find_ffmpeg(None), 1) as readers:
        pictures = PhotoPictures(PhotoFiles(b"trip/", site.source, readers), NAME, photos)
        sent = {key: pictures.sent(key) for key in photos["photo_id"]}
    assert {one.size for one in sent.values()} == {(392, 308)}, "400×300 in multiples of 28"
    return {key: hashlib.sha256(b"".join(one.jpegs)).hexdigest() for key, one in sent.items()}


def named(site: Site) -> dict[str, str]:
    """Status of the description by the name of the photo."""
    rows = table(site).join(site.archive.lake.read("photos", TRIP), left_on="shot_id", right_on="photo_id")
    return dict(rows.select(pl.col("path").str.extract(r"([^/]*)$"), "status").iter_rows())


def test_every_photo_gets_the_answer_to_its_own_picture(trip: Site, vlm: VlmOfTests) -> None:
    assert describe()
    rows = table(trip)
    assert dict(rows.select("shot_id", "title").iter_rows()) == sent_pictures(trip)
    assert rows["status"].to_list() == ["ok"] * 3
    row = rows.row(0, named=True)
    assert (row["model"], row["prompt_version"], row["prompt_tokens"]) == (MODEL, "describe_photo.en 1", 100)
    assert row["objects"] == [
        {"label": "boat", "action": "sails", "left": 14 / 392, "top": 28 / 308, "right": 56 / 392, "bottom": 84 / 308}
    ]
    assert -1 <= row["faithfulness"] <= 1
    assert "The picture is a photograph." in vlm.asked[0].prompt
    publish()
    costs = "SELECT collection, status, n_shots, n_videos, prompt_tokens FROM descriptions_by_status"
    assert trip.rows(costs) == [("site", "ok", 3, 1, 300)]
    assert trip.rows("SELECT count(*) FROM objects JOIN photos ON shot_id = photo_id") == [(3,)]


def test_what_is_said_of_a_photo_finds_it_and_is_shown_with_it(trip: Site, vlm: VlmOfTests) -> None:
    def of_a_ferry(asked: Asked) -> Answer:
        if asked.digest != min(sent.values()):
            return description(title="Nada")
        return description(title="Un transbordador", visible_text="MARIA II")

    sent = sent_pictures(trip)
    vlm.answer = of_a_ferry
    trip.describe(kind="photos", analyses=["descriptions"], language="es")
    assert describe()
    assert "La imagen es una fotografía." in vlm.asked[0].prompt
    for words, part in (("transbordadores", "described"), ("maria ii", "read")):
        told = CliRunner().invoke(app, ["search", words, "--match", "words", "--json"])
        assert told.exit_code == 0, told.output
        (found,) = json.loads(told.stdout)["shots"]
        assert sent[found["id"]] == min(sent.values())
        assert [text["part"] for text in found["texts"]] == [part]
    archive = WebArchive(Settings())
    try:
        shown = photo_of(archive, found["id"]).description
    finally:
        archive.close()
    assert shown
    assert (shown.title, shown.visible_text, shown.status) == ("Un transbordador", "MARIA II", "ok")


def test_a_photo_more_asks_one_question_and_what_is_there_is_not_asked_again(trip: Site, vlm: VlmOfTests) -> None:
    assert describe()
    draw(trip.source / "trip" / "more.jpg", "yellow", 9)
    assert trip.ingest() == {"site/trip/": True}
    vlm.asked.clear()
    assert describe()
    assert len(vlm.asked) == 1
    assert describe()
    assert len(vlm.asked) == 1
    assert dict(table(trip).select("shot_id", "title").iter_rows()) == sent_pictures(trip)
    assert describe(force=True)
    assert len(vlm.asked) == 5


def test_a_broken_photo_costs_itself_and_is_asked_about_when_it_is_whole(trip: Site, vlm: VlmOfTests) -> None:
    green = trip.source / "trip" / "green.jpg"
    whole = green.read_bytes()
    green.write_bytes(whole[:1000])
    assert describe()
    assert named(trip) == {"blue.jpg": "ok", "green.jpg": "no_picture", "red.jpg": "ok"}
    (ended,) = trip.archive.catalogue.analyses(NAME)
    assert (ended.analysis, ended.status) == ("photo_descriptions", "done")
    green.write_bytes(whole)
    draw(trip.source / "trip" / "more.jpg", "yellow", 9)
    assert trip.ingest() == {"site/trip/": True}
    vlm.asked.clear()
    assert describe()
    assert len(vlm.asked) == 2, "the new one, and the one that is whole again"
    assert set(named(trip).values()) == {"ok"}


_KILLED_ASKING = """
import os
from archive_pipeline.language.vlm import journal
from archive_pipeline_tests.pipeline.test_photo_descriptions import describe
append = journal.FileJournal.append
n = 0
def dying(self, *entry):
    global n
    append(self, *entry)
    n += 1
    if n == 2:
        os.kill(os.getpid(), 9)
journal.FileJournal.append = dying
describe()
"""


def test_after_a_kill_in_the_middle_nothing_is_asked_twice(trip: Site, vlm: VlmOfTests) -> None:
    environment = {**os.environ, "ARCHIVE_VLM_CONCURRENCY": "1"}
    died = subprocess.run(
        [sys.executable, "-c", _KILLED_ASKING], env=environment, capture_output=True, check=False, timeout=500
    )
    assert died.returncode == -9, died.stderr.decode()
    assert table(trip).is_empty()
    kept = {asked.digest for asked in vlm.asked[:2]}
    vlm.asked.clear()
    assert describe()
    assert len(vlm.asked) == 1
    assert vlm.asked[0].digest not in kept
    assert dict(table(trip).select("shot_id", "title").iter_rows()) == sent_pictures(trip)
    assert not [path for path in (trip.home / "answers").rglob("*") if path.is_file()]


def test_without_a_server_it_waits_and_is_told(trip: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ARCHIVE_VLM_URL", raising=False)
    archive = trip.archive
    due = due_analyses(archive, archive.collection(NAME))
    assert [(one.video, one.analyses) for one in due] == [(TRIP, ("photo_descriptions",))]
    assert without(due, OF_A_SERVER) == []
    assert not describe()
    assert archive.catalogue.analyses(NAME) == []
    told = json.loads(CliRunner().invoke(app, ["status", "--json"]).stdout)
    assert [(one["work"], one["error_code"]) for one in told["held"]] == [("photo_descriptions", "no_vlm_server")]
    (row,) = told["collections"]
    assert row["ready"] == 1


def test_refusals_are_rows_and_of_several_answers_the_nearest_is_kept(trip: Site, vlm: VlmOfTests) -> None:
    def mixed(asked: Asked) -> Answer:
        if asked.digest == max(sent.values()):
            return Http(400, b'{"error": {"message": "no"}}')
        boat = {"label": "boat", "action": "sails", "bbox_2d": [14, 28, 196, 280]}
        texts = ("A boat", "A circle")
        return [description(title=text, objects=[{**boat, "description": text}]) for text in texts]

    sent = sent_pictures(trip)
    vlm.answer = mixed
    trip.describe(kind="photos", analyses=["descriptions"], descriptions={"candidates": 2, "regions": True})
    assert describe()
    rows = table(trip)
    assert rows["status"].value_counts().sort("status").rows() == [("ok", 2), ("refused", 1)]
    assert set(rows["n_candidates"]) == {0, 2}
    assert rows["faithfulness"].null_count() == 1
    regions = [one for own in rows["regions"].drop_nulls() for one in own]
    assert len(regions) == 2
    assert all(-1 <= one["faithfulness"] <= 1 for one in regions), "compared with what the box cuts out of the photo"


@thorough
def test_describe_on_the_command_line_does_it_and_status_counts_it(trip: Site, vlm: VlmOfTests) -> None:
    Image.new("RGB", (400, 300), "pink").save(trip.source / "alone.jpg")
    assert trip.ingest() == {"site/./": True}
    vlm.answer = ordinary
    told = CliRunner().invoke(app, ["describe", NAME, "--only", "descriptions", "--jobs", "1", "--json"])
    assert told.exit_code == 0, told.output
    expected = {"collection": NAME, "ran": 2, "waiting_for_server": 0, "held": [], "failed": []}
    assert json.loads(told.stdout) == expected
    assert len(vlm.asked) == 4
    (row,) = json.loads(CliRunner().invoke(app, ["status", "--json"]).stdout)["collections"]
    assert row["analyses"] == {"photo_descriptions": {"done": 2, "failed": 0}}
    assert trip.rows("SELECT count(*) FROM descriptions JOIN photos ON shot_id = photo_id") == [(4,)]
