"""One process a device and model that encodes for all others of the machine, or for others in the network.

`served.py` is the door for those who ask, `__main__.py` the process; between them lies `encoder.proto`. Nothing that
they ask with imports torch.
"""

from archive_pipeline.encoders.service.served import require_served, served_encoder

__all__ = ["require_served", "served_encoder"]
