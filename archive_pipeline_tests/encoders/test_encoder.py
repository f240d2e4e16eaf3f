"""Pictures and texts to unit vectors: in order, in bounded memory, and honestly where it cannot be done."""

from collections.abc import Iterator

import numpy as np
import pytest
import torch

from archive_pipeline import progress
from archive_pipeline.encoders.backoff import BackingOff
from archive_pipeline.encoders.decoding import decoded_batches
from archive_pipeline.encoders.encoder import Encoder
from archive_pipeline.encoders.loading import load
from archive_pipeline.errors import ArchiveError, ConfigurationError, MediaError, PassingError
from archive_pipeline_tests.encoders.conftest import TinyModel, jpeg


@pytest.fixture
def own_encoder(tiny: TinyModel) -> Encoder:
    return load(f"local-dir:{tiny.folder}", "cpu")


class Scarce(torch.nn.Module):
    """A model on a device with memory for so many rows at once."""

    def __init__(self, model: torch.nn.Module, rows: int, error: Exception) -> None:
        super().__init__()
        self.model, self.rows, self.error = model, rows, error
        self.asked: list[int] = []

    def encode_image(self, tensors: torch.Tensor) -> torch.Tensor:
        self.asked.append(len(tensors))
        if len(tensors) > self.rows:
            raise self.error
        return self.model.encode_image(tensors)  # type: ignore[no-any-return]


def test_rows_are_unit_vectors_in_the_order_of_the_pictures(encoder: Encoder, jpegs: list[bytes]) -> None:
    rows = encoder.encode_images(jpegs)
    assert rows.shape == (41, encoder.dimension)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(encoder.encode_images(reversed(jpegs))[::-1], rows, atol=1e-5)
    assert (rows @ rows.T - 2 * np.eye(41)).max() < 0.9999, "pictures are told apart"


def test_the_same_pictures_give_the_same_rows(encoder: Encoder, jpegs: list[bytes]) -> None:
    np.testing.assert_array_equal(encoder.encode_images(jpegs), encoder.encode_images(jpegs))


def test_a_row_does_not_depend_on_its_batch(encoder: Encoder, jpegs: list[bytes]) -> None:
    together = encoder.encode_images(jpegs)
    alone = np.concatenate([encoder.encode_images([picture]) for picture in jpegs[:5]])
    np.testing.assert_allclose(alone, together[:5], atol=1e-5)


def test_no_pictures_give_no_rows(encoder: Encoder) -> None:
    assert encoder.encode_images([]).shape == (0, encoder.dimension)


def test_progress_runs_to_one(encoder: Encoder, jpegs: list[bytes]) -> None:
    heard: list[float] = []
    with progress.listening(lambda stage, fraction: heard.append(fraction) if stage == "embeddings" else None):
        encoder.encode_images(iter(jpegs), total=len(jpegs))
    assert heard == sorted(heard)
    assert len(heard) >= 3
    assert heard[-1] == 1


@pytest.mark.parametrize("content", [b"", b"no picture", jpeg(3)[:400]], ids=["empty", "text", "truncated"])
def test_a_damaged_picture_is_named(encoder: Encoder, jpegs: list[bytes], content: bytes) -> None:
    with pytest.raises(MediaError, match="Stored picture 20 ") as raised:
        encoder.encode_images([*jpegs[:20], content, *jpegs[21:]])
    assert raised.value.code == "picture_damaged"


def test_pictures_are_taken_a_bounded_distance_ahead(encoder: Encoder, jpegs: list[bytes]) -> None:
    taken = 0

    def counted() -> Iterator[bytes]:
        nonlocal taken
        for picture in jpegs:
            taken += 1
            yield picture

    seen = 0
    for pixels in decoded_batches(counted(), encoder.decoder(), lambda: 4, ahead=2):
        assert taken <= seen + 3 * 4
        seen += len(pixels)
    assert seen == taken == 41


