"""What a GPU decodes and resizes is what PIL does; where it cannot, PIL does it. The GPU is played by the processor."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
import torch
from open_clip.transform import PreprocessCfg, image_transform_v2
from PIL import Image

from archive_pipeline.encoders.decoding import BatchDecoder, Prefetch, decoded_batches
from archive_pipeline.encoders.devices import Device, choose
from archive_pipeline.encoders.gpu_decoder import GpuDecoder, gpu_decoder
from archive_pipeline.encoders.loading import load_untrained
from archive_pipeline.encoders.preprocessing import of_model
from archive_pipeline.errors import MediaError
from archive_pipeline_tests.encoders.conftest import RealFrame, in_float32, jpeg
from archive_pipeline_tests.encoders.test_preprocessing import ONE_STEP_OF_256, Model
from archive_pipeline_tests.thorough import thorough

PREFETCH = Prefetch(2, 0, False)


def decode(jpegs: list[torch.Tensor]) -> list[torch.Tensor]:
    """As torchvision's: all or a RuntimeError."""
    try:
        pictures = [Image.open(BytesIO(bytes(one.numpy()))).convert("RGB") for one in jpegs]
    except OSError as error:
        raise RuntimeError("nvjpegDecodeBatched failed") from error
    return [torch.from_numpy(np.array(picture)).permute(2, 0, 1) for picture in pictures]


def decoder(model: Model) -> BatchDecoder:
    preprocessing = of_model(model)
    assert preprocessing.on_tensors is not None
    return BatchDecoder(preprocessing, PREFETCH, GpuDecoder(preprocessing.on_tensors, "cpu", decode))


@pytest.mark.parametrize("resize_mode", ["shortest", "squash"])
@pytest.mark.parametrize("interpolation", ["bicubic", "bilinear"])
def test_pictures_of_several_sizes_look_as_the_model_s_own_transform_has_them(
    resize_mode: str, interpolation: str
) -> None:
    model = Model(
        size=81, mean=(0.4, 0.5, 0.6), std=(0.2, 0.25, 0.3), resize_mode=resize_mode, interpolation=interpolation
    )
    sizes = [(160, 90), (90, 160), (131, 97), (160, 90), (100, 100), (40, 30)]
    jpegs = [jpeg(seed, size) for seed, size in enumerate(sizes)]
    (pixels,) = decoded_batches(jpegs, decoder(model), lambda: 16, 0)
    prepared = of_model(model).to_input(pixels, torch.float32)
    for one, ours in zip(jpegs, prepared, strict=True):
        difference = (ours - model.own_transform(Image.open(BytesIO(one)))).abs()
        assert difference.max() <= 2 * ONE_STEP_OF_256
        assert difference.mean() < 0.25 * ONE_STEP_OF_256  # PIL rounds between its two passes as well


def test_a_transform_that_pads_is_left_to_pil() -> None:
    assert of_model(Model(size=81, resize_mode="longest")).on_tensors is None


@thorough
def test_embeddings_are_those_of_the_model_s_own_transform_on_the_source_frame(real_frames: list[RealFrame]) -> None:
    encoder = load_untrained("ViT-B-32", "cpu", seed=0)
    model = in_float32("ViT-B-32")
    transform = image_transform_v2(PreprocessCfg(**model.visual.preprocess_cfg), is_train=False)
    with torch.inference_mode():
        reference = model.encode_image(torch.stack([transform(frame.source) for frame in real_frames]), normalize=True)
    assert encoder.preprocessing.on_tensors is not None
    encoder._gpu_decoder = GpuDecoder(encoder.preprocessing.on_tensors, "cpu", decode)
    cosines = (reference.numpy() * encoder.encode_images(frame.jpeg for frame in real_frames)).sum(axis=1)
    assert cosines.min() >= 0.99, np.round(cosines, 4)
    assert cosines.mean() >= 0.998


