"""Corrections in the published database: beside the machine's words, and whatever becomes of their video."""

from archive_pipeline.store.corrections import Correction, Corrections
from archive_pipeline_tests.warehouse.archive import Archive, query, video
from archive_pipeline_tests.warehouse.synthetic import Content

STATES = "SELECT value, state FROM placed_corrections ORDER BY corrected_at"
FIRST = "SELECT title, machine_title, corrected_by FROM descriptions_corrected WHERE shot = 0"


def test_what_counts_is_beside_what_the_model_says_after_any_kind_of_publication(archive: Archive) -> None:
    tape, other = video("tape.mp4"), video("other.mp4")
    archive.ready(tape, Content(1))
    archive.ready(other, Content(2))
    archive.publish()
    ((machine, _, nobody),) = query(archive.link, f"{FIRST} AND video_id LIKE '%tape.mp4'")
    assert nobody is None
    archive.corrected(tape, "El puerto")
    archive.corrected(tape, "El puerto de Cádiz")
    assert not archive.is_published()
    assert archive.publish().n_videos_changed == 1
    assert query(archive.link, STATES) == [("El puerto", "superseded"), ("El puerto de Cádiz", "kept")]
    assert query(archive.link, f"{FIRST} AND video_id LIKE '%tape.mp4'") == [("El puerto de Cádiz", machine, "Ana")]
    content = archive.content()
    archive.publish(full=True)
    assert archive.content() == content


def test_of_a_video_that_changed_failed_or_was_removed_they_are_kept_and_lost(archive: Archive) -> None:
    tape = video("tape.mp4")
    archive.ready(tape, Content(1))
    archive.corrected(tape, "El puerto")
    archive.publish()
    assert query(archive.link, STATES) == [("El puerto", "kept")]
    archive.ready(tape, Content(3))
    archive.publish()
    assert query(archive.link, STATES) == [("El puerto", "lost")]
    archive.failed(tape, Content(4))
    archive.publish()
    assert query(archive.link, STATES) == [("El puerto", "lost")]
    archive.ready(tape, Content(1))
    archive.publish()
    assert query(archive.link, STATES) == [("El puerto", "kept")]
    archive.removed(tape)
    archive.publish(full=True)
    assert query(archive.link, STATES) == [("El puerto", "lost")]


def test_a_table_that_only_other_boundaries_need_fails_its_video_and_not_the_publication(archive: Archive) -> None:
    tape, other = video("tape.mp4"), video("other.mp4")
    archive.ready(tape, Content(1))
    archive.ready(other, Content(2))
    end_s = archive.lake.read("shots", tape, ["end_s"])["end_s"][0]
    sha256 = archive.lake.read("media", tape, ["sha256"]).item()
    Corrections(archive.lake).add(Correction(tape.video_id, sha256, "boundary", end_s, end_s, "none", "Ana"))
    with archive.lake.objects.writing(archive.lake.key("embeddings", tape)) as file:
        file.write(b"no Parquet")
    archive.publish()
    states = query(archive.link, "SELECT video_id, status, error_code FROM videos ORDER BY video_id")
    assert states == [(other.video_id, "ready", None), (tape.video_id, "failed", "lake_unreadable")]
