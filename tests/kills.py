"""Kills a piece of work at a named moment, as `kill -9` would: at each commit, each written row, each file.

A `Nursery` is a process that has Django open on a data folder and forks a child for each piece of work, so
that a hundred kills cost one start. A moment is a text, such as “after INSERT cards_cardfile” or “before
replace cameras/originals”, with its number: a child tells all that it passed, or dies at the one asked for.
What SQLite does inside of a commit has no moments here. Called by the tests of cards and of packages.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

ROOT = Path(__file__).parents[1]
_WRITES = re.compile(r'\s*(INSERT|REPLACE|UPDATE|DELETE)\b[^"]*"(\w+)"', re.IGNORECASE)
_FILES = ("replace", "rename", "unlink", "rmdir", "fsync")


class Moment(NamedTuple):
    """The `number`-th time, from one, that something is about to happen or has happened."""

    name: str
    number: int


def aimed(passed: list[str]) -> list[Moment]:
    """Of each kind of moment the one in the middle, and the last commit.

    What is after one of them is before the next; so those after it are left out, but for commits. The log
    writes with what it notes, in the same transaction.
    """
    found = []
    for name, count in Counter(passed).items():
        if (name.startswith("before ") or name == "after commit") and " audit_" not in name:
            last = count if name.endswith("commit") else 0
            found += [Moment(name, number) for number in sorted({(count + 1) // 2, last} - {0})]
    return found


class Nursery:
    """Does `work` (“module:function”, given the data folder) in children of a process that has Django open."""

    def __init__(self, folder: Path, work: str) -> None:
        self.folder = folder
        self._kept = folder.with_name(f"{folder.name}-kept")
        shutil.copytree(folder, self._kept)
        own = {"AMUR_DATA": str(folder), "DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": "amur.portal.settings"}
        path = os.pathsep.join([str(ROOT), str(ROOT / "tests"), *sys.path])
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__)), work],
            env={**os.environ, **own, "PYTHONPATH": path, "OPENBLAS_NUM_THREADS": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        assert self._process.stdout is not None
        assert self._process.stdout.readline() == "ready\n", "the work failed where nobody kills it"
        self.begin_anew()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()

    def begin_anew(self) -> None:
        """The data folder is as it was at first."""
        shutil.rmtree(self.folder)
        shutil.copytree(self._kept, self.folder)

    def do(self) -> list[str]:
        """Do the work to its end; the moments that it passed."""
        answer = self._ask(None)
        assert answer["status"] == 0, "the work failed; its child has said why"
        return [str(name) for name in answer["passed"]]

    def kill(self, moment: Moment) -> bool:
        """Begin the work and die at a moment; whether that came."""
        status = self._ask(moment)["status"]
        assert status in (0, -signal.SIGKILL), "the work failed; its child has said why"
        return bool(status)

    def _ask(self, moment: Moment | None) -> dict[str, Any]:
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(moment) + "\n")
        self._process.stdin.flush()
        return dict(json.loads(self._process.stdout.readline()))


class _Moments:
    """The moments that a child passes, up to the one at which it dies."""

    def __init__(self, folder: Path, deadly: Moment | None) -> None:
        self.folder, self.deadly = folder, deadly
        self.passed: list[str] = []
        self._lock = threading.Lock()

    @contextmanager
    def around(self, what: str) -> Iterator[None]:
        self._come(f"before {what}")
        yield
        self._come(f"after {what}")

    def _come(self, name: str) -> None:
        with self._lock:
            self.passed.append(name)
            if self.deadly == (name, self.passed.count(name)):
                os.kill(os.getpid(), signal.SIGKILL)

    def place_of(self, file: Any, within: int | None) -> str | None:
        """Two folders of the data folder in which a file lies; None for others and for the signs of life."""
        if threading.current_thread().name.startswith("heart"):
            return None
        if isinstance(file, int):
            path = Path(f"/proc/self/fd/{file}").readlink()
        else:
            path = Path(f"/proc/self/fd/{within}").readlink() / file if within is not None else Path(file)
        if not path.is_relative_to(self.folder):
            return None
        return "/".join(path.parent.relative_to(self.folder).parts[:2])


def _watch_files(moments: _Moments) -> None:
    def watched(name: str, true: Callable[..., Any]) -> Callable[..., Any]:
        def called(*given: Any, **more: Any) -> Any:
            place = moments.place_of(given[-1], more.get("dir_fd"))
            if place is None:
                return true(*given, **more)
            with moments.around(f"{name} {place}"):
                return true(*given, **more)

        return called

    for name in _FILES:
        setattr(os, name, watched(name, getattr(os, name)))


def _watch_database(moments: _Moments) -> None:
    from django.db import connection

    commit = getattr(connection, "_commit")  # noqa: B009  # known to Django, not to its types

    def committed() -> None:
        with moments.around("commit"):
            commit()

    def execute(run: Any, sql: str, parameters: Any, many: bool, context: Any) -> Any:
        told = _WRITES.match(sql)
        if told is None:
            return run(sql, parameters, many, context)
        with moments.around(f"{told[1].upper()} {told[2]}"):
            return run(sql, parameters, many, context)

    setattr(connection, "_commit", committed)  # noqa: B010
    connection.execute_wrappers.append(execute)


def _in_child(work: Callable[[Path], None], deadly: Moment | None, told: int) -> int:
    """What a child does; its status."""
    folder = Path(os.environ["AMUR_DATA"])
    moments = _Moments(folder, deadly)
    _watch_files(moments)
    _watch_database(moments)
    try:
        work(folder)
    except BaseException:
        traceback.print_exc()
        return 1
    with open(told, "w") as out:
        json.dump(moments.passed, out)
    return 0


def _main(name: str) -> None:
    import django
    from django.db import connections

    django.setup()
    module, function = name.split(":")
    work = getattr(importlib.import_module(module), function)
    work(Path(os.environ["AMUR_DATA"]))  # what it imports on its way the children have from the beginning
    gc.freeze()
    print("ready", flush=True)
    for line in sys.stdin:
        moment = json.loads(line)
        connections.close_all()
        ours, theirs = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(ours)
            os._exit(_in_child(work, Moment(*moment) if moment else None, theirs))
        os.close(theirs)
        with open(ours) as told:
            passed = told.read()
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(json.dumps({"status": status, "passed": json.loads(passed or "[]")}), flush=True)


if __name__ == "__main__":
    _main(sys.argv[1])
