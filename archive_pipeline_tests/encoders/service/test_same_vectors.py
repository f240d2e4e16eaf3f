"""A process that serves gives what a model of this process gives."""

import numpy as np
import pytest

from archive_pipeline.encoders.encoder import Encoder
from archive_pipeline.encoders.service import served_encoder
from archive_pipeline.errors import MediaError
from archive_pipeline.progress import listening


def test_pictures_and_texts_become_the_same_vectors(in_process: Encoder, jpegs: list[bytes]) -> None:
    served = served_encoder("archive-tiny", "cpu")
    pictures = jpegs * 5  # more than are under way at once
    texts = ["a red boat", "un barco rojo", "a boat " * 200]
    for ours, theirs in (
        (served.encode_images(iter(pictures)), in_process.encode_images(pictures)),
        (served.encode_texts(texts), in_process.encode_texts(texts)),
    ):
        assert ours.dtype == np.float32
        assert ours.shape == theirs.shape
        assert (ours * theirs).sum(axis=1).min() >= 0.9999


def test_what_is_known_of_the_model_is_the_same(in_process: Encoder) -> None:
    served = served_encoder("archive-tiny", "cpu")
    for fact in ("name", "identity", "dimension", "device", "precision", "batch_size", "bias"):
        assert getattr(served, fact) == getattr(in_process, fact)
    assert served.scale == pytest.approx(in_process.scale)


def test_nothing_asked_is_nothing_answered() -> None:
    served = served_encoder("archive-tiny", "cpu")
    assert served.encode_images([]).shape == (0, 256)
    assert served.encode_texts([]).shape == (0, 256)


def test_an_empty_text_is_refused_in_the_same_words(in_process: Encoder) -> None:
    messages = []
    for encoder in (served_encoder("archive-tiny", "cpu"), in_process):
        with pytest.raises(ValueError) as raised:
            encoder.encode_texts(["a boat", "  "])
        messages.append(str(raised.value))
    assert messages[0] == messages[1]


def test_progress_runs_to_one(jpegs: list[bytes]) -> None:
    seen: list[float] = []
    with listening(lambda stage, fraction: seen.append(fraction) if stage == "embeddings" else None):
        served_encoder("archive-tiny", "cpu").encode_images(jpegs * 2, total=82)
    assert len(seen) > 2
    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def test_a_damaged_picture_is_named(jpegs: list[bytes]) -> None:
    pictures = jpegs * 4
    pictures[137] = b"\xff\xd8 no picture"
    with pytest.raises(MediaError, match="Stored picture 137 ") as raised:
        served_encoder("archive-tiny", "cpu").encode_images(pictures)
    assert (raised.value.code, raised.value.permanent) == ("picture_damaged", True)


def test_an_error_of_whoever_gives_the_pictures_comes_through(jpegs: list[bytes]) -> None:
    def broken() -> object:
        yield from jpegs
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        served_encoder("archive-tiny", "cpu").encode_images(broken())
