"""What comes out is near to the truth, for encoders that differ, and nearer than plain HDBSCAN."""

from functools import cache

import hdbscan
import numpy as np
import pytest
from sklearn.metrics import v_measure_score

from archive_pipeline.semantics.classes import cluster_frames
from archive_pipeline.semantics.scenes import diarize
from archive_pipeline.semantics.shots import Shots, divide_into_shots
from archive_pipeline.semantics.synthetic import CLIP_LIKE, SPACES, Programme, Space, Style, programme

STYLE = Style(uncut_share=0.1)
STYLES = {"usual": STYLE, "fast": Style(mean_shot_s=2.5), "grainy": Style(noise=0.25, drift=0.5)}


@cache
def film(space: Space = CLIP_LIKE, style: str = "usual", duration_s: float = 400.0, seed: int = 5) -> Programme:
    return programme(duration_s, seed=seed, space=space, style=STYLES[style])


def shots_of(film: Programme) -> Shots:
    classes = cluster_frames(film.embeddings, film.pts_s, film.span)
    scenes = diarize(classes.labels, film.pts_s, film.span, film.cuts)
    return divide_into_shots(film.embeddings, film.pts_s, scenes, film.cuts, film.span)


def hits(found: np.ndarray, true: np.ndarray, tolerance_s: float) -> int:
    """True boundaries matched one-to-one with found ones."""
    left, matched = list(found), 0
    for at in true:
        near = [f for f in left if abs(f - at) <= tolerance_s]
        if near:
            matched += 1
            left.remove(min(near, key=lambda f: abs(f - at)))
    return matched


@pytest.mark.parametrize("space", SPACES, ids=lambda space: space.name)
def test_classes_are_the_places_whatever_the_encoder(space: Space) -> None:
    played = film(space)
    labels = cluster_frames(played.embeddings, played.pts_s, played.span).labels
    assert v_measure_score(played.places, labels) > 0.85


@pytest.mark.parametrize("style", STYLES)
def test_classes_are_nearer_to_the_places_than_plain_hdbscan(style: str) -> None:
    played = film(style=style, duration_s=180.0)
    labels = cluster_frames(played.embeddings, played.pts_s, played.span).labels
    plain = hdbscan.HDBSCAN(min_cluster_size=6).fit_predict(played.embeddings.astype(np.float64))
    assert v_measure_score(played.places, labels) > v_measure_score(played.places, plain) + 0.1


@pytest.mark.parametrize("space", SPACES, ids=lambda space: space.name)
def test_shot_boundaries_are_the_true_ones_whatever_the_encoder(space: Space) -> None:
    played = film(space)
    found = shots_of(played).table["start_s"].to_numpy()[1:]
    matched = hits(found, played.boundaries_s, 0.4)
    assert matched / len(found) > 0.95, "precision"
    assert matched / len(played.boundaries_s) > 0.9, "recall"


def test_boundaries_are_exactly_on_hard_cuts_and_in_the_middle_of_gradual_ones() -> None:
    played = film()
    found = shots_of(played).table["start_s"].to_numpy()
    assert np.isin(played.cuts.hard_s, found).all()
    middles = played.cuts.gradual_s.mean(axis=1)
    assert hits(found, middles, 1e-9) / len(middles) > 0.8


def test_changes_of_subject_without_a_cut_are_found_more_often_than_not() -> None:
    played = film(duration_s=900.0)
    found = shots_of(played).table["start_s"].to_numpy()
    assert hits(found, played.uncut_s, 0.4) / len(played.uncut_s) > 0.5


def test_a_change_of_scale_of_the_encoder_changes_no_class() -> None:
    wide, narrow = (film(Space("cone", 128, cosine, 0.5)) for cosine in (0.0, 0.95))
    labels = [cluster_frames(f.embeddings, f.pts_s, f.span).labels for f in (wide, narrow)]
    assert v_measure_score(*labels) > 0.95
