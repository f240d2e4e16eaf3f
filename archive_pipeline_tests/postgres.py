"""A real Postgres (Debian's) in a folder of its own, for the tests of what machines share."""

import os
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine

_USERS = ("postgres", "nobody")
_SETTINGS = {"fsync": "off", "max_connections": "200", "log_min_messages": "fatal"}


def _programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


class PostgresServer:
    """A server on a free port; databases in it are made one by one."""

    def __init__(self, programs: Path, host: str) -> None:
        self._programs = programs
        self._host = host
        self.folder = Path(tempfile.mkdtemp(prefix="archive-postgres-"))
        self._user = next((user for user in _USERS if not os.getuid() and _exists(user)), None)
        if self._user:
            shutil.chown(self.folder, self._user)
        with socket.socket() as probe:
            probe.bind((host, 0))
            self.port = probe.getsockname()[1]
        self._run("initdb", "--no-sync", "--auth=trust", "--username=archive", "--encoding=UTF8", "--locale=C.UTF-8")
        with (self.folder / "data" / "pg_hba.conf").open("a") as allowed:
            allowed.write(f"host all all {host}/24 trust\n")
        self.start()

    def url(self, database: str = "postgres") -> str:
        return f"postgresql+psycopg2://archive:secret@{self._host}:{self.port}/{database}"

    def new_database(self) -> str:
        """The URL of an empty one."""
        name = f"archive_{uuid.uuid4().hex}"
        self.execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def execute(self, sql: str, url: str | None = None) -> list[tuple[object, ...]]:
        engine = create_engine(url or self.url(), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            result = connection.exec_driver_sql(sql)
            rows = [tuple(row) for row in result] if result.returns_rows else []
        engine.dispose()
        return rows

    def start(self) -> None:
        options = [f"-c{name}={value}" for name, value in self._settings().items()]
        options.append(f"-cunix_socket_directories={self.folder}")
        self._run("pg_ctl", "start", "-w", f"--log={self.folder / 'log'}", f"--options={' '.join(options)}")

    def _settings(self) -> dict[str, object]:
        return {**_SETTINGS, "listen_addresses": self._host, "port": self.port}

    def stop(self, how: str = "fast") -> None:
        self._run("pg_ctl", "stop", "-w", f"--mode={how}")

    def restart(self) -> None:
        self.stop()
        self.start()

    def _run(self, program: str, *arguments: str) -> None:
        as_user = ["runuser", "-u", self._user, "--"] if self._user else []
        command = [*as_user, str(self._programs / program), f"--pgdata={self.folder / 'data'}", *arguments]
        # the server keeps what it inherits: a pipe would never end
        with tempfile.TemporaryFile() as said:
            code = subprocess.run(command, cwd="/", stdout=said, stderr=subprocess.STDOUT).returncode
            said.seek(0)
            assert code == 0, said.read().decode()


def _exists(user: str) -> bool:
    return subprocess.run(["id", user], capture_output=True).returncode == 0


@contextmanager
def running(host: str = "127.0.0.1") -> Iterator[PostgresServer]:
    """A server at this address while the block runs. Skips the test where Postgres is not installed; fails it in CI."""
    programs = _programs()
    if programs is None:
        if os.environ.get("CI"):
            pytest.fail("CI needs Postgres: apt-get install postgresql")
        pytest.skip("no Postgres: apt-get install postgresql")
    server = PostgresServer(programs, host)
    try:
        yield server
    finally:
        server.stop("immediate")
        shutil.rmtree(server.folder, ignore_errors=True)
