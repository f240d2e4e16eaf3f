"""Whatever is done to the files between two looks, every content is found, none is computed twice, no name is shared.

Random sequences of what people do to a folder, against a model that knows which content every path holds.
"""

import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from archive_pipeline.store.catalogue import Entry
from archive_pipeline.store.naming import VideoName
from archive_pipeline_tests.collections.site import Site

PATHS = st.sampled_from([b"a.mp4", b"b.mp4", b"c.mp4", b"x/a.mp4", b"x/b.mp4", b"y/\xff.mp4"])
CONTENTS = st.sampled_from([b"", b"1", b"2", b"33", b"44", b"555"])  # equal sizes, so that sizes alone tell nothing


class Archive(RuleBasedStateMachine):
    """`files` is the model: the content of every path."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.site = Site(Path(self.folder.name))
        self.site.write(b"keep.txt", b"")  # the source is never literally empty, which would look unmounted
        self.files: dict[bytes, bytes] = {}
        self.is_ingested = True

    def teardown(self) -> None:
        self.folder.cleanup()

    def _changed(self) -> None:
        self.is_ingested = False

    @rule(path=PATHS, content=CONTENTS)
    def write(self, path: bytes, content: bytes) -> None:
        self.site.write(path, content)
        self.files[path] = content
        self._changed()

    @precondition(lambda self: self.files)
    @rule(data=st.data(), to=PATHS)
    def move(self, data: st.DataObject, to: bytes) -> None:
        path = data.draw(st.sampled_from(sorted(self.files)))
        if path != to:
            self.site.move(path, to)
            self.files[to] = self.files.pop(path)
            self._changed()

    @precondition(lambda self: len(self.files) > 1)
    @rule(data=st.data())
    def swap(self, data: st.DataObject) -> None:
        one, other = data.draw(st.permutations(sorted(self.files)))[:2]
        self.site.swap(one, other)
        self.files[one], self.files[other] = self.files[other], self.files[one]
        self._changed()

    @precondition(lambda self: self.files)
    @rule(data=st.data(), to=PATHS)
    def copy(self, data: st.DataObject, to: bytes) -> None:
        path = data.draw(st.sampled_from(sorted(self.files)))
        self.site.write(to, self.files[path])
        self.files[to] = self.files[path]
        self._changed()

    @precondition(lambda self: self.files)
    @rule(data=st.data())
    def remove(self, data: st.DataObject) -> None:
        path = data.draw(st.sampled_from(sorted(self.files)))
        self.site.remove(path)
        del self.files[path]
        self._changed()

    @precondition(lambda self: self.files)
    @rule(data=st.data())
    def touch(self, data: st.DataObject) -> None:
        self.site.touch(data.draw(st.sampled_from(sorted(self.files))))
        self._changed()

    @rule()
    def register_and_crash(self) -> None:
        """A look that is registered, and then no run and no removal follows."""
        self.site.catalogue.apply(self.site.look())
        self._changed()

    @rule()
    def ingest(self) -> None:
        before = self.site.catalogue.entries(self.site.name)
        known = {entry.sha256 for entry in before if self.site.results.get(entry.name) == entry.sha256}
        self.site.computed.clear()
        self.site.settle()
        self.is_ingested = True
        self._nothing_known_was_computed(known, {entry.name for entry in before if entry.pending})
        if not any(entry.pending for entry in before):  # else a file was registered whose content nobody read yet
            self._what_is_unmistakable_keeps_its_name(before)

    def _nothing_known_was_computed(self, known: set[str | None], registered: set[VideoName]) -> None:
        """A content that the archive had results of is computed again only for one more file that holds it.

        What was registered before may have been a second file then.
        """
        for video in self.site.computed:
            sha256 = self.site.entry(video).sha256
            twins = [entry.name for entry in self.site.living().values() if entry.sha256 == sha256]
            is_new = sha256 not in known or set(twins) - set(self.site.computed)
            assert is_new or video in registered, f"{video} was computed for nothing"

    def _what_is_unmistakable_keeps_its_name(self, before: Sequence[Entry]) -> None:
        """A content that one video had and one file has, wherever they are, is still that video."""
        videos = Counter(entry.sha256 for entry in before)
        files = Counter(entry.sha256 for entry in self.site.living().values())
        names = {entry.sha256: entry.name for entry in self.site.living().values()}
        for entry in before:
            if entry.sha256 and videos[entry.sha256] == files[entry.sha256] == 1:
                assert names[entry.sha256] == entry.name

    @invariant()
    def every_file_is_one_video_and_every_video_one_file(self) -> None:
        if self.is_ingested:
            living = self.site.living()
            assert set(living) == set(self.files)
            for path, entry in living.items():
                assert entry.sha256 == self.site.sha256(path)
                assert self.site.results[entry.name] == entry.sha256
                assert (entry.status, entry.pending) == ("ready", False)

    @invariant()
    def nothing_is_left_to_do(self) -> None:
        if self.is_ingested:
            plan = self.site.look()
            assert not plan.has_news
            assert plan.waiting == ()
            assert len(plan.unchanged) == len(self.files)


Archive.TestCase.settings = settings(
    max_examples=60, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
TestArchive = Archive.TestCase
