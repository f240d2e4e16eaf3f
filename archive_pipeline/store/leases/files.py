"""Leases of one machine: locks on files, which the kernel takes away when their holder dies, in whatever container,
under whatever host name and process number."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from archive_pipeline.locking import file_lock, is_locked
from archive_pipeline.store.leases.kernel import locked_files

_ASKED_EVERY_S = 0.5
_NEW_FOR_S = 60.0
_LOCK = ".lock"


class FileLeases:
    """`<folder>/<name>.lock`; a name may hold slashes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def hold(
        self,
        name: str,
        *,
        timeout_s: float | None = None,
        on_wait: Callable[[str], None] = lambda _: None,
        code: str = "locked",
        on_stop: Callable[[], None] | None = None,
    ) -> Iterator[None]:
        lock, stop, done = self._file(name), self._file(name, ".stop"), threading.Event()

        def listen(on_stop: Callable[[], None]) -> None:
            while not done.wait(_ASKED_EVERY_S):
                if stop.exists() and not done.is_set():
                    stop.unlink(missing_ok=True)
                    on_stop()

        with file_lock(lock, timeout_s, on_wait, code):
            if on_stop:
                threading.Thread(target=listen, args=(on_stop,), name="asked to stop", daemon=True).start()
            try:
                yield
            finally:
                done.set()
                stop.unlink(missing_ok=True)
                lock.unlink(missing_ok=True)

    def held(self, names: Iterable[str]) -> set[str]:
        return {name for name in names if is_locked(self._file(name))}

    def all_held(self) -> set[str]:
        locked = (str(file.relative_to(self._folder)) for file in locked_files(self._folder))
        return {name.removesuffix(_LOCK) for name in locked if name.endswith(_LOCK)}

    def ask_to_stop(self, name: str) -> bool:
        if not is_locked(self._file(name)):
            return False
        self._file(name, ".stop").touch()
        return True

    def sweep(self) -> None:
        for file in self._folder.glob("*"):
            with suppress(FileNotFoundError):
                held = is_locked(file) or is_locked(file.with_suffix(".lock"))
                if not held and time.time() - file.stat().st_mtime > _NEW_FOR_S:
                    file.unlink()

    def _file(self, name: str, end: str = _LOCK) -> Path:
        return self._folder / f"{name}{end}"