def test_a_damaged_picture_is_named_and_spoils_no_other() -> None:
    model, good = Model(size=48, resize_mode="squash"), jpeg(1)
    with decoder(model) as chosen:
        batch = chosen.start([good, good[:200], jpeg(2), b"no picture", jpeg(3, mode="CMYK")])
        failed = [one.exception() is not None for one in batch.decoded]
    assert failed == [False, True, False, True, False]
    alone = next(decoded_batches([jpeg(2)], decoder(model), lambda: 4, 0))
    assert (batch.pixels[2].int() - alone[0].int()).abs().max() <= 2
    with pytest.raises(MediaError, match="picture 1 is not a JPEG") as raised:
        list(decoded_batches([good, b"no picture"], decoder(model), lambda: 4, 0))
    assert raised.value.code == "picture_damaged"


def test_without_a_gpu_threads_decode(caplog: pytest.LogCaptureFixture) -> None:
    preprocessing = of_model(Model(size=48, resize_mode="squash"))
    assert gpu_decoder(preprocessing, choose("cpu")) is None
    assert not caplog.records
    assert gpu_decoder(preprocessing, Device("cuda:7", "bf16", 1, "no such GPU")) is None
    assert "by the processors, not by no such GPU" in caplog.text


class Card:
    """Streams of a GPU that is not there, and how many threads were at work on them at once."""

    def __init__(self) -> None:
        self.n_streams, self.at_work, self.most_at_work = 0, 0, 0

    def stream(self, _: object) -> "Card":
        self.n_streams += 1
        return self

    def wait_stream(self, _: object) -> None:
        self.at_work += 1
        self.most_at_work = max(self.most_at_work, self.at_work)

    def synchronize(self) -> None:
        self.at_work -= 1


def test_batches_take_turns_on_one_stream_or_each_would_keep_memory_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    card, preprocessing = Card(), of_model(Model(size=48, resize_mode="squash"))
    assert preprocessing.on_tensors is not None
    monkeypatch.setattr(torch.cuda, "Stream", card.stream)
    monkeypatch.setattr(torch.cuda, "stream", lambda _: nullcontext())
    monkeypatch.setattr(torch.cuda, "current_stream", lambda _: None)
    of_gpu = GpuDecoder(preprocessing.on_tensors, "cuda", decode)

    def one_batch(seed: int) -> torch.Tensor:
        pixels = torch.zeros((2, 48, 48, 3), dtype=torch.uint8)
        of_gpu.decode_into(pixels, [jpeg(seed), jpeg(seed + 1)])
        return pixels

    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(one_batch, range(40)))
    assert (card.n_streams, card.most_at_work) == (1, 1)
    for seed in (0, 39):
        torch.testing.assert_close(together[seed], one_batch(seed))
    with pytest.raises(RuntimeError):
        of_gpu.decode_into(torch.zeros((1, 48, 48, 3), dtype=torch.uint8), [b"no picture"])
    assert card.at_work == 0, "what a picture that cannot be decoded left under way has ended, too"


@pytest.mark.parametrize(
    "error",
    [
        torch.AcceleratorError("CUDA error: an illegal memory access was encountered"),
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"),
        RuntimeError("CUDA error: CUBLAS_STATUS_EXECUTION_FAILED when calling `cublasGemmEx`"),
        MemoryError(),
    ],
)
def test_a_device_that_fails_damages_no_picture(error: Exception) -> None:
    """Else a video would fail for good, and its pictures be made again, because a GPU was lost."""

    def lost(_: list[torch.Tensor]) -> list[torch.Tensor]:
        raise error

    def on_the_device(*_: object) -> None:
        raise error

    preprocessing = of_model(Model(size=48, resize_mode="squash"))
    assert preprocessing.on_tensors is not None
    playing = GpuDecoder(preprocessing.on_tensors, "cpu", lost)
    failing = replace(preprocessing, geometry=on_the_device)
    with pytest.raises(type(error)) as raised:
        list(decoded_batches([jpeg(1)], BatchDecoder(failing, PREFETCH, playing), lambda: 4, 0))
    assert raised.value is error


def test_that_processors_do_what_the_gpu_refuses_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    with decoder(Model(size=48, resize_mode="squash")) as chosen:
        for _ in range(3):
            chosen.start([b"no picture"]).damage()
    assert [record.getMessage() for record in caplog.records] == [
        "pictures of a batch are decoded by a processor: nvjpegDecodeBatched failed"
    ]
