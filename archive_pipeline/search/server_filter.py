"""Filters in the Qdrant server's own types."""

from qdrant_client import models

from archive_pipeline.search.model import Filter


def to_filter(wanted: Filter) -> models.Filter | None:
    """None where nothing is filtered."""
    must: list[models.Condition] = [
        models.FieldCondition(key=field, match=models.MatchAny(any=list(values)))
        for field, values in (
            ("collection", wanted.collections),
            ("video_id", wanted.video_ids),
            ("class", wanted.classes),
        )
        if values
    ]
    must += [
        models.FieldCondition(key="concepts", match=models.MatchAny(any=[one]))
        for one in (*wanted.concepts, *wanted.objects)
    ]
    must += [
        models.FieldCondition(key=field, range=bounds)
        for field, bounds in (
            ("duration_s", models.Range(gte=wanted.min_duration_s, lte=wanted.max_duration_s)),
            ("end_s", models.Range(gt=wanted.from_s)),
            ("start_s", models.Range(lt=wanted.to_s)),
        )
        if bounds.model_dump(exclude_none=True)
    ]
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
