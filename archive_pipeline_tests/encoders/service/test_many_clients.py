"""Several clients of one process: a fair share for each, and nobody pays for another one."""

import threading
from collections.abc import Iterator

import pytest

from archive_pipeline.encoders.encoder import Encoder
from archive_pipeline.encoders.service.chunk import Chunk
from archive_pipeline.encoders.service.fair_queue import FairQueue
from archive_pipeline.encoders.service.remote_encoder import RemoteEncoder
from archive_pipeline.errors import MediaError
from archive_pipeline_tests.encoders.service.conftest import client, status
from archive_pipeline_tests.thorough import thorough
from archive_pipeline_tests.waiting import PATIENCE_S, until


def test_each_line_has_its_turn() -> None:
    queue = FairQueue()
    long, short = queue.open(), queue.open()
    hours, still = Chunk(0, [b"hours"] * 100), Chunk(0, [b"still"] * 2)
    queue.put(long, hours, most_pictures=1000)
    queue.put(short, still, most_pictures=1000)
    first, second = (queue.take(4) for _ in range(2))
    assert [picture.jpeg for picture in first] == [b"hours", b"still", b"hours", b"still"]
    assert {picture.jpeg for picture in second} == {b"hours"}


def test_a_line_that_is_full_waits_and_one_that_is_closed_does_not() -> None:
    queue = FairQueue()
    line = queue.open()
    assert queue.put(line, Chunk(0, [b"1"] * 10), most_pictures=10)
    put: list[bool] = []
    waiting = threading.Thread(target=lambda: put.append(queue.put(line, Chunk(10, [b"2"]), most_pictures=10)))
    waiting.start()
    waiting.join(0.2)
    assert waiting.is_alive()
    queue.close(line)
    waiting.join(PATIENCE_S)
    assert put == [False]
    assert len(queue) == 0


@thorough
def test_a_short_video_does_not_wait_for_a_long_one(served: RemoteEncoder, jpegs: list[bytes]) -> None:
    is_under_way, is_enough = threading.Event(), threading.Event()

    def hours() -> Iterator[bytes]:
        for number in range(100_000):
            if number == 300:
                is_under_way.set()
            if is_enough.is_set():
                return
            yield jpegs[number % len(jpegs)]

    long = threading.Thread(target=served.encode_images, args=(hours(),))
    long.start()
    assert is_under_way.wait(PATIENCE_S)
    assert served.encode_images(jpegs[:5]).shape == (5, 256)
    assert served.encode_texts(["a boat"]).shape == (1, 256)
    assert status().clients == 1
    assert status().queue > 0
    assert status().pictures_per_s > 0
    assert long.is_alive()
    is_enough.set()
    long.join()


@thorough
def test_a_damaged_picture_costs_others_nothing(served: RemoteEncoder, in_process: Encoder, jpegs: list[bytes]) -> None:
    found: dict[str, object] = {}

    def damaged() -> None:
        with pytest.raises(MediaError) as raised:
            served.encode_images([*jpegs, b"no picture", *jpegs])
        found["code"] = raised.value.code

    other = threading.Thread(target=damaged)
    other.start()
    vectors = served.encode_images(jpegs * 4)
    other.join()
    assert (vectors * in_process.encode_images(jpegs * 4)).sum(axis=1).min() >= 0.9999
    assert found["code"] == "picture_damaged"


def test_a_client_that_dies_costs_nothing(served: RemoteEncoder, jpegs: list[bytes]) -> None:
    pid = status().pid
    code = f"jpeg = bytes.fromhex('{jpegs[0].hex()}')\nencoder.encode_images(jpeg for _ in iter(int, 1))"
    dying = client(code)
    until(lambda: status().queue > 0)
    dying.kill()
    dying.wait()
    until(lambda: status().clients == 0 and status().queue == 0)
    assert served.encode_images(jpegs).shape == (41, 256)
    assert status().pid == pid
