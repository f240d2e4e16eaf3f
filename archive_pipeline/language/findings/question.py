"""The question that puts a policy to one shot."""

from collections.abc import Sequence

from archive_pipeline.language.findings.policy import Policy, in_language
from archive_pipeline.language.findings.policy import Question as PolicyQuestion
from archive_pipeline.language.findings.schema import answer_schema
from archive_pipeline.language.prompts import load_prompt
from archive_pipeline.language.transcripts.script import Line, Said
from archive_pipeline.language.vlm import Question

SAMPLED_AT = 0.7
"""Temperature of a run that is drawn by a seed."""

MOST_WORDS = 12_000
"""Characters of what is said in one shot that are judged: a quarter of an hour of speech."""

_MOST_AROUND = 800
_KINDS = {
    "en": {"flag": "true or false", "score": "a number from 0 to 1", "choice": "one of", "text": "a text"},
    "es": {"flag": "true o false", "score": "un número de 0 a 1", "choice": "uno de", "text": "un texto"},
}
_PICTURES = {
    "en": (
        "There are no pictures.",
        "There is one picture of the shot, number 1.",
        "There are {n} pictures of the shot, numbered from 1 in order of time.",
    ),
    "es": (
        "No hay imágenes.",
        "Hay una imagen del plano, la número 1.",
        "Hay {n} imágenes del plano, numeradas desde el 1 en orden.",
    ),
}
_NOTHING = {"en": "(nothing is said)", "es": "(no se dice nada)"}


def policy_question(
    key: str, policy: Policy, said: Said, jpegs: Sequence[bytes], language: str | None, seed: int | None = None
) -> Question:
    """What is asked of a shot. `language`: of the instructions and of the justifications (ISO 639-1; None: English).
    `seed`: of an answer that is drawn; None: the likeliest one."""
    prompt = load_prompt("judge", language)
    asked = policy.questions_for(words=bool(said.within))
    pictures = _PICTURES[prompt.written_in][min(len(jpegs), 2)].format(n=len(jpegs))
    return Question(
        key=key,
        prompt=prompt.filled(
            language or "en",
            policy=in_language(policy.instructions, prompt.written_in),
            questions="\n".join(_told(name, question, prompt.written_in) for name, question in asked.items()),
            pictures=pictures,
            before=_quoted(said.before)[-_MOST_AROUND:],
            words=_quoted(said.within)[:MOST_WORDS] or _NOTHING[prompt.written_in],
            after=_quoted(said.after)[:_MOST_AROUND],
        ),
        schema=answer_schema(policy, words=bool(said.within)),
        images=tuple(jpegs),
        system=prompt.system,
        max_tokens=policy.max_tokens,
        temperature=0.0 if seed is None else SAMPLED_AT,
        seed=seed,
    )


def _told(name: str, question: PolicyQuestion, language: str) -> str:
    kind = _KINDS[language][question.answer]
    if question.answer == "choice":
        kind += " " + ", ".join(question.choices)
    return f"- {name} ({kind}): {in_language(question.instructions, language)}"


def _quoted(lines: Sequence[Line]) -> str:
    """What is said, line by line; nothing in it can look like the end of the quotation."""
    return "\n".join(str(line) for line in lines).replace("<", "‹").replace(">", "›")
