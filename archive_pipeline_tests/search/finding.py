"""A Finder over a random archive with the bundled model, and what it must answer, by brute force in numpy."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.stats import norm

from archive_pipeline.encoders import BUNDLED_MODEL, get_encoder
from archive_pipeline.evaluation.words import ShotWords, bm25
from archive_pipeline.search.backgrounds import USUAL_QUESTIONS
from archive_pipeline.search.evidence import CONVEXITY, WHOLE_QUESTION
from archive_pipeline.search.finder import Finder
from archive_pipeline.search.index import ShotReader
from archive_pipeline.search.languages import understood
from archive_pipeline.search.model import Point, Vector
from archive_pipeline.search.picture import QueryPicture, read_picture
from archive_pipeline.search.sources import Askable, Sources, VideoFrames
from archive_pipeline.search.words.bm25 import document_vector, question_of
from archive_pipeline.search.words.nearness import nearness
from archive_pipeline.search.words.places import order_of
from archive_pipeline.search.words.terms import query_words, term_id
from archive_pipeline.search.words.text import Text
from archive_pipeline.simulator.world import COLOURS, OBJECTS, SETTINGS
from archive_pipeline_tests.search.archive import random_points

IDENTITY = "tested"
_DIMENSION = 256
_FRAMES_PER_SHOT = 4


def encoder():
    return get_encoder(BUNDLED_MODEL, "cpu")


@cache
def queries(n: int) -> list[str]:
    """Different short questions, which are all over the space."""
    texts = [
        f"a {colour} {thing} {setting.phrase_en}"
        for colour in COLOURS
        for thing in OBJECTS
        for setting in SETTINGS.values()
    ]
    return [str(text) for text in np.random.default_rng(8).permutation(texts)[:n]]


@cache
def text_vector(text: str) -> Vector:
    return encoder().encode_texts([text])[0]


@cache
def picture(seed: int) -> QueryPicture:
    noise = np.random.default_rng(seed).integers(0, 255, (6, 8, 3), dtype=np.uint8)
    written = BytesIO()
    Image.fromarray(noise).resize((320, 240)).save(written, "PNG")
    return read_picture(written.getvalue())


def picture_vector(seed: int) -> Vector:
    return encoder().encode_images([picture(seed).jpeg])[0]


def videos(n_videos: int, n_shots: int, seed: int, collections: Sequence[str]) -> dict[str, list[Point]]:
    rng = np.random.default_rng(seed)
    names = [f"{collections[number % len(collections)]}/{number}.mp4" for number in range(n_videos)]
    return {name: random_points(name, int(rng.integers(1, n_shots + 1)), rng, _DIMENSION) for name in names}


class MadeFrames:
    """Frame embeddings of a random archive: a few around each shot's own vector, evenly in time."""

    def __init__(self, videos: Mapping[str, Sequence[Point]]) -> None:
        rng = np.random.default_rng(4)
        self._videos: dict[str, VideoFrames] = {}
        self.unread: set[str] = set()
        for video_id, points in videos.items():
            near = np.repeat([point.vector for point in points], _FRAMES_PER_SHOT, axis=0)
            near = near + rng.standard_normal(near.shape).astype(np.float32) / 10
            times_s = [
                point.payload.start_s + part * point.payload.duration_s / _FRAMES_PER_SHOT
                for point in points
                for part in range(_FRAMES_PER_SHOT)
            ]
            vectors = near / np.linalg.norm(near, axis=1, keepdims=True)
            self._videos[video_id] = VideoFrames(np.array(times_s), vectors.astype(np.float32))

    def of_video(self, video_id: str, identity: str) -> VideoFrames | None:
        return self._videos.get(video_id) if identity == IDENTITY else None

    def of_span(self, video_id: str, identity: str, start_s: float, end_s: float) -> VideoFrames | None:
        whole = None if video_id in self.unread else self.of_video(video_id, identity)
        if whole is None:
            return None
        inside = (whole.pts_s >= start_s) & (whole.pts_s < end_s)
        return VideoFrames(whole.pts_s[inside], whole.vectors[inside])

    def best(self, point: Point, query: Vector) -> float:
        """The highest cosine of a frame of the shot, in double precision."""
        whole = self._videos[point.payload.video_id]
        inside = (whole.pts_s >= point.payload.start_s) & (whole.pts_s < point.payload.end_s)
        return float((whole.vectors[inside].astype(np.float64) @ query / np.linalg.norm(query)).max())


class MadeWords:
    """Texts by shot id."""

    def __init__(self, texts: Mapping[str, Sequence[Text]]) -> None:
        self._texts = texts

    def of_shot(self, shot_id: str, video_id: str, start_s: float, end_s: float) -> Sequence[Text]:
        assert video_id
        assert end_s > start_s
        return self._texts.get(shot_id, ())


def askable(space: str, **changes: object) -> Askable:
    known = {"model": BUNDLED_MODEL, "identity": IDENTITY, "encoder": encoder, "prompts": lambda text, _: (text,)}
    return Askable(space=space, **(known | changes))  # type: ignore[arg-type]


def speaking(point: Point, texts: Sequence[Text]) -> Point:
    """The point with these words, as the pipeline puts it into the index."""
    payload = replace(point.payload, word_order=order_of(texts))
    return replace(point, words=document_vector(texts, point.id), payload=payload)


def finder(
    reader: ShotReader,
    frames: MadeFrames,
    spaces: Sequence[Askable],
    collections: Sequence[str] = (),
    words: "MadeWords | None" = None,
) -> Finder:
    return Finder(reader, lambda: Sources(tuple(spaces), frozenset(collections)), frames, words or MadeWords({}))


def nats(
    points: Sequence[Point], texts: Mapping[str, Sequence[Text]], question: str, pictures: float = 1.0
) -> NDArray[np.float64]:
    """(n,) what each shot has of a question by `pictures` times its picture and by its texts, in numpy."""
    vectors = np.stack([point.vector for point in points])
    usual = np.stack([text_vector(text) for text in USUAL_QUESTIONS])
    spread = (vectors @ usual.T).var(axis=0).mean() ** 0.5
    steps = np.maximum((vectors - vectors.mean(axis=0)) @ text_vector(question) / spread, 0)
    of_pictures = -pictures * (norm.logsf(understood(question, None) * steps) - norm.logsf(0))
    speakers = [speaking(point, texts.get(point.id, [])) for point in points]
    words = [ShotWords(one.words, one.payload.word_order) if one.words else None for one in speakers]
    asked = question_of(question)
    [said] = bm25([asked], words)
    spoken = [own for own in words if own is not None]
    n_with = [sum(own.vector.weight_of(term_id(term)) > 0 for own in spoken) for [term] in query_words(question)]
    idf = [np.log(1 + (len(spoken) - n + 0.5) / (n + 0.5)) for n in n_with]
    left = [nearness(own.order, asked, idf) if own and asked else 1.0 for own in words]
    return of_pictures + WHOLE_QUESTION * (left * np.maximum(said, 0) / (sum(idf) or 1)) ** CONVEXITY


def grouped(
    order: Sequence[str], video_of: Callable[[str], str], n_videos: int, per_video: int
) -> list[tuple[str, list[str]]]:
    """The first shots of the first videos of a ranking."""
    groups: dict[str, list[str]] = {}
    for key in order:
        groups.setdefault(video_of(key), []).append(key)
    return [(video_id, keys[:per_video]) for video_id, keys in list(groups.items())[:n_videos]]
