"""Looking into many foreign files: child processes with limits that live on from file to file.

A child that a file hurts is ended and replaced, and that file is refused with a `MediaProblem`; the others
go on. `Reader` is one child and is used by one thread at a time; `Readers` are several, which give answers in
the order of the questions. Called by `portal.cards` and, for previews, by `portal.cameras`.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, fields
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TypeVar

from amur.formats.media.limited import bare_environment
from amur.formats.media.problems import MediaProblem

WALL_S: Final = 60.0
MAX_HEAD: Final = 1 << 20
MAX_PICTURE: Final = 8 << 20
_BLOCK: Final = 1 << 16

Item = TypeVar("Item")
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Seen:
    """What a file tells of itself, and how it looks; None or "" where it tells nothing.

    `taken` is what the clock showed, without zone. `number` of `total` is the place in a burst, `event` the
    camera's own count. `thumbnail` is a JPEG, b"" for a video whose coding is not known here. `dhash`,
    `luminance` and `is_infrared` are as in `looks.Look`.
    """

    width: int | None = None
    height: int | None = None
    duration_s: float | None = None
    taken: datetime | None = None
    offset: str = ""
    number: int | None = None
    total: int | None = None
    event: int | None = None
    temperature_c: int | None = None
    serial: str = ""
    trigger: str = ""
    exif: dict[str, str] = field(default_factory=dict)
    dhash: str = ""
    luminance: float | None = None
    is_infrared: bool | None = None
    thumbnail: bytes = b""


_NAMES: Final = frozenset(one.name for one in fields(Seen))


class Reader:
    """One child process; it starts with the first question and is replaced when a file hurt it."""

    def __init__(self, wall_s: float = WALL_S) -> None:
        self._wall_s = wall_s
        self._child: subprocess.Popen[bytes] | None = None

    def look(self, path: Path, media_type: str) -> Seen:
        """Look into a file. Raises MediaProblem when it is damaged, hostile or beyond a limit."""
        found, thumbnail = self._ask("look", path, media_type)
        known = {name: value for name, value in found.items() if name in _NAMES and value is not None}
        if "taken" in known:
            known["taken"] = datetime.fromisoformat(known["taken"])
        return Seen(**known, thumbnail=thumbnail)

    def preview(self, path: Path, media_type: str) -> bytes:
        """The picture as large as a screen, as a JPEG without metadata. Raises MediaProblem."""
        return self._ask("preview", path, media_type)[1]

    def close(self) -> None:
        """End the child."""
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()

    def _ask(self, task: str, path: Path, media_type: str) -> tuple[dict[str, Any], bytes]:
        child = self._started()
        question = {"task": task, "path": str(path.absolute()), "media_type": media_type}
        try:
            head, picture = _exchanged(child, json.dumps(question).encode() + b"\n", self._wall_s)
        except (OSError, EOFError, ValueError, TimeoutError) as error:
            self.close()
            raise MediaProblem("too-much-work") from error
        if head.get("tired"):
            self.close()
        if "problem" in head:
            raise MediaProblem(head["problem"], **head["params"])
        return head["result"], picture

    def _started(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self.close()
            self._child = subprocess.Popen(
                [sys.executable, "-P", "-s", "-m", "amur.formats.cards.child"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**bare_environment(), "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
                start_new_session=True,
                bufsize=0,
            )
        return self._child


def _exchanged(
    child: subprocess.Popen[bytes], question: bytes, wall_s: float
) -> tuple[dict[str, Any], bytes]:
    """Send a question and read its answer. Raises EOFError, ValueError or TimeoutError."""
    assert child.stdin is not None and child.stdout is not None  # noqa: S101  # both are pipes
    child.stdin.write(question)
    out, until, data = child.stdout.fileno(), time.monotonic() + wall_s, bytearray()
    while (end := data.find(b"\n")) < 0:
        if len(data) > MAX_HEAD:
            raise ValueError(len(data))
        data += _part(out, until)
    head = json.loads(data[:end])
    length = int(head["bytes"])
    if not 0 <= length <= MAX_PICTURE:
        raise ValueError(length)
    picture = data[end + 1 :]
    while len(picture) < length:
        picture += _part(out, until)
    return head, bytes(picture)


def _part(out: int, until: float) -> bytes:
    ready, _, _ = select.select([out], [], [], max(until - time.monotonic(), 0))
    if not ready:
        raise TimeoutError
    part = os.read(out, _BLOCK)
    if not part:
        raise EOFError
    return part


class Readers:
    """Several children at once. To be used as a context manager: its end ends the children."""

    def __init__(self, count: int | None = None) -> None:
        self.count = count or max(1, len(os.sched_getaffinity(0)))
        self._own = threading.local()
        self._all: list[Reader] = []
        self._threads = ThreadPoolExecutor(self.count, thread_name_prefix="reader of cards")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._threads.shutdown(cancel_futures=True)
        for reader in self._all:
            reader.close()

    def map(self, work: Callable[[Reader, Item], Found], items: Iterable[Item]) -> Iterator[Found]:
        """Do work with a child for each item, in threads; gives what comes of it in their order."""
        waiting: deque[Future[Found]] = deque()
        for item in items:
            waiting.append(self._threads.submit(self._do, work, item))
            if len(waiting) > 3 * self.count:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()

    def _do(self, work: Callable[[Reader, Item], Found], item: Item) -> Found:
        reader: Reader | None = getattr(self._own, "reader", None)
        if reader is None:
            reader = self._own.reader = Reader()
            self._all.append(reader)
        return work(reader, item)
