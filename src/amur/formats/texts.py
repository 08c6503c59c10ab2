"""Text files of tables, read with every problem noted: whole texts, numbers, columns of one type."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from amur.formats.errors import FileProblems, Wording, shortened

UNKNOWN = {"", "NA", "NaN"}
WORDINGS = {
    "file-missing": Wording("There is no file {path}.", "Correct the name or the folder."),
    "file-unreadable": Wording("The file cannot be read: {reason}.", "Save it as text in UTF-8."),
    "file-encoding": Wording("The file is not in UTF-8 and was read as Windows-1251.", "Save it in UTF-8."),
}
"""The sentences of `text_of`; a table of wordings of a format holds them, too."""


def text_of(path: Path, problems: FileProblems) -> str | None:
    """The text of a file; None where it cannot be read, which is noted."""
    mine = problems.of(path)
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        mine.error("file-missing", path=path)
        return None
    except OSError as error:
        mine.error("file-unreadable", reason=shortened(error))
        return None
    if b"\0" in content:
        mine.error("file-unreadable", reason="it is not text")
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        mine.warn("file-encoding")
        return content.decode("cp1251", "replace")


def number_of(word: str) -> float | None:
    """A word as a finite number, or None.

    >>> number_of("3.5"), number_of("1e3"), number_of("nan"), number_of("1_000")
    (3.5, 1000.0, None, None)
    """
    try:
        value = float(word)
    except ValueError:
        return None
    return value if np.isfinite(value) and "_" not in word else None


def typed(words: list[str]) -> NDArray[Any]:
    """A column of covariates: numbers (NaN where unknown) where all known ones are, else text ("" unknown).

    >>> typed(["1", "2.5"]).tolist(), typed(["1", "NA"]).tolist(), typed(["F", "NA"]).tolist()
    ([1.0, 2.5], [1.0, nan], ['F', ''])
    """
    known = [number_of(word) for word in words if word not in UNKNOWN]
    if known and None not in known:
        return np.array([np.nan if word in UNKNOWN else float(word) for word in words])
    return np.array(["" if word in UNKNOWN else word for word in words])
