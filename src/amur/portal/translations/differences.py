"""What changed in a text, word by word; Chinese character by character. Called by the side-by-side editor."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from amur.formats.inline import words_of

TOKEN = re.compile(r"[\u3400-\u9fff]|\w+|\s+|[^\w\s]")
Change = Literal["same", "gone", "new"]


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of text, and whether it stayed, went or came."""

    change: Change
    text: str


def word_diff(before: str, after: str, *, rich: bool = False) -> list[Part]:
    """The parts of both texts in reading order; of rich text its words only.

    >>> [(one.change, one.text) for one in word_diff("five tigers", "six tigers")]
    [('gone', 'five'), ('new', 'six'), ('same', ' tigers')]
    """
    if rich:
        before, after = words_of(before), words_of(after)
    return list(_parts(TOKEN.findall(before), TOKEN.findall(after)))


def _parts(old: list[str], new: list[str]) -> Iterator[Part]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for change, a, b, c, d in matcher.get_opcodes():
        if change == "equal":
            yield Part("same", "".join(old[a:b]))
            continue
        if b > a:
            yield Part("gone", "".join(old[a:b]))
        if d > c:
            yield Part("new", "".join(new[c:d]))
