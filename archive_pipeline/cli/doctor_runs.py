"""What `doctor` finds of Dagster's runs: those that nobody works on any more, and how large their history is."""

from collections.abc import Iterator

from archive_pipeline.cli.console import size
from archive_pipeline.cli.doctor_finding import Finding
from archive_pipeline.counting import counted
from archive_pipeline.settings import Settings

_LARGE_BYTES = 20e9


def look_at_runs(settings: Settings) -> Iterator[Finding]:
    """An archive that was never worked on has none, and is left so."""
    history = settings.instance_dir / "history"
    if not history.is_dir():
        yield Finding("runs", "ok", "none yet")
        return
    from archive_pipeline.automation.run_counts import run_counts

    counts = run_counts(settings)
    if counts.n_lost:
        yield Finding(
            "runs",
            "problem",
            f"{counts.n_lost} have lost their process (killed, a reboot) and still count as at work",
            "archive-pipeline repair; where the daemon runs (archive-pipeline dev) it ends and repeats them by itself",
        )
    else:
        yield Finding("runs", "ok", f"{counts.n_at_work} at work, each with its process")
    n_bytes = sum(file.stat().st_size for file in history.rglob("*") if file.is_file())
    is_large = n_bytes > _LARGE_BYTES
    yield Finding(
        "history",
        "note" if is_large else "ok",
        f"{counted(counts.n_runs, 'run')}, {size(n_bytes)}",
        "the daemon forgets old runs: lower ARCHIVE_KEEP_RUNS_DAYS" if is_large else "",
    )
