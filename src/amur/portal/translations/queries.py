"""Questions to the work list: what a person may see, what waits for translation, how far everything is."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from amur.portal.editing.forms import policy_of
from amur.portal.languages.codes import LANGUAGES, Language, as_language
from amur.portal.offices.models import Office
from amur.portal.offices.policies import Verb, standing
from amur.portal.translations.following import NO_WORK, RANKS
from amur.portal.translations.models import Item, ItemState, WorkState
from amur.portal.translations.records import RecordAdapter
from amur.portal.translations.registry import adapters
from amur.portal.website.models import HomePage

SHARED: Final[Language] = "en"
AGES: Final = (7, 30, 90, 365)


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a person may see and write: looked up once for a page.

    `trees` are the languages whose pages the person writes, `offices` and `writes` say by kind whose records
    the person reads and translates (None: all offices'), `houses` are all offices.
    """

    trees: frozenset[str]
    publishes: frozenset[str]
    offices: Mapping[str, frozenset[int] | None]
    writes: Mapping[str, frozenset[int] | None]
    houses: tuple[Office, ...]

    def may_write(self, item: Item, language: str) -> bool:
        """Whether the person may translate an item that is seen; the editor asks again, more closely."""
        if item.kind not in self.writes:
            return language in self.trees
        offices = self.writes[item.kind]
        return offices is None or item.office_id in offices


def reach_of(person: Any) -> Reach:
    """The person's reach, looked up once for each request (a request loads its person anew)."""
    known: Reach | None = getattr(person, "_translation_reach", None)
    if known is None:
        known = person._translation_reach = _reach(person)
    return known


def _reach(person: Any) -> Reach:
    offices: dict[str, frozenset[int] | None] = {}
    writes: dict[str, frozenset[int] | None] = {}
    for adapter in adapters().values():
        if isinstance(adapter, RecordAdapter):
            subject = policy_of(adapter.model).subject
            offices[adapter.kind] = standing(person).offices(Verb.VIEW, subject)
            writes[adapter.kind] = standing(person).offices(Verb.TRANSLATE, subject)
    homes = [
        (one.language, one.permissions_for_user(person))
        for one in HomePage.objects.select_related("locale").defer("body")
    ]
    return Reach(
        trees=frozenset(code for code, rights in homes if rights.can_edit() or rights.can_add_subpage()),
        publishes=frozenset(code for code, rights in homes if rights.can_publish()),
        offices=offices,
        writes=writes,
        houses=tuple(Office.objects.all()),
    )


def visible(reach: Reach) -> "QuerySet[Item]":
    """The items whose source the person may read: public pages, own drafts, records of the own offices."""
    found = ~Q(kind__in=reach.offices) & (Q(is_public=True) | Q(source_language__in=reach.trees))
    for kind, offices in reach.offices.items():
        found |= Q(kind=kind) if offices is None else Q(kind=kind, office__in=offices)
    return Item.objects.filter(found)


def queue(reach: Reach) -> "QuerySet[ItemState]":
    """What the person can translate or publish now, the most urgent first."""
    pages = ~Q(item__kind__in=reach.offices) & Q(language__in=reach.trees)
    pages &= ~Q(rank=RANKS[WorkState.REVIEWED]) | Q(language__in=reach.publishes)
    found = pages
    for kind, offices in reach.writes.items():
        for house in reach.houses:
            if offices is None or house.pk in offices:
                found |= Q(item__kind=kind, item__office=house, language__in=[SHARED, *house.languages])
    rows = ItemState.objects.filter(found, rank__lt=NO_WORK, item__in=visible(reach))
    oldest = F("item__changed").asc(nulls_last=True)
    return rows.select_related("item__office", "claimed_by").order_by("rank", oldest, "pk")


