"""What people read in the place of a video's semantic classes: a number, and what sets the class apart."""

from collections.abc import Sequence

from archive_pipeline.errors import RequestError
from archive_pipeline.web.archive import WebArchive
from archive_pipeline.web.descriptions import Described
from archive_pipeline.web.programme import Programme
from archive_pipeline.web.texts import Texts


def class_names(t: Texts, programme: Programme, described: Described) -> dict[int, str]:
    """By class, in the page's language: `3: beach · boat`. What a person calls one counts before the machine's name."""
    names = {-1: t("video.noise")}
    for row in programme.classes.filter(programme.classes["class"] >= 0).iter_rows(named=True):
        given = described.corrected.of_class(row["class"]).get("class_name")
        called = given["value"] if given else row[f"name_{t.language}"]
        names[row["class"]] = f"{row['class'] + 1}: {called}" if called else str(row["class"] + 1)
    return names


def names_of_classes(t: Texts, archive: WebArchive, videos: Sequence[str]) -> dict[int, str]:
    """Of the video that a search is narrowed to; none where it is of several, since each numbers its own."""
    if len(videos) != 1:
        return {}
    try:
        programme = archive.programmes.get(videos[0])
    except RequestError:  # an album, or it was removed
        return {}
    return class_names(t, programme, archive.descriptions.of(programme.name))
