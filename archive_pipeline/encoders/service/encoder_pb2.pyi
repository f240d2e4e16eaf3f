from collections.abc import Iterable as _Iterable
from typing import ClassVar as _ClassVar

from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from google.protobuf.internal import containers as _containers

DESCRIPTOR: _descriptor.FileDescriptor

class Pictures(_message.Message):
    __slots__ = ("first", "jpegs")
    FIRST_FIELD_NUMBER: _ClassVar[int]
    JPEGS_FIELD_NUMBER: _ClassVar[int]
    first: int
    jpegs: _containers.RepeatedScalarFieldContainer[bytes]
    def __init__(self, first: int | None = ..., jpegs: _Iterable[bytes] | None = ...) -> None: ...

class Texts(_message.Message):
    __slots__ = ("texts",)
    TEXTS_FIELD_NUMBER: _ClassVar[int]
    texts: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, texts: _Iterable[str] | None = ...) -> None: ...

class Rows(_message.Message):
    __slots__ = ("batch_size", "n", "vectors")
    N_FIELD_NUMBER: _ClassVar[int]
    VECTORS_FIELD_NUMBER: _ClassVar[int]
    BATCH_SIZE_FIELD_NUMBER: _ClassVar[int]
    n: int
    vectors: bytes
    batch_size: int
    def __init__(
        self, n: int | None = ..., vectors: bytes | None = ..., batch_size: int | None = ...
    ) -> None: ...

class FactsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class FactsReply(_message.Message):
    __slots__ = ("batch_size", "bias", "device", "dimension", "identity", "name", "precision", "scale", "version")
    NAME_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    DEVICE_FIELD_NUMBER: _ClassVar[int]
    PRECISION_FIELD_NUMBER: _ClassVar[int]
    BATCH_SIZE_FIELD_NUMBER: _ClassVar[int]
    DIMENSION_FIELD_NUMBER: _ClassVar[int]
    SCALE_FIELD_NUMBER: _ClassVar[int]
    BIAS_FIELD_NUMBER: _ClassVar[int]
    name: str
    identity: str
    version: str
    device: str
    precision: str
    batch_size: int
    dimension: int
    scale: float
    bias: float
    def __init__(
        self,
        name: str | None = ...,
        identity: str | None = ...,
        version: str | None = ...,
        device: str | None = ...,
        precision: str | None = ...,
        batch_size: int | None = ...,
        dimension: int | None = ...,
        scale: float | None = ...,
        bias: float | None = ...,
    ) -> None: ...

class StatusRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class StatusReply(_message.Message):
    __slots__ = (
        "clients",
        "device",
        "identity",
        "idle_s",
        "name",
        "pictures_per_s",
        "pid",
        "queue",
        "state",
        "uptime_s",
        "version",
    )
    NAME_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    DEVICE_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    PID_FIELD_NUMBER: _ClassVar[int]
    CLIENTS_FIELD_NUMBER: _ClassVar[int]
    QUEUE_FIELD_NUMBER: _ClassVar[int]
    PICTURES_PER_S_FIELD_NUMBER: _ClassVar[int]
    UPTIME_S_FIELD_NUMBER: _ClassVar[int]
    IDLE_S_FIELD_NUMBER: _ClassVar[int]
    name: str
    identity: str
    version: str
    device: str
    state: str
    pid: int
    clients: int
    queue: int
    pictures_per_s: float
    uptime_s: float
    idle_s: float
    def __init__(
        self,
        name: str | None = ...,
        identity: str | None = ...,
        version: str | None = ...,
        device: str | None = ...,
        state: str | None = ...,
        pid: int | None = ...,
        clients: int | None = ...,
        queue: int | None = ...,
        pictures_per_s: float | None = ...,
        uptime_s: float | None = ...,
        idle_s: float | None = ...,
    ) -> None: ...

class StopRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class StopReply(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...
