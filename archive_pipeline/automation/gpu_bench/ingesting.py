"""`ingest` of the programmes, with each choice of who decodes."""

import os
from collections import Counter
from pathlib import Path

from archive_pipeline.automation.bench_archive import own_archive
from archive_pipeline.automation.gpu_bench.asked import Asked, Figures
from archive_pipeline.automation.ingest_bench import BENCH, costed, ingest, seconds_by_stage
from archive_pipeline.collections.model import Collection
from archive_pipeline.collections.registration import write_collection
from archive_pipeline.encoders.untrained import name_with_weights
from archive_pipeline.resources.archive import Archive
from archive_pipeline.settings import Settings
from archive_pipeline.stages.chain import CHAIN, FRAMES


def ingest_with(wanted: str, asked: Asked, figures: Figures) -> None:
    """Wanted with `auto`: at least 100 × real time, better 200 ×."""
    folder = Path(asked.work) / f"ingest {wanted}"
    folder.mkdir()
    chosen = {"ARCHIVE_DEVICE": asked.device, "ARCHIVE_JOBS": str(asked.jobs), "ARCHIVE_DECODER": wanted}
    source = own_archive(folder, chosen)
    for programme in asked.programmes.iterdir():
        os.link(programme, source / programme.name)
    collection = Collection(
        name=BENCH, source=source, model=name_with_weights(asked.models[0], Path(asked.work)), settle_s=0.0
    )
    write_collection(Settings().registered_collections_dir, collection)
    cost = costed(lambda: ingest(BENCH, asked.jobs))
    figures.note(wall_s=cost.wall_s, realtime_factor=asked.videos * asked.seconds / cost.wall_s)
    figures.note(processor_s=cost.processor_s, encoder_processor_s=cost.encoder_s)
    if use := cost.gpu:
        figures.note(gpu_busy_percent=use.computing, decoder_busy_percent=use.decoding)
    archive = Archive()
    ready = [entry.name for entry in archive.catalogue.entries(BENCH) if entry.status == "ready"]
    stored = [archive.lake.provenance(FRAMES.tables[-1], name) for name in ready]
    decoders = Counter(one.notes.get("decoder", "cpu") for one in stored if one)
    figures.note(ready=len(ready), decoders=dict(decoders))
    figures.note(processor_s_by_stage={**seconds_by_stage(archive, CHAIN, ready)})
