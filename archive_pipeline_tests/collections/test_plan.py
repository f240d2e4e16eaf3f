"""New, changed, moved, vanished, returned: what a look at a source makes of what happened to its files."""

import os
import shutil
from datetime import UTC, datetime

import pytest

from archive_pipeline.store.naming import VideoName
from archive_pipeline_tests.collections.site import PLAN, Site, minutes, names

GROUPS = ("new", "changed", "moved", "returned", "vanished", "outdated", "unfinished", "failed_passing", "waiting")
NOTHING: dict[str, list[bytes]] = {group: [] for group in GROUPS}


def groups(plan: object) -> dict[str, list[bytes]]:
    return {key: names(getattr(plan, key)) if key != "waiting" else list(plan.waiting) for key in NOTHING}  # type: ignore[attr-defined]


def many(site: Site, n: int) -> None:
    for number in range(n):
        site.write(b"tape%03d.mp4" % number, b"tape %03d" % number)
    site.settle()
    site.ran.clear()
    site.computed.clear()


def test_new_files_are_registered_once_and_run(site: Site) -> None:
    site.write(b"one.mp4", b"1")
    site.write(b"sub/two.mkv", b"22")
    plan = site.ingest()
    assert names(plan.new) == [b"one.mp4", b"sub/two.mkv"]
    assert names(site.ran) == [b"one.mp4", b"sub/two.mkv"]
    again = site.ingest()
    assert groups(again) == NOTHING
    assert not again.has_news
    assert names(again.unchanged) == [b"one.mp4", b"sub/two.mkv"]
    assert len(site.ran) == 2


def test_looking_changes_nothing(site: Site) -> None:
    site.write(b"one.mp4", b"1")
    assert site.look() == site.look()
    assert site.catalogue.entries(site.name) == ()


def test_a_changed_file_runs_again_under_its_name_and_stays_ready_meanwhile(site: Site) -> None:
    many(site, 3)
    site.write(b"tape001.mp4", b"another content")
    plan = site.look()
    assert groups(plan) == NOTHING | {"changed": [b"tape001.mp4"]}
    site.catalogue.apply(plan)
    assert site.entry(b"tape001.mp4").status == "ready"
    assert site.entry(b"tape001.mp4").sha256 is None
    assert names(site.look().unfinished) == [b"tape001.mp4"], "a run that never began is asked for again"
    site.run(list(site.look().to_run))
    assert groups(site.look()) == NOTHING
    assert names(site.computed) == [b"tape001.mp4"]


def test_a_changed_failure_runs_again(site: Site) -> None:
    site.write(b"one.mp4", b"1")
    site.catalogue.apply(site.look())
    site.fail(b"one.mp4", permanent=True)
    assert site.look().to_run == ()
    site.write(b"one.mp4", b"2")
    site.settle()
    assert site.entry(b"one.mp4").status == "ready"


def test_a_touched_file_costs_a_run_but_computes_nothing(site: Site) -> None:
    many(site, 2)
    site.touch(b"tape000.mp4")
    site.settle()
    assert names(site.ran) == [b"tape000.mp4"]
    assert site.computed == []


def test_a_run_that_ends_after_the_file_changed_again_does_not_count_for_the_new_content(site: Site) -> None:
    many(site, 1)
    site.write(b"tape000.mp4", b"second")
    (video,) = site.catalogue.apply(site.look())
    site.catalogue.record_content(video, 6, 1, "sha of the second")
    site.write(b"tape000.mp4", b"the third")
    site.catalogue.apply(site.look())
    site.catalogue.record_outcome(video, "ready", plan=PLAN)
    assert names(site.look().unfinished) == [b"tape000.mp4"]


