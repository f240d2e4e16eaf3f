"""Organisations that nobody computed: of an album of photos, and of the shots of a video collection."""

import uuid
from collections.abc import Mapping
from datetime import UTC, datetime

import polars as pl

from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.organisations import FACTS, TABLES, Organisations
from archive_pipeline.store.provenance import Provenance
from archive_pipeline.store.schema import table


def key(*parts: object) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, " ".join(map(str, parts))))


def write_album(lake: Lake, album: VideoName, n: int) -> list[str]:
    """An album of n ready photos in the lake, in the first of which something is written; their ids."""
    ids = [key(album.video_id, number) for number in range(n)]
    photos = {
        "photo_id": ids,
        "album": album.video_id,
        "collection": album.collection,
        "path": [f"{album.path.decode()}{number}.jpg" for number in range(n)],
        "bytes": 1000,
        "format": "JPEG",
        "width": 40,
        "height": 30,
        "taken_at": [datetime(2001, 2, 3, 4, 5, number) for number in range(n)],
        "status": "ready",
    }
    costs = {"album": [album.video_id], "n_photos": [n], "n_failed": [0], "photos_s": [0.1], "embeddings_s": [0.1],
             "index_s": [0.1]}  # fmt: skip
    line = {"video_id": [album.video_id], "shot_id": ids[:1], "pts_s": [0.0], "end_s": [0.0], "read_s": [0.0],
            "text": ["Calle Mayor"], "x0": [0.1], "y0": [0.1], "x1": [0.3], "y1": [0.2], "confidence": [0.9],
            "kind": ["other"]}  # fmt: skip
    persons = {"video_id": [album.video_id] * 3, "shot_id": ids[:1] * 3, "pts_s": 0.0, "detector": "rt-detr",
               "label": "person", "score": [0.9, 0.8, 0.7], "x0": [0.1, 0.4, 0.7], "y0": 0.2, "x1": [0.3, 0.6, 0.9],
               "y1": 0.9}  # fmt: skip
    said = {"visible_texts": line, "detections": persons}
    for name, rows in ({"photos": photos, "album_statistics": costs} | said).items():
        lake.write(name, album, table(name).completed(pl.DataFrame(rows)), Provenance(name, "1"))
    return ids


def organise_by_hand(lake: Lake, collection: str, pictures: list[tuple[str, str]], version: int = 1) -> list[str]:
    """One theme with one group with one part, of all pictures (id, id of their video or album); the second one is a
    copy of the first. Returns the ids of theme, group and part."""
    ids = [key(collection, level) for level in ("theme", "group", "part")]
    n = len(pictures)
    groups = {"group_id": ids, "level": ["theme", "group", "part"], "parent_id": [None, *ids[:2]], "name_en": "boats",
              "name_es": "barcos", "n_pictures": n, "medoid_id": pictures[0][0], "cohesion": 0.9}  # fmt: skip
    members = {"picture_id": [one for one, _ in pictures], "source_id": [source for _, source in pictures],
               "theme_id": ids[0], "group_id": ids[1], "part_id": ids[2], "certainty": 0.5, "x": 0.0,
               "y": 0.0}  # fmt: skip
    twice = {"photo_id": [pictures[1][0]], "kind": "copy", "of_id": pictures[0][0], "kept_id": pictures[0][0],
             "cosine": 0.99}  # fmt: skip
    made = {"picture_groups": groups, "picture_memberships": members, "photo_duplicates": twice}
    keep(lake, collection, {name: pl.DataFrame(rows) for name, rows in made.items()}, version)
    return ids


def keep(lake: Lake, collection: str, tables: Mapping[str, pl.DataFrame], version: int = 1) -> None:
    """These tables, at least `picture_memberships`, as a version; the column `collection` is added to them."""
    n = tables["picture_memberships"].height
    facts = {"version": [version], "organised_at": datetime.now(UTC), "model": "archive-tiny", "n_pictures": n,
             "n_nowhere": 0, "n_themes": 1, "n_groups": 1, "n_parts": 1, "n_folded": 1, "whole_version": version,
             "n_come": 0, "n_gone": 0, "elapsed_s": 1.0, "plan": "p", "sequence": 0}  # fmt: skip
    written = {**tables, FACTS: pl.DataFrame(facts)}
    named = {name: rows.with_columns(collection=pl.lit(collection)) for name, rows in written.items()}
    nothing = {name: pl.DataFrame(schema=table(name).polars_schema) for name in TABLES}
    Organisations(lake).write(collection, nothing | named)
