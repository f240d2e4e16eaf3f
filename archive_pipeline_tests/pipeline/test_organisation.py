"""A collection organised from what the lake holds: the whole, what came and went, names, copies, kills."""

import json
import subprocess
import sys
from pathlib import Path

import dagster as dg
import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score
from typer.testing import CliRunner

from archive_pipeline.assets.organisation import organisation_asset
from archive_pipeline.automation import organisation
from archive_pipeline.automation.organisation import organise_when_changed
from archive_pipeline.cli import app
from archive_pipeline.cli.doctor_stores import look_at_stores
from archive_pipeline.collections.model import Collection
from archive_pipeline.errors import PassingError, RequestError
from archive_pipeline.resources.archive import Archive
from archive_pipeline.stages.organisation.pictures import all_vectors, photo_facts
from archive_pipeline.stages.organisation.placement import LEVEL_IDS
from archive_pipeline.store.catalogue import Catalogue
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.provenance import Provenance
from archive_pipeline.warehouse import open_database
from archive_pipeline_tests.pipeline.photo_lake import CENTRES, RARE, Photos
from archive_pipeline_tests.warehouse.organised import key


@pytest.fixture
def photos(tmp_path: Path) -> Photos:
    photos = Photos(tmp_path)
    for name in ("a", "b", "c"):
        photos.album(name, 60)
    return photos


def test_a_collection_is_organised_whole_then_brought_up_to_date_then_left_alone(photos: Photos) -> None:
    first = photos.organise()
    assert (first.is_whole, first.n_come, first.facts["n_pictures"], first.facts["version"]) == (True, 180, 180, 1)
    groups, before = photos.read("picture_groups"), photos.group_of()
    assert set(groups["level"]) == {"theme", "group", "part"}
    assert groups.filter(level="group")["n_pictures"].sum() == 180
    assert set(groups["parent_id"].drop_nulls()) <= set(groups["group_id"])
    assert set(groups["medoid_id"]) <= set(before)
    again = photos.organise()
    assert (again.is_new, again.facts["version"]) == (False, 1)

    new = photos.album("d", 20)
    photos.catalogue.mark_removed([VideoName("pics", b"c/")])
    placed = photos.organise()
    assert (placed.is_whole, placed.n_come, placed.n_gone) == (True, 20, 60), "more than a quarter has changed"
    assert placed.facts["version"] == 2
    assert all(photos.group_of()[one] == group for one, group in before.items() if one in photos.group_of()), "ids stay"
    more = photos.album("e", 10, copies_of="a")
    added = photos.organise()
    assert (added.is_whole, added.n_come, added.facts["n_come"], added.facts["n_gone"]) == (False, 10, 10, 0)
    now = photos.group_of()
    assert set(now) == (set(before) | set(new) | set(more)) - {key("c", number) for number in range(60)}
    assert set(now.values()) == set(photos.read("picture_groups").filter(level="group")["group_id"])
    _of_one_thing_are_in_one_group(photos, now)
    (copy,) = photos.read("photo_duplicates").iter_rows(named=True)
    assert (copy["kind"], {copy["photo_id"], copy["kept_id"]}) == ("copy", {key("a", 0), key("e", 0)})
    assert now[copy["photo_id"]] == now[copy["kept_id"]]


def _of_one_thing_are_in_one_group(photos: Photos, group_of: dict[str, str]) -> None:
    things, found = [], []
    for entry in photos.catalogue.entries("pics"):
        for photo, vector in photos.lake.read("photo_embeddings", entry.name).select("photo_id", "embedding").rows():
            if photo in group_of:
                things.append(int(np.argmax(CENTRES @ np.array(vector))))
                found.append(group_of[photo])
    assert adjusted_rand_score(things, found) > 0.95


def test_what_comes_when_a_group_is_empty_belongs_to_a_group_that_there_is(photos: Photos) -> None:
    photos.album("rare", 20, of=RARE)
    photos.organise()
    rare = {photos.group_of()[key("rare", number)] for number in range(20)}
    photos.catalogue.mark_removed([VideoName("pics", b"rare/")])
    photos.organise()
    assert rare.isdisjoint(photos.read("picture_groups")["group_id"])
    photos.album("again", 5, of=RARE)
    assert not photos.organise().is_whole
    members = photos.read("picture_memberships")
    for level in LEVEL_IDS:
        assert set(members[level].drop_nulls()) <= set(photos.read("picture_groups")["group_id"])


def test_a_catalogue_that_was_lost_and_made_again_is_the_one_that_counts(photos: Photos) -> None:
    photos.organise()
    photos.catalogue = Catalogue(photos.home / "again.sqlite")
    for name in ("a", "b"):
        photos.album(name, 60)
    again = photos.organise()
    assert (again.n_come, again.n_gone, again.facts["n_pictures"]) == (0, 60, 120)


def test_pictures_that_are_made_anew_meanwhile_are_waited_for(photos: Photos) -> None:
    album, other = VideoName("pics", b"a/"), key("a", 60)
    for look in (all_vectors, photo_facts):
        with pytest.raises(PassingError) as error:
            look(photos.lake, {album: [key("a", 0), other]})
        assert error.value.code == "pictures_changed"


