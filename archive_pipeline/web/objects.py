"""Which objects can be searched for: those that detectors found, in the published database."""

from pathlib import Path

from archive_pipeline.search.counted import condition
from archive_pipeline.web.api.models import OfferedObject
from archive_pipeline.web.database import Published

_IS_PUBLISHED = "SELECT 1 FROM duckdb_tables() WHERE table_name = 'detections'"
_OFFERED = """
WITH counted AS (SELECT lower(label) AS label, shot_id, pts_s, count(*) AS n FROM detections GROUP BY ALL)
SELECT label, count(DISTINCT shot_id) AS n_shots, max(n) AS most FROM counted GROUP BY label
ORDER BY n_shots DESC, label LIMIT 500
"""


class ObjectLabels:
    """Safe for many threads."""

    def __init__(self, published: Published) -> None:
        self._published = published
        self._counted: tuple[Path | None, list[OfferedObject]] = (None, [])

    def offered(self) -> list[OfferedObject]:
        """Every label that was found somewhere and can be asked for, the most frequent first."""
        version = self._published.version
        if version is None or version != self._counted[0]:
            rows = self._published.rows(_OFFERED) if self._published.rows(_IS_PUBLISHED) else []
            self._counted = (version, [OfferedObject.model_validate(row) for row in rows if condition(row["label"])])
        return self._counted[1]
