"""What dies, stands still or is replaced in the middle of a video costs a pause, and no picture."""

import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import suppress
from pathlib import Path

import pytest
import torch

import archive_pipeline
from archive_pipeline.encoders.decoding import PictureBatch
from archive_pipeline.encoders.encoder import Encoder
from archive_pipeline.encoders.service import served_encoder
from archive_pipeline.encoders.service.chunk import Chunk
from archive_pipeline.encoders.service.fair_queue import FairQueue
from archive_pipeline.encoders.service.faults import BrokenError
from archive_pipeline.encoders.service.pipeline import Pipeline
from archive_pipeline.encoders.service.remote_encoder import RemoteEncoder
from archive_pipeline.encoders.service.server import EncoderServer
from archive_pipeline.errors import PassingError
from archive_pipeline_tests.encoders.service.conftest import MODEL, status
from archive_pipeline_tests.thorough import thorough
from archive_pipeline_tests.waiting import until


def in_the_middle(pictures: list[bytes], happens: Callable[[], object]) -> Iterator[bytes]:
    for number, picture in enumerate(pictures):
        if number == len(pictures) // 2:
            happens()
        yield picture


def test_one_that_is_killed_is_started_again(served: RemoteEncoder, in_process: Encoder, jpegs: list[bytes]) -> None:
    pictures = jpegs * 5
    first = status().pid
    vectors = served.encode_images(in_the_middle(pictures, lambda: os.kill(first, signal.SIGKILL)))
    assert (vectors * in_process.encode_images(pictures)).sum(axis=1).min() >= 0.9999
    assert status().pid != first


