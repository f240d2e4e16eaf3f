"""`archive-pipeline bench gpu`: the figures of a machine with a GPU, in one file."""

import tempfile
from pathlib import Path

from archive_pipeline.automation.gpu_bench.asked import Asked, Value
from archive_pipeline.automation.gpu_bench.measuring import measure
from archive_pipeline.cli.console import err, out
from archive_pipeline.encoders import BUNDLED_MODEL
from archive_pipeline.errors import PassingError

_ON_GPU = ("ViT-L-14-quickgelu", "ViT-B-16-SigLIP2-256")  # architectures: random weights cost what trained ones cost


def bench_gpu(file: Path, videos: int, seconds: float, jobs: int, device: str) -> None:
    """Measure every part and write `file`, anew after each. Raises PassingError `bench_failed` where some failed."""
    is_gpu = device.startswith("cuda")
    with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as work:
        asked = Asked(
            work=work,
            device=device,
            videos=videos,
            seconds=seconds,
            pictures=3072 if is_gpu else 64,
            jobs=jobs,
            models=_ON_GPU if is_gpu else (BUNDLED_MODEL,),
        )
        err.print(f"[dim]{videos} × {seconds:g} s of 720p on {device}, {jobs} at once; figures in {file} …[/]")
        failed = measure(asked, file, _tell)
    if failed:
        raise PassingError("bench_failed", f"What {', '.join(failed)} said stands in {file}; all others were measured.")


def _tell(part: str, figures: dict[str, Value]) -> None:
    mark = "[red]✗[/]" if "failed" in figures else "[green]✓[/]"
    out.print(f"{mark} [bold]{part}[/]")
    for name, value in figures.items():
        shown = f"{value:.4g}" if isinstance(value, float) else str(value)
        out.print(f"    {name}: {shown}", markup=False, highlight=False, soft_wrap=True)