def test_a_moved_file_keeps_its_name_and_runs_nothing(site: Site) -> None:
    many(site, 3)
    before = site.catalogue.sequence()
    site.move(b"tape001.mp4", b"deep/er/renamed.mp4")
    plan = site.ingest()
    assert groups(plan) == NOTHING | {"moved": [b"tape001.mp4"]}
    assert site.ran == []
    assert site.entry(b"tape001.mp4").path == b"deep/er/renamed.mp4"
    assert site.catalogue.changes_since(before)[1] == [VideoName("archive", b"tape001.mp4")], "DuckDB sees the path"
    assert groups(site.look()) == NOTHING


def test_a_folder_that_is_renamed_moves_all_its_videos_even_identical_ones(site: Site) -> None:
    for number in range(20):
        site.write(b"old/%d.mp4" % number, b"same")
    site.settle()
    site.ran.clear()
    site.full(b"old").rename(site.full(b"new"))
    assert len(site.ingest().moved) == 20
    assert site.ran == []
    assert {entry.name.path: path for path, entry in site.living().items()} == {
        b"old/%d.mp4" % number: b"new/%d.mp4" % number for number in range(20)
    }


def test_identical_videos_that_move_are_told_apart_by_their_file_names(site: Site) -> None:
    site.write(b"a.mp4", b"same")
    site.write(b"b.mp4", b"same")
    site.settle()
    site.move(b"a.mp4", b"2/a.mp4")
    site.move(b"b.mp4", b"1/b.mp4")
    site.settle()
    assert (site.entry(b"a.mp4").path, site.entry(b"b.mp4").path) == (b"2/a.mp4", b"1/b.mp4")


def test_a_touched_file_is_not_taken_for_a_twin_that_vanished(site: Site) -> None:
    many(site, 30)
    site.write(b"twin.mp4", b"tape 007")
    site.settle()
    site.ran.clear()
    site.remove(b"twin.mp4")
    site.touch(b"tape007.mp4")
    plan = site.ingest()
    assert groups(plan) == NOTHING | {"vanished": [b"twin.mp4"]}
    assert names(plan.touched) == [b"tape007.mp4"]
    assert site.ran == [], "it was read to tell, so that no run must"
    assert not site.look().has_news


def test_only_files_that_may_be_lost_videos_are_read(site: Site) -> None:
    many(site, 3)
    site.move(b"tape001.mp4", b"renamed.mp4")
    site.write(b"new.mp4", b"a size of its own")
    site.look()
    assert site.n_hashed == 1


def test_a_failed_video_that_moves_stays_failed(site: Site) -> None:
    site.write(b"one.mp4", b"1")
    site.catalogue.apply(site.look())
    site.fail(b"one.mp4", permanent=True)
    site.move(b"one.mp4", b"two.mp4")
    plan = site.ingest()
    assert names(plan.moved) == names(plan.failed_permanent) == [b"one.mp4"]
    assert plan.to_run == ()
    assert site.entry(b"one.mp4").status == "failed"


def test_videos_that_swap_places_keep_their_names_and_run_nothing(site: Site) -> None:
    many(site, 3)
    site.swap(b"tape000.mp4", b"tape001.mp4")
    plan = site.ingest()
    assert groups(plan) == NOTHING | {"moved": [b"tape000.mp4", b"tape001.mp4"]}
    assert site.ran == []
    assert site.entry(b"tape000.mp4").path == b"tape001.mp4"
    assert site.entry(b"tape001.mp4").path == b"tape000.mp4"


def test_a_copy_is_a_second_video(site: Site) -> None:
    many(site, 1)
    site.write(b"copy.mp4", b"tape 000")
    assert groups(site.ingest()) == NOTHING | {"new": [b"copy.mp4"]}
    assert set(site.living()) == {b"copy.mp4", b"tape000.mp4"}
    assert site.entry(b"copy.mp4").sha256 == site.entry(b"tape000.mp4").sha256


