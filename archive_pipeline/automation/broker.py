"""Whether what workers need answers: the broker, and Dagster's storage."""

import dagster as dg

from archive_pipeline.automation.instance import environment
from archive_pipeline.errors import ConfigurationError, PassingError
from archive_pipeline.settings import Settings, adopt_environment


def reach_broker(settings: Settings) -> str:
    """Its URL. Raises ConfigurationError `broker_missing`, `no_celery`, PassingError `broker_unreachable`."""
    if settings.broker_url is None:
        raise ConfigurationError(
            "broker_missing",
            "Workers get their runs from a broker: set ARCHIVE_BROKER_URL=redis://HOST:6379/0 here and for the daemon. "
            "On one machine `archive-pipeline dev` needs none.",
        )
    url = settings.broker_url.get_secret_value()
    try:
        from archive_pipeline.automation.celery_app import celery_app

        with celery_app(url).connection_for_read() as connection:
            connection.ensure_connection(max_retries=1, timeout=10)
    except ImportError as error:
        raise ConfigurationError(
            "no_celery", f"{error.name} is not installed: pip install 'archive-pipeline[shared]'"
        ) from error
    except Exception as error:  # kombu's, redis's and the system's own
        raise PassingError(
            "broker_unreachable",
            f"no broker answers at ARCHIVE_BROKER_URL ({_short(error)}). Start it, or correct the URL: "
            "redis://:PASSWORD@HOST:6379/0",
        ) from error
    return url


def reach_storage(settings: Settings) -> None:
    """Raises PassingError `storage_unreachable`."""
    adopt_environment(environment(settings))
    try:
        with dg.DagsterInstance.get() as instance:
            instance.get_runs_count(dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED]))
    except Exception as error:
        raise PassingError(
            "storage_unreachable",
            f"Dagster's storage does not answer ({_short(error)}). See DAGSTER_POSTGRES_URL: "
            "postgresql+psycopg2://USER:PASSWORD@HOST/dagster",
        ) from error


def workers(settings: Settings, patience_s: float) -> dict[str, list[str]]:
    """The queues of each worker that answers within that time."""
    from archive_pipeline.automation.celery_app import celery_app

    answers = celery_app(reach_broker(settings)).control.inspect(timeout=patience_s).active_queues() or {}
    return {name: [str(queue["name"]) for queue in queues] for name, queues in answers.items()}


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
