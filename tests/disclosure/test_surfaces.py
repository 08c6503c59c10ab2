"""How fine a surface may be told: as coarse as the strictest taxon asks, and never finer than 0.1 degrees."""

from __future__ import annotations

from datetime import UTC, date, datetime

import numpy as np
import pytest

from amur.disclosure import Level, cell_of, surface_cells, surface_level

NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("taxa", "ended", "level"),
    [
        (["Panthera pardus orientalis"], date(2020, 1, 1), Level.DEGREE),
        (["Panthera pardus orientalis"], date(2026, 5, 1), Level.DEGREE),
        (["Lynx lynx"], date(2020, 1, 1), Level.TENTH),
        (["Capreolus pygargus"], None, Level.TENTH),
        (["Lynx lynx", "Panthera tigris"], date(2020, 1, 1), Level.DEGREE),
        (["Falco cherrug"], date(2020, 1, 1), Level.WITHHELD),
        (["Panthera tigirs"], date(2020, 1, 1), Level.WITHHELD),
        ([], date(2020, 1, 1), Level.WITHHELD),
    ],
)
def test_the_strictest_taxon_decides(taxa: list[str], ended: date | None, level: Level) -> None:
    assert surface_level(taxa, ended, NOW) is level


def test_a_naive_clock_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        surface_level(["Lynx lynx"], None, datetime(2026, 6, 1))  # noqa: DTZ001


def test_cells_are_those_of_every_other_output_and_tell_no_number_of_places() -> None:
    random = np.random.default_rng(5)
    longitudes, latitudes = random.uniform(-1.5, 1.5, 400), random.uniform(42, 44, 400)
    longitudes[:3] = (0.3, 0.7, -0.1)  # on edges
    for level in (Level.DEGREE, Level.HALF, Level.TENTH):
        found = surface_cells(longitudes, latitudes, np.ones(400), level)
        places = zip(longitudes.tolist(), latitudes.tolist(), strict=True)
        assert set(found) == {cell_of(east, north, level) for east, north in places}
        assert set(found.values()) == {1.0}
