"""Observations out of messages of phones: identifiers become keys of the data model. See `assembling`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from amur.formats.smart.mobile import Entry, Message
from amur.formats.smart.patrol import Group, Observation, Value
from amur.formats.smart.words import UnknownIdentifier, Words, is_identifier

FOR_ALL = -1
"""The number of an entry that counts for all observations of its message."""
LONGEST_KEY = 900
_KEYED = ("LIST", "MLIST", "TREE")


def has_category(message: Message) -> bool:
    """Whether a message tells an observation."""
    return any(entry.kind == "c" and entry.value not in (None, "", "null") for entry in message.entries)


def groups_of(messages: Sequence[Message], words: Words) -> tuple[Group, ...]:
    """The groups of the messages of one place, in their order. Raises UnknownIdentifier."""
    found: dict[str | None, list[Observation]] = {}
    for message in messages:
        found.setdefault(message.group, []).extend(observations_of(message, words))
    return tuple(Group(tuple(several)) for several in found.values())


def observations_of(message: Message, words: Words) -> list[Observation]:
    """What a message tells. Raises UnknownIdentifier."""
    if message.shape == "data":
        numbers = [entry.number for entry in message.entries if entry.kind == "c"]
        return [
            Observation(_category([entry for entry in message.entries if entry.number == number], words),
                        _values((entry for entry in message.entries if entry.number == number), words))
            for number in numbers
        ]  # fmt: skip
    category = _category(message.entries, words)
    said = [entry for entry in message.entries if entry.kind in ("a", "l", "ml", "t")]
    numbers = sorted({entry.number for entry in said} - {FOR_ALL}) or [0]
    return [
        Observation(category, _values((entry for entry in said if entry.number in (number, FOR_ALL)), words))
        for number in numbers
    ]


def _category(entries: Iterable[Entry], words: Words) -> str:
    """The deepest category; groups of a form come as the word “null”."""
    told = [entry for entry in entries if entry.kind == "c" and entry.value not in (None, "", "null")]
    if not told:
        raise UnknownIdentifier("category", "")
    deepest = max(told, key=lambda entry: entry.number).value
    if not isinstance(deepest, str) or len(deepest) > LONGEST_KEY:
        raise UnknownIdentifier("category", str(deepest)[:LONGEST_KEY])
    path = words.find("category", deepest).key
    return path if path.endswith(".") else f"{path}."


def _values(entries: Iterable[Entry], words: Words) -> tuple[Value, ...]:
    found: dict[str, Value] = {}
    for value in (value for entry in entries for value in _said(entry, words)):
        known = found.get(value.attribute)
        if known is not None and known.keys and value.keys:
            both = (*known.keys, *(key for key in value.keys if key not in known.keys))
            found[value.attribute] = Value(value.attribute, both)
        else:
            found.setdefault(value.attribute, value)
    return tuple(found.values())


def _said(entry: Entry, words: Words) -> Iterator[Value]:
    """What one entry says: a value; of a list with numbers two of them."""
    if entry.kind == "l":
        if entry.value is True:
            yield _item(entry.key, words)
    elif entry.kind == "ml":
        attribute, _, item = entry.key.partition(":l:")
        meaning = words.find("attribute", attribute)
        if isinstance(entry.value, (int, float)) and not isinstance(entry.value, bool):
            yield Value(meaning.key, number=float(entry.value))
        if item:
            yield _item(item, words)
    elif entry.kind in ("a", "t") and entry.value is not None:
        meaning = words.find("attribute", entry.key)
        value = _value(meaning.key, meaning.of, entry.value, words)
        if value is not None:
            yield value


def _item(identifier: str, words: Words) -> Value:
    meaning = words.find("value", identifier)
    if not meaning.of:
        raise UnknownIdentifier("value", identifier)
    return Value(meaning.of, (meaning.key,))


def _value(key: str, kind: str, said: Any, words: Words) -> Value | None:
    if isinstance(said, bool):
        return Value(key, truth=said)
    if isinstance(said, (int, float)):
        return Value(key, truth=bool(said)) if kind == "BOOLEAN" else Value(key, number=float(said))
    if isinstance(said, list):
        keys = tuple(words.find("value", _bare(one)).key for one in said if isinstance(one, str))
        return Value(key, keys) if keys else None
    if not isinstance(said, str) or not said.strip():
        return None
    bare = _bare(said)
    if bare != said or kind in _KEYED or (is_identifier(said) and ("value", said) in words.meanings):
        return Value(key, (words.find("value", bare).key,))
    return Value(key, text=said)


def _bare(said: str) -> str:
    """A value without the sign of a list or a tree.

    >>> _bare("t:0a"), _bare("tiger")
    ('0a', 'tiger')
    """
    return said[2:] if said[:2] in ("l:", "t:") else said
