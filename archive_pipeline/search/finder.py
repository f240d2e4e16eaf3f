"""From a question to shots: which spaces are asked, with which vector, and how their answers become one."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from types import TracebackType
from typing import Self

import numpy as np

from archive_pipeline.errors import ConfigurationError, RequestError
from archive_pipeline.search import hints
from archive_pipeline.search.answer import Answer, Curve, Facets, Found, FoundPair, Hint
from archive_pipeline.search.archive_facets import ArchiveFacets
from archive_pipeline.search.backgrounds import Backgrounds
from archive_pipeline.search.copies import folded
from archive_pipeline.search.coverage import MOST_SHOTS, Coverage
from archive_pipeline.search.evidence_ranking import Asked
from archive_pipeline.search.facets import COUNTED, count_facets
from archive_pipeline.search.hybrid import HybridSearch, candidates_for
from archive_pipeline.search.index import ShotReader
from archive_pipeline.search.known_names import KnownNames
from archive_pipeline.search.languages import guess_language, understood
from archive_pipeline.search.listing_answer import listed
from archive_pipeline.search.merging import merged_pairs, merged_shots, merged_videos, with_texts
from archive_pipeline.search.model import Filter, Vector, unit
from archive_pipeline.search.query_vectors import QueryVectors
from archive_pipeline.search.request import DEEPEST_SHOT, Request
from archive_pipeline.search.sequences import SequenceSearch
from archive_pipeline.search.sources import Askable, CopyStore, FrameStore, GroupStore, Sources, WordStore
from archive_pipeline.search.space_search import SpaceSearch
from archive_pipeline.search.words.bm25 import Question, question_of
from archive_pipeline.search.words.rarity import rarities
from archive_pipeline.search.words.terms import query_terms


class Finder:
    """Answers requests; any number of threads may ask at once. Close it, so that the reader gives its copy back."""

    def __init__(
        self,
        reader: ShotReader,
        sources: Callable[[], Sources],
        frames: FrameStore,
        words: WordStore,
        copies: CopyStore | None = None,
        groups: GroupStore | None = None,
    ) -> None:
        self._reader = reader
        self._sources = sources
        self._frames = frames
        self._words = words
        self._copies = copies
        self._groups = groups
        self._whole = ArchiveFacets(reader, sources)
        self._vectors = QueryVectors()
        self._backgrounds = Backgrounds(reader, self._vectors)
        self._coverage = Coverage(reader, self._vectors, self._backgrounds)

    def find(self, request: Request) -> Answer:
        """The shots, videos or pairs that fit best. Every space is asked with its own encoder; answers merge by rank.

        Without a question all that passes the filter, in order of video and time; `copies` and `match` do not matter.

        Raises UnknownNameError `unknown_collection`, `unknown_video`, `unknown_concept`, `unknown_column`; RequestError
        `unknown_group`, `unknown_shots` (only examples were given, and none of them exists);
        and what loading a model or asking a server raises (ConfigurationError, PassingError).
        """
        started = time.perf_counter()
        sources = self._sources()
        names = KnownNames(self._reader, sources)
        names.check_collections(request.filter)
        about_videos = names.check_videos(request.filter)
        request = self._within_groups(request)
        if request.is_list:
            answer = listed(self._reader, sources, request, lambda: names.about_nothing(request.filter))
            return replace(answer, hints=(*answer.hints, *about_videos))
        searches, said = self._searches(_as_matched(request), sources)
        said += about_videos
        said += _about_matching(request)
        n = request.offset + request.limit + 1
        shots, videos, pairs, best = [], [], [], []
        if request.then:
            pairs = merged_pairs(self._sequences(request, searches, sources, said), max(n, COUNTED * request.facets))
            best, pairs = [pair.first for pair in pairs[:COUNTED]], pairs[:n]
        elif request.by_video:
            videos = merged_videos(searches, n)
        else:
            best = merged_shots(searches, COUNTED) if request.facets else []
            shots = self._shots(searches, n, request, best)
        unread = sum(search.n_unread for search in searches)
        if request.facets and request.by_video:  # counted once what could not be read of the answer is
            best = merged_shots(searches, COUNTED)
        said += [hints.rerank_incomplete(unread)] if unread else []
        if shots or videos:
            said += self._about_nearness(request, searches, shots or [shot for video in videos for shot in video.shots])
        elif not pairs:
            said += names.about_nothing(request.filter)
        page = slice(request.offset, request.offset + request.limit)
        return Answer(
            shots=tuple(self._with_texts(shots[page], request.text)),
            videos=tuple(
                replace(video, shots=tuple(self._with_texts(video.shots, request.text))) for video in videos[page]
            ),
            pairs=tuple(self._with_texts_of_pairs(pairs[page], request)),
            hints=(*sources.hints, *said),
            models=tuple(search.space.model for search in searches),
            has_more=max(len(shots), len(videos), len(pairs)) == n,
            facets=count_facets(best, request.filter) if request.facets else None,
            took_s=time.perf_counter() - started,
        )

    def facets(self) -> Facets:
        """What the whole archive can be narrowed by, with how many shots of it each value leaves."""
        return self._whole.now()

    def _within_groups(self, request: Request) -> Request:
        """With the ids of what belongs to the groups that are asked for."""
        if not request.filter.groups:
            return request
        members = self._groups.pictures_of(request.filter.groups) if self._groups else frozenset()
        if not members:
            raise RequestError(
                "unknown_group",
                "There is no such group any more: the collection was organised anew. The page Photos shows the groups "
                "that there are; so do the views photo_groups and shot_groups.",
            )
        return replace(request, filter=replace(request.filter, ids=members))

    def _shots(self, searches: Sequence[HybridSearch], n: int, request: Request, best: Sequence[Found]) -> list[Found]:
        """The best `n`; as many more are ranked as copies leave room for. `best`: the first COUNTED, where known."""
        n_ranked = n
        while True:
            is_known = n_ranked <= len(best) or 0 < len(best) < COUNTED
            shots = list(best[:n_ranked]) if is_known else merged_shots(searches, n_ranked)
            if request.copies or self._copies is None:
                return shots
            unlike = folded(shots, self._copies)
            if len(unlike) >= n or len(shots) < n_ranked or n_ranked >= DEEPEST_SHOT:
                return unlike[:n]
            n_ranked = min(2 * n_ranked, DEEPEST_SHOT)

    def curve(self, video_id: str, request: Request) -> Curve:
        """How near each frame of a video is to the request's text, image and examples; the rest of it does not matter.

        Raises RequestError `unknown_video` where the video has no frames to compare with; else like `find`.
        """
        sources = self._sources()
        for space in sources.spaces:
            if not self._reader.count(space.space, Filter(video_ids=(video_id,))):
                continue
            frames = self._frames.of_video(video_id, space.identity)
            vector = self._vector(space, request)
            if frames is not None and vector is not None:
                cosines = (frames.vectors @ unit(vector)).astype(np.float32)
                return Curve(frames.pts_s, cosines, space.model, tuple(_about_text(request, space)))
        raise RequestError("unknown_video", f"There are no frames of {video_id!r} to compare with. Is it ingested?")

    def _about_nearness(self, request: Request, searches: Sequence[HybridSearch], found: Sequence[Found]) -> list[Hint]:
        ids = [shot.id for shot in found[:MOST_SHOTS]]
        lacking = [self._coverage.lacking(request, search.space, ids) for search in searches]
        told = [words for words in lacking if words is not None]
        return [hints.nothing_near(told[0])] if told and all(told) else []

    def indexed(self, video_ids: Sequence[str]) -> set[str]:
        """Those of the videos that have any shot in the index."""
        return KnownNames(self._reader, self._sources()).indexed(video_ids)

    def shots(self, ids: Sequence[str]) -> dict[str, Found]:
        """Those of the shots that are indexed, by id; rank 0 and score 1."""
        found: dict[str, Found] = {}
        for space in self._sources().spaces:
            for key, point in self._reader.fetch(space.space, ids).items():
                found[key] = Found(0, key, 1.0, point.payload, space.model)
        return found

    @property
    def reader(self) -> ShotReader:
        """The index that is searched."""
        return self._reader

    def collections(self) -> list[str]:
        """The names that a filter may hold, sorted."""
        return sorted(self._sources().collections)

    def warm(self) -> None:
        """Load every encoder and open every space, so that the first question is as fast as the next."""
        for space in self._sources().spaces:
            self._reader.count(space.space)
            space.encoder().encode_texts(["a warm start"])

    def close(self) -> None:
        """Release the index; the object cannot be used afterwards."""
        self._reader.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _searches(self, request: Request, sources: Sources) -> tuple[list[HybridSearch], list[Hint]]:
        """What to search, and what there is to say about it."""
        if not sources.spaces:
            return [], [hints.nowhere(sources.index_is_lost)]
        said = self._about_examples(request, sources)
        words = _terms(request)
        searches: list[HybridSearch] = []
        failures: list[ConfigurationError] = []
        for space in self._concerned(request.filter, sources.spaces):
            try:
                vector = self._vector(space, request)
            except ConfigurationError as error:  # this model cannot be loaded; others may
                failures.append(error)
                said.append(hints.model_unavailable(space.model, error.message))
                continue
            if vector is None:
                said.append(hints.examples_elsewhere(space.model))
            else:
                asked = self._asked(space, request.text, words) if request.text and (words or request.then) else None
                pictured = candidates_for(request) if asked else request
                by_picture = SpaceSearch(self._reader, self._frames, space, pictured, vector)
                searches.append(HybridSearch(self._reader, by_picture, request, asked))
                said += _about_text(request, space)
        if failures and not searches:
            raise failures[0]
        if len(searches) > 1:
            said.append(hints.several_encoders([search.space.model for search in searches]))
        return searches, said

    def _sequences(
        self, request: Request, firsts: Sequence[HybridSearch], sources: Sources, said: list[Hint]
    ) -> list[SequenceSearch]:
        """Each search with that for what comes then; what there is to say about it is added to `said`."""
        then = replace(request, text=request.then)
        searches, about_then = self._searches(then, sources)
        said += [hint for hint in (*about_then, *_about_matching(then)) if hint not in said]
        thens = {search.space.space: search for search in searches}
        both = ((one, thens.get(one.space.space)) for one in firsts)
        return [SequenceSearch(first, then, request.within_s) for first, then in both if then]

    def _with_texts(self, shots: Iterable[Found], text: str | None) -> Iterable[Found]:
        terms = frozenset(query_terms(text or ""))
        return (with_texts(found, self._words, terms) for found in shots)

    def _with_texts_of_pairs(self, pairs: Sequence[FoundPair], request: Request) -> Iterable[FoundPair]:
        firsts = self._with_texts((pair.first for pair in pairs), request.text)
        thens = self._with_texts((pair.then for pair in pairs), request.then)
        return (FoundPair(pair.rank, *both) for pair, *both in zip(pairs, firsts, thens, strict=True))

    def _concerned(self, wanted: Filter, spaces: Sequence[Askable]) -> Iterable[Askable]:
        """The spaces that hold anything of the collections and videos that are asked for."""
        if len(spaces) == 1 or not (wanted.collections or wanted.video_ids):
            return spaces
        there = Filter(collections=wanted.collections, video_ids=wanted.video_ids)
        return [space for space in spaces if self._reader.count(space.space, there)]

    def _vector(self, space: Askable, request: Request) -> Vector | None:
        """What to search the space with (d,), of any length; None where it has neither a query nor a liked shot."""
        language = guess_language(request.text) if request.text else None
        asked = self._vectors.of(space, request.text, language, request.image, request.text_share)
        if not request.like and not request.unlike:
            return asked
        liked = self._reader.fetch(space.space, request.like)
        positive: list[str | Vector] = [*([] if asked is None else [asked]), *liked]
        return self._reader.recommendation_target(space.space, positive, request.unlike) if positive else None

    def _asked(self, space: Askable, text: str, words: Question | None) -> Asked | None:
        background = self._backgrounds.of(space)
        if background is None:
            return None
        said = rarities(self._reader, space.space, words) if words else ()
        return Asked(words, said, background, understood(text, space.words))

    def _about_examples(self, request: Request, sources: Sources) -> list[Hint]:
        examples = (*request.like, *request.unlike)
        if not examples:
            return []
        known = {key for space in sources.spaces for key in self._reader.fetch(space.space, examples)}
        if request.text is None and request.image is None and not known.intersection(request.like):
            raise RequestError(
                "unknown_shots", "None of the marked shots is in the index any more: mark one of a new search."
            )
        gone = [key for key in examples if key not in known]
        return [hints.examples_gone(gone)] if gone else []


def _as_matched(request: Request) -> Request:
    """Without what is passed over where only words are matched."""
    return replace(request, image=None, like=(), unlike=()) if request.match == "words" else request


def _about_matching(request: Request) -> list[Hint]:
    if request.match != "words":
        return []
    passed_over = request.image is not None or request.like or request.unlike
    said = [hints.words_alone()] if passed_over else []
    return said if query_terms(request.text or "") else [*said, hints.no_terms()]


def _terms(request: Request) -> Question | None:
    """What to match with words; None where only pictures are compared."""
    pictured = request.image is not None or request.like or request.unlike
    return None if request.text is None or request.match == "picture" or pictured else question_of(request.text)


def _about_text(request: Request, space: Askable) -> list[Hint]:
    return hints.about_text(request.text, guess_language(request.text), space) if request.text else []