@dataclass(frozen=True, slots=True)
class Filters:
    """What the matrix shows; an empty value means all. `age` is in days since the source last changed."""

    kind: str = ""
    module: str = ""
    office: str = ""
    state: str = ""
    language: str = ""
    age: int = 0

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Filters":
        """From an address; what is not known is left out."""
        age = given.get("age", "")
        return cls(
            kind=given.get("kind", "") if given.get("kind", "") in adapters() else "",
            module=given.get("module", "")[:80],
            office=given.get("office", "")[:80],
            state=given.get("state", "") if given.get("state", "") in WorkState.values else "",
            language=given.get("language", "") if given.get("language", "") in LANGUAGES else "",
            age=int(age) if age.isascii() and age.isdigit() and int(age) in AGES else 0,
        )

    def of_items(self, items: "QuerySet[Item]") -> "QuerySet[Item]":
        """The items that fit."""
        if self.kind:
            items = items.filter(kind=self.kind)
        if self.module:
            items = items.filter(module=self.module)
        if self.office:
            items = items.filter(office__key=self.office)
        wanted = self._states()
        return items.filter(pk__in=wanted.values("item")) if wanted is not None else items

    def _states(self) -> "QuerySet[ItemState] | None":
        if not (self.state or self.language or self.age):
            return None
        states = ItemState.objects.all()
        if self.language:
            states = states.filter(language=self.language)
        states = states.filter(state__in=[self.state] if self.state else SHOWN)
        if self.age:
            limit = timezone.now() - datetime.timedelta(days=self.age)
            states = states.filter(rank__lt=NO_WORK, item__changed__lt=limit)
        return states


def matrix(reach: Reach, filters: Filters) -> "QuerySet[Item]":
    """The items with their states in the four languages, by kind and title."""
    rows = filters.of_items(visible(reach))
    return rows.select_related("office").prefetch_related("states").order_by("kind", "title", "pk")


@dataclass(frozen=True, slots=True)
class Total:
    """How many items are how far, of a language or an office."""

    name: str
    counts: Mapping[str, int]

    @property
    def share(self) -> int | None:
        """How many per cent are reviewed; None of nothing."""
        total = sum(count for state, count in self.counts.items() if state != WorkState.SOURCE)
        return round(100 * self.counts.get(WorkState.REVIEWED, 0) / total) if total else None

    @property
    def in_order(self) -> list[tuple[str, int]]:
        return [(state, self.counts.get(state, 0)) for state in SHOWN]


SHOWN: Final = (
    WorkState.REVIEWED,
    WorkState.DRAFT,
    WorkState.MACHINE,
    WorkState.OUTDATED,
    WorkState.MISSING,
)


def totals(items: "QuerySet[Item]") -> tuple[list[Total], list[Total]]:
    """How far the items are, by language and by the key of their office (empty for pages without one)."""
    by_language: dict[str, dict[str, int]] = {}
    by_office: dict[str, dict[str, int]] = {}
    states = ItemState.objects.filter(item__in=items.order_by().values("pk")).exclude(state=WorkState.SOURCE)
    columns = ("language", "item__office__key", "state")
    for language, office, state, count in states.values_list(*columns).annotate(count=Count("pk")):
        for found in (by_language.setdefault(language, {}), by_office.setdefault(office or "", {})):
            found[state] = found.get(state, 0) + count
    return (
        [Total(code, by_language[code]) for code in LANGUAGES if code in by_language],
        [Total(key, by_office[key]) for key in sorted(by_office)],
    )


def lag_days(item: Item, state: ItemState) -> int | None:
    """For how many days the translation has been behind its source; None when it is not, or unknown."""
    if item.changed is None or state.state in {WorkState.SOURCE, WorkState.REVIEWED}:
        return None
    return max((timezone.now() - item.changed).days, 0)


def csv_rows(items: Iterable[Item]) -> Iterable[list[str]]:
    """The matrix as a table: one row an item and language."""
    yield ["kind", "item", "title", "office", "module", "source", "language", "state", "draft", "public",
           "changed_segments", "segments", "source_changed", "translated"]  # fmt: skip
    for item in items:
        for state in sorted(item.states.all(), key=lambda one: LANGUAGES.index(as_language(one.language))):
            yield [
                item.kind,
                str(item.subject),
                item.title,
                item.office.key if item.office is not None else "",
                item.module,
                item.source_language,
                state.language,
                state.state,
                state.draft_state,
                "yes" if state.is_public else "no",
                str(state.changed_segments),
                str(state.segments),
                item.changed.isoformat() if item.changed else "",
                state.translated.isoformat() if state.translated else "",
            ]
