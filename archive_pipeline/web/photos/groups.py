"""The groups of a collection and the photos in them, from the published database."""

from collections.abc import Mapping, Sequence
from typing import Any

from archive_pipeline.errors import RequestError
from archive_pipeline.search.model import is_shot_id
from archive_pipeline.store.group_names import GroupName
from archive_pipeline.web import addresses
from archive_pipeline.web.api.photo_models import GroupOut, GroupsOut, PhotoLine, PhotoLines
from archive_pipeline.web.archive import WebArchive
from archive_pipeline.web.database import Published
from archive_pipeline.web.photos.asked import PhotosAsked

UNCERTAIN = 0.1
_LEVELS = {"theme": 0, "group": 1, "part": 2}
_KNOWN = """
SELECT g.group_id, g.collection, g.parent_id, g.level, g.name_en, g.name_es, g.n_pictures, g.medoid_id,
       s.video_id, s.keyframe_s
FROM picture_groups AS g LEFT JOIN shots AS s ON s.shot_id = g.medoid_id
"""
_GROUPS = f"{_KNOWN} WHERE g.collection = ? ORDER BY g.n_pictures DESC, g.group_id"
_NAMED = f"{_KNOWN} WHERE g.group_id IN (SELECT unnest(?::UUID[]))"
_COUNTED = """
SELECT count(*) AS n, count(*) FILTER (theme_id IS NULL) AS nowhere,
       count(*) FILTER (theme_id IS NOT NULL AND certainty < ?) AS uncertain
FROM picture_memberships WHERE collection = ?
"""
_MEMBERS = "SELECT picture_id FROM picture_memberships WHERE ? IN (theme_id, group_id, part_id) ORDER BY picture_id"
_STANDING = "SELECT theme_id, group_id, part_id, certainty FROM picture_memberships WHERE picture_id = ?"
_FOLDED = """
WITH own AS (SELECT coalesce((SELECT kept_id FROM photo_duplicates WHERE photo_id = ?), ?::UUID) AS kept_id)
SELECT photo_id, kind FROM photo_duplicates JOIN own USING (kept_id) WHERE photo_id <> ?
UNION ALL SELECT kept_id, (SELECT kind FROM photo_duplicates WHERE photo_id = ?) FROM own WHERE kept_id <> ?
ORDER BY photo_id LIMIT 60
"""
_PHOTOS = """
SELECT p.photo_id, p.path, p.taken_at, {folded} AS n_folded, count(*) OVER () AS total FROM photos AS p {joined}
WHERE p.collection = ? AND p.status = 'ready' AND (? = '' OR p.album = ?) AND {wanted}
ORDER BY {order} LIMIT ? OFFSET ?
"""
_JOINED = """
LEFT JOIN picture_memberships AS m ON m.picture_id = p.photo_id
LEFT JOIN photo_duplicates AS d ON d.photo_id = p.photo_id
LEFT JOIN (SELECT kept_id, count(*) AS n FROM photo_duplicates GROUP BY kept_id) AS f ON f.kept_id = p.photo_id
"""
_BY_TIME = "p.taken_at NULLS LAST, p.path, p.photo_id"


def groups_of(archive: WebArchive, collection: str) -> GroupsOut:
    """All groups of a collection, the largest first; none where it was not organised yet."""
    if not is_organised(archive.published):
        return GroupsOut(groups=[], n_photos=0, n_nowhere=0, n_uncertain=0)
    [counted] = archive.published.rows(_COUNTED, [UNCERTAIN, collection])
    given = archive.group_names.latest(collection)
    groups = [_group(row, given) for row in archive.published.rows(_GROUPS, [collection])]
    return GroupsOut(
        groups=groups, n_photos=counted["n"], n_nowhere=counted["nowhere"], n_uncertain=counted["uncertain"]
    )


def named_groups(archive: WebArchive, group_ids: Sequence[str]) -> dict[str, GroupOut]:
    """Those of the groups that there are, by id, whatever is asked for."""
    asked = [key for key in group_ids if is_shot_id(key)]
    rows = archive.published.rows(_NAMED, [asked]) if asked and is_organised(archive.published) else []
    return {str(row["group_id"]): _group(row, archive.group_names.latest(row["collection"])) for row in rows}


