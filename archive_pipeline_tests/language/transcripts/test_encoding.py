"""Subtitles that are not UTF-8: whose letters they are is guessed, helped, or said."""

from pathlib import Path

import pytest

from archive_pipeline.language.transcripts.encoding import decoded
from archive_pipeline.language.transcripts.subtitles import parse

SPOKEN = {
    "ru": "Добрый вечер, в эфире новости. Завтра ожидается снег и сильный ветер.",
    "uk": "Добрий вечір, в ефірі новини. Її ім'я було відоме всім. Завтра очікується сніг.",
    "cs": "Dobrý večer, vysíláme zprávy. Zítra bude sněžit a foukat silný vítr, říká žena.",
    "pl": "Dobry wieczór, oto wiadomości. Łodzie wróciły do portu o świcie. Źródło żółte.",
    "hu": "Jó estét, íme a hírek. Holnap erős szél és hó várható, őrült idő.",
    "es": "¿Qué pasó en Logroño? Los niños están bien. Mañana nevará en la montaña.",
    "fr": "Bonsoir, voici les nouvelles. Ça va être très dur à l'été. Où êtes-vous, François ?",
    "de": "Guten Abend, hier sind die Nachrichten. Schöne Grüße aus München. Es wird kälter.",
    "pt": "Boa noite, estas são as notícias. Amanhã não haverá neve na região.",
    "ca": "Bona nit, aquí teniu les notícies. Demà nevarà a la muntanya, això és així.",
    "it": "Buonasera, ecco le notizie. Perché è così? Domani nevicherà, città più fredda.",
    "el": "Καλησπέρα, αυτά είναι τα νέα. Αύριο θα χιονίσει στο βουνό.",
    "tr": "İyi akşamlar, işte haberler. Yarın kar yağacak ve güçlü rüzgâr esecek.",
    "he": "ערב טוב, הנה החדשות. מחר ירד שלג בהרים.",
    "ar": "مساء الخير، إليكم الأخبار. سوف تتساقط الثلوج غدا في الجبال.",
    "ja": "こんばんは、ニュースをお伝えします。明日は雪が降るでしょう。",
    "zh": "晚上好，这里是新闻节目。明天山区将会下雪，请注意安全。",
    "ko": "안녕하십니까, 뉴스를 전해 드립니다. 내일은 산간 지방에 눈이 내리겠습니다.",
}
WRITTEN = [
    *[(language, "cp1251") for language in ("ru", "uk")],
    ("ru", "koi8-r"),
    *[(language, "cp1250") for language in ("cs", "pl", "hu")],
    ("cs", "iso8859-2"),
    *[(language, "cp1252") for language in ("es", "fr", "de", "pt", "ca", "it")],
    *[("el", "cp1253"), ("tr", "cp1254"), ("he", "cp1255"), ("ar", "cp1256")],
    *[("ja", "cp932"), ("ja", "euc-jp"), ("zh", "gb18030"), ("ko", "cp949")],
]


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("ru_cp1251.srt", "Добрый вечер, в эфире новости."),
        ("cs_cp1250.srt", "Dobrý večer, vysíláme zprávy."),
        ("es_latin1.srt", "¿Qué pasó en Logroño? Los niños están bien."),
    ],
)
def test_the_cases_are_read(cases: Path, name: str, first: str) -> None:
    cues = parse((cases / name).read_bytes(), "srt")
    assert first in [segment.text for segment in cues.segments]
    assert "encoding_guessed: read as windows-125" in cues.notes[0]


@pytest.mark.parametrize(("language", "encoding"), WRITTEN)
def test_letters_are_recognised(language: str, encoding: str) -> None:
    text, note = decoded(SPOKEN[language].encode(encoding))
    assert text == SPOKEN[language]
    assert note
    assert "% sure" in note


SHORT = {
    "es": ["¿Qué?", "Sí, señor.", "Mañana será otro día.", "«Buenos días», dijo.", "El pingüino está aquí.", "Año 1º"],
    "ca": ["Què fas?", "Això és així.", "Demà nevarà.", "L’àvia viu al col·legi.", "Fes-ho tu, Núria."],
    "gl": ["Bo día, señora.", "Vén mañá ás nove.", "Xa chegou a túa irmá.", "Galiza é así."],
    "eu": ["Iruñean jaio zen.", "Begoñako kalea da."],
    "fr": ["Ça va très bien, François.", "Où êtes-vous ?", "L’été dernier, à Noël.", "C'est ma sœur aînée."],
    "de": ["Schöne Grüße aus München.", "Es wird kälter, natürlich.", "Über die Straße."],
    "pt": ["Não sei, não.", "A reunião é amanhã à tarde.", "Você está aí?", "As estações são quatro."],
    "it": ["Perché è così?", "La città è più bella.", "Sarà lunedì.", "Non c'è libertà."],
}
FOREIGN = {"cp1250": ["pl", "cs", "hu"], "cp1251": ["ru", "uk"], "cp1253": ["el"], "cp1254": ["tr"], "cp1255": ["he"],
           "cp1256": ["ar"]}  # fmt: skip


