"""The register as an import finds it: areas by key and number, designations, and what may be compared.

Of another office's area only what is released is looked at. Called by `planning` and `comparing`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from amur.portal.areas.exchange.rows import AreaState, shape_of
from amur.portal.areas.exchange.stating import Statement
from amur.portal.areas.models import Area, Designation
from amur.portal.areas.records import area_draft
from amur.portal.offices.models import Office
from amur.portal.release.models import Released
from amur.portal.release.queries import released


@dataclass(frozen=True, slots=True)
class Known:
    """An area as it is: its state, and the columns of files that nothing here understands."""

    state: AreaState
    extra: Mapping[str, str]


@dataclass(slots=True)
class Register:
    """What an import compares with. `expected` are keys of new areas in the same file."""

    office: Office
    areas: Mapping[str, Area]
    sites: Mapping[tuple[int, str | None], Area]
    names: Mapping[tuple[str, str], str]
    designations: list[Designation]
    released: Mapping[str, Released]
    expected: set[str] = field(default_factory=set)

    def meant(self, statement: Statement) -> Area | None:
        """The area that a row means: by its key, else by the numbers of the database."""
        if statement.key is not None:
            return self.areas.get(statement.key)
        return self.sites.get(statement.site) if statement.site else None

    def state_of(self, area: Area) -> Known | None:
        """What an area is now; of another office's area the public part, None when there is none."""
        if area.office_id != self.office.pk:
            row = self.released.get(area.key)
            return Known(AreaState.released(row), {}) if row else None
        state = AreaState(area.key, area.names, area_draft(area).record.fields, shape_of(area.geometry))
        return Known(state, area.wdpca.get("extra") or {})

    def namesake(self, names: Iterable[str], countries: Iterable[str]) -> str | None:
        """The key of an area with one of the names in one of the countries."""
        wanted = [name.casefold() for name in names]
        found = (self.names.get((country, name)) for country in countries for name in wanted)
        return next((key for key in found if key), None)

    def designation(self, words: Iterable[str], countries: Iterable[str]) -> Designation | None:
        """The designation that a key or a name means, None when none or several do."""
        there = {"", *countries}
        for word in words:
            found = [one for one in self.designations if one.key == word] or [
                one
                for one in self.designations
                if one.country in there
                and word.casefold() in {each.text.casefold() for each in one.names.texts.values()}
            ]
            if len(found) == 1:
                return found[0]
        return None

    def may_have_buffer(self, key: str) -> bool:
        """Whether an area of the office, or a new one of the file, has the key."""
        area = self.areas.get(key)
        return key in self.expected if area is None else area.office_id == self.office.pk


def load(office: Office) -> Register:
    """The register as it is now."""
    areas = list(Area.objects.select_related("office", "designation", "parent"))
    return Register(
        office=office,
        areas={area.key: area for area in areas},
        sites={site: area for area in areas if (site := _site(area.wdpca)) is not None},
        names={
            (country, one.text.casefold()): area.key
            for area in areas
            for country in area.countries
            for one in area.names.texts.values()
        },
        designations=list(Designation.objects.order_by("pk")),
        released={row.key: row for row in released("area")},
    )


def _site(kept: Mapping[str, Any]) -> tuple[int, str | None] | None:
    number = kept.get("site_id")
    return None if number is None else (number, kept.get("site_pid"))
