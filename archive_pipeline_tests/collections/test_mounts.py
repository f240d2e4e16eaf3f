"""Sources that lie elsewhere on this machine than where the collections' files say."""

from pathlib import Path

import pytest

from archive_pipeline.cli.doctor import examine
from archive_pipeline.collections.collection_files import find_collection
from archive_pipeline.collections.mounts import mounted, unmounted
from archive_pipeline.settings import Settings
from archive_pipeline.warehouse.rows import collection_rows

MOUNTS = {"/mnt/nas": "/srv/nas", "/mnt/nas/old": "/tape"}


@pytest.mark.parametrize(
    ("said", "here"),
    [
        ("/mnt/nas", "/srv/nas"),
        ("/mnt/nas/tv", "/srv/nas/tv"),
        ("/mnt/nas/old/tv", "/tape/tv"),
        ("/mnt/nasty", "/mnt/nasty"),
    ],
)
def test_the_longest_folder_that_a_source_lies_in_says_where_it_is(said: str, here: str) -> None:
    assert mounted(Path(said), MOUNTS) == Path(here)
    assert unmounted(Path(here), MOUNTS) == Path(said)


def test_a_collection_is_read_where_it_lies_and_published_as_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARCHIVE_COLLECTIONS", str(tmp_path))
    monkeypatch.setenv("ARCHIVE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("ARCHIVE_SOURCES", '{"/mnt/nas": "/srv/nas"}')
    (tmp_path / "tv.yaml").write_text("source: /mnt/nas/tv\n", encoding="utf-8")
    collection = find_collection("tv", Settings().collection_folders)
    assert collection.source == Path("/srv/nas/tv")
    assert collection_rows([collection])["source"].to_list() == ["/mnt/nas/tv"]


def test_the_doctor_names_a_mapping_that_leads_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARCHIVE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("ARCHIVE_SOURCES", f'{{"/mnt/nas": "{tmp_path / "away"}"}}')
    found = [finding for finding in examine(Settings()) if finding.what == "ARCHIVE_SOURCES"]
    assert [finding.verdict for finding in found] == ["problem"]
    assert str(tmp_path / "away") in found[0].detail
