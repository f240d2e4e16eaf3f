"""`archive-pipeline bench scale`: what an archive of many registered videos costs while nothing is decoded."""

import tempfile
from dataclasses import asdict
from pathlib import Path

from archive_pipeline.automation.scale.costs import Cost, costs, draw
from archive_pipeline.automation.scale.drawn import DRAWING
from archive_pipeline.automation.scale.steps import STEPS
from archive_pipeline.cli.bars import one_bar
from archive_pipeline.cli.console import err, out, print_json
from archive_pipeline.cli.tables import WholeTable


def bench_scale(n_videos: int, *, as_json: bool) -> None:
    """Draw the archive and measure every step. Raises PassingError `bench_failed`."""
    measured = []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        with one_bar(f"drawing {n_videos:,} videos", DRAWING):
            draw(Path(folder), n_videos)
        for number, cost in enumerate(costs(), 1):
            err.print(f"[dim]{number} of {len(STEPS)}: {cost.what}, {cost.processor_s:.2f} s[/]")
            measured.append(cost)
    if as_json:
        print_json({"videos": n_videos, "costs": [asdict(cost) for cost in measured]})
    else:
        out.print(_table(measured))


def _table(measured: list[Cost]) -> WholeTable:
    table = WholeTable("what", "processor s", "bar", "", "wall s", "peak MiB", texts=("what",))
    for cost in measured:
        bar = "" if cost.bar_s is None else f"≤ {cost.bar_s:g}"
        mark = "" if cost.bar_s is None else "[green]✓[/]" if cost.processor_s <= cost.bar_s else "[red]✗[/]"
        table.add_row(
            cost.what, f"{cost.processor_s:.2f}", bar, mark, f"{cost.wall_s:.2f}", f"{cost.peak_mib:.0f}"
        )  # fmt: skip
    return table