@thorough
def test_all_who_wait_for_it_go_on_with_one_other(served: RemoteEncoder, jpegs: list[bytes]) -> None:
    first = status().pid
    once = threading.Lock()
    found: list[tuple[int, ...]] = []

    def kill() -> None:
        if once.acquire(blocking=False):
            os.kill(first, signal.SIGKILL)

    def encode() -> None:
        found.append(served.encode_images(in_the_middle(jpegs * 5, kill)).shape)

    threads = [threading.Thread(target=encode) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [(205, 256)] * 4
    assert status().pid != first


@thorough
@pytest.mark.usefixtures("runtime")
def test_one_that_stands_still_is_killed(
    in_process: Encoder, jpegs: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARCHIVE_ENCODER_HANG_S", "8")
    served = served_encoder("archive-tiny", "cpu")
    assert served.dimension == 256
    pictures = jpegs * 5
    first = status().pid
    vectors = served.encode_images(in_the_middle(pictures, lambda: os.kill(first, signal.SIGSTOP)))
    assert (vectors * in_process.encode_images(pictures)).sum(axis=1).min() >= 0.9999
    assert status().pid != first


@thorough
@pytest.mark.usefixtures("runtime")
def test_one_that_stands_still_before_it_is_asked_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARCHIVE_ENCODER_HANG_S", "8")
    assert served_encoder("archive-tiny", "cpu").dimension == 256
    first = status().pid
    os.kill(first, signal.SIGSTOP)
    monkeypatch.setattr("archive_pipeline.encoders.service.served._known", {})  # as another process would ask
    assert served_encoder("archive-tiny", "cpu").encode_texts(["a boat"]).shape == (1, 256)
    assert status().pid != first


@thorough
def test_one_that_cannot_even_start_a_thread_ends_when_it_is_to_end(
    served: RemoteEncoder, in_process: Encoder, jpegs: list[bytes]
) -> None:
    """With its lock in hand and nobody listening it would keep all successors from the device."""
    first = status().pid

    def end_it_without_memory() -> None:
        in_use = int(Path(f"/proc/{first}/statm").read_text().split()[0]) * resource.getpagesize()
        resource.prlimit(first, resource.RLIMIT_AS, (in_use, in_use))
        os.kill(first, signal.SIGTERM)
        until(lambda: pid_state(first) in "ZX", "its end")

    pictures = jpegs * 5
    vectors = served.encode_images(in_the_middle(pictures, end_it_without_memory))
    assert (vectors * in_process.encode_images(pictures)).sum(axis=1).min() >= 0.9999
    assert status().pid != first


def pid_state(pid: int) -> str:
    """`Z` where it has ended and waits for its parent, `X` where nothing is left of it."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    return "X"


UPGRADED = """
import subprocess, sys
from pathlib import Path
import numpy as np
import archive_pipeline
from archive_pipeline.encoders.service import served_encoder
from archive_pipeline.encoders.service.census import running
from archive_pipeline.settings import Settings

jpeg = Path(sys.argv[1]).read_bytes()
encoder = served_encoder("archive-tiny", "cpu")
before = encoder._persistence._connected().status(30)

def pictures():
    for number in range(400):
        if number == 200:
            names = Path(archive_pipeline.__file__).parent / "encoders/names.py"
            names.write_text(names.read_text() + "# upgraded\\n")
            ask = "from archive_pipeline.encoders.service import served_encoder as e; e('archive-tiny','cpu').dimension"
            subprocess.run([sys.executable, "-c", ask], check=True)
        yield jpeg

rows = encoder.encode_images(pictures())
(after,) = [found.status for found in running(Settings())]
assert rows.shape == (400, 256), rows.shape
assert np.allclose(rows, rows[0], atol=1e-5)
assert before.pid != after.pid and before.version != after.version, (before, after)
"""


@thorough
@pytest.mark.usefixtures("runtime")
def test_one_of_a_former_version_is_replaced(jpegs: list[bytes], tmp_path: Path) -> None:
    """An upgrade in the middle: the next client has it end, and the one whose stream was cut goes on with the new."""
    package = Path(archive_pipeline.__file__).parent
    shutil.copytree(package, tmp_path / package.name, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "picture.jpg").write_bytes(jpegs[0])
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    subprocess.run([sys.executable, "-c", UPGRADED, "picture.jpg"], cwd=tmp_path, env=environment, check=True)


class NoMemory:
    """An encoder whose device has no memory left, not even for one picture."""

    def __init__(self, encoder: Encoder) -> None:
        self.decoder, self.batch_size = encoder.decoder, 16

    def launch(self, _: object) -> object:
        raise PassingError("out_of_memory", "Not even one picture fits.")


def test_out_of_memory_ends_the_process_and_is_told_to_nobody(in_process: Encoder, jpegs: list[bytes]) -> None:
    """Whoever waits asks its successor: BrokenError is what a client does not get to see."""
    queue, broken = FairQueue(), threading.Event()
    Pipeline(NoMemory(in_process), queue, lambda _: broken.set())  # type: ignore[arg-type]
    queue.put(queue.open(), chunk := Chunk(0, jpegs), most_pictures=1000)
    with pytest.raises(BrokenError):
        chunk.rows()
    assert broken.is_set()


class LostDevice:
    """An encoder whose device is lost while it decodes pictures."""

    batch_size = 16

    def decoder(self) -> "LostDevice":
        return self

    def __enter__(self) -> "LostDevice":
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing was begun."""

    def start(self, jpegs: Sequence[bytes]) -> PictureBatch:
        lost: Future[None] = Future()
        lost.set_exception(torch.AcceleratorError("CUDA error: uncorrectable ECC error encountered"))
        return PictureBatch(torch.zeros((len(jpegs), 8, 8, 3), dtype=torch.uint8), [lost for _ in jpegs])


def test_a_device_that_is_lost_ends_the_process_and_damages_no_video(jpegs: list[bytes]) -> None:
    queue, broken = FairQueue(), threading.Event()
    Pipeline(LostDevice(), queue, lambda _: broken.set())  # type: ignore[arg-type]
    queue.put(queue.open(), chunk := Chunk(0, jpegs), most_pictures=1000)
    with pytest.raises(BrokenError, match="ECC"):
        chunk.rows()
    assert broken.is_set()


class HangingDevice:
    """An encoder whose device gives nothing back until it is let go."""

    def __init__(self, encoder: Encoder) -> None:
        self.decoder, self.batch_size, self.let_go = encoder.decoder, 16, threading.Event()

    def launch(self, _: object) -> object:
        self.let_go.wait()
        raise PassingError("out_of_memory", "It was let go.")


def test_a_device_that_hangs_ends_the_process_and_is_told_to_nobody(
    in_process: Encoder, jpegs: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody else could tell: the process answers, and whoever waits sees that it lives."""
    monkeypatch.setattr("archive_pipeline.encoders.service.server._LONGEST_AT_DEVICE_S", 0.5)
    server = EncoderServer(MODEL, "cpu")
    server.load()
    device, queue = HangingDevice(in_process), FairQueue()
    pipeline = Pipeline(device, queue, lambda _: None)  # type: ignore[arg-type]
    monkeypatch.setattr(server._model, "_ready", (pipeline, device))
    assert not server.is_over(None)
    queue.put(queue.open(), chunk := Chunk(0, jpegs), most_pictures=1000)
    until(lambda: pipeline.at_device_s > 1, "a batch that takes long")
    assert not server.is_over(None), "processors are only slow"
    server._model.device = "cuda"
    assert server.is_over(None)
    device.let_go.set()
    with pytest.raises(BrokenError):
        chunk.rows()
    until(lambda: pipeline.at_device_s == 0, "a device that is free")
