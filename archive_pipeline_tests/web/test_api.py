"""The REST API of the running page, as scripts use it."""

import hashlib
import io
import re
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import polars as pl
import pytest

from archive_pipeline.exports.formats import FORMATS
from archive_pipeline.media.ffmpeg import find_ffmpeg
from archive_pipeline.store.baskets import Baskets, Change
from archive_pipeline.store.lake import Lake
from archive_pipeline_tests.thorough import mostly_thorough
from archive_pipeline_tests.web.running import Page, Site


def search(page: Page, **asked: Any) -> dict[str, Any]:
    answer = page.client.get("/api/search", params=asked)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def give(page: Page, picture: Path) -> str:
    with picture.open("rb") as file:
        answer = page.client.post("/api/pictures", files={"picture": file})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["image"])


def test_text_finds_shots_with_everything_a_card_shows(page: Page) -> None:
    found = search(page, text="a red boat", limit=5)
    assert [shot["rank"] for shot in found["shots"]] == [1, 2, 3, 4, 5]
    scores = [shot["score"] for shot in found["shots"]]
    assert scores == sorted(scores, reverse=True)
    for shot in found["shots"]:
        assert shot["start_s"] < shot["end_s"]
        assert page.client.get(shot["still"]).headers["content-type"] == "image/jpeg"
        assert page.client.get(shot["page"]).status_code == 200
    assert found["has_more"]


def test_a_picture_of_the_archive_finds_its_own_shots_first(page: Page, picture: Path) -> None:
    found = search(page, image=give(page, picture), limit=3)
    first = found["shots"][0]
    assert (first["video_id"], first["shot"]) in (("films/boat.mp4", 0), ("films/tape.mxf", 1))  # the same picture
    both = search(page, image=give(page, picture), text="a red boat", weight=0.1, limit=3)
    assert both["shots"][0]["id"] == first["id"]


def test_marks_refine_and_marked_shots_are_left_out(page: Page) -> None:
    first, second = (shot["id"] for shot in search(page, text="a boat", limit=2)["shots"])
    refined = [shot["id"] for shot in search(page, like=first, unlike=second)["shots"]]
    assert refined
    assert first not in refined
    assert second not in refined


def test_filters_pages_and_groups(page: Page) -> None:
    only = search(page, text="a boat", video="films/tape.mxf", limit=200)["shots"]
    assert {shot["video_id"] for shot in only} == {"films/tape.mxf"}
    every = [shot["id"] for shot in search(page, text="a boat", limit=6)["shots"]]
    assert [shot["id"] for shot in search(page, text="a boat", limit=3, offset=3)["shots"]] == every[3:]
    grouped = search(page, text="a boat", by_video=1)["videos"]
    assert len({video["video_id"] for video in grouped}) == len(grouped) >= 4
    assert search(page, text="a boat", min_s=1000)["shots"] == []


def test_what_comes_then_is_answered_in_pairs(page: Page) -> None:
    found = search(page, text="a boat", then="a house", within_s=20)
    assert found["shots"] == []
    assert len(found["pairs"]) > 1
    for pair in found["pairs"]:
        assert pair["first"]["video_id"] == pair["then"]["video_id"]
        assert -0.001 <= pair["then"]["start_s"] - pair["first"]["end_s"] <= 20
    refused = page.client.get("/api/search", params={"text": "a boat", "then": "a house", "by_video": 1})
    assert (refused.status_code, refused.json()["error_code"]) == (422, "bad_then")


def test_a_video_tells_its_timeline_and_how_to_play_it(page: Page) -> None:
    video = page.client.get("/api/videos/films/boat.mp4").json()
    assert [shot["shot"] for shot in video["shots"]] == list(range(len(video["shots"])))
    assert video["shots"][0]["source_timecode"] == "10:00:00:00"
    assert video["source"] == "/media/sources/films/boat.mp4"
    tape = page.client.get("/api/videos/films/tape.mxf").json()
    assert tape["source"] is None
    assert tape["clips"]["mime"].startswith("video/")
    listed = page.client.get("/api/videos", params={"status": "failed"}).json()
    assert [(video["video_id"], video["error_code"]) for video in listed["videos"]] == [
        ("films/broken.mp4", "not_a_video")
    ]


