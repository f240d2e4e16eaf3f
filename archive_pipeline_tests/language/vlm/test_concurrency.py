"""Questions to a server over real HTTP: none is lost, none is swapped, and what fails says why."""

import hashlib
import threading
import time
from collections.abc import Iterator
from random import Random

import pytest
from pydantic import BaseModel

from archive_pipeline.errors import ArchiveError, ConfigurationError, PassingError
from archive_pipeline.language.vlm import Question, Reply, VlmServer, ask_all
from archive_pipeline.language.vlm.trouble import Patience
from archive_pipeline_tests.language.vlm.server import DROP, MODEL, Answer, Asked, Http, VlmOfTests
from archive_pipeline_tests.waiting import PATIENCE_S

HASTY = Patience(attempts=3, first_wait_s=0.02, longest_wait_s=0.05)


class Titled(BaseModel):
    title: str


def titled(asked: Asked) -> Answer:
    return Titled(title=asked.digest).model_dump_json()


@pytest.fixture
def vlm() -> Iterator[VlmOfTests]:
    with VlmOfTests(titled).running() as running:
        yield running


def server(vlm: VlmOfTests, concurrency: int = 8, timeout_s: float = 20) -> VlmServer:
    return VlmServer(vlm.url, "secret", concurrency=concurrency, timeout_s=timeout_s, patience=HASTY)


def questions(n: int) -> Iterator[Question]:
    for i in range(n):
        yield Question(f"shot {i}", "What is it?", Titled, images=(f"jpeg {i}".encode(), b"second"))


def expected(reply: Reply) -> str:
    number = reply.key.removeprefix("shot ")
    return hashlib.sha256(f"jpeg {number}second".encode()).hexdigest()


def ask(vlm: VlmOfTests, n: int, **how: int) -> list[Reply]:
    replies: list[Reply] = []
    ask_all(server(vlm, **how), questions(n), replies.append)
    return replies


def test_answers_never_swap_under_32_requests_at_once_and_shuffled_latencies(vlm: VlmOfTests) -> None:
    latencies, all_there = Random(7), threading.Barrier(32)

    def shuffled(_: Asked) -> float:
        if len(vlm.asked) <= 32:
            all_there.wait(timeout=PATIENCE_S)  # the first is not answered before the 32nd has been asked
        return latencies.uniform(0, 0.15)

    vlm.seconds = shuffled
    replies = ask(vlm, 600, concurrency=32)
    assert [reply.key for reply in replies] != [f"shot {i}" for i in range(600)], "they came in order; no test at all"
    assert {reply.key for reply in replies} == {f"shot {i}" for i in range(600)}
    assert all(reply.value == Titled(title=expected(reply)) for reply in replies)
    assert vlm.most_at_once == 32
    assert len(vlm.asked) == 600


def test_a_reply_tells_model_tokens_and_latency(vlm: VlmOfTests) -> None:
    vlm.seconds = lambda _: 0.1
    [reply] = ask(vlm, 1)
    assert (reply.status, reply.reason, reply.model) == ("ok", None, MODEL)
    assert (reply.prompt_tokens, reply.completion_tokens) == (100, 10)
    assert 0.1 <= reply.latency_s < 30
    [asked] = vlm.asked
    assert (asked.key, asked.schema, asked.body["model"]) == ("secret", "Titled", MODEL)


@pytest.mark.parametrize("trouble", [Http(408), Http(429), Http(500), Http(503), DROP], ids=str)
def test_what_may_pass_is_tried_again(vlm: VlmOfTests, trouble: Answer) -> None:
    seen: set[str] = set()

    def first_fails(asked: Asked) -> Answer:
        if asked.digest in seen:
            return titled(asked)
        seen.add(asked.digest)
        return trouble

    vlm.answer = first_fails
    replies = ask(vlm, 10)
    assert all(reply.value == Titled(title=expected(reply)) for reply in replies)
    assert len(vlm.asked) == 20


def test_retry_after_is_kept_to(vlm: VlmOfTests) -> None:
    times: list[float] = []

    def busy_once(asked: Asked) -> Answer:
        times.append(time.monotonic())
        return Http(429, headers={"retry-after": "0.5"}) if len(times) == 1 else titled(asked)

    vlm.answer = busy_once
    ask(vlm, 1)
    assert times[1] - times[0] >= 0.5


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (Http(401), ConfigurationError, "vlm_refused_key"),
        (Http(403), ConfigurationError, "vlm_refused_key"),
        (Http(404), ConfigurationError, "vlm_not_found"),
        (Http(302, headers={"location": "/elsewhere"}), ConfigurationError, "vlm_failing"),
        (Http(429), PassingError, "vlm_busy"),
        (Http(503), PassingError, "vlm_failing"),
        (DROP, PassingError, "vlm_unreachable"),
    ],
    ids=str,
)
def test_a_server_that_fails_for_good_says_why(
    vlm: VlmOfTests, answer: Answer, kind: type[ArchiveError], code: str
) -> None:
    vlm.answer = lambda _: answer
    with pytest.raises(kind) as raised:
        ask(vlm, 100)
    assert raised.value.code == code
    assert "secret" not in raised.value.message
    assert len(vlm.asked) <= 3 * 8, "it goes on asking a server that is gone"


