"""Policies as people edit them: read by the loader's rules, and kept where own policies lie."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from archive_pipeline.cli.doctor_speech import look_at_policies
from archive_pipeline.collections.yaml_files import yaml_files
from archive_pipeline.errors import RequestError
from archive_pipeline.language.findings import drafts
from archive_pipeline.language.findings.drafts import adopt, read_draft, written_policy
from archive_pipeline.language.findings.policy_files import load_policies
from archive_pipeline.settings import Settings

SHIPPED, _ = written_policy("intolerance", [Path("/nowhere")])


def test_a_shipped_policy_is_shown_as_it_is_written_and_an_own_one_of_its_name_counts(tmp_path: Path) -> None:
    assert written_policy("intolerance", [tmp_path]) == (SHIPPED, False)
    text = SHIPPED.replace("version: 1", "version: 2")
    policy, file = adopt("intolerance", text, [tmp_path])
    assert (policy.version, file) == (2, tmp_path / "intolerance.yaml")
    assert written_policy("intolerance", [tmp_path]) == (text, True)
    assert load_policies([tmp_path])[0]["intolerance"].version == 2


def test_another_text_needs_another_version_and_the_same_text_none(tmp_path: Path) -> None:
    adopt("intolerance", SHIPPED, [tmp_path])
    adopt("intolerance", SHIPPED + "# a comment\n", [tmp_path])
    with pytest.raises(RequestError, match="write `version: 2`") as error:
        adopt("intolerance", SHIPPED.replace("frames: 2", "frames: 3"), [tmp_path])
    assert error.value.code == "same_version"
    assert written_policy("intolerance", [tmp_path])[0] == SHIPPED + "# a comment\n"


def test_a_file_that_names_its_policy_itself_is_the_one_that_is_written(tmp_path: Path) -> None:
    file = tmp_path / "ours.yml"
    file.write_text("name: manners\n" + SHIPPED)
    text = "name: manners\n" + SHIPPED.replace("version: 1", "version: 2")
    assert adopt("manners", text, [tmp_path])[1] == file
    assert [one.name for one in yaml_files(tmp_path)] == ["ours.yml"]


def test_a_file_of_that_name_that_holds_another_policy_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("name: manners\n" + SHIPPED)
    with pytest.raises(RequestError, match="holds the policy manners"):
        adopt("mine", "name: mine\n" + SHIPPED, [tmp_path])
    assert list(load_policies([tmp_path])[0]) == ["intolerance", "manners"]


def test_of_two_who_adopt_the_same_next_version_at_once_one_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    adopt("intolerance", SHIPPED, [tmp_path])

    def slowly(own: list[Path]) -> object:
        known = load_policies(own)
        time.sleep(0.1)
        return known

    monkeypatch.setattr(drafts, "load_policies", slowly)
    texts = [SHIPPED.replace("version: 1", "version: 2").replace("frames: 2", f"frames: {n}") for n in (1, 3, 4)]

    def outcome(text: str) -> str:
        try:
            adopt("intolerance", text, [tmp_path])
        except RequestError as error:
            return error.code
        return "adopted"

    with ThreadPoolExecutor(len(texts)) as people:
        assert sorted(people.map(outcome, texts)) == ["adopted", "same_version", "same_version"]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("mine", SHIPPED.replace("answer: flag", "answer: flagg", 1), "line 19: questions.climate_denial.answer"),
        ("mine", "title: [", "line 1"),
        ("mine", "", "line 1: the file is empty"),
        ("mine", "name: other\n" + SHIPPED, "name: other"),
        ("../mine", SHIPPED, "name: mine"),
        ("Mine", SHIPPED, "is no name"),
        ("", SHIPPED, "is no name"),
        ("mine", SHIPPED + "#" * 100_000, "at most 100,000"),
    ],
)
def test_what_is_wrong_is_said_with_its_line_and_nothing_is_written(
    tmp_path: Path, name: str, text: str, said: str
) -> None:
    with pytest.raises(RequestError) as error:
        adopt(name, text, [tmp_path / "own"])
    assert error.value.code == "wrong_policy"
    assert said in error.value.message
    assert not (tmp_path / "own").exists()
    with pytest.raises(RequestError):
        read_draft(name, text, [tmp_path])


def test_a_name_that_is_none_is_no_policy(tmp_path: Path) -> None:
    for name in ("nothing", "../intolerance", ""):
        with pytest.raises(RequestError, match="unknown_policy"):
            written_policy(name, [tmp_path])


def test_a_file_that_cannot_be_a_policy_is_told_and_not_read_whole(tmp_path: Path) -> None:
    (tmp_path / "film.yaml").write_bytes(b" " * 1_000_001)
    (tmp_path / "folder.yaml").mkdir()
    for name, said in (("film", "over a megabyte"), ("folder", "cannot be read")):
        with pytest.raises(RequestError, match=f"wrong_policy.*{said}"):
            written_policy(name, [tmp_path])


def test_own_policies_lie_in_the_archive_whoever_starts_where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ARCHIVE_POLICIES", raising=False)
    monkeypatch.chdir(tmp_path)
    home = tmp_path / "home"
    _, file = adopt("intolerance", SHIPPED, Settings(archive_home=home).own_policies)
    assert file == home / "policies/intolerance.yaml"
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert written_policy("intolerance", Settings(archive_home=home).own_policies) == (SHIPPED, True)


def test_policies_that_lie_beside_count_on_where_no_folder_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They were the default; what is edited stays in its file, and what is new goes to the archive."""
    monkeypatch.delenv("ARCHIVE_POLICIES", raising=False)
    monkeypatch.chdir(tmp_path)
    beside, named = tmp_path / "policies", tmp_path / "named"
    for folder in (beside, named):
        folder.mkdir()
        (folder / "manners.yaml").write_text(SHIPPED)
    own = Settings(archive_home=tmp_path / "home").own_policies
    assert own == (beside, tmp_path / "home/policies")
    assert "manners" in load_policies(own)[0]
    text = SHIPPED.replace("version: 1", "version: 2")
    assert adopt("manners", text, own)[1] == beside / "manners.yaml"
    assert adopt("other", SHIPPED, own)[1] == tmp_path / "home/policies/other.yaml"
    assert load_policies(own)[0].keys() == {"intolerance", "manners", "other"}
    told = [finding.detail for finding in look_at_policies(Settings(archive_home=tmp_path / "home"))]
    assert f"{beside} is read, since no ARCHIVE_POLICIES is set" in told
    monkeypatch.setenv("ARCHIVE_POLICIES", "named")
    assert Settings(archive_home=tmp_path / "home").own_policies == (named,)
