"""Names of a video's semantic classes, after the concepts that set each apart from the rest of the video."""

from collections.abc import Sequence

import polars as pl

from archive_pipeline.language.concepts.group_names import distinction, group_names
from archive_pipeline.language.concepts.phrase_vectors import Vectors, VocabularyVectors
from archive_pipeline.language.concepts.scores import score

SCHEMA = {"class": pl.Int32, "name_en": pl.String, "name_es": pl.String}


def class_names(shots: pl.DataFrame, vectors: Vectors, vocabularies: Sequence[VocabularyVectors]) -> pl.DataFrame:
    """Rows of the table `class_names` without the video, a class with a name each.

    `shots` in the order of their `vectors` (n, d); `vocabularies` as the model read them that these are of.
    """
    classes = shots["class"].cast(pl.Int32).fill_null(-1).to_numpy()  # a shot may be of no class
    found = [distinction(one.vocabulary, score(vectors, one), classes) for one in vocabularies]
    n_classes = int(classes.max(initial=-1)) + 1
    named = pl.DataFrame(
        {"class": range(n_classes), **{f"name_{said}": group_names(found, n_classes, said) for said in ("en", "es")}},
        SCHEMA,
    )
    return named.filter(pl.col("class").is_in(shots["class"]), pl.col("name_en").is_not_null())
