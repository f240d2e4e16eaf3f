"""What `doctor` finds of the process that encodes."""

from collections.abc import Iterator

from archive_pipeline.cli.doctor_finding import Finding
from archive_pipeline.collections.collection_files import load_collections
from archive_pipeline.encoders import identify
from archive_pipeline.encoders.service.census import running
from archive_pipeline.encoders.service.encoder_pb2 import StatusReply
from archive_pipeline.encoders.service.runtime_folder import safe_folder
from archive_pipeline.errors import ConfigurationError
from archive_pipeline.settings import Settings

_FIX = "start it there (archive-pipeline encoder serve MODEL), or unset ARCHIVE_ENCODER_URL"


def look_at_encoder(settings: Settings) -> Iterator[Finding]:
    """The one in the network and whether it has the collections' models; else what runs on this machine."""
    found = running(settings)
    if settings.encoder_url is None and (unsafe := _unsafe_folder(settings)):
        yield Finding("encoder", "problem", unsafe.code, unsafe.message)
    elif settings.encoder_url is None:
        named = [_named(one.status) for one in found if one.status]
        yield Finding("encoder", "ok", "; ".join(named) or "none runs; one starts when it is first needed")
    elif (there := found[-1].status) is None:
        yield Finding("encoder", "problem", f"{settings.encoder_url} does not answer", _FIX)
    else:
        yield Finding("encoder", "ok", f"{settings.encoder_url}: {_named(there)}")
        yield from _other_models(settings, there)


def _unsafe_folder(settings: Settings) -> ConfigurationError | None:
    try:
        safe_folder(settings.runtime_folder)
    except ConfigurationError as error:
        return error
    return None


def _other_models(settings: Settings, encoder: StatusReply) -> Iterator[Finding]:
    for collection in load_collections(settings.collection_folders)[0]:
        if identify(collection.model) != encoder.identity:
            yield Finding(
                f"model of {collection.name}",
                "problem",
                f"{collection.model} is not what {settings.encoder_url} serves ({encoder.name})",
                "serve that model, or run this collection without ARCHIVE_ENCODER_URL",
            )


def _named(encoder: StatusReply) -> str:
    rate = f", {encoder.pictures_per_s:.0f} pictures/s" if encoder.pictures_per_s else ""
    return f"{encoder.name} on {encoder.device}, {encoder.state}{rate}"
