"""What would fail every video of a collection alike: looked for once, before any of them, and told once.

A wrong setting, a model that cannot be loaded or a policy that is missing is no fault of a video. It becomes a hold of
the catalogue: no run of that work is begun while the look still finds it, and the videos stay what they are. What only
a run meets (a detector that does not load) holds the work up as well, and one run tries it again, ever more rarely.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TypeGuard

from archive_pipeline.collections.model import Collection
from archive_pipeline.collections.plan import IngestPlan
from archive_pipeline.collections.work import pause
from archive_pipeline.encoders.service import served_encoder
from archive_pipeline.errors import ConfigurationError, MissingInputError, PassingError
from archive_pipeline.language.vlm import open_vlm
from archive_pipeline.media.cuts.registry import cut_detector
from archive_pipeline.media.ffmpeg import find_ffmpeg
from archive_pipeline.search.configured import open_index
from archive_pipeline.settings import Settings
from archive_pipeline.stages import chain
from archive_pipeline.stages.kept_pictures import require_kept
from archive_pipeline.stages.machine_decoders import machine_decoders
from archive_pipeline.stages.parameters import analysis_parameters, plan_of, stage_inputs
from archive_pipeline.store.catalogue import INGEST, REMOVALS, Catalogue, Hold

_LONGEST = timedelta(hours=1)


def preflight(
    catalogue: Catalogue,
    collection: Collection,
    work: str,
    settings: Settings,
    *,
    runs_here: bool = True,
    asks_encoder: bool = False,
    asked_by_a_person: bool = False,
) -> Hold | None:
    """Look whether `work` can be done at all; what holds it up, which the catalogue then knows, else None.

    `runs_here`: whether the runs are this machine's, so that its ffmpeg and its decoders count. `asks_encoder`: have
    the model loaded, which takes seconds to minutes; what is held up already may be so for that. A person who asks
    need not wait for the next try.
    """
    holds = holds_of(catalogue, collection.name)
    known = holds.get(work)
    if work == INGEST:
        wrong = _of_ingest(collection, settings, runs_here, asks_encoder=asks_encoder or known is not None)
    else:
        stage = chain.BY_NAME[work]
        wrong = _of_inputs(holds, collection, stage)
        wrong = wrong or _of_analysis(collection, stage, settings, asks_server=known is not None)
    if wrong is not None:
        return _held(catalogue, known, collection.name, work, wrong, tries=known.tries if known else 0, until=None)
    if known and (known.until is None or asked_by_a_person):
        catalogue.release(collection.name, work)
        return None
    return known


def holds_of(catalogue: Catalogue, collection: str) -> dict[str, Hold]:
    """What holds the collection up, by work."""
    return {one.work: one for one in catalogue.holds() if one.collection == collection}


def hold_of(catalogue: Catalogue, collection: str, work: str) -> Hold | None:
    return holds_of(catalogue, collection).get(work)


def is_of_all(error: Exception) -> TypeGuard[ConfigurationError]:
    """Whether no other video of the collection would fare better."""
    return isinstance(error, ConfigurationError) and not isinstance(error, MissingInputError)


def hold_up(catalogue: Catalogue, collection: str, work: str, error: ConfigurationError) -> None:
    """A run met what fails every video alike: no other one begins before a while, and then one alone."""
    known = hold_of(catalogue, collection, work)
    if known and known.is_shut:  # those that had begun with the first one meet the same
        return
    tries = 1 + (known.tries if known else 0)
    until = datetime.now(UTC) + min(pause(tries), _LONGEST)
    _held(catalogue, known, collection, work, error, tries=tries, until=until)


def ask_about_removals(catalogue: Catalogue, plan: IngestPlan) -> None:
    """Show, until a look finds otherwise, that what vanished is kept, and what a person has to say (`plan.held`)."""
    known = hold_of(catalogue, plan.collection, REMOVALS)
    if plan.held:
        held = ConfigurationError("removals_held", f"{plan.held}.")
        _held(catalogue, known, plan.collection, REMOVALS, held, tries=0, until=None)
    elif known:
        catalogue.release(plan.collection, REMOVALS)


def _held(
    catalogue: Catalogue,
    known: Hold | None,
    collection: str,
    work: str,
    error: ConfigurationError,
    *,
    tries: int,
    until: datetime | None,
) -> Hold:
    since = known.since if known else datetime.now(UTC)
    hold = Hold(collection, work, error.code, error.message, since, tries, until)
    if hold != known:
        catalogue.hold(hold)
    return hold


def _of_ingest(
    collection: Collection, settings: Settings, runs_here: bool, *, asks_encoder: bool
) -> ConfigurationError | None:
    try:
        plan_of(collection)
        _require_index(settings.qdrant_dir, settings.qdrant_url, settings.qdrant_key)
        if runs_here:
            _require_machine(collection, settings)
        encoder = served_encoder(collection.model, settings.device)
        if asks_encoder and runs_here and settings.encoder_url is None:
            encoder.require_loaded()
    except ConfigurationError as error:
        return error
    except PassingError:  # whoever needs it waits for it
        pass
    return None


@cache
def _require_index(folder: Path, url: str | None, key: str | None) -> None:
    """Raises ConfigurationError `qdrant_url`. What is right is not looked at again: a client of a server costs 26 ms,
    and every tick of every collection asks."""
    open_index(folder, url, key).close()


def _of_inputs(holds: Mapping[str, Hold], collection: Collection, stage: chain.Stage) -> ConfigurationError | None:
    """What an analysis stands on may be held up: objects, where descriptions say what is in their boxes."""
    inputs = stage_inputs(stage, collection)
    return next((one.error for work, one in holds.items() if work in inputs and one.is_shut), None)


def _of_analysis(
    collection: Collection, stage: chain.Stage, settings: Settings, *, asks_server: bool
) -> ConfigurationError | None:
    """`asks_server`: a run found that none is named; before one did, that is no fault (`describe_sensor.py`)."""
    try:
        analysis_parameters(stage, collection, settings)
        require_kept(stage, collection)
        if asks_server and stage.name in chain.OF_A_SERVER:
            open_vlm(settings)
    except ConfigurationError as error:
        return error
    return None


def _require_machine(collection: Collection, settings: Settings) -> None:
    ffmpeg = find_ffmpeg(settings.ffmpeg)
    if collection.kind == "videos":
        machine_decoders(settings, ffmpeg, collection.decoder)
        cut_detector(collection.detector)
