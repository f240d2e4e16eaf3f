"""One figure of an evaluation: what was measured, under which conditions, on how much."""

from dataclasses import dataclass

OURS = "archive_pipeline"


@dataclass(frozen=True)
class Score:
    """A row of the table `evaluations`; see `sql/tables/evaluations.sql` for what the columns mean."""

    task: str
    metric: str
    value: float
    n: int
    system: str = OURS
    level: str | None = None
    language: str | None = None
    width: int | None = None
    tolerance: int | None = None
    person: str | None = None
    low: float | None = None
    high: float | None = None

    @property
    def label(self) -> str:
        """All that tells it from the others, as one name: `text_to_shot/video/en/r_at_10`."""
        conditions = (
            self.level,
            self.language,
            None if self.width is None else f"width_{self.width}",
            None if self.tolerance is None else f"within_{self.tolerance}",
        )
        system = None if self.system == OURS else self.system.replace(" ", "_")
        return "/".join(part for part in (system, self.task, *conditions, self.metric) if part is not None)
