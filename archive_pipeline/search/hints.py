"""What an asker should know about an answer, in words."""

from collections.abc import Sequence

from archive_pipeline.search.answer import Hint
from archive_pipeline.search.languages import NAMES, content_words
from archive_pipeline.search.sources import Askable

_MOST_NAMED = 5
_MULTILINGUAL = "ViT-B-16-SigLIP2-256/webli"


def nowhere(index_is_lost: bool) -> Hint:
    """No space can be asked. `index_is_lost`: see `Sources`."""
    if index_is_lost:
        return Hint(
            "index_lost",
            "The index is empty although videos are ready: archive-pipeline repair makes it again from the lake.",
        )
    return Hint("nothing_indexed", "Nothing has been indexed yet: archive-pipeline ingest FOLDER.")


def several_encoders(models: Sequence[str]) -> Hint:
    names = ", ".join(models)
    return Hint(
        "several_encoders",
        f"Shots were found with several models ({names}); their scores do not compare, so the list is merged by rank.",
        {"models": names},
    )


def examples_gone(ids: Sequence[str]) -> Hint:
    names = ", ".join(ids)
    return Hint(
        "examples_gone",
        f"Marked shots that are no longer in the index were passed over: {names}. Their video changed or was removed.",
        {"ids": names},
    )


def examples_elsewhere(model: str) -> Hint:
    return Hint(
        "examples_elsewhere",
        f"What {model} indexed was not searched: the marked shots were indexed with another model.",
        {"model": model},
    )


def words_alone() -> Hint:
    return Hint("words_alone", "Only words were matched: the picture and the marked shots were passed over.")


def concepts_nowhere(names: Sequence[str]) -> Hint:
    listed = ", ".join(names)
    return Hint(
        "concepts_nowhere",
        f"No indexed shot shows {listed}: look at archive-pipeline vocabularies list, and whether the collection was "
        "described with it (archive-pipeline describe).",
        {"concepts": listed},
    )


def videos_nowhere(video_ids: Sequence[str]) -> Hint:
    more = f" and {len(video_ids) - _MOST_NAMED:,} more" if len(video_ids) > _MOST_NAMED else ""
    listed = ", ".join(video_ids[:_MOST_NAMED]) + more
    return Hint(
        "videos_nowhere",
        f"Not searched, as nothing of it is indexed: {listed}. archive-pipeline status tells what failed; it may have "
        "been removed.",
        {"videos": listed},
    )


def languages_nowhere(codes: Sequence[str], spoken: Sequence[str]) -> Hint:
    listed, there = ", ".join(codes), ", ".join(spoken) or "–"
    return Hint(
        "languages_nowhere",
        f"No indexed shot is known to speak {listed}; spoken are: {there}. What nobody listened to wants "
        "archive-pipeline describe NAME --only transcript.",
        {"languages": listed, "spoken": there},
    )


def objects_nowhere(conditions: Sequence[str], near: Sequence[str] = ()) -> Hint:
    """`near`: labels that were found and are written alike."""
    listed = ", ".join(conditions)
    return Hint(
        "objects_nowhere",
        f"No indexed shot shows {listed}: labels are the detector's own, and its collection must have been analysed "
        f"(archive-pipeline describe NAME --only objects).{_nearest(near)}",
        {"objects": listed, "near": ", ".join(near)},
    )


def nothing_near(lacking: Sequence[str]) -> Hint:
    words = ", ".join(lacking)
    return Hint(
        "nothing_near",
        f"Nothing shows all of that; what comes nearest lacks: {words}.",
        {"words": words},
    )


def keywords_nowhere(names: Sequence[str]) -> Hint:
    listed = ", ".join(names)
    return Hint(
        "keywords_nowhere",
        f"No indexed photo has the keyword {listed}: keywords are those of the files, compared whole and without case.",
        {"keywords": listed},
    )


def listed_nowhere(keys: Sequence[str], near: Sequence[str] = ()) -> Hint:
    """`near`: what is listed in these columns and written alike."""
    listed = ", ".join(keys)
    return Hint(
        "listed_nowhere",
        f"Nothing indexed is listed as {listed}: a value is compared whole, without case and accents. Dates are asked "
        f"for by from and to, titles by words of theirs.{_nearest(near)}",
        {"listed": listed, "near": ", ".join(near)},
    )


def _nearest(names: Sequence[str]) -> str:
    return f" Nearest: {', '.join(names)}." if names else ""


def nothing_scored() -> Hint:
    return Hint(
        "nothing_scored",
        "There is no question: what passes the filters is listed by video and time. The lowest score and the best "
        "frame were passed over.",
    )


def no_terms() -> Hint:
    return Hint("no_terms", "There is no word to look for in this text, only such as are in every sentence.")


def rerank_incomplete(n_shots: int) -> Hint:
    return Hint(
        "rerank_incomplete",
        f"{n_shots} candidates kept the score of the whole shot: their frames could not be read in time.",
        {"shots": str(n_shots)},
    )


def language_not_spoken(language: str, space: Askable) -> Hint:
    assert space.languages is not None
    taught = " and ".join(NAMES[code] for code in sorted(space.languages))
    return Hint(
        "language_not_spoken",
        f"This looks like {NAMES[language]}, and {space.model} was taught in {taught}: ask in {taught}, or index the "
        f"collection with a multilingual model such as {_MULTILINGUAL}.",
        {"language": language, "model": space.model, "taught": ",".join(sorted(space.languages))},
    )


def unknown_words(words: Sequence[str], model: str) -> Hint:
    names = ", ".join(words)
    return Hint(
        "unknown_words",
        f"{model} was never taught: {names}. Expect no sense from it.",
        {"words": names, "model": model},
    )


def model_unavailable(model: str, why: str) -> Hint:
    return Hint("model_unavailable", f"What {model} indexed was not searched: {why}", {"model": model, "message": why})


def other_model(space: str, collections: Sequence[str]) -> Hint:
    names = ", ".join(collections)
    return Hint(
        "other_model",
        f"Shots of {names} were indexed with a model that is not known here any more ({space}) and are not searched: "
        "ingest these collections again.",
        {"space": space, "collections": names},
    )


def about_text(text: str, language: str | None, space: Askable) -> list[Hint]:
    """Whether the model can make sense of the text."""
    if language is not None and space.languages is not None and language not in space.languages:
        return [language_not_spoken(language, space)]
    strange = [word for word in content_words(text) if space.words is not None and word not in space.words]
    return [unknown_words(strange, space.model)] if strange else []
