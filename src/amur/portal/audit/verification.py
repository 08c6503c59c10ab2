"""Proving the log: every entry, link, head and seal. Called by actions, the command and tests."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from amur.portal.audit.chain import FIRST, is_sealed
from amur.portal.audit.keys import existing_key, key_file
from amur.portal.audit.models import PROGRAMME, AuditEntry, ChainHead


class Damage(StrEnum):
    """What can have happened to a chain."""

    ALTERED = "altered"
    MISSING = "missing"
    REORDERED = "reordered"
    TRUNCATED = "truncated"
    HEAD_ALTERED = "head altered"
    HEAD_MISSING = "head missing"
    CHAIN_MISSING = "chain missing"
    SEAL_WAS_BROKEN = "seal was broken"
    KEY_MISSING = "key missing"
    NOT_AS_WITNESSED = "not as witnessed"


@dataclass(frozen=True, slots=True)
class Problem:
    """The first thing that is wrong with a chain; `sequence` is None when it is no single entry."""

    chain: str
    damage: Damage
    sequence: int | None
    detail: str

    def __str__(self) -> str:
        where = f"entry {self.sequence} of chain {self.chain}" if self.sequence else f"chain {self.chain}"
        return f"{self.damage}: {where}: {self.detail}"


@dataclass(slots=True)
class Report:
    """What a verification found."""

    counts: dict[str, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def is_intact(self) -> bool:
        return not self.problems

    @property
    def entries(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Head:
    """A chain's state that somebody else can keep as a witness."""

    count: int
    hash: str


def heads() -> dict[str, Head]:
    """The state of every chain now, to be kept outside the database and given to `verify` later."""
    return {row.chain: Head(row.count, row.head) for row in ChainHead.objects.order_by("chain")}


def verify(witness: Mapping[str, Head] | None = None) -> Report:
    """Go through the whole log; the report names the first broken entry of each chain.

    `witness` holds heads noted earlier: each must still be a part of its chain, which also finds
    an old copy of the database put in the place of the new one.
    """
    report = Report()
    secret = existing_key()
    found = {row.chain: row for row in ChainHead.objects.order_by("chain")}
    if secret is None and found:
        report.problems.append(
            Problem(PROGRAMME, Damage.KEY_MISSING, None, f"{key_file()} is gone; bring it back from a backup")
        )
    stray = AuditEntry.objects.exclude(chain__in=found).order_by("chain").values_list("chain", flat=True)
    for chain in stray.distinct():
        report.problems.append(Problem(chain, Damage.HEAD_MISSING, None, "there are entries without a head"))
    for chain in _opened() - set(found):
        report.problems.append(Problem(chain, Damage.CHAIN_MISSING, None, "it was opened and is gone"))
    if found and PROGRAMME not in found:
        report.problems.append(
            Problem(PROGRAMME, Damage.CHAIN_MISSING, None, "the programme's chain is gone")
        )
    for chain, head in found.items():
        problem = _walk(chain, head) or _tail(chain) or _was_broken(chain)
        if problem:
            report.problems.append(problem)
        if secret is not None and not is_sealed(secret, chain, head.count, head.head, head.seal):
            report.problems.append(
                Problem(
                    chain, Damage.HEAD_ALTERED, None, "the seal does not fit; count or last hash were changed"
                )
            )
        report.counts[chain] = head.count
    report.problems.extend(_against(witness or {}))
    return report


def _opened() -> set[str]:
    return set(
        AuditEntry.objects.filter(chain=PROGRAMME, action="audit.chain.open").values_list(
            "object_key", flat=True
        )
    )


def _walk(chain: str, head: ChainHead) -> Problem | None:
    previous, expected = FIRST, 1
    rows = AuditEntry.objects.filter(chain=chain, sequence__lte=head.count).order_by("sequence")
    for row in rows.iterator(chunk_size=2000):
        if row.sequence != expected:
            return _gap(chain, expected, row.sequence - 1)
        if row.computed_hash() != row.hash or row.previous != previous:
            return _broken(row, previous)
        previous, expected = row.hash, expected + 1
    if expected <= head.count:
        return Problem(
            chain,
            Damage.TRUNCATED,
            expected,
            f"the chain ends at {expected - 1}, the head counts {head.count}",
        )
    if previous != head.head:
        return Problem(chain, Damage.HEAD_ALTERED, None, "the head names another last hash")
    return None


def _gap(chain: str, first: int, last: int) -> Problem:
    many = f"entries {first} to {last} are gone" if last > first else "the entry is gone"
    return Problem(chain, Damage.MISSING, first, many)


def _broken(row: AuditEntry, previous: str) -> Problem:
    """An entry that does not fit: moved from another place when what it follows stands elsewhere."""
    elsewhere = AuditEntry.objects.filter(chain=row.chain, hash=row.previous).exists()
    moved = row.previous != previous and (elsewhere or row.previous == FIRST)
    if moved:
        return Problem(
            row.chain, Damage.REORDERED, row.sequence, "it follows another entry than the one before"
        )
    return Problem(
        row.chain,
        Damage.ALTERED,
        row.sequence,
        f"its content is not what was written ({row.action}, {row.kind})",
    )


def _tail(chain: str) -> Problem | None:
    """Entries behind the head; the last entry is read first, so that a writer at work is no alarm."""
    last = AuditEntry.objects.filter(chain=chain).order_by("-sequence").first()
    head = ChainHead.objects.filter(chain=chain).first()
    if last is not None and head is not None and last.sequence > head.count:
        return Problem(chain, Damage.HEAD_ALTERED, last.sequence, f"the head counts only {head.count}")
    return None


def _was_broken(chain: str) -> Problem | None:
    row = AuditEntry.objects.filter(chain=chain, action="audit.seal.broken").order_by("sequence").first()
    if row is None:
        return None
    return Problem(
        chain, Damage.SEAL_WAS_BROKEN, row.sequence, "somebody changed the head before this entry was written"
    )


def _against(witness: Mapping[str, Head]) -> Iterator[Problem]:
    for chain, noted in witness.items():
        if noted.count == 0:
            continue
        row = AuditEntry.objects.filter(chain=chain, sequence=noted.count).first()
        if row is None or row.hash != noted.hash:
            yield Problem(
                chain, Damage.NOT_AS_WITNESSED, noted.count, "a witness holds another hash of this entry"
            )
