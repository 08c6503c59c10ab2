"""Agreements between offices as data: who may see which records, how exactly, for what. Missing means no.

Made by the portal from a signed text; read by the gate. Of several agreements that cover a record the
strictest counts; of several versions of one agreement only the newest counts, even when it is revoked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from amur.disclosure.levels import Level, TimeLevel
from amur.disclosure.records import Record
from amur.disclosure.rules import Rules
from amur.disclosure.taxa import covers, folded, parents_of, path_of
from amur.disclosure.times import is_older_than, require_aware


@dataclass(frozen=True)
class Agreement:
    """One direction of one agreement: `giver` lets `receivers` see some of its records.

    Every term must be stated. None, an empty set and a term left out all mean "nothing".
    """

    id: str
    version: int
    giver: str
    receivers: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    taxa: frozenset[str] = frozenset()
    event_kinds: frozenset[str] = frozenset()
    zones: frozenset[str] = frozenset()
    level: Level | None = None
    time_level: TimeLevel | None = None
    min_age_months: int | None = None
    purposes: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset()
    media: bool = False
    personal: bool = False
    onward: bool = False
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    revoked_at: datetime | None = None
    clause: str = ""

    def __post_init__(self) -> None:
        for name in ("valid_from", "valid_until", "revoked_at"):
            moment = getattr(self, name)
            if moment is not None:
                require_aware(moment, f"{name} of agreement {self.id}")

    def in_force(self, now: datetime) -> bool:
        """Whether it holds at `now`: both dates stated, begun, not ended and not revoked."""
        if self.valid_from is None or self.valid_until is None:
            return False
        revoked = self.revoked_at is not None and self.revoked_at <= now
        return self.valid_from <= now < self.valid_until and not revoked

    def may_pass_on(self, now: datetime) -> bool:
        """Whether a receiver may hand what it got to someone else."""
        return self.in_force(now) and self.onward


def newest(agreements: Iterable[Agreement]) -> tuple[Agreement, ...]:
    """The newest version of each agreement; two that claim the same version both count."""
    by_id: dict[tuple[str, str], list[Agreement]] = {}
    for agreement in agreements:
        by_id.setdefault((agreement.giver, agreement.id), []).append(agreement)
    kept: list[Agreement] = []
    for versions in by_id.values():
        last = max(agreement.version for agreement in versions)
        kept += [agreement for agreement in versions if agreement.version == last]
    return tuple(kept)


def covering(
    record: Record,
    receiver: str,
    purpose: str,
    now: datetime,
    agreements: Iterable[Agreement],
    rules: Rules,
) -> tuple[Agreement, ...]:
    """The agreements in force under which this office may see this record for this purpose."""
    return tuple(
        agreement
        for agreement in newest(agreements)
        if agreement.giver == record.owner
        and receiver in agreement.receivers
        and purpose in agreement.purposes
        and agreement.in_force(now)
        and agreement.level is not None
        and agreement.time_level is not None
        and _covers_record(agreement, record, now, rules)
    )


def _covers_record(agreement: Agreement, record: Record, now: datetime, rules: Rules) -> bool:
    if record.kind not in agreement.kinds:
        return False
    if record.zone is not None and record.zone not in agreement.zones:
        return False
    if record.event_kind is not None and record.event_kind not in agreement.event_kinds:
        return False
    if record.personal and not agreement.personal:
        return False
    if agreement.min_age_months is None:
        return False
    if agreement.min_age_months > 0 and not is_older_than(
        record.time_end or record.time, agreement.min_age_months, now
    ):
        return False
    taxa = (() if record.taxon is None else (record.taxon,)) + record.past_taxa
    return all(_covers_taxon(agreement, taxon, rules) for taxon in taxa)


def _covers_taxon(agreement: Agreement, taxon: str, rules: Rules) -> bool:
    """Whether every parent of the taxon lies under a term, by any of the term's synonyms."""
    terms = [path for name in agreement.taxa for path in rules.paths_of(name)]
    wholes = {folded(name) for name in agreement.taxa}
    return all(
        folded(parent) in wholes
        or any(covers(terms, path) for path in rules.paths_of(parent) or (path_of(parent),))
        for parent in parents_of(taxon)
    )
