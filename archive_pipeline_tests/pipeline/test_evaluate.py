"""A simulated archive, ingested and judged: by the command, by the asset, and against a documentalist's log."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import dagster as dg
import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from archive_pipeline.assets.evaluation import evaluation_key
from archive_pipeline.automation.collection_automation import collection_automation
from archive_pipeline.cli import app
from archive_pipeline.encoders.service import served_encoder
from archive_pipeline.evaluation.evaluation import shot_table
from archive_pipeline.evaluation.ranking import relevance
from archive_pipeline.evaluation.results import video_results
from archive_pipeline.evaluation.retrieval import text_scores
from archive_pipeline.evaluation.truth_formats import open_truth
from archive_pipeline.media.ffmpeg import find_ffmpeg
from archive_pipeline.resources.archive import Archive
from archive_pipeline.resources.encoder import EncoderResource
from archive_pipeline.settings import Settings
from archive_pipeline.simulator.archive import SimulatedArchive, simulate
from archive_pipeline.simulator.truth import read_truth
from archive_pipeline.stages.archive_search import open_finder
from archive_pipeline.store.judgements import Judgements
from archive_pipeline.web.judging import Judging, shown
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


def scripted_run(site: Site, truth_folder: Path, run: str, n: int, *, exchanged: bool) -> dict[str, float]:
    """A documentalist who knows what is right asks `n` questions as on the page; each figure is what `evaluate` finds
    for the same questions by its own ranking. Returns these.

    In an archive of a minute the first shot is right for every question: answers that are `exchanged` spread the ranks.
    """
    archive = site.archive
    collection = archive.collection(NAME)
    videos = video_results(archive.lake, archive.catalogue, collection)
    truth = open_truth(truth_folder, videos, seed=0)
    shots, encoder = shot_table(videos, archive.lake), served_encoder(collection.model, "cpu")
    every = truth.queries
    answers = [query.relevant for query in (every[1:] + every[:1] if exchanged else every)]
    queries = tuple(
        replace(query, texts={"en": query.texts["en"]}, relevant=answer)
        for query, answer in zip(every, answers, strict=True)
    )[:: len(every) // n][:n]
    right = relevance([query.relevant for query in queries], shots)
    ids = [shot_id for video in videos for shot_id in video.shots["shot_id"]]
    judgements = Judgements(archive.lake)
    with open_finder(archive.settings) as finder:
        judging = Judging(finder, judgements)
        for query, row in zip(queries, right, strict=True):
            question = judging.ask(run, "script", query.texts["en"], f"picture@{NAME}")
            mine = {shot_id for shot_id, is_right in zip(ids, row, strict=True) if is_right}
            judging.judge(question.question, next((one.id for one in shown(question) if one.id in mine), ""))
    assert len(judgements.of_run(run)) == n
    scores = text_scores(
        replace(truth, queries=queries),
        encoder,
        shots,
        lambda vectors: np.asarray(vectors @ shots.vectors.T, np.float32),
    )
    expected = {one.metric: one.value for one in scores if one.level == "shot" and one.width is None}
    rows = evaluate(NAME, "--judged", run)[f"picture@{NAME}"]
    judged = {metric: rows[f"judged/shot/None/None/None/{metric}"] for metric in expected}
    # a shot beyond the fiftieth is not there for a person, and has 1/51 or less in the mean of `evaluate`
    n_beyond = round(n * (1 - expected["r_at_50"]))
    assert judged.pop("mrr") == pytest.approx(expected["mrr"], abs=n_beyond / n / 51 + 1e-9)
    assert judged == pytest.approx({name: value for name, value in expected.items() if name != "mrr"})
    return expected


def test_a_scripted_run_of_the_documentalists_test_gives_the_figures_of_evaluate(
    judged: Site, simulated: SimulatedArchive
) -> None:
    figures = scripted_run(judged, simulated.truth.parent, "scripted", 12, exchanged=True)
    assert figures["r_at_1"] < figures["r_at_5"] < figures["r_at_50"], "ranks are spread"
    bounded = judged.rows("SELECT bool_and(low <= value AND value <= high) FROM evaluations WHERE task = 'judged'")
    assert bounded == [(True,)]
    for arguments, said in (([], "scripted "), (["scripted"], "R@10"), (["scripted", "--csv"], f"picture@{NAME}")):
        told = CliRunner().invoke(app, ["judgements", *arguments])
        assert (told.exit_code, said in told.stdout) == (0, True), told.output
    wrong = CliRunner().invoke(app, ["evaluate", NAME, "--judged", "nobody's", "--json"])
    assert (wrong.exit_code, json.loads(wrong.stdout)["error_code"]) == (1, "unknown_run")


@pytest.mark.verify
def test_a_scripted_run_of_a_hundred_searches_gives_the_figures_of_evaluate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    larger = simulate(tmp_path / "simulated", 12, 0.5, seed=78, ffmpeg=find_ffmpeg(None))
    (tmp_path / "site").mkdir()
    site = empty_site(tmp_path / "site", monkeypatch)
    site.describe(source=str(larger.videos))
    assert all(site.ingest().values())
    for exchanged in (False, True):
        print(scripted_run(site, larger.truth.parent, f"hundred {exchanged}", 100, exchanged=exchanged))


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
