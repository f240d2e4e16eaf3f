"""What an archive manager may write in a collection's file, and what is said about what is wrong in it."""
# ruff: noqa: E501 (a table of mistakes and messages reads best in lines)

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from archive_pipeline.collections.collection_files import find_collection, load_collections, overlapping
from archive_pipeline.collections.model import WATCH_EVERY_S, Collection
from archive_pipeline.collections.registration import name_from_folder, write_collection
from archive_pipeline.encoders import DEFAULT_MODEL
from archive_pipeline.errors import ConfigurationError
from archive_pipeline.settings import CollectionFolders
from archive_pipeline.store.naming import COLLECTION_NAME
from archive_pipeline_tests.thorough import examples


def load(folder: Path, **files: str) -> tuple[list[Collection], list[str]]:
    """Write `name=text` as name.yaml; the collections, and the problems as `file:line: message` without the folder."""
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    collections, problems = load_collections(CollectionFolders((folder,), folder / "lake"))
    return collections, [str(problem).removeprefix(f"{folder}/") for problem in problems]


def problem(folder: Path, text: str) -> str:
    _, problems = load(folder, tapes=text)
    (only,) = problems
    return only


def test_a_source_is_enough(tmp_path: Path) -> None:
    (collection,), problems = load(tmp_path, tapes="source: videos")
    assert problems == []
    assert (collection.name, collection.title, collection.source) == ("tapes", "tapes", tmp_path / "videos")
    assert (collection.fps, collection.model, collection.pictures) == (3.0, DEFAULT_MODEL, "all")
    assert (collection.watch, collection.schedule, collection.looks) == (None, None, None)
    assert (collection.max_runs_per_tick, collection.settle_s, collection.priority) == (50, 30.0, 0)


def case(cases: Path, folder: Path, name: str) -> tuple[list[Collection], list[str]]:
    return load(folder, tapes=(cases / name).read_text())


@pytest.mark.parametrize(("name", "key"), [("c9.yaml", "settle_s"), ("c10.yaml", "watch")])
def test_a_number_with_a_colon_is_no_number(cases: Path, tmp_path: Path, name: str, key: str) -> None:
    collections, (said,) = case(cases, tmp_path, name)
    assert collections == []
    assert said.startswith(f"tapes.yaml:3: {key}: ")


def test_a_tag_is_the_text_that_was_written(cases: Path, tmp_path: Path) -> None:
    ((collection,), problems) = case(cases, tmp_path, "c15.yaml")
    assert problems == []
    assert collection.tags == {"decade": "no", "y": "1970", "t": "12:30"}


@pytest.mark.parametrize(
    "written", ["off", "yes", "010", "1_000", "1.10", "1e3", "0x1F", "12:30:15", "1970-01-01", "TRUE", "+7"]
)
def test_any_tag_is_the_text_that_was_written(tmp_path: Path, written: str) -> None:
    ((collection,), problems) = load(tmp_path, tapes=f"source: a\ntags:\n  t: {written}")
    assert problems == []
    assert collection.tags == {"t": written}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("fps: 1:30", "fps: input should be a valid number, not '1:30'; write one number, without colons"),
        ("priority: 1:30", "priority: input should be a valid integer, not '1:30'; write one number, without colons"),
        ("fps: 010", "fps: input should be a valid number, not '010'"),
        ("watch: on", "watch: write true, false, or how often to look, from 5s to 7d (for example 30s, 5m, 1h)"),
        ("watch: 1:30", "watch: write true, false, or how often to look, from 5s to 7d (for example 30s, 5m, 1h)"),
        ("settle_s: no", "settle_s: input should be a valid number, not 'no'"),
        (
            "subtitle_encoding: cp9999",
            "subtitle_encoding: 'cp9999' is no encoding of text (windows-1251, iso-8859-2, cp949)",
        ),
        ("subtitle_encoding: hex", "subtitle_encoding: 'hex' is no encoding of text (windows-1251, iso-8859-2, cp949)"),
        (
            "subtitle_encoding: punycode",
            "subtitle_encoding: 'punycode' is no encoding of text (windows-1251, iso-8859-2, cp949)",
        ),
    ],
)
def test_what_yaml_would_guess_is_said_to_be_wrong(tmp_path: Path, line: str, said: str) -> None:
    assert problem(tmp_path, f"source: a\n{line}") == f"tapes.yaml:2: {said}"


