"""Frame embeddings from the lake, for re-ranking and for curves over a programme's time."""

import numpy as np

from archive_pipeline.search.sources import VideoFrames
from archive_pipeline.store.arrays import embedding_matrix
from archive_pipeline.store.bounded_cache import Recent
from archive_pipeline.store.lake import Lake
from archive_pipeline.store.naming import VideoName

_KEPT_BYTES = 256 << 20  # 768-d frames of seven hours at 3 fps
_TIMES_BYTES = 16 << 20
_NOBODY: np.ndarray = np.zeros(0)


class LakeFrames:
    """A `search.sources.FrameStore` over the lake. Safe for many threads."""

    def __init__(self, lake: Lake) -> None:
        self._lake = lake
        self._spans: Recent[np.ndarray] = Recent(_KEPT_BYTES, lambda vectors: vectors.nbytes + 100)
        self._times: Recent[np.ndarray] = Recent(_TIMES_BYTES, lambda times: times.nbytes + 100)

    def of_video(self, video_id: str, identity: str) -> VideoFrames | None:
        """Every frame; None where the video is not known or was embedded with another encoder."""
        return self.of_span(video_id, identity, -np.inf, np.inf)

    def of_span(self, video_id: str, identity: str, start_s: float, end_s: float) -> VideoFrames | None:
        """The frames from `start_s` on and before `end_s`; None like `of_video`."""
        try:
            video = VideoName.from_video_id(video_id)
        except ValueError:
            return None
        version = self._lake.version("embeddings", video)
        if version is None:
            return None
        times_s = self._times.get((video, version, identity), lambda: self._read_times(video, identity))
        first, end = (int(place) for place in np.searchsorted(times_s, [start_s, end_s]))
        if end <= first:
            return None
        vectors = self._spans.get((video, version, first, end), lambda: self._read(video, first, end - 1))
        return VideoFrames(times_s[first:end], vectors) if len(vectors) == end - first else None

    def _read_times(self, video: VideoName, identity: str) -> np.ndarray:
        """Times of the frames that were embedded with that encoder: all or, where it was another, none."""
        stored = self._lake.provenance("embeddings", video)
        if stored is None or stored.parameters.get("model") != identity:
            return _NOBODY
        return self._lake.read("pictures", video, ["pts_s"])["pts_s"].to_numpy()

    def _read(self, video: VideoName, first: int, last: int) -> np.ndarray:
        return embedding_matrix(self._lake.rows("embeddings", video, ["embedding"], first, last))
