"""What belongs to a part and what belongs nowhere, where parts are known."""

import numpy as np
import pytest

from archive_pipeline.semantics.organisation.belonging import Belonging, learn_belonging
from archive_pipeline.semantics.organisation.grouping import GroupingParameters
from archive_pipeline.semantics.organisation.space import Rows, learn_space, means_of

FENCE = GroupingParameters().fence


def drawn(n: int, d: int) -> tuple[Rows, np.ndarray, Rows]:
    """n rows of unit length in √n parts, the part of each, and 100 rows that are of no part."""
    random = np.random.default_rng(5)
    spreads = (np.arange(d) + 1.0) ** -0.5  # encoders use few directions much
    part = np.arange(n) % round(n**0.5)
    means = random.normal(size=(part.max() + 1, d)) * spreads
    rows = means[part] + random.normal(size=(n, d)) * spreads * 0.6
    lone = random.normal(size=(100, d)) * spreads * (1 + 0.6**2) ** 0.5
    rows, lone = (own / np.linalg.norm(own, axis=1, keepdims=True) for own in (rows, lone))
    return rows.astype(np.float32), part.astype(np.int32), lone.astype(np.float32)


def learned(rows: Rows, part: np.ndarray) -> tuple[Belonging, Rows]:
    means = means_of(rows, part, int(part.max()) + 1)
    return learn_belonging(rows, means, part, FENCE), means


@pytest.mark.parametrize(("n", "d"), [(200, 768), (2000, 64)])
def test_what_is_of_no_part_belongs_nowhere_and_new_members_belong(n: int, d: int) -> None:
    embeddings, part, lone = drawn(n, d)
    seen = n - n // 5
    space = learn_space(embeddings[:seen], GroupingParameters().held_down)
    rows, lone = space.rows(embeddings), space.rows(lone)
    belonging, means = learned(rows[:seen], part[:seen])
    assert belonging.holds(rows[:seen], means, part[:seen]).mean() > 0.98
    assert belonging.holds(rows[seen:], means, part[seen:]).mean() > 0.95
    assert belonging.holds(lone, means, space.nearest(lone, means)).mean() < 0.2


def test_a_part_that_is_wider_than_the_others_keeps_half_of_itself() -> None:
    random = np.random.default_rng(1)
    part = np.repeat(np.arange(10), 20).astype(np.int32)
    rows = np.repeat(np.eye(10, 32), 20, axis=0) + random.normal(0, np.where(part == 9, 1.0, 0.01)[:, None], (200, 32))
    belonging, means = learned(rows.astype(np.float32), part)
    held = belonging.holds(rows.astype(np.float32), means, part)
    assert held[part < 9].all()
    assert held[part == 9].mean() >= 0.5


def test_equal_pictures_belong_together() -> None:
    rows, part = np.full((20, 4), 0.5, np.float32), np.zeros(20, np.int32)
    belonging, means = learned(rows, part)
    assert belonging.holds(rows, means, part).all()