def test_what_was_embedded_with_another_model_waits(photos: Photos) -> None:
    album = VideoName("pics", b"b/")
    rows = photos.lake.read("photo_embeddings", album)
    photos.lake.write("photo_embeddings", album, rows, Provenance("photo_embeddings", "1", {"model": "another"}))
    assert photos.organise().facts["n_pictures"] == 120


def test_an_empty_collection_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(RequestError, match="archive-pipeline ingest pics") as error:
        Photos(tmp_path).organise()
    assert error.value.code == "nothing_to_organise"


_KILLED = """
import os, sys
from pathlib import Path
from archive_pipeline.store.organisations import TABLES
from archive_pipeline.store import lake
from archive_pipeline_tests.pipeline.photo_lake import Photos
append, left = lake.Lake.append, [int(sys.argv[2])]
def dying(self, *args):
    if not left[0]:
        os.kill(os.getpid(), 9)
    left[0] -= 1
    return append(self, *args)
lake.Lake.append = dying
Photos(Path(sys.argv[1])).organise()
"""


@pytest.mark.parametrize("n_written", [0, 3])
def test_a_process_that_is_killed_while_it_writes_leaves_the_version_before(photos: Photos, n_written: int) -> None:
    photos.organise()
    before = photos.group_of()
    photos.album("d", 10)
    died = subprocess.run(
        [sys.executable, "-c", _KILLED, photos.home, str(n_written)], capture_output=True, check=False
    )
    assert died.returncode == -9, died.stderr.decode()
    assert photos.group_of() == before
    assert photos.organise().facts["version"] == (3 if n_written else 2), "no number is given twice"
    assert len(photos.group_of()) == 190


@pytest.fixture
def described(photos: Photos, monkeypatch: pytest.MonkeyPatch) -> Photos:
    """The same as an archive with a file of the collection."""
    folder = photos.home / "files"
    folder.mkdir()
    (folder / "pics.yaml").write_text("kind: photos\nsource: /photos\nmodel: archive-tiny\nvocabularies: []\n")
    monkeypatch.setenv("ARCHIVE_HOME", str(photos.home))
    monkeypatch.setenv("ARCHIVE_COLLECTIONS", str(folder))
    return photos


def test_a_run_is_asked_for_once_when_a_collection_has_changed(described: Photos) -> None:
    def tick(cursor: str | None = None) -> tuple[dg.SensorResult | dg.SkipReason, str | None]:
        with dg.build_sensor_context(instance, cursor=cursor, resources={"archive": Archive()}) as context:
            result = organise_when_changed(context)
            assert isinstance(result, dg.SensorResult | dg.SkipReason)
            return result, context.cursor

    with dg.DagsterInstance.ephemeral() as instance:
        asked, cursor = tick()
        assert isinstance(asked, dg.SensorResult)
        (request,) = asked.run_requests or ()
        assert request.asset_selection == [dg.AssetKey(["organisation", "pics"])]
        assert isinstance(tick(cursor)[0], dg.SkipReason), "it has been asked for"
        described.album("d", 5)
        assert isinstance(tick(cursor)[0], dg.SensorResult)
        (described.home / "files" / "pics.yaml").write_text("kind: photos\nsource: /photos\norganise: false\n")
        assert isinstance(tick()[0], dg.SkipReason)


