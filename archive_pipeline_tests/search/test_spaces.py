"""One space per encoder, under a name that is safe everywhere."""

import re

from hypothesis import given
from hypothesis import strategies as st

from archive_pipeline.search.spaces import in_present_layout, is_space, space_name


def test_the_name_says_which_encoder_it_is() -> None:
    assert re.fullmatch(r"shots-vit-l-14-quickgelu-openai-[0-9a-f]{8}-2", space_name("ViT-L-14-quickgelu/openai", "x"))


def test_other_weights_or_another_preprocessing_make_another_space() -> None:
    assert space_name("archive-tiny", "v1") != space_name("archive-tiny", "v2")
    assert space_name("a/b", "x") != space_name("a-b", "x")


@given(st.text(), st.text())
def test_every_name_is_safe_as_folder_and_as_qdrant_name(name: str, identity: str) -> None:
    space = space_name(name, identity)
    assert is_space(space)
    assert len(space) < 120
    assert re.fullmatch(r"[a-z0-9-]+", space)


def test_a_space_of_an_older_layout_is_known_by_its_name() -> None:
    present = space_name("ViT-L-14-quickgelu/openai", "x")
    first = present.removesuffix("-2")
    assert in_present_layout(first) == in_present_layout(present) == present