def test_a_new_file_at_the_old_place_of_a_moved_video_gets_a_name_of_its_own(site: Site) -> None:
    many(site, 2)
    for number in (2, 3):
        site.move(b"tape000.mp4", b"moved%d.mp4" % number)
        site.write(b"tape000.mp4", b"number %d" % number)
        assert names(site.ingest().new) == [b"tape000.mp4#%d" % number]
        site.move(b"moved%d.mp4" % number, b"away/%d.mp4" % number)
        site.settle()
    assert site.entry(b"tape000.mp4").path == b"away/2.mp4"
    assert site.entry(b"tape000.mp4#2").path == b"away/3.mp4"
    assert site.entry(b"tape000.mp4#3").path == b"tape000.mp4"


def test_renaming_all_files_by_one_runs_nothing(site: Site) -> None:
    many(site, 40)
    site.remove(b"tape000.mp4")
    for number in range(1, 40):
        site.move(b"tape%03d.mp4" % number, b"tape%03d.mp4" % (number - 1))
    first = site.ingest()
    assert names(first.vanished) == [b"tape000.mp4"]
    assert first.moved == (), "every place is taken until the video that is gone has left"
    assert len(first.waiting) == 39
    assert len(site.ingest().moved) == 39
    assert groups(site.look()) == NOTHING
    assert site.ran == []


def test_a_video_moved_over_another_waits_until_the_other_may_be_removed(site: Site) -> None:
    many(site, 2)
    site.move(b"tape001.mp4", b"tape000.mp4")
    plan = site.ingest()
    assert plan.held
    assert groups(plan) == NOTHING | {"vanished": [b"tape000.mp4"], "waiting": [b"tape000.mp4"]}
    site.settle()
    assert {path: entry.name.path for path, entry in site.living().items()} == {b"tape000.mp4": b"tape001.mp4"}
    assert site.ran == []


def test_a_displaced_video_is_not_looked_for_in_files_that_were_read(site: Site) -> None:
    site.write(b"a.mp4", b"44")
    site.write(b"b.mp4", b"")
    site.settle()
    site.move(b"b.mp4", b"a.mp4")
    site.write(b"b.mp4", b"33")  # as long as what a.mp4 held, which is gone
    site.settle()
    assert {path: entry.name.path for path, entry in site.living().items()} == {
        b"a.mp4": b"b.mp4",
        b"b.mp4": b"b.mp4#2",
    }


def test_a_vanished_video_is_removed_and_comes_back_without_being_computed(site: Site) -> None:
    many(site, 30)
    site.move(b"tape007.mp4", b"../elsewhere.mp4")
    plan = site.ingest()
    assert plan.held is None
    assert plan.removals == (VideoName("archive", b"tape007.mp4"),)
    assert site.entry(b"tape007.mp4").status == "removed"
    assert not site.look().has_news
    site.move(b"../elsewhere.mp4", b"back/under another name.mp4")
    assert groups(site.look()) == NOTHING | {"returned": [b"tape007.mp4"]}
    (video,) = site.catalogue.apply(site.look())
    assert (site.entry(video).status, site.entry(video).path) == ("ready", b"back/under another name.mp4")
    assert names(site.look().unfinished) == [b"tape007.mp4"], "points and rows come back with a run"
    site.run([video])
    assert site.computed == []
    assert groups(site.look()) == NOTHING


def test_a_permanent_failure_comes_back_as_what_it_was(site: Site) -> None:
    many(site, 30)
    site.write(b"bad.mp4", b"bad")
    site.catalogue.apply(site.look())
    site.fail(b"bad.mp4", permanent=True)
    site.remove(b"bad.mp4")
    site.ingest()
    site.write(b"bad.mp4", b"bad")
    plan = site.ingest()
    assert names(plan.returned) == [b"bad.mp4"]
    assert plan.to_run == ()
    assert (site.entry(b"bad.mp4").status, site.entry(b"bad.mp4").error_code) == ("failed", "no_video_stream")
    assert groups(site.look()) == NOTHING


def test_another_file_in_the_place_of_a_removed_video_begins_anew_under_its_name(site: Site) -> None:
    many(site, 30)
    site.remove(b"tape007.mp4")
    site.ingest()
    site.write(b"tape007.mp4", b"tape 777")
    assert names(site.look().new) == [b"tape007.mp4"]
    site.settle()
    assert names(site.computed) == [b"tape007.mp4"]
    assert site.entry(b"tape007.mp4").status == "ready"