@pytest.mark.parametrize(("written", "seconds"), [("true", 60.0), ("false", None), ("90", 90.0), ("1.5e2", 150.0)])
def test_truth_values_and_numbers_stay(tmp_path: Path, written: str, seconds: float | None) -> None:
    ((collection,), _) = load(tmp_path, tapes=f"source: a\nwatch: {written}")
    assert collection.watch == seconds


def test_everything_can_be_said(tmp_path: Path) -> None:
    (collection,), problems = load(
        tmp_path,
        nodo="""
        name: noticiario
        title: NO-DO, 1943–1981
        source: ~/nodo
        fps: 1
        model: archive-tiny
        detector: fast
        pictures: keyframes
        schedule: {cron: "0  3 * * mon-fri", timezone: Europe/Madrid}
        priority: -5
        settle_s: 120
        max_runs_per_tick: 10
        tags: {decade: 1970, digitised: true, owner/team: film, since: 1943-01-04}
        owners: [film@archive.example, "team:film"]
        """,
    )
    assert problems == []
    assert (collection.name, collection.source) == ("noticiario", Path.home() / "nodo")
    assert collection.tags == {"decade": "1970", "digitised": "true", "owner/team": "film", "since": "1943-01-04"}
    assert collection.looks == "0 3 * * mon-fri Europe/Madrid"
    assert collection.owners == ("film@archive.example", "team:film")


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("true", WATCH_EVERY_S), ("false", None), ("30s", 30), ("5m", 300), ("1.5h", 5400), ("90", 90)],
)
def test_a_collection_is_watched_as_often_as_it_says(tmp_path: Path, written: str, seconds: float | None) -> None:
    (collection,), _ = load(tmp_path, tapes=f"source: v\nwatch: {written}")
    assert collection.watch == seconds
    assert collection.looks == (None if seconds is None else "watch")


