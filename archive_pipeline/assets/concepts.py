"""concepts: what each shot shows, by the phrases of the collection's vocabularies; no server, and no decoding."""

from collections.abc import Sequence
from typing import Any

import dagster as dg
import polars as pl

from archive_pipeline.assets.illustrations import captioned_sheet
from archive_pipeline.assets.policy import analysis_asset
from archive_pipeline.assets.shots import shots
from archive_pipeline.language.concepts.vocabulary import Vocabulary
from archive_pipeline.resources.archive import Archive
from archive_pipeline.resources.encoder import EncoderResource
from archive_pipeline.resources.work import VideoWork, analysis_work
from archive_pipeline.stages.chain import CONCEPTS
from archive_pipeline.stages.concepts import score_video
from archive_pipeline.stages.vocabularies import vocabularies_of
from archive_pipeline.store.stills import Stills

_MOST_SHOWN = 20


@analysis_asset(CONCEPTS, kinds={"numpy", "parquet"}, deps=[shots])
def concepts(context: dg.AssetExecutionContext, archive: Archive, encoder: EncoderResource) -> dg.MaterializeResult:
    """Score the shots zero-shot against the collection's vocabularies: which of their concepts hold, and how surely."""
    with analysis_work(context, archive, CONCEPTS) as work:
        if not work.is_current:
            _score(work, encoder)
        stored = work.stored(CONCEPTS)
        assert stored is not None
        for reason in stored.notes.get("left_out", []):
            context.log.warning(f"{work.video_id}: {reason}")
        table = work.read("concepts")
        vocabularies = {
            vocabulary.name: vocabulary for vocabulary in vocabularies_of(work.collection, archive.settings)
        }
        return work.result(
            {
                "dagster/row_count": table.height,
                "shots": table["shot_id"].n_unique(),
                "vocabularies": ", ".join(vocabularies) or "none",
                **_shown(work, table, vocabularies),
            }
        )


def _score(work: VideoWork, encoder: EncoderResource) -> None:
    scored = score_video(
        work.lake,
        work.video,
        work.collection,
        work.archive.settings,
        lambda model, jpegs: encoder.get(model).encode_images(jpegs),
    )
    if scored.left_out:
        work.notes["left_out"] = list(scored.left_out)
    work.write("class_names", scored.class_names)
    work.write("concepts", scored.rows)


def _shown(work: VideoWork, table: pl.DataFrame, vocabularies: dict[str, Vocabulary]) -> dict[str, Any]:
    """The concepts that hold most often, as a table, each with the shot that shows it best."""
    top = (
        table.filter("holds")
        .sort("score", descending=True)
        .group_by("vocabulary", "concept", maintain_order=True)
        .agg(n=pl.len(), score=pl.col("score").mean(), best=pl.col("shot_id").first())
        .sort("n", "score", descending=True)
        .head(_MOST_SHOWN)
    )
    rows = list(top.iter_rows(named=True))
    names = [vocabularies[row["vocabulary"]].label(row["concept"], "en") for row in rows]
    lines = [
        f"| {row['vocabulary']} | {_cell(name)} | {row['n']} | {row['score']:.2f} |"
        for row, name in zip(rows, names, strict=True)
    ]
    head = ["| vocabulary | concept | shots | mean score |", "|---|---|---|---|"]
    best = _pictures(work, [row["best"] for row in rows])
    pictured = [(jpeg, name) for jpeg, name in zip(best, names, strict=True) if jpeg]
    return {
        "concepts": dg.MetadataValue.md("\n".join([*head, *lines]) if lines else "nothing holds"),
        "best_of_each": captioned_sheet(pictured),
    }


def _pictures(work: VideoWork, shot_ids: Sequence[str]) -> list[bytes | None]:
    stills = Stills(work.lake)
    keyframes_s = dict(work.read("shots", "shot_id", "keyframe_s").iter_rows())
    found = [stills.at(work.video, keyframes_s[shot_id]) for shot_id in shot_ids]
    return [still.jpeg if still else None for still in found]


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
