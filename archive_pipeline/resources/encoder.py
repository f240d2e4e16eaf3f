"""The encoder behind a resource, so that it can later live in a warm process of its own."""

from typing import TYPE_CHECKING

import dagster as dg

if TYPE_CHECKING:
    from archive_pipeline.encoders import Encoder


class EncoderResource(dg.ConfigurableResource):
    """Gives encoders by name; a process loads each one once, however many videos it works on."""

    device: str = "auto"

    def get(self, name: str) -> "Encoder":
        from archive_pipeline.encoders import get_encoder  # torch: seconds, and only where it is needed

        return get_encoder(name, self.device)

    def identify(self, name: str) -> str:
        from archive_pipeline.encoders import identify

        return identify(name)