def test_an_error_of_whoever_gives_the_pictures_comes_through(encoder: Encoder, jpegs: list[bytes]) -> None:
    def broken() -> Iterator[bytes]:
        yield from jpegs[:20]
        raise OSError("the lake is gone")

    with pytest.raises(OSError, match="the lake is gone"):
        encoder.encode_images(broken())


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"),
        RuntimeError("[enforce fail at alloc_cpu.cpp:121] DefaultCPUAllocator: can't allocate memory: you tried …"),
        MemoryError(),
    ],
    ids=["device", "cpu allocator", "python"],
)
def test_batches_are_halved_until_they_fit_and_stay_so(
    own_encoder: Encoder, encoder: Encoder, jpegs: list[bytes], error: Exception
) -> None:
    own_encoder._model = scarce = Scarce(own_encoder._model, rows=5, error=error)
    np.testing.assert_allclose(own_encoder.encode_images(jpegs), encoder.encode_images(jpegs), atol=1e-5)
    assert own_encoder.batch_size == own_encoder.facts.batch_size == 4
    assert [size for size in scarce.asked if size > 5] == [16, 8], "what did not fit is not tried again"
    own_encoder.encode_images(jpegs)
    assert max(scarce.asked[-11:]) == 4


def test_where_one_picture_does_not_fit_trying_later_may_help(own_encoder: Encoder, jpegs: list[bytes]) -> None:
    own_encoder._model = Scarce(own_encoder._model, rows=0, error=torch.OutOfMemoryError("CUDA out of memory"))
    with pytest.raises(PassingError, match="ARCHIVE_DEVICE") as raised:
        own_encoder.encode_images(jpegs)
    assert raised.value.code == "out_of_memory"


def test_any_other_error_of_the_model_is_not_taken_for_a_lack_of_memory() -> None:
    def forward(_: torch.Tensor) -> torch.Tensor:
        raise RuntimeError("mat1 and mat2 shapes cannot be multiplied")

    with pytest.raises(RuntimeError, match="mat1"):
        BackingOff(4).run(forward, torch.zeros(4, 1))


def test_a_device_that_fails_may_work_later() -> None:
    def forward(_: torch.Tensor) -> torch.Tensor:
        raise torch.AcceleratorError("CUDA error: device-side assert triggered")

    with pytest.raises(PassingError, match="device-side assert") as raised:
        BackingOff(4).run(forward, torch.zeros(4, 1))
    assert raised.value.code == "device_failed"


def test_a_gpu_tells_of_its_failure_where_its_answer_is_waited_for(
    own_encoder: Encoder, jpegs: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Lost(torch.Tensor):
        def cpu(self, *_: object) -> torch.Tensor:  # type: ignore[override]
            raise torch.AcceleratorError("CUDA error: unspecified launch failure")

    launch = own_encoder.launch
    monkeypatch.setattr(own_encoder, "launch", lambda pixels: launch(pixels).as_subclass(Lost))
    with pytest.raises(PassingError, match="device_failed"):
        own_encoder.encode_images(jpegs)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 0.0])
def test_what_is_no_vector_is_an_error(own_encoder: Encoder, jpegs: list[bytes], value: float) -> None:
    own_encoder._model.visual.proj.data.fill_(value)
    with pytest.raises(ArchiveError, match="item 0") as raised:
        own_encoder.encode_images(jpegs)
    assert raised.value.code == "encoder_not_finite"
    assert isinstance(raised.value, ConfigurationError)


def test_texts_become_unit_vectors_in_order(encoder: Encoder) -> None:
    texts = [f"{colour} {thing}" for colour in ("red", "blue", "amarillo") for thing in ("boat", "coche", "🚂")]
    rows = encoder.encode_texts(texts)
    assert rows.shape == (9, encoder.dimension)
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-6)
    np.testing.assert_allclose(encoder.encode_texts(texts[4:5])[0], rows[4], atol=1e-5)


def test_more_texts_than_a_batch_are_encoded(encoder: Encoder) -> None:
    rows = encoder.encode_texts(["a boat", "a car"] * 300)
    np.testing.assert_allclose(rows[598:], rows[:2], atol=1e-5)


def test_a_text_longer_than_the_context_is_cut_at_its_end(encoder: Encoder) -> None:
    start = "a very long description of a red boat at night in the rain " * 4
    first, second, other = encoder.encode_texts([start + "and a dog", start + "and two cats", "and a dog"])
    np.testing.assert_allclose(first, second, atol=1e-6)
    assert not np.allclose(first, other, atol=1e-3)


@pytest.mark.parametrize("empty", ["", "  \n"])
def test_an_empty_text_is_refused(encoder: Encoder, empty: str) -> None:
    with pytest.raises(ValueError, match=r"texts\[1\] is empty"):
        encoder.encode_texts(["a boat", empty])


def test_no_texts_give_no_rows(encoder: Encoder) -> None:
    assert encoder.encode_texts([]).shape == (0, encoder.dimension)
