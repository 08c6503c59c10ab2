"""Questions about cards: who may work on which, what was found on one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, QuerySet, Sum

from amur.portal.cameras.models import CameraProject
from amur.portal.cards.models import CardFile, MemoryCard
from amur.portal.offices.models import Office, Person
from amur.portal.offices.policies import Subject, Verb, may, offices_where


@dataclass(frozen=True, slots=True)
class Counts:
    """How many files of a card are in each state, and the bytes of those that are taken."""

    by_state: dict[str, int]
    taken_bytes: int

    def __getattr__(self, state: str) -> int:
        """`counts.taken`, `counts.refused`, … for templates."""
        if state not in CardFile.State.values:
            raise AttributeError(state)
        return self.by_state.get(state, 0)

    @property
    def total(self) -> int:
        return sum(self.by_state.values())

    @property
    def unread(self) -> int:
        return self.arriving + self.waiting


def offices_for(person: Person | AnonymousUser) -> QuerySet[Office]:
    """The offices for which a person may bring cards."""
    return offices_where(person, Verb.ADD, Subject.CAMERAS)


def projects_for(person: Person | AnonymousUser) -> QuerySet[CameraProject]:
    """The projects into which a person may bring cards."""
    return CameraProject.objects.filter(office__in=offices_for(person)).select_related("office")


def cards_for(person: Person | AnonymousUser) -> QuerySet[MemoryCard]:
    """The cards of the offices for which a person may bring cards, newest first."""
    rows = MemoryCard.objects.filter(office__in=offices_for(person))
    return rows.select_related("deployment__project", "deployment__station", "office", "run")


def card_for(person: Person | AnonymousUser, identifier: UUID) -> MemoryCard | None:
    """A card, for people who may bring cards for its office."""
    card = (
        MemoryCard.objects.select_related("deployment__project", "deployment__station", "office", "run")
        .filter(uuid=identifier)
        .first()
    )
    return card if card is not None and may(person, Verb.ADD, Subject.CAMERAS, card.office_id) else None


def counts_of(card: MemoryCard) -> Counts:
    """How many files of a card are in each state."""
    rows = card.files.values("state").annotate(count=Count("pk"), size=Sum("size")).order_by()
    found = {row["state"]: row for row in rows}
    taken = found.get(CardFile.State.TAKEN, {"size": 0})
    return Counts({state: row["count"] for state, row in found.items()}, taken["size"] or 0)


def refusals_of(card: MemoryCard, states: Iterable[str]) -> list[tuple[dict[str, object], int, list[str]]]:
    """Why files were not taken: each problem with how many have it, and the first names."""
    rows = card.files.filter(state__in=list(states)).exclude(problem=None).values_list("problem", "name")
    count: Counter[str] = Counter()
    names: dict[str, list[str]] = {}
    problems: dict[str, dict[str, object]] = {}
    for problem, name in rows.order_by("pk"):
        if problem is None:
            continue
        key = f"{problem['code']} {problem['params']}"
        problems.setdefault(key, problem)
        count[key] += 1
        if len(names.setdefault(key, [])) < 5:
            names[key].append(name)
    return [(problems[key], number, names[key]) for key, number in count.most_common()]
