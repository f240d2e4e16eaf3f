"""What `doctor` finds of what machines share for their runs: the broker, Dagster's storage, and who works."""

from collections.abc import Iterator

from archive_pipeline.cli.doctor_finding import Finding
from archive_pipeline.settings import Settings

_PATIENCE_S = 2.0


def look_at_broker(settings: Settings) -> Iterator[Finding]:
    """One machine needs none. Raises `no_celery`, `broker_unreachable`, `storage_unreachable`, as the worker does."""
    if settings.broker_url is None:
        yield Finding("broker", "ok", "none: this machine does its runs itself")
        return
    from archive_pipeline.automation.broker import reach_broker, reach_storage, workers

    reach_broker(settings)
    reach_storage(settings)
    found = workers(settings, _PATIENCE_S)
    shown = "; ".join(f"{name}: {', '.join(queues)}" for name, queues in sorted(found.items()))
    yield Finding(
        "broker",
        "ok" if found else "problem",
        shown or "the broker and Dagster's storage answer, but no worker does",
        "" if found else "archive-pipeline worker --queue cpu, on each machine that is to work",
    )
