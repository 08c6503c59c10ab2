"""Messages of phones in any order, repeated or with some lost: one state, and the numbers that are missing.

SMART's desktop takes a message only when its number is the last one plus 1, so that a lost message holds back
all that follow. Here every message is taken when it comes; what is missing is named and blocks nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from amur.formats.smart.mobile import Message


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two messages that say they are the same one and differ; the first by digest is kept."""

    patrol: str
    counter: int
    kept: str
    refused: str


@dataclass(frozen=True, slots=True)
class Received:
    """What came: messages by digest. The same set of messages gives the same state, however it came."""

    messages: Mapping[str, Message] = field(default_factory=lambda: MappingProxyType({}))

    def with_messages(self, messages: Iterable[Message]) -> Received:
        """The state after these messages, too; those that are known already change nothing."""
        arrived = {digest_of(message): message for message in messages}
        both = {**arrived, **self.messages}
        return Received(MappingProxyType({digest: both[digest] for digest in sorted(both)}))

    def accepted(self) -> dict[tuple[str, int], Message]:
        """One message for each patrol and number."""
        found: dict[tuple[str, int], Message] = {}
        for message in self.messages.values():
            if message.patrol is not None and message.counter is not None:
                found.setdefault((message.patrol, message.counter), message)
        return dict(sorted(found.items()))

    def conflicts(self) -> tuple[Conflict, ...]:
        """Numbers that came with several contents."""
        kept: dict[tuple[str, int], str] = {}
        found = []
        for digest, message in self.messages.items():
            if message.patrol is None or message.counter is None:
                continue
            key = (message.patrol, message.counter)
            if kept.setdefault(key, digest) != digest:
                found.append(Conflict(*key, kept[key], digest))
        return tuple(sorted(found, key=lambda each: (each.patrol, each.counter, each.refused)))

    def missing(self) -> dict[str, tuple[tuple[int, int], ...]]:
        """By patrol the spans (first, last) of numbers below the highest that did not come; 1 is the first.

        >>> from amur.formats.smart.mobile import read_messages
        >>> body = '{"properties": {"sighting": {"SMART_PatrolID": "P1", "SMART_ObsCounter": 3}}}'
        >>> Received().with_messages(read_messages(body.encode())).missing()
        {'P1': ((1, 2),)}
        """
        last: dict[str, int] = {}
        gaps: dict[str, list[tuple[int, int]]] = {}
        for patrol, counter in self.accepted():
            before = last.get(patrol, 0)
            if counter > before + 1:
                gaps.setdefault(patrol, []).append((before + 1, counter - 1))
            last[patrol] = counter
        return {patrol: tuple(spans) for patrol, spans in gaps.items()}


def digest_of(message: Message) -> str:
    """The SHA-256 of what the message says, whatever the order of its keys."""
    text = json.dumps(message.whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
