"""The child process that opens foreign files: reads a question on its input, writes an answer and ends.

Before it reads a byte of the file it gives up what it could do harm with: processor time, memory, size and
number of files, core dumps and, where the system allows it, the network. Started by `limited` only.
"""

import contextlib
import ctypes
import json
import os
import resource
import sys
from pathlib import Path
from typing import Any, Final

from amur.formats.media.problems import MediaProblem

CPU_S: Final = 60
CPU_S_LONG: Final = 300
MEMORY_BYTES: Final = 2 << 30
FILE_BYTES: Final = 1_100_000_000
OPEN_FILES: Final = 64
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000


def give_up(media_type: str) -> None:
    """Lower this process's limits for good."""
    cpu = CPU_S if media_type.startswith("image/") else CPU_S_LONG
    for what, most in (
        (resource.RLIMIT_CPU, cpu),
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_FSIZE, FILE_BYTES),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        _soft, hard = resource.getrlimit(what)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (most, most))
    os.nice(10)
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None, use_errno=True).unshare(_CLONE_NEWUSER | _CLONE_NEWNET)


def do(question: dict[str, Any]) -> dict[str, Any]:
    """The answer to a question; only the module that the type needs is loaded."""
    path, media_type = Path(question["path"]), str(question["media_type"])
    out = Path(question["out"]) if question["out"] else None
    if media_type.startswith("image/"):
        from amur.formats.media import pictures

        return pictures.probe(path, media_type) if out is None else pictures.copies(path, media_type, out)
    if media_type == "application/pdf":
        from amur.formats.media import pdf

        return pdf.probe(path) if out is None else pdf.copies(path, out)
    if media_type == "audio/mpeg":
        from amur.formats.media import mp3

        return mp3.probe(path) if out is None else mp3.copies(path, out)
    from amur.formats.media import boxes

    return boxes.probe(path, media_type) if out is None else boxes.copies(path, media_type, out)


def main() -> int:
    """Answer one question."""
    question = json.loads(sys.stdin.buffer.read())
    give_up(question["media_type"])
    answer: dict[str, Any]
    try:
        answer = {"result": do(question)}
    except MediaProblem as problem:
        answer = {"problem": problem.code, "params": dict(problem.params)}
    except MemoryError:
        answer = {"problem": "too-much-work", "params": {}}
    except Exception as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        answer = {"problem": "damaged", "params": {}}
    sys.stdout.write(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