def test_the_source_is_relative_to_the_file_and_dots_are_resolved(tmp_path: Path) -> None:
    (tmp_path / "yaml").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "yaml")
    (tmp_path / "yaml" / "tapes.yaml").write_text("source: ../videos")
    (collection,), _ = load_collections(CollectionFolders((tmp_path / "link",), tmp_path / "lake"))
    assert collection.source == tmp_path / "videos"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "tapes.yaml:1: the file is empty; it needs at least `source: FOLDER`"),
        ("- source", "tapes.yaml:1: the file must hold keys and values"),
        ("title: x\n\n", "tapes.yaml:1: source is missing"),
        ("source: v\n\nfsp: 2", "tapes.yaml:3: unknown key 'fsp'; did you mean fps?"),
        ("source: v\nschedule:\n  crn: '@daily'\n  cron: '@daily'\n  timezone: UTC", "tapes.yaml:3: unknown key 'schedule.crn'; did you mean cron?"),
        ("source: v\nfps: 2\ntitle: x\nfps: 3", "tapes.yaml:4: 'fps' is written twice; it stands in line 2 too"),
        ("source: v\nschedule:\n  cron: '@daily'\n  cron: '@daily'", "tapes.yaml:4: 'cron' is written twice"),
        ("source: v\nfps: three", "tapes.yaml:2: fps: input should be a valid number, not 'three'"),
        ("source: v\nfps: 0", "tapes.yaml:2: fps: input should be greater than 0, not 0"),
        ("source: v\nfps: 61", "tapes.yaml:2: fps: input should be less than or equal to 60, not 61"),
        ("source: v\nfps: .nan", "tapes.yaml:2: fps: input should be a valid number, not '.nan'"),
        ("source: v\nfps: true", "tapes.yaml:2: fps: input should be a valid number, not True"),
        ("source: 3", "tapes.yaml:1: source: write the folder where the videos lie, as text"),
        ("source: ''", "tapes.yaml:1: source: write the folder"),
        ("source: v\ntitle: 1984", "tapes.yaml:2: title: input should be a valid string, not 1984; put it in quotes"),
        ("source: v\nname: Años", "tapes.yaml:2: name: 'Años' is not a name"),
        ("source: v\ndetector: magic", "tapes.yaml:2: detector: there is no cut detector 'magic'; choose one of fast"),
        ("source: v\npictures: some", "tapes.yaml:2: pictures: input should be 'all', 'keyframes' or 'none', not 'some'"),
        ("source: v\nwatch: 1s", "tapes.yaml:2: watch: write true, false, or how often to look"),
        ("source: v\nwatch: often", "tapes.yaml:2: watch: write true, false, or how often to look"),
        ("source: v\nschedule: '@daily'", "tapes.yaml:2: schedule: "),
        ("source: v\nschedule:\n  cron: 0 3 * * *", "tapes.yaml:2: schedule.timezone is missing"),
        ("source: v\nschedule:\n  timezone: UTC\n  cron: 0 25 * * *", "tapes.yaml:4: schedule.cron: hour '25' is not within 0–23"),
        ("source: v\nschedule:\n  cron: '@daily'\n  timezone: madrid", "tapes.yaml:4: schedule.timezone: 'madrid' is not a time zone of the IANA database (Europe/Madrid, UTC); did you mean Europe/Madrid?"),
        ("source: v\nschedule:\n  cron: '@daily'\n  timezone: CET", "tapes.yaml:4: schedule.timezone: 'CET' is not a time zone"),
        ("source: v\nwatch: 5m\nschedule: {cron: '@daily', timezone: UTC}", "tapes.yaml:2: both watch and schedule are set"),
        ("source: v\nschedule: {cron: * 3 * * *, timezone: UTC}", "tapes.yaml:2: this is not YAML"),
        ("source: v\n\ttitle: x", "tapes.yaml:2: this is not YAML"),
        ("source: v\ntitle: a: b", "tapes.yaml:2: this is not YAML"),
        ("source: v\ntags:\n  ok: x\n  not ok: x", "tapes.yaml:4: tags.not ok: 'not ok' is no tag"),
        ("source: v\ntags: {dagster/priority: 3}", "tapes.yaml:2: tags.dagster/priority: dagster/priority is set by the pipeline; use `priority:`"),
        ("source: v\nowners:\n  - a@b.example\n  - me", "tapes.yaml:4: owners.1: 'me' is neither an e-mail address nor a team"),
        ("source: v\npriority: 1.5", "tapes.yaml:2: priority: input should be a valid integer, not 1.5"),
        ("source: &a [*a]", "tapes.yaml:1: the file refers to itself"),
        ("[" * 1000, "tapes.yaml: the file is nested too deeply"),
        ("source: v\nscenes:\n  min_scene_s: 2\n  min_scen_s: 1", "tapes.yaml:4: scenes: unknown key 'min_scen_s'; did you mean min_scene_s?"),
        ("source: v\nscenes:\n  min_scene_s: -1", "tapes.yaml:3: scenes: min_scene_s must be at least 0 seconds, got -1"),
        ("source: v\nscenes:\n  min_scene_s: long", "tapes.yaml:3: scenes: min_scene_s is 'long'; write a value like its default, 1.0"),
    ],
)  # fmt: skip
def test_a_mistake_is_said_with_file_and_line(tmp_path: Path, text: str, expected: str) -> None:
    assert problem(tmp_path, text).startswith(expected)


def test_a_file_of_references_to_references_ends(tmp_path: Path) -> None:
    laughs = "".join(f"k{n}: &k{n} [{', '.join([f'*k{n - 1}'] * 9)}]\n" for n in range(1, 30))
    assert "the file holds over 10000 values" in problem(tmp_path, "source: v\nk0: &k0 [x]\n" + laughs)


