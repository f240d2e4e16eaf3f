"""Checkpoints of the transformers library, loaded by the real code from folders; boxes in pixels of the picture."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from PIL import Image, ImageDraw

from archive_pipeline.detectors import get_detector, identify, known_checkpoint
from archive_pipeline.errors import ArchiveError, ConfigurationError, MediaError, PassingError
from archive_pipeline_tests.detectors import tiny

SIZE = (400, 200)
RED = (120, 40, 200, 140)


def drawn(size: tuple[int, int] = SIZE, box: tuple[int, int, int, int] = RED, orientation: int = 1) -> bytes:
    """A red box on white; stored turned, with the EXIF that tells how, where `orientation` is not 1."""
    picture = Image.new("RGB", size, "white")
    ImageDraw.Draw(picture).rectangle((box[0], box[1], box[2] - 1, box[3] - 1), fill="red")
    back = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}
    exif = Image.Exif()
    if orientation in back:
        picture, exif[0x0112] = picture.transpose(back[orientation]), orientation
    picture.save(written := io.BytesIO(), "PNG", exif=exif)
    return written.getvalue()


@pytest.mark.parametrize("kind", tiny.KINDS)
def test_every_kind_is_loaded_from_a_folder_and_its_boxes_lie_in_the_picture(kind: str, tmp_path: Path) -> None:
    detector = get_detector(str(tiny.saved(kind, tmp_path)), "cpu")
    first, second = detector.detect([drawn(), drawn((100, 300), (10, 10, 50, 50))], 0.001)
    assert ((first.width, first.height), (second.width, second.height)) == (SIZE, (100, 300))
    for seen in (first, second):
        assert seen.things
        assert [one.score for one in seen.things] == sorted((one.score for one in seen.things), reverse=True)
        for one in seen.things:
            assert one.label in tiny.LABELS.values()
            assert 0 <= one.x0 < one.x1 <= seen.width
            assert 0 <= one.y0 < one.y1 <= seen.height


def test_a_model_that_answers_a_known_box_gives_it_in_pixels_of_each_picture(tmp_path: Path) -> None:
    folder = tiny.answering(tmp_path, [("person", 0.9, (0.25, 0.5, 0.5, 1.0)), ("car", 0.6, (0.0, 0.0, 0.1, 0.2))])
    detector = get_detector(str(folder), "cpu")
    for size in (SIZE, (500, 300)):
        (seen,) = detector.detect([drawn(size, (0, 0, 9, 9))], 0.5)
        person, car = seen.things
        assert (person.label, car.label) == ("person", "car")
        assert (person.score, car.score) == pytest.approx((0.9, 0.6), abs=1e-3)
        expected = (0.25 * size[0], 0.5 * size[1], 0.5 * size[0], size[1])
        assert (person.x0, person.y0, person.x1, person.y1) == pytest.approx(expected, abs=0.01 * max(size))
    assert detector.detect([drawn()], 0.7)[0].things == seen_above(detector, 0.7)
    assert detector.detect([], 0.5) == []


def seen_above(detector: object, score: float) -> tuple[object, ...]:
    (seen,) = detector.detect([drawn()], 0.5)  # type: ignore[attr-defined]
    return tuple(one for one in seen.things if one.score >= score)


KEPT = {"size": {"shortest_edge": 160, "longest_edge": 320}, "do_pad": True}
LOOKS = {
    "stretched": ({"size": {"height": 160, "width": 160}, "do_pad": False}, False),
    "its shape kept": (KEPT, False),
    "its shape kept, masked": (KEPT, True),
    "padded": ({**KEPT, "pad_size": {"height": 400, "width": 500}}, False),
    "padded, masked": ({**KEPT, "pad_size": {"height": 400, "width": 500}}, True),
}


@pytest.mark.parametrize(("processor", "told_of_padding"), LOOKS.values(), ids=LOOKS)
@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_a_box_lands_where_the_thing_is(
    orientation: int, processor: dict[str, object], told_of_padding: bool, tmp_path: Path
) -> None:
    from transformers import DetrImageProcessor

    from archive_pipeline_tests.detectors.red import MaskedRedConfig, MaskedRedFinder, RedConfig, RedFinder

    model = MaskedRedFinder(MaskedRedConfig()) if told_of_padding else RedFinder(RedConfig())
    model.save_pretrained(tmp_path)
    DetrImageProcessor(**processor).save_pretrained(tmp_path)
    small = ((200, 400), (40, 120, 140, 200))
    first, second = get_detector(str(tmp_path), "cpu").detect([drawn(orientation=orientation), drawn(*small)], 0.5)
    for seen, size, box in ((first, SIZE, RED), (second, *small)):
        (one,) = seen.things
        assert (seen.width, seen.height) == size
        assert (one.x0, one.y0, one.x1, one.y1) == pytest.approx(box, abs=4)  # a pixel of what the model sees


def test_a_detector_stays_loaded_until_its_files_change(tmp_path: Path) -> None:
    folder = str(tiny.answering(tmp_path, [("dog", 0.9, (0.1, 0.1, 0.9, 0.9))]))
    first, identity = get_detector(folder, "cpu"), identify(folder)
    assert get_detector(folder, "cpu") is first
    tiny.answering(tmp_path, [("car", 0.8, (0.1, 0.1, 0.9, 0.9))])
    assert identify(folder) != identity
    assert get_detector(folder, "cpu").detect([drawn()], 0.5)[0].things[0].label == "car"


def test_a_missing_checkpoint_says_what_to_fetch_and_where_to(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"detector_unavailable.*hf download .* --local-dir"):
        identify(str(tmp_path / "nowhere"))
    code = "from archive_pipeline.detectors import get_detector; get_detector('PekingU/rtdetr_v2_r50vd', 'cpu')"
    offline = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path)}
    said = subprocess.run([sys.executable, "-c", code], env=offline, capture_output=True, text=True).stderr
    assert "[detector_unavailable]" in said
    assert "hf download PekingU/rtdetr_v2_r50vd" in said
    assert 'ARCHIVE_DETECTORS=\'{"rtdetr_v2_r50vd": "/models/rtdetr_v2_r50vd"}\'' in said


def spoiled(folder: Path, how: str) -> str:
    tiny.saved("detr", folder)
    weights = folder / "model.safetensors"
    if how == "no weights":
        weights.unlink()
    elif how == "damaged":
        weights.write_bytes(weights.read_bytes()[:5000])
    elif how == "of another model":
        tiny.saved("rt_detr_v2", folder / "other")
        (folder / "other/model.safetensors").replace(weights)
    else:
        config = json.loads((folder / "config.json").read_text())
        (folder / "config.json").write_text(json.dumps({**config, "model_type": "clip"}))
    return str(folder)


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ("no weights", "detector_unavailable"),
        ("damaged", "detector_unsupported"),
        ("of another model", "checkpoint_mismatch"),
        ("no detector", "detector_unsupported"),
    ],
)
def test_a_checkpoint_that_cannot_be_used_says_why(how: str, code: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=f"\\[{code}\\]"):
        get_detector(spoiled(tmp_path, how), "cpu")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"), "out_of_memory"),
        (torch.AcceleratorError("CUDA error: all CUDA-capable devices are busy or unavailable"), "device_failed"),
    ],
)
def test_a_device_that_cannot_take_a_detector_may_later(
    error: Exception, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside a VLM that holds the card, say: no fault of the checkpoint, and tried again."""

    def to(*_: object) -> None:
        raise error

    checkpoint = tiny.saved("detr", tmp_path)
    monkeypatch.setattr("transformers.modeling_utils.PreTrainedModel.to", to)
    with pytest.raises(PassingError, match=f"\\[{code}\\]"):
        get_detector(str(checkpoint), "cpu")


