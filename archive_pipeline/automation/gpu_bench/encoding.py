"""The encoder on a GPU: beside the bare model, compiled, and where memory is short."""

import time
from collections.abc import Callable
from dataclasses import asdict

from archive_pipeline.automation.gpu_bench.asked import Asked, Figures

_ROUNDS = 10
_MEBIBYTE = 2**20


def cost(model: str, asked: Asked, figures: Figures) -> None:
    """Wanted: `encode_images` at most 1.10 times the bare model, JPEGs at least 1.3 times as fast as it."""
    import torch

    from archive_pipeline.encoders.bench import measure

    found = measure(model, asked.pictures, asked.device)
    figures.note(
        **asdict(found), ratio=found.ratio, images_per_s=found.images_per_s, decoding_ratio=found.decoding_ratio
    )
    if asked.has_gpu:
        figures.note(most_memory_mib=torch.cuda.max_memory_reserved() // _MEBIBYTE)


def compiled(model: str, asked: Asked, figures: Figures) -> None:
    """Pictures a second of the bare model as it is, and by `torch.compile`."""
    import torch

    from archive_pipeline.encoders.bench import bench_encoder

    encoder = bench_encoder(model, asked.device)
    n = encoder.batch_size
    tensors = encoder.to_input(torch.zeros((n, *encoder.preprocessing.size, 3), dtype=torch.uint8))
    with torch.inference_mode():
        figures.note(batch_size=n, as_it_is_per_s=_rate(lambda: encoder.forward(tensors).float().cpu(), n))
        quicker = torch.compile(encoder.forward)
        began = time.perf_counter()
        quicker(tensors).float().cpu()
        figures.note(compiling_s=time.perf_counter() - began)
        figures.note(compiled_per_s=_rate(lambda: quicker(tensors).float().cpu(), n))


def lack_of_memory(asked: Asked, figures: Figures) -> None:
    """The batches that are left where this process may have hardly more than its model; the rows stay the same."""
    import torch

    from archive_pipeline.encoders.bench import made_pictures
    from archive_pipeline.encoders.loading import load_untrained

    encoder = load_untrained(asked.models[0], asked.device)
    pictures = made_pictures(16) * 32
    before = encoder.encode_images(pictures)
    figures.note(batch_size=encoder.batch_size)
    with torch.cuda.device(encoder.device):
        torch.cuda.empty_cache()
        allowed = torch.cuda.memory_reserved() + 256 * _MEBIBYTE
        whole = torch.cuda.get_device_properties(encoder.device).total_memory
        torch.cuda.set_per_process_memory_fraction(allowed / whole)
        after = encoder.encode_images(pictures)
    figures.note(batch_size_then=encoder.batch_size, least_cosine=float((before * after).sum(axis=1).min()))


def _rate(work: Callable[[], object], n: int) -> float:
    work()
    began = time.perf_counter()
    for _ in range(_ROUNDS):
        work()
    return n * _ROUNDS / (time.perf_counter() - began)
