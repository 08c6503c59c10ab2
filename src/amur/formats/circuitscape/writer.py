"""Writes results under the names and in the formats of Circuitscape, each file whole or not at all.

`NAME_resistances.out`, `NAME_resistances_3columns.out`, `NAME_curmap_1_2.asc`, `NAME_cum_curmap.asc`,
`NAME_max_curmap.asc`, `NAME_voltmap_1_2.asc`; for networks `NAME_node_currents_1_2.txt`,
`NAME_branch_currents_1_2.txt`, `NAME_voltages_1_2.txt` and the sums with `cum`.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from amur.formats import rasters
from amur.formats.circuitscape.settings import Settings
from amur.formats.files import replacing
from amur.formats.rasters import Grid, Raster
from amur.formats.rasters.digits import formatted_rows

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class Writer:
    """Writes the results of one job; `files` are the paths written so far.

    `grid` is the place of a raster job and `without_data` (rows, cols) its cells without data.
    """

    def __init__(
        self,
        settings: Settings,
        grid: Grid | None = None,
        without_data: NDArray[np.bool_] | None = None,
    ) -> None:
        self._settings = settings
        self._grid = grid
        self._without_data = without_data
        self.files: list[Path] = []

    @property
    def suffix(self) -> str:
        """What the names of maps end with."""
        if self._settings.geotiff:
            return ".tif"
        return ".asc.gz" if self._settings.compress else ".asc"

    def map_path(self, kind: str, name: Iterable[int] = ()) -> Path:
        """Where a map goes: `kind` is curmap, voltmap, cum_curmap or max_curmap."""
        return self._path("_".join([kind, *(str(part) for part in name)]) + self.suffix)

    def current_map(self, values: Floats, kind: str = "curmap", name: Iterable[int] = ()) -> Path:
        """Write currents (rows, cols) in amperes, with log10 and no data as the job asks."""
        if self._settings.log_transform:
            with np.errstate(divide="ignore"):
                values = np.where(values > 0, np.log10(values), np.nan)
        if self._settings.null_currents:
            values = self._nulled(values)
        return self._map(values, self.map_path(kind, name))

    def voltage_map(self, values: Floats, name: Iterable[int] = ()) -> Path:
        """Write voltages (rows, cols)."""
        if self._settings.null_voltages:
            values = self._nulled(values)
        return self._map(values, self.map_path("voltmap", name))

    def resistances(self, ids: Integers, values: Floats) -> list[Path]:
        """Write resistances as a matrix and in three columns, or of one-to-all in two columns."""
        if values.ndim == 1:
            return [self._table("resistances.out", [ids, values])]
        count = ids.size
        square = np.zeros((count + 1, count + 1))
        square[0, 1:] = square[1:, 0] = ids
        square[1:, 1:] = values
        first, second = np.triu_indices(count, 1)
        return [
            self._rows("resistances.out", square),
            self._table("resistances_3columns.out", [ids[first], ids[second], values[first, second]]),
        ]

    def node_table(self, kind: str, nodes: Integers, values: Floats, name: str = "") -> Path:
        """Write a value of each node: `kind` is node_currents or voltages."""
        return self._table(_joined(kind, name), [nodes, values])

    def branch_table(self, first: Integers, second: Integers, values: Floats, name: str = "") -> Path:
        """Write the current of each edge that carries any."""
        used = values != 0
        return self._table(_joined("branch_currents", name), [first[used], second[used], values[used]])

    def _nulled(self, values: Floats) -> Floats:
        return values if self._without_data is None else np.where(self._without_data, np.nan, values)

    def _map(self, values: Floats, path: Path) -> Path:
        if self._grid is None:
            raise ValueError("a network has no maps")
        path.parent.mkdir(parents=True, exist_ok=True)
        compress = path.name.endswith(".gz")
        written = rasters.write(
            path.with_name(path.name.removesuffix(".gz")), Raster(values, self._grid), compress=compress
        )
        self.files.append(written)
        return written

    def _table(self, ending: str, columns: list[NDArray[np.float64] | Integers]) -> Path:
        return self._rows(ending, np.stack([np.asarray(part, dtype=np.float64) for part in columns], axis=1))

    def _rows(self, ending: str, rows: Floats) -> Path:
        path = self._path(ending)
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as temporary, temporary.open("wb") as file:
            for piece in formatted_rows(rows, float("nan")):
                file.write(piece)
        self.files.append(path)
        return path

    def _path(self, ending: str) -> Path:
        output = self._settings.output
        return output.with_name(f"{output.name}_{ending}")


def _joined(kind: str, name: str) -> str:
    return f"{kind}_{name}.txt" if name else f"{kind}.txt"