def test_every_mistake_of_a_file_is_said_at_once(tmp_path: Path) -> None:
    _, problems = load(tmp_path, tapes="fsp: 1\nmodel: 3\nowners: [x]")
    assert [text.split(":")[1] for text in problems] == ["1", "1", "2", "3"]


def test_a_wrong_file_harms_no_other(tmp_path: Path) -> None:
    (tmp_path / "latin1.yaml").write_bytes(b"source: v\ntitle: caf\xe9")
    (tmp_path / "binary.yaml").write_bytes(os.urandom(5000))
    (tmp_path / "huge.yaml").write_bytes(b"#" * 2_000_000)
    (tmp_path / "gone.yaml").symlink_to("nowhere")
    (tmp_path / "folder.yaml").mkdir()
    (tmp_path / ".hidden.yaml").write_text("nonsense")
    (tmp_path / "README.md").write_text("nonsense")
    collections, problems = load(tmp_path, good="source: v", bad="source: [")
    assert [collection.name for collection in collections] == ["good"]
    wrong = {text.split(".yaml")[0] for text in problems}
    assert wrong == {"latin1", "binary", "huge", "gone", "folder", "bad"}
    assert "latin1.yaml:2: the file is not text in UTF-8" in "\n".join(problems)


@given(st.binary(max_size=200) | st.text("sourcefps: \n-[]{}&*!|>'\"%@`,?#1.~", max_size=80).map(str.encode))
@settings(max_examples=examples(200), deadline=None)
def test_no_file_at_all_breaks_the_loading(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    folder = tmp_path_factory.getbasetemp() / "any"
    folder.mkdir(exist_ok=True)
    (folder / "any.yaml").write_bytes(content)
    (folder / "good.yaml").write_text("source: /good")
    assert "good" in [
        collection.name for collection in load_collections(CollectionFolders((folder,), folder / "lake"))[0]
    ]


def test_a_name_belongs_to_one_file(tmp_path: Path) -> None:
    collections, problems = load(tmp_path, aaa="source: w\nname: tapes", tapes="source: v")
    assert [collection.source.name for collection in collections] == ["v"]
    assert problems == [f"aaa.yaml:2: collection 'tapes' is described in {tmp_path}/tapes.yaml already"]


def test_a_file_with_a_mistake_keeps_its_name(tmp_path: Path) -> None:
    collections, problems = load(tmp_path, aaa="source: w\nname: tapes", tapes="source: v\nfps: x")
    assert collections == []
    assert len(problems) == 2


@pytest.mark.parametrize("inner", ["archive/1975", "archive", "archive/../archive/x"])
def test_a_video_belongs_to_one_collection(tmp_path: Path, inner: str) -> None:
    collections, problems = load(tmp_path, all="source: archive", part=f"source: {inner}\n")
    assert [collection.name for collection in collections] == ["all"]
    assert len(problems) == 1
    assert problems[0].startswith("part.yaml:1: the source")
    assert "a video belongs to one collection" in problems[0]


def test_symlinked_sources_overlap_and_neighbours_do_not(tmp_path: Path) -> None:
    (tmp_path / "archive").mkdir()
    (tmp_path / "link").symlink_to("archive")
    collections, problems = load(tmp_path, a="source: archive", b="source: link", c="source: archive2")
    assert [collection.name for collection in collections] == ["a", "c"]
    assert len(problems) == 1
    assert overlapping(tmp_path, collections) == collections[0]
    assert overlapping(tmp_path / "arch", collections) is None


def test_what_people_wrote_goes_before_what_the_command_line_registered(tmp_path: Path) -> None:
    for folder, source in (("written", "/w"), ("registered", "/r")):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "tapes.yaml").write_text(f"source: {source}")
    folders = [tmp_path / "written", tmp_path / "registered", tmp_path / "missing", tmp_path / "written"]
    (collection,), (wrong,) = load_collections(CollectionFolders(tuple(folders), tmp_path / "lake"))
    assert collection.source == Path("/w")
    assert wrong.file == tmp_path / "registered" / "tapes.yaml"


