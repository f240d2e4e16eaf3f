"""Make a collection's map from the points of the index: `python -m archive_pipeline.web.layout.making COLLECTION`.

A process of its own, because it computes for seconds (of 3,000 points 11 of processor) and takes memory that a server
would not give back.
"""

import sys

import numpy as np
import polars as pl

from archive_pipeline.search.configured import open_index
from archive_pipeline.search.index import ShotReader
from archive_pipeline.search.model import Filter
from archive_pipeline.semantics.organisation.projection import METHOD, chosen, project
from archive_pipeline.settings import Settings
from archive_pipeline.store.catalogue import Catalogue
from archive_pipeline.web.layout.collection_maps import kept_maps, kept_name
from archive_pipeline.web.layout.maps import clusters_of
from archive_pipeline.web.layout.shot_map import SHOTS, Landmarks, ShotMap, in_order
from archive_pipeline.web.layout.spaces import space_of


def make(reader: ShotReader, collection: str, sequence: int) -> ShotMap | None:
    """None where the index has no shots of the collection. Reads the points twice, a thousand at a time."""
    wanted = Filter(collections=(collection,))
    space = space_of(reader, collection)
    n_shots = reader.count(space, wanted) if space else 0
    if not space or not n_shots:
        return None
    wanted_rows = set(chosen(n_shots).tolist())
    vectors = []
    row = 0
    for points in reader.batches(space, wanted):
        vectors += [point.vector for number, point in enumerate(points, row) if number in wanted_rows]
        row += len(points)
    landmarks = np.stack(vectors)
    positions = project(landmarks)
    placed = Landmarks(landmarks, positions, clusters_of(positions))
    rows = [placed.place(points) for points in reader.batches(space, wanted)]
    shots = in_order(pl.concat([pl.DataFrame(schema=SHOTS), *rows]))
    return ShotMap(space, METHOD, sequence, 0, placed, shots)


def main(collection: str) -> None:
    settings = Settings()
    sequence = Catalogue(settings.database).sequence()  # before the index is read: later changes are found again
    with open_index(settings.qdrant_dir, settings.qdrant_url, settings.qdrant_key, read_only=True) as reader:
        made = make(reader, collection, sequence)
    if made:
        kept_maps(settings).write(kept_name(collection), made.to_bytes())


if __name__ == "__main__":
    main(sys.argv[1])
