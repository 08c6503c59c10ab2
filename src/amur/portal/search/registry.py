"""Which rooms give documents to the search. A room registers its source when its app is ready.

A source gives only what is public as it stands: rows of the released view and live pages.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

from amur.portal.languages.codes import Language
from amur.portal.languages.text import MultilingualText
from amur.portal.release.models import Released


@dataclass(frozen=True, slots=True)
class Text:
    """An item in one language: what is found by its title weighs most, then keywords, then the rest."""

    title: str
    summary: str = ""
    body: str = ""
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """Something with a public address, in the languages in which it really exists.

    `identity` is `kind:key`, unlike every other item's; the key is a UUID, never a primary key. `addresses`
    has all four languages. `date` is in reduced ISO precision. `subjects` are words such as `country:RU`,
    `module:big-cats`, `species:amur-tiger`.
    """

    identity: str
    kind: str
    texts: Mapping[Language, Text]
    addresses: Mapping[Language, str]
    date: str = ""
    subjects: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Kind:
    """What visitors call a kind of items, and how it weighs beside others (1 is usual).

    Details, of which there are very many, never stand before what is whole, however short they are.
    """

    label: str | Promise
    weight: float = 1.0
    is_detail: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """The items of one room.

    `released` maps kinds of the released view to the items to make anew when a row of that kind changes; a
    row that is withdrawn takes the item of its own identity with it.
    """

    name: str
    kinds: Mapping[str, Kind]
    items: Callable[[], Iterable[Item]]
    released: Mapping[str, Callable[[Released], Iterable[Item]]] = field(default_factory=dict)


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Search these items from now on. Raises ValueError when a kind belongs to another source."""
    for other in _sources.values():
        shared = set(other.kinds) & set(source.kinds)
        if other.name != source.name and shared:
            raise ValueError(f"kinds {sorted(shared)} are registered by {other.name!r} already")
    _sources[source.name] = source


def sources() -> tuple[Source, ...]:
    """All registered sources, in the order of registration."""
    return tuple(_sources.values())


def kinds() -> dict[str, Kind]:
    """Every kind of items that can be found."""
    return {name: kind for source in _sources.values() for name, kind in source.kinds.items()}


def identity_of(row: Released) -> str:
    """The identity of the item of a released row."""
    return f"{row.kind}:{row.uuid}"


def words_in(value: Any, language: Language) -> str:
    """A stored text of a released row in this very language; nothing when it has none there."""
    text = value if isinstance(value, MultilingualText) else MultilingualText.from_json(value or {})
    found = text.texts.get(language)
    return found.text if found else ""


def lines(*parts: str) -> str:
    """Texts one below the other, empty ones left out."""
    return "\n".join(part for part in parts if part)
