"""Errors as HTTP says them."""

from archive_pipeline.errors import ArchiveError, RequestError

_STATUS = {
    "unknown_collection": 404,
    "unknown_video": 404,
    "unknown_concept": 404,
    "unknown_column": 404,
    "unknown_photo": 404,
    "unknown_shots": 404,
    "unknown_picture": 404,
    "unknown_finding": 404,
    "nothing_found": 404,
    "unknown_group": 404,
    "not_organised": 404,
    "unknown_upload": 404,
    "unknown_basket": 404,
    "unknown_target": 404,
    "unknown_saved_search": 404,
    "unknown_run": 404,
    "unknown_question": 404,
    "unknown_policy": 404,
    "unknown_shot": 404,
    "nothing_ready": 404,
    "upload_too_large": 413,
    "upload_kind": 415,
    "video_not_ready": 404,
    "no_picture_kept": 404,
    "no_such_moment": 404,
    "source_gone": 404,
    "not_playable": 415,
    "picture_too_large": 413,
    "picture_too_many_pixels": 413,
    "picture_format": 415,
    "picture_shape": 422,
    "detector_unknown": 404,
    "not_a_picture_or_video": 415,
    "preview_failed": 502,
}
_ASKED_WRONGLY = 422
_NOT_NOW = 503


def status_of(error: ArchiveError) -> int:
    """The HTTP status of an error: 4xx for what the asker can put right, 503 for what may pass or be configured."""
    return _STATUS.get(error.code, _ASKED_WRONGLY if isinstance(error, RequestError) else _NOT_NOW)