@pytest.mark.parametrize("written", ["rtdetr", "models/yolo.pt", "../x", "a/b/c", ""])
def test_what_is_no_checkpoint_is_refused(written: str) -> None:
    with pytest.raises(ConfigurationError, match="detector_unknown"):
        identify(written)


def test_an_unknown_name_tells_the_known_ones() -> None:
    assert known_checkpoint("a", {"a": "/models/a"}) == "/models/a"
    with pytest.raises(ConfigurationError, match="there are a, b"):
        known_checkpoint("c", {"a": "/models/a", "b": "/models/b"})


def test_a_damaged_picture_is_named(tmp_path: Path) -> None:
    detector = get_detector(str(tiny.answering(tmp_path, [("dog", 0.9, (0.1, 0.1, 0.9, 0.9))])), "cpu")
    with pytest.raises(MediaError, match="picture_damaged"):
        detector.detect([drawn()[:200]], 0.5)
    with pytest.raises(MediaError, match=r"picture_shape.*1000×50 pixels"):
        detector.detect([drawn((1000, 50))], 0.5)


def test_yolo_without_its_package_says_what_that_binds_to(tmp_path: Path) -> None:
    (file := tmp_path / "yolo11n.pt").write_bytes(b"weights")
    with pytest.raises(ArchiveError, match=r"ultralytics_missing.*AGPL-3.0") as raised:
        get_detector(str(file), "cpu")
    assert "archive-pipeline[yolo]" in raised.value.message


def test_nothing_heavy_is_imported_to_name_a_detector() -> None:
    code = "import sys, archive_pipeline.detectors; print([m for m in ('torch', 'transformers') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "[]"
