"""TTML, DFXP, EBU-TT, IMSC: as the standards say, and as programs write them."""

import time

import pytest

from archive_pipeline.language.transcripts.model import MOST_TEXT, WrongSubtitlesError
from archive_pipeline.language.transcripts.subtitles import MOST_BYTES, Cues, parse

NAMESPACE = "http://www.w3.org/ns/ttml"
TIMED = 'begin="1s" end="2s"'


def document(body: str, about: str = "", head: str = "", namespace: str = NAMESPACE, declaration: str = "") -> str:
    return (
        f'{declaration}<tt xmlns="{namespace}" xmlns:ttp="{namespace}#parameter" xmlns:tts="{namespace}#styling" '
        f'xmlns:ttm="{namespace}#metadata" xmlns:ebuttm="urn:ebu:tt:metadata" xml:lang="" {about}>'
        f"<head>{head}</head><body><div>{body}</div></body></tt>"
    )


def said(cues: Cues) -> list[tuple[float, float, str]]:
    return [(one.start_s, one.end_s, one.text) for one in cues.segments]


def read(body: str, about: str = "", head: str = "") -> list[tuple[float, float, str]]:
    return said(parse(document(body, about, head).encode(), "ttml"))


@pytest.mark.parametrize(
    ("begin", "about", "start_s"),
    [
        ("00:00:01.5", "", 1.5),
        ("00:00:01:12", 'ttp:frameRate="25"', 1.48),
        ("00:00:01:12", "", 1.4),
        ("00:00:01:12", 'ttp:frameRate="24" ttp:frameRateMultiplier="1000 1001"', 1.5),
        ("37f", 'ttp:frameRate="25"', 1.48),
        ("15000000t", 'ttp:tickRate="10000000"', 1.5),
        ("3t", 'ttp:frameRate="25" ttp:subFrameRate="2"', 0.06),
        ("1500ms", "", 1.5),
        ("1.5s", "", 1.5),
        ("0.025m", "", 1.5),
        ("0.001h", "", 3.6),
        ("0:00:01,5", "", 1.5),
        ("00:01.5", "", 1.5),
        ("01.5", "", 1.5),
    ],
)
def test_every_kind_of_time_is_read(begin: str, about: str, start_s: float) -> None:
    assert read(f'<p begin="{begin}" end="9s">Hola</p>', about) == [(start_s, 9, "Hola")]


@pytest.mark.parametrize(
    ("rate", "start_s"),
    [
        ('ttp:frameRate="25"', 3600.0),
        ('ttp:frameRate="24" ttp:frameRateMultiplier="1000 1001"', 3603.6),
        ('ttp:frameRate="30" ttp:frameRateMultiplier="1000 1001" ttp:dropMode="dropNTSC"', 3599.996),
    ],
)
def test_a_tape_counts_frames(rate: str, start_s: float) -> None:
    cues = parse(
        document('<p begin="01:00:00:00" end="01:10:00:00">Hola</p>', f'{rate} ttp:timeBase="smpte"').encode(), "xml"
    )
    assert (cues.segments[0].start_s, cues.timecode is not None) == (start_s, True)


def test_times_are_nested() -> None:
    inner = '<p begin="1s" dur="2s">uno</p><p begin="3s" end="99s">dos</p>'
    text = document("").replace("<body><div>", f'<body begin="10s"><div begin="5s" dur="20s">{inner}')
    assert said(parse(text.encode(), "ttml")) == [(16, 18, "uno"), (18, 35, "dos")]


def test_what_comes_in_order_begins_where_the_last_one_ended() -> None:
    inner = '<p dur="2s">uno</p><p begin="1s" dur="2s">dos</p><p end="4s">tres</p>'
    text = document(inner).replace("<div>", '<div begin="10s" timeContainer="seq">')
    assert said(parse(text.encode(), "ttml")) == [(10, 12, "uno"), (13, 15, "dos"), (15, 19, "tres")]


def test_the_earlier_of_dur_and_end_counts() -> None:
    assert read('<p begin="1s" dur="9s" end="3s">Hola</p>') == [(1, 3, "Hola")]


def test_spans_whose_times_meet_are_one_cue_and_others_several() -> None:
    words = (
        '<p begin="1s" end="5s"><span>Buenas</span> <span begin="1s">tardes</span><br/><span begin="2s">a</span></p>'
    )
    apart = '<p><span begin="6s" end="7s">Uno.</span> <span begin="8s" end="9s">Dos.</span></p>'
    assert read(words + apart) == [(1, 5, "Buenas tardes a"), (6, 7, "Uno."), (8, 9, "Dos.")]


