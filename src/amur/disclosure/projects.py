"""One level for a whole project: a level that differs between stations tells where the tiger walks.

Called by the portal when a project's records change, before each of them passes the gate: the result
goes into `Record.project_category` of every record of the project, boar and blank pictures included.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from amur.disclosure.gate import category_of
from amur.disclosure.levels import Category
from amur.disclosure.records import Record
from amur.disclosure.rules import Rules, strictest
from amur.disclosure.times import require_aware


def project_category(records: Iterable[Record], rules: Rules, now: datetime) -> Category:
    """The strictest sensitivity of any record of a project; UNKNOWN when one cannot be judged.

    `records` are all records ever entered at any station of the project, withdrawn ones too. Their
    kind does not count, only what was found, where and in which event: each camera site is extreme
    by itself. Their own `project_category` is not read. Raises ValueError for a naive `now`.
    """
    day = require_aware(now, "now").astimezone(UTC).date()
    found: list[Category] = []
    for record in records:
        kind = rules.kind(record.kind, day)
        if kind is None:
            return Category.UNKNOWN
        found.append(category_of(record, kind, rules, day, of_project=True))
    return strictest(found)