def test_a_collection_that_is_described_is_left_alone(described: Photos, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_LEAST_PAUSE_S", "_CLOCKS_APART_S"):
        monkeypatch.setattr(organisation, name, 0.0)
    monkeypatch.setattr(organisation, "_AT_MOST_SHARE", 1e9)
    described.organise()

    def tick() -> dg.SensorResult | dg.SkipReason:
        with (
            dg.DagsterInstance.ephemeral() as instance,
            dg.build_sensor_context(instance, resources={"archive": Archive()}) as context,
        ):
            result = organise_when_changed(context)
            assert isinstance(result, dg.SensorResult | dg.SkipReason)
            return result

    described.catalogue.record_analysis(VideoName("pics", b"a/"), "concepts", "plan")
    assert isinstance(tick(), dg.SkipReason)
    described.album("d", 5)
    assert isinstance(tick(), dg.SensorResult)


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """No pause is kept after what was organised."""
    monkeypatch.setattr(organisation, "_LEAST_PAUSE_S", 0.0)
    monkeypatch.setattr(organisation, "_AT_MOST_SHARE", 1e9)


def _requests(instance: dg.DagsterInstance, cursor: str | None = None) -> tuple[list[dg.RunRequest], str | None]:
    with dg.build_sensor_context(instance, cursor=cursor, resources={"archive": Archive()}) as context:
        result = organise_when_changed(context)
        return list(result.run_requests or ()) if isinstance(result, dg.SensorResult) else [], context.cursor


def _ran(instance: dg.DagsterInstance, request: dg.RunRequest, status: dg.DagsterRunStatus) -> str:
    return instance.add_run(dg.DagsterRun(job_name="__ASSET_JOB", tags=dict(request.tags), status=status)).run_id


@pytest.mark.usefixtures("unhurried")
def test_what_failed_is_asked_for_again_an_hour_later(described: Photos, monkeypatch: pytest.MonkeyPatch) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        (first,), cursor = _requests(instance)
        failed = _ran(instance, first, dg.DagsterRunStatus.FAILURE)
        assert not _requests(instance, cursor)[0]
        monkeypatch.setattr(organisation, "_AGAIN_AFTER_S", 0.0)
        (again,), cursor = _requests(instance, cursor)
        assert failed in str(again.run_key)
        _ran(instance, again, dg.DagsterRunStatus.STARTED)
        described.album("d", 5)
        assert not _requests(instance, cursor)[0], "one is at work"


@pytest.mark.usefixtures("unhurried")
def test_another_vocabulary_asks_for_a_run(described: Photos) -> None:
    file = described.home / "files" / "pics.yaml"
    with dg.DagsterInstance.ephemeral() as instance:
        described.organise()
        cursor = _requests(instance)[1]
        assert not _requests(instance, cursor)[0]
        file.write_text(file.read_text().replace("[]", "[time_of_day]"))
        assert len(_requests(instance, cursor)[0]) == 1


@pytest.mark.usefixtures("unhurried")
def test_what_changes_elsewhere_is_read_once(described: Photos, monkeypatch: pytest.MonkeyPatch) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        described.organise()
        described.catalogue.record_analysis(VideoName("pics", b"a/"), "concepts", "plan")
        cursor = _requests(instance)[1]
        newest, _ = described.catalogue.changes_since(0)
        read: list[int] = []
        changes_since = Catalogue.changes_since

        def noted(self: Catalogue, sequence: int) -> tuple[int, list[VideoName]]:
            read.append(sequence)
            return changes_since(self, sequence)

        monkeypatch.setattr(Catalogue, "changes_since", noted)
        assert not _requests(instance, cursor)[0]
        assert read == [newest]


def test_a_collection_that_came_since_the_code_location_was_loaded_keeps_no_other_waiting(described: Photos) -> None:
    def tick(*loaded: Collection) -> dg.SensorResult | dg.SkipReason:
        archive = {"archive": Archive()}
        defs = dg.Definitions(assets=[organisation_asset(one) for one in loaded], resources=archive)
        known = defs.get_repository_def()
        with dg.build_sensor_context(instance, resources=archive, repository_def=known) as context:
            result = organise_when_changed(context)
            assert isinstance(result, dg.SensorResult | dg.SkipReason)
            return result

    with dg.DagsterInstance.ephemeral() as instance:
        other = Collection(name="other", kind="photos", title="Other", source=Path("/other"))
        assert isinstance(tick(other), dg.SkipReason)
        assert isinstance(tick(other, described.collection), dg.SensorResult)


def test_the_command_says_what_came_of_it_and_publishes_it(described: Photos) -> None:
    told = CliRunner().invoke(app, ["organise", "pics", "--json"])
    assert told.exit_code == 0, told.output
    said = json.loads(told.stdout)
    assert (said["n_pictures"], said["come"], said["whole"], said["nothing_to_do"]) == (180, 180, True, False)
    with open_database(described.home / "archive.duckdb") as published:
        shown = "SELECT level, sum(n_photos)::INT FROM photo_groups GROUP BY level ORDER BY level"
        assert published.execute(shown).fetchall() == [(level, 180) for level in ("group", "part", "theme")]
        themes = published.execute("SELECT group_id::VARCHAR FROM photo_groups WHERE level = 'theme'").fetchall()
    again = CliRunner().invoke(app, ["organise", "pics"])
    assert "nothing has changed" in again.stdout
    assert all(theme in again.stdout for (theme,) in themes), "to search within"
    assert json.loads(CliRunner().invoke(app, ["organise", "nobody", "--json"]).stdout)["error_code"]


def test_the_doctor_tells_of_damaged_organisations_and_torn_lines(photos: Photos) -> None:
    lake = photos.home / "lake"
    photos.organise()

    def found() -> list[tuple[str, str]]:
        """Not what the albums lack, which have none of their own tables here."""
        looked = look_at_stores(photos.settings, deep=True)
        return [(one.detail, one.fix) for one in looked if one.what == "lake" and "repair" not in one.fix]

    assert all(fix == "" for _, fix in found())
    (groups,) = (lake / "picture_groups" / "pics").glob("*.parquet")
    groups.write_bytes(groups.read_bytes()[:100])
    names = lake / "group_names" / "pics.jsonl"
    names.parent.mkdir(exist_ok=True)
    names.write_bytes(b'{"name_id": "1')
    torn, damaged = (one for one in found() if one[1])
    assert torn[0] == f"lines of {names} that cannot be read: 1"
    assert str(groups) in damaged[0]
    assert damaged[1] == "archive-pipeline organise pics"
    photos.organise()
    assert [detail for detail, fix in found() if fix] == [torn[0]]
