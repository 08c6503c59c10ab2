"""Reads job files: the `.ini` of Circuitscape and Omniscape as keys and values, a short TOML as words."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from amur.formats.errors import FormatErrors, ProblemList, shortened
from amur.formats.jobs.messages import problem


@dataclass(frozen=True, slots=True)
class Key:
    """One key of an `.ini`: its field here, the kind of its value, and what is done with it."""

    field: str
    kind: Literal["flag", "file", "choice", "number", "text"]
    switch: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A value as written, and its line."""

    value: str
    row: int | None


def read_entries(path: Path, problems: ProblemList) -> dict[str, Entry]:
    """The keys and values of an `.ini`, keys in lower case; sections do not matter.

    Lines that are no settings go into `problems`. Raises `FormatErrors` where the file cannot be read.
    """
    entries: dict[str, Entry] = {}
    for row, line in enumerate(_text(path, problems).splitlines(), start=1):
        line = line.strip()
        if not line or line[0] in "#;" or (line[0] == "[" and line[-1] == "]"):
            continue
        places = [place for place in (line.find("="), line.find(":")) if place > 0]
        if not places:
            problems.error("job-line", row=row, line=shortened(line))
            continue
        key = line[: min(places)].strip().lower()
        value = line[min(places) + 1 :].strip()
        if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'":
            value = value[1:-1]
        if key in entries and entries[key].value.lower() != value.lower():
            problems.warn("key-twice", row=row, column=key, key=key, value=shortened(value))
        entries[key] = Entry(value, row)
    return entries


def read_words(path: Path) -> dict[str, Any]:
    """The words of a short job in TOML. Raises `FormatErrors`."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError as error:
        raise FormatErrors([problem("job-missing", path.name, path=path)], 1) from error
    except (OSError, UnicodeDecodeError) as error:
        raise FormatErrors([problem("job-unreadable", path.name, reason=shortened(error))], 1) from error
    except tomllib.TOMLDecodeError as error:
        raise FormatErrors([problem("job-toml", path.name, reason=shortened(error, 120))], 1) from error


def name_unknown(entries: Mapping[str, Entry], known: Iterable[str], problems: ProblemList) -> None:
    """An error for every key that is not known, with the nearest one that is."""
    known = list(known)
    for key, entry in entries.items():
        if key in known:
            continue
        nearest = difflib.get_close_matches(key, known, 1, 0.5)
        code = "key-unknown" if nearest else "key-unknown-alone"
        problems.error(code, row=entry.row, key=shortened(key), nearest=nearest[0] if nearest else "")


def _text(path: Path, problems: ProblemList) -> str:
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise FormatErrors([problem("job-missing", path.name, path=path)], 1) from error
    except OSError as error:
        raise FormatErrors([problem("job-unreadable", path.name, reason=shortened(error))], 1) from error
    if b"\0" in content[:4096]:
        raise FormatErrors([problem("job-unreadable", path.name, reason="it is not text")], 1)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        problems.warn("job-encoding")
        return content.decode("cp1251", "replace")
