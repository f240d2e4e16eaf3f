"""What two machines share in the tests: a network, Postgres, Redis, a bucket and an index, all on this host."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import pytest

from archive_pipeline.automation.instance import environment
from archive_pipeline.settings import Settings
from archive_pipeline_tests.machines.namespaces import Network, network
from archive_pipeline_tests.pipeline.conftest import empty_site
from archive_pipeline_tests.pipeline.site import Site
from archive_pipeline_tests.postgres import PostgresServer, running
from archive_pipeline_tests.qdrant_server import QdrantStandIn, qdrant_stand_in
from archive_pipeline_tests.redis_server import RedisServer, redis
from archive_pipeline_tests.s3 import S3, s3_server

FILM_S = 10.0


@dataclass(frozen=True)
class Shared:
    """The services, and the site of this host; every machine has a disk of its own where the site has its home."""

    network: Network
    postgres: PostgresServer
    redis: RedisServer
    s3: S3
    qdrant: QdrantStandIn
    site: Site

    def share(self, patch: pytest.MonkeyPatch) -> None:
        """From here on the environment names the services, whose databases and bucket are new; the home is empty."""
        settings = {
            **self.s3.environment,
            "ARCHIVE_LAKE": f"s3://{self.s3.bucket()}/lake",
            "ARCHIVE_DATABASE_URL": self.postgres.new_database(),
            "DAGSTER_POSTGRES_URL": self.postgres.new_database(),
            "ARCHIVE_BROKER_URL": self.redis.url,
            "QDRANT_URL": self.qdrant.url,
            "QDRANT_API_KEY": self.qdrant.key,
        }
        for name, value in settings.items():
            patch.setenv(name, value)
        for name, value in environment(Settings()).items():
            patch.setenv(name, value)


@contextmanager
def services(patch: pytest.MonkeyPatch) -> Iterator[Shared]:
    """Skips the test where something of it is not installed; fails it in CI."""
    with ExitStack() as stack:
        made = stack.enter_context(network())
        folder = made.here.parent / "redis"
        folder.mkdir()
        yield Shared(
            made,
            stack.enter_context(running(made.host)),
            stack.enter_context(redis(folder, made.host)),
            stack.enter_context(s3_server(made.host)),
            stack.enter_context(qdrant_stand_in(made.host)),
            _site(made, patch),
        )


def _site(made: Network, patch: pytest.MonkeyPatch) -> Site:
    """Sources and collections are at one place everywhere; homes, and in them what runs beside, are not."""
    patch.setenv("ARCHIVE_RUNTIME", str(made.here / "run"))
    patch.setenv("ARCHIVE_ENCODER_IDLE_S", "30")
    site = empty_site(made.here.parent, patch)
    assert site.home == made.here
    site.describe(analyses=[])  # a sensor starts these, some time after the backfill
    return site


def simulate(site: Site, n_videos: int) -> None:
    """Different films of ten seconds as the site's source."""
    arguments = ["--fast", "--videos", str(n_videos), "--minutes", str(FILM_S / 60), "--seed", "13"]
    made = site.source.parent / "simulated"
    command("simulate", str(made), *arguments)
    for file in (made / "videos").iterdir():
        file.rename(site.source / file.name)


def command(*arguments: str) -> None:
    """`archive-pipeline` on this host."""
    done = subprocess.run([sys.executable, "-m", "archive_pipeline", *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
