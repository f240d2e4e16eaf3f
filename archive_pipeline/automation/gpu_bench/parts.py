"""The parts, in order of what is wanted most, with the longest that each may take on an H200 with 16 cores."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from archive_pipeline.automation.gpu_bench.asked import Asked, Figures


@dataclass(frozen=True)
class Part:
    name: str
    limit_s: float
    work: Callable[[Asked, Figures], None]


def parts(asked: Asked) -> list[Part]:
    """Those that the device has."""
    from archive_pipeline.automation.gpu_bench import agreement, decoding, encoding, ingesting, preparing

    first, *others = asked.models
    found = [
        Part("machine", 30, preparing.machine),
        Part("prepared", 60, preparing.prepare),
        *(Part(f"encoder {model}", 75, partial(encoding.cost, model)) for model in asked.models),
        Part("decoding", 90, decoding.rates),
    ]
    if not asked.has_gpu:
        ingest = Part("ingest, decoder cpu", 90, partial(ingesting.ingest_with, "cpu"))
        return [*found, ingest, Part(f"compiled {first}", 60, partial(encoding.compiled, first))]
    return [
        *found,
        *(Part(f"ingest, decoder {one}", 90, partial(ingesting.ingest_with, one)) for one in ("auto", "cpu")),
        Part("agreement", 60, agreement.agreement),
        Part(f"compiled {first}", 60, partial(encoding.compiled, first)),
        Part("ingest, decoder cuda", 90, partial(ingesting.ingest_with, "cuda")),
        Part("lack of memory", 30, encoding.lack_of_memory),
        *(Part(f"compiled {model}", 60, partial(encoding.compiled, model)) for model in others),
    ]
