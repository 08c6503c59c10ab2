"""What an interrupted run leaves behind, so that `--resume` goes on: finished pieces and finished maps.

The folder lies beside the results. Its `inputs.json` holds a hash of everything the results depend on; a
folder with another hash is of no use. Only files that were renamed into place count, so a run may be killed
at any moment. Used by all commands of connectivity.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import astuple
from importlib.metadata import version
from pathlib import Path

import numpy as np

from amur.formats.files import replacing
from amur.portal.operations.problems import Problem, _
from amur.science.circuits import Solved
from amur.science.circuits.solution import Floats

FORMAT = 2
_CHUNK = 1 << 22
# The temporary names of `files.replacing`.
_UNFINISHED = re.compile(r"\.[0-9a-f]{12}\.\w+$")
PATIENCE = 5.0
"""Seconds for which nothing is written, so that short runs leave no trace."""
SHARE = 20
"""A long sum is kept so seldom that this takes one part of the time in so many."""
NOTICED = 0.1
"""Seconds of copying that are not worth sparing."""
LARGEST_KEPT = 2 << 30
"""Bytes of pieces that stay in memory; more of them lie in files."""


def hash_of(settings: Mapping[str, object], files: Mapping[str, Path]) -> str:
    """The hash of what a run depends on: settings, the content of files, the program's version."""
    found = hashlib.sha256()
    head = {"settings": dict(settings), "version": version("amur"), "format": FORMAT}
    found.update(json.dumps(head, sort_keys=True, default=str).encode())
    for name, path in files.items():
        found.update(name.encode())
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                found.update(chunk)
    return found.hexdigest()


