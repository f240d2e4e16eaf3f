"""Start and stop the server; count what it answered."""

import os
import signal
import subprocess
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from archive_pipeline.settings import child_environment
from archive_pipeline_tests.waiting import PATIENCE_S

_STARTUP = Path(__file__).parent / "startup"
_ANSWERED = '"POST /v1/chat/completions HTTP/1.1" 200'


class Vllm:
    """One server on one port; it may be killed and started again. `python` is that of an environment with vLLM."""

    def __init__(self, python: Path, model: Path, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/v1"
        self._log = model / "server.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._command = [
            *(str(python), "-P", "-m", "vllm.entrypoints.openai.api_server"),
            *("--model", str(model), "--served-model-name", "tiny-qwen2.5-vl", "--load-format", "dummy"),
            *("--dtype", "float32", "--enforce-eager", "--max-model-len", "8192", "--max-num-seqs", "8"),
            *("--host", "127.0.0.1", "--port", str(port)),
            *("--limit-mm-per-prompt", '{"image": 4, "video": 0}'),
            *("--structured-outputs-config", '{"backend": "xgrammar", "disable_any_whitespace": true}'),
        ]

    def start(self) -> None:
        """Returns when it answers."""
        changes = {
            "PYTHONPATH": str(_STARTUP),
            "VLLM_CPU_KVCACHE_SPACE": "1",
            "HF_HUB_OFFLINE": "1",
            "VLLM_NO_USAGE_STATS": "1",
        }
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command, stdout=log, stderr=log, env=child_environment(changes), start_new_session=True
            )
        deadline = time.monotonic() + 3 * PATIENCE_S
        while not self._answers():
            died = self._process.poll() is not None
            if died or time.monotonic() > deadline:
                raise RuntimeError(f"vLLM did not start:\n{self._log.read_text(errors='replace')[-3000:]}")
            time.sleep(0.5)

    def kill(self) -> None:
        """As a power cut would: with its engine, in the middle of what it does."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    @property
    def n_answered(self) -> int:
        """Questions answered since the first start, as its own log counts them."""
        return self._log.read_text(errors="replace").count(_ANSWERED)

    def _answers(self) -> bool:
        try:
            with urlopen(f"{self.url}/models", timeout=2):
                return True
        except (URLError, OSError):
            return False
