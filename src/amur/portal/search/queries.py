"""The question of the search: what was found for a visitor's words, in which order, and how it is shown.

Found is counted in items, not in documents: an item in four languages is one hit, shown in the best language
for the reader. What was said ranks before what is merely called otherwise, and that before parts of it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any, Final, NamedTuple

from django.core.paginator import Page, Paginator
from django.utils.safestring import SafeString

from amur.portal.languages.codes import HTML_TAGS, OWN_NAMES, Language, as_language, nearest
from amur.portal.search.asking import Question, Reach, ask
from amur.portal.search.backends import Match, backend
from amur.portal.search.concepts import lexicon
from amur.portal.search.marking import Marks, marked, marks, piece
from amur.portal.search.models import Document
from amur.portal.search.registry import Kind, kinds
from amur.portal.search.spelling import corrected
from amur.portal.website.filters import Choice

FILTERS: Final = ("kind", "language", "country", "module", "species", "year")
MOST: Final = 300  # documents of each reach that are ranked
ENOUGH: Final = 10  # with fewer items, parts of the question are looked for as well
FEW: Final = 3  # with fewer items, misspelled words are put right
PER_PAGE: Final = 10
OWN_LANGUAGE: Final = 1.2

UNKNOWN: Final = Kind("")
RANKS: Final = {Reach.EXACT: 3, Reach.WIDE: 2, Reach.LOOSE: 1}


class Version(NamedTuple):
    """What a hit shows of a document; its fields are the columns. A page has forty, so they are no models."""

    item: str
    language: str
    title: str
    summary: str
    text: str
    addresses: dict[str, str]
    kind: str
    date: str


@dataclass(slots=True)
class Found:
    """One item with its documents that answer the question, best first, and its place in the order."""

    item: str
    rank: int
    score: float
    matches: list[Match] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Result:
    """The answer to a question. `instead` is the text that was looked for in place of the visitor's own.

    `is_cut` tells that more than `MOST` documents answer it, so numbers are lower bounds.
    """

    question: Question
    found: list[Found]
    choices: Mapping[str, list[Choice]]
    instead: str = ""
    is_cut: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """An item as the list shows it, in the language it is shown in."""

    title: SafeString
    piece: SafeString
    piece_language: Language
    address: str
    language: Language
    fallback: bool
    kind: str
    date: str

    @property
    def tag(self) -> str:
        return HTML_TAGS[self.language]

    @property
    def piece_tag(self) -> str:
        return HTML_TAGS[self.piece_language]

    @property
    def language_name(self) -> str:
        return OWN_NAMES[self.language]

    @property
    def kind_name(self) -> str:
        known = kinds().get(self.kind)
        return str(known.label) if known else self.kind


def search(
    text: str, language: Language, filters: Mapping[str, str] | None = None, *, as_typed: bool = False
) -> Result:
    """What is found for a text by a reader of a language; with `as_typed` no word is put right."""
    chosen = dict(filters or {})
    names = lexicon()
    question = ask(text, names)
    better = "" if as_typed else corrected(text)
    if better:
        found = sure(_answer(question, language, chosen, with_parts=False))
        other = _answer(ask(better, names), language, chosen)
        if found < FEW and found < sure(other):
            return replace(other, instead=better)
    return _answer(question, language, chosen)


def shown(result: Result, language: Language, filters: Mapping[str, str], number: str | None) -> Page:
    """One page of the hits with titles, pieces and addresses; a wrong number gives the nearest page."""
    page: Page[Any] = Paginator(result.found, PER_PAGE).get_page(number)
    rows: list[Found] = list(page.object_list)
    if not rows:
        return page
    documents: dict[str, dict[str, Version]] = {}
    stored = Document.objects.filter(item__in=[row.item for row in rows])
    for one in map(Version._make, stored.values_list(*Version._fields)):
        documents.setdefault(one.item, {})[one.language] = one
    found = marks(result.question.phrases())
    wanted = filters.get("language")
    page.object_list = [
        _hit(row, documents[row.item], found, language, wanted) for row in rows if row.item in documents
    ]
    return page


def _answer(
    question: Question, language: Language, filters: Mapping[str, str], *, with_parts: bool = True
) -> Result:
    """Everything without filters, for the choices; then what passes them."""
    if not question.groups:
        return Result(question, [], {})
    everything, is_cut = _ranked(question, {}, with_parts)
    choices = _choices(everything, filters)
    if filters and is_cut:
        everything, is_cut = _ranked(question, filters, with_parts)
    if filters:
        everything = [(rank, match) for rank, match in everything if _passes(match, filters)]
    return Result(question, _items(everything, language), choices, is_cut=is_cut)


def _ranked(
    question: Question, filters: Mapping[str, str], with_parts: bool
) -> tuple[list[tuple[int, Match]], bool]:
    """The documents that answer a question, each once with its best rank; and whether there are more."""
    known: set[int] = set()
    rows: list[tuple[int, Match]] = []
    is_cut = False
    asked = backend()
    for reach in (Reach.EXACT, Reach.WIDE, Reach.LOOSE):
        if reach is Reach.WIDE and not question.has_others:
            continue
        if is_cut:
            break
        if reach is Reach.LOOSE and (not with_parts or len({match.item for _, match in rows}) >= ENOUGH):
            break
        matches = asked.search(question, reach, filters, MOST)
        is_cut = len(matches) == MOST
        rank = RANKS[reach]
        rows += [(rank, match) for match in matches if match.pk not in known]
        known.update(match.pk for match in matches)
    return rows, is_cut


def _items(rows: Iterable[tuple[int, Match]], language: Language) -> list[Found]:
    known = kinds()
    wide = RANKS[Reach.WIDE]
    items: dict[str, Found] = {}
    for reached, match in rows:
        kind = known.get(match.kind, UNKNOWN)
        rank = min(reached, wide) if kind.is_detail else reached
        score = match.score * kind.weight
        score *= OWN_LANGUAGE if match.language == language else 1.0
        one = items.get(match.item)
        if one is None:
            items[match.item] = Found(match.item, rank, score, [match])
            continue
        one.matches.append(match)
        one.rank, one.score = max((one.rank, one.score), (rank, score))
    return sorted(items.values(), key=lambda one: (-one.rank, -one.score, one.item))


def sure(result: Result) -> int:
    """How many items answer the whole question, not only parts of it."""
    loose = RANKS[Reach.LOOSE]
    return sum(one.rank > loose for one in result.found)


def _values(match: Match, name: str) -> list[str]:
    match name:
        case "kind":
            return [match.kind]
        case "language":
            return [match.language]
        case "year":
            return [match.year] if match.year else []
    start = f"{name}:"
    return [one.removeprefix(start) for one in match.subjects.split() if one.startswith(start)]


def _passes(match: Match, filters: Mapping[str, str]) -> bool:
    return all(value in _values(match, name) for name, value in filters.items())


def _choices(rows: list[tuple[int, Match]], filters: Mapping[str, str]) -> dict[str, list[Choice]]:
    """For each filter its values, counted in items as they would be with the other filters in force."""
    items = _offers(rows)
    everything = Counter(chain.from_iterable(items))
    found: dict[str, list[Choice]] = {}
    for name in FILTERS:
        others = [f"{key}:{value}" for key, value in filters.items() if key != name]
        fitting = (offer for offer in items if all(other in offer for other in others))
        counted = Counter(chain.from_iterable(fitting)) if others else everything
        start = f"{name}:"
        counts = {one.removeprefix(start): number for one, number in counted.items() if one.startswith(start)}
        counts.pop("", None)
        if filters.get(name):
            counts.setdefault(filters[name], 0)
        if len(counts) > 1 or filters.get(name):
            order = sorted(counts.items(), reverse=True) if name == "year" else Counter(counts).most_common()
            found[name] = [Choice(value, count, filters.get(name) == value) for value, count in order]
    return found


def _offers(rows: Iterable[tuple[int, Match]]) -> list[list[str]]:
    """What each item offers to the filters: its documents differ in nothing but the language."""
    items: dict[str, list[str]] = {}
    for _rank, match in rows:
        language = f"language:{match.language}"
        known = items.get(match.item)
        if known is None:
            items[match.item] = [
                language, f"kind:{match.kind}", f"year:{match.year}", *match.subjects.split()
            ]  # fmt: skip
        else:
            known.append(language)
    return list(items.values())


def _hit(
    row: Found, versions: Mapping[str, Version], found: Marks, language: Language, wanted: str | None
) -> Hit:
    """The item in the reader's language or the next best; the piece from there or from where it was found."""
    own = as_language(wanted) if wanted in versions else nearest(language, versions) or language
    version = versions[own]
    matched = {match.language for match in row.matches}
    source = version if own in matched else versions.get(row.matches[0].language, version)
    source_language = as_language(source.language)
    address = version.addresses.get(own if wanted in versions else language, "")
    return Hit(
        title=marked(version.title, found, own),
        piece=piece(
            "\n".join(part for part in (source.summary, source.text) if part), found, source_language
        ),
        piece_language=source_language,
        address=str(address),
        language=own,
        fallback=own != language,
        kind=version.kind,
        date=version.date,
    )
