"""In a browser: the picture that the player shows is that of the moment that was asked for, not its neighbour's.

Measured in docs/evaluation.md, with `pytest -m verify archive_pipeline_tests/web/test_moments.py -s`.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page as Tab

from archive_pipeline_tests.web.moment_films import FILMS, first_pictures, make_moment_films
from archive_pipeline_tests.web.moments import Player, Seen
from archive_pipeline_tests.web.running import Page, Site


def assert_right(seen: list[Seen]) -> None:
    assert not [one for one in seen if not one.is_right]


def test_the_picture_shown_is_that_of_the_moment_asked_for(tab: Tab, page: Page, site: Site) -> None:
    """Played by the browser itself, and as clips of MPEG-2 and of ProRes in 29.97 pictures a second."""
    for name, mode, first in (("boat.mp4", "source", 50), ("tape.mxf", "clips", 50), ("master.mov", "clips", 60)):
        player = Player(tab, page, site.films / name)
        player.open()
        assert player.is_played() == mode
        assert_right([*player.cut(first), player.bar(0.4), player.slider(1.0)])


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Site:
    archive = Site(tmp_path_factory.mktemp("moments"))
    make_moment_films(archive.films)
    ingested = archive.ingest()
    assert ingested.returncode == 0, ingested.stderr
    return archive


@pytest.fixture(scope="module")
def own_page(archive: Site) -> Iterator[Page]:
    running = Page(archive)
    yield running
    running.close()


@pytest.mark.verify
@pytest.mark.parametrize("name", FILMS)
def test_ten_moments_of_twelve_sources(own_page: Page, archive: Site, browser: Browser, name: str) -> None:
    with browser.new_context(base_url=own_page.address, viewport={"width": 1360, "height": 900}) as context:
        player = Player(context.new_page(), own_page, archive.films / name)
        player.open()
        mode = player.is_played()
        cuts = first_pictures(name)
        seen = [one for first in cuts for one in player.cut(first)] + [player.bar(0.43), player.slider(1.0)]
        more = [player.still(shot["keyframe_s"]) for shot in player.video["shots"]]
        begin_s = player.video["start_s"]
        more.append(player.linked(begin_s + 7.345))
        opened = player.opened(cuts[1])
        passed = player.played(begin_s + 5.5, begin_s + 6.5)
    right = sum(one.is_right for one in seen)
    print(f"| {name} | {mode} | {right} of {len(seen)} | {len(passed)} pictures |")
    assert_right([*seen, *more])
    assert cuts[1] <= min(opened) < cuts[1] + 5  # a browser that is busy leaves some out
    assert len(passed) > 1
    assert passed == sorted(passed)
    assert player.own_times(passed)
