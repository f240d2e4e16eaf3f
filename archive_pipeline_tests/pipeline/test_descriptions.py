"""Descriptions and summaries through real Dagster runs, from a VLM server over real HTTP."""

import hashlib
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import dagster as dg
import polars as pl
import pytest
from PIL import Image

from archive_pipeline.automation.due_analyses import due_analyses
from archive_pipeline.automation.execution import LocalRuns
from archive_pipeline.language.vlm.trouble import Patience
from archive_pipeline.media.facts import MediaFacts
from archive_pipeline.media.ffmpeg import find_ffmpeg
from archive_pipeline.stages.shot_pictures import ShotSpan, SourcePictures
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.shot_words import video_words
from archive_pipeline.store.stills import Stills
from archive_pipeline_tests.detectors import tiny
from archive_pipeline_tests.language.vlm.server import MODEL, Answer, Asked, Http, VlmOfTests, description, ordinary
from archive_pipeline_tests.pipeline.conftest import Ingested
from archive_pipeline_tests.pipeline.site import NAME, Site
from archive_pipeline_tests.pipeline.test_objects import name_detectors
from archive_pipeline_tests.thorough import thorough

pytestmark = pytest.mark.usefixtures("vlm")

FIRST = VideoName(NAME, b"first.mp4")
SECOND = VideoName(NAME, b"second.mp4")


@pytest.fixture
def ready(ingested: Ingested, site: Site) -> Site:
    """Two videos of three shots each."""
    ingested.copy(site, "first", "second").describe(analyses=["descriptions"])
    return site


def describe(video: VideoName, *assets: str, force: bool = False) -> bool:
    with dg.DagsterInstance.get() as instance:
        tags = {"archive/force": "true"} if force else {}
        runs = LocalRuns(instance, "describe_video")
        return runs.execute(video.partition_key, tags, assets=assets or ("descriptions", "summaries"))[1]


def table(site: Site, video: VideoName, name: str = "descriptions") -> pl.DataFrame:
    return site.archive.lake.read(name, video)


def shot_pictures(site: Site, video: VideoName) -> dict[str, str]:
    """For each shot, the digest of the picture that belongs to it, decoded anew."""
    lake = site.archive.lake
    facts = MediaFacts.from_row(lake.read("media", video).row(0, named=True))
    source = SourcePictures(site.source / video.path.decode(), facts, find_ffmpeg(None), seek=True)
    return {
        shot_id: hashlib.sha256(b"".join(source.of_shot(ShotSpan(*span), 1).jpegs)).hexdigest()
        for shot_id, *span in lake.read("shots", video, ["shot_id", "start_s", "end_s", "keyframe_s"]).iter_rows()
    }


def publish() -> None:
    with dg.DagsterInstance.get() as instance:
        assert LocalRuns(instance, "publish").execute()[1]


def test_every_shot_gets_the_answer_to_its_own_picture(ready: Site) -> None:
    for video in (FIRST, SECOND):
        assert describe(video)
        rows = table(ready, video)
        assert dict(rows.select("shot_id", "title").iter_rows()) == shot_pictures(ready, video)
        assert rows["status"].to_list() == ["ok"] * 3
    row = rows.row(0, named=True)
    assert (row["model"], row["prompt_version"], row["prompt_tokens"]) == (MODEL, "describe.en 1", 100)
    # 160×120 is sent as 168×112: the box [14, 28, 56, 84] in its pixels
    assert row["objects"] == [
        {"label": "boat", "action": "sails", "left": 14 / 168, "top": 0.25, "right": 56 / 168, "bottom": 0.75}
    ]
    assert -1 <= row["faithfulness"] <= 1
    told = table(ready, SECOND, "summaries")
    assert told.filter(pl.col("scene").is_null())["summary"].item() == "It ends well."
    publish()
    assert ready.rows("SELECT count(*), count(DISTINCT shot_id) FROM descriptions") == [(6, 6)]
    assert ready.rows("SELECT count(*) FROM summaries WHERE scene IS NULL AND status = 'ok'") == [(2,)]


