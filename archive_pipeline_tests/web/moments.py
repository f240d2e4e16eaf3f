"""Asks the player for moments as a person does, and says which picture it then shows."""

import io
from bisect import bisect_right
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
from PIL import Image
from playwright.sync_api import Page as Tab
from playwright.sync_api import expect

from archive_pipeline.media.probe import probe
from archive_pipeline_tests.web.numbered import READ, read
from archive_pipeline_tests.web.running import Page

_VIDEO = "document.querySelector('.ap-programme video')"
_STANDS = f"() => {{ const v = {_VIDEO}; return v && !v.seeking && v.readyState >= 2 && v.videoWidth > 0; }}"
_SHOWN = f"""async () => {{
  const video = {_VIDEO}, read = {READ};
  const painted = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 60)));
  let number = NaN;
  for (let n = 0; n < 40; n++) {{
    await painted();
    const now = read(video);
    if (now === number && !video.seeking) break;
    number = now;
  }}
  return [video.currentTime, number];
}}"""
_WATCH = """window.shownAt = [];
document.addEventListener("loadedmetadata", ({ target }) => {
  const note = (_, picture) => { window.shownAt.push(picture.mediaTime); target.requestVideoFrameCallback(note); };
  target.requestVideoFrameCallback(note);
}, { capture: true });
"""

_ROUNDED_S = 0.002


@dataclass(frozen=True)
class Source:
    """What a file shows when, decoded by PyAV, on the clock that a player shows."""

    pts_s: list[float]
    numbers: list[int]

    @classmethod
    def of(cls, file: Path) -> "Source":
        zero_s = probe(file).zero_s
        with av.open(str(file)) as container:
            frames = [
                (float(frame.time) - zero_s, read(frame.reformat(320, 180, "gray").to_ndarray()))
                for frame in container.decode(video=0)
            ]
        assert all(number >= 0 for _, number in frames)
        return cls(*map(list, zip(*sorted(frames), strict=True)))

    def at(self, time_s: float) -> int:
        """The number of the picture that stands at a moment; of the first one before it."""
        return self.numbers[max(0, bisect_right(self.pts_s, time_s + 1e-4) - 1)]


@dataclass(frozen=True)
class Seen:
    asked: str
    number: int
    right: int

    @property
    def is_right(self) -> bool:
        return self.number == self.right


class Player:
    """The page of a video in a browser."""

    def __init__(self, tab: Tab, page: Page, film: Path) -> None:
        self._tab, self._page, self._name = tab, page, film.name
        self._source = Source.of(film)
        tab.add_init_script(_WATCH)
        self.video = page.client.get(f"/api/videos/films/{self._name}").json()

    def open(self, query: str = "") -> None:
        self._tab.goto(f"/video/films/{self._name}{query}")
        self._settle()

    def is_played(self) -> str:
        """`source` or `clips`."""
        return str(self._tab.locator(".ap-programme").get_attribute("data-mode"))

    def cut(self, first: int) -> list[Seen]:
        """Both sides of a cut, after which picture `first` comes: a click on the shot, and one picture back."""
        place = self._source.numbers.index(first)
        shot = self._shot_from(self._source.pts_s[place])
        self._tab.locator("rect.shot").nth(shot).click()
        expect(self._tab.locator(".ap-programme")).to_have_attribute("data-shot", str(shot))
        after = Seen(f"after the cut to {first}", self._shown()[1], first)
        self._tab.keyboard.press(",")
        return [after, Seen(f"before the cut to {first}", self._shown()[1], self._source.numbers[place - 1])]

    def opened(self, first: int) -> list[int]:
        """What is shown when the page is opened at the shot that begins with picture `first`, which plays at once."""
        start_s = self._source.pts_s[self._source.numbers.index(first)]
        self.open(f"?shot={self._shot_from(start_s)}")
        self._tab.wait_for_function(f"() => {_VIDEO}.currentTime > {start_s + 0.2}")
        shown = map(self._source.at, self._tab.evaluate("() => window.shownAt"))
        # the beginning may be shown for the moment in which nothing else is there
        return [number for number in shown if number != self._source.numbers[0]]

    def linked(self, time_s: float) -> Seen:
        self.open(f"?t={time_s}")
        return self._stands(f"t={time_s}")

    def bar(self, share: float) -> Seen:
        """A click below the timeline, at a share of its length."""
        line = self._tab.locator(".ap-timeline > svg")
        box = line.bounding_box()
        assert box
        line.click(position={"x": box["width"] * share, "y": box["height"] - 4})
        return self._stands(f"bar at {share:.2f}")

    def slider(self, share: float) -> Seen:
        """Where the browser's own slider would put it."""
        self._tab.evaluate(f"(share) => {{ const v = {_VIDEO}; v.currentTime = share * v.duration; }}", share)
        return self._stands(f"slider at {share:.2f}")

    def played(self, from_s: float, to_s: float) -> list[float]:
        """When the pictures that pass while it plays are shown, on the video's clock."""
        self._tab.evaluate(f"(t) => {{ {_VIDEO}.currentTime = t; }}", from_s)
        self._shown()
        self._tab.evaluate(f"() => {{ window.shownAt = []; return {_VIDEO}.play(); }}")
        self._tab.wait_for_function(f"(t) => {_VIDEO}.currentTime >= t || {_VIDEO}.ended", arg=to_s)
        self._tab.evaluate(f"() => {_VIDEO}.pause()")
        passed: list[float] = self._tab.evaluate("() => window.shownAt")
        return passed

    def still(self, time_s: float) -> Seen:
        """The picture that the lake has nearest to a moment."""
        answer = self._page.client.get(f"/media/stills/films/{self._name}", params={"at": time_s})
        picture = np.asarray(Image.open(io.BytesIO(answer.content)).convert("L"))
        return Seen(f"still at {time_s:.3f}", read(picture), self._source.at(float(answer.headers["x-time-s"])))

    def own_times(self, passed: list[float]) -> bool:
        """Whether each picture was shown as of its own time."""
        return all(min(abs(pts_s - time_s) for pts_s in self._source.pts_s) < _ROUNDED_S for time_s in passed)

    def _shot_from(self, start_s: float) -> int:
        return next(s["shot"] for s in self.video["shots"] if abs(s["start_s"] - start_s) < _ROUNDED_S)

    def _stands(self, asked: str) -> Seen:
        time_s, number = self._shown()
        return Seen(f"{asked}: {time_s:.3f}", number, self._source.at(time_s))

    def _settle(self) -> None:
        self._tab.wait_for_function(_STANDS)

    def _shown(self) -> Any:
        self._settle()
        return self._tab.evaluate(_SHOWN)
