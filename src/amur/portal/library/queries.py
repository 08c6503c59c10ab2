"""Questions to the released publications: the list with its filters, and those about a subject."""

from collections import Counter
from collections.abc import Iterable, Mapping
from uuid import UUID

from amur.portal.media.models import MediaFile
from amur.portal.release.memory import remembered
from amur.portal.release.models import Released
from amur.portal.release.queries import released
from amur.portal.website.filters import Choice

FILTERS = ("type", "language", "module", "country", "year")


@remembered
def publications() -> list[Released]:
    """All released publications, newest first."""
    return sorted(released("publication"), key=lambda row: row.sort, reverse=True)


def values(row: Released, name: str) -> list[str]:
    """What a publication offers to a filter."""
    fields = row.fields
    found = {
        "type": [fields["type"]],
        "language": fields["languages"],
        "module": [fields["module"]] if fields.get("module") else [],
        "country": fields["countries"],
        "year": [fields["issued"][:4]],
    }[name]
    return [str(one) for one in found]


def matching(rows: Iterable[Released], filters: Mapping[str, str]) -> list[Released]:
    """The publications that fit every filter."""
    return [row for row in rows if all(value in values(row, name) for name, value in filters.items())]


def choices(rows: list[Released], filters: Mapping[str, str]) -> dict[str, list[Choice]]:
    """For each filter its values, counted as they would be with the other filters in force."""
    found: dict[str, list[Choice]] = {}
    for name in FILTERS:
        others = {key: value for key, value in filters.items() if key != name}
        counts = Counter(value for row in matching(rows, others) for value in values(row, name))
        if filters.get(name) and filters[name] not in counts:
            counts[filters[name]] = 0
        found[name] = [
            Choice(value, count, filters.get(name) == value) for value, count in sorted(counts.items())
        ]
    return found


def about(kind: str, key: str) -> list[Released]:
    """The publications about an area, a species, a module or a country."""
    name = {"area": "areas", "species": "species", "country": "countries", "module": "module"}.get(kind)
    if name is None:
        return []
    return [
        row
        for row in publications()
        if key == row.fields.get(name) or (isinstance(row.fields.get(name), list) and key in row.fields[name])
    ]


def files(row: Released) -> dict[str, MediaFile]:
    """The public files of a publication, its cover included, by identifier; one query."""
    wanted = [UUID(one) for one in (*row.fields["files"], row.fields.get("cover")) if one]
    found = MediaFile.objects.filter(uuid__in=wanted, is_published=True) if wanted else ()
    return {str(one.uuid): one for one in found}
