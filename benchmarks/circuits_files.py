"""Ten focal points with a cumulative map, the whole command from files to files, against a solve a pair.

1000 x 1000 cells as an ASCII grid, 8 neighbours, resistances 1 to 100, smooth; ten points in a text list.
Ours is `amur circuits` with all that belongs to it: start, reading, checks, nine solves to a relative
residual of 1e-9, the exact sum of the maps, files, report. The peers' way: numpy reads the grid,
pyamg's smoothed-aggregation hierarchy is built once and kept, each of the 45 pairs is solved to 1e-6 with
conjugate gradients, its map is added to the sum, and the resistances and the map are written as text.
CPU time of the whole process for each side, compiled beforehand; peak memory.

    .venv/bin/python benchmarks/circuits_files.py [--size 1000] [--alone]
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from circuits_pairwise import peer, points
from circuits_solve import landscape

JOB = """[Circuitscape mode]
data_type = raster
scenario = pairwise
[Habitat raster or graph]
habitat_file = resistance.asc
habitat_map_is_resistances = True
[Connection scheme for raster habitat data]
connect_four_neighbors_only = False
connect_using_avg_resistances = True
[Options for pairwise and one-to-all and all-to-one modes]
point_file = points.txt
[Output options]
write_cur_maps = True
write_cum_cur_map_only = True
output_file = ours.out
"""


def prepare(folder: Path, size: int) -> None:
    """The files of the job; cells are squares of 100 m."""
    folder.mkdir()
    head = f"ncols {size}\nnrows {size}\nxllcorner 0\nyllcorner 0\ncellsize 100\nNODATA_value -9999\n"
    with (folder / "resistance.asc").open("w") as file:
        file.write(head)
        np.savetxt(file, 1 / landscape(size, "smooth").reshape(size, size), fmt="%.6g")
    rows, columns = np.divmod(points(size, 10), size)
    places = np.stack([np.arange(1, 11), 100 * columns + 50, 100 * (size - rows) - 50], axis=1)
    np.savetxt(folder / "points.txt", places, fmt="%d")
    (folder / "job.ini").write_text(JOB)


def peers_way(folder: Path) -> None:
    """The same files, a solve for each pair."""
    cells = 1 / np.loadtxt(folder / "resistance.asc", skiprows=6)
    size = len(cells)
    places = np.loadtxt(folder / "points.txt")
    focal = (size - 1 - (places[:, 2] // 100).astype(int)) * size + (places[:, 1] // 100).astype(int)
    total, resistances, _how = peer(cells, focal)
    np.savetxt(folder / "peer_cum_curmap.asc", total.reshape(size, size), fmt="%.9g")
    np.savetxt(folder / "peer_resistances.out", resistances)


def spent(folder: Path, command: list[str]) -> tuple[float, float]:
    """CPU seconds and peak gigabytes of a command that works in a folder."""
    shared = os.environ | {"OPENBLAS_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "2"}
    process = subprocess.Popen(
        command, cwd=folder, env=shared, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    _pid, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"failed: {' '.join(command)}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1e6


def main() -> None:
    reading = argparse.ArgumentParser()
    reading.add_argument("--size", type=int, default=1000)
    reading.add_argument("--alone", action="store_true", help="without the peer")
    reading.add_argument("--peer", type=Path, help="internal: the peers' way in this folder")
    asked = reading.parse_args()
    if asked.peer:
        peers_way(asked.peer)
        return
    with tempfile.TemporaryDirectory() as place:
        for name, size in (("small", 200), ("job", asked.size)):
            prepare(Path(place) / name, size)
        small, folder = Path(place) / "small", Path(place) / "job"
        ours = [sys.executable, "-m", "amur", "circuits", "job.ini"]
        theirs = [sys.executable, str(Path(__file__).resolve()), "--peer", "."]
        spent(small, ours)
        spent(folder, ours)
        cpu, peak = sorted(spent(folder, ours) for _round in range(3))[1]
        print(f"  ours: {cpu:.2f} CPU-s (middle of three), {peak:.2f} GB", flush=True)
        if asked.alone:
            return
        spent(small, theirs)
        cpu_peer, peak_peer = spent(folder, theirs)
        print(f"  the peers' way: {cpu_peer:.2f} CPU-s, {peak_peer:.2f} GB")
        print(f"  CPU: peer / ours = {cpu_peer / cpu:.1f}; memory: peer / ours = {peak_peer / peak:.1f}")
        one = np.loadtxt(folder / "ours_cum_curmap.asc", skiprows=6)
        other = np.loadtxt(folder / "peer_cum_curmap.asc")
        print(
            f"  greatest difference of a cell: {np.abs(one - other).max() / other.max():.1e} of the largest"
        )


if __name__ == "__main__":
    main()