def test_a_plan_that_another_scan_overtook_is_refused(site: Site) -> None:
    site.write(b"one.mp4", b"1")
    mine, other = site.look(), site.look()
    site.catalogue.apply(other)
    with pytest.raises(Exception, match="catalogue_changed"):
        site.catalogue.apply(mine)
    assert names(site.look().unfinished) == [b"one.mp4"]


def test_other_parameters_make_ready_videos_outdated(site: Site) -> None:
    many(site, 2)
    assert names(site.look(plan="plan-2").outdated) == [b"tape000.mp4", b"tape001.mp4"]
    site.ingest(plan="plan-2")
    assert not site.look(plan="plan-2").has_news


def test_failures_that_may_pass_are_tried_again_after_growing_pauses(site: Site) -> None:
    site.write(b"one.mp4", b"1")
    site.catalogue.apply(site.look())
    for attempts, pause_minutes in ((1, 2), (2, 4), (3, 8)):
        site.fail(b"one.mp4", permanent=False)
        assert site.entry(b"one.mp4").attempts == attempts
        now = datetime.now(UTC)
        assert names(site.look(now=now + minutes(pause_minutes - 0.5)).failed_waiting) == [b"one.mp4"]
        assert names(site.look(now=now + minutes(pause_minutes + 0.5)).to_run) == [b"one.mp4"]
    for _ in range(30):
        site.fail(b"one.mp4", permanent=False)
    assert names(site.look(now=datetime.now(UTC) + minutes(24 * 60 + 1)).failed_passing) == [b"one.mp4"]
    site.run([VideoName("archive", b"one.mp4")])
    assert site.entry(b"one.mp4").attempts == 0


def test_a_bug_of_ours_is_left_alone_when_it_came_back_twice(site: Site) -> None:
    site.write(b"one.mp4", b"1")
    site.catalogue.apply(site.look())
    for n in range(3):
        assert names(site.look(now=datetime.now(UTC) + minutes(24 * 60)).to_run) == [b"one.mp4"], n
        site.fail(b"one.mp4", permanent=False, error_code="internal_error")
    assert names(site.look(now=datetime.now(UTC) + minutes(24 * 60)).failed_permanent) == [b"one.mp4"]


@pytest.mark.parametrize("known_plan", [PLAN, None])
def test_permanent_failures_are_left_alone(site: Site, known_plan: str | None) -> None:
    site.write(b"one.mp4", b"1")
    site.catalogue.apply(site.look())
    site.fail(b"one.mp4", permanent=True, plan=known_plan)
    plan = site.look(now=datetime.now(UTC) + minutes(1e6))
    assert names(plan.failed_permanent) == [b"one.mp4"]
    assert plan.to_run == ()