def test_no_server_is_a_passing_error() -> None:
    with pytest.raises(PassingError, match="vlm serve") as raised:
        ask_all(VlmServer("http://user:hidden@127.0.0.1:9/v1", patience=HASTY), questions(50), lambda _: None)
    assert raised.value.code == "vlm_unreachable"
    assert "hidden" not in raised.value.message


def test_a_server_that_says_nothing_is_left_in_time(vlm: VlmOfTests) -> None:
    vlm.seconds = lambda _: 1.0
    with pytest.raises(PassingError) as raised:
        ask_all(server(vlm, timeout_s=0.1), questions(2), lambda _: None)
    assert raised.value.code == "vlm_timeout"


def test_what_was_answered_before_the_server_went_is_kept(vlm: VlmOfTests) -> None:
    vlm.answer = lambda asked: titled(asked) if len(vlm.asked) <= 40 else DROP
    replies: list[Reply] = []
    with pytest.raises(PassingError):
        ask_all(server(vlm), questions(200), replies.append)
    assert 33 <= len(replies) <= 40
    assert all(reply.value == Titled(title=expected(reply)) for reply in replies)


def test_a_question_that_the_server_turns_down_does_not_end_the_others(vlm: VlmOfTests) -> None:
    poison = hashlib.sha256(b"jpeg 3second").hexdigest()
    for status in (400, 422, 500):
        vlm.answer = lambda asked, status=status: (  # type: ignore[misc]
            Http(status, b'{"error": {"message": "too long"}}') if asked.digest == poison else titled(asked)
        )
        replies = {reply.key: reply for reply in ask(vlm, 20)}
        assert replies["shot 3"].status == "refused"
        assert "too long" in (replies["shot 3"].reason or "")
        assert sum(reply.status == "ok" for reply in replies.values()) == 19


def test_a_server_that_turns_everything_down_is_wrong_and_not_the_questions(vlm: VlmOfTests) -> None:
    vlm.answer = lambda _: Http(400, b'{"error": {"message": "this model cannot see"}}')
    replies: list[Reply] = []
    for n, most_asked in ((3, 3), (500, 60)):
        vlm.asked.clear()
        with pytest.raises(ConfigurationError, match="this model cannot see") as raised:
            ask_all(server(vlm), questions(n), replies.append)
        assert raised.value.code == "vlm_turns_all_down"
        assert len(vlm.asked) <= most_asked
    assert not replies
    ask_all(server(vlm), questions(2), replies.append)
    assert [reply.status for reply in replies] == ["refused", "refused"]


def test_questions_are_taken_as_they_are_needed(vlm: VlmOfTests) -> None:
    taken = 0
    vlm.seconds = lambda _: 0.05

    def counted() -> Iterator[Question]:
        nonlocal taken
        for question in questions(100):
            taken += 1
            yield question

    n_answered = 0

    def on_reply(_: Reply) -> None:
        nonlocal n_answered
        n_answered += 1
        # sent and not yet seen there, waiting, and one in the hand of whoever takes
        assert taken <= len(vlm.asked) + 4 + 4 + 1

    ask_all(server(vlm, concurrency=4), counted(), on_reply)
    assert n_answered == 100


def test_an_error_of_the_questions_reports_what_was_answered_first(vlm: VlmOfTests) -> None:
    def broken() -> Iterator[Question]:
        yield from questions(5)
        raise OSError("the disk is gone")

    replies: list[Reply] = []
    with pytest.raises(OSError, match="the disk is gone"):
        ask_all(server(vlm), broken(), replies.append)
    assert len(replies) == 5


def test_an_error_of_whoever_takes_the_replies_ends_everything(vlm: VlmOfTests) -> None:
    vlm.seconds = lambda _: 0.05

    def full(_: Reply) -> None:
        raise MemoryError

    with pytest.raises(MemoryError):
        ask_all(server(vlm), questions(10_000), full)
    assert len(vlm.asked) < 100
    assert not any(thread.name == "vlm" for thread in threading.enumerate())
