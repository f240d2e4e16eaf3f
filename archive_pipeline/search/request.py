"""What is asked: words, a picture, shots to come nearer to or to keep away from, and what may be found. What may be
found is enough: then it is listed."""

import math
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from archive_pipeline.errors import RequestError
from archive_pipeline.search.counted import MOST_COUNTED, condition
from archive_pipeline.search.model import EVERYTHING, Filter, is_concept, is_shot_id
from archive_pipeline.search.picture import QueryPicture

LONGEST_TEXT = 500
"""Characters. The longest text that a CLIP model reads to its end has some 300 (77 tokens)."""
MOST_EXAMPLES = 50
MOST_SHOTS, DEEPEST_SHOT = 1_000, 10_000
MOST_VIDEOS, DEEPEST_VIDEO = 100, 500
MOST_PER_VIDEO = 20
DEEPEST_PAIR, LONGEST_WITHIN_S = 500, 600.0
MOST_FILTER_VALUES = 1_000

Match = Literal["all", "picture", "words"]
"""What a text is compared with: the picture, what is known of a shot in words, or both."""


@dataclass(frozen=True)
class Request:
    """One question, checked: RequestError says what is wrong with it. Its cost is bounded whatever is asked."""

    text: str | None = None
    """At most 500 characters once blanks are joined; empty is None."""
    image: QueryPicture | None = None
    text_share: float = 0.5
    """0 to 1: the weight of the text where there is an image as well."""
    match: Match = "all"
    """With a picture or marked shots beside the text, `all` compares pictures alone; `words` passes them over."""
    like: tuple[str, ...] = ()
    """Ids of shots to find more of; they are not found themselves."""
    unlike: tuple[str, ...] = ()
    """Ids of shots to keep away from; together with `like` at most 50."""
    filter: Filter = EVERYTHING
    limit: int = 20
    """Shots, or videos where they are grouped; at most 1,000 or 100."""
    offset: int = 0
    """A ranking is read to result 10,000 (500 videos, 500 pairs), since its cost grows with its depth; a list to its
    end: one of its pages costs what another does."""
    by_video: bool = False
    """Answer with the best videos and the best `per_video` shots of each."""
    per_video: int = 3
    then: str | None = None
    """Words for a second shot, later in the same video: the answer is pairs. Filter and threshold hold for both."""
    within_s: float = 30.0
    """The second shot begins at most so many seconds after the first one's end; at most 600."""
    score_threshold: float | None = None
    """Lowest cosine of a shot with the question, -1 to 1."""
    copies: bool = False
    """Show every shot of the same footage; else the best of them, with the ids of the others. Shots in groups and
    pairs stay as they are."""
    rerank: bool = False
    """Order the best candidates by their best single frame: finds moments that a shot's mean embedding hides."""
    facets: bool = False
    """Count what the best shots can be narrowed by, grouped or not; of pairs their first shots."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", _clean(self.text))
        object.__setattr__(self, "then", _clean(self.then))
        if self.is_list and self.filter == EVERYTHING:
            raise RequestError(
                "empty_request",
                "There is nothing to look for: write words, give a picture, mark a shot, or choose a filter.",
            )
        _check(self.match in get_args(Match), "bad_match", f"{self.match!r} is none of {', '.join(get_args(Match))}")
        _check(
            self.match != "words" or self.text is not None or self.is_list,
            "no_words",
            "only words are to be matched, and there are none: write some, or match the picture",
        )
        _check(0 <= self.text_share <= 1, "bad_share", f"the share of the text is {self.text_share}; it is 0 to 1")
        _check(
            len(self.like) + len(self.unlike) <= MOST_EXAMPLES,
            "too_many_examples",
            f"{len(self.like) + len(self.unlike)} shots are marked; at most {MOST_EXAMPLES} can be",
        )
        for shot_id in (*self.like, *self.unlike, *self.filter.without_ids):
            _check(is_shot_id(shot_id), "bad_shot_id", f"{shot_id[:60]!r} is not the id of a shot")
        both = set(self.like) & set(self.unlike)
        _check(not both, "bad_shot_id", f"{', '.join(sorted(both))}: marked both as more and as less like this")
        self._check_then()
        self._check_bounds()
        self._check_depth()
        _check_filter(self.filter)

    @property
    def is_list(self) -> bool:
        """Whether there is no question, so that whatever passes the filter is wanted in order of video and time."""
        return self.text is None and self.image is None and not self.like

    def _check_then(self) -> None:
        if self.then is None:
            return
        _check(
            self.text is not None and not (self.image or self.like or self.unlike),
            "bad_then",
            "what comes first is asked for in words alone where something is to come then: write what comes first, and "
            "take the picture and the marks away",
        )
        _check(
            not (self.by_video or self.rerank),
            "bad_then",
            "pairs are neither grouped by video nor ordered by their best frame: ask without these, or without `then`",
        )
        _check(
            0 <= self.within_s <= LONGEST_WITHIN_S,
            "bad_within",
            f"the second shot may begin within {self.within_s} seconds of the first; 0 to {LONGEST_WITHIN_S:g} can be",
        )

    def _check_bounds(self) -> None:
        most = MOST_VIDEOS if self.by_video else MOST_SHOTS
        _check(1 <= self.limit <= most, "bad_limit", f"{self.limit} results are asked for; 1 to {most} can be")
        _check(self.offset >= 0, "bad_limit", f"the offset is {self.offset}; it begins at 0")
        _check(
            1 <= self.per_video <= MOST_PER_VIDEO,
            "bad_limit",
            f"{self.per_video} shots of a video are asked for; 1 to {MOST_PER_VIDEO} can be",
        )
        threshold = self.score_threshold
        _check(
            threshold is None or -1 <= threshold <= 1,
            "bad_threshold",
            f"the lowest score is {threshold}; scores are cosines, -1 to 1",
        )

    def _check_depth(self) -> None:
        deepest = DEEPEST_PAIR if self.then is not None else DEEPEST_VIDEO if self.by_video else DEEPEST_SHOT
        _check(
            self.is_list or self.offset + self.limit <= deepest,
            "too_deep",
            f"result {self.offset + self.limit} is asked for; nobody reads beyond {deepest}: narrow the question",
        )


def object_conditions(written: Iterable[str]) -> tuple[str, ...]:
    """The objects of a filter, as people write them: `person`, `person>=3`. Raises RequestError `bad_filter`."""
    found = {text: condition(text) for text in written}
    for text, name in found.items():
        if name is None:
            raise RequestError(
                "bad_filter",
                f"{text[:80]!r} is no object: write a detector's label, alone or with how many there are to be, up to "
                f"{MOST_COUNTED}: person>=3.",
            )
    return tuple(name for name in found.values() if name)


def _check(holds: bool, code: str, message: str) -> None:
    if not holds:
        raise RequestError(code, f"{message[0].upper()}{message[1:]}.")


def _check_filter(wanted: Filter) -> None:
    for name in (
        "collections", "video_ids", "classes", "concepts", "objects", "groups", "languages", "listed", "without_ids",
        "without_video_ids",
    ):  # fmt: skip
        n_values = len(getattr(wanted, name))
        _check(
            n_values <= MOST_FILTER_VALUES,
            "bad_filter",
            f"{name} holds {n_values} values; {MOST_FILTER_VALUES} can be",
        )
    _check(
        all(-1 <= number < 2**31 for number in wanted.classes), "bad_filter", "classes are numbered from 0; -1 is noise"
    )
    for name in wanted.concepts:
        _check(
            is_concept(name), "bad_filter", f"{name[:80]!r} is no concept: write vocabulary/concept, like contents/city"
        )
    for key in wanted.groups:
        _check(
            is_shot_id(key), "bad_filter", f"{key[:60]!r} is not the id of a group; photo_groups and shot_groups tell"
        )
    _check(
        len(wanted.photos.keywords) <= MOST_FILTER_VALUES,
        "bad_filter",
        f"{len(wanted.photos.keywords)} keywords are asked for; {MOST_FILTER_VALUES} can be",
    )
    _check(
        wanted.objects == object_conditions(wanted.objects), "bad_filter", "objects are to be made by object_conditions"
    )
    for low, high in (("min_duration_s", "max_duration_s"), ("from_s", "to_s")):
        bounds = [getattr(wanted, name) for name in (low, high)]
        given = [bound for bound in bounds if bound is not None]
        _check(all(math.isfinite(bound) for bound in given), "bad_filter", f"{low} and {high} must be numbers")
        _check(len(given) < 2 or given[0] <= given[1], "bad_filter", f"{low} is above {high}: nothing can pass")


def _clean(text: str | None) -> str | None:
    """The text as a model should see it: composed accents, single blanks, nothing that is not printed."""
    if text is None:
        return None
    if len(text) > 8 * LONGEST_TEXT:
        raise _too_long(len(text))
    composed = unicodedata.normalize("NFC", text.encode("utf-8", "ignore").decode())
    shown = "".join(" " if unicodedata.category(character) in ("Cc", "Cf") else character for character in composed)
    joined = " ".join(shown.split())
    if len(joined) > LONGEST_TEXT:
        raise _too_long(len(joined))
    return joined or None


def _too_long(length: int) -> RequestError:
    return RequestError(
        "text_too_long", f"The text has {length} characters, at most {LONGEST_TEXT} are read: shorten it to one phrase."
    )
