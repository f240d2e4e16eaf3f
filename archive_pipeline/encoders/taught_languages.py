"""What a model was taught: in which languages, and how a short query is best put to it. Imports no torch."""

from collections.abc import Sequence

from archive_pipeline.encoders.names import BUNDLED_MODEL, CheckpointFile, ModelFolder, PretrainedTag, parse

_ENGLISH = frozenset({"en"})
# Parts of open_clip's names whose text side saw many languages; every other published tag was trained on English
# captions, or on captions chosen for an English model (LAION-2B-en, DataComp, DFN, MetaCLIP, WebLI for SigLIP).
_MULTILINGUAL = ("xlm-roberta", "mt5", "nllb", "i18n", "siglip2", "worldwide", "laion5b")

_SHORT_WORDS = 3
_TEMPLATES = {
    "en": ("{}", "a photo of {}.", "a picture of {}.", "a video frame of {}."),
    "es": ("{}", "una foto de {}.", "una imagen de {}.", "un fotograma de {}."),
}


def languages_of(model: str) -> frozenset[str] | None:
    """ISO 639-1 codes of what the model was taught in; None where these are many, or where nobody knows."""
    if model == BUNDLED_MODEL:
        return frozenset({"en", "es"})
    source = parse(model)
    match source:
        case PretrainedTag():
            name = f"{source.architecture}/{source.tag}".lower()
            return None if any(part in name for part in _MULTILINGUAL) else _ENGLISH
        case CheckpointFile() | ModelFolder():
            return None


def prompts(model: str, text: str, language: str | None) -> Sequence[str]:
    """What to encode for a query: the text, and around one of up to three words what captions have around it.

    CLIP saw sentences, hardly ever single words; averaging a few templates gave it 3.5 points on ImageNet (Radford et
    al. 2021, §3.1.4). `archive-tiny` was taught single phrases and gets the bare text (docs/performance.md).
    """
    if model == BUNDLED_MODEL or len(text.split()) > _SHORT_WORDS:
        return (text,)
    taught = languages_of(model)
    spoken = "en" if taught == _ENGLISH else language
    return tuple(template.format(text) for template in _TEMPLATES.get(spoken or "", ("{}",)))
