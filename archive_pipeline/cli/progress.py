"""The progress of many videos in a terminal: all of them, and what each one at work is doing."""

from types import TracebackType

from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

from archive_pipeline.automation.local_worker import Progress as VideoProgress
from archive_pipeline.automation.local_worker import RunResult
from archive_pipeline.cli.console import err
from archive_pipeline.store.naming import VideoName


class VideoBars:
    """Shown on standard error while it is open, and gone afterwards."""

    def __init__(self, n_videos: int) -> None:
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
        )
        self._bars = Progress(*columns, console=err, transient=True)
        self._everything = self._bars.add_task("videos", total=n_videos)
        self._at_work: dict[str, TaskID] = {}

    def __enter__(self) -> "VideoBars":
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    def show(self, progress: VideoProgress) -> None:
        name = VideoName.from_partition_key(progress.key).video_id
        if progress.fraction is None:
            err.print(f"[yellow]·[/] {escape(name)} [dim]{escape(progress.stage)}[/]")
            return
        if progress.key not in self._at_work:
            self._at_work[progress.key] = self._bars.add_task(escape(name), total=100)
        text = f"[dim]{escape(name[-50:])}[/] {progress.stage}"
        self._bars.update(self._at_work[progress.key], description=text, completed=round(100 * progress.fraction))

    def finished(self, result: RunResult) -> None:
        key = result.task.key or ""
        if key in self._at_work:
            self._bars.remove_task(self._at_work.pop(key))
        self._bars.advance(self._everything)
