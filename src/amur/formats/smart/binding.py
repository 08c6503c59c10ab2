"""Dataclasses from elements of XML and back, without loss. Called by `documents.py`.

A field says with `Annotated` where its value stands: `Attribute`, `Leaf` (an inner element of text) or
`Child` (an inner element of a dataclass); its type says the rest: optional with `| None`, several with
`tuple[…, ...]`. What has no field, stands in another order or is spelled in an unusual way is kept in `rest`.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any, NamedTuple, TypeVar

from amur.formats.errors import ProblemList, Severity, shortened
from amur.formats.smart.spelling import SPELLINGS, Spelling
from amur.formats.smart.xml_reading import Element

T = TypeVar("T")


class Attribute(NamedTuple):
    """The value stands in an attribute of the element."""

    name: str


class Leaf(NamedTuple):
    """The value is the text of an inner element."""

    name: str


class Child(NamedTuple):
    """The value is an inner element with a dataclass of its own."""

    name: str


class Unknown(NamedTuple):
    """An element that has no field, kept as it is."""

    tag: str
    attributes: tuple[tuple[str, str], ...]
    text: str
    children: tuple[Unknown, ...]


@dataclass(frozen=True, slots=True)
class Rest:
    """What a dataclass has no field for: attributes, elements, the order of elements, unusual spellings."""

    attributes: tuple[tuple[str, str], ...] = ()
    elements: tuple[Unknown, ...] = ()
    order: tuple[str, ...] = ()
    spellings: tuple[tuple[str, str], ...] = ()


NOTHING = Rest()


class Fault(NamedTuple):
    """What is wrong inside one object; dataclasses tell it with a method `faults`."""

    code: str
    column: str | None
    params: Mapping[str, object]
    severity: Severity = "error"


class _Slot(NamedTuple):
    position: int
    field: str
    several: bool
    spelling: Spelling | None
    """None for text as it is, and for a dataclass."""
    inner: type | None
    order: int


class _Plan(NamedTuple):
    blank: list[Any]
    attributes: dict[str, _Slot]
    elements: dict[str, _Slot]
    required: tuple[tuple[int, str, _Slot], ...]
    several: tuple[int, ...]
    rest: int
    has_faults: bool


_UNSET = object()


_PLANS: dict[type, _Plan] = {}


def _plan_of(cls: type) -> _Plan:
    plan = _PLANS.get(cls)
    if plan is None:
        plan = _PLANS[cls] = _made_plan(cls)
    return plan


def _made_plan(cls: type) -> _Plan:
    hints = typing.get_type_hints(cls, include_extras=True)
    blank: list[Any] = []
    attributes: dict[str, _Slot] = {}
    elements: dict[str, _Slot] = {}
    required = []
    rest = -1
    for index, each in enumerate(fields(cls)):
        blank.append(_UNSET if each.default is MISSING else each.default)
        hint = hints[each.name]
        if hint is Rest:
            rest = index
            continue
        base, marker = typing.get_args(hint)[:2]
        several = typing.get_origin(base) is tuple
        if several:
            base = typing.get_args(base)[0]
        elif typing.get_origin(base) in (typing.Union, types.UnionType):
            (base,) = [part for part in typing.get_args(base) if part is not type(None)]
        spelling = SPELLINGS.get(base)
        inner = base if isinstance(marker, Child) else None
        slot = _Slot(index, each.name, several, None if base is str else spelling, inner, len(elements))
        (attributes if isinstance(marker, Attribute) else elements)[marker.name] = slot
        if each.default is MISSING:
            required.append((index, marker.name, slot))
    several_of = tuple(slot.position for slot in elements.values() if slot.several)
    return _Plan(blank, attributes, elements, tuple(required), several_of, rest, hasattr(cls, "faults"))


def bind(cls: type[T], element: Element, problems: ProblemList) -> T:
    """The object of an element; what is wrong is noted, and the object is then not to be used."""
    plan = _PLANS.get(cls) or _plan_of(cls)
    values = plan.blank.copy()
    errors_before = problems.error_count if plan.has_faults else 0
    unknown: list[tuple[str, str]] = []
    spellings: list[tuple[str, str]] = []
    for name, text in element.attributes.items():
        slot = plan.attributes.get(name)
        if slot is None:
            unknown.append((name, text))
            problems.warn("attribute-unknown", row=element.line, column=name, name=name, parent=element.tag)
        elif slot.spelling is None:
            values[slot.position] = text
        else:
            values[slot.position] = _value(
                slot.spelling, slot.field, text, name, element.line, problems, spellings
            )
    kept: list[Unknown] = []
    usual = True
    if element.children:
        usual = _bind_children(plan, values, element, problems, spellings, kept)
    if element.text and not element.text.isspace():
        problems.error(
            "element-text", row=element.line, name=element.tag, value=shortened(element.text.strip())
        )
    for index, name, slot in plan.required:
        if values[index] is _UNSET:
            wanted = slot.spelling.wanted if slot.spelling else "it"
            problems.error(
                "value-missing", row=element.line, column=name, name=name, parent=element.tag, wanted=wanted
            )
    if unknown or spellings or not usual:
        order = () if usual else tuple(child.tag for child in element.children)
        values[plan.rest] = Rest(tuple(unknown), tuple(kept), order, tuple(spellings))
    made = cls(*values)
    if plan.has_faults and problems.error_count == errors_before:
        _note_faults(made, element.line, problems)
    return made


def _bind_children(
    plan: _Plan,
    values: list[Any],
    element: Element,
    problems: ProblemList,
    spellings: list[tuple[str, str]],
    kept: list[Unknown],
) -> bool:
    """Put what stands in inner elements into `values`; whether all of it has a field, in the usual order."""
    elements = plan.elements
    usual, last = True, -1
    for child in element.children:
        slot = elements.get(child.tag)
        if slot is None:
            kept.append(_unknown(child))
            usual = False
            problems.warn(
                "element-unknown", row=child.line, column=child.tag, name=child.tag, parent=element.tag
            )
            continue
        usual = usual and slot.order >= last
        last = slot.order
        position = slot.position
        if slot.inner is None:
            value: Any = _leaf(slot, child, problems, spellings)
        else:
            value = bind(slot.inner, child, problems)
        if slot.several:
            if values[position]:
                values[position].append(value)
            else:
                values[position] = [value]
        elif values[position] is not plan.blank[position]:
            problems.error(
                "element-twice", row=child.line, column=child.tag, name=child.tag, parent=element.tag
            )
        else:
            values[position] = value
    for index in plan.several:
        if values[index]:
            values[index] = tuple(values[index])
    return usual


def unbind(tag: str, made: Any) -> Element:
    """The element of an object; what was read and not changed is as it was.

    >>> from amur.formats.smart.patrol import Label
    >>> dict(unbind("team", Label(value="Team 1", language="en")).attributes)
    {'value': 'Team 1', 'languageCode': 'en'}
    """
    plan = _plan_of(type(made))
    rest: Rest = made.rest
    spelled = dict(rest.spellings)
    attributes = {}
    for name, slot in plan.attributes.items():
        value = getattr(made, slot.field)
        if value is not None:
            attributes[name] = _text(slot, value, spelled)
    attributes.update(rest.attributes)
    children: dict[str, list[Element]] = {}
    for name, slot in plan.elements.items():
        value = getattr(made, slot.field)
        each_value = value if slot.several else [] if value is None else [value]
        children[name] = [
            unbind(name, one) if slot.inner else Element(name, {}, text=_text(slot, one, spelled))
            for one in each_value
        ]
    for unknown in rest.elements:
        children.setdefault(unknown.tag, []).append(_known(unknown))
    return Element(tag, attributes, children=list(_in_order(children, rest.order)))


def _in_order(children: dict[str, list[Element]], order: tuple[str, ...]) -> Iterator[Element]:
    """As they stood when they were read; what came since goes beside its like."""
    left = {name: iter(several) for name, several in children.items()}
    last = {name: k for k, name in enumerate(order)}
    for k, name in enumerate(order):
        if name in left:
            yield from left[name] if last[name] == k else _first(left[name])
    for several in left.values():
        yield from several


def _first(several: Iterator[Element]) -> Iterator[Element]:
    for element in several:
        yield element
        return


def _leaf(slot: _Slot, child: Element, problems: ProblemList, spellings: list[tuple[str, str]]) -> Any:
    if child.children or child.attributes:
        problems.error("element-inner", row=child.line, column=child.tag, name=child.tag)
    if slot.spelling is None:
        return child.text
    return _value(slot.spelling, slot.field, child.text, child.tag, child.line, problems, spellings)


def _value(
    spelling: Spelling,
    name: str,
    text: str,
    column: str,
    line: int,
    problems: ProblemList,
    spellings: list[tuple[str, str]],
) -> Any:
    try:
        value = spelling.quick(text)
        if spelling.write(value) == text:
            return value
    except (ValueError, KeyError):
        pass  # it is not as we write it; whether it is right is seen below
    try:
        value = spelling.read(text.strip())
    except (ValueError, KeyError):
        problems.error(
            "value-wrong", row=line, column=column,
            value=shortened(text), wanted=spelling.wanted, example=spelling.example,
        )  # fmt: skip
        return None
    if spelling.write(value) != text:
        spellings.append((name, text))
    return value


def _text(slot: _Slot, value: Any, spelled: Mapping[str, str]) -> str:
    if slot.spelling is None:
        return str(value)
    usual = slot.spelling.write(value)
    as_read = spelled.get(slot.field)
    if as_read is not None and slot.spelling.write(slot.spelling.read(as_read.strip())) == usual:
        return as_read
    return usual


def _unknown(element: Element) -> Unknown:
    return Unknown(
        element.tag,
        tuple(element.attributes.items()),
        element.text,
        tuple(_unknown(child) for child in element.children),
    )


def _known(unknown: Unknown) -> Element:
    children = [_known(child) for child in unknown.children]
    return Element(unknown.tag, dict(unknown.attributes), text=unknown.text, children=children)


def _note_faults(made: Any, line: int, problems: ProblemList) -> None:
    for fault in made.faults():
        note = problems.error if fault.severity == "error" else problems.warn
        note(fault.code, row=line, column=fault.column, **fault.params)
