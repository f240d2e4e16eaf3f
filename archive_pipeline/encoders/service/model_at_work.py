"""The model of an encoder's process, from the moment it is asked for: loading, ready, or failed."""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from archive_pipeline.encoders.service.fair_queue import FairQueue
from archive_pipeline.encoders.service.faults import BrokenError
from archive_pipeline.errors import ArchiveError

if TYPE_CHECKING:
    from archive_pipeline.encoders.encoder import Encoder
    from archive_pipeline.encoders.service.pipeline import Pipeline

State = Literal["loading", "ready", "failed", "ending"]


class ModelAtWork:
    """Loaded once, by `load`, while others wait in `loaded`."""

    def __init__(self, name: str, identity: str, device: str, on_broken: Callable[[BaseException], None]) -> None:
        self.name = name
        self.identity = identity
        self.device = device
        """As it was asked for, such as `auto`; once the model is there what that came to."""
        self.queue = FairQueue()
        self.is_ending = False
        self._on_broken = on_broken
        self.error: ArchiveError | None = None
        """Why the model could not be loaded."""
        self._ready: tuple[Pipeline, Encoder] | None = None
        self._settled = threading.Event()

    @property
    def state(self) -> State:
        if self.is_ending:
            return "ending"
        if not self._settled.is_set():
            return "loading"
        return "failed" if self.error else "ready"

    @property
    def pictures_per_s(self) -> float:
        return self._ready[0].rate.per_s if self._ready else 0.0

    @property
    def at_device_s(self) -> float:
        """See `Pipeline.at_device_s`."""
        return self._ready[0].at_device_s if self._ready else 0.0

    def load(self) -> None:
        """Load the model; an error that a person is meant to read is kept for all who ask. Others are raised."""
        from archive_pipeline.encoders.registry import load_encoder
        from archive_pipeline.encoders.service.pipeline import Pipeline

        try:
            encoder = load_encoder(self.name, self.device)
            self.device = encoder.device
            self._ready = Pipeline(encoder, self.queue, self._on_broken), encoder
        except ArchiveError as error:
            self.error = error
        self._settled.set()

    def loaded(self) -> "tuple[Pipeline, Encoder]":
        """Wait for it. Raises the error of `load`, and BrokenError where the process is about to end."""
        self._settled.wait()
        if self.is_ending:
            raise BrokenError("the encoder ends")
        if self.error:
            raise self.error
        assert self._ready
        return self._ready
