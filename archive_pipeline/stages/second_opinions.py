"""Which shots are asked about once more: those that a policy flags, and some of those that it does not.

What a first run missed is in no shot that it flags. Of the others a share is drawn at random, each with the same
probability, so that what the second answers raise in them tells how much was missed (view `unflagged_samples`).
"""

import hashlib

import polars as pl

from archive_pipeline.stages.chain import SECOND_OPINIONS
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.provenance import Provenance

Pair = tuple[str, str]
"""Id of a shot and name of a policy."""
(_TABLE,) = SECOND_OPINIONS.tables


def asked_again(findings: pl.DataFrame, share: float) -> set[Pair]:
    """All that `findings` (columns shot_id, policy, status, raised) raise anything in, and of the other answered ones
    `share` (0 to 1): the same whenever it is asked, and with a larger share all of a smaller one's."""
    answered = findings.filter(pl.col("status") == "ok").group_by("shot_id", "policy").agg(pl.col("raised").any())
    return {
        (shot_id, policy)
        for shot_id, policy, raised in answered.iter_rows()
        if raised or _is_drawn(shot_id, policy, share)
    }


def _is_drawn(shot_id: str, policy: str, share: float) -> bool:
    drawn = hashlib.sha256(f"{shot_id} {policy}".encode()).digest()[:8]
    return int.from_bytes(drawn) < share * 2**64


def withdraw(lake: Lake, video: VideoName, run_id: str) -> None:
    """Nothing is left of the second answers of a video whose first ones are all asked for again: what they are compared
    with is gone, and they are due."""
    stored = lake.provenance(_TABLE, video)
    if stored is not None:
        provenance = Provenance(SECOND_OPINIONS.name, SECOND_OPINIONS.code_version, {"withdrawn": run_id})
        lake.write(_TABLE, video, lake.read(_TABLE, video).clear(), provenance)
