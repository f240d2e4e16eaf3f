"""The encoder as a resource of Dagster's: a run asks the machine's warm process, and holds no model of its own."""

import dagster as dg

from archive_pipeline.encoders import identify
from archive_pipeline.encoders.protocol import JointEncoder
from archive_pipeline.encoders.service import served_encoder


class EncoderResource(dg.ConfigurableResource):
    """Gives encoders by name."""

    device: str = "auto"

    def get(self, name: str) -> JointEncoder:
        return served_encoder(name, self.device)

    def identify(self, name: str) -> str:
        return identify(name)