class State:
    """The `folder` of a run: a `Store` for pieces, and the list of maps that are written.

    Nothing is written before `patience` seconds have passed, so that short runs leave no trace; `flush`
    writes what is held back. `leftovers` are the names of the unfinished files that a killed run may have
    left beside the folder.
    """

    def __init__(
        self,
        folder: Path,
        digest: str,
        leftovers: str = ".*",
        *,
        patience: float = PATIENCE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.folder = folder
        self._leftovers = leftovers
        self._digest = digest
        self._patience = patience
        self._clock = clock
        self._begun = clock()
        self._last = self._copied = -1e9
        self._copying = self._writing = 0.0
        self._held: dict[str, Floats] = {}
        self._snapshot: tuple[str, Floats] | None = None
        self._written: list[str] = []
        self._solves: dict[str, list[Solved]] = {}
        self.done: set[str] = set()

    def found(self) -> bool:
        """Whether a run was left here."""
        return (self.folder / "inputs.json").is_file()

    def matches(self) -> bool:
        """Whether what was left belongs to the same inputs."""
        try:
            kept = json.loads((self.folder / "inputs.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False
        return bool(kept.get("inputs") == self._digest)

    def take_up(self) -> None:
        """Go on with what was left."""
        self._sweep()
        finished = self.folder / "done.txt"
        if finished.is_file():
            lines = finished.read_text(encoding="utf-8").split("\n")
            self.done = set(lines[:-1])  # a line without its end was not finished
        solves = self.folder / "solves.json"
        if solves.is_file():
            kept = json.loads(solves.read_text(encoding="utf-8"))
            self._solves = {key: [Solved(*one) for one in found] for key, found in kept.items()}

    def clear(self) -> None:
        """Remove everything that was left."""
        self._sweep()
        if self.folder.is_dir():
            shutil.rmtree(self.folder)

    def _sweep(self) -> None:
        """Remove the unfinished files that a killed run left beside its results."""
        for path in self.folder.parent.glob(self._leftovers):
            if _UNFINISHED.search(path.name) and path.is_file():
                path.unlink(missing_ok=True)

    def get(self, key: str) -> Floats | None:
        """A piece, mapped from its file."""
        if key in self._held:
            return self._held[key]
        path = self.folder / f"{key}.npy"
        if not path.is_file():
            return None
        try:
            found: Floats = np.load(path, mmap_mode="r")
        except (OSError, ValueError):
            return None
        return found

    def put(self, key: str, values: Floats) -> Floats:
        """Keep a piece: in memory while the run is young and small, else in a file."""
        self._held[key] = values
        if self._clock() - self._begun < self._patience and self._held_bytes() < LARGEST_KEPT:
            return values
        large = self._held_bytes() >= LARGEST_KEPT
        self.flush()
        kept = self.get(key) if large else None
        return values if kept is None else kept

    def checkpoint(self, key: str, make: Callable[[], Floats]) -> None:
        """Keep the state of a long sum: copied now, written when it is due or the run is stopped.

        Neither takes more than a small share of the time, however large the sum is.
        """
        now = self._clock()
        if self._copying > NOTICED and now - self._copied < SHARE * self._copying:
            return
        self._snapshot = (key, make())
        self._copied = self._clock()
        self._copying = self._copied - now
        if now - self._begun >= self._patience and now - self._last >= max(
            2 * self._patience, SHARE * self._writing
        ):
            self.flush()

    def noted(self, key: str) -> list[Solved]:
        """How the systems behind a piece were solved."""
        return list(self._solves.get(key, ()))

    def note(self, key: str, solved: Sequence[Solved]) -> None:
        """Keep how the systems behind a piece were solved; written together with the piece."""
        self._solves[key] = list(solved)

    def finished(self, name: str) -> None:
        """Note that a file of the results is whole."""
        self.done.add(name)
        self._written.append(name)
        if self._clock() - self._begun >= self._patience:
            self._note()

    def flush(self) -> None:
        """Write everything that is held back."""
        begun = self._clock()
        self._open()
        if self._solves:
            with replacing(self.folder / "solves.json") as temporary:
                kept = {key: [astuple(one) for one in solves] for key, solves in self._solves.items()}
                temporary.write_text(json.dumps(kept), encoding="utf-8")
        for key, values in self._held.items():
            self._write(key, values)
        self._held.clear()
        if self._snapshot is not None:
            self._write(*self._snapshot)
            self._snapshot = None
        self._note()
        self._last = self._clock()
        self._writing = self._last - begun

    def _held_bytes(self) -> int:
        return sum(values.nbytes for values in self._held.values())

    def _open(self) -> None:
        if not self.found():
            self.folder.mkdir(parents=True, exist_ok=True)
            with replacing(self.folder / "inputs.json") as temporary:
                temporary.write_text(json.dumps({"inputs": self._digest}), encoding="utf-8")

    def _write(self, key: str, values: Floats) -> None:
        with replacing(self.folder / f"{key}.npy") as temporary:
            np.save(temporary, values)

    def _note(self) -> None:
        if self._written:
            self._open()
            with (self.folder / "done.txt").open("a", encoding="utf-8") as file:
                file.write("".join(f"{name}\n" for name in self._written))
            self._written.clear()


def take_up(state: State, *, resume: bool, say: Callable[[str], None]) -> State:
    """Go on with what was left where that is asked for, else begin anew. Raises `Problem`."""
    state.folder.parent.mkdir(parents=True, exist_ok=True)
    if not resume:
        state.clear()
    elif not state.found():
        say(_("Nothing was left to resume; the job starts from the beginning."))
    elif not state.matches():
        raise Problem(
            _(
                "The inputs, the settings or the program have changed since the run that was interrupted. "
                "Start without --resume."
            )
        )
    else:
        state.take_up()
        say(_("The interrupted run is resumed."))
    return state


@contextmanager
def keeping(state: State) -> Iterator[None]:
    """Write what an interrupted run has, and remove it when the run is done.

    What cannot be written, on a full disk, is computed again.
    """
    try:
        yield
    except BaseException:
        with suppress(OSError):
            state.flush()
        raise
    state.clear()
