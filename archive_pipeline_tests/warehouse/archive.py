"""An archive to publish: a lake and a real catalogue, and what may happen to its videos."""

from dataclasses import replace
from pathlib import Path

import duckdb

from archive_pipeline.collections.model import Collection
from archive_pipeline.evaluation.evaluation import Evaluation
from archive_pipeline.evaluation.ledger import write_down
from archive_pipeline.evaluation.score import Score
from archive_pipeline.stages.outcomes import record_analysis
from archive_pipeline.store.catalogue import Catalogue, Registration, Sighting
from archive_pipeline.store.catalogue.sightings import SourceFile
from archive_pipeline.store.corrections import Correction, Corrections
from archive_pipeline.store.group_names import GroupName, GroupNames
from archive_pipeline.store.judgements import Judgement, Judgements
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName
from archive_pipeline.store.reviews import Review, Reviews, State
from archive_pipeline.store.schema import tables
from archive_pipeline.warehouse import Publication, is_published, publish
from archive_pipeline_tests.warehouse.organised import organise_by_hand, write_album
from archive_pipeline_tests.warehouse.synthetic import Content, write_facts, write_results


class Archive:
    """`link` is what analysts open."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.lake = Lake(home / "lake")
        self.catalogue = Catalogue(home / "catalogue.sqlite")
        self.link = home / "archive.duckdb"
        self.folder = home / "warehouse"
        self.collections = [
            Collection(name="news", title="Evening news", source=Path("/archive/news")),
            Collection(name="film", title="Home movies", source=Path("/archive/film"), fps=1.0, watch=True),
        ]

    def publish(self, *, full: bool = False) -> Publication:
        return publish(self.lake, self.catalogue, self.collections, self.link, full=full)

    def evaluated(self, collection: str, **figures: float) -> None:
        """Somebody judged the collection: text to shot, English, one figure for each metric."""
        found = next(known for known in self.collections if known.name == collection)
        scores = [
            Score("text_to_shot", metric, value, 20, level="shot", language="en") for metric, value in figures.items()
        ]
        write_down(self.lake, found, "log.csv", 0, Evaluation(tuple(scores), 3, ()))

    def judged(self, run: str, *ranks: int) -> None:
        """Somebody asked in the documentalists' test, and marked the shot of each rank; 0: it was not there."""
        for rank in ranks:
            shot_id, video_id = (f"{rank:032x}", "film/a.mp4") if rank else ("", "")
            asked = (run, "Ana", "film", "all@film", "", "a boat", "en", "archive-tiny")
            Judgements(self.lake).add(Judgement(*asked, shot_id, video_id, rank))

    def reviewed(self, video: VideoName, question: str, *states: State) -> None:
        """Somebody reviewed this question of the video's first shot, once for each state."""
        shot_id = self.lake.read("shots", video)["shot_id"][0]
        for state in states:
            Reviews(self.lake).add(Review(video.video_id, shot_id, "intolerance", question, state, "seen", "Ana"))

    def analysed(self, video: VideoName, analysis: str) -> None:
        """An analysis of the video is done; its rows are there."""
        record_analysis(self.lake, self.catalogue, video, analysis, "plan")

    def corrected(self, video: VideoName, title: str) -> None:
        """Somebody gave the video's first shot a title, as the page takes it over."""
        shot = self.lake.read("shots", video).row(0, named=True)
        sha256 = self.lake.read("media", video, ["sha256"]).item()
        times = (shot["start_s"], shot["end_s"])
        Corrections(self.lake).add(Correction(video.video_id, sha256, "title", *times, title, "Ana"))
        self.catalogue.publish_again([video])

    def organised(self) -> None:
        """The shots of news are in groups, and the photos of an album; somebody named one of these."""
        shots = [
            (shot, one.name.video_id)
            for one in self.catalogue.entries("news")
            if one.status == "ready"
            for shot in self.lake.read("shots", one.name)["shot_id"]
        ]
        organise_by_hand(self.lake, "news", shots)
        album = VideoName("film", b"trip/")
        self.register(album, Content(20))
        ids = write_album(self.lake, album, 3)
        self.catalogue.record_outcome(album, "ready", plan="p")
        theme, *_ = organise_by_hand(self.lake, "film", [(one, album.video_id) for one in ids])
        GroupNames(self.lake).add(GroupName("film", theme, "The regatta", "Ana"))

    def is_published(self) -> bool:
        return is_published(self.lake, self.catalogue, self.collections, self.link)

    def register(self, video: VideoName, content: Content) -> None:
        """A scan sees the file, for the first time or with another content."""
        known = self.catalogue.entry(video)
        path = known.path if known else video.path
        sighting = Sighting(video, SourceFile(path, content.bytes, content.seed, 0, settled=True))
        plan = Registration(video.collection, self.catalogue.snapshot(video.collection).revision)
        seen = replace(plan, changed=(sighting,)) if known else replace(plan, new=(sighting,))
        self.catalogue.apply(seen)

    def ready(self, video: VideoName, content: Content) -> None:
        """The file is seen and goes through the whole chain."""
        self.register(video, content)
        self.catalogue.record_content(video, content.bytes, content.seed, content.sha256)
        write_results(self.lake, video, content)
        self.catalogue.record_outcome(video, "ready", plan="p")

    def failed(self, video: VideoName, content: Content, stage: str = "embeddings", code: str = "no_frames") -> None:
        """The file is seen and fails for good in `stage`; what lies before it stays in the lake."""
        self.register(video, content)
        self.catalogue.record_content(video, content.bytes, content.seed, content.sha256)
        if stage not in ("source_video", "frames"):
            write_facts(self.lake, video, content)
        self.catalogue.record_outcome(
            video, "failed", stage=stage, error_code=code, message=f"{code}: do something.", permanent=True
        )

    def removed(self, video: VideoName) -> None:
        self.catalogue.mark_removed([video])

    def moved(self, video: VideoName, path: bytes) -> None:
        revision = self.catalogue.snapshot(video.collection).revision
        self.catalogue.apply(Registration(video.collection, revision, moved=(self._seen_at(video, path),)))

    def returned(self, video: VideoName, path: bytes) -> None:
        """The file of a removed video is found again."""
        revision = self.catalogue.snapshot(video.collection).revision
        self.catalogue.apply(Registration(video.collection, revision, returned=(self._seen_at(video, path),)))

    def _seen_at(self, video: VideoName, path: bytes) -> Sighting:
        entry = self.catalogue.entry(video)
        assert entry
        return Sighting(video, SourceFile(path, entry.bytes, entry.mtime_ns or 0, 0, settled=True))

    def rows(self, table: str) -> list[tuple[object, ...]]:
        return query(self.link, f"FROM {table} ORDER BY ALL")

    def content(self) -> dict[str, list[tuple[object, ...]]]:
        """Every row of every table that analysts see."""
        return {name: self.rows(name) for name, table in tables().items() if table.published and name != "_published"}


def query(database: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def video(name: str, collection: str = "news") -> VideoName:
    return VideoName(collection, name.encode())
