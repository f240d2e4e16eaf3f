"""Telling a webhook: once for what is new, three tries where nobody takes it, and nothing of its address in words."""

from pathlib import Path

import pytest

from archive_pipeline.store.lake import Lake
from archive_pipeline.store.saved_searches import Line, SavedSearch, SavedSearches
from archive_pipeline.web.telling import MOST_TRIES, is_untold, tell
from archive_pipeline_tests.web.receiver import receiving


@pytest.fixture
def searches(tmp_path: Path) -> SavedSearches:
    return SavedSearches(Lake(tmp_path))


def new_in(searches: SavedSearches, address: str, n_new: int = 2) -> SavedSearch:
    saved = searches.save("夜", "text=x", "", Line("look", sequence=1)).saved
    return searches.add(saved, Line("hook", text=address), Line("count", sequence=2, n_new=n_new))


def test_it_is_told_once_until_there_is_more(searches: SavedSearches) -> None:
    with receiving() as receiver:
        search = new_in(searches, receiver.address)
        assert tell(searches, search, (), private_webhooks=True)
        (got,) = receiver.got
    assert (got["event"], got["name"], got["n_new"]) == ("saved_search", "夜", 2)
    assert (got["page"], got["delivery"]) == (f"/saved/{search.saved}", f"{search.saved}-2-2")
    assert not is_untold(searches.get(search.saved))
    assert not is_untold(searches.add(search.saved, Line("count", sequence=3, n_new=1))), "one of them is gone"
    assert is_untold(searches.add(search.saved, Line("count", sequence=4, n_new=3)))


def test_nobody_is_asked_more_than_three_times_for_the_same(searches: SavedSearches) -> None:
    with receiving() as receiver:
        receiver.status = 503
        saved = new_in(searches, receiver.address).saved
        while is_untold(searches.get(saved)):
            assert not tell(searches, searches.get(saved), (), private_webhooks=True)
        assert len(receiver.got) == MOST_TRIES
        assert len({one["delivery"] for one in receiver.got}) == 1
        given_up = searches.get(saved)
        assert given_up.trouble == "127.0.0.1 answered 503; 2xx is wanted, redirects are not followed."
        receiver.status = 200
        assert tell(searches, searches.add(saved, Line("count", sequence=3, n_new=5)), (), private_webhooks=True)
    assert searches.get(saved).trouble == ""


def test_an_address_that_became_private_is_not_posted_to(searches: SavedSearches) -> None:
    with receiving() as receiver:
        search = new_in(searches, receiver.address)
        assert not tell(searches, search, (), private_webhooks=False)
        assert receiver.got == []
    assert not is_untold(searches.get(search.saved)), "trying again would change nothing"
    assert "ARCHIVE_PRIVATE_ADDRESSES" in searches.get(search.saved).trouble
