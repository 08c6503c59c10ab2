"""The demonstration's season of patrols: whole files of SMART, the same each time, taken over once."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import Cast

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize("office", ["vladivostok", "changchun"])
def test_a_season_is_whole_says_that_it_is_simulated_and_ends_before_today(
    office: str, tmp_path: Path
) -> None:
    from amur.formats.smart import examine
    from amur.portal.demo.patrol_records import SIMULATED, patrols_of, write_season
    from amur.portal.demo.patrols import SEASONS

    season = SEASONS[office]
    write_season(season, TODAY, tmp_path / "season.zip")
    with zipfile.ZipFile(tmp_path / "season.zip") as archive:
        archive.extractall(tmp_path / "files")
    for file in sorted((tmp_path / "files").iterdir()):
        assert examine(file).found.error_count == 0, file.name

    patrols = list(patrols_of(season, TODAY))
    assert patrols == list(patrols_of(season, TODAY))
    assert len({one.id for one in patrols}) == len(season.days_ago)
    assert all(one.objective is not None and one.objective.description == SIMULATED for one in patrols)
    assert max(one.end for one in patrols) < TODAY


@pytest.mark.django_db
def test_the_seasons_are_taken_over_once(cast: Cast, settings: Any, tmp_path: Path) -> None:
    from amur.portal.demo.patrols import load_patrols
    from amur.portal.offices.models import Office, Person
    from amur.portal.patrol_reports.models import Target
    from amur.portal.patrols.models import LegDay, Patrol

    settings.AMUR_DATA = tmp_path
    people = (cast.data_manager, cast.foreign_data_manager)
    for office, person, key in zip(
        (cast.ours, cast.theirs), people, ("vladivostok", "changchun"), strict=True
    ):
        Office.objects.filter(pk=office.pk).update(key=key)
        Person.objects.filter(pk=person.pk).update(username=key)

    load_patrols()
    load_patrols()

    assert Patrol.objects.filter(office=cast.ours).count() == 7
    assert Patrol.objects.filter(office=cast.theirs).count() == 5
    assert LegDay.objects.filter(kilometres=None, recorded_km=None).count() == 1, "a receiver was off"
    assert Target.objects.count() == 2
