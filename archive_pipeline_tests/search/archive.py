"""Random archives of shots, and the ranking that every index must reproduce, in numpy."""

import uuid
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from archive_pipeline.search.model import Hit, Point, ShotPayload, Vector

DIMENSION = 48
CONCEPTS = ("contents/city", "time/night", "contents/crowd")
"""The first none to three of them hold in a shot."""


def random_points(video_id: str, n_shots: int, rng: np.random.Generator, dimension: int = DIMENSION) -> list[Point]:
    """Shots of 0.5 to 9 s, in up to four classes, that tile their video."""
    vectors = rng.standard_normal((n_shots, dimension)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    ends = np.cumsum(rng.uniform(0.5, 9, n_shots)).round(6)
    starts = np.concatenate([[0.0], ends[:-1]])
    return [
        Point(
            str(uuid.UUID(bytes=rng.bytes(16), version=4)),
            vectors[shot],
            ShotPayload(
                video_id=video_id,
                collection=video_id.partition("/")[0],
                shot=shot,
                scene=shot // 2,
                semantic_class=int(rng.integers(4)),
                start_s=float(starts[shot]),
                end_s=float(ends[shot]),
                keyframe_s=round(float(starts[shot] + ends[shot]) / 2, 6),
                sha256="5f" * 32,
                fingerprint="0a" * 16,
                concepts=CONCEPTS[: shot % 4],
                objects=(("car", 1), ("person", shot % 21)) if shot % 21 else (),
            ),
        )
        for shot in range(n_shots)
    ]


def random_videos(n_videos: int, n_shots: int, seed: int = 0) -> dict[str, list[Point]]:
    rng = np.random.default_rng(seed)
    names = [f"{('news', 'sport', 'films')[number % 3]}/{number}.mp4" for number in range(n_videos)]
    return {name: random_points(name, int(rng.integers(1, n_shots + 1)), rng) for name in names}


def ranking(
    videos: Mapping[str, Sequence[Point]], query: Vector, passes: Callable[[Point], bool] = lambda _: True
) -> list[tuple[str, float]]:
    """Every point that passes with its cosine, best first: brute force in double precision."""
    points = [point for own in videos.values() for point in own if passes(point)]
    if not points:
        return []
    matrix = np.array([point.vector for point in points], dtype=np.float64)
    cosines = matrix @ query.astype(np.float64) / np.linalg.norm(matrix, axis=1) / np.linalg.norm(query)
    return [(points[row].id, float(cosines[row])) for row in np.argsort(-cosines)]


def assert_same_ranking(hits: Sequence[Hit], expected: Sequence[tuple[str, float]]) -> None:
    assert [hit.id for hit in hits] == [key for key, _ in expected]
    np.testing.assert_allclose([hit.score for hit in hits], [cosine for _, cosine in expected], atol=1e-5)
