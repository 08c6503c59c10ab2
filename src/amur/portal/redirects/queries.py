"""Which old address a request asks for, and where a row would lead."""

from collections.abc import Iterable

from django.db.models import Q

from amur.portal.redirects.models import OldAddress
from amur.portal.redirects.patterns import bare, split

MOST_STEPS = 20


def find(path: str, query: str, rows: Iterable[OldAddress] | None = None) -> OldAddress | None:
    """The row for an address: the one with most of the query, then the longest path; one query.

    All parts of a row's query must be in the address; further parts do not matter.
    `rows` are looked through instead of the table when given.
    """
    wanted = bare(path)
    _path, asked = split(f"?{query}")
    candidates = OldAddress.objects.filter(Q(path=wanted) | Q(is_prefix=True)) if rows is None else rows
    fitting = [row for row in candidates if _fits(row, wanted) and split(row.pattern)[1] <= asked]
    return max(fitting, key=_weight, default=None)


def _fits(row: OldAddress, path: str) -> bool:
    return path == row.path or (row.is_prefix and path.startswith(row.path + "/"))


def _weight(row: OldAddress) -> tuple[bool, int, int]:
    return not row.is_prefix, len(split(row.pattern)[1]), len(row.path)


def loop_from(row: OldAddress, rows: list[OldAddress] | None = None) -> list[str]:
    """The addresses of a circle that the row would close; empty when there is none.

    `rows` is the table as it will be; without it the stored one with this row.
    """
    if not row.target.startswith("/"):
        return []
    table = rows if rows is not None else [*OldAddress.objects.exclude(pk=row.pk), row]
    seen = [row.pattern]
    here: OldAddress | None = row
    while here is not None and here.target.startswith("/"):
        path, _mark, query = here.target.partition("#")[0].partition("?")
        here = find(path, query, table)
        if here is None:
            return []
        seen.append(here.pattern)
        if here.pattern in seen[:-1] or len(seen) > MOST_STEPS:
            return seen
    return []