def test_a_cue_without_an_end_stays_until_the_next() -> None:
    assert read('<p begin="1s">uno</p><p begin="4s" end="5s">dos</p>') == [(1, 4, "uno"), (4, 5, "dos")]


def test_lines_and_blanks() -> None:
    assert read(f"<p {TIMED}>Ho\n   la,<br/>que\t<span>tal</span>\n</p>") == [(1, 2, "Ho la, que tal")]
    assert read(f'<p {TIMED} xml:space="preserve">-  Uno\n-  Dos</p>') == [(1, 2, "- Uno - Dos")]


def test_a_line_that_rolls_up_is_said_once() -> None:
    rolled = (
        '<p begin="1s" end="2s">hay nieve</p><p begin="2s" end="3s">hay nieve<br/>en la sierra</p>'
        '<p begin="3s" end="4s">en la sierra<br/>y viento</p><p begin="4s" end="5s">y viento<br/>en la costa</p>'
    )
    assert read(rolled) == [(1, 2, "hay nieve"), (2, 3, "en la sierra"), (3, 4, "y viento"), (4, 5, "en la costa")]
    answered = '<p begin="1s" end="2s">No.<br/>Sí.</p><p begin="2s" end="3s">Sí.<br/>Claro.</p>'
    assert [words for *_, words in read(answered)] == ["No. Sí.", "Sí. Claro."], "a word said twice was said twice"


def test_what_is_in_the_head_or_pronounces_is_not_said() -> None:
    head = "<metadata><ttm:title>A title</ttm:title><ttm:desc>p</ttm:desc></metadata><p>never</p>"
    ruby = '<span tts:ruby="container"><span tts:ruby="base">明日</span><span tts:ruby="text">あした</span></span>'
    assert read(f"<p {TIMED}><metadata>nor this</metadata>{ruby}</p>", head=head) == [(1, 2, "明日")]


def test_who_speaks_and_in_which_language() -> None:
    head = (
        '<metadata><ttm:agent xml:id="a" type="person"><ttm:name type="full">Ana Gil</ttm:name></ttm:agent></metadata>'
    )
    body = f'<p ttm:agent="a" xml:lang="ca-ES" {TIMED}>Bona nit</p><p begin="3s" end="4s">ANA: Hola</p>'
    segments = parse(document(body, head=head).replace('xml:lang=""', 'xml:lang="spa"').encode(), "xml").segments
    assert [(one.speaker, one.language, one.text) for one in segments] == [
        ("Ana Gil", "ca", "Bona nit"),
        ("ANA", "es", "Hola"),
    ]


@pytest.mark.parametrize(
    "namespace",
    [
        "http://www.w3.org/2006/04/ttaf1",
        "http://www.w3.org/2006/10/ttaf1",
        "http://www.w3.org/2009/10/ttaf1",
        NAMESPACE,
        "urn:x",
    ],
)
def test_drafts_of_the_standard_are_read(namespace: str) -> None:
    assert said(parse(document(f"<p {TIMED}>Hola</p>", namespace=namespace).encode(), "dfxp")) == [(1, 2, "Hola")]


def test_prefixed_elements_and_looks_that_are_wrong_cost_nothing() -> None:
    text = document(f'<p {TIMED} tts:fontSize="huge" region="none">Hola</p>', 'tts:extent="720 576"')
    for name in ("tt", "head", "body", "div", "p"):
        text = text.replace(f"<{name}", f"<tt:{name}").replace(f"</{name}", f"</tt:{name}")
    assert said(parse(text.replace("xmlns=", "xmlns:tt=").encode(), "xml")) == [(1, 2, "Hola")]


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", ""),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "UTF-16"),
        ("utf-16", "utf-8"),
        ("utf-16-le", "UTF-16"),
        ("cp1252", "windows-1252"),
        ("cp1252", "ISO-8859-1"),
        ("utf-8", "ISO-8859-1"),
        ("cp1252", "utf-8"),
        ("cp1252", ""),
        ("cp1252", "no-such-table"),
        ("cp1252", "base64"),
        ("cp1252", "punycode"),
        ("cp1252", "idna"),
        ("cp1252", "cp037"),
    ],
)
def test_any_encoding_is_read_whatever_is_declared(encoding: str, declared: str) -> None:
    declaration = f"<?xml version='1.0' encoding='{declared}'?>\n" if declared else ""
    text = document(f"<p {TIMED}>¿Qué pasó en Logroño, señor?</p>", declaration=declaration)
    assert said(parse(text.encode(encoding), "ttml")) == [(1, 2, "¿Qué pasó en Logroño, señor?")]


