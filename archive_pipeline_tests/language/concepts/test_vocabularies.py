"""Files: what they say, what is wrong with them, and what counts as a change."""

import shutil
from pathlib import Path

import pytest

from archive_pipeline.cli.doctor_words import look_at_vocabularies
from archive_pipeline.errors import ConfigurationError
from archive_pipeline.language.concepts.vocabulary import Vocabulary
from archive_pipeline.language.concepts.vocabulary_files import SHIPPED, chosen, load_vocabularies, read_vocabulary
from archive_pipeline.settings import Settings
from archive_pipeline.simulator.captions import describe
from archive_pipeline.simulator.facts import Facts, Thing
from archive_pipeline.simulator.world import CARDS, COLOURS, COUNTS, LANGUAGES, OBJECTS, SETTINGS, TIMES, WEATHERS

GOOD = """\
title: {en: Streets, es: Calles}
kind: softmax
templates:
  en: ["{}", "a photo of {}"]
  es: ["una foto de {}"]
entries:
  street:
    label: {en: Street, es: Calle}
    phrases: {en: [a street], es: [una calle]}
  madrid: {label: Madrid}
  rome: {label: Rome, phrases: [Roma]}
"""


def read(folder: Path, text: str) -> Vocabulary | list[str]:
    file = folder / "streets.yaml"
    file.write_text(text, encoding="utf-8")
    found = read_vocabulary(file)
    return found if isinstance(found, Vocabulary) else [f"{p.line}: {p.message}" for p in found]


def good(folder: Path, text: str = GOOD) -> Vocabulary:
    found = read(folder, text)
    assert isinstance(found, Vocabulary), found
    return found


def test_phrases_are_put_into_the_templates_of_their_language(tmp_path: Path) -> None:
    streets = good(tmp_path)
    english, spanish = frozenset({"en"}), frozenset({"es"})
    assert streets.phrasings("street", english) == ("a street", "a photo of a street")
    assert streets.phrasings("street", spanish) == ("una foto de una calle",)
    assert streets.phrasings("street") == ("a street", "a photo of a street", "una foto de una calle")
    assert streets.phrasings("madrid", english) == ("Madrid", "a photo of Madrid")
    assert streets.phrasings("rome", spanish) == ("una foto de Roma",)
    assert streets.phrasings("street", frozenset({"de"})) == streets.phrasings("street"), "better than nothing"


@pytest.mark.parametrize(
    ("changed", "line", "says"),
    [
        ("kind: softmax|kind: sofmax", 2, "kind: input should be 'softmax', 'threshold' or 'similarity'"),
        ("label: {en: Street|labl: {en: Street", 8, "unknown key 'entries.street.labl'; did you mean label?"),
        ("title:|titel:", 1, "unknown key 'titel'; did you mean title?"),
        ("  madrid:|  Madrid:", 10, "'Madrid' is no name"),
        (
            "{label: Madrid}|{label: Madrid, parent: spain}",
            10,
            "entry madrid: its parent spain is not among the entries",
        ),
        ("kind: softmax|kind: threshold", 2, "needs `against:`"),
        ("kind: softmax|kind: softmax\nagainst: [x]", 2, "`against:` belongs to kind threshold"),
        ("kind: softmax|kind: similarity\nthreshold: 0.5", 2, "leave out `threshold:`"),
        ('"una foto de {}"|"una foto"', 5, "write {} once"),
        ("[a street]|[]", 9, "at least 1 item"),
        ("[a street]|[12]", 9, "put it in quotes"),
        ("en: [a street]|english: [a street]", 9, "'english' is no language"),
        ("kind: softmax|kind: softmax\ntemperature: 0", 3, "greater than 0"),
        ("  madrid: {label: Madrid}|  street: {label: Madrid}", 10, "'street' is written twice; it stands in line 7"),
        ("entries:|entries: [", 8, "this is not YAML"),
    ],
)
def test_whatever_is_wrong_is_said_with_its_line(tmp_path: Path, changed: str, line: int, says: str) -> None:
    before, after = changed.split("|")
    assert before in GOOD
    found = read(tmp_path, GOOD.replace(before, after, 1))
    assert isinstance(found, list)
    assert any(text.startswith(f"{line}: ") and says in text for text in found), found


def test_an_empty_file_is_told_what_it_needs(tmp_path: Path) -> None:
    assert read(tmp_path, "") == ["1: the file is empty; it needs at least `title:`, `kind:` and `entries:`"]


def test_hierarchies_have_two_steps(tmp_path: Path) -> None:
    deep = GOOD.replace("{label: Madrid}", "{label: Madrid, parent: street}").replace(
        "[Roma]}", "[Roma], parent: madrid}"
    )
    assert read(tmp_path, deep) == ["11: entry rome: its parent madrid has a parent itself; two steps are the most"]


@pytest.mark.parametrize(
    ("changed", "counts"),
    [
        ("title: {en: Streets|title: {en: Roads", False),
        ("label: {en: Street|label: {en: Road", False),
        ("label: Madrid|label: Madrid city", True),
        ("[a street]|[a road]", True),
        ("a photo of|a picture of", True),
        ("kind: softmax|kind: softmax\ntemperature: 2", True),
        ("kind: softmax|kind: softmax\nthreshold: 0.5", False),
        ("kind: softmax|kind: softmax\nthreshold: 0.4", True),
        ("kind: softmax|kind: softmax\nkeep: 4", True),
    ],
)
def test_the_digest_changes_with_what_scores_depend_on(tmp_path: Path, changed: str, counts: bool) -> None:
    before = good(tmp_path).digest
    assert (good(tmp_path, GOOD.replace(*changed.split("|"), 1)).digest != before) is counts


