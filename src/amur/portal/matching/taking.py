"""Packages that arrive: opened, checked to the last field, then taken in whole or not at all.

The same package again changes nothing, an older one neither: statements are a set. What contradicts what came
earlier is refused, since then one side works with an old copy of its data.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from amur.formats.errors import FormatError
from amur.formats.matching import packages
from amur.formats.matching.crops import pixels_of
from amur.formats.matching.flanks import decode
from amur.formats.matching.packages import Package
from amur.formats.matching.sealing import unseal
from amur.formats.matching.statements import FIRST, Statement
from amur.formats.matching.views import fold, wanted_blobs
from amur.portal.audit.actions import batch
from amur.portal.matching import files, joint, keyring, log, sending
from amur.portal.matching.models import Partner, Round
from amur.portal.matching.problems import Refused
from amur.portal.offices.models import Office, Person
from amur.science.stripes import side_of


@dataclass(frozen=True, slots=True)
class Taken:
    """What a package brought: its round and how many statements were new."""

    round: Round
    fresh: int


def take(office: Office, sealed: bytes, person: Person | None, file: str = "package") -> Taken:
    """Take a package in. Raises Refused; then nothing of it is kept."""
    try:
        return _take(office, sealed, person, file)
    except FormatError as error:
        raise Refused.by(error) from error


def _take(office: Office, sealed: bytes, person: Person | None, file: str) -> Taken:
    partner, content = _opened(office, sealed, file)
    package = packages.read(content, file)
    if (
        package.sender != keyring.card_of(partner).id
        or package.recipient != keyring.secrets_of(office).card.id
    ):
        raise Refused("wrong-round")
    with batch(), transaction.atomic():
        round_ = _round_of(office, partner, package)
        everything = log.known(round_)
        fresh = _fresh(package, [one for one in everything if one.role == package.role])
        own = sum(1 for one in everything if one.role == round_.role)
        if package.acknowledged > own:
            raise Refused("own-roll-back")
        everything += fresh
        wanted = wanted_blobs(everything, fold(everything))
        numbers = {one.number for one in fresh}
        for one in package.statements:
            _require_content(one, package, needed=one.number in numbers and one.blob in wanted)
        unwanted = {one.blob for one in everything if one.blob} - wanted
        for name in sorted(wanted & set(package.blobs)):
            files.keep(package.blobs[name])
        log.store(round_, fresh, person)
        round_.acknowledged = max(round_.acknowledged, package.acknowledged)
        round_.save(update_fields=["acknowledged"])
        sending.note_of(
            round_, package.statements, content,
            number=package.number, outgoing=False, person=person, witness=package.witness,
        )  # fmt: skip
        joint.follow(round_, person)
        transaction.on_commit(lambda: forget_unwanted(unwanted))
    return Taken(round_, len(fresh))


def forget_unwanted(names: set[str]) -> None:
    """Give up those of some contents that no other round wants."""
    if not names:
        return
    wanted: set[str] = set()
    for round_ in Round.objects.all():
        everything = log.known(round_)
        if names & {one.blob for one in everything}:
            wanted |= wanted_blobs(everything, fold(everything))
    files.forget(names - wanted)


def _opened(office: Office, sealed: bytes, file: str) -> tuple[Partner, bytes]:
    """Whose package it is, and its content. Raises FormatError or Refused."""
    keys = keyring.secrets_of(office)
    refused: Exception = Refused("wrong-sender")
    for partner in Partner.objects.filter(office=office, ended=None).exclude(confirmed=None):
        try:
            return partner, unseal(sealed, keys, keyring.card_of(partner), file)
        except FormatError as error:
            if error.code != "wrong-sender":
                raise
            refused = error
    raise refused


def _round_of(office: Office, partner: Partner, package: Package) -> Round:
    """The round of a package; one that is not known begins with the opening of the asking side."""
    round_ = Round.objects.select_for_update().filter(office=office, uuid=package.round_id).first()
    if round_ is not None:
        if round_.partner_id != partner.pk or package.role != log.other(round_.role):
            raise Refused("wrong-round")
        return round_
    first = package.statements[0] if package.statements else None
    if first is None or first.number != 1:
        raise Refused("gap", number=first.number if first else 1)
    if package.role != "asker" or first.kind != "opening":
        raise Refused("wrong-round")
    return Round.objects.create(
        office=office,
        uuid=package.round_id,
        partner=partner,
        role=Round.Role.ANSWERER,
        species=first.body["species"],
    )


def _fresh(package: Package, before: Sequence[Statement]) -> list[Statement]:
    """The statements that are not known yet. Raises Refused for a gap or a contradiction."""
    known: dict[int, Any] = {one.number: one for one in before}
    for one in package.statements:
        if one.number in known and known[one.number].hash != one.hash:
            raise Refused("rolled-back", number=one.number)
    fresh = [one for one in package.statements if one.number not in known]
    if fresh:
        if fresh[0].number != len(before) + 1:
            raise Refused("gap", number=fresh[0].number)
        if fresh[0].previous != (before[-1].hash if before else FIRST):
            raise Refused("rolled-back", number=fresh[0].number)
    return fresh


def _require_content(statement: Statement, package: Package, *, needed: bool) -> None:
    """Look into what belongs to a statement. Raises FormatError or Refused."""
    content = package.blobs.get(statement.blob)
    if content is None:
        if needed:
            raise Refused("missing-blob")
        return
    if statement.kind == "flank":
        decode(content, side_of(str(statement.body["side"])), float(statement.body["quality"]))
    else:
        pixels_of(content)
