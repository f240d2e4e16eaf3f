"""How near the results of a GPU would be, estimated without one: its graph with the processor's filters."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from archive_pipeline.media.cuts.model import Cut
from archive_pipeline.media.decoders import cuda_filters
from archive_pipeline.media.decoders.coding import coding
from archive_pipeline.media.decoders.model import CudaDecoding, Decoder
from archive_pipeline.media.decoders.nvdec import SURFACES, why_not
from archive_pipeline.media.model import Sample, SamplingParameters
from archive_pipeline.media.sampling import sample_video
from archive_pipeline_tests.media.conftest import READABLE
from archive_pipeline_tests.media.reference import Sampled, facts_of, sampled


def _downloaded(frames: Any, cuda: CudaDecoding, wanted: tuple[int, int]) -> Any:
    """`cuda_filters.downloaded` for pictures that are in the processor's memory already."""
    for width, height in cuda_filters.sizes((cuda.width, cuda.height), wanted):
        frames = frames.filter("scale", width, height, flags="area")
    return frames.filter("format", cuda.surface)


@pytest.mark.verify
@pytest.mark.parametrize("entry", READABLE, ids=lambda entry: entry["file"])
def test_at_most_one_cut_of_a_clip_is_another_and_pictures_are_within_a_level(
    entry: dict[str, Any], footage: Path, ffmpeg: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = footage / entry["file"]
    found, facts = coding(path), facts_of(path)
    if found is None or why_not(found):
        pytest.skip("the processor's")
    expected = sampled(path, ffmpeg)
    monkeypatch.setattr(cuda_filters, "downloaded", _downloaded)
    monkeypatch.setattr(cuda_filters, "input_options", lambda _: {})
    monkeypatch.setattr(
        cuda_filters, "deinterlaced", lambda frames: frames.filter("bwdif", mode="send_frame", deint="interlaced")
    )
    decoder = Decoder("", CudaDecoding(0, found.width, found.height, SURFACES[found.pixel_format]))
    samples: list[Sample] = []
    decoding = sample_video(path, facts, SamplingParameters(), ffmpeg, samples.extend, decoder=decoder)
    got = Sampled(facts, decoding, samples)
    assert (got.pts_s, decoding.n_source_frames) == (expected.pts_s, expected.decoding.n_source_frames)
    assert len(_others(decoding.cuts, expected.decoding.cuts) + _others(expected.decoding.cuts, decoding.cuts)) <= 1
    for number in range(len(samples)):
        assert np.abs(got.pixels(number) - expected.pixels(number)).mean() < 1


def _others(cuts: Sequence[Cut], expected: Sequence[Cut]) -> list[Cut]:
    """Those of `cuts` that are not in `expected`; a fade begins at no one frame."""

    def is_known(cut: Cut) -> bool:
        far = cut.kind == "gradual"
        return any(cut.kind == one.kind and abs(cut.source_frame - one.source_frame) <= far for one in expected)

    return [cut for cut in cuts if not is_known(cut)]