@pytest.mark.parametrize(
    ("changed", "counts"),
    [("title: {en: Streets|title: {en: Roads", False), ("label: {en: Street|label: {en: Road", True),
     ("[a street]|[a road]", True)],
)  # fmt: skip
def test_names_change_with_labels_too(tmp_path: Path, changed: str, counts: bool) -> None:
    before = good(tmp_path).naming_digest
    assert (good(tmp_path, GOOD.replace(*changed.split("|"), 1)).naming_digest != before) is counts


def test_own_vocabularies_win_by_name_and_a_wrong_one_gives_way_to_no_other(tmp_path: Path) -> None:
    shipped, problems = load_vocabularies([tmp_path / "none"])
    assert not problems
    assert shipped["contents"].label("city", "es") == "Ciudad"
    (tmp_path / "contents.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "shot_scale.yaml").write_text("kind: softmax\n", encoding="utf-8")
    known, problems = load_vocabularies([tmp_path])
    assert list(known["contents"].entries) == ["street", "madrid", "rome"]
    assert known["time_of_day"] == shipped["time_of_day"]
    with pytest.raises(ConfigurationError, match=r"shot_scale\.yaml.*title is missing") as wrong:
        chosen(["shot_scale"], known, problems)
    assert wrong.value.code == "wrong_vocabulary"
    with pytest.raises(ConfigurationError, match="did you mean contents"):
        chosen(["content"], known, problems)


def test_every_shipped_entry_has_both_languages_and_several_phrasings() -> None:
    known, _ = load_vocabularies([])
    assert len(known) == len(list(SHIPPED.glob("*.yaml")))
    for name, vocabulary in known.items():
        assert set(vocabulary.title) == set(LANGUAGES), name
        for concept, entry in vocabulary.entries.items():
            assert set(entry.label) == set(LANGUAGES), (name, concept)
            single = vocabulary.name == "drawn_place" and concept in CARDS  # the world has one phrase for each
            for language in LANGUAGES:
                assert len(vocabulary.phrasings(concept, frozenset({language}))) >= (1 if single else 2), (
                    name,
                    concept,
                )


def test_warnings_are_scores_and_places_wait_for_their_model() -> None:
    known, _ = load_vocabularies([])
    assert known["content_warnings"].holds_from is None
    assert known["geography"].model == "streetclip"
    assert {entry.parent is None for entry in known["geography"].entries.values()} == {True, False}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_drawn_vocabularies_say_what_captions_say(language: str) -> None:
    """Their phrases are those of simulator/world.py, as its captions put them."""
    known, _ = load_vocabularies([])
    spoken = {name: _said(facts, language) for name, facts in _every_drawn().items()}
    for name, concepts in spoken.items():
        assert set(known[name].entries) == set(concepts)
        for concept, said in concepts.items():
            assert set(known[name].phrasings(concept, frozenset({language}))) <= said, (name, concept)


def _said(facts: dict[str, list[Facts]], language: str) -> dict[str, set[str]]:
    return {concept: {describe(fact, language) for fact in own} for concept, own in facts.items()}  # type: ignore[arg-type]


def _every_drawn() -> dict[str, dict[str, list[Facts]]]:
    indoors = [Facts(setting=name) for name, setting in SETTINGS.items() if not setting.outdoors]
    anywhere = [None, *SETTINGS]
    return {
        "drawn_thing": {
            thing: [Facts((Thing(thing, None, count),), setting=place) for count in (1, *COUNTS) for place in anywhere]
            for thing in OBJECTS
        },
        "drawn_colour": {colour: [Facts((Thing(thing, colour),)) for thing in OBJECTS] for colour in COLOURS},
        "drawn_place": {
            place: [Facts(setting=place), *(Facts((Thing(thing),), setting=place) for thing in OBJECTS)]
            for place in SETTINGS
        }
        | {card: [Facts(card=card)] for card in CARDS},
        "drawn_time": {time: [Facts(setting=place, time=time) for place in anywhere] for time in TIMES}
        | {"indoors": indoors},
        "drawn_weather": {w: [Facts(setting=place, weather=w) for place in anywhere] for w in WEATHERS}
        | {"indoors": indoors},
    }


def test_own_vocabularies_lie_in_the_archive_whoever_starts_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ARCHIVE_VOCABULARIES", raising=False)
    home, beside = tmp_path / "home", tmp_path / "vocabularies"
    shutil.copytree(SHIPPED, home / "vocabularies")
    (home / "vocabularies" / "ours.yaml").write_text((SHIPPED / "contents.yaml").read_text(encoding="utf-8"))
    (tmp_path / "elsewhere").mkdir()
    for folder in (tmp_path, tmp_path / "elsewhere"):
        monkeypatch.chdir(folder)
        assert "ours" in load_vocabularies(Settings(archive_home=home).own_vocabularies)[0]
    beside.mkdir()
    monkeypatch.chdir(tmp_path)
    assert Settings(archive_home=home).own_vocabularies == (beside, home / "vocabularies")
    told = [finding.detail for finding in look_at_vocabularies(Settings(archive_home=home))]
    assert f"{beside} is read, since no ARCHIVE_VOCABULARIES is set" in told
    monkeypatch.setenv("ARCHIVE_VOCABULARIES", "vocabularies")
    assert Settings(archive_home=home).own_vocabularies == (beside,)
