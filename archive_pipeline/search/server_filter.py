"""Filters in the Qdrant server's own types."""

from qdrant_client import models

from archive_pipeline.search.model import Filter
from archive_pipeline.search.photo_filter import Box, Circle


def to_filter(wanted: Filter) -> models.Filter | None:
    """None where nothing is filtered."""
    must: list[models.Condition] = [
        models.FieldCondition(key=field, match=models.MatchAny(any=list(values)))
        for field, values in (
            ("collection", wanted.collections),
            ("video_id", wanted.video_ids),
            ("class", wanted.classes),
            ("languages", wanted.languages),
            *(("columns", group) for group in wanted.listed),
        )
        if values
    ]
    must += [
        models.FieldCondition(key="concepts", match=models.MatchAny(any=[one]))
        for one in (*wanted.concepts, *wanted.objects)
    ]
    must += [models.FieldCondition(key="keywords", match=models.MatchAny(any=[one])) for one in wanted.photos.keywords]
    must += [_within(wanted.photos.box)] if wanted.photos.box else []
    must += [_near(wanted.photos.near)] if wanted.photos.near else []
    must += [
        models.FieldCondition(key=field, range=bounds)
        for field, bounds in (
            ("duration_s", models.Range(gte=wanted.min_duration_s, lte=wanted.max_duration_s)),
            ("end_s", models.Range(gt=wanted.from_s)),
            ("start_s", models.Range(lt=wanted.to_s)),
            ("taken_s", models.Range(lt=wanted.dated.before_s)),
        )
        if bounds.model_dump(exclude_none=True)
    ]
    must += [_since(wanted.dated.from_s)] if wanted.dated.from_s is not None else []
    if wanted.ids:
        must.append(models.HasIdCondition(has_id=list(wanted.ids)))
    must_not: list[models.Condition] = []
    if wanted.without_ids:
        must_not.append(models.HasIdCondition(has_id=list(wanted.without_ids)))
    if wanted.without_video_ids:
        must_not.append(
            models.FieldCondition(key="video_id", match=models.MatchAny(any=list(wanted.without_video_ids)))
        )
    return models.Filter(must=must, must_not=must_not) if must or must_not else None


def _since(from_s: float) -> models.Filter:
    """A photo is of one moment, a video of any until another."""
    bounds = (("taken_s", models.Range(gte=from_s)), ("taken_before_s", models.Range(gt=from_s)))
    return models.Filter(should=[models.FieldCondition(key=field, range=bound) for field, bound in bounds])


def _near(circle: Circle) -> models.Condition:
    center = models.GeoPoint(lat=circle.latitude, lon=circle.longitude)
    return models.FieldCondition(key="place", geo_radius=models.GeoRadius(center=center, radius=1000 * circle.km))


def _within(box: Box) -> models.Condition:
    parts = [
        models.GeoBoundingBox(
            top_left=models.GeoPoint(lat=part.north, lon=part.west),
            bottom_right=models.GeoPoint(lat=part.south, lon=part.east),
        )
        for part in box.parts
    ]
    return models.Filter(should=[models.FieldCondition(key="place", geo_bounding_box=part) for part in parts])
