"""Celery as this project uses it: whole runs as tasks, delivered at least once, results nowhere."""

from typing import Any

from celery import Celery
from dagster_celery.make_app import make_app

CPU_QUEUE = "cpu"

_DELIVERED_AGAIN_AFTER_S = 120
"""What a worker that died had taken and not begun goes to another one after that. A run that is at work meanwhile is
delivered once more, too, which does nothing (`execute_delivered`): so it may be shorter than any video."""


def celery_settings() -> dict[str, Any]:
    """Of the daemon, which sends, and of workers, who receive."""
    return {
        "task_ignore_result": True,
        "task_acks_late": True,
        "task_reject_on_worker_lost": True,
        "worker_prefetch_multiplier": 1,
        "broker_connection_retry_on_startup": True,
        "broker_connection_max_retries": None,  # a broker that restarts is waited for
        "worker_cancel_long_running_tasks_on_connection_loss": False,  # runs need no broker
        "worker_enable_remote_control": True,
        "broker_transport_options": {
            "visibility_timeout": _DELIVERED_AGAIN_AFTER_S,
            "socket_connect_timeout": 5,
            "socket_keepalive": True,
            "health_check_interval": 10,
        },
    }


def celery_app(broker: str) -> Celery:
    """The application of a worker, without its tasks."""
    return make_app(  # type: ignore[no-untyped-call]
        {"broker": broker, "config_source": celery_settings(), "task_default_queue": CPU_QUEUE}
    )
