"""`omnidirectional`: the tiles of a job, here or on an executor, summed in one fixed order."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from itertools import islice

import numpy as np

from amur.science.circuits.landscape import Landscape
from amur.science.circuits.omnidirectional.artefacts import correction_of
from amur.science.circuits.omnidirectional.results import OmnidirectionalResult
from amur.science.circuits.omnidirectional.settings import Windows
from amur.science.circuits.omnidirectional.tasks import Partial, Tally, solve_tile
from amur.science.circuits.omnidirectional.tiles import Tiling
from amur.science.circuits.results import Nothing, Progress, Store, unwatched
from amur.science.circuits.solution import Anything, Floats

KEY = "windows"
# The sums of a larger raster are not copied for the store after every tile.
CELLS_COPIED = 10_000_000


def omnidirectional(
    landscape: Landscape,
    sources: Anything,
    windows: Windows,
    *,
    executor: Executor | None = None,
    workers: int = 2,
    store: Store | None = None,
    progress: Progress = unwatched,
) -> OmnidirectionalResult:
    """Move a window over a landscape.

    `sources` (rows, cols) are strengths in amperes, NaN counts as 0 (see `sources_from_resistance`). Tiles of
    the raster run one after the other, or on an `executor` of so many `workers`: threads, processes, or a
    Dask client's executor (`client.get_executor()`); the maps are the same to the last bit, for tiles are
    summed in their order. No more than two tiles for each worker exist at a time. `store` keeps the sums of
    finished tiles, so that an interrupted run goes on. `progress` is told the share that is done; one that
    raises cancels. Raises ValueError for wrong shapes or values, `solvers.NotConverged` where no method
    solves a window.
    """
    correction = correction_of(landscape, windows)
    tiling = Tiling.of(landscape, sources, windows, correction)
    store = store or Nothing()
    total = np.zeros((2 if windows.with_flow else 1, *landscape.shape))
    first, tally = restored(store, total)
    windows_done = np.cumsum([0] + [group.size for group in tiling.groups])
    count = len(tiling.groups)
    every = 1 + total.size // CELLS_COPIED
    progress(windows_done[first] / max(tiling.targets.size, 1), f"tile {first} of {count}")
    for number, partial in enumerate(partials(tiling, first, executor, workers), start=first + 1):
        partial.add_to(total)
        tally += partial.tally
        if number % every == 0 or number == count:
            store.checkpoint(KEY, state_after(number, tally, total))
        progress(windows_done[number] / tiling.targets.size, f"tile {number} of {count}")
    return finished(landscape, windows, total, tiling.targets.size, tally)


def partials(tiling: Tiling, first: int, executor: Executor | None, workers: int) -> Iterator[Partial]:
    """The sums of the tiles in order, a few of them under way at a time."""
    tiles = tiling.tiles(first)
    if executor is None:
        yield from map(solve_tile, tiles)
        return
    waiting: deque[Future[Partial]] = deque()
    try:
        waiting.extend(executor.submit(solve_tile, tile) for tile in islice(tiles, 2 * workers))
        while waiting:
            yield waiting.popleft().result()
            waiting.extend(executor.submit(solve_tile, tile) for tile in islice(tiles, 1))
    finally:
        for future in waiting:
            future.cancel()


def state_after(done: int, tally: Tally, total: Floats) -> Callable[[], Floats]:
    """What makes one array of all that a run needs to go on after `done` tiles."""
    numbers = [done, *tally.numbers()]

    def make() -> Floats:
        found: Floats = np.concatenate([[len(numbers)], numbers, total.ravel()])
        return found

    return make


def restored(store: Store, total: Floats) -> tuple[int, Tally]:
    """Fills `total` with what a store has kept; how many tiles are in it, and their tally."""
    kept = store.get(KEY)
    if kept is None:
        return 0, Tally()
    count = int(kept[0])
    if kept.size != 1 + count + total.size:
        return 0, Tally()
    total.ravel()[:] = kept[1 + count :]
    return int(kept[1]), Tally.of(np.asarray(kept[2 : 1 + count]))


def finished(
    landscape: Landscape, windows: Windows, total: Floats, targets: int, tally: Tally
) -> OmnidirectionalResult:
    """The maps from the sums."""
    flow = ratio = None
    if windows.with_flow:
        flow = total[1]
        nothing = 0.0 if windows.as_peer else np.nan
        if windows.normalized:
            with np.errstate(divide="ignore", invalid="ignore"):
                ratio = total[0] / flow
            ratio[np.isnan(ratio)] = nothing
    if windows.mask_nodata:
        bare = landscape.conductance <= 0
        for values in (total[0], flow, ratio):
            if values is not None:
                values[bare] = np.nan
    return OmnidirectionalResult(total[0], flow, ratio, targets, tally)
