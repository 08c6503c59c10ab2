"""What the messages of phones say of their patrol: people, words, texts. Called by `assembling`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from amur.formats.smart.mobile import Message
from amur.formats.smart.patrol import Label, Member, Objective
from amur.formats.smart.words import UnknownIdentifier, Words

LONGEST_WORD = 300
LONGEST_NAME = 200
_TRUE = {"true": True, "false": False}


def said(message: Message) -> Mapping[str, Any]:
    """What a message says of its patrol."""
    if message.shape == "posting":
        return {}
    properties = message.whole["properties"]
    inner = properties.get("sighting" if message.shape == "sighting" else "smartAttributes")
    return inner if isinstance(inner, dict) else {}


def latest(messages: Sequence[Message]) -> dict[str, Any]:
    """What the messages say, the later over the earlier."""
    found: dict[str, Any] = {}
    for message in messages:
        found.update((name, value) for name, value in said(message).items() if value not in (None, ""))
    return found


def number(message: Message, name: str) -> float | None:
    """A number of a message such as its bearing; None for what is none."""
    properties = message.whole.get("properties")
    value = properties.get(name) if isinstance(properties, dict) else None
    return float(value) if isinstance(value, (int, float)) and abs(value) < 1e9 else None


def members(said: Mapping[str, Any], words: Words) -> tuple[Member, ...]:
    """The people: those that are ticked one by one, those of a list, the leader and the pilot."""
    people = [name[2:] for name, value in said.items() if name.startswith("e:") and value is True]
    for name in ("SMART_Employees", "SMART_Members", "members"):
        listed = said.get(name)
        people += [one for one in listed if isinstance(one, str)] if isinstance(listed, list) else []
    special = {
        role: next((_bare(said[name]) for name in names if isinstance(said.get(name), str)), None)
        for role, names in (("leader", ("SMART_Leader", "leader")), ("pilot", ("SMART_Pilot", "pilot")))
    }
    people += [one for one in special.values() if one]
    known = {_bare(one) for one in people}
    return tuple(
        _member(one, one == special["leader"], one == special["pilot"], words) for one in sorted(known) if one
    )


def _bare(text: str) -> str:
    return text.removeprefix("e:").strip()


def _member(person: str, is_leader: bool, is_pilot: bool, words: Words) -> Member:
    try:
        name = words.find("person", person).key
    except UnknownIdentifier:
        name = person
    given, _, family = name.partition(" ")
    identifier = person if name != person else None
    return Member(
        given[:LONGEST_NAME], family[:LONGEST_NAME], identifier, is_pilot=is_pilot, is_leader=is_leader
    )


def word(said: Mapping[str, Any], name: str, words: Words) -> str | None:
    """A word such as that of a team: its name as far as it is known, else what the phone wrote."""
    told = text(said, name)
    if told is None:
        return None
    try:
        return words.find("label", told).key[:LONGEST_WORD]
    except UnknownIdentifier:
        return told[:LONGEST_WORD]


def label(said: Mapping[str, Any], name: str, words: Words) -> Label | None:
    """A word as SMART writes it."""
    told = word(said, name, words)
    return None if told is None else Label(told)


def text(said: Mapping[str, Any], name: str) -> str | None:
    """A text that is not empty."""
    value = said.get(name)
    return value if isinstance(value, str) and value.strip() else None


def objective(said: Mapping[str, Any]) -> Objective | None:
    """What the patrol is for."""
    told = text(said, "SMART_Objective") or text(said, "objective")
    return None if told is None else Objective(told)


def truth(value: Any) -> bool | None:
    """Yes and no, also as words; None for anything else."""
    return value if isinstance(value, bool) else _TRUE.get(str(value).lower())
