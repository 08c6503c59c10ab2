"""What an import would do: each row of a file beside the register, before anything is changed.

The preview shows a plan; the import makes it anew inside its transaction and refuses to go on when it is no
longer the one that was shown. Called by `importing`.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from amur.formats.errors import FormatError, ProblemList
from amur.formats.wdpca import AreaReport
from amur.portal.areas.exchange import register
from amur.portal.areas.exchange.comparing import Changes, differences
from amur.portal.areas.exchange.messages import WORDINGS_OF_IMPORT
from amur.portal.areas.exchange.register import Register
from amur.portal.areas.exchange.stating import Reader, Statement
from amur.portal.areas.models import Area, AreaKind, AreaStatus
from amur.portal.facts.models import Confidence
from amur.portal.languages.models import slug_of
from amur.portal.offices.models import Office

Tell = Callable[[int, int], None]

NEW_AREA: Mapping[str, Any] = {
    "kind": AreaKind.PROTECTED_AREA,
    "status": AreaStatus.UNVERIFIED,
    "confidence": Confidence.LOW,
}
"""What a new area is when its row does not say: nothing that could look like a finding."""


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One row: the area that it means (None for a new one) and what it would change there."""

    number: int
    key: str
    name: str
    area: Area | None
    changes: Changes
    action: str

    def as_json(self) -> dict[str, Any]:
        """For the preview, and for telling whether two plans are the same."""
        return {
            "number": self.number,
            "key": self.key,
            "name": self.name,
            "action": self.action,
            "changes": [[name, shown(old), shown(new)] for name, (old, new) in self.changes.items()],
        }


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole file beside the register."""

    rows: tuple[PlannedRow, ...]
    problems: tuple[FormatError, ...]
    error_count: int
    warning_count: int
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def fingerprint(self) -> str:
        """The same for two plans that do the same."""
        text = json.dumps([row.as_json() for row in self.rows], sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


def plan_for(report: AreaReport, office: Office, file: str, tell: Tell = lambda done, total: None) -> Plan:
    """The plan of an import of a checked file by an office. Reads the register, changes nothing."""
    known = register.load(office)
    problems = ProblemList(WORDINGS_OF_IMPORT, file)
    statements = []
    for row in report.rows:
        problems.file = row.file
        statements.append(Reader(row, problems).statement())
    known.expected = {one.key for one in statements if one.key} - known.areas.keys()
    rows = []
    seen: dict[str, int] = {}
    for done, statement in enumerate(statements):
        tell(done, len(statements))
        problems.file = report.rows[done].file
        planned = _planned(statement, known, problems)
        if planned is None:
            continue
        if planned.key in seen:
            first = seen[planned.key]
            problems.error("area-twice", row=planned.number, column="key", key=planned.key, first_row=first)
        seen.setdefault(planned.key, planned.number)
        rows.append(planned)
    counts = {action: sum(row.action == action for row in rows) for action in ("new", "changed", "unchanged")}
    numbered = {(row.file, row.number) for row, one in zip(report.rows, statements, strict=True) if one.key}
    needless = [
        one for one in report.problems if one.code == "number-missing" and (one.file, one.row) in numbered
    ]
    skipped = {id(one) for one in needless}  # a row with our key needs no other number
    listed = [one for one in (*report.problems, *problems.listed) if id(one) not in skipped]
    return Plan(
        tuple(rows),
        tuple(sorted(listed, key=lambda one: one.severity)),
        report.error_count + problems.error_count,
        report.warning_count + problems.warning_count - len(needless),
        counts,
    )


def _planned(statement: Statement, known: Register, problems: ProblemList) -> PlannedRow | None:
    area = known.meant(statement)
    key = area.key if area else (statement.key or key_from(statement))
    if area is None:
        area = known.areas.get(key)
    if not key:
        problems.error("key-not-made", row=statement.number, column="key")
        return None
    before = known.state_of(area) if area else None
    changes = differences(statement, before, known, problems)
    name = next(iter(statement.names.values()), key)
    if area is None:
        changes = {**_defaults(changes), **changes}
        _check_new(statement, changes, known, problems)
        return PlannedRow(statement.number, key, name, None, changes, "new")
    if changes and area.office_id != known.office.pk:
        # What the other office keeps to itself is not told by way of a difference.
        problems.error(
            "other-office", row=statement.number, column="key", key=area.key, office=area.office.key
        )
        return PlannedRow(statement.number, key, name, area, {}, "refused")
    return PlannedRow(statement.number, key, name, area, changes, "changed" if changes else "unchanged")


def _defaults(changes: Changes) -> Changes:
    return {name: (None, str(value)) for name, value in NEW_AREA.items() if name not in changes}


def _check_new(statement: Statement, changes: Changes, known: Register, problems: ProblemList) -> None:
    if changes["kind"][1] == AreaKind.BUFFER_ZONE and not statement.parent:
        problems.error("parent-missing", row=statement.number, column="buffer_of")
    countries = statement.values.get("countries") or ()
    if (other := known.namesake(statement.names.values(), countries)) is not None:
        problems.warn("same-name", row=statement.number, column="name_eng", key=other)


def key_from(statement: Statement) -> str:
    """A key from country and name, always the same for the same row; empty when the name gives none."""
    name = statement.names.get("en") or next(iter(statement.names.values()), "")
    slug = slug_of(name, "en")
    country = next(iter(statement.values.get("countries") or ()), "")
    return f"{country.lower()}-{slug}".strip("-")[:120].rstrip("-") if slug else ""


def shown(value: Any) -> Any:
    """A value for the preview: JSON, and short."""
    if isinstance(value, BaseGeometry):
        centre = value.centroid
        place = f"{centre.x:.5f}, {centre.y:.5f}"
        count = shapely.get_num_coordinates(value)
        return f"{value.geom_type} {place}" if count == 1 else f"{value.geom_type} ({count}) {place}"
    if isinstance(value, list | tuple):
        return ", ".join(str(one) for one in value)
    if isinstance(value, str):
        return value if len(value) <= 300 else f"{value[:299]}…"
    return value