def test_what_is_declared_counts_for_central_europe() -> None:
    text = document(f"<p {TIMED}>Łódź</p>", declaration='<?xml version="1.0" encoding="iso-8859-2"?>')
    assert said(parse(text.encode("iso8859-2"), "ttml")) == [(1, 2, "Łódź")]


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("Tom & Jerry", "Tom & Jerry"),
        ("A&nbsp;B&ntilde;", "A Bñ"),
        ("a &amp;amp; b", "a & b"),
        ("x \x0b\x01y", "x y"),
        ("&lt;i&gt;Hola&lt;/i&gt;", "Hola"),
        ("&unknown; &#241;", "&unknown; ñ"),
        ("a &#x1;&#12;b &#55296; c", "a b \ufffd c"),
        ("Tom &AMP; Jerry &LT; 3", "Tom & Jerry < 3"),
    ],
)
def test_what_is_no_xml_and_common_is_read(written: str, words: str) -> None:
    assert read(f"<p {TIMED}>{written}</p>") == [(1, 2, words)]


@pytest.mark.parametrize("wrong", ['begin="soon" end="2s"', 'begin="3s" end="2s"', 'begin="00:00:61" end="2s"'])
def test_a_wrong_time_costs_one_cue(wrong: str) -> None:
    cues = parse(document(f"<p {wrong}>lost</p><p {TIMED}>Hola</p>").encode(), "ttml")
    assert said(cues) == [(1, 2, "Hola")]
    assert "1 cue has no times" in cues.notes[0]


BOMB = '<!DOCTYPE tt [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (BOMB + f"]><tt><body><div><p {TIMED}>&j;</p></div></body></tt>", "entities"),
        (
            f'<!DOCTYPE tt [<!ENTITY x SYSTEM "file:///etc/hostname">]><tt><body><p {TIMED}>&x;</p></body></tt>',
            "entities",
        ),
        (f'<!DOCTYPE tt [<!ENTITY % p SYSTEM "http://[::1]/x">%p;]><tt><body><p {TIMED}>a</p></body></tt>', "entities"),
        (document(f"<p {TIMED}>Hola</p>")[:-30], "no well-formed XML"),
        (document("<span>" * 500 + "</span>" * 500), "hundred deep"),
        ("<tt" + " " * 100, "no well-formed XML"),
        ("<a><tt/></a>", "no subtitles"),
        (document(""), "no cue"),
        ("<html><body><p>Hola</p></body></html>", "neither TTML"),
        ("<tt>" + "<a>" * 90 + "x" * MOST_BYTES, "more than any"),
    ],
    ids=["bomb", "file", "parameter", "cut_off", "deep", "head", "other_root", "empty", "html", "large"],
)
def test_a_hostile_or_broken_file_is_refused_with_the_reason(content: str, why: str) -> None:
    began = time.process_time()
    with pytest.raises(WrongSubtitlesError, match=why):
        parse(content.encode(), "ttml")
    assert time.process_time() - began < 120


def test_a_doctype_that_nobody_fetches_costs_nothing() -> None:
    text = document(f"<p {TIMED}>Hola</p>")
    assert said(parse(f'<!DOCTYPE tt SYSTEM "http://127.0.0.1:1/tt.dtd">{text}'.encode(), "ttml")) == [(1, 2, "Hola")]


@pytest.mark.parametrize(
    "body",
    [
        f"<p {TIMED}>" + "palabra " * 900_000 + "</p>",
        f"<p {TIMED}/>" * 100_000,
        f"<p {TIMED}>" + "".join(f'<span begin="{n}s" end="{n + 1}s">x</span>' for n in range(50_000)) + "</p>",
        f"<p {TIMED}>a<br/></p>" * 50_000,
        "<p>" + "<br/>" * 300_000 + "</p>",
        f"<p {TIMED}>" + "&" * 1_000_000 + "</p>",
        f"<p {TIMED}>{' ' * 5_000_000}a</p>",
        '<p begin="999999999999h" end="999999999999h">x</p>' * 100,
    ],
    ids=["words", "empty", "spans", "lines", "breaks", "ampersands", "blanks", "times"],
)
def test_a_large_file_costs_little(body: str) -> None:
    began = time.process_time()
    try:
        found = parse(document(body).encode(), "ttml").segments
    except WrongSubtitlesError:
        found = ()
    assert all(len(segment.text) <= MOST_TEXT for segment in found)
    assert time.process_time() - began < 120, "seconds; what grows with the square takes hours"


def test_the_content_says_what_it_is_and_the_name_is_told() -> None:
    assert parse(document(f"<p {TIMED}>Hola</p>").encode(), "srt").segments[0].text == "Hola"
    with pytest.raises(WrongSubtitlesError, match=r"called \.ttml"):
        parse(b"<ebuCoreMain/>", "ttml")
