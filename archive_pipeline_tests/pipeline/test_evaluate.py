"""A simulated archive, ingested and judged: by the command, by the asset, and against a documentalist's log."""

import json
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import polars as pl
import pytest
from typer.testing import CliRunner

from archive_pipeline.assets.evaluation import evaluation_key
from archive_pipeline.automation.collection_automation import collection_automation
from archive_pipeline.cli import app
from archive_pipeline.media.ffmpeg import find_ffmpeg
from archive_pipeline.resources.archive import Archive
from archive_pipeline.resources.encoder import EncoderResource
from archive_pipeline.settings import Settings
from archive_pipeline.simulator.archive import SimulatedArchive, simulate
from archive_pipeline.simulator.truth import read_truth
from archive_pipeline_tests.pipeline.conftest import empty_site
from archive_pipeline_tests.pipeline.site import NAME, Site
from archive_pipeline_tests.thorough import thorough

pytestmark = thorough


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> SimulatedArchive:
    return simulate(tmp_path_factory.mktemp("simulated"), 2, 0.4, seed=77, ffmpeg=find_ffmpeg(None))


@pytest.fixture(scope="module")
def judged(simulated: SimulatedArchive, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The simulated archive, ingested; its truth is named in the collection's file."""
    with pytest.MonkeyPatch.context() as environment:
        site = empty_site(tmp_path_factory.mktemp("judged"), environment)
        site.describe(source=str(simulated.videos), truth=str(simulated.truth.parent))
        assert all(site.ingest().values())
        yield site


def evaluate(*arguments: str) -> dict[str, dict[str, float]]:
    """The command's answer: system → score's label → value."""
    result = CliRunner().invoke(app, ["evaluate", *arguments, "--no-peers", "--json"])
    assert result.exit_code == 0, result.output
    found: dict[str, dict[str, float]] = {}
    for row in json.loads(result.stdout)["scores"]:
        label = "/".join(str(row[name]) for name in ("task", "level", "language", "width", "tolerance", "metric"))
        found.setdefault(row["system"], {})[label] = row["value"]
    return found


def test_an_archive_is_judged_the_same_way_twice_and_its_scores_are_kept(judged: Site) -> None:
    scores = evaluate(NAME)
    assert evaluate(NAME) == scores
    ours = scores["archive_pipeline"]
    assert ours["hard_cuts/None/None/None/1/f1"] >= 0.9
    assert ours["shots/None/None/None/None/f1"] >= 0.7
    assert ours["text_to_shot/shot/en/None/None/r_at_50"] == 1, "there are fewer than 50 shots"
    assert ours["text_to_shot/shot/es/None/None/r_at_10"] >= 0.5
    assert ours["image_to_shot/shot/None/None/None/r_at_1"] >= 0.8
    for language in ("en", "es"):
        assert ours[f"concepts_drawn_place/None/{language}/None/None/top_1"] >= 0.85
        assert ours[f"concepts_drawn_thing/None/{language}/None/None/top_1_held_out"] >= 0.85
    assert judged.rows("SELECT count(DISTINCT evaluation), count(DISTINCT truth) FROM evaluations") == [(2, 1)]
    with dg.DagsterInstance.get() as instance:
        events = instance.fetch_materializations(evaluation_key(NAME), limit=9).records
    assert len(events) == 2
    event = events[0].asset_materialization
    assert event is not None
    assert event.metadata["hard_cuts/within_1/f1"].value == pytest.approx(
        ours["hard_cuts/None/None/None/1/f1"], abs=1e-4
    )


def test_a_collection_whose_file_names_its_truth_has_an_asset_that_judges_it(judged: Site) -> None:
    (asset,) = collection_automation(Settings()).evaluations
    run = dg.materialize([asset], resources={"archive": Archive(), "encoder": EncoderResource()}, selection=[asset])
    assert run.success
    (event,) = run.asset_materializations_for_node(asset.node_def.name)
    assert event.metadata["text_to_shot/video/en/r_at_10"].value == 1, "two videos"
    before = judged.rows("SELECT count(DISTINCT evaluation) FROM evaluations")[0][0]
    judged.ingest()
    assert judged.rows("SELECT count(DISTINCT evaluation) FROM evaluations") == [(before + 1,)]


@pytest.mark.usefixtures("judged")
def test_a_documentalists_log_is_a_truth(simulated: SimulatedArchive, tmp_path: Path) -> None:
    shots = read_truth(simulated.truth.parent).shots.filter(pl.col("card").is_null())
    log = tmp_path / "log.csv"
    lines = [f"{r['path']};{r['start_s']:.3f};{r['end_s']:.3f};{r['caption_es']};es" for r in shots.to_dicts()]
    log.write_text("\n".join(["archivo;entrada;salida;texto;idioma", *lines]), encoding="utf-8")
    scores = evaluate(NAME, "--truth", str(log))["archive_pipeline"]
    assert {label.split("/")[0] for label in scores} == {"text_to_shot"}
    assert scores["text_to_shot/shot/es/None/None/r_at_10"] >= 0.7


def test_what_cannot_be_judged_is_an_error_with_a_code(judged: Site, tmp_path: Path) -> None:
    for arguments, code in (
        (["nowhere"], "unknown_collection"),
        ([NAME, "--truth", str(tmp_path)], "no_truth"),
    ):
        result = CliRunner().invoke(app, ["evaluate", *arguments, "--json"])
        assert (result.exit_code, json.loads(result.stdout)["error_code"]) == (1, code)
    judged.describe(source=str(tmp_path / "elsewhere"))
    result = CliRunner().invoke(app, ["evaluate", NAME, "--json"])
    assert json.loads(result.stdout)["error_code"] == "no_truth", "nothing says what it is judged against"
