"""What an interrupted run leaves behind, so that `--resume` goes on: finished pieces and finished maps.

The folder lies beside the results. Its `inputs.json` holds a hash of everything the results depend on; a
folder with another hash is of no use. Only files that were renamed into place count, so a run may be killed
at any moment.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import time
from collections.abc import Callable
from glob import escape
from importlib.metadata import version
from pathlib import Path

import numpy as np

from amur.formats.circuitscape import Settings
from amur.formats.files import replacing
from amur.science.circuits.solution import Floats

FORMAT = 1
_CHUNK = 1 << 22
# The temporary names of `files.replacing`.
_UNFINISHED = re.compile(r"\.[0-9a-f]{12}\.\w+$")
LARGEST_KEPT = 2 << 30
"""Bytes of pieces that stay in memory; more of them lie in files."""


def hash_of(settings: Settings, *, snap: bool) -> str:
    """The hash of the inputs: the content of every file, the settings that matter, the program's version."""
    found = hashlib.sha256()
    kept = {
        name: getattr(settings, name)
        for name in Settings.__dataclass_fields__
        if name not in ("file", "notes", "output") and name not in settings.inputs
    }
    head = {"settings": kept, "snap": snap, "version": version("amur"), "format": FORMAT}
    found.update(json.dumps(head, sort_keys=True, default=str).encode())
    for name, path in settings.inputs.items():
        found.update(name.encode())
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                found.update(chunk)
    return found.hexdigest()


class State:
    """The folder of a run: a `Store` for pieces, and the list of maps that are written.

    Nothing is written before `patience` seconds have passed, so that short runs leave no trace; `flush`
    writes what is held back.
    """

    def __init__(
        self,
        output: Path,
        digest: str,
        *,
        patience: float = 5.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.folder = output.with_name(f".{output.name}.state")
        self._name = output.name
        self._digest = digest
        self._patience = patience
        self._clock = clock
        self._begun = clock()
        self._last = -1e9
        self._held: dict[str, Floats] = {}
        self._snapshot: tuple[str, Floats] | None = None
        self._written: list[str] = []
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

    def clear(self) -> None:
        """Remove everything that was left."""
        self._sweep()
        if self.folder.is_dir():
            shutil.rmtree(self.folder)

    def _sweep(self) -> None:
        """Remove the unfinished files that a killed run left beside its results."""
        for path in self.folder.parent.glob(f".{escape(self._name)}_*"):
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
        """Keep the state of a long sum: copied now, written when it is due or the run is stopped."""
        self._snapshot = (key, make())
        now = self._clock()
        if now - self._begun >= self._patience and now - self._last >= 2 * self._patience:
            self.flush()

    def finished(self, name: str) -> None:
        """Note that a file of the results is whole."""
        self.done.add(name)
        self._written.append(name)
        if self._clock() - self._begun >= self._patience:
            self._note()

    def flush(self) -> None:
        """Write everything that is held back."""
        self._open()
        for key, values in self._held.items():
            self._write(key, values)
        self._held.clear()
        if self._snapshot is not None:
            self._write(*self._snapshot)
            self._snapshot = None
        self._note()
        self._last = self._clock()

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
