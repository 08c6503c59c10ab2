"""Reads waypoints of the usual form from the text of XML, without a parser. Called by `documents`.

A waypoint is plain when its text is nothing but groups of observations with values, spelled as SMART spells
them. Its text is cut at the closing tags and every piece is held against an expression, so that nothing is
guessed; whatever differs, or would be remarked on, is left to the parser. What a value means is asked of
`binding` once and remembered, for values come again and again.
"""

from __future__ import annotations

import re
from typing import Final

from amur.formats.errors import ProblemList
from amur.formats.smart.binding import bind
from amur.formats.smart.messages import WORDINGS
from amur.formats.smart.patrol import Group, Observation, Value, Waypoint
from amur.formats.smart.xml_reading import Element

_TEXT: Final = "([^<&\\x00-\\x08\\x0b-\\x1f\\ufffe\\uffff]*)"
_QUOTED: Final = '"([^"<&\\x00-\\x1f\\ufffe\\uffff]*)"'
_MOST_KNOWN: Final = 20_000


class PlainWaypoints:
    """Reads plain waypoints of a document whose namespace has this prefix ("" or with its colon)."""

    def __init__(self, prefix: str) -> None:
        self.opening = f"<{prefix}waypoints ".encode()
        self.closing = f"</{prefix}waypoints>".encode()
        name = re.escape(prefix)
        self._head = re.compile(
            f"<{name}waypoints((?: (?:id|x|y|time|direction|distance)={_QUOTED})+)>"
            f"\\s*(?:<{name}comment>{_TEXT}</{name}comment>)?\\s*"
        )
        self._attribute = re.compile(f" ([a-z]+)={_QUOTED}")
        self._group = re.compile(f"\\s*<{name}groups>")
        self._category = re.compile(f"\\s*<{name}observations categoryKey={_QUOTED}>")
        self._value = re.compile(
            f"\\s*<{name}attributes attributeKey={_QUOTED}>\\s*"
            f"<{name}(itemKey|dValue|sValue|bValue)>{_TEXT}</{name}\\2>\\s*"
        )
        self._ends = [f"</{prefix}{tag}>" for tag in ("groups", "observations", "attributes")]
        self._known: dict[str, Value] = {}
        self._remarks = ProblemList(WORDINGS, "")

    def read(self, text: str) -> Waypoint | None:
        """The waypoint of a text from its opening to its closing tag; None where it is not plain."""
        head = self._head.match(text)
        if head is None or "\r" in text or "]]>" in text:
            return None
        names = self._attribute.findall(head[1])
        attributes = dict(names)
        if len(attributes) < len(names):
            return None
        comment = [] if head[3] is None else [Element("comment", {}, text=head[3])]
        made = bind(Waypoint, Element("waypoints", attributes, children=comment), self._remarks)
        if self._is_remarked:
            return None
        *groups, rest = text[head.end() : -len(self.closing)].split(self._ends[0])
        found = [self._group_of(group) for group in groups]
        if (rest and not rest.isspace()) or None in found:
            return None
        return Waypoint(
            made.id,
            made.longitude,
            made.latitude,
            made.time,
            made.direction,
            made.distance,
            made.comment,
            groups=tuple(group for group in found if group is not None),
            rest=made.rest,
        )

    def _group_of(self, text: str) -> Group | None:
        head = self._group.match(text)
        if head is None:
            return None
        *several, rest = text[head.end() :].split(self._ends[1])
        found = [self._observation(each) for each in several]
        if (rest and not rest.isspace()) or None in found:
            return None
        return Group(tuple(each for each in found if each is not None))

    def _observation(self, text: str) -> Observation | None:
        head = self._category.match(text)
        if head is None:
            return None
        *several, rest = text[head.end() :].split(self._ends[2])
        if rest and not rest.isspace():
            return None
        known = self._known
        values = []
        for each in several:
            value = known.get(each) or self._value_of(each)
            if value is None:
                return None
            values.append(value)
        made = Observation(head[1], tuple(values))
        return None if any(True for _fault in made.faults()) else made

    def _value_of(self, text: str) -> Value | None:
        found = self._value.fullmatch(text)
        if found is None:
            return None
        leaf = Element(found[2], {}, text=found[3])
        value = bind(Value, Element("attributes", {"attributeKey": found[1]}, children=[leaf]), self._remarks)
        if self._is_remarked:
            return None
        if len(self._known) >= _MOST_KNOWN:
            self._known.clear()
        self._known[text] = value
        return value

    @property
    def _is_remarked(self) -> bool:
        """Whether there was something to remark since this was asked; it is then forgotten."""
        if not (self._remarks.error_count or self._remarks.warning_count):
            return False
        self._remarks = ProblemList(WORDINGS, "")
        return True
