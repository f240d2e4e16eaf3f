"""The ffmpeg command that makes a clip of some seconds of a source, for a browser."""

from dataclasses import dataclass
from pathlib import Path

from archive_pipeline.media.colour import telling_filters
from archive_pipeline.media.display import picture_size, turning_filters
from archive_pipeline.media.facts import MediaFacts
from archive_pipeline.media.ffmpeg import DEMUXERS, PROTOCOLS, escaped, media_url
from archive_pipeline.media.rule import clock

_SHORTEST_SIDE = 360  # a preview: good enough to judge a shot, a tenth of the bytes of HD
_LARGEST_FRAME = 2**28  # pixels, as when the video was decoded for the archive
LEADS_S = (1.0, 4.0, 15.0, 60.0)
"""How far before a moment decoding begins, the next one where the one before did not reach it: a key frame may be far,
and transport and program streams are sought by guessing."""
_SAME_S = 0.0005  # two pictures are never as near
_MOST_BYTES = 40_000_000  # 6 s at 50 Mbit/s; what is asked for has a hundredth of that


@dataclass(frozen=True)
class Recipe:
    """How clips are coded."""

    name: str
    suffix: str
    video: tuple[str, ...]
    audio: tuple[str, ...]
    video_mime: str
    av_mime: str

    def mime(self, has_audio: bool) -> str:
        return self.av_mime if has_audio else self.video_mime


H264 = Recipe(
    name="h264",
    suffix=".mp4",
    video=(
        "-c:v", "libx264", "-preset", "veryfast", "-crf", "25", "-profile:v", "main", "-pix_fmt", "yuv420p",
        "-bf", "0",  # pictures in their order: browsers would show what waits for another one late
        "-maxrate", "2500k", "-bufsize", "5000k",
        # fragments that keep the times they have: a first picture that comes late would be moved to 0
        "-movflags", "+empty_moov+default_base_moof+frag_keyframe+frag_discont+negative_cts_offsets",
        "-f", "mp4",
    ),
    audio=("-c:a", "aac", "-b:a", "96k"),
    video_mime='video/mp4; codecs="avc1.4d401f"',
    av_mime='video/mp4; codecs="avc1.4d401f,mp4a.40.2"',
)  # fmt: skip

VP8 = Recipe(
    name="vp8",
    suffix=".webm",
    video=(
        "-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-crf", "12", "-b:v", "1500k",
        "-pix_fmt", "yuv420p", "-f", "webm",
    ),
    audio=("-c:a", "libopus", "-b:a", "64k"),
    video_mime='video/webm; codecs="vp8"',
    av_mime='video/webm; codecs="vp8,opus"',
)  # fmt: skip
"""For builds of ffmpeg without libx264."""


def clip_command(
    binary: Path,
    path: Path,
    facts: MediaFacts,
    recipe: Recipe,
    *,
    from_s: float,
    length_s: float,
    lead_s: float | None,
    sound: str | None,
    held: bool,
    table: str | None,
    target: Path,
) -> list[str]:
    """ffmpeg's arguments: the moment [from_s, from_s + length_s) of the video's clock, at time 0 of `target`.

    Pictures are as a player shows them: turned, square pixels, deinterlaced, in the archive's colours. Decoding begins
    about `lead_s` before; without one, as for a video that has no steady clock, at the beginning, and the clip is
    silent. `held`: the picture that stands when the clip begins is its first one. The last one stands until the clip
    ends. `sound`: its stream, as ffmpeg names those of the file (`a:0`, `1`). `table`: the file by which pictures are
    converted (`tone_map`).
    """
    seek = []
    if lead_s is not None and (start_s := from_s - lead_s) > facts.start_s:
        seek = ["-ss", f"{start_s + facts.zero_s:.6f}", "-seek_timestamp", "1", "-noaccurate_seek"]
    heard = sound if lead_s is not None else None
    return [
        str(binary), "-nostdin", "-hide_banner", "-nostats", "-loglevel", "repeat+warning", "-y",
        "-protocol_whitelist", PROTOCOLS, "-format_whitelist", DEMUXERS,
        "-copyts", "-noautorotate", "-threads", "2", "-max_pixels", str(_LARGEST_FRAME), "-reinit_filter", "0",
        *seek,
        "-i", media_url(path),
        "-map", f"0:{facts.stream_index}", *(["-map", f"0:{heard}"] if heard else []), "-sn", "-dn",
        "-map_metadata", "-1",
        "-vf", _pictures(facts, from_s, length_s, held, table), *(["-af", _sound(facts, from_s)] if heard else []),
        "-t", f"{length_s:.6f}", "-fps_mode", "passthrough", "-enc_time_base", "1:90000",
        "-force_key_frames", "expr:gte(t,n_forced)", "-bsf:v", f"setts=duration={_until(length_s)}",
        *(recipe.audio if heard else []), *recipe.video, "-threads", "2",
        "-fs", str(_MOST_BYTES), media_url(target),
    ]  # fmt: skip


def _pictures(facts: MediaFacts, from_s: float, length_s: float, held: bool, table: str | None) -> str:
    width, height = (side - side % 2 or 2 for side in picture_size(facts.width, facts.height, _SHORTEST_SIDE))
    width, height = (height, width) if facts.rotation % 180 else (width, height)
    filters = telling_filters(facts)
    filters += ["scale=iw:ih", "bwdif=mode=send_frame:deint=interlaced"] if facts.is_interlaced else []
    # commas inside an expression are escaped for the filter graph
    own_clock = clock(facts).replace(",", "\\,").replace(";", "\\;")
    filters += [
        f"setpts={own_clock}",
        *([_standing(from_s)] if held else []),
        f"trim=start={from_s:.6f}:end={from_s + length_s:.6f}",
        f"setpts=PTS-{from_s:.6f}/TB",
        f"scale={width}:{height}",
        *(_converted(table) if table else []),
        *("=".join(step) for step in turning_filters(facts.rotation, facts.is_mirrored)),
        "setsar=1",
        "sidedata=mode=delete:type=DISPLAYMATRIX",  # a player would turn the clip once more
    ]
    return ",".join(filters)


def _converted(table: str) -> list[str]:
    return [
        "format=gbrp12le",
        f"lut3d={escaped(table)}",
        "scale=out_color_matrix=bt709:out_range=tv",
        "format=yuv420p",
        "setparams=colorspace=bt709:color_primaries=bt709:color_trc=bt709:range=tv",
    ]


def _standing(from_s: float) -> str:
    """The picture that stands at `from_s`, or else the first one after it, begins then; the others keep their times."""
    return (
        f"split[all][later];[all]fps=25:start_time={from_s:.6f},trim=end_frame=1[standing];"
        f"[later]select=gt(t\\,{from_s + _SAME_S:.6f})[others];[standing][others]interleave"
    )


def _until(length_s: float) -> str:
    """How long a packet is shown: the last one for as long as the clip goes on, whatever its coder thinks."""
    return f"if(eq(NEXT_PTS\\,NOPTS)\\,max({length_s:.6f}/TB-PTS\\,1)\\,DURATION)"


def _sound(facts: MediaFacts, from_s: float) -> str:
    """Cut like the pictures, and silence where there is no more of it, so that every clip has the same streams."""
    zero = from_s + facts.zero_s
    return (
        f"atrim=start={zero:.6f},asetpts=PTS-{zero:.6f}/TB,"
        "aresample=44100:async=1:first_pts=0,aformat=channel_layouts=stereo,apad"
    )
