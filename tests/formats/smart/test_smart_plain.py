"""Waypoints that are read without a parser are those that the parser would have read, in their lines."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amur.formats.smart import examine, xml_reading
from amur.formats.smart.patrol import Waypoint
from amur.formats.smart.plain import PlainWaypoints

NAMESPACE = "http://www.smartconservationsoftware.org/xml/1.3/patrol"
SEEN = (
    '<p:observations categoryKey="animals.sign."><p:attributes attributeKey="species"><p:itemKey>tiger.'
    '</p:itemKey></p:attributes><p:attributes attributeKey="number"><p:dValue>3.0</p:dValue></p:attributes>'
    "</p:observations>"
)
PLAIN = (
    f'<p:waypoints id="1" x="135.5" y="48.25" time="09:00:00"><p:groups>{SEEN}{SEEN}</p:groups></p:waypoints>'
)
ODD = [
    PLAIN.replace("tiger.", "<!-- a tiger -->tiger."),
    PLAIN.replace("tiger.", "<![CDATA[tiger.]]>"),
    PLAIN.replace("tiger.", "a &amp; b"),
    PLAIN.replace("tiger.", "a ]]&gt; b"),
    PLAIN.replace("3.0", "3"),
    PLAIN.replace("3.0", "many"),
    PLAIN.replace("135.5", "135.50"),
    PLAIN.replace("135.5", "195.5"),
    PLAIN.replace('x="135.5" y="48.25"', 'x="0.0" y="0.0"'),
    PLAIN.replace("09:00:00", "09:00:00+08:00"),
    PLAIN.replace("09:00:00", "09:00:00.5"),
    PLAIN.replace("sign.", "sign"),
    PLAIN.replace('"number"', '"species"'),
    PLAIN.replace("><p:groups>", "><p:comment>seen by Ivan</p:comment>\n <p:groups>"),
    PLAIN.replace("></p:waypoints>", "><p:comment>late</p:comment></p:waypoints>"),
    PLAIN.replace("<p:groups>", '<p:groups key="1">'),
    PLAIN.replace("<p:groups>", "word<p:groups>"),
    PLAIN.replace("<p:groups>", '<q:groups xmlns:q="urn:other"/><p:groups>'),
    PLAIN.replace("</p:groups>", "</p:groups><p:groups></p:groups>"),
    PLAIN.replace("><p:groups>", ">\r\n<p:groups>"),
    PLAIN.replace(' id="1"', ""),
    PLAIN.replace(' id="1"', ' id="1" id="2"'),
    PLAIN.replace(' id="1"', " id='1'"),
    PLAIN.replace(' id="1"', ' id="1" colour="red"'),
    PLAIN.replace("</p:waypoints>", PLAIN + "</p:waypoints>"),
    PLAIN.replace("</p:observations>", "", 1),
    f"<!-- {PLAIN} -->",
    f"]{PLAIN}]>",
    f"<?look {PLAIN}?>",
    f"<p:track>{PLAIN}</p:track>",
    f"<p:note>{PLAIN}</p:note>",
]


def document(*waypoints: str) -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<p:patrol xmlns:p="{NAMESPACE}" id="P1" patrolType="GROUND"'
        ' startDate="2026-03-01" endDate="2026-03-02"><p:legs startDate="2026-03-01" endDate="2026-03-02"'
        ' id="1"><p:days date="2026-03-01">\n' + "\n".join(waypoints) + "\n</p:days></p:legs></p:patrol>"
    ).encode()


def outcome(source: bytes) -> tuple[Any, ...]:
    given: list[tuple[int, int, Waypoint]] = []
    read = examine(source, name="p.xml", sink=lambda *one: given.append(one))
    return given, read.document, [problem.as_dict() for problem in read.found.problems]


def parsed(source: bytes, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, ...]:
    """What comes of a document if every waypoint goes to the parser."""
    with monkeypatch.context() as patch:
        patch.setattr(PlainWaypoints, "read", lambda self, text: None)
        return outcome(source)


def test_a_usual_waypoint_never_comes_to_the_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[Waypoint | None] = []
    read = PlainWaypoints.read

    def noted(self: PlainWaypoints, text: str) -> Waypoint | None:
        found.append(read(self, text))
        return found[-1]

    monkeypatch.setattr(PlainWaypoints, "read", noted)
    given, _document, problems = outcome(document(PLAIN, PLAIN))
    assert [one[2] for one in given] == found
    assert len(found) == 2
    assert not problems


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("size", [7, 200, 1 << 18])
def test_whatever_a_waypoint_is_like_it_is_read_as_by_the_parser(
    monkeypatch: pytest.MonkeyPatch, odd: str, size: int
) -> None:
    monkeypatch.setattr(xml_reading, "_CHUNK", size)
    source = document(PLAIN, odd, PLAIN.replace("3.0", "4.0"), odd, PLAIN)
    assert outcome(source) == parsed(source, monkeypatch)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from([PLAIN, *ODD]), min_size=1, max_size=3),
    st.integers(1, 400),
    st.integers(0, 2_000),
    st.sampled_from(["", "<", ">", "&", '"', "]]>", "\x01", "é", "<!", "<?", "xmlns"]),
)
def test_a_broken_file_is_refused_with_the_same_words_in_the_same_line(
    waypoints: list[str], size: int, place: int, what: str
) -> None:
    whole = document(*waypoints).decode()
    place = 250 + place % max(len(whole) - 250, 1)
    source = (whole[:place] + what + whole[place + 1 :]).encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(xml_reading, "_CHUNK", size)
        assert outcome(source) == parsed(source, patch)


def test_bytes_that_are_no_text_are_refused_in_their_line() -> None:
    source = document(PLAIN, PLAIN.replace("tiger.", "tig\x01er.")).replace(b"\x01", b"\xff")
    _given, _document, problems = outcome(source)
    assert [(one["code"], one["row"]) for one in problems] == [("xml-broken", 4)]
