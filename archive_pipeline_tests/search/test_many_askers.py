"""Many ask at once while another process writes: nobody gets an error, nobody waits for long."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from archive_pipeline.search.configured import open_index
from archive_pipeline.search.model import Filter
from archive_pipeline.search.request import Request
from archive_pipeline.search.spaces import space_name
from archive_pipeline_tests.search import finding
from archive_pipeline_tests.thorough import thorough
from archive_pipeline_tests.waiting import PATIENCE_S

_SPACE = space_name("shared", "asked")
_ASKERS, _QUESTIONS = 20, 8  # of each of them

_WRITE = """
import sys
from pathlib import Path
from archive_pipeline.search.configured import open_index
from archive_pipeline_tests.search import finding
from archive_pipeline_tests.search.test_many_askers import _SPACE
videos = finding.videos(40, 20, 1, ("news",))
with open_index(Path(sys.argv[1])) as index:
    print("writes", flush=True)
    while True:
        for video_id, points in videos.items():
            index.replace_video(_SPACE, video_id, points)
"""


@thorough
def test_twenty_ask_while_another_process_writes(tmp_path: Path) -> None:
    videos = finding.videos(40, 20, 1, ("news",))
    with open_index(tmp_path) as index:
        index.ensure_space(_SPACE, 256)
        index.replace_videos(_SPACE, videos)
    finder = finding.finder(
        open_index(tmp_path, read_only=True), finding.MadeFrames(videos), [finding.askable(_SPACE)], ("news",)
    )
    texts = finding.queries(200)

    def ask(asker: int) -> list[float]:
        random = np.random.default_rng(asker)
        waited = []
        for _ in range(_QUESTIONS):
            began = time.monotonic()
            answer = finder.find(
                Request(
                    str(random.choice(texts)),
                    by_video=bool(random.integers(2)),
                    rerank=bool(random.integers(2)),
                    filter=Filter(collections=("news",) if random.integers(2) else ()),
                )
            )
            waited.append(time.monotonic() - began)
            assert len(answer.videos or answer.shots) == 20
        return waited

    with finder, ThreadPoolExecutor(_ASKERS) as pool:
        finder.warm()
        writer = subprocess.Popen([sys.executable, "-c", _WRITE, str(tmp_path)], stdout=subprocess.PIPE)
        try:
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"writes\n"
            waited = [one for each in pool.map(ask, range(_ASKERS)) for one in each]
            assert writer.poll() is None, "it wrote until the end"
        finally:
            writer.kill()
            writer.communicate()
    assert len(waited) == _ASKERS * _QUESTIONS
    assert np.percentile(waited, 95) < PATIENCE_S
