"""Which vocabularies a collection has, and by which model they are scored."""

from pathlib import Path

import pytest

from archive_pipeline.collections.model import Collection
from archive_pipeline.encoders import DEFAULT_MODEL
from archive_pipeline.errors import ConfigurationError
from archive_pipeline.settings import Settings
from archive_pipeline.stages.vocabularies import concept_parameters, scoring_model, vocabularies_of

GENERAL = ["content_warnings", "contents", "shot_scale", "time_of_day"]
DRAWN = ["drawn_colour", "drawn_place", "drawn_thing", "drawn_time", "drawn_weather"]
STREETCLIP = "ViT-L-14-336@/models/street.pt"


def settings(folder: Path, streetclip: str | None = None) -> Settings:
    return Settings(archive_home=folder, vocabularies_dir=folder / "vocabularies", streetclip=streetclip)


def collection(model: str = DEFAULT_MODEL, *vocabularies: str) -> Collection:
    return Collection(name="c", source=Path("/c"), model=model, vocabularies=vocabularies or None)


@pytest.mark.parametrize(
    ("model", "streetclip", "names"),
    [
        (DEFAULT_MODEL, None, GENERAL),
        (DEFAULT_MODEL, STREETCLIP, sorted([*GENERAL, "geography"])),
        ("archive-tiny", None, DRAWN),
        ("archive-tiny", STREETCLIP, DRAWN),
    ],
)
def test_a_collection_has_the_shipped_ones_that_suit_its_model(
    tmp_path: Path, model: str, streetclip: str | None, names: list[str]
) -> None:
    known = vocabularies_of(collection(model), settings(tmp_path, streetclip))
    assert [vocabulary.name for vocabulary in known] == names


def test_what_a_collection_names_is_what_it_gets(tmp_path: Path) -> None:
    named = collection("archive-tiny", "time_of_day", "drawn_time")
    assert [v.name for v in vocabularies_of(named, settings(tmp_path))] == ["time_of_day", "drawn_time"]


def test_geography_waits_for_its_model_and_says_how_to_name_it(tmp_path: Path) -> None:
    named = collection(DEFAULT_MODEL, "geography")
    with pytest.raises(ConfigurationError, match="set ARCHIVE_STREETCLIP") as refused:
        concept_parameters(named, settings(tmp_path))
    assert refused.value.code == "vocabulary_needs_model"
    (geography,) = vocabularies_of(named, settings(tmp_path))
    assert scoring_model(geography, DEFAULT_MODEL, settings(tmp_path, STREETCLIP)) == STREETCLIP


def test_a_wrong_file_of_ones_own_does_not_fall_back_to_the_shipped_one(tmp_path: Path) -> None:
    (tmp_path / "vocabularies").mkdir()
    (tmp_path / "vocabularies" / "contents.yaml").write_text("kind: softmax\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"contents\.yaml"):
        vocabularies_of(collection(), settings(tmp_path))
    assert [v.name for v in vocabularies_of(collection("archive-tiny"), settings(tmp_path))] == DRAWN


def test_parameters_change_with_wordings_labels_and_weights_alone(tmp_path: Path) -> None:
    before = concept_parameters(collection(), settings(tmp_path))
    assert sorted(before["vocabularies"]) == GENERAL
    assert concept_parameters(collection(), settings(tmp_path)) == before
    other = concept_parameters(collection("ViT-B-32/openai"), settings(tmp_path))
    assert other["vocabularies"] == before["vocabularies"]
    assert other["models"] != before["models"]
    assert other["names"] == before["names"]
    shipped = vocabularies_of(collection(), settings(tmp_path))
    assert before["names"] == {one.name: one.naming_digest for one in shipped if one.kind != "similarity"}
