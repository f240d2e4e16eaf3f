"""RapidOCR: PP-OCR's models in onnxruntime. Its wheel carries them; nothing is downloaded."""

import io
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from PIL import Image
from rapidocr import RapidOCR

from archive_pipeline.errors import MediaError
from archive_pipeline.language.visible_text.model import Box, Line

_LEAST_CONFIDENCE = 0.75  # the least sure of 83 true lines has 0.82 (`simulate --lettered --seed 901`)
_FEWEST_LETTERS = 2  # single ones are windows, wheels and stars more often than writing


class RapidReader:
    """See TextReader. On one thread, so that runs beside each other share the processors; on a GPU where onnxruntime's
    build for one is installed."""

    def __init__(self) -> None:
        cuda = "CUDAExecutionProvider" in onnxruntime.get_available_providers()
        self.device = "cuda" if cuda else "cpu"
        self._engine: Any = RapidOCR(  # what it answers depends on its parameters
            params={
                "Global.use_cls": False,
                "Global.text_score": _LEAST_CONFIDENCE,
                "Global.log_level": "error",
                "EngineConfig.onnxruntime.intra_op_num_threads": 1,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
                "EngineConfig.onnxruntime.use_cuda": cuda,
            }
        )

    def read(self, jpeg: bytes) -> list[Line]:
        """See TextReader."""
        try:
            with Image.open(io.BytesIO(jpeg)) as picture:
                pixels = np.asarray(picture.convert("RGB"))[:, :, ::-1]  # as OpenCV has them
        except OSError as error:
            raise MediaError("picture_damaged", f"A picture cannot be decoded ({error}).") from error
        height, width = pixels.shape[:2]
        found = self._engine(np.ascontiguousarray(pixels))
        if found.boxes is None:
            return []
        scale = np.array((width, height) * 2)
        lines = [
            Line(text.strip(), float(score), Box(*(np.clip(_corners(box) / scale, 0, 1).tolist())))
            for box, text, score in zip(found.boxes, found.txts, found.scores, strict=True)
            if sum(map(str.isalnum, text)) >= _FEWEST_LETTERS
        ]
        return sorted(lines, key=lambda line: (line.box.y0, line.box.x0))


def _corners(polygon: NDArray[np.float32]) -> NDArray[np.float32]:
    """Left, top, right, bottom of (points, 2)."""
    return np.concatenate([polygon.min(axis=0), polygon.max(axis=0)])
