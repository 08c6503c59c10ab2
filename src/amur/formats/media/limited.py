"""Opening a foreign file in a child process that may do little: no more memory, time and files than stated.

Called by the portal with paths; the work itself is in `child`. Whatever happens to the child, the caller gets
an answer or a `MediaProblem`.
"""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from amur.formats.media.problems import MediaProblem

WALL_S: Final = 120.0
WALL_S_PER_MB: Final = 0.5


@dataclass(frozen=True, slots=True)
class Found:
    """What a file holds: pixels as shown, seconds, pages; None where it does not apply."""

    width: int | None = None
    height: int | None = None
    duration_s: float | None = None
    pages: int | None = None


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy made by the child: its file, its name such as `960.webp`, and what it is."""

    path: Path
    name: str
    media_type: str
    width: int | None = None
    height: int | None = None


def probe(path: Path, media_type: str) -> Found:
    """Open the whole file and measure it. Raises MediaProblem when it is damaged or beyond a limit."""
    return Found(**_ask("probe", path, media_type, None))


def copies(path: Path, media_type: str, out: Path) -> list[Copy]:
    """Make the copies that may be served, in the folder `out`. Raises MediaProblem when that cannot be."""
    found = _ask("copies", path, media_type, out)
    return [Copy(**{**one, "path": out / one["name"]}) for one in found["copies"]]


def _ask(task: str, path: Path, media_type: str, out: Path | None) -> dict[str, Any]:
    question = {"task": task, "path": str(path), "media_type": media_type, "out": str(out) if out else None}
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-s", "-m", "amur.formats.media.child"],
            input=json.dumps(question).encode(),
            capture_output=True,
            timeout=WALL_S + WALL_S_PER_MB * path.stat().st_size / 1e6,
            env=bare_environment(),
            cwd=out or path.parent,
            start_new_session=True,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise MediaProblem("too-much-work") from error
    return _answer(done)


def bare_environment() -> dict[str, str]:
    """Nothing of the server's environment but where the program lies: no keys, no addresses."""
    return {"PYTHONPATH": os.pathsep.join(sys.path), "LANG": "C.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"}


def _answer(done: "subprocess.CompletedProcess[bytes]") -> dict[str, Any]:
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        answer = None
    if not isinstance(answer, dict):
        # It was killed by a limit, or fell over its input.
        raise MediaProblem("too-much-work" if done.returncode < 0 else "damaged")
    if "problem" in answer:
        raise MediaProblem(answer["problem"], **answer["params"])
    result: dict[str, Any] = answer["result"]
    return result
