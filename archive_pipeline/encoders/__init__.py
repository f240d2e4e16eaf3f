"""Pictures and texts in one joint space: open_clip models by name. Importing this imports no torch."""

from typing import TYPE_CHECKING

from archive_pipeline.encoders.identity import identify
from archive_pipeline.encoders.names import BUNDLED_MODEL, DEFAULT_MODEL, canonical
from archive_pipeline.encoders.registry import forget_encoders, get_encoder, load_encoder
from archive_pipeline.encoders.weights import require_available

if TYPE_CHECKING:
    from archive_pipeline.encoders.encoder import Encoder as Encoder
    from archive_pipeline.encoders.encoder import EncoderFacts as EncoderFacts

__all__ = [
    "BUNDLED_MODEL",
    "DEFAULT_MODEL",
    "canonical",
    "forget_encoders",
    "get_encoder",
    "identify",
    "load_encoder",
    "require_available",
]
