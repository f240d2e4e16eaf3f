"""Corrections outlive what they correct: a forced ingest, another rate, another model; and reach index and tables."""

from collections import Counter
from typing import Any

import polars as pl
import pytest

from archive_pipeline.search.model import Point
from archive_pipeline.search.request import Request
from archive_pipeline.settings import Settings
from archive_pipeline.stages import qdrant_points
from archive_pipeline.stages.archive_search import open_finder
from archive_pipeline.stages.corrections import follow_corrections
from archive_pipeline.stages.qdrant_points import stored_points
from archive_pipeline.store.corrected import corrected as corrected_now
from archive_pipeline.store.corrections import Correction, Corrections, Field
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.provenance import Provenance
from archive_pipeline.store.schema import table
from archive_pipeline_tests.pipeline.conftest import Ingested
from archive_pipeline_tests.pipeline.site import Site
from archive_pipeline_tests.thorough import thorough

FIRST = VideoName("site", b"first.mp4")
STATES = "SELECT state FROM placed_corrections ORDER BY corrected_at"


def say(site: Site, field: Field, start_s: float, end_s: float, value: str) -> None:
    """Somebody corrects what has these times."""
    lake = site.archive.lake
    sha256 = lake.read("media", FIRST, ["sha256"]).item()
    Corrections(lake).add(Correction(FIRST.video_id, sha256, field, start_s, end_s, value, "Ana"))


def follow(site: Site) -> int:
    archive = site.archive
    return follow_corrections(archive.lake, archive.catalogue, archive.index, archive.leases)


def found(text: str) -> list[tuple[float, list[str]]]:
    """Start of each shot that has the words, and where it has them."""
    with open_finder(Settings()) as finder:
        shots = finder.find(Request(text, match="words")).shots
    return [(one.shot.start_s, [text.part for text in one.texts]) for one in shots if one.by_words]


@pytest.fixture
def corrected(site: Site, ingested: Ingested) -> Site:
    """A video of three pictures of 1.5 s each, with words. Corrected are the second shot, half of the first and the
    third with a bit of the second, what is said, a class, and what lies behind the end."""
    ingested.copy(site, "first")
    lake = site.archive.lake
    said = {"start_s": [0.2, 1.7], "end_s": [1.2, 2.8], "text": ["Ola", "Adiós"], "segment": [0, 1], "source": "server"}
    rows = pl.DataFrame(said).with_columns(video_id=pl.lit(FIRST.video_id))
    lake.write("transcripts", FIRST, table("transcripts").completed(rows), Provenance("transcript", "1"))
    second = lake.read("shots", FIRST).row(1, named=True)
    medoid_s = lake.read("classes", FIRST).filter(pl.col("class") >= 0)["medoid_s"][0]
    say(site, "title", second["start_s"], second["end_s"], "Bergantín")
    say(site, "description", 0.0, 0.9, "Carta de ajuste")
    say(site, "title", 2.9, 4.4, "Arcoíris")
    say(site, "text", 0.2, 1.2, "Hola")
    say(site, "class_name", medoid_s, medoid_s, "Mira electrónica")
    say(site, "title", 50.0, 60.0, "Nunca")
    assert follow(site) == 1
    return site


def states(site: Site) -> Counter[str]:
    return Counter(state for (state,) in site.rows(STATES))


def test_they_are_published_and_found_without_anything_being_computed(corrected: Site) -> None:
    n_before = {asset: corrected.computed(asset) for asset in ("shots", "qdrant_points")}
    assert corrected.ingest() == {}
    assert {asset: corrected.computed(asset) for asset in n_before} == n_before
    assert states(corrected) == {"kept": 3, "moved": 2, "lost": 1}
    titles = corrected.rows("SELECT title FROM descriptions_corrected WHERE title IS NOT NULL ORDER BY start_s")
    assert titles == [("Bergantín",), ("Arcoíris",)]
    words = "SELECT text, machine_text, corrected_by FROM transcripts_corrected ORDER BY start_s"
    assert corrected.rows(words) == [("Hola", "Ola", "Ana"), ("Adiós", "Adiós", None)]
    assert corrected.rows("SELECT name_en, name_es FROM class_names_corrected WHERE corrected_by = 'Ana'") == [
        ("Mira electrónica", "Mira electrónica")
    ]
    assert found("bergantín") == [(1.5, ["described"])]
    assert found("hola") == [(0.0, ["said"])]
    assert found("ola") == []
    assert found("mira electrónica")
    assert found("nunca") == []
    assert follow(corrected) == 0


