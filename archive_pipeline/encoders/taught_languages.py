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
_SIGLIP_TEMPLATES = {"en": ("{}", "a photo of {}.", "this is a photo of {}.")}


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
    al. 2021, §3.1.4). SigLIP's authors put CLIP's English templates around class names, and “this is a photo of” in
    their examples (Zhai et al. 2023; big_vision); in other languages they measured captions as they are
    (Crossmodal-3600), so a Spanish word stays as it is. `archive-tiny` was taught single phrases and gets the bare
    text (docs/performance.md).
    """
    if model == BUNDLED_MODEL or len(text.split()) > _SHORT_WORDS:
        return (text,)
    taught = languages_of(model)
    spoken = "en" if taught == _ENGLISH else language
    templates = _SIGLIP_TEMPLATES if _is_siglip(model) else _TEMPLATES
    return tuple(template.format(text) for template in templates.get(spoken or "", ("{}",)))


def _is_siglip(model: str) -> bool:
    """Whether a model is one of SigLIP's: by its architecture's name, a folder's by how its texts are cleaned."""
    source = parse(model)
    if not isinstance(source, ModelFolder):
        return "siglip" in source.architecture.lower()
    try:
        return '"canonicalize"' in source.config.read_text(encoding="utf-8")
    except (OSError, ValueError):  # said where the model is loaded
        return False
