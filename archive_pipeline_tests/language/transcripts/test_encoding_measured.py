"""How often a text in 8 bits is read right: lines of Debian's gettext catalogues, written as Windows would have."""

import gettext
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest

from archive_pipeline.language.transcripts.alphabets import table_of
from archive_pipeline.language.transcripts.encoding import decoded

CATALOGUES = Path("/usr/share/locale")
WESTERN = ("es", "ca", "gl", "eu", "fr", "de", "pt", "it")
CENTRAL = ("pl", "cs", "sk", "hu", "hr", "ro", "tr")
OTHERS = ("el", "ru", "uk", "bg")
_AS_WINDOWS_HAS_IT = str.maketrans("șțȘȚ’\u00a0\u202f", "şţŞŢ'  ")
_MARKUP = re.compile(r"[%<>{}\\=@_$|/#]|--|  ")


@pytest.fixture(scope="module")
def sentences() -> dict[str, list[str]]:
    """By language, lines of 20 to 70 characters."""
    found = {language: sorted(_lines(language)) for language in (*WESTERN, *CENTRAL, *OTHERS)}
    if min(map(len, found.values())) < 1000:
        pytest.skip("there are few gettext catalogues here; Debian's task packages for languages bring some")
    return found


def _lines(language: str) -> set[str]:
    lines = set()
    for file in (CATALOGUES / language / "LC_MESSAGES").glob("*.mo"):
        texts: dict[object, str] = {}
        with file.open("rb") as catalogue, suppress(UnicodeDecodeError):  # few name translators in another encoding
            texts = gettext.GNUTranslations(catalogue)._catalog  # type: ignore[attr-defined]
        for original, text in texts.items():
            for raw in text.split("\n") if original and text != original else ():
                line = raw.strip().translate(_AS_WINDOWS_HAS_IT)
                is_written = line.encode(table_of(language) or "", "ignore").decode(table_of(language) or "") == line
                if 20 <= len(line) <= 70 and " " in line and is_written and not _MARKUP.search(line):
                    lines.add(line)
    return lines


def _tries(sentences: dict[str, list[str]], language: str, n_lines: int) -> Iterator[tuple[str, bytes]]:
    chosen = Random(f"{language} {n_lines}")
    for _ in range(150):
        text = "\n".join(chosen.choice(sentences[language]) for _ in range(n_lines))
        content = text.encode(table_of(language) or "")
        if content.decode("utf-8", "ignore").encode() != content:
            yield text, content


@pytest.mark.verify
@pytest.mark.parametrize(
    ("languages", "n_lines", "told", "least"),
    [
        (WESTERN, 1, None, 0.99),
        (WESTERN, 1, "es", 0.99),
        (WESTERN, 8, None, 0.99),
        (CENTRAL, 1, None, 0.80),
        (CENTRAL, 8, None, 0.99),
        (CENTRAL, 8, "es", 0.99),
        (OTHERS, 1, None, 0.98),
        (OTHERS, 8, "es", 0.99),
    ],
)
def test_texts_are_read_right(
    sentences: dict[str, list[str]], languages: tuple[str, ...], n_lines: int, told: str | None, least: float
) -> None:
    tries = [one for language in languages for one in _tries(sentences, language, n_lines)]
    n_right = sum(decoded(content, told)[0] == text for text, content in tries)
    print(f"{' '.join(languages)}: {n_lines} lines, told {told}: {n_right:,} of {len(tries):,} right")
    assert n_right >= least * len(tries)


@pytest.mark.verify
def test_what_is_sure_is_right_and_what_is_not_is_told(sentences: dict[str, list[str]]) -> None:
    n, n_wrong = {True: 0, False: 0}, {True: 0, False: 0}
    for language in sentences:
        for n_lines in (1, 2, 4, 8):
            for text, content in _tries(sentences, language, n_lines):
                read, note = decoded(content)
                is_sure = int(re.findall(r"(\d+)% sure", note or "")[0]) >= 95
                n[is_sure] += 1
                n_wrong[is_sure] += read != text
    print(f"95 % sure: {n_wrong[True]:,} of {n[True]:,} wrong; less: {n_wrong[False]:,} of {n[False]:,}")
    assert n_wrong[True] < 0.02 * n[True]
    assert n_wrong[False] > 5 * n_wrong[True] / n[True] * n[False]
