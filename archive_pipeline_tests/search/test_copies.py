"""Shots with the same footage stand behind the best of them, until somebody asks for all."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest

from archive_pipeline.search.answer import Found
from archive_pipeline.search.copies import folded
from archive_pipeline.search.finder import Finder
from archive_pipeline.search.request import Request
from archive_pipeline.search.sources import SharedFootage, Sources
from archive_pipeline.search.spaces import space_name
from archive_pipeline_tests.search import finding
from archive_pipeline_tests.search.archive import random_points
from archive_pipeline_tests.search.conftest import Store

SPACE = space_name("full", "test")


class Known:
    """Footage by video."""

    def __init__(self, rows: Mapping[str, Sequence[SharedFootage]], photos: Mapping[str, str] | None = None) -> None:
        self._rows = rows
        self._photos = photos or {}

    def of_videos(self, video_ids: Sequence[str]) -> Mapping[str, Sequence[SharedFootage]]:
        return {key: self._rows.get(key, ()) for key in video_ids}

    def of_photos(self, collections: Sequence[str]) -> Mapping[str, str]:
        return self._photos if "a" in collections else {}


def shots(*videos: str) -> list[Found]:
    """The second shot of each video, from 10 to 20 s."""
    points = [random_points(video, 2, np.random.default_rng(number))[1] for number, video in enumerate(videos)]
    payloads = [replace(point.payload, start_s=10.0, end_s=20.0) for point in points]
    return [
        Found(rank, point.id, 1 - rank / 10, payload, "m")
        for rank, (point, payload) in enumerate(zip(points, payloads, strict=True), start=1)
    ]


def shared(other: str, start_s: float, end_s: float, other_start_s: float, **changes: str) -> SharedFootage:
    digests = {"sha256": "5f" * 32, "other_sha256": "5f" * 32} | changes
    return SharedFootage(start_s, end_s, other, other_start_s, other_start_s + end_s - start_s, **digests)


def test_copies_stand_behind_the_best_whichever_side_knows() -> None:
    found = shots("a/1", "a/2", "a/3", "a/4")
    known = Known({"a/3": [shared("a/1", 10, 20, 10)], "a/1": [shared("a/4", 0, 60, 0)]})
    answer = folded(found, known)
    assert [(one.rank, one.shot.video_id, one.copies) for one in answer] == [
        (1, "a/1", (found[2].id, found[3].id)),
        (2, "a/2", ()),
    ]


def test_photos_of_one_exposure_stand_behind_the_best_also_where_the_original_is_not_found() -> None:
    found = shots("a/1", "a/2", "a/3", "a/4", "a/5")
    photos = [replace(one, shot=replace(one.shot, start_s=0.0, end_s=0.0, file="x.jpg")) for one in found]
    assert all(one.shot.is_photo for one in photos)
    first, second, third, fourth, _ = photos
    answer = folded(photos, Known({}, {third.id: first.id, second.id: "elsewhere", fourth.id: "elsewhere"}))
    assert [(one.rank, one.shot.video_id, one.copies) for one in answer] == [
        (1, "a/1", (third.id,)),
        (2, "a/2", (fourth.id,)),
        (3, "a/5", ()),
    ]


def test_a_piece_another_time_and_another_file_are_no_copies() -> None:
    found = shots("a/1", "a/2")
    for row in (
        shared("a/2", 10, 14, 10),
        shared("a/2", 10, 20, 30),
        shared("a/2", 10, 20, 10, other_sha256="0"),
        shared("a/2", 10, 20, 10, sha256="0"),
    ):
        assert len(folded(found, Known({"a/1": [row]}))) == 2, row


@pytest.mark.parametrize("store", ["edge reader"], indirect=True)
def test_pages_are_full_of_different_shots(store: Store) -> None:
    random = np.random.default_rng(3)
    videos = {f"news/{number}": random_points(f"news/{number}", 4, random, 256) for number in range(8)}
    store.index.ensure_space(SPACE, 256)
    store.index.replace_videos(SPACE, videos)
    same = list(videos)[:5]
    rows = {
        one: [
            SharedFootage(
                ours.payload.start_s,
                ours.payload.end_s,
                other,
                theirs.payload.start_s,
                theirs.payload.end_s,
                ours.payload.sha256,
                theirs.payload.sha256,
            )
            for other in same[:number]
            for ours, theirs in zip(videos[one], videos[other], strict=True)
        ]
        for number, one in enumerate(same)
    }
    finder = Finder(
        store.reader, lambda: Sources((finding.askable(SPACE),), frozenset({"news"})), finding.MadeFrames(videos),
        finding.MadeWords({}), Known(rows),
    )  # fmt: skip
    every = finder.find(Request("a red boat", limit=32, copies=True)).shots
    pages = [finder.find(Request("a red boat", limit=5, offset=offset)) for offset in (0, 5, 10, 15)]
    kept = [one for page in pages for one in page.shots]
    assert [one.rank for one in kept] == list(range(1, 17))
    assert [page.has_more for page in pages] == [True, True, True, False]
    assert len({one.id for one in kept}) == 16
    whole = finder.find(Request("a red boat", limit=32)).shots
    assert [one.id for one in whole] == [one.id for one in kept]
    assert sorted(key for one in whole for key in (one.id, *one.copies)) == sorted(one.id for one in every)
    assert not any(one.copies for one in every)
    assert kept[0].id == every[0].id
