"""What the judgements of a run come to: figures of all its questions, and by person, language, ranking and encoder."""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from archive_pipeline.search.rank_figures import Duel, Figure, duel, figures_of

_BY = ("ranking", "against", "model")


@dataclass(frozen=True)
class Judged:
    """Figures of one ranking, or of two that were mixed, by one encoder; null means everybody, or every language."""

    ranking: str
    against: str
    model: str
    person: str | None
    language: str | None
    figures: tuple[Figure, ...]
    duel: Duel | None
    """Of two that were mixed."""

    @property
    def system(self) -> str:
        return f"{self.ranking} | {self.against}" if self.against else self.ranking


def judged(judgements: pl.DataFrame) -> list[Judged]:
    """Of the rows of a run: for every ranking and encoder all its questions first, then by person, then by language.

    A split that has one part alone would say the same again, and is left out.
    """
    return [found for key, rows in judgements.group_by(_BY, maintain_order=True) for found in _split(key, rows)]


def runs(judgements: pl.DataFrame) -> pl.DataFrame:
    """A row a run (run, n, people, last), the last judged first."""
    people, last = pl.col("person").unique().sort().alias("people"), pl.col("judged_at").max().alias("last")
    return judgements.group_by("run").agg(pl.len().alias("n"), people, last).sort("last", descending=True)


def _split(key: tuple[object, ...], rows: pl.DataFrame) -> Iterator[Judged]:
    yield _judged(key, rows, None, None)
    for column in ("person", "language"):
        parts = sorted(rows.partition_by(column), key=lambda part: str(part[column][0]))
        for part in parts if len(parts) > 1 else ():
            value = str(part[column][0])
            yield _judged(key, part, *((value, None) if column == "person" else (None, value)))


def _judged(key: tuple[object, ...], rows: pl.DataFrame, person: str | None, language: str | None) -> Judged:
    ranking, against, model = map(str, key)
    wins = [int((rows["credited"] == name).sum()) for name in (ranking, against)]
    figures = tuple(figures_of(rows["rank"].to_list()))
    return Judged(ranking, against, model, person, language, figures, duel(*wins) if against else None)
