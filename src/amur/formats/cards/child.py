"""The child process that looks into foreign files, one after the other: a question a line, an answer each.

Before the first file it gives up what it could do harm with, as `media.child` does; its processor time is
limited anew for every file. An answer is a line of JSON and as many bytes as its `bytes` says (a picture);
a child says in it when it is `tired` and wants to be replaced. Started by `readers` only.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO, Final

from amur.formats.media.child import CPU_S_LONG, give_up
from amur.formats.media.problems import MediaProblem

CPU_S: Final = 30
TIRED_CPU_S: Final = CPU_S_LONG - 2 * CPU_S
TIRED_FILES: Final = 4_000


def look(path: Path, media_type: str) -> tuple[dict[str, Any], bytes]:
    """Everything that an import wants to know of a file, and its thumbnail. Raises MediaProblem."""
    from amur.formats.cards import looks, makers

    found: dict[str, Any] = {}
    thumbnail = b""
    if media_type == "image/jpeg":
        from amur.formats.cards.exif import told_by

        data = path.read_bytes()
        told = told_by(data)
        pixels: Any = looks.of_jpeg(data, told.width, told.height, looks.THUMBNAIL)
        taken, noted = told.taken, makers.noted_by(told)
        found = {
            "width": told.width,
            "height": told.height,
            "taken": taken.isoformat() if taken else None,
            "offset": told.offset,
            "exif": told.tags,
            **asdict(noted),
        }
        found["serial"] = found["serial"] or told.tags.get("BodySerialNumber", "")
    elif media_type == "image/png":
        pixels = looks.of_png(path)
        found = {"width": pixels.shape[1], "height": pixels.shape[0]}
    else:
        from amur.formats.cards.movies import film_of
        from amur.formats.media.pictures import check_size

        film = film_of(path, media_type)
        check_size(film.width or 0, film.height or 0)
        pixels = looks.of_video(path)
        found = {**asdict(film), "taken": film.taken.isoformat() if film.taken else None}
    if pixels is not None:
        seen = asdict(looks.look_of(pixels))
        thumbnail = seen.pop("thumbnail")
        found.update(seen)
    return found, thumbnail


def preview(path: Path, media_type: str) -> tuple[dict[str, Any], bytes]:
    """A picture as large as a screen, or the first picture of a video. Raises MediaProblem."""
    from amur.formats.cards import looks

    if media_type == "image/jpeg":
        from amur.formats.cards.exif import told_by

        data = path.read_bytes()
        told = told_by(data)
        pixels: Any = looks.of_jpeg(data, told.width, told.height, looks.PREVIEW)
    else:
        pixels = looks.of_png(path) if media_type == "image/png" else looks.of_video(path)
    if pixels is None:
        raise MediaProblem("no-tracks")
    return {}, looks.encoded(pixels, looks.PREVIEW)


def answer(question: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """The answer to a question, whatever happens."""
    hardest = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (min(int(cpu_used()) + CPU_S, hardest), hardest))
    task = {"look": look, "preview": preview}[question["task"]]
    try:
        found, picture = task(Path(question["path"]), str(question["media_type"]))
        return {"result": found}, picture
    except MediaProblem as problem:
        return {"problem": problem.code, "params": dict(problem.params)}, b""
    except MemoryError:
        return {"problem": "too-much-work", "params": {}}, b""
    except Exception as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return {"problem": "damaged", "params": {}}, b""


def cpu_used() -> float:
    """Seconds of processor time that this process has used."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main() -> int:
    """Answer questions until there are no more."""
    questions, answers = sys.stdin.buffer, _answers()
    give_up("video/")
    for count, line in enumerate(questions, start=1):
        found, picture = answer(json.loads(line))
        tired = count >= TIRED_FILES or cpu_used() > TIRED_CPU_S
        head = {**found, "bytes": len(picture), "tired": tired}
        answers.write(json.dumps(head).encode() + b"\n" + picture)
        answers.flush()
    return 0


def _answers() -> BinaryIO:
    """The pipe to the parent, out of reach of libraries that print."""
    pipe = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return pipe


if __name__ == "__main__":
    sys.exit(main())