def test_what_is_there_is_not_asked_again_and_what_changed_is(
    ready: Site, vlm: VlmOfTests, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert describe(FIRST)
    n_asked = len(vlm.asked)
    assert describe(FIRST)
    assert len(vlm.asked) == n_asked
    assert describe(FIRST, force=True)
    assert len(vlm.asked) == 2 * n_asked
    assert describe(FIRST)
    assert len(vlm.asked) == 2 * n_asked
    ready.describe(analyses=["descriptions"], language="es")
    assert describe(FIRST, "descriptions")
    assert "en español" in vlm.asked[-1].prompt
    assert table(ready, FIRST)["prompt_version"].to_list() == ["describe.es 1"] * 3
    vlm.asked.clear()
    monkeypatch.setenv("ARCHIVE_VLM_MODEL", MODEL)
    assert describe(FIRST, "descriptions")
    assert len(vlm.asked) == 3


@thorough
def test_new_shots_are_asked_about_and_old_ones_are_not(ready: Site, vlm: VlmOfTests) -> None:
    assert describe(FIRST, "descriptions")
    lake = ready.archive.lake
    provenance = lake.provenance("shots", FIRST)
    assert provenance
    other = replace(provenance, parameters={**provenance.parameters, "changed": True})
    shots, vectors = lake.read("shots", FIRST), lake.read("shot_embeddings", FIRST)
    new_id = "00000000-0000-0000-0000-000000000001"
    renamed = pl.when(pl.col("shot_id") == shots["shot_id"][1]).then(pl.lit(new_id)).otherwise("shot_id")
    for name, rows in (("shots", shots), ("shot_embeddings", vectors), ("frames", lake.read("frames", FIRST))):
        changed = rows.with_columns(shot_id=renamed) if "shot_id" in rows.columns else rows
        lake.write(name, FIRST, changed, other)
    vlm.asked.clear()
    before = table(ready, FIRST)
    assert describe(FIRST, "descriptions")
    assert len(vlm.asked) == 1
    after = table(ready, FIRST)
    assert after["shot_id"][1] == new_id
    kept = before.filter(pl.col("shot_id") != before["shot_id"][1])
    assert after.filter(pl.col("shot_id") != new_id).equals(kept)


def test_a_server_that_stops_in_the_middle_is_asked_only_for_what_is_missing(
    ready: Site, vlm: VlmOfTests, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARCHIVE_VLM_CONCURRENCY", "1")
    answered: list[str] = []
    n_refused = 0

    def is_away_for_a_while(asked: Asked) -> Answer:
        nonlocal n_refused
        if len(answered) == 2 and n_refused < Patience().attempts:
            n_refused += 1
            return Http(503, headers={"retry-after": "0.05"})
        answered.append(asked.digest)
        return ordinary(asked)

    vlm.answer = is_away_for_a_while
    assert describe(FIRST, "descriptions"), "the run tries again by itself"
    assert len(answered) == len(set(answered)) == 3
    assert dict(table(ready, FIRST).select("shot_id", "title").iter_rows()) == shot_pictures(ready, FIRST)
    assert not list((ready.home / "answers").rglob("*.mp4")), "what is in the lake is no longer kept aside"


@thorough
def test_a_run_that_ended_early_is_taken_up_by_the_next(ready: Site, vlm: VlmOfTests) -> None:
    answered: list[str] = []

    def refuses_the_key(asked: Asked) -> Answer:
        if len(answered) == 2:
            return Http(401)
        answered.append(asked.digest)
        return ordinary(asked)

    vlm.answer = refuses_the_key
    assert not describe(FIRST, "descriptions")
    assert table(ready, FIRST).is_empty()
    [hold] = [one for one in ready.archive.catalogue.holds() if one.work == "descriptions"]
    assert hold.error_code == "vlm_refused_key"
    vlm.answer = ordinary
    vlm.asked.clear()
    assert describe(FIRST, "descriptions")
    assert len(vlm.asked) == 1
    assert vlm.asked[0].digest not in answered


def test_without_a_server_the_partition_stays_empty_with_the_reason(
    ready: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ARCHIVE_VLM_URL", raising=False)
    assert not describe(FIRST)
    assert not [one for one in ready.archive.catalogue.analyses(NAME) if one.analysis == "descriptions"]
    assert "no_vlm_server" in [hold.error_code for hold in ready.archive.catalogue.holds()]
    assert ready.archive.catalogue.entry(FIRST).status == "ready"  # type: ignore[union-attr]
    assert not ready.materializations("descriptions")


def test_answers_that_cannot_be_used_are_stored_counted_and_do_not_fail_the_video(ready: Site, vlm: VlmOfTests) -> None:
    script = "<script>alert('x')</script>"
    answers: dict[str, Answer] = {}

    def mixed(asked: Asked) -> Answer:
        return answers.setdefault(asked.digest, [description(description=script), "no JSON", " " * 5000][len(answers)])

    vlm.answer = mixed
    assert describe(FIRST, "descriptions")
    rows = table(ready, FIRST)
    assert sorted(rows["status"]) == ["invalid", "invalid", "ok"]
    assert rows.filter(pl.col("status") == "ok")["description"].item() == script
    assert set(rows["answer"].drop_nulls()) == {"no JSON", " " * 2000}
    facts = ready.materializations("descriptions")[0].metadata
    assert (facts["ok"].value, facts["invalid"].value) == (1, 2)
    shown: Any = facts["examples"].value
    assert script not in shown
    assert "&lt;script&gt;" in shown
    n_asked = len(vlm.asked)
    assert describe(FIRST, "descriptions")
    assert len(vlm.asked) == n_asked, "what could not be used is not asked again by itself"


@thorough
def test_the_candidate_that_is_nearest_to_the_shot_is_kept(ready: Site, vlm: VlmOfTests) -> None:
    ready.describe(analyses=["descriptions"], descriptions={"candidates": 3, "frames": 3})
    texts = ["a red boat on the sea at night", "a green bird in the snow", "two yellow cars in the city"]
    vlm.answer = lambda _: [description(title=text, description="") for text in texts]
    assert describe(FIRST, "descriptions")
    rows = table(ready, FIRST)
    assert rows["n_candidates"].to_list() == [3, 3, 3]
    assert [len(times_s) for times_s in rows["frames_s"]] == [3, 3, 3]
    assert all(len(asked.images) == 3 for asked in vlm.asked)
    from archive_pipeline.encoders import get_encoder

    vectors = get_encoder("archive-tiny").encode_texts(texts)
    shots = ready.archive.lake.read("shot_embeddings", FIRST)
    pairs = zip(shots.select("shot_id", "embedding").iter_rows(), rows.iter_rows(named=True), strict=True)
    for (shot_id, embedding), row in pairs:
        cosines = vectors @ embedding
        assert (row["shot_id"], row["title"]) == (shot_id, texts[cosines.argmax()])
        assert row["faithfulness"] == pytest.approx(cosines.max(), abs=1e-5)


@thorough
def test_parts_of_a_picture_get_the_words_that_are_nearest_to_them(ready: Site, vlm: VlmOfTests) -> None:
    ready.describe(analyses=["descriptions"], descriptions={"candidates": 3, "regions": True})
    texts = ["a red boat", "a green bird", "two yellow cars"]
    boxes = [[14, 28, 56, 84], [14, 28, 56, 82], [100, 28, 160, 84]]  # the third is another part

    def said(text: str, box: list[int]) -> str:
        return description(objects=[{"label": "thing", "action": "", "bbox_2d": box, "description": text}])

    vlm.answer = lambda _: [said(*own) for own in zip(texts, boxes, strict=True)]
    assert describe(FIRST, "descriptions")
    assert "one sentence on what its box shows" in vlm.asked[0].prompt
    from archive_pipeline.encoders import get_encoder

    model, stills = get_encoder("archive-tiny"), Stills(ready.archive.lake)
    vectors = model.encode_texts(texts)
    for row in table(ready, FIRST).iter_rows(named=True):
        [region] = row["regions"]
        still = stills.at(FIRST, row["box_frame_s"])
        assert still
        with Image.open(BytesIO(still.jpeg)) as picture:
            part = BytesIO()
            picture.crop((14 * 160 // 168, 30, -(-56 * 160 // 168), 90)).save(part, "JPEG", quality=95)
        cosines = vectors @ model.encode_images([part.getvalue()])[0]
        assert region["label"] == "thing"
        assert region["left"] == 14 / 168
        assert region["description"] == texts[cosines[:2].argmax()], "the third candidate speaks of another part"
        assert region["faithfulness"] == pytest.approx(cosines[:2].max(), abs=1e-4)
    words = video_words(ready.archive.lake, FIRST)
    assert all(any(text.text in texts for text in own) for own in words.seen.values())


@thorough
def test_a_shot_without_a_picture_says_so_and_a_file_without_any_fails(ready: Site, vlm: VlmOfTests) -> None:
    lake = ready.archive.lake
    provenance = lake.provenance("shots", FIRST)
    assert provenance
    late = pl.when(pl.int_range(pl.len()) == 2).then(100.0)  # beyond the end of the file
    times = {name: late.otherwise(name).alias(name) for name in ("start_s", "end_s", "keyframe_s")}
    lake.write("shots", FIRST, lake.read("shots", FIRST).with_columns(**times), provenance)
    assert describe(FIRST, "descriptions")
    assert table(ready, FIRST)["status"].to_list() == ["ok", "ok", "no_picture"]
    assert len(vlm.asked) == 2
    file = ready.source / "second.mp4"
    file.write_bytes(b"\0" * file.stat().st_size)
    assert not describe(SECOND, "descriptions")
    [failed] = [one for one in ready.archive.catalogue.analyses(NAME) if one.status == "failed"]
    assert (failed.video, failed.error_code) == (SECOND, "no_picture")
    assert len(vlm.asked) == 2


@thorough
def test_boxes_that_a_detector_found_are_described_and_asked_about_again_only_where_they_are_others(
    ready: Site, vlm: VlmOfTests, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARCHIVE_DEVICE", "cpu")
    car, unsure = ("car", 0.95, (0.5, 0.5, 1.0, 1.0)), ("dog", 0.45, (0.0, 0.0, 0.2, 0.2))
    name_detectors(monkeypatch, ours=tiny.answering(tmp_path / "ours", [car, unsure]))

    def asks_for(min_score: float) -> None:
        found = {"detector": "ours", "min_score": min_score}
        ready.describe(analyses=["objects", "descriptions"], descriptions={"regions": True}, objects=found)

    asks_for(0.5)
    said = [{"number": 1, "description": "A car of tin."}, {"number": 2, "description": "A dog."}]
    vlm.answer = lambda _: description(objects=[], parts=said)
    assert not describe(FIRST, "descriptions"), "it stands on the objects"
    [failed] = [one for one in ready.archive.catalogue.analyses(NAME) if one.status == "failed"]
    assert (failed.error_code, len(vlm.asked)) == ("missing_input", 0)
    assert describe(FIRST, "descriptions", "objects"), "which are looked for first"
    assert vlm.asked[0].prompt.endswith("in pixels. Its labels may be wrong. Add the field parts: for each of them its "
        "number and description, one sentence on what its box shows.\n1. car [84, 56, 168, 112]")  # fmt: skip
    for row in table(ready, FIRST).iter_rows(named=True):
        [region] = row["regions"]
        assert (region["label"], region["description"]) == ("car", "A car of tin.")
        assert (region["left"], region["bottom"]) == pytest.approx((0.5, 1.0), abs=0.02)
    assert all(
        "A car of tin." in {text.text for text in own} for own in video_words(ready.archive.lake, FIRST).seen.values()
    )
    asks_for(0.6)
    [due] = due_analyses(ready.archive, ready.archive.collection(NAME), videos=[FIRST])
    assert {"objects", "descriptions"} <= set(due.analyses)
    n_asked = len(vlm.asked)
    assert describe(FIRST, "objects", "descriptions")
    assert len(vlm.asked) == n_asked, "the same boxes were found"
    asks_for(0.4)
    assert describe(FIRST, "objects", "descriptions")
    assert len(vlm.asked) == 2 * n_asked
    assert [len(regions) for regions in table(ready, FIRST)["regions"]] == [2, 2, 2]
