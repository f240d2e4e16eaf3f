"""The organisation of a collection: what belongs to it and to none of its videos or albums.

`<lake>/<table>/<collection>/<version>.parquet`, a file a table and version. Each version is written beside the one
before it and is there when all of its tables are, so that nobody sees half of one.
"""

import logging
from collections.abc import Mapping
from io import BytesIO

import polars as pl

from archive_pipeline.errors import DamagedTableError
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.schema import table

FACTS = "organisations"
TABLES = ("organisation_landmarks", "photo_duplicates", "picture_groups", "picture_memberships", FACTS)
_KEPT = 2  # who began to read the version before finds its files still, and so does who finds the newest one damaged
_logger = logging.getLogger(__name__)


class Organisations:
    """The organisations of an archive. Only the holder of a collection's lease writes."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake

    def versions(self) -> dict[str, int]:
        """The newest one of every collection that was organised."""
        complete = set.intersection(*(self._files(name) for name in TABLES))
        return dict(sorted(complete))  # of each collection the last one, which is the newest

    def read(self, collection: str, *names: str) -> list[pl.DataFrame]:
        """These tables of the newest version, all of one version; no rows where there is none.

        One that cannot be read is put out of the way, and the version before counts.
        """
        while (version := self._newest(collection)) is not None:
            try:
                return [self._table(name, collection, version) for name in names]
            except FileNotFoundError:  # newer ones have been written since
                continue
            except DamagedTableError as error:
                _logger.warning("%s", error)
                self._lake.discard(error)
        return [pl.DataFrame(schema=table(name).polars_schema) for name in names]

    def damaged(self) -> dict[str, DamagedTableError]:
        """Collections whose newest version has a table that cannot be read; all of them are read."""
        found: dict[str, DamagedTableError] = {}
        for collection, version in self.versions().items():
            for name in TABLES:
                try:
                    self._table(name, collection, version)
                except FileNotFoundError:  # newer ones have been written since
                    continue
                except DamagedTableError as error:
                    found[collection] = error
        return found

    def next_version(self, collection: str) -> int:
        """Above all that were ever begun: one that lost a table may be published, and its number tells that."""
        begun = set.union(*(self._files(name, collection) for name in TABLES))
        return max((version for _, version in begun), default=0) + 1

    def write(self, collection: str, tables: Mapping[str, pl.DataFrame]) -> None:
        """Keep the next version: all of TABLES; `organisations` has one row, whose `version` is above the newest one.

        It is on disk on return, and versions that nobody reads any more are gone.
        """
        version = tables[FACTS]["version"].item()
        for name in TABLES:
            self._lake.append(name, collection, _stem(version), tables[name])
        files = {name: self._files(name, collection) for name in TABLES}
        kept = sorted(set.intersection(*files.values()))[-_KEPT:]
        for name, own in files.items():
            self._lake.objects.delete(_key(name, collection, one) for _, one in own if one < kept[0][1])

    def _newest(self, collection: str) -> int | None:
        complete = set.intersection(*(self._files(name, collection) for name in TABLES))
        return max((version for _, version in complete), default=None)

    def _files(self, name: str, collection: str = "") -> set[tuple[str, int]]:
        """Collection and version of each file of a table."""
        listed = self._lake.objects.listed(f"{name}/{collection}".rstrip("/"))
        parts = (one.key.removesuffix(".parquet").split("/") for one in listed)
        return {(part[1], int(part[2])) for part in parts if len(part) == 3 and part[2].isdecimal()}

    def _table(self, name: str, collection: str, version: int) -> pl.DataFrame:
        key = _key(name, collection, version)
        try:
            return table(name).completed(pl.read_parquet(BytesIO(self._lake.objects.read(key))))
        except (pl.exceptions.PolarsError, ValueError) as error:
            raise DamagedTableError(self._lake.objects.shown(key), error) from error


def _key(name: str, collection: str, version: int) -> str:
    return f"{name}/{collection}/{_stem(version)}.parquet"


def _stem(version: int) -> str:
    return f"{version:09d}"
