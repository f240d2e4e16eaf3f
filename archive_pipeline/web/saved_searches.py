"""What can be done with a saved search: looked at, and counted what is new in it since.

New is a shot among its first FIRST that was not among them at the last look, of a video that was ingested since, or
whose embargo ended since: it is new to everybody who could not see it. What only moves up because something else went,
or because words of it were put right, is not new. A list has no best ones: of it, whatever such a video brings is new.
FIRST are counted, and then it is said that there may be more.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import islice
from urllib.parse import parse_qs

from archive_pipeline.collections.embargo import Withheld
from archive_pipeline.errors import RequestError
from archive_pipeline.search.answer import Answer, Found
from archive_pipeline.search.finder import Finder
from archive_pipeline.search.request import MOST_FILTER_VALUES
from archive_pipeline.store.catalogue import Catalogue, Entry
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.saved_searches import Line, SavedSearch, SavedSearches
from archive_pipeline.web.pictures import QueryPictures
from archive_pipeline.web.state import SearchState
from archive_pipeline.web.webhooks import check_address

FIRST = 100
"""Shots, videos or pairs of a search, fewer where its lowest score leaves fewer."""

_CLOCKS = timedelta(minutes=1)  # by which those of two machines may differ


class _Query(dict[str, list[str]]):
    def getlist(self, key: str) -> list[str]:
        return self.get(key, [])


def state_of(query: str) -> SearchState:
    """The search of an address, whatever page or shot of it was open. Raises RequestError `bad_parameter`."""
    read = SearchState.of(_Query(parse_qs(query, keep_blank_values=True, max_num_fields=2_000)))
    return read.with_(limit=0, offset=0, shot="")


class Watching:
    """Saves, looks and counts; any number of threads may."""

    def __init__(
        self,
        finder: Finder,
        catalogue: Catalogue,
        pictures: QueryPictures,
        searches: SavedSearches,
        *,
        withheld: Callable[[], Withheld],
        private_webhooks: bool,
        for_all: Finder | None = None,
    ) -> None:
        """`withheld` from what `finder` finds. `for_all`: what finds no more than everybody may see, where `finder`
        does; then looks are kept by it, and counts are told and not kept."""
        self.searches = searches
        self._finder = finder
        self._for_all = for_all
        self._withheld = withheld
        self._catalogue = catalogue
        self._pictures = pictures
        self._private_webhooks = private_webhooks

    def save(self, name: str, query: str, by: str = "") -> SavedSearch:
        """Keep the search of an address, looked at now. Raises RequestError for what is wrong with it."""
        state = state_of(query)
        look = self._look(state)
        picture = self._pictures.get(state.image).jpeg if state.image else None
        return self.searches.save(name, state.query(), by, look, picture)

    def look(self, saved: str, by: str = "") -> SavedSearch:
        """From now on, what is published later is new. Raises RequestError `unknown_saved_search`, and what searching
        raises."""
        search = self.searches.get(saved)
        look = self._look(self._state(search), by)
        if frozenset(look.shots) == search.looked_shots:
            look = Line("again", sequence=look.sequence, by=by)
        return self.searches.add(saved, look)

    def count(self, search: SavedSearch) -> SavedSearch:
        """With how many shots are new. It is written down where that has changed: an ingest publishes for days."""
        if self._for_all is not None:
            return replace(search, n_new=len(self.new(search)))
        newest = self._catalogue.sequence()
        is_opened = max(self._withheld().opened.values(), default=date.min) >= _day(search)
        if newest in (search.counted_sequence, search.looked_sequence) and not is_opened:
            return search
        n_new = len(self.new(search))
        if n_new == search.n_new:
            return search
        return self.searches.add(
            search.saved, Line("count", sequence=newest, n_new=n_new, look=search.looked_at.isoformat())
        )

    def new(self, search: SavedSearch) -> tuple[Found, ...]:
        """The shots that are new in it, in the order of the search."""
        state = self._state(search)
        if not state.has_question:
            return tuple(islice(self._new_of_list(state, search), FIRST))
        others = [one for one in self._first(state, self._finder) if one.id not in search.looked_shots]
        came = self._came_since(search, {one.shot.video_id for one in others})
        return tuple(one for one in others if one.shot.video_id in came)

    def _new_of_list(self, state: SearchState, search: SavedSearch) -> Iterator[Found]:
        """As many videos at a time as a filter holds, as many shots as a look has, until nothing is left of them."""
        changed = {video.video_id for video in self._catalogue.changes_since(search.looked_sequence)[1]}
        changed |= self._opened_since(search)
        came = sorted(self._came_since(search, changed & set(state.video) if state.video else changed))
        for start in range(0, len(came), MOST_FILTER_VALUES):
            indexed = self._finder.indexed(came[start : start + MOST_FILTER_VALUES])  # one may be gone again
            part, has_more = state.with_(video=tuple(sorted(indexed)), limit=FIRST), bool(indexed)
            while has_more:
                answer = self._finder.find(part.request(self._pictures))
                yield from (one for one in _shots(answer) if one.id not in search.looked_shots)
                part, has_more = part.with_(offset=part.offset + FIRST), answer.has_more

    def _came_since(self, search: SavedSearch, video_ids: Collection[str]) -> set[str]:
        """Those of the videos that were ingested, or opened, since the last look."""
        opened = self._opened_since(search)
        entries = self._catalogue.entries_of({VideoName.from_video_id(video_id) for video_id in video_ids})
        came = {entry.name.video_id: _is_ingested_since(entry, search) for entry in entries}
        return {video_id for video_id, is_ingested in came.items() if is_ingested or video_id in opened}

    def _opened_since(self, search: SavedSearch) -> set[str]:
        return {video_id for video_id, day in self._withheld().opened.items() if day >= _day(search)}

    def set_webhook(self, saved: str, address: str, by: str = "") -> SavedSearch:
        """Empty: none. Raises RequestError `bad_webhook`, `unknown_saved_search`; PassingError `webhook_failed`."""
        if address:
            check_address(address, private=self._private_webhooks)
        return self.searches.add(saved, Line("hook", text=address, by=by))

    def remove(self, saved: str, by: str = "") -> None:
        self.searches.add(saved, Line("remove", by=by))

    def _look(self, state: SearchState, by: str = "") -> Line:
        sequence = self._catalogue.sequence()  # before the search: what is published meanwhile is new to the next count
        shots = tuple(found.id for found in self._first(state, self._for_all or self._finder))
        return Line("look", sequence=sequence, shots=shots, by=by)

    def _first(self, state: SearchState, finder: Finder) -> tuple[Found, ...]:
        return tuple(_shots(finder.find(state.with_(limit=FIRST).request(self._pictures))))

    def _state(self, search: SavedSearch) -> SearchState:
        state = state_of(search.query)
        if state.image:
            try:
                self._pictures.get(state.image)
            except RequestError:  # the cache has let it go
                self._pictures.put_back(state.image, self.searches.picture(search.saved) or b"")
        return state


def _is_ingested_since(entry: Entry, search: SavedSearch) -> bool:
    """Not only published again, as after a correction."""
    is_published = entry.sequence > search.looked_sequence
    return is_published and entry.finished_at is not None and entry.finished_at > search.looked_at - _CLOCKS


def _day(search: SavedSearch) -> date:
    """Of the last look, where days of embargoes begin and end."""
    return search.looked_at.astimezone().date()


def _shots(answer: Answer) -> Iterator[Found]:
    yield from answer.shots
    for video in answer.videos:
        yield from video.shots
    for pair in answer.pairs:
        yield from (pair.first, pair.then)
