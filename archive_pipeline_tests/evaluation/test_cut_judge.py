"""How the judge of cuts is trained: from what, by whom it is judged, and that the same comes of it every time."""

from pathlib import Path

import numpy as np
import pytest

from archive_pipeline.evaluation.cut_judge import JUDGE, judges
from archive_pipeline.media.cuts.fast.features import N_FEATURES
from archive_pipeline.media.cuts.fast.network import REACH, Judge
from archive_pipeline.media.cuts.training.fitting import Example, Group, fit
from archive_pipeline.media.cuts.training.material import Material
from archive_pipeline.media.cuts.training.shots import FOLDS, clips_of_fold
from archive_pipeline.media.cuts.training.varying import SIZE, varied
from archive_pipeline_tests.thorough import thorough


def example(seed: int, n: int = 400) -> Example:
    """Features of which one half is high where there is a cut, and the other where a transition is."""
    rng = np.random.default_rng(seed)
    truth = np.zeros((n, 2), np.float32)
    truth[rng.integers(n, size=80), 0] = 1
    truth[100:130, 1] = 1
    features = rng.standard_normal((n + 2 * REACH, N_FEATURES)).astype(np.float32)
    features[REACH:-REACH] += 4 * truth.repeat(N_FEATURES // 2, axis=1)
    return Example(features, truth, np.ones_like(truth))


def material() -> Material:
    composed, varying, clips = ({fold: [example(100 * fold + k)] for fold in range(3)} for k in range(3))
    return Material(composed, varying, clips, [example(500)])


def test_the_judge_finds_what_it_was_taught() -> None:
    judge = Judge(fit([Group(1, [example(seed) for seed in range(4)])], steps=50, n_members=2))
    unseen = example(9)
    likely, true = judge.probabilities(unseen.features), unseen.truth > 0
    for kind in range(2):
        at, elsewhere = likely[true[:, kind], kind], likely[~true[:, kind], kind]
        assert np.median(at) > np.quantile(elsewhere, 0.9)


def test_a_left_out_fold_is_nowhere_in_what_is_learned_from() -> None:
    everything = material()
    seen = [e for group in everything.groups(without=1) for e in group.examples]
    assert len(seen) == 3 * 2 + 1
    assert not any(e is of_it for e in seen for of_it in (everything.composed[1] + everything.clips[1]))
    assert len([e for group in everything.groups(without=None) for e in group.examples]) == 3 * 3 + 1


def test_the_same_material_gives_the_same_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fit, "__defaults__", (0, 3, 2))
    (tmp_path / "again").mkdir()
    once, again = (list(judges(material(), folder)) for folder in (tmp_path, tmp_path / "again"))
    assert {path.name for path in once} == {JUDGE, *(f"without_fold_{fold}.npz" for fold in range(len(FOLDS)))}
    assert [path.read_bytes() for path in once] == [path.read_bytes() for path in again]
    assert len({path.read_bytes() for path in once}) == len(FOLDS) + 1


@thorough
def test_a_varied_clip_keeps_its_cuts_where_they_are(footage: Path) -> None:
    clips = [clip for clip in clips_of_fold(footage, 2, SIZE) if clip.truth[:, 0].any()]
    at_cuts, elsewhere = [], []
    for seed in range(12):
        clip = varied(np.random.default_rng(seed), clips)
        luma = clip.thumbnails.mean(axis=-1) - clip.thumbnails.mean(axis=(1, 2, 3))[:, None, None]
        change = np.abs(np.diff(luma, axis=0)).mean(axis=(1, 2)) / (np.abs(luma).mean() + 1)
        is_cut = clip.truth[1:, 0] > 0
        at_cuts += list(change[is_cut])
        elsewhere += list(change[~is_cut])
    assert len(at_cuts) >= 10
    assert np.median(at_cuts) > np.quantile(elsewhere, 0.99)
