"""The statements of a round in the database: what this office says, what is known, and the view of all.

`say` is the only way in which something becomes part of a round on this side.
"""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from django.db import transaction

from amur.formats.matching.statements import FIRST, Kind, Role, Statement, state
from amur.formats.matching.views import View, fold
from amur.portal.matching import agreements
from amur.portal.matching.models import Round, RoundStatement
from amur.portal.matching.problems import Refused
from amur.portal.offices.models import Person

ALWAYS = ("retraction", "end")
"""What may be said in a round that has ended."""


def known(round_: Round, role: str | None = None) -> list[Statement]:
    """The statements that are known, of one side or of both, each side's in its order."""
    rows = round_.statements.order_by("role", "number")
    return [as_statement(row) for row in (rows.filter(role=role) if role else rows)]


def as_statement(row: RoundStatement) -> Statement:
    """A row as the fold takes it."""
    kind = cast(Kind, row.kind)
    return Statement(role_of(row.role), row.number, kind, row.body, row.previous, row.hash)


def role_of(name: str) -> Role:
    """A role by its name."""
    return "asker" if name == Round.Role.ASKER else "answerer"


def other(role: str) -> Role:
    """The role of the other side."""
    return "answerer" if role == Round.Role.ASKER else "asker"


def view(round_: Round) -> View:
    """The round as far as it is known."""
    return fold(known(round_))


def say(round_: Round, kind: str, body: Mapping[str, Any], person: Person | None) -> Statement:
    """Say one thing on the side of the office. Raises Refused without an agreement that covers it."""
    return say_all(round_, [(kind, body)], person)[0]


def say_all(
    round_: Round, sayings: Iterable[tuple[str, Mapping[str, Any]]], person: Person | None
) -> list[Statement]:
    """Say several things, all or nothing. Raises Refused."""
    sayings = list(sayings)
    with transaction.atomic():
        Round.objects.select_for_update().get(pk=round_.pk)
        ended = bool(view(round_).ended)
        if ended and any(kind not in ALWAYS for kind, _body in sayings):
            raise Refused("round-ended")
        for kind in {kind for kind, _body in sayings}:
            agreements.require(round_, kind)
        last = round_.statements.filter(role=round_.role).order_by("-number").first()
        number, previous = (last.number, last.hash) if last else (0, FIRST)
        made = []
        for kind, body in sayings:
            number += 1
            one = state(str(round_.uuid), role_of(round_.role), number, kind, body, previous)
            previous = one.hash
            made.append(one)
        store(round_, made, person)
    return made


def store(round_: Round, statements: Iterable[Statement], person: Person | None) -> None:
    """Keep statements of either side."""
    RoundStatement.objects.bulk_create(
        [
            RoundStatement(
                round=round_,
                role=one.role,
                number=one.number,
                kind=one.kind,
                body=dict(one.body),
                previous=one.previous,
                hash=one.hash,
                person=person if one.role == round_.role else None,
            )
            for one in statements
        ],
        batch_size=500,
    )
