"""XLIFF and PO: what goes out comes back the same, tags and strange characters included."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amur.formats.errors import FormatErrors
from amur.formats.inline import broken_tags, joined, pieces
from amur.formats.po import read_po, write_po
from amur.formats.units import STATES, Batch, Unit
from amur.formats.xliff import read_xliff, write_xliff

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
RICH = st.lists(
    st.one_of(
        st.sampled_from(["<p>", "</p>", "<b>", "</b>", '<a linktype="page" id="3">', "</a>", "<br/>"]),
        WORDS.map(lambda text: joined([text])),
    ),
    max_size=8,
).map("".join)


@st.composite
def units(draw: st.DrawFn) -> tuple[Unit, ...]:
    made = []
    for number in range(draw(st.integers(1, 4))):
        rich = draw(st.booleans())
        source = (draw(RICH if rich else WORDS)) or "x"
        target = draw(RICH if rich else WORDS)
        state = draw(st.sampled_from(STATES[1:])) if target else "missing"
        made.append(
            Unit(f"newspage/{number // 2}", f"body.{number}", source, target, state, rich, "Title", "Text")
        )
    return tuple(made)


@settings(max_examples=150, deadline=None)
@given(units())
def test_xliff_loses_nothing(some: tuple[Unit, ...]) -> None:
    batch = Batch("ru", "zh-Hans", some)
    assert read_xliff(write_xliff(batch)) == batch


@settings(max_examples=150, deadline=None)
@given(units())
def test_po_loses_nothing(some: tuple[Unit, ...]) -> None:
    batch = Batch("ru", "zh-Hans", some)
    assert read_po(write_po(batch)) == batch


@given(RICH)
def test_tags_taken_out_and_put_back_are_the_same_text(text: str) -> None:
    assert joined(pieces(text)) == text


def test_a_translators_tool_may_move_placeholders_and_divide_the_unit() -> None:
    file = b"""<?xml version="1.0"?>
    <xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.0" srcLang="en" trgLang="ru">
     <file id="f1" original="newspage/1"><unit id="u1" name="body.a" type="amur:html">
      <originalData><data id="d1">&lt;b&gt;</data><data id="d2">&lt;/b&gt;</data></originalData>
      <segment state="final"><source>One <pc id="1" dataRefStart="d1" dataRefEnd="d2">tiger</pc>.</source>
       <target><pc id="1" dataRefStart="d1" dataRefEnd="d2">\xd0\xa2\xd0\xb8\xd0\xb3\xd1\x80</pc> \xd0\xbe\xd0\xb4\xd0\xb8\xd0\xbd.</target></segment>
      <ignorable><source> </source></ignorable>
      <segment state="final"><source>Two.</source><target>\xd0\x94\xd0\xb2\xd0\xb0 &amp; <mrk id="m1" type="term">\xd1\x82\xd1\x80\xd0\xb8</mrk>.</target></segment>
     </unit></file></xliff>"""
    (one,) = read_xliff(file).units
    assert one.source == "One <b>tiger</b>. Two."
    assert one.target == "<b>Тигр</b> один. Два &amp; три."
    assert one.state == "reviewed"


def test_a_unit_of_which_a_part_is_not_translated_counts_as_not_translated() -> None:
    file = b"""<xliff xmlns="urn:oasis:names:tc:xliff:document:2.0" version="2.0" srcLang="en" trgLang="ru">
     <file id="f1" original="newspage/1"><unit id="u1" name="title">
      <segment><source>One.</source><target>1</target></segment><segment><source>Two.</source></segment>
     </unit></file></xliff>"""
    (one,) = read_xliff(file).units
    assert (one.source, one.target, one.state) == ("One.Two.", "", "missing")


def test_the_older_xliff_is_read_too() -> None:
    file = """<xliff xmlns="urn:oasis:names:tc:xliff:document:1.2" version="1.2">
     <file original="newspage/1" source-language="en" target-language="mn" datatype="html"><body>
      <trans-unit id="1" resname="body.a"><source>A <bpt id="1">&lt;b&gt;</bpt>tiger<ept id="1">&lt;/b&gt;</ept></source>
      <target state="final">Нэг <bpt id="1">&lt;b&gt;</bpt>бар<ept id="1">&lt;/b&gt;</ept></target></trans-unit>
     </body></file></xliff>""".encode()
    batch = read_xliff(file)
    assert (batch.source_language, batch.target_language) == ("en", "mn")
    assert batch.units[0].target == "Нэг <b>бар</b>" and batch.units[0].state == "reviewed"


def test_taking_the_mark_fuzzy_away_says_that_a_text_is_reviewed() -> None:
    batch = Batch("ru", "en", (Unit("a/1", "title", "Тигр", "Tiger", "machine"),))
    text = write_po(batch).decode()
    assert "fuzzy" in text
    assert read_po(text.encode()).units[0].state == "machine"
    assert read_po(text.replace("fuzzy, ", "").encode()).units[0].state == "reviewed"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"no xml", "unreadable"),
        (b"<!DOCTYPE x [<!ENTITY a 'b'>]><xliff version='2.0'/>", "unreadable"),
        (b"<html/>", "not-this-format"),
        (b"<xliff version='3.0' srcLang='en' trgLang='ru'/>", "version"),
        (b"<xliff version='2.0' srcLang='en'/>", "no-language"),
        (
            b"<xliff version='2.0' srcLang='en' trgLang='ru'><file id='f' original='a/1'><unit id='u'/></file></xliff>",
            "no-id",
        ),
        (
            b"<xliff version='2.0' srcLang='en' trgLang='ru'><file id='f' original='a/1'><unit id='u' name='t'>"
            b"<segment><source><ph id='1' dataRef='d9'/></source></segment></unit></file></xliff>",
            "unknown-tag",
        ),
        (
            b"<xliff version='2.0' srcLang='en' trgLang='ru'><file id='f' original='a/1'><unit id='u' name='t'/>"
            b"<unit id='v' name='t'/></file></xliff>",
            "twice",
        ),
    ],
)
def test_a_wrong_xliff_file_is_told_what_is_wrong(data: bytes, code: str) -> None:
    with pytest.raises(FormatErrors) as caught:
        read_xliff(data, "back.xlf")
    assert code in [one.code for one in caught.value.problems]
    assert caught.value.problems[0].file == "back.xlf"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('msgid "a"\nfoo bar\n', "unreadable"),
        ('msgid ""\nmsgstr "Language: en\\n"\n', "no-language"),
        ('msgid ""\nmsgstr "Language: en\\nX-Source-Language: ru\\n"\n\nmsgid "a"\nmsgstr "b"\n', "no-id"),
    ],
)
def test_a_wrong_catalogue_is_told_what_is_wrong(text: str, code: str) -> None:
    with pytest.raises(FormatErrors) as caught:
        read_po(text.encode(), "back.po")
    assert caught.value.problems[0].code == code


def test_tags_that_are_lost_invented_or_crossed_are_seen() -> None:
    source = '<p data-block-key="a">See <a href="https://example.org">it</a></p>'
    assert not broken_tags(source, '<p data-block-key="z"><a href="https://example.org">Это</a> см.</p>')
    assert broken_tags(source, "<p>Это</p>").missing == ('<a href="https://example.org">', "</a>")
    assert broken_tags(source, source + '<img src="x">').strange == ('<img src="x">',)
    assert broken_tags("<p><b>a</b><i>b</i></p>", "<p><b>a<i>b</b></i></p>").crossed
