"""What an analysis finds in the photos of an album, photo by photo: a photo more costs one photo."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from archive_pipeline.errors import MediaError


@dataclass(frozen=True)
class PhotoRows:
    """As tables of the lake, without the column that names the album."""

    looked_at: pl.DataFrame
    """`photo_readings` or `photo_viewings`: photo_id, error_code, error; those in which nothing was found, too."""
    found: pl.DataFrame
    """`visible_texts` or `detections`, in which a photo is a shot."""

    def without_failures(self) -> "PhotoRows":
        """What need not be looked at again."""
        looked_at = self.looked_at.filter(pl.col("error_code").is_null())
        return PhotoRows(looked_at, self.found.filter(pl.col("shot_id").is_in(looked_at["photo_id"].implode())))

    def joined_by(
        self, photo_ids: Sequence[str], failed: Mapping[str, MediaError], rows: Iterable[tuple[object, ...]]
    ) -> "PhotoRows":
        """With the rows that were found in others, in the order of the photos; without those that are gone."""
        looked_at = [(key, *_failure(failed.get(key))) for key in photo_ids]
        order = pl.DataFrame({"photo_id": photo_ids}, schema={"photo_id": pl.String})
        found = pl.concat([self.found, pl.DataFrame(list(rows), schema=self.found.schema, orient="row")])
        in_order = order.join(found, left_on="photo_id", right_on="shot_id", maintain_order="left_right")
        return PhotoRows(
            pl.DataFrame(looked_at, schema=self.looked_at.schema, orient="row"),
            in_order.rename({"photo_id": "shot_id"}).select(found.columns),
        )


def _failure(error: MediaError | None) -> tuple[str | None, str | None]:
    return (error.code, error.message) if error else (None, None)
