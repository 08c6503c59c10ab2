"""Writes detectors and captures as the text files that `read_survey` (and secr) read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from amur.formats.files import replacing
from amur.science.capture.data import Detectors, Session


def write_traps(path: Path, detectors: Detectors, ids: Sequence[str], *, comma: bool = False) -> Path:
    """Write a file of detectors: id, easting, northing and effort by occasion.

    Effort that is 1 everywhere is left out where there is one occasion. With `comma` columns are parted by
    commas.

    >>> import tempfile, numpy as np
    >>> path = Path(tempfile.mkdtemp()) / "traps.txt"
    >>> detectors = Detectors(np.array([[0.0, 0.0], [2e3, 1e3]]), np.ones((2, 3)), "proximity")
    >>> print(write_traps(path, detectors, ["A", "B"]).read_text(), end="")
    # detector easting northing effort
    A 0.0 0.0 1 1 1
    B 2000.0 1000.0 1 1 1
    """
    between = "," if comma else " "
    with replacing(path) as temporary:
        rows = [
            [name, f"{east:.1f}", f"{north:.1f}", *(f"{part:g}" for part in effort)]
            for name, (east, north), effort in zip(
                ids, detectors.positions.tolist(), detectors.effort.tolist(), strict=True
            )
        ]
        _write(temporary, ["detector", "easting", "northing", "effort"], rows, between)
    return path


def write_captures(
    path: Path, sessions: Iterable[Session], ids: Sequence[str], covariates: Sequence[str] = ()
) -> Path:
    """Write a file of captures of sessions that share the names of detectors; counts are repeated lines.

    `covariates` of individuals follow the detector, NA where they are unknown.
    """
    rows = []
    for session in sessions:
        captures = session.captures
        columns = (captures.individual, captures.occasion, captures.detector, captures.count)
        for who, when, where, count in zip(*(column.tolist() for column in columns), strict=True):
            more = [str(captures.covariates[name][who]) or "NA" for name in covariates]
            rows += [[session.name, captures.ids[who], str(when + 1), ids[where], *more]] * count
        if not captures.animals:
            rows.append([session.name, "NONE", "1", ids[0], *["NA"] * len(covariates)])
    with replacing(path) as temporary:
        _write(temporary, ["session", "individual", "occasion", "detector", *covariates], rows, " ")
    return path


def _write(path: Path, titles: Sequence[str], rows: Iterable[Sequence[str]], between: str) -> None:
    lines = [f"# {between.join(titles)}", *(between.join(row) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