def test_a_parameter_that_is_none_is_named(page: Page) -> None:
    answer = page.client.get("/api/search?q=dog&text=dog")
    assert (answer.status_code, answer.json()["error_code"]) == (422, "bad_parameter")
    assert answer.json()["message"].startswith("There is no parameter 'q'; there are text, image,")
    assert "did you mean limit?" in page.client.get("/api/videos?limits=3").json()["message"]


def test_the_source_comes_in_ranges(page: Page, site: Any) -> None:
    whole = (site.films / "boat.mp4").read_bytes()
    address = "/media/sources/films/boat.mp4"
    part = page.client.get(address, headers={"range": "bytes=100-199"})
    assert (part.status_code, part.content) == (206, whole[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{len(whole)}"
    assert page.client.get(address, headers={"range": "bytes=-10"}).content == whole[-10:]
    assert page.client.get(address, headers={"range": f"bytes={len(whole)}-"}).status_code == 416
    assert page.client.head(address).headers["accept-ranges"] == "bytes"
    for ignored in ("lines=1-2", "bytes=5-2", "bytes=a-b", "bytes=", "bytes"):
        answer = page.client.get(address, headers={"range": ignored})
        assert (answer.status_code, answer.content) == (200, whole), ignored
    one_is_there = page.client.get(address, headers={"range": f"bytes={len(whole)}-, 2-4"})
    assert (one_is_there.status_code, one_is_there.content) == (206, whole[2:5])
    two = page.client.get(address, headers={"range": "bytes=0-1, 99999999999-, 5-6"})
    assert (two.status_code, two.headers["content-type"].split(";")[0]) == (206, "multipart/byteranges")
    assert page.client.get("/media/sources/films/tape.mxf").status_code == 415


@pytest.mark.parametrize("name", mostly_thorough(["tape.mxf", "master.mov", "news.ts"], ["tape.mxf"]))
def test_what_a_browser_cannot_play_comes_as_a_clip_that_it_can(page: Page, tmp_path: Path, name: str) -> None:
    video = page.client.get(f"/api/videos/films/{name}").json()
    answer = page.client.get(video["clips"]["address"], params={"number": 0})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == video["clips"]["mime"]
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(answer.content)
    told = subprocess.run(
        [find_ffmpeg(None), "-i", clip, "-f", "null", "-"], capture_output=True, text=True, check=True
    ).stderr
    assert "h264 (Main)" in told
    assert "yuv420p" in told
    assert ("Audio: aac" in told) == (name == "news.ts")
    assert page.client.get(video["clips"]["address"], params={"number": 99}).json()["error_code"] == "no_such_moment"


def test_a_phrase_over_the_time_of_a_video(page: Page) -> None:
    curve = page.client.get("/api/curve/films/boat.mp4", params={"text": "a red boat"}).json()
    assert len(curve["pts_s"]) == len(curve["cosines"]) > 10
    assert curve["pts_s"] == sorted(curve["pts_s"])
    assert all(-1 <= cosine <= 1 for cosine in curve["cosines"])


def test_maps_are_the_same_every_time(page: Page, site: Any) -> None:
    shots = page.client.get("/api/maps/shots/films").json()
    assert len(shots["x"]) == len(shots["ids"]) == len(shots["clusters"])
    frames = page.client.get("/api/maps/frames/films/boat.mp4").json()
    assert len(frames["x"]) == len(frames["pts_s"]) == len(frames["classes"])
    for kept in (site.home / "cache" / "maps").glob("*/*.npz"):
        kept.unlink()
    assert page.client.get("/api/maps/shots/films").json() == shots
    assert page.client.get("/api/maps/frames/films/boat.mp4").json() == frames


def test_exports_carry_source_timecodes_and_drop_frame(page: Page) -> None:
    ids = [
        page.client.get(f"/api/videos/films/{name}").json()["shots"][-1]["id"] for name in ("boat.mp4", "master.mov")
    ]
    edl = page.client.get("/api/export/edl", params={"shot": ids})
    assert edl.headers["content-disposition"] == "attachment; filename*=utf-8''selection.edl"
    lines = edl.text.split("\r\n")
    assert lines[0] == "TITLE: selection"
    assert re.fullmatch(r"001  BO[A-Z2-7]{6} V     C        10:00:06:00 10:00:08:00 01:00:00:00 01:00:02:00", lines[3])
    # two seconds of 29.97 later: 00:59:58;00 + 2.002 s = 01:00:00;00, and ten minutes drop nothing
    assert "FCM: DROP FRAME" in lines
    assert any(re.match(r"002  MA.{6} V     C        01:00:00;00 01:00:02;00 01:00:02:00", line) for line in lines)
    rows = page.client.get("/api/export/csv", params={"shot": ids}).text.splitlines()
    assert len(rows) == 3
    assert "10:00:06:00,10:00:08:00" in rows[1]
    gone = "00000000-0000-5000-8000-000000000001"
    posted = page.client.post("/api/export/edl", data={"shots": " ".join([*ids, gone])})
    assert (posted.content, posted.headers["x-left-out"]) == (edl.content, "1")
    assert page.client.get("/api/export/csv", params={"shot": ids[0].replace("a", "b")[:-1] + "0"}).status_code == 404


@pytest.mark.parametrize("kind", FORMATS)
def test_a_whole_video_is_handed_on_in_every_format(page: Page, kind: str) -> None:
    shots = page.client.get("/api/videos/films/boat.mp4").json()["shots"]
    answer = page.client.get(f"/api/export/{kind}", params={"video": "films/boat.mp4"})
    assert answer.status_code == 200
    form = FORMATS[kind]
    assert answer.headers["content-disposition"] == f"attachment; filename*=utf-8''boat{form.suffix}"
    if kind in ("edl", "otio", "fcpxml", "ebucore", "iiif"):
        mark = {"edl": "FROM CLIP", "otio": '"Clip.', "fcpxml": "<asset-clip", "ebucore": ":part ", "iiif": "/shot/"}[
            kind
        ]
        assert answer.text.count(mark) == len(shots)
    if form.needs_record:
        alone = page.client.get(f"/api/export/{kind}", params={"shot": shots[0]["id"]})
        assert (alone.status_code, alone.json()["error_code"]) == (422, "bad_parameter")


def test_the_command_writes_what_the_page_gives(page: Page, site: Site, tmp_path: Path) -> None:
    file = tmp_path / "boat.edl"
    done = site.command("export", str(file), "--video", "films/boat.mp4")
    assert done.returncode == 0, done.stderr
    assert file.read_bytes() == page.client.get("/api/export/edl", params={"video": "films/boat.mp4"}).content
    rows = tmp_path / "rows.parquet"
    assert site.command("export", str(rows), "--sql", "SELECT shot_id, shot FROM shots").returncode == 0
    shots = page.client.get("/api/videos/films/boat.mp4").json()["shots"]
    assert {shot["id"] for shot in shots} <= set(pl.read_parquet(rows)["shot_id"])


def test_a_basket_is_filled_changed_and_exported(page: Page) -> None:
    shots = [shot["id"] for shot in page.client.get("/api/videos/films/boat.mp4").json()["shots"]]
    made = page.client.post("/api/baskets", json={"name": "a/b\nñ"})
    assert made.status_code == 201
    address = f"/api/baskets/{made.json()['basket']}"
    first, second = page.client.post(f"{address}/shots", json=shots[:2]).json()["items"]
    begin_s = first["start_s"] + 0.4
    changes = [
        {"act": "trim", "item": first["item"], "start_s": begin_s, "end_s": first["end_s"]},
        {"act": "note", "item": first["item"], "text": "夜"},
        {"act": "move", "item": second["item"], "to": 0},
    ]
    changed = page.client.post(address, json=changes).json()
    assert [(item["item"], item["note"]) for item in changed["items"]] == [(second["item"], ""), (first["item"], "夜")]
    assert changed["items"][1]["n_frames"] == first["n_frames"] - 10
    assert page.client.get(address).json() == changed
    edl = page.client.get("/api/export/edl", params={"basket": changed["basket"]})
    assert edl.headers["content-disposition"] == "attachment; filename*=utf-8''a_b_%C3%B1.edl"
    assert changed["items"][1]["timecodes"][0] in edl.text
    assert "WHITE   夜" in edl.text
    assert changed["basket"] in [one["basket"] for one in page.client.get("/api/baskets").json()]
    assert page.client.get("/api/baskets/nothing").status_code == 404
    wrong = page.client.post(address, json=[{"act": "put", "item": "x"}])
    assert (wrong.status_code, wrong.json()["error_code"]) == (422, "bad_parameter")


def test_a_piece_of_a_file_that_was_replaced_is_gone_and_counted(page: Page, site: Site) -> None:
    video = page.client.get("/api/videos/films/boat.mp4").json()
    baskets = Baskets(Lake(site.home / "lake"), lambda _: True)
    basket = baskets.create("x").basket
    page.client.post(f"/api/baskets/{basket}/shots", json=[video["shots"][0]["id"]])
    (kept,) = baskets.get(basket).items
    assert kept.sha256 == hashlib.sha256((site.films / "boat.mp4").read_bytes()).hexdigest()
    of_another = Change("put", "", kept.video_id, kept.shot_id, kept.start_s, kept.end_s, sha256="0" * 64)
    baskets.change(basket, [of_another, replace(of_another, sha256="")])
    items = page.client.get(f"/api/baskets/{basket}").json()["items"]
    assert [item["timecodes"] is None for item in items] == [False, True, False]
    edl = page.client.get("/api/export/edl", params={"basket": basket})
    assert (edl.headers["x-left-out"], edl.text.count("FROM CLIP NAME")) == ("1", 2)


def test_more_pieces_than_an_edl_holds_come_as_several_in_a_zip(page: Page, site: Site) -> None:
    shot = page.client.get("/api/videos/films/boat.mp4").json()["shots"][0]
    baskets = Baskets(Lake(site.home / "lake"), lambda _: True)
    basket = baskets.create("Año").basket
    baskets.change(basket, [Change("put", "", "films/boat.mp4", shot["id"], shot["start_s"], shot["end_s"])] * 1000)
    answer = page.client.get("/api/export/edl", params={"basket": basket})
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        lists = {name: packed.read(name).count(b"FROM CLIP NAME") for name in packed.namelist()}
    assert lists == {"Año-1.edl": 999, "Año-2.edl": 1}


def test_the_api_describes_itself(page: Page) -> None:
    paths = page.client.get("/api/openapi.json").json()["paths"]
    assert {"/api/search", "/api/videos/{video_id}", "/api/pictures", "/api/curve/{video_id}"} <= set(paths)
    assert httpx.get(f"{page.address}/api/docs").status_code == 200


def test_every_answer_carries_the_headers_that_keep_a_browser_safe(page: Page) -> None:
    for address in ("/", "/api/search?text=x", "/media/stills/films/boat.mp4?at=0", "/static/archive.css", "/nowhere"):
        headers = page.client.get(address).headers
        assert headers["x-content-type-options"] == "nosniff", address
        assert headers["referrer-policy"] == "same-origin", address
        policy = headers["content-security-policy"]
        assert "frame-ancestors 'none'" in policy, address
        assert "unsafe-inline" not in policy.partition("style-src")[0], address
        is_page = headers["content-type"].startswith("text/html")
        assert ("script-src 'self' 'nonce-" in policy) == is_page, address
