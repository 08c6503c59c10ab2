"""What the readers of this folder share: required columns, local times, tables of Camtrap DP."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from amur.formats.camtrapdp.csv_text import Dialect, Sheet, read_sheet
from amur.formats.camtrapdp.messages import Problems
from amur.formats.camtrapdp.schema import MISSING, TABLES
from amur.formats.camtrapdp.table import Table
from amur.formats.errors import ProblemList, shortened

_TIME = re.compile(r"(\d{4})[-:/.](\d{1,2})[-:/.](\d{1,2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?)?")
_OFFSET = re.compile(r"\d(Z|[-+]\d{2}:?\d{2})\s*$")
Rows = list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Outage:
    """A span in which the camera of a deployment did not work, as instants with offset."""

    deployment: str
    start: str
    end: str


@dataclass(frozen=True, slots=True, eq=False)
class Converted:
    """Tables in the columns of Camtrap DP, empty where the format has no such thing; what was lost.

    Places and spans of deployments may be missing in what a format can say, so this is not yet a package.
    """

    deployments: Table
    media: Table
    observations: Table
    losses: tuple[str, ...] = ()
    outages: tuple[Outage, ...] = ()


def table_of(name: str, rows: Sequence[Mapping[str, str]], extra: Iterable[str] = ()) -> Table:
    """A table of Camtrap DP with all its columns and some of its own, "" where a row says nothing."""
    (schema,) = [schema for schema in TABLES if schema.name == name]
    columns = dict.fromkeys([*schema.names, *extra])
    return Table.of(name, {column: [row.get(column, "") for row in rows] for column in columns})


def sheet_with(path: Path, needed: Iterable[str], problems: Problems) -> Sheet | None:
    """A CSV file with the needed columns; None where it cannot be read or lacks one, which is noted."""
    mine = problems.of(path)
    if not path.is_file():
        mine.error("file-missing", path=shortened(path))
        return None
    with path.open(encoding="utf-8-sig", errors="replace") as opened:
        first = opened.readline()
    dialect = Dialect(";" if first.count(";") > first.count(",") else ",")
    sheet = read_sheet(path, path.stem, mine, MISSING["1.0.2"], dialect)
    if sheet is None:
        return None
    lacking = [name for name in needed if name not in sheet.table.columns]
    for name in lacking:
        mine.error("missing-label", row=1, column=name)
    return None if lacking else sheet


def local_time(text: str, zone: ZoneInfo) -> datetime | None:
    """A local time as an instant; None where the text is none, or where the clock never showed it.

    A text with an offset is the instant that it says, whatever the zone. Where a clock showed a time twice
    (the end of summer time), the first of both is meant.

    >>> local_time("2026-03-02 21:00:01", ZoneInfo("Asia/Vladivostok")).isoformat()
    '2026-03-02T21:00:01+10:00'
    """
    if _OFFSET.search(text):
        with suppress(ValueError):
            return datetime.fromisoformat(text.strip())
    found = _TIME.fullmatch(text.strip())
    if found is None:
        return None
    try:
        moment = datetime(*(int(part or 0) for part in found.groups()), tzinfo=zone)  # type: ignore[arg-type,misc]
    except ValueError:
        return None
    there_and_back = moment.astimezone(UTC).astimezone(zone)
    return moment if there_and_back.replace(tzinfo=None) == moment.replace(tzinfo=None) else None


def time_text(moment: datetime) -> str:
    """An instant as Camtrap DP writes it.

    >>> time_text(datetime(2026, 3, 2, 21, tzinfo=UTC))
    '2026-03-02T21:00:00Z'
    """
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def time_at(text: str, zone: ZoneInfo, mine: ProblemList, row: int, column: str) -> str:
    """A local time as Camtrap DP writes it; "" where it is none, which is noted."""
    moment = local_time(text, zone)
    if moment is None:
        mine.error("time-error", row=row, column=column, value=shortened(text), zone=zone.key)
        return ""
    return time_text(moment)
