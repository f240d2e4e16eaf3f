"""Make a running Dagster read the collections' files again."""

from urllib.parse import urlsplit

from dagster_graphql import DagsterGraphQLClient, ReloadRepositoryLocationStatus

from archive_pipeline.automation.execution import LOCATION
from archive_pipeline.errors import PassingError


def reload_definitions(url: str) -> None:
    """Reload the code location behind the Dagster UI at `url`. Raises PassingError `dagster_unreachable`."""
    address = urlsplit(url)
    try:
        client = DagsterGraphQLClient(
            address.hostname or "127.0.0.1", port_number=address.port, use_https=address.scheme == "https"
        )
        answer = client.reload_repository_location(LOCATION)
    except Exception as error:  # the client raises its own and its transport's errors alike
        raise PassingError(
            "dagster_unreachable",
            f"no Dagster answers at {url} ({type(error).__name__}); when it starts it loads the files by itself",
        ) from error
    if answer.status != ReloadRepositoryLocationStatus.SUCCESS:
        raise PassingError("reload_failed", f"Dagster could not load the project: {answer.message}")
