"""Decode a video once: its sampled frames as JPEG, and its cuts."""

from collections.abc import Callable, Sequence
from pathlib import Path

from archive_pipeline.media.collector import Collector
from archive_pipeline.media.command import decode_command
from archive_pipeline.media.cuts import cut_detector
from archive_pipeline.media.decoders.model import PROCESSOR, Decoder
from archive_pipeline.media.decoders.strictness import strictly
from archive_pipeline.media.facts import MediaFacts
from archive_pipeline.media.model import Decoding, Sample, SamplingParameters
from archive_pipeline.media.process import CORRUPT, LOST, running
from archive_pipeline.media.rule import sampling
from archive_pipeline.media.stream import read_stream
from archive_pipeline.media.tone_mapping import tone_map
from archive_pipeline.media.verdict import decoder_warnings, is_container_torn, raise_failure

__all__ = ["Decoding", "Sample", "SamplingParameters", "sample_video"]


def sample_video(
    path: Path,
    facts: MediaFacts,
    parameters: SamplingParameters,
    ffmpeg: Path,
    on_samples: Callable[[Sequence[Sample]], None],
    limit_s: float | None = None,
    decoder: Decoder = PROCESSOR,
) -> Decoding:
    """Decode `path` in one ffmpeg process; `on_samples` gets the samples in order of time, some at a time.

    What decodes of a damaged file is kept. Memory does not grow with the duration. `limit_s` bounds the wall-clock time
    (default: ten minutes and five times the duration).

    Raises MediaError: `no_decodable_frame`, `decoder_crashed`, `too_many_frames`. Raises PassingError: `read_failed`,
    `decode_timeout`, `decoder_killed`. With the decoder of a GPU it raises DecoderError instead of most of these, and
    for anything that is not as the processor would give it; samples that were handed on are void then.
    """
    detector = cut_detector(parameters.detector)
    collector = Collector(facts, detector, on_samples)
    with tone_map(facts) as table:
        command = pass_command(path, facts, parameters, ffmpeg, decoder, table)
        with running(command, 600 + 5 * facts.duration_s if limit_s is None else limit_s) as child:
            items = read_stream(child.stdout, detector.thumbnail_size)
            for item in strictly(items, child, parameters.fps) if decoder.cuda else items:
                collector.add(item)
            status = child.wait()
            collector.flush()
    raise_failure(child, status, collector.n_source_frames)
    return collector.decoding(
        decoder_warnings(child.lines),
        child.counted[LOST],
        child.counted[CORRUPT],
        is_torn=is_container_torn(child, facts.container),
    )


def pass_command(
    path: Path,
    facts: MediaFacts,
    parameters: SamplingParameters,
    ffmpeg: Path,
    decoder: Decoder = PROCESSOR,
    table: str | None = None,
) -> list[str]:
    """The arguments of that one process; `table` as `tone_map` gives it."""
    return decode_command(
        ffmpeg,
        path,
        facts,
        wanted=sampling(parameters.fps),
        thumbnail_size=cut_detector(parameters.detector).thumbnail_size,
        picture_side=parameters.picture_side,
        jpeg_qscale=parameters.jpeg_qscale,
        cuda=decoder.cuda,
        table=table,
    )
