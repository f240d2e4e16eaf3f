"""Broadcasters' subtitles with bytes changed, lost and put in: read within bounds or refused, never anything else."""

from random import Random

import pytest

from archive_pipeline.language.transcripts.model import WrongSubtitlesError
from archive_pipeline.language.transcripts.placement import placed
from archive_pipeline.language.transcripts.subtitles import parse
from archive_pipeline_tests.language.transcripts.stl_files import as_iso6937, stl, tti
from archive_pipeline_tests.language.transcripts.test_placement import EBU_TT

START = "<ebuttm:documentStartOfProgramme>10:00:00:00</ebuttm:documentStartOfProgramme>"
WHOLE = {
    "stl": stl([tti(as_iso6937(f"Línea {n}"), f"10:00:{n:02d}:00", f"10:00:{n:02d}:24", number=n) for n in range(9)]),
    "xml": EBU_TT.format(start=START).encode(),
}
_PIECES = b'<>&:;,.0123456789"=\0\x8f\xff/pt '


def damaged(content: bytes, chance: Random) -> bytes:
    written = bytearray(content)
    for _ in range(chance.randint(1, 3)):
        at, kind = chance.randrange(len(written)), chance.randrange(12)
        if kind < 5:
            written[at] = chance.randrange(256)
        elif kind < 8:
            del written[at : at + chance.randint(1, 15)]
        elif kind < 11:
            written[at:at] = bytes(chance.choices(_PIECES, k=chance.randint(1, 10)))
        else:
            del written[max(at, 50) :]
    return bytes(written)


@pytest.mark.parametrize("kind", WHOLE)
def test_damage_is_read_within_bounds_or_refused(kind: str) -> None:
    chance, n_read = Random(kind), 0
    for _ in range(1500):
        content = damaged(WHOLE[kind], chance)
        try:
            cues = placed(parse(content, kind), chance.choice([None, "10:00:00:00", "x"]), 0.0, 60.0)
        except WrongSubtitlesError:
            continue
        n_read += 1
        assert all(0 <= one.start_s < one.end_s and one.text for one in cues.segments), content
    assert 100 < n_read < 1500, "some are read, some are not"
