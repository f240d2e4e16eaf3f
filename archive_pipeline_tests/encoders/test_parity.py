"""From the file to the embedding: every sampled frame of five real clips against the model's own way to see it."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from open_clip.transform import PreprocessCfg, image_transform_v2
from PIL import Image

from archive_pipeline.encoders.loading import load_untrained
from archive_pipeline.media.ffmpeg import find_ffmpeg
from archive_pipeline.media.model import Sample, SamplingParameters
from archive_pipeline.media.probe import probe
from archive_pipeline.media.sampling import sample_video
from archive_pipeline_tests.encoders.conftest import in_float32

CLIPS = ("bbb_first30s.webm", "tears_of_steel_battle.webm", "butterfly.mp4", "cars_overhead.mp4", "friday_bw.mp4")
_TERMS = 50  # that ffmpeg takes in one expression; over 100 are too many


def source_frames(clip: Path, ffmpeg: Path, numbers: list[int], folder: Path) -> Iterator[Image.Image]:
    """These frames of the source, decoded by the bare ffmpeg, without loss."""
    for first in range(0, len(numbers), _TERMS):
        some = numbers[first : first + _TERMS]
        wanted = "+".join(f"eq(n,{number})" for number in some)
        command = [str(ffmpeg), "-v", "error", "-i", str(clip), "-vf", f"select='{wanted}'", "-fps_mode", "passthrough"]
        subprocess.run([*command, "-y", str(folder / "%05d.png")], check=True)
        for i in range(len(some)):
            yield Image.open(folder / f"{i + 1:05}.png").convert("RGB")


@pytest.mark.verify
@pytest.mark.parametrize("clip", CLIPS)
def test_every_sampled_frame_is_embedded_as_the_model_s_own_transform_of_the_source_frame_is(
    footage: Path, clip: str, tmp_path: Path
) -> None:
    ffmpeg = find_ffmpeg(None)
    samples: list[Sample] = []
    sample_video(footage / clip, probe(footage / clip), SamplingParameters(), ffmpeg, samples.extend)
    encoder = load_untrained("ViT-B-32", "cpu", seed=0)
    model = in_float32("ViT-B-32")
    transform = image_transform_v2(PreprocessCfg(**model.visual.preprocess_cfg), is_train=False)
    numbers = [sample.source_frame for sample in samples]
    with torch.inference_mode():
        own = [
            model.encode_image(transform(frame)[None], normalize=True)[0].numpy()
            for frame in source_frames(footage / clip, ffmpeg, numbers, tmp_path)
        ]
    cosines = (np.stack(own) * encoder.encode_images(sample.jpeg for sample in samples)).sum(axis=1)
    print(f"{clip}: {len(cosines)} frames, lowest cosine {cosines.min():.4f}, mean {cosines.mean():.5f}")
    assert cosines.min() >= 0.99
