"""What an agreement of an office lets a partner have in a round, asked of `amur.disclosure`.

Three classes of records: features of flanks, crops, verdicts. None of them has a place or a time: an
agreement gives both at the level "withheld". No term, no agreement in force, no partner: no.
"""

from datetime import UTC, datetime, time, timedelta
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone

from amur import disclosure
from amur.disclosure.agreements import covering
from amur.portal.matching.models import Agreement, Partner, Round
from amur.portal.matching.problems import Refused

PLACE: Final = disclosure.Level.WITHHELD
TIME: Final = disclosure.TimeLevel.WITHHELD
CLASS_OF: Final = {
    "flank": "flanks",
    "crop": "crops",
    "candidate": "verdicts",
    "decision": "verdicts",
    "passport": "verdicts",
    "release": "verdicts",
}
"""The class that a kind of statement belongs to; the other kinds tell nothing of animals."""


def require(round_: Round, kind: str) -> Agreement | None:
    """The agreement under which a kind of statement may leave; None where it needs none. Raises Refused."""
    if kind not in CLASS_OF:
        return None
    found = covering_one(round_.partner, round_.species, CLASS_OF[kind])
    if found is None:
        raise Refused("not-agreed", what=CLASS_OF[kind])
    return found


def covering_one(partner: Partner, species: str, what: str, now: datetime | None = None) -> Agreement | None:
    """The newest agreement that lets a partner have a class of records of a species now; None without."""
    rows = list(Agreement.objects.select_related("office").filter(partner=partner))
    by_id = {(str(row.code), row.version): row for row in rows}
    record = disclosure.Record(
        kind=what, id=UUID(int=partner.uuid.int), owner=partner.office.key, taxon=species
    )
    found = covering(
        record,
        str(partner.uuid),
        disclosure.Purpose.IDENTIFICATION,
        now or timezone.now(),
        [_as_agreement(row) for row in rows],
        disclosure.DEFAULT,
    )
    names = sorted((one.id, one.version) for one in found)
    return by_id[names[-1]] if names else None


def _as_agreement(row: Agreement) -> disclosure.Agreement:
    zone = ZoneInfo(row.office.time_zone)
    begin = datetime.combine(row.valid_from, time(), zone).astimezone(UTC)
    end = datetime.combine(row.valid_until + timedelta(days=1), time(), zone).astimezone(UTC)
    return disclosure.Agreement(
        id=row.code,
        version=row.version,
        giver=row.office.key,
        receivers=frozenset({str(row.partner.uuid)}),
        kinds=frozenset(name for name in ("flanks", "crops", "verdicts") if getattr(row, name)),
        taxa=frozenset(row.species),
        level=PLACE,
        time_level=TIME,
        min_age_months=0,
        purposes=frozenset({disclosure.Purpose.IDENTIFICATION}),
        media=row.crops,
        valid_from=begin,
        valid_until=end,
        revoked_at=row.revoked,
        clause=row.clause,
    )