@pytest.mark.parametrize("told", [None, "own", "es", "und"])
@pytest.mark.parametrize(
    ("language", "line"), [(language, line) for language, lines in SHORT.items() for line in lines]
)
def test_one_short_line_of_western_europe_is_read_right(language: str, line: str, told: str | None) -> None:
    assert decoded(line.encode("cp1252"), language if told == "own" else told)[0] == line


@pytest.mark.parametrize(("encoding", "language"), [(table, one) for table, told in FOREIGN.items() for one in told])
@pytest.mark.parametrize("told", ["es", "und"])
def test_a_foreign_film_is_read_right_in_a_spanish_collection(encoding: str, language: str, told: str) -> None:
    text, note = decoded(SPOKEN[language].encode(encoding), told)
    assert text == SPOKEN[language]
    assert f"windows-{encoding[2:]} (" in str(note)


@pytest.mark.parametrize("encoding", ["cp850", "mac-roman"])
def test_spanish_of_dos_and_of_a_mac_is_recognised(encoding: str) -> None:
    assert decoded(SPOKEN["es"].encode(encoding))[0] == SPOKEN["es"]


def test_what_is_doubtful_names_the_other_table() -> None:
    text, note = decoded("Omogući".encode("cp1250"), "hr")
    assert text == "Omogući"
    assert "windows-1250 (74% sure, or windows-1252)" in str(note)
    assert ", or " not in str(decoded(SPOKEN["es"].encode("cp1252"))[1])


@pytest.mark.parametrize("language", ["cs", "hu", "pl"])
def test_of_a_few_letters_the_language_tells_the_table(language: str) -> None:
    word = {"cs": "Říká", "hu": "Erő", "pl": "Łódź"}[language]
    assert decoded(word.encode("cp1250"), language)[0] == word


def test_another_alphabet_is_believed_in_a_spanish_collection() -> None:
    assert decoded(SPOKEN["ru"].encode("cp1251"), "es")[0] == SPOKEN["ru"]


def test_what_somebody_said_counts_for_what_is_not_utf_8() -> None:
    assert decoded("Łódź".encode("iso8859-2"), encoding="iso8859-2") == ("Łódź", None)
    assert decoded("Łódź".encode(), encoding="iso8859-2") == ("Łódź", None)


@pytest.mark.parametrize("content", [b"\xff", b"\x80\x81", bytes(range(128, 256)), b"caf\xe9"])
def test_anything_is_read_as_something(content: bytes) -> None:
    text, note = decoded(content)
    assert text
    assert note


@pytest.mark.parametrize(
    ("most", "few"), [("utf-8", "cp1252"), ("cp1252", "utf-8"), ("utf-8", "cp1251"), ("utf-8", "gb18030")]
)
def test_two_files_that_were_put_together_keep_their_letters(most: str, few: str) -> None:
    languages = {"cp1252": "es", "cp1251": "ru", "gb18030": "zh"}
    lines = [(SPOKEN["es" if most == "cp1252" else "cs"], most)] * 6 + [(SPOKEN[languages.get(few, "cs")], few)] * 2
    text, note = decoded(b"\n".join(said.encode(encoding) for said, encoding in lines))
    assert text == "\n".join(said for said, _ in lines)
    assert note


@pytest.mark.parametrize("language", ["ja", "zh", "ko"])
def test_a_short_line_that_is_utf_8_by_chance_is_read_as_its_file_is(language: str) -> None:
    encoding = {"ja": "euc-jp", "zh": "gb18030", "ko": "cp949"}[language]
    chance = "陆".encode("gb18030")  # C2 BD, which is ½ in UTF-8
    text, _ = decoded(b"\n".join([SPOKEN[language].encode(encoding)] * 3 + [chance]))
    assert text.endswith("\n" + chance.decode(encoding))
