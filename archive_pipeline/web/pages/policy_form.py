"""A policy as a form: each field is a piece of its text, which stays the one document that is tried and adopted."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, get_args

from nicegui import ui
from nicegui.elements.mixins.validation_element import ValidationElement

from archive_pipeline.collections.yaml_files import FileProblem
from archive_pipeline.collections.yaml_lines import YamlFileError
from archive_pipeline.language.concepts.texts import LANGUAGES
from archive_pipeline.language.findings.policy import MOST_FRAMES, AnswerType, Reads
from archive_pipeline.language.findings.policy_files import parse_policy
from archive_pipeline.language.findings.policy_text import values_of, with_name, with_value
from archive_pipeline.web.choice_lines import choice_lines, choices_of
from archive_pipeline.web.pages.parts import button, note, tag
from archive_pipeline.web.texts import Texts

Place = tuple[str, ...]
_NEW = {"label": "", "answer": "flag", "instructions": ""}


class PolicyForm:
    """`changed` gets the text after each change."""

    def __init__(self, t: Texts, changed: Callable[[str], None]) -> None:
        self._t = t
        self._changed = changed
        self._text = ""
        self._fields: dict[Place, list[ValidationElement]] = {}
        self._parts: dict[str, ui.expansion] = {}
        """Of the questions, by name."""
        self._first_names: frozenset[str] | None = None
        """Of the questions of the text that was shown first: others have no answers."""
        self._renamed: dict[str, str] = {}
        """The first name of each question that was given another."""
        self._body = tag("div", "ap-stack").props("data-form").style("width: 100%")
        self._wrong = tag("div").props("aria-live=polite")

    def show(self, text: str, opened: str = "") -> None:
        """Fill it from a text; one that is no YAML has no fields, and says so. Questions that were open stay so, and
        `opened` is."""
        are_open = {opened, *(name for name, part in self._parts.items() if part.value)}
        self._text, self._fields, self._parts = text, {}, {}
        self._body.clear()
        try:
            values = values_of(text)
        except YamlFileError as error:
            with self._body:
                line = f"{self._t('policies.line')} {error.line}: " if error.line else ""
                note(f"{self._t('policies.no_form')} {line}{error.message}", "bad")
            return
        with self._body:
            self._head(values)
            questions = values["questions"] if isinstance(values.get("questions"), dict) else {}
            if self._first_names is None:
                self._first_names = frozenset(map(str, questions))
            for name, question in questions.items():
                self._question(str(name), question if isinstance(question, dict) else {}, str(name) in are_open)
            self._new_question()
        self._check()

    def _head(self, values: Mapping[str, Any]) -> None:
        self._words(("title",), values.get("title"), "heading")
        with tag("div", "ap-row"):
            self._number(("version",), values.get("version"), 1, None, whole=True)
            self._choice(("reads",), values.get("reads", "both"), get_args(Reads))
            self._number(("frames",), values.get("frames", 2), 1, MOST_FRAMES, whole=True)
            self._number(("max_tokens",), values.get("max_tokens", 1500), 200, 8192, whole=True)
        self._words(("instructions",), values.get("instructions"), "instructions", long=True)

    def _question(self, name: str, values: Mapping[str, Any], is_open: bool) -> None:
        t, place = self._t, ("questions", name)
        label = values.get("label")
        called = (label.get(t.language) or next(iter(label.values()), "")) if isinstance(label, dict) else label
        with ui.expansion(f"{called or name} ({name})", value=is_open).props("dense").classes("w-full") as part:
            part.props["data-question"] = name
            self._parts[name] = part
            self._name(name)
            self._words((*place, "label"), label, "label")
            with tag("div", "ap-row"):
                self._choice((*place, "answer"), values.get("answer", "flag"), get_args(AnswerType), again=True)
                self._choice((*place, "reads"), values.get("reads", ""), ("", *get_args(Reads)))
                # what another answer has left in the text is shown, or nobody could take it away here
                if values.get("answer") == "score" or "raised_from" in values:
                    self._number((*place, "raised_from"), values.get("raised_from", 0.5), 0.05, 1.0, step=0.05)
                button(t("policies.remove"), lambda: self._put(place, None, again=True), "delete")
            self._words((*place, "instructions"), values.get("instructions"), "instructions", long=True)
            if values.get("answer") == "choice" or values.get("choices"):
                self._choices((*place, "choices"), values.get("choices"))

    def _name(self, name: str) -> None:
        """What the question is called in answers and reviews; what becomes of those is said once it is another."""
        with tag("div", "ap-row"):
            box = ui.input(label=self._t("policies.name_of_question"), value=name).props("outlined dense maxlength=64")
            button(self._t("policies.rename"), lambda: self._rename(name, str(box.value or "").strip()), "edit").props(
                "data-rename"
            )
        self._known(box, ("questions", name))
        former = self._renamed.get(name)
        if former in (self._first_names or ()):
            note(self._t("policies.renamed", former=former, name=name), "warn")

    def _rename(self, name: str, asked: str) -> None:
        if not asked or asked == name:
            return
        if asked in self._parts:  # it would be written over
            self._parts[asked].open()
            return
        former = self._renamed.pop(name, name)
        self._renamed |= {asked: former} if former != asked else {}
        with suppress(YamlFileError, KeyError):  # the other tab broke it meanwhile
            self._text = with_name(self._text, ("questions", name), asked)
        self._changed(self._text)
        self.show(self._text, opened=asked)

    def _new_question(self) -> None:
        with tag("div", "ap-row"):
            name = ui.input(label=self._t("policies.question_name")).props("outlined dense maxlength=64")

            def add() -> None:
                asked = str(name.value or "").strip()
                if asked in self._parts:  # it would be written over
                    self._parts[asked].open()
                elif asked:
                    self._put(("questions", asked), _NEW, again=True)

            button(self._t("policies.add"), add, "add").props("data-add")

    def _words(self, place: Place, value: Any, what: str, long: bool = False) -> None:
        """A text, or one in each language; equal ones are one."""
        given = value if isinstance(value, dict) else dict.fromkeys(LANGUAGES, value)
        boxes: dict[str, ui.input | ui.textarea] = {}

        def put() -> None:
            said = {language: str(box.value) for language, box in boxes.items() if box.value}
            one = len(said) == len(LANGUAGES) and len(set(said.values())) == 1 and not isinstance(value, dict)
            self._put(place, next(iter(said.values())) if one else said or "")

        with tag("div", "ap-row"):
            for language in LANGUAGES:
                label = f"{self._t(f'policies.{what}')} ({language})"
                box = (ui.textarea if long else ui.input)(label=label, value=given.get(language) or "", on_change=put)
                box.props("outlined dense debounce=500")
                if long:  # the browser cannot measure what is folded away
                    box.props('autogrow input-style="min-height: 5rem"')
                boxes[language] = box.style("flex: 1 1 18rem")
        for code, box in boxes.items():
            self._known(box, (*place, code), place)

    def _choices(self, place: Place, value: Any) -> None:
        box = ui.textarea(
            label=self._t("policies.choices"),
            value=choice_lines(value if isinstance(value, dict) else {}),
            on_change=lambda event: self._put(place, choices_of(event.value or "")),
        ).props('outlined dense autogrow debounce=500 input-style="min-height: 8rem"')
        self._known(box.style("width: 100%"), place)

    def _choice(self, place: Place, value: Any, options: Sequence[str], again: bool = False) -> None:
        """`again`: another value has other fields beside it."""
        key = place[-1]
        texts = {one: self._t(f"policies.{key}_{one or 'default'}") for one in options}
        box = ui.select(
            texts,
            label=self._t(f"policies.{key}"),
            value=value if value in texts else None,
            on_change=lambda event: self._put(place, event.value or None, again=again),
        ).props("outlined dense")
        self._known(box.style("min-width: 11rem"), place)

    def _number(
        self, place: Place, value: Any, least: float, most: float | None, *, step: float = 1, whole: bool = False
    ) -> None:
        def put(event: Any) -> None:
            number = event.value
            self._put(place, None if number is None else int(number) if whole and number == int(number) else number)

        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        label = self._t(f"policies.{place[-1]}")
        box = ui.number(label, value=value if is_number else None, min=least, max=most, step=step, on_change=put)
        self._known(box.props("outlined dense debounce=500").style("width: 9rem"), place)

    def _known(self, box: ValidationElement, *places: Place) -> None:
        """What is wrong at these places is shown beside the box, by the policy's rules and no others."""
        box.without_auto_validation()
        for place in places:
            self._fields.setdefault(place, []).append(box)

    def _put(self, place: Place, value: Any, again: bool = False) -> None:
        try:
            self._text = with_value(self._text, place, value)
        except YamlFileError:  # the other tab broke it meanwhile
            again = True
        self._changed(self._text)
        if again:
            self.show(self._text)
        else:
            self._check()

    def _check(self) -> None:
        """Each thing that is wrong beside its field, or below where it has none; a question that is folded says so."""
        read = parse_policy(Path("policy.yaml"), self._text.encode("utf-8", "replace"))
        problems = read if isinstance(read, list) else []
        for box in (box for boxes in self._fields.values() for box in boxes):
            box.error = None
        wrong = {str(problem.place[1]) for problem in problems if problem.place[:1] == ("questions",) != problem.place}
        for name, part in self._parts.items():
            part.props["header-class"] = "text-negative" if name in wrong else ""
        self._wrong.clear()
        for problem in problems:
            boxes = self._boxes_of(problem)
            for box in boxes:  # of a value that may be of two kinds the first message is of what was meant
                box.error = box.error or problem.message
            if not boxes:
                with self._wrong:
                    note(problem.message, "bad")

    def _boxes_of(self, problem: FileProblem) -> list[ValidationElement]:
        place = tuple(map(str, problem.place))
        return next((self._fields[place[:n]] for n in range(len(place), 0, -1) if place[:n] in self._fields), [])