def test_a_collection_is_found_by_name_or_its_absence_explained(tmp_path: Path) -> None:
    load(tmp_path, tapes="source: v", bad="source: v\nfps: x")
    assert find_collection("tapes", CollectionFolders((tmp_path,), tmp_path / "lake")).name == "tapes"
    with pytest.raises(ConfigurationError, match=r"\[unknown_collection\].*did you mean tapes\?"):
        find_collection("tape", CollectionFolders((tmp_path,), tmp_path / "lake"))
    with pytest.raises(ConfigurationError, match=r"\[wrong_collection\].*bad.yaml:2: fps"):
        find_collection("bad", CollectionFolders((tmp_path,), tmp_path / "lake"))


def test_the_example_that_comes_with_the_project_is_right(tmp_path: Path) -> None:
    example = Path(__file__).parents[2] / "collections" / "example.yaml.example"
    (tmp_path / "example.yaml").write_bytes(example.read_bytes())
    (collection,), problems = load_collections(CollectionFolders((tmp_path,), tmp_path / "lake"))
    assert problems == []
    assert collection.model_fields_set >= set(Collection.model_fields) - {"name", "watch", "shots"}, (
        "it shows every key"
    )


class TestRegistering:
    @pytest.mark.parametrize(
        ("folder", "name"),
        [
            ("Fondo Años 70!", "fondo_anos_70"),
            ("/mnt/Straße-Ärger", "strasse_arger"),
            ("70s", "collection_70s"),
            ("日本", "collection"),
            ("/", "collection"),
            ("x/../Tapes ", "tapes"),
            ("__a__b__", "a_b"),
            ("ﬁlm Ⅳ", "film_iv"),
        ],
    )
    def test_a_folder_gives_its_name(self, folder: str, name: str) -> None:
        assert name_from_folder(Path(folder)) == name

    @given(st.binary(min_size=1, max_size=255))
    def test_the_name_is_always_valid(self, folder: bytes) -> None:
        name = name_from_folder(Path("/archive", os.fsdecode(folder.replace(b"\0", b"0"))))
        assert COLLECTION_NAME.fullmatch(name)
        assert len(name) <= 60

    @pytest.mark.parametrize("source", ["/plain", "/a: b # c", "/ñ 🎬\n", "/\udcff\udcfe", "/'\"%", "/-", "/ x "])
    def test_what_is_written_is_what_is_read(self, tmp_path: Path, source: str) -> None:
        written = Collection(
            name="tapes", source=Path(source), fps=2.5, watch="5m", owners=["a@b.example"], tags={"a": "1", "b": "no"},
            schedule=None, scenes={"min_scene_s": 2.0},
        )  # fmt: skip
        file = write_collection(tmp_path / "new", written)
        assert file == tmp_path / "new" / "tapes.yaml"
        assert load_collections(CollectionFolders((tmp_path / "new",), tmp_path / "lake")) == ([written], [])
        assert os.listdir(tmp_path / "new") == ["tapes.yaml"]  # noqa: PTH208

    def test_only_what_was_said_is_written(self, tmp_path: Path) -> None:
        file = write_collection(tmp_path, Collection(name="tapes", source=Path("/v")))
        assert yaml.safe_load(file.read_text()) == {"source": "/v"}

    def test_a_relative_source_is_refused_outside_a_file(self) -> None:
        with pytest.raises(ValueError, match="is relative; write an absolute path"):
            Collection(name="tapes", source="v")  # type: ignore[arg-type]


def test_loading_collections_imports_nothing_heavy() -> None:
    code = (
        "import sys; from archive_pipeline.collections import collection_files;"
        "heavy = {'torch', 'hdbscan', 'sklearn', 'open_clip', 'dagster', 'polars', 'av'} & set(sys.modules); print(heavy)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "set()\n"
