"""Inline tags of rich text: taken out as placeholders for translators, and checked when they come back.

Used by `xliff`, and by the portal for every translation of rich text that is stored.

>>> pieces("<p>Tigers <b>live</b> &amp; roam</p>")
(Tag(text='<p>'), 'Tigers ', Tag(text='<b>'), 'live', Tag(text='</b>'), ' & roam', Tag(text='</p>'))
"""

import html
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

TAG = re.compile(r"<!--.*?-->|</?[A-Za-z][^<>]*>", re.DOTALL)
EMPTY = frozenset({"br", "hr", "img", "embed", "wbr"})


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag as it stands in the text."""

    text: str

    @property
    def name(self) -> str:
        found = re.match(r"</?\s*([A-Za-z][\w-]*)", self.text)
        return found[1].lower() if found else ""

    @property
    def closes(self) -> bool:
        return self.text.startswith("</")

    @property
    def stands_alone(self) -> bool:
        return self.text.startswith("<!--") or self.text.endswith("/>") or self.name in EMPTY


@dataclass(frozen=True, slots=True)
class Broken:
    """What is wrong with the tags of a translation."""

    missing: tuple[str, ...] = ()
    strange: tuple[str, ...] = ()
    crossed: bool = False

    def __bool__(self) -> bool:
        return bool(self.missing or self.strange or self.crossed)


def pieces(text: str) -> tuple[Tag | str, ...]:
    """Rich text as tags and plain words, entities resolved in the words."""
    found: list[Tag | str] = []
    end = 0
    for match in TAG.finditer(text):
        if words := text[end : match.start()]:
            found.append(html.unescape(words))
        found.append(Tag(match[0]))
        end = match.end()
    if words := text[end:]:
        found.append(html.unescape(words))
    return tuple(found)


def joined(parts: Iterable[Tag | str]) -> str:
    """The opposite of `pieces`.

    >>> joined(pieces("<p>5 &lt; 7 &amp; more<br/></p>"))
    '<p>5 &lt; 7 &amp; more<br/></p>'
    """
    return "".join(one.text if isinstance(one, Tag) else html.escape(one, quote=False) for one in parts)


def words_of(text: str) -> str:
    """The words of rich text without its tags.

    >>> words_of("<p>Tigers <b>live</b></p><p>here</p>")
    'Tigers live here'
    """
    plain = "".join(
        (" " if one.name in {"p", "li", "br", "h2", "h3", "h4"} else "") if isinstance(one, Tag) else one
        for one in pieces(text)
    )
    return " ".join(plain.split())


def broken_tags(source: str, target: str) -> Broken:
    """Compare the tags of a translation with those of its source, in any order but properly nested.

    Paragraphs and breaks may be more or fewer: languages divide their text differently.

    >>> broken_tags("<p>a <b>b</b></p>", "<p>a <i>b</i></p>").missing
    ('<b>', '</b>')
    >>> bool(broken_tags("<p>a <b>b</b></p>", "<p><b>b</b> a</p><p>c</p>"))
    False
    """
    here, there = ([one for one in pieces(text) if isinstance(one, Tag)] for text in (source, target))
    free = frozenset({"p", "br"})
    wanted = Counter(_plain(one) for one in here if one.name not in free)
    given = Counter(_plain(one) for one in there if one.name not in free)
    strange = given - wanted
    return Broken(
        missing=tuple((wanted - given).elements()),
        strange=tuple(strange.elements()),
        crossed=not is_nested(there),
    )


def is_nested(tags: Iterable[Tag]) -> bool:
    """Whether every tag is closed, in order."""
    opened: list[str] = []
    for one in tags:
        if one.stands_alone:
            continue
        if not one.closes:
            opened.append(one.name)
        elif not opened or opened.pop() != one.name:
            return False
    return not opened


def _plain(tag: Tag) -> str:
    # Wagtail gives each paragraph and heading a key of its own; it says nothing.
    return re.sub(r'\s+data-block-key="[^"]*"', "", tag.text)
