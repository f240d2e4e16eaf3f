"""Which keywords photos can be searched for: those of the published database."""

from collections import Counter

from archive_pipeline.search.photo_filter import keyword_of
from archive_pipeline.web.api.models import OfferedKeyword
from archive_pipeline.web.database import Published

_MOST = 500
_WRITTEN = """
SELECT keyword, count(*) AS n FROM (SELECT unnest(keywords) AS keyword FROM photos WHERE status = 'ready')
GROUP BY keyword ORDER BY n DESC, keyword LIMIT 5000
"""


class Keywords:
    """Safe for many threads."""

    def __init__(self, published: Published) -> None:
        self._published = published

    def offered(self) -> list[OfferedKeyword]:
        """The most frequent keywords of ready photos, however they are written, the most frequent first."""
        counted: Counter[str] = Counter()
        for row in self._published.counted("photos", _WRITTEN):
            counted[keyword_of(row["keyword"])] += row["n"]
        return [OfferedKeyword(keyword=name, n_photos=n) for name, n in counted.most_common(_MOST) if name]
