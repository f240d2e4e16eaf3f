"""IIIF Presentation 3: a video on a canvas with a duration, its scenes and shots as ranges, for viewers on the web."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from archive_pipeline.exports.model import Note, Record, Selection

_CONTEXT = "http://iiif.io/api/presentation/3/context.json"
_LEAST_S = 0.001

_Json = dict[str, Any]


def manifest(selection: Selection) -> bytes:
    """The video itself where browsers play it, else the keyframes of its shots in its place; what is said as
    annotations.

    Written without the library iiif-prezi3: 3.1.1, its newest, is bound to Pillow 12 and older.
    """
    assert selection.record
    record = selection.record
    here = f"{record.address}/iiif/{quote(record.source.video_id)}"
    canvas = f"{here}/canvas"
    painted = {"id": f"{here}/painting", "type": "AnnotationPage", "items": list(_paintings(record, here, canvas))}
    shown: _Json = {
        "id": canvas,
        "type": "Canvas",
        "label": _text(record.source.name),
        "width": record.source.width,
        "height": record.source.height,
        "duration": _duration(record),
        "items": [painted],
    }
    if record.transcript:
        said = list(_said(record, here, canvas))
        shown["annotations"] = [{"id": f"{here}/transcript", "type": "AnnotationPage", "items": said}]
    whole: _Json = {"@context": _CONTEXT, "id": here, "type": "Manifest", "label": _text(record.source.name)}
    if record.summary:
        whole["summary"] = _text(record.summary)
    scenes = [_scene(record, scene, number, here, canvas) for number, scene in enumerate(record.scenes)]
    return json.dumps(whole | {"items": [shown], "structures": scenes}, ensure_ascii=False, indent=1).encode()


def _text(text: str) -> dict[str, list[str]]:
    return {"none": [text]}  # in no language that is known


def _duration(record: Record) -> float:
    return max(_LEAST_S, round(record.source.end_s, 3))


def _paintings(record: Record, here: str, canvas: str) -> Iterator[_Json]:
    source, name = record.source, quote(record.source.video_id)
    painting: _Json = {"type": "Annotation", "motivation": "painting"}
    if source.is_playable:
        size = {"width": source.width, "height": source.height, "duration": _duration(record)}
        video = {"id": f"{record.address}/media/sources/{name}", "type": "Video", "format": source.media_type} | size
        yield painting | {"id": f"{here}/painting/video", "body": video, "target": canvas}
        return
    for number, shot in enumerate(record.shots):
        middle_s = (shot.start_s + shot.end_s) / 2
        still = f"{record.address}/media/stills/{name}?at={middle_s:.3f}"
        body = {"id": still, "type": "Image", "format": "image/jpeg", "width": source.width, "height": source.height}
        yield painting | {"id": f"{here}/painting/{number}", "body": body, "target": _piece(canvas, shot)}


def _said(record: Record, here: str, canvas: str) -> Iterator[_Json]:
    for number, note in enumerate(record.transcript):
        language = {"language": note.language} if note.language else {}
        yield {
            "id": f"{here}/transcript/{number}",
            "type": "Annotation",
            "motivation": "supplementing",
            "body": {"type": "TextualBody", "value": note.text, "format": "text/plain"} | language,
            "target": _piece(canvas, note),
        }


def _scene(record: Record, scene: Note, number: int, here: str, canvas: str) -> _Json:
    shots = [
        _range(f"{here}/shot/{n}", shot.text, [{"id": _piece(canvas, shot), "type": "Canvas"}])
        for n, shot in enumerate(record.shots)
        if scene.start_s <= shot.start_s < scene.end_s
    ]
    return _range(f"{here}/scene/{number}", scene.text, shots)


def _range(key: str, label: str, items: list[_Json]) -> _Json:
    return {"id": key, "type": "Range", "label": _text(label), "items": items}


def _piece(canvas: str, note: Note) -> str:
    """The canvas for a stretch of time (W3C media fragments), in milliseconds."""
    return f"{canvas}#t={max(0.0, note.start_s):.3f},{note.end_s:.3f}"
