"""Several spaces' rankings as one answer: their scores do not compare, so ranks decide."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from archive_pipeline.search.answer import Found, FoundPair, FoundVideo, MatchedText
from archive_pipeline.search.hybrid import HybridSearch, Matched
from archive_pipeline.search.ranking import fuse
from archive_pipeline.search.sequences import Pair, SequenceSearch
from archive_pipeline.search.sources import WordStore
from archive_pipeline.search.words.snippets import Snippet, snippet
from archive_pipeline.search.words.text import PARTS, Part


def merged_shots(searches: Sequence[HybridSearch], n: int) -> list[Found]:
    """The best `n` of all."""
    found: dict[str, tuple[Matched, str]] = {}
    rankings = []
    for search in searches:
        best = search.shots(n)
        rankings.append([one.id for one in best])
        found |= {one.id: (one, search.space.model) for one in best}
    return [_found(rank, *found[key]) for rank, key in enumerate(fuse(rankings)[:n], start=1)]


def merged_videos(searches: Sequence[HybridSearch], n: int) -> list[FoundVideo]:
    """The best `n` of all, with their shots."""
    found: dict[str, FoundVideo] = {}
    rankings = []
    for search in searches:
        best = search.videos(n)
        rankings.append([video.video_id for video in best])
        for video in best:
            shots = (_found(rank, one, search.space.model) for rank, one in enumerate(video.shots, start=1))
            found[video.video_id] = FoundVideo(0, video.video_id, tuple(shots))
    order = fuse(rankings)[:n]
    return [FoundVideo(rank, key, found[key].shots) for rank, key in enumerate(order, start=1)]


def merged_pairs(searches: Sequence[SequenceSearch], n: int) -> list[FoundPair]:
    """The best `n` of all."""
    found: dict[str, tuple[Pair, str]] = {}
    rankings = []
    for search in searches:
        best = search.pairs(n)
        rankings.append([pair.id for pair in best])
        found |= {pair.id: (pair, search.space.model) for pair in best}
    pairs = []
    for rank, key in enumerate(fuse(rankings)[:n], start=1):
        pair, model = found[key]
        pairs.append(FoundPair(rank, _found(rank, pair.first, model), _found(rank, pair.then, model)))
    return pairs


def with_texts(found: Found, words: WordStore, terms: Collection[str]) -> Found:
    """The shot with the pieces of its texts that have any of the terms, the fullest of each part."""
    if not found.by_words:
        return found
    best: dict[Part, Snippet] = {}
    shot = found.shot
    for text in words.of_shot(found.id, shot.video_id, shot.start_s, shot.end_s):
        piece = snippet(text.text, terms, text.language)
        if piece and (text.part not in best or piece.n_matched > best[text.part].n_matched):
            best[text.part] = piece
    return replace(found, texts=tuple(MatchedText(part, best[part]) for part in PARTS if part in best))


def _found(rank: int, one: Matched, model: str) -> Found:
    hit, scored = one.scored.hit, one.scored
    return Found(rank, hit.id, scored.score, hit.payload, model, scored.best_frame_s, one.by_picture, one.by_words)
