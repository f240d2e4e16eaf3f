"""Questions to a vision-language model behind an OpenAI-compatible server, such as vLLM."""

from archive_pipeline.language.vlm.concurrency import ask_all
from archive_pipeline.language.vlm.configured import open_vlm
from archive_pipeline.language.vlm.journal import AnswerJournal
from archive_pipeline.language.vlm.model import Question, Reply, Status
from archive_pipeline.language.vlm.server import VlmServer

__all__ = ["AnswerJournal", "Question", "Reply", "Status", "VlmServer", "ask_all", "open_vlm"]