class TestRemovalsAreHeld:
    def test_when_the_source_is_missing(self, site: Site) -> None:
        many(site, 3)
        site.source.rename(site.source.with_name("unmounted"))
        plan = site.ingest(accept_removals=True)
        assert plan.held
        assert "does not exist" in plan.held
        assert "3 known videos are kept" in plan.held
        assert (plan.removals, plan.to_run, len(plan.vanished)) == ((), (), 3)
        site.source.with_name("unmounted").rename(site.source)
        assert groups(site.ingest()) == NOTHING
        assert site.ran == []

    def test_when_the_source_is_a_file(self, site: Site) -> None:
        many(site, 3)
        shutil.rmtree(site.source)
        site.source.write_bytes(b"")
        assert "not a folder" in str(site.ingest(accept_removals=True).held)
        assert len(site.living()) == 3

    def test_when_the_source_is_an_empty_mount_point(self, site: Site) -> None:
        many(site, 3)
        shutil.rmtree(site.source)
        site.source.mkdir()
        assert "empty" in str(site.ingest(accept_removals=True).held)
        assert len(site.living()) == 3

    def test_when_more_than_five_percent_vanish_until_a_person_says_that_it_is_meant(self, site: Site) -> None:
        many(site, 60)
        for number in range(3):
            site.remove(b"tape%03d.mp4" % number)
        assert site.look().held is None, "3 of 60 are 5 %, not more"
        site.remove(b"tape003.mp4")
        plan = site.ingest()
        assert "4 of 60" in str(plan.held)
        assert len(site.living()) == 60
        site.ingest(accept_removals=True)
        assert len(site.living()) == 56

    def test_but_moved_videos_have_not_vanished(self, site: Site) -> None:
        many(site, 20)
        for number in range(20):
            site.move(b"tape%03d.mp4" % number, b"elsewhere/%d.mp4" % number)
        plan = site.ingest()
        assert (plan.held, plan.vanished, len(plan.moved)) == (None, (), 20)

    def test_and_new_files_run_all_the_same(self, site: Site) -> None:
        many(site, 10)
        for number in range(5):
            site.remove(b"tape%03d.mp4" % number)
        site.write(b"new.mp4", b"something new")
        assert names(site.ingest().to_run) == [b"new.mp4"]
        assert len(site.living()) == 11


class TestFilesThatAreStillChanging:
    def test_wait_until_they_have_been_left_alone(self, site: Site) -> None:
        site.write(b"one.mp4", b"1")
        early = site.look(settle_s=30)
        assert ([file.path for file in early.unsettled], early.to_run) == ([b"one.mp4"], ())
        assert names(site.look(settle_s=30, later_s=31).new) == [b"one.mp4"]

    def test_do_not_make_a_known_video_vanish(self, site: Site) -> None:
        many(site, 2)
        site.write(b"tape000.mp4", b"growing")
        plan = site.look(settle_s=30)
        assert groups(plan) == NOTHING
        assert [file.path for file in plan.unsettled] == [b"tape000.mp4"]

    def test_may_be_known_videos_on_their_way(self, site: Site) -> None:
        many(site, 2)
        site.move(b"tape000.mp4", b"moved.mp4")
        assert groups(site.look(settle_s=30)) == NOTHING, "neither vanished nor new yet"
        assert groups(site.look(settle_s=30, later_s=31)) == NOTHING | {"moved": [b"tape000.mp4"]}

    def test_are_not_doubted_when_only_their_rights_changed(self, site: Site) -> None:
        many(site, 2)
        site.full(b"tape000.mp4").chmod(0o600)
        assert len(site.look(settle_s=30).unchanged) == 2

    def test_make_their_likes_wait(self, site: Site) -> None:
        many(site, 3)
        site.swap(b"tape000.mp4", b"tape001.mp4")
        at_s = datetime.now(UTC).timestamp() + 20
        os.utime(site.full(b"tape001.mp4"), (at_s, at_s))  # still being touched
        plan = site.look(settle_s=10, later_s=15)
        assert groups(plan) == NOTHING | {"waiting": [b"tape000.mp4"]}
        later = site.look(settle_s=10, later_s=60)
        assert names(later.moved) == [b"tape000.mp4", b"tape001.mp4"]


def test_what_there_was_no_time_to_read_waits_for_the_next_look(site: Site) -> None:
    many(site, 3)
    site.move(b"tape000.mp4", b"moved.mp4")
    site.digest = lambda _: None  # type: ignore[method-assign]
    assert groups(site.look()) == NOTHING | {"waiting": [b"moved.mp4"]}


def test_a_file_that_cannot_be_read_is_new_so_that_a_run_says_what_is_wrong(site: Site) -> None:
    many(site, 30)
    site.move(b"tape000.mp4", b"moved.mp4")
    site.digest = lambda _: ""  # type: ignore[method-assign]
    assert groups(site.look()) == NOTHING | {"new": [b"moved.mp4"], "vanished": [b"tape000.mp4"]}
