"""Whether a GPU gives what the processor gives, for each kind of video that there is."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

from archive_pipeline.automation.gpu_bench.asked import Asked, Figures, Value
from archive_pipeline.media.decoders.gpus import gpus
from archive_pipeline.media.decoders.machine import MachineDecoders
from archive_pipeline.media.decoders.model import PROCESSOR, Decoder
from archive_pipeline.media.decoders.trial import difference
from archive_pipeline.media.ffmpeg import find_ffmpeg, media_url
from archive_pipeline.media.model import Decoding, Sample, SamplingParameters
from archive_pipeline.media.probe import probe
from archive_pipeline.media.sampling import sample_video
from archive_pipeline.settings import Settings

KINDS: Mapping[str, tuple[str, str]] = {
    "h264.mp4": ("1280x720", "-c:v libx264 -pix_fmt yuv420p"),
    "h264 full range.mp4": ("1280x720", "-c:v libx264 -pix_fmt yuvj420p"),
    "h264 of no even third.mp4": ("638x358", "-c:v libx264 -pix_fmt yuv420p"),
    "h264 interlaced.mp4": ("1920x1080", "-c:v libx264 -pix_fmt yuv420p -flags +ildct+ilme -x264-params tff=1"),
    "h264 sixteen references.mp4": ("640x360", "-c:v libx264 -pix_fmt yuv420p -refs 16 -bf 3"),
    "h264 smallest.mp4": ("64x48", "-c:v libx264 -pix_fmt yuv420p"),
    "h264 4:2:2.mp4": ("1280x720", "-c:v libx264 -pix_fmt yuv422p"),
    "hevc.mp4": ("1280x720", "-c:v libx265 -preset ultrafast -pix_fmt yuv420p -x265-params log-level=0"),
    "hevc 10 bit 2160.mp4": (
        "3840x2160",
        "-c:v libx265 -preset ultrafast -pix_fmt yuv420p10le -color_trc smpte2084 -x265-params log-level=0",
    ),
    "vp9.webm": ("1280x720", "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -pix_fmt yuv420p"),
    "av1.mp4": ("1280x720", "-c:v libsvtav1 -preset 12 -pix_fmt yuv420p"),
    "mpeg2 interlaced.mpg": ("720x576", "-c:v mpeg2video -q:v 4 -flags +ildct+ilme -aspect 16:9"),
    "mpeg4.avi": ("720x576", "-c:v mpeg4 -q:v 4 -bf 2"),
}
"""Size and coding by file."""


def agreement(asked: Asked, figures: Figures) -> None:
    """Wanted: samples and times equal, at most 1 cut in 50 another, pictures within 2 levels of 255."""
    settings = Settings()
    ffmpeg = find_ffmpeg(settings.ffmpeg)
    places = Path(asked.work) / "places"
    decoders = MachineDecoders("cuda", ffmpeg, gpus(settings.visible_gpus), places, settings.decodes_per_gpu)
    for name, (size, written) in KINDS.items():
        video = Path(asked.work) / name
        if wrong := _make(video, ffmpeg, size, written):
            figures.note(**{name: f"could not be made: {wrong}"})
        else:
            figures.note(**{name: compared(video, ffmpeg, decoders)})


def compared(video: Path, ffmpeg: Path, decoders: MachineDecoders) -> dict[str, Value]:
    """Who decoded it where the GPU was asked for, and how far that is from the processor's."""
    facts = probe(video)

    def decoded_by(decoder: Decoder) -> tuple[str, Decoding, list[Sample]]:
        samples: list[Sample] = []
        decoding = sample_video(video, facts, SamplingParameters(), ffmpeg, samples.extend, decoder=decoder)
        return decoder.note, decoding, samples

    note, decoding, samples = decoders.decode(video, decoded_by)
    _, expected, own = decoded_by(PROCESSOR)
    are_equal = [one.pts_s for one in samples] == [one.pts_s for one in own]
    far = [difference(one, other) for one, other in zip(samples, own, strict=False)]
    return {
        "decoder": note,
        "samples": len(samples),
        "times_are_equal": are_equal and decoding.n_source_frames == expected.n_source_frames,
        "cuts": len(decoding.cuts),
        "cuts_of_the_processor": len(expected.cuts),
        "levels_of_255": max(far, default=0.0),
    }


def _make(video: Path, ffmpeg: Path, size: str, written: str) -> str:
    """Two scenes of a second each; what went wrong, or nothing."""
    source = f"testsrc2=s={size}:r=25:d=2,hue=h=137*floor(t)"
    command = [str(ffmpeg), "-v", "error", "-nostdin", "-f", "lavfi", "-i", source, *written.split(), media_url(video)]
    made = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    return made.stderr.strip()[:300] or "no message" if made.returncode else ""