def list_photos(archive: WebArchive, asked: PhotosAsked) -> PhotoLines:
    """A page of photos. Raises RequestError `unknown_group`."""
    there = is_organised(archive.published)
    if asked.group and not (there and is_shot_id(asked.group)):
        raise unknown_group()
    wanted, order = "true", _BY_TIME
    values: list[object] = []
    if asked.group:
        wanted, order, values = (
            "? IN (m.theme_id, m.group_id, m.part_id)",
            f"m.certainty DESC, {_BY_TIME}",
            [asked.group],
        )
    elif asked.show == "nowhere" and there:
        wanted = "m.picture_id IS NOT NULL AND m.theme_id IS NULL"
    elif asked.show == "uncertain" and there:
        wanted, order, values = "m.theme_id IS NOT NULL AND m.certainty < ?", "m.certainty, p.photo_id", [UNCERTAIN]
    query = _PHOTOS.format(
        folded="coalesce(f.n, 0)" if there else "0",
        joined=_JOINED if there else "",
        wanted=f"d.photo_id IS NULL AND {wanted}" if there else wanted,
        order=order,
    )
    page = [asked.limit, (asked.page - 1) * asked.limit]
    rows = archive.published.rows(query, [asked.collection, asked.album, asked.album, *values, *page])
    if not rows and asked.page > 1:  # beyond the last page nothing tells how many there are
        return PhotoLines(photos=[], total=list_photos(archive, asked.with_(page=1, limit=1)).total)
    return PhotoLines(photos=[_line(row) for row in rows], total=rows[0]["total"] if rows else 0)


def members(archive: WebArchive, group_id: str) -> list[str]:
    """Ids of all photos of a group, those that are folded too. Raises RequestError `unknown_group`."""
    known = is_shot_id(group_id) and is_organised(archive.published)
    rows = archive.published.rows(_MEMBERS, [group_id]) if known else []
    if not rows:
        raise unknown_group()
    return [str(row["picture_id"]) for row in rows]


def standing_of(archive: WebArchive, photo_id: str) -> dict[str, Any]:
    """Fields `groups`, `certainty` and `folded` of a PhotoOut."""
    nothing: dict[str, Any] = {"groups": [], "certainty": None, "folded": []}
    if not is_organised(archive.published):
        return nothing
    rows = archive.published.rows(_STANDING, [photo_id])
    if not rows:
        return nothing
    groups = [str(rows[0][name]) for name in ("theme_id", "group_id", "part_id") if rows[0][name]]
    folded = [
        {"photo_id": key, "still": addresses.photo(key), "kind": row["kind"]}
        for row in archive.published.rows(_FOLDED, [photo_id] * 5)
        for key in [str(row["photo_id"])]
    ]
    return {"groups": groups, "certainty": rows[0]["certainty"], "folded": folded}


def rename(archive: WebArchive, group_id: str, name: str, person: str) -> None:
    """Give a group a name that stays; an empty one gives it its own back. Raises RequestError `unknown_group`,
    `bad_group_name`."""
    query = "SELECT collection FROM picture_groups WHERE group_id = ?"
    known = is_shot_id(group_id) and is_organised(archive.published)
    rows = archive.published.rows(query, [group_id]) if known else []
    if not rows:
        raise unknown_group()
    archive.group_names.add(GroupName(rows[0]["collection"], group_id, name, person.strip()))


def is_organised(published: Published) -> bool:
    """Whether the published version knows organisations at all: older ones have no such tables."""
    return bool(published.counted("picture_groups", "SELECT 1"))


def organised_collections(published: Published) -> set[str]:
    """Collections, of photos or of videos, that have groups and a map."""
    rows = published.counted("picture_memberships", "SELECT DISTINCT collection FROM picture_memberships")
    return {row["collection"] for row in rows}


def unknown_group() -> RequestError:
    return RequestError("unknown_group", "There is no such group any more: the collection was organised anew.")


def _group(row: Mapping[str, Any], given: Mapping[str, str]) -> GroupOut:
    key, medoid = str(row["group_id"]), str(row["medoid_id"])
    by_person = given.get(key, "")
    return GroupOut(
        group_id=key,
        parent=str(row["parent_id"]) if row["parent_id"] else None,
        level=_LEVELS[row["level"]],
        name={language: by_person or row[f"name_{language}"] or "" for language in ("en", "es")},
        named_by="person" if by_person else "machine",
        n_photos=row["n_pictures"],
        photo_id=medoid,
        still=addresses.still(row["video_id"], row["keyframe_s"]) if row["video_id"] else addresses.photo(medoid),
    )


def _line(row: Mapping[str, Any]) -> PhotoLine:
    key = str(row["photo_id"])
    return PhotoLine(
        photo_id=key, path=row["path"], taken_at=row["taken_at"], still=addresses.photo(key), n_folded=row["n_folded"]
    )
