"""The scores of an evaluation as tables for the terminal."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from archive_pipeline.cli.tables import WholeTable
from archive_pipeline.evaluation.score import OURS, Score
from archive_pipeline.search.rank_figures import RANKS

REFERENCE = dict(zip(RANKS, (0.22, 0.31, 0.45, 0.61, 0.73, 0.85), strict=True))
"""R@k that the origin of this project reports for broad queries over its 370 videos."""

_ABOUT_THE_REFERENCE = (
    "The reference is another task: 27.6 hours of real programmes, 18,404 shots, a large model, and queries that "
    "people wrote. Its figures are not to be beaten here but to be reached there."
)
_T = TypeVar("_T")
_CUTS = ("hard_cuts", "gradual_transitions", "semantic_boundaries", "shots")
_RETRIEVAL = {
    "text_to_shot": "words",
    "image_to_shot": "picture",
    "text_image_to_shot": "picture and words",
    "text_image_to_shot, text alone": "   its words alone",
    "text_image_to_shot, image alone": "   its picture alone",
}

_WORDS = {
    "words_all_to_shot": "said, seen and both",
    "words_said_to_shot": "words are said",
    "words_seen_to_shot": "words are seen",
    "words_both_to_shot": "some said, some seen",
    "sequences_to_pair": "one thing, then another",
}


def score_tables(scores: Sequence[Score]) -> Iterator[WholeTable]:
    """Boundaries, hierarchy, footage used before, retrieval, by width of queries, by where their words are, concepts;
    what there are scores for."""
    retrieval = (_retrieval(scores), _by_width(scores), _by_words(scores), _nothing_near(scores))
    tables = (_boundaries(scores), _hierarchy(scores), _reuses(scores), *retrieval, _concepts(scores))
    yield from (table for table in tables if table.row_count)


def _boundaries(scores: Sequence[Score]) -> WholeTable:
    table = _table("boundaries", "system", "precision", "recall", "F1", "true ones")
    for task in _CUTS:
        for system, tolerance in _distinct((s.system, s.tolerance) for s in scores if s.task == task):
            figures = {s.metric: s for s in scores if (s.task, s.system, s.tolerance) == (task, system, tolerance)}
            what = task.replace("_", " ") + (f" ± {tolerance} frames" if tolerance is not None else "")
            numbers = (f"{figures[metric].value:.3f}" for metric in ("precision", "recall", "f1"))
            table.add_row(what, system, *numbers, str(figures["f1"].n))
    return table


def _hierarchy(scores: Sequence[Score]) -> WholeTable:
    table = _table("hierarchy", "V-measure", "adjusted Rand", "videos")
    for task in ("classes", "scenes"):
        figures = {s.metric: s for s in scores if s.task == task}
        if figures:
            v, rand = figures["v_measure"], figures["adjusted_rand_index"]
            table.add_row(task, f"{v.value:.3f}", f"{rand.value:.3f}", str(v.n))
    pace = {s.metric: s.value for s in scores if s.task == "shots" and s.metric.endswith("per_minute")}
    if pace:
        table.caption = (
            f"{pace['shots_per_minute']:.1f} shots a minute, of true ones {pace['true_shots_per_minute']:.1f}"
        )
    return table


def _reuses(scores: Sequence[Score]) -> WholeTable:
    table = _table("footage used before", "precision", "recall", "true ones", "within ½ s", "times")
    for task in _distinct(s.task for s in scores if s.task.split("_")[0] == "reuses"):
        figures = {s.metric: s for s in scores if s.task == task}
        cells = [
            f"{figures[metric].value:.3f}" if metric in figures else ""
            for metric in ("precision", "recall", "times_within_half_s")
        ]
        n_times = str(figures["times_within_half_s"].n) if "times_within_half_s" in figures else ""
        what = task.removeprefix("reuses").removeprefix("_").replace("_", " ") or "all"
        table.add_row(what, cells[0], cells[1], str(figures["recall"].n), cells[2], n_times)
    return table


def _retrieval(scores: Sequence[Score]) -> WholeTable:
    table = _table("the right one is among the first …", *(str(k) for k in RANKS), "MRR", "queries")
    asked = [s for s in scores if s.task in _RETRIEVAL and s.width is None]
    for task in _RETRIEVAL:
        for system, level, language in _distinct((s.system, s.level, s.language) for s in asked if s.task == task):
            figures = {
                s.metric: s for s in asked if (s.task, s.system, s.level, s.language) == (task, system, level, language)
            }
            words = [_RETRIEVAL[task], language or "", f"→ {level}", system.removeprefix(OURS).removeprefix(", ")]
            shares = (f"{100 * figures[f'r_at_{k}'].value:.0f} %" for k in RANKS)
            table.add_row(" ".join(filter(None, words)), *shares, f"{figures['mrr'].value:.2f}", str(figures["mrr"].n))
    if table.row_count:
        shares = (f"[dim]{100 * share:.0f} %[/]" for share in REFERENCE.values())
        table.add_row("[dim]reference: broad queries → shot[/]", *shares)
        table.caption = _ABOUT_THE_REFERENCE
    return table


def _by_width(scores: Sequence[Score]) -> WholeTable:
    table = _table("words → shot, by width of the query", "R@1", "R@5", "R@10", "MRR", "queries")
    asked = [s for s in scores if s.width is not None and s.level == "shot" and s.system == OURS]
    for language, width in _distinct((s.language, s.width) for s in asked):
        figures = {s.metric: s for s in asked if (s.language, s.width) == (language, width)}
        shares = (f"{100 * figures[f'r_at_{k}'].value:.0f} %" for k in (1, 5, 10))
        what = f"{language}, {width} attribute{'s' if width and width > 1 else ''}"
        table.add_row(what, *shares, f"{figures['mrr'].value:.2f}", str(figures["mrr"].n))
    return table


def _nothing_near(scores: Sequence[Score]) -> WholeTable:
    table = _table("“nothing shows all of that” is said", "of", "questions")
    for group, what in (("absent", "questions that no shot answers"), ("present", "questions that some shot answers")):
        for score in scores:
            if score.task == f"nothing_near_{group}":
                table.add_row(what, f"{100 * score.value:.0f} %", str(score.n))
    return table


def _by_words(scores: Sequence[Score]) -> WholeTable:
    table = _table("words → shot", "by", "R@1", "R@5", "R@10", "MRR", "queries")
    for task, what in _WORDS.items():
        for system in _distinct(s.system for s in scores if s.task == task):
            figures = {s.metric: s for s in scores if (s.task, s.system) == (task, system)}
            shares = (f"{100 * figures[f'r_at_{k}'].value:.0f} %" for k in (1, 5, 10))
            way = system.removeprefix(OURS).removeprefix(", ").removesuffix(" alone") or "both"
            table.add_row(what, way, *shares, f"{figures['mrr'].value:.2f}", str(figures["mrr"].n))
    return table


def _concepts(scores: Sequence[Score]) -> WholeTable:
    table = _table("the best concept is right", "all shots", "shots", "never seen in training", "shots")
    asked = [s for s in scores if s.task.startswith("concepts_")]
    for task, language in _distinct((s.task, s.language) for s in asked):
        figures = {s.metric: s for s in asked if (s.task, s.language) == (task, language)}
        found = [figures.get(metric) for metric in ("top_1", "top_1_held_out")]
        cells = [cell for one in found for cell in ((f"{100 * one.value:.1f} %", str(one.n)) if one else ("", ""))]
        table.add_row(f"{task.removeprefix('concepts_')}, {language}", *cells)
    return table


def _table(*columns: str) -> WholeTable:
    """The first column has names, as those called `system` and `by`."""
    return WholeTable(*columns, texts=(columns[0], "system", "by"))


def _distinct(values: Iterable[_T]) -> list[_T]:
    return list(dict.fromkeys(values))
