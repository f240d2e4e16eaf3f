"""The doctor names what is missing and what to do about it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from typer.testing import CliRunner

from archive_pipeline.cli import app, doctor
from archive_pipeline.cli.doctor_holds import look_at_holds
from archive_pipeline.settings import Settings
from archive_pipeline.store.catalogue import INGEST, REMOVALS, Catalogue, Hold
from archive_pipeline.warehouse import whole_link


class _Models(BaseHTTPRequestHandler):
    """Lists its models as vLLM does, to those who have the key."""

    def do_GET(self) -> None:
        allowed = self.path == "/v1/models" and self.headers["Authorization"] == "Bearer secret"
        self.send_response(200 if allowed else 401)
        self.end_headers()
        self.wfile.write(b'{"object": "list", "data": [{"id": "Qwen/Qwen2.5-VL-7B-Instruct"}]}')

    def log_message(self, *_: object) -> None:
        """Nothing on the tests' stderr."""


@pytest.fixture
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Models) as serving:
        Thread(target=serving.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{serving.server_port}/v1"
        serving.shutdown()


def vlm(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, **environment: str) -> dict[str, str]:
    monkeypatch.setenv("ARCHIVE_HOME", str(tmp_path))
    monkeypatch.setenv("ARCHIVE_COLLECTIONS", str(tmp_path / "collections"))
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    findings = json.loads(CliRunner().invoke(app, ["doctor", "--json"]).stdout)
    (found,) = [finding for finding in findings if finding["what"] == "vlm"]
    return dict(found)


def test_an_archive_without_a_vlm_server_is_whole(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = vlm(monkeypatch, tmp_path)
    assert found["verdict"] == "note"
    assert "ARCHIVE_VLM_URL" in found["fix"]


def test_a_server_is_named_with_what_it_serves(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, server: str) -> None:
    found = vlm(monkeypatch, tmp_path, ARCHIVE_VLM_URL=server, ARCHIVE_VLM_API_KEY="secret")
    assert (found["verdict"], "Qwen/Qwen2.5-VL-7B-Instruct" in found["detail"]) == ("ok", True)


def test_a_server_that_refuses_or_is_not_there_is_a_problem(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, server: str
) -> None:
    refused = vlm(monkeypatch, tmp_path, ARCHIVE_VLM_URL=server)
    assert (refused["verdict"], "401" in refused["detail"]) == ("problem", True)
    gone = vlm(monkeypatch, tmp_path, ARCHIVE_VLM_URL="http://127.0.0.1:9/v1")
    assert (gone["verdict"], "start it" in gone["fix"]) == ("problem", True)


def test_a_vocabulary_that_nobody_has_is_found_before_it_is_needed(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "collections").mkdir()
    (tmp_path / "vocabularies").mkdir()
    described = f"source: {tmp_path}\nmodel: archive-tiny\nvocabularies: [contents, ship]\n"
    (tmp_path / "collections" / "films.yaml").write_text(described, encoding="utf-8")
    (tmp_path / "vocabularies" / "ships.yaml").write_text("title: Ships\nkind: softmax\nentrys: {}\n", encoding="utf-8")
    monkeypatch.setenv("ARCHIVE_HOME", str(tmp_path))
    monkeypatch.setenv("ARCHIVE_COLLECTIONS", str(tmp_path / "collections"))
    monkeypatch.setenv("ARCHIVE_VOCABULARIES", str(tmp_path / "vocabularies"))
    findings = json.loads(CliRunner().invoke(app, ["doctor", "--json"]).stdout)
    said = [(one["what"], one["detail"], one["fix"]) for one in findings if "vocabular" in one["what"]]
    assert ("vocabulary", "ships.yaml:3", "unknown key 'entrys'; did you mean entries?") in said
    assert any(what == "vocabularies of films" and detail == "unknown_vocabulary" for what, detail, _ in said)


def test_a_detector_that_a_collection_asks_for_and_nobody_fetched_is_a_problem(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "collections").mkdir()
    written = f"source: {tmp_path}\nanalyses: [objects]\nobjects: {{detector: ours}}\n"
    (tmp_path / "collections/films.yaml").write_text(written)
    monkeypatch.setenv("ARCHIVE_HOME", str(tmp_path))
    monkeypatch.setenv("ARCHIVE_COLLECTIONS", str(tmp_path / "collections"))
    monkeypatch.setenv("ARCHIVE_DETECTORS", json.dumps({"ours": str(tmp_path / "ours")}))
    findings = json.loads(CliRunner().invoke(app, ["doctor", "--json"]).stdout)
    (found,) = [finding for finding in findings if finding["what"] == "detector ours"]
    assert (found["verdict"], found["detail"]) == ("problem", "detector_unavailable")
    assert "hf download" in found["fix"]


def test_what_is_held_up_is_listed_with_the_command_that_looks_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "collections").mkdir()
    (tmp_path / "collections" / "films.yaml").write_text(f"source: {tmp_path}\nmodel: archive-tiny\n")
    (tmp_path / "collections" / "mistyped.yaml").write_text("sauce: /films\n")
    monkeypatch.setenv("ARCHIVE_HOME", str(tmp_path))
    monkeypatch.setenv("ARCHIVE_COLLECTIONS", str(tmp_path / "collections"))
    catalogue = Catalogue(Settings().database)
    now = datetime.now(UTC)
    for collection, work in (
        ("films", INGEST), ("films", "photo_visible_text"), ("films", REMOVALS), ("gone", INGEST), ("mistyped", INGEST),
    ):  # fmt: skip
        catalogue.hold(Hold(collection, work, "a_code", "What is wrong.", now, 0, None))
    listed = CliRunner().invoke(app, ["doctor", "--json"])
    found = [one for one in json.loads(listed.stdout) if "held up" in one["what"]]
    assert listed.exit_code == 1
    assert [(one["what"], one["verdict"]) for one in found] == [
        ("films: ingest held up", "problem"),
        ("films: photo_visible_text held up", "problem"),
        ("films: removals held up", "note"),
        ("gone: ingest held up", "note"),
        ("mistyped: ingest held up", "problem"),
    ]
    assert all(one["detail"].startswith("a_code: What is wrong.") for one in found)
    heals = (
        "archive-pipeline ingest films;", "archive-pipeline describe films --only visible_text;",
        "archive-pipeline ingest films --accept-removals", "no file describes gone",
        "put the file of mistyped right",
    )  # fmt: skip
    for one, command in zip(found, heals, strict=True):
        assert command in one["fix"]
    for hold in catalogue.holds():
        catalogue.release(hold.collection, hold.work)
    assert [one.detail for one in look_at_holds(Settings())] == ["nothing is held up"]


def test_a_database_of_what_was_withheld_that_could_not_be_removed_is_listed_with_its_command(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "collections").mkdir()
    monkeypatch.setenv("ARCHIVE_HOME", str(tmp_path))
    monkeypatch.setenv("ARCHIVE_COLLECTIONS", str(tmp_path / "collections"))
    settings = Settings()
    (left := whole_link(settings.database_link).parent).mkdir(mode=0o700)
    (found,) = [one for one in look_at_holds(settings) if one.what == "edition_left"]
    assert (found.verdict, found.fix) == ("problem", f"rm -r {left}")
    described = f"source: {tmp_path}\nlist: {{file: rights.csv}}\nembargo: {{column: rights, values: [closed]}}\n"
    (tmp_path / "collections" / "films.yaml").write_text(described)
    assert "edition_left" not in [one.what for one in look_at_holds(settings)], "it is what it should be"


def test_a_folder_in_which_others_could_pose_as_the_encoder_is_a_problem_before_every_video_fails_of_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (open_to_all := tmp_path / "runtime").mkdir(mode=0o755)
    monkeypatch.setenv("ARCHIVE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("ARCHIVE_COLLECTIONS", str(tmp_path / "collections"))
    monkeypatch.setenv("ARCHIVE_RUNTIME", str(open_to_all))
    findings = json.loads(CliRunner().invoke(app, ["doctor", "--json"]).stdout)
    (found,) = [one for one in findings if one["what"] == "encoder"]
    assert (found["verdict"], found["detail"]) == ("problem", "runtime_folder_unsafe")
    assert "chmod 700" in found["fix"]


def test_a_gpu_that_the_encoder_does_not_use_is_a_problem_unless_it_is_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    """`auto` would go on for weeks on the processors, and nobody would know."""
    monkeypatch.setattr("archive_pipeline.media.decoders.gpus.gpus", lambda _: ("0",))
    for written, verdict in (("auto", "problem"), ("cpu", "note")):
        monkeypatch.setenv("ARCHIVE_DEVICE", written)
        (found,) = doctor._device(Settings())
        assert found.verdict == verdict
    monkeypatch.setenv("ARCHIVE_DEVICE", "auto")
    (found,) = doctor._device(Settings())
    assert "torch" in found.detail
    assert "ARCHIVE_DEVICE=cpu" in found.fix
