"""Webhooks: what may be posted to, and what becomes of an answer."""

from collections.abc import Iterator

import pytest

from archive_pipeline.errors import ArchiveError
from archive_pipeline.web import webhooks
from archive_pipeline_tests.web.receiver import Receiver, receiving

HOSTILE = (
    "http://127.0.0.1/x", "http://localhost:8000/x", "http://[::1]/x", "http://10.0.0.1/", "http://192.168.1.1/",
    "http://169.254.169.254/latest/meta-data/", "http://0.0.0.0/", "http://2130706433/", "http://0x7f.1/",
    "http://[::ffff:127.0.0.1]/", "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/", "http://[fe80::1]/",
    "http://[::127.0.0.1]/", "http://[::ffff:0:7f00:1]/", "http://[fec0::1]/",
    "http://224.0.0.1/", "ftp://example.org/x", "file:///etc/passwd", "http://user:secret@93.184.216.34/",
    "http://93.184.216.34/a b", "http://93.184.216.34/\r\nx: y", "http://", "http://[oops/", "http://1.1.1.1:99999/",
    "https://93.184.216.34/" + "x" * 2000,
)  # fmt: skip


@pytest.mark.parametrize("address", HOSTILE, ids=lambda one: str(one)[:50])
def test_a_hostile_address_is_refused(address: str) -> None:
    with pytest.raises(ArchiveError) as error:
        webhooks.check_address(address, private=False)
    assert error.value.code == "bad_webhook"


def test_a_public_one_is_taken_and_a_private_one_where_a_setting_allows_it() -> None:
    webhooks.check_address("https://93.184.216.34/hook?key=secret", private=False)
    webhooks.check_address("http://127.0.0.1:8000/hook", private=True)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as server:
        yield server


def test_what_is_posted_arrives(receiver: Receiver) -> None:
    webhooks.post(receiver.address, {"name": "夜"}, private=True)
    assert receiver.got == [{"name": "夜", "path": "/hook?key=secret"}]


@pytest.mark.parametrize("status", [302, 404, 500])
def test_an_answer_that_is_none_is_said_without_the_secret(receiver: Receiver, status: int) -> None:
    receiver.status = status
    with pytest.raises(ArchiveError) as error:
        webhooks.post(receiver.address, {}, private=True)
    assert (error.value.code, error.value.permanent) == ("webhook_failed", False)
    assert "secret" not in str(error.value)
    assert str(status) in str(error.value)
    assert len(receiver.got) == 1, "redirects are not followed"


def test_nobody_there_is_said(receiver: Receiver) -> None:
    address = receiver.address.replace(str(receiver.server_port), "1")
    with pytest.raises(ArchiveError) as error:
        webhooks.post(address, {}, private=True)
    assert error.value.code == "webhook_failed"
    assert "secret" not in str(error.value)