def test_they_survive_another_rate_and_other_shots(corrected: Site) -> None:
    corrected.describe(fps=1, shots={"min_shot_s": 2.0})
    assert corrected.ingest() == {"site/first.mp4": True}
    after = states(corrected)
    assert after["lost"] == 1
    assert after["kept"] + after["moved"] + after["superseded"] == 5
    assert len(found("bergantín") or found("arcoíris")) == 1, "found at the shot that holds its middle now"


def test_other_boundaries_make_other_shots_in_index_and_tables_and_survive_a_forced_ingest(
    site: Site, ingested: Ingested
) -> None:
    ingested.copy(site, "first")
    machine = site.rows("SELECT shot_id FROM shots ORDER BY start_s")
    (vectors,) = site.points().values()
    say(site, "boundary", 1.5, 1.5, "none")
    say(site, "boundary", 3.8, 3.8, "here")
    say(site, "title", 0.0, 3.0, "Bergantín")
    assert follow(site) == 1
    site.ingest(force=True)  # its check compares points with the shots that count
    assert states(site) == {"kept": 3}
    counting = site.rows("SELECT shot_id, start_s, end_s, n_frames FROM shots_corrected ORDER BY start_s")
    assert [row[1:3] for row in counting] == [(0.0, 3.0), (3.0, 3.8), (3.8, 4.5)]
    assert sum(row[3] for row in counting) == site.rows("SELECT n_frames FROM video_statistics")[0][0]
    assert site.rows("SELECT shot_id FROM shots ORDER BY start_s") == machine
    (points,) = site.points().values()
    assert set(points) == {str(row[0]) for row in counting}
    assert found("bergantín") == [(0.0, ["described"])]
    lake = site.archive.lake
    embeddings, provenance = lake.read("embeddings", FIRST), lake.provenance("embeddings", FIRST)
    assert provenance
    lake.write("embeddings", FIRST, embeddings[:-1], provenance)
    assert corrected_now(lake, FIRST).shots is None, "in the middle of another ingest they are the machine's"
    lake.write("embeddings", FIRST, embeddings, provenance)
    say(site, "boundary", 1.5, 1.5, "")
    say(site, "boundary", 3.8, 3.8, "")
    say(site, "title", 0.0, 3.0, "")
    assert follow(site) == 1
    (after,) = site.points().values()
    assert {key: one["vector"] for key, one in after.items()} == {key: one["vector"] for key, one in vectors.items()}


@thorough
def test_they_survive_another_model(corrected: Site, small_model: str) -> None:
    corrected.describe(model=small_model)
    assert corrected.ingest() == {"site/first.mp4": True}
    after = states(corrected)
    assert after["lost"] == 1
    assert after["kept"] >= 2, "the cuts are the same, and what is said"
    assert found("bergantín") == [(1.5, ["described"])]


def test_what_is_corrected_while_points_are_written_is_not_forgotten(
    corrected: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stored(*asked: Any) -> list[Point]:
        points = stored_points(*asked)
        say(corrected, "title", 1.5, 3.0, "Goleta")
        return points

    say(corrected, "title", 1.5, 3.0, "Balandro")
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(qdrant_points, "stored_points", stored)
        assert follow(corrected) == 1
    assert follow(corrected) == 1
    assert (found("balandro"), found("goleta")) == ([], [(1.5, ["described"])])


def test_a_video_that_is_worked_on_is_followed_when_it_is_free(corrected: Site) -> None:
    say(corrected, "title", 1.5, 3.0, "Goleta")
    with corrected.archive.leases.hold(str(FIRST.relative_file)):
        assert follow(corrected) == 0
    assert follow(corrected) == 1
    assert found("goleta") == [(1.5, ["described"])]


def test_a_video_in_which_nobody_speaks_has_its_corrections(site: Site, ingested: Ingested) -> None:
    """Also one of words that were heard there once."""
    ingested.copy(site, "first")
    lake = site.archive.lake
    none = pl.DataFrame({"video_id": [FIRST.video_id], "segment": [0], "source": ["none"], "note": ["no_audio: none"]})
    lake.write("transcripts", FIRST, table("transcripts").completed(none), Provenance("transcript", "1"))
    shot = lake.read("shots", FIRST).row(0, named=True)
    say(site, "title", shot["start_s"], shot["end_s"], "Bergantín")
    say(site, "text", 0.2, 1.2, "Hola")
    assert corrected_now(lake, FIRST).rows["state"].to_list() == ["kept", "lost"]
