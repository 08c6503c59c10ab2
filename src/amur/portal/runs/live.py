"""Signs of life of a run, as files beside the database: `<data>/runs/<uuid>.{lock,beat,cancel}`.

Files and not columns, because SQLite has one writer: while a run is inside its transaction nobody could
store its progress or the wish to cancel it. The lock ends with the process whatever kills it, so that a lost
run is seen at once. All processes that serve one centre share its data folder. Called by `execution`
(the working process) and `actions` (everybody else).
"""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final
from uuid import UUID

from django.conf import settings

SLOTS: Final = 2


@dataclass(frozen=True, slots=True)
class Beat:
    """What a working process last said of itself; `time` is in seconds since 1970, UTC."""

    time: float
    progress: float
    stage: str


class Busy(Exception):
    """Another process holds it."""


def folder() -> Path:
    """Where the files lie; made when it is missing."""
    place = Path(settings.AMUR_DATA) / "runs"
    place.mkdir(parents=True, exist_ok=True)
    return place


@contextmanager
def held(run: UUID) -> Iterator[None]:
    """Hold a run for this process while the block runs. Raises Busy when another process works on it."""
    file = folder() / f"{run}.lock"
    with _locked(file):
        try:
            yield
        finally:
            for suffix in ("beat", "cancel", "lock"):
                (folder() / f"{run}.{suffix}").unlink(missing_ok=True)


@contextmanager
def slot() -> Iterator[None]:
    """One of the few places for work in the background. Raises Busy when all are taken."""
    for number in range(SLOTS):
        try:
            with _locked(folder() / f"slot-{number}.lock"):
                yield
                return
        except Busy:
            continue
    raise Busy


def is_held(run: UUID) -> bool:
    """Whether a living process works on the run."""
    try:
        with (folder() / f"{run}.lock").open("rb") as handle:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False


def beat(run: UUID, progress: float, stage: str) -> None:
    """Say that this process lives and how far it is."""
    file = folder() / f"{run}.beat"
    fresh = file.with_suffix(f".{os.getpid()}.new")
    fresh.write_text(json.dumps(asdict(Beat(time.time(), progress, stage))), encoding="utf-8")
    fresh.replace(file)


def last_beat(run: UUID) -> Beat | None:
    """The last sign of life; None when there is none."""
    with suppress(OSError, ValueError, TypeError):
        return Beat(**json.loads((folder() / f"{run}.beat").read_text(encoding="utf-8")))
    return None


def ask_cancel(run: UUID) -> None:
    """Leave the wish that the run should end."""
    (folder() / f"{run}.cancel").touch()


def is_cancel_asked(run: UUID) -> bool:
    """Whether somebody wishes that the run should end."""
    return (folder() / f"{run}.cancel").exists()


@contextmanager
def _locked(file: Path) -> Iterator[None]:
    with file.open("ab") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Busy(str(file)) from error
        yield
