"""Every verification case of Omniscape, element by element, with the peer's behaviour switched on.

The expected maps were computed by iteration, so they are asked to agree to 1e-6 of their largest value; the
cases that cannot are listed in `ACCURACY`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from amur.formats import rasters
from amur.science.circuits.omnidirectional import (
    Condition,
    Landscape,
    OmnidirectionalResult,
    Windows,
    omnidirectional,
    sources_from_resistance,
)

DATA = Path(__file__).parents[4] / "shared" / "data" / "omniscape"

pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason=f"the verification data of Omniscape is not at {DATA}"
)

CLIMATE = ("temperature", "precipitation")

# Of each case: the rasters it reads, the window, the names of its conditions.
CASES: dict[str, tuple[str, str | None, dict[str, Any], tuple[str, ...]]] = {
    "test1": ("resistance", "source", {"block_size": 3, "buffer": 2, "normalized": True}, ()),
    "test1_32bit": ("resistance", "source", {"block_size": 3, "buffer": 2, "normalized": True}, ()),
    "test2": ("resistance", "source", {"block_size": 3, "buffer": 2}, ()),
    "test3": ("resistance1", None, {"block_size": 3, "flow_potential": True}, ()),
    "test4a": ("resistance", "source", {"block_size": 3, "buffer": 2, "normalized": True}, CLIMATE),
    "test5": ("resistance", "source", {"block_size": 3}, ("landcover", "landcover")),
    "test6": ("resistance", "source", {"block_size": 3}, ("temperature",)),
    "test_reclass": ("discrete_resistance", None, {}, ()),
}
MAPS = {
    "cum_currmap": "cumulative",
    "flow_potential": "flow_potential",
    "normalized_cum_currmap": "normalized",
}


MAP = 1e-6
# Expected maps that are less exact than that, and why.
ACCURACY = {
    "test1": 2e-5,  # the correction of blocks magnifies the peer's error fifteenfold at the tips of a disc
    "test2": 2e-5,  # as test1
    "test4a": 5e-6,  # as test1
    "test1_32bit": 5e-4,  # computed in single precision, to compare with which test1 is exact
}


def read(name: str) -> np.ndarray:
    return rasters.read(DATA / "input" / f"{name}.asc").values


def reclassified(values: np.ndarray) -> np.ndarray:
    out = values.copy()
    for old, new in np.genfromtxt(DATA / "input" / "reclass.txt"):
        out[values == old] = new
    return out


def run(case: str, **changes: Any) -> OmnidirectionalResult:
    resistance, source, asked, names = CASES[case]
    values = read(resistance)
    if case == "test_reclass":
        values = reclassified(values)
    if case == "test6":  # its habitat is conductance
        values = 1 / values
    land = Landscape.from_resistance(values, neighbours=4 if case == "test4a" else 8, average="conductance")
    cutoff = 0.25 if case == "test3" else np.inf
    sources = sources_from_resistance(values, cutoff) if source is None else read(source)
    threshold = 0.0 if source is None else 0.2
    equal = case == "test5"
    conditions = tuple(
        Condition(read(name), "equal") if equal else Condition(read(name), "within", -0.5, 0.5)
        for name in names
    )
    windows = Windows(
        radius=5, source_threshold=threshold, conditions=conditions, tolerance=1e-10, **(asked | changes)
    )
    return omnidirectional(land, sources, windows)


def expected(case: str) -> dict[str, np.ndarray]:
    found = {}
    for path in (DATA / "output_verify" / case).iterdir():
        if path.stem in MAPS:
            found[path.stem] = rasters.read(path).values
    return found


@pytest.mark.parametrize("case", CASES)
def test_a_case_gives_the_verified_numbers(case: str) -> None:
    result = run(case, as_peer=True)
    maps = expected(case)
    assert maps
    for name, theirs in maps.items():
        mine = getattr(result, MAPS[name])
        assert (np.isnan(mine) == np.isnan(theirs)).all(), name
        there = ~np.isnan(theirs)
        if case == "test4a":
            there &= ~under_dead_ends(theirs.shape)
            assert there.sum() > 500
        wrong = np.abs(mine - theirs)[there].max()
        assert wrong <= ACCURACY.get(case, MAP) * theirs[there].max(), name


def under_dead_ends(shape: tuple[int, int]) -> np.ndarray:
    """The cells that are a dead end of some window: with four neighbours, the tips of its disc.

    They carry no current, so that the peer's correction of blocks there is the ratio of two errors.
    """
    found = np.zeros(shape, dtype=bool)
    for row in range(1, shape[0], 3):
        for column in range(1, shape[1], 3):
            for down, right in ((7, 0), (-7, 0), (0, 7), (0, -7)):
                if 0 <= row + down < shape[0] and 0 <= column + right < shape[1]:
                    found[row + down, column + right] = True
    return found
