"""Packages that leave: what the partner has not acknowledged yet, sealed for it, noted before it goes.

Everything unacknowledged is in each package, so a lost one is healed by the next. What left is a
`PackageNote`, which the log of the office keeps in its chain.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from amur.formats.matching.packages import Package, write
from amur.formats.matching.sealing import seal
from amur.formats.matching.statements import Statement
from amur.formats.matching.views import fold, wanted_blobs
from amur.portal.audit.actions import batch
from amur.portal.audit.models import ChainHead
from amur.portal.matching import agreements, files, keyring, log
from amur.portal.matching.models import PackageNote, Round
from amur.portal.matching.problems import Refused
from amur.portal.offices.models import Person


@dataclass(frozen=True, slots=True)
class Sealed:
    """A package for the partner: its bytes, the name of its file, and the note of what is in it."""

    content: bytes
    name: str
    note: PackageNote


def package(round_: Round, person: Person | None, *, whole: bool = False) -> Sealed:
    """Write the next package; `whole` begins at the first statement, whatever the partner has acknowledged.

    Raises Refused when the partner is not confirmed or an agreement does not cover what would leave.
    """
    keys = keyring.secrets_of(round_.office)
    card = keyring.card_of(round_.partner)
    with batch(), transaction.atomic():
        round_ = Round.objects.select_for_update().get(pk=round_.pk)
        everything = log.known(round_)
        own = [one for one in everything if one.role == round_.role]
        sent = own if whole else own[round_.acknowledged :]
        clause = _require_covered(round_, everything, sent)
        blobs = {}
        for name in sorted(wanted_blobs(everything, fold(everything)) & {one.blob for one in sent}):
            content = files.read(name)
            if content is None:
                raise Refused("missing-blob")
            blobs[name] = content
        number = round_.packages.filter(outgoing=True).count() + 1
        content = write(
            Package(
                round_id=str(round_.uuid),
                sender=keys.card.id,
                recipient=card.id,
                role=log.role_of(round_.role),
                number=number,
                acknowledged=len(everything) - len(own),
                witness=_witness(round_),
                statements=sent,
                blobs=blobs,
            )
        )
        sealed = seal(content, keys, card)
        note = note_of(round_, sent, content, number=number, outgoing=True, person=person, clause=clause)
    return Sealed(sealed, f"round-{str(round_.uuid)[:8]}-{round_.role}-{number}.amr", note)


def note_of(
    round_: Round,
    statements: Iterable[Statement],
    content: bytes,
    *,
    number: int,
    outgoing: bool,
    person: Person | None,
    clause: str = "",
    witness: str = "",
) -> PackageNote:
    """Note a package; the same one is noted once."""
    counts = Counter(one.kind for one in statements)
    note, _made = PackageNote.objects.get_or_create(
        round=round_,
        outgoing=outgoing,
        number=number,
        sha256=hashlib.sha256(content).hexdigest(),
        defaults={
            "size": len(content),
            "counts": dict(sorted(counts.items())),
            "place_level": agreements.PLACE.word,
            "time_level": agreements.TIME.word,
            "clause": clause,
            "witness": witness,
            "person": person,
        },
    )
    return note


def _require_covered(round_: Round, everything: list[Statement], sent: list[Statement]) -> str:
    """The agreements and clauses under which statements leave. Raises Refused.

    What was retracted before it left needs none: nothing but the fact of it is told.
    """
    gone = {
        int(one.body["number"]) for one in everything if one.kind == "retraction" and one.role == round_.role
    }
    ended = bool(fold(everything).ended)
    used = set()
    for kind in {one.kind for one in sent if one.number not in gone}:
        if ended and kind in ("flank", "candidate", "crop"):
            continue  # contents are not sent any more, see `wanted_blobs`
        if found := agreements.require(round_, kind):
            used.add(" ".join(word for word in (found.code, f"v{found.version}", found.clause) if word))
    return "; ".join(sorted(used))[:200]


def _witness(round_: Round) -> str:
    """The head of the office's log, which the partner keeps: it could later tell if the log was rewritten."""
    head = ChainHead.objects.filter(chain=str(round_.office.uuid)).first()
    return head.head if head else ""
