"""Which objects can be searched for: those that detectors found, in the published database."""

from archive_pipeline.search.counted import condition
from archive_pipeline.web.api.models import OfferedObject
from archive_pipeline.web.database import Published

_OFFERED = """
WITH counted AS (SELECT lower(label) AS label, shot_id, pts_s, count(*) AS n FROM detections GROUP BY ALL)
SELECT label, count(DISTINCT shot_id) AS n_shots, max(n) AS most FROM counted GROUP BY label
ORDER BY n_shots DESC, label LIMIT 500
"""


class ObjectLabels:
    """Safe for many threads."""

    def __init__(self, published: Published) -> None:
        self._published = published

    def offered(self) -> list[OfferedObject]:
        """Every label that was found somewhere and can be asked for, the most frequent first."""
        rows = self._published.counted("detections", _OFFERED)
        return [OfferedObject.model_validate(row) for row in rows if condition(row["label"])]
