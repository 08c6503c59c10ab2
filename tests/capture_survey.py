"""A simulated survey as the files of `amur capture fit`, and what comes out of it."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from amur.science.capture.examples import camera_session


def survey(folder: Path, kind: str = "proximity", sexes: Sequence[str] = "FM") -> list[str]:
    """The words for a simulated survey, written into files."""
    session = camera_session(kind)  # type: ignore[arg-type]
    detectors, captures = session.detectors, session.captures
    (folder / "traps.txt").write_text(
        "# id x y\n" + "".join(f"C{k} {x} {y}\n" for k, (x, y) in enumerate(detectors.positions.tolist())),
        encoding="utf-8",
    )
    (folder / "captures.txt").write_text(
        "# session id occasion detector sex\n"
        + "".join(
            f"2026 {captures.ids[i]} {s + 1} C{j} {sexes[i % len(sexes)]}\n" * int(count)
            for i, s, j, count in zip(
                captures.individual, captures.occasion, captures.detector, captures.count, strict=True
            )
        ),
        encoding="utf-8",
    )
    words = [
        "capture",
        "fit",
        "--traps",
        str(folder / "traps.txt"),
        "--captures",
        str(folder / "captures.txt"),
    ]
    return [*words, "--occasions", "10", "--detector", kind, "--json", str(folder / "out.json")]


def results(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "out.json").read_text(encoding="utf-8")))


def real(folder: Path, parameter: str, level: str = "") -> float:
    (row,) = [
        row for row in results(folder)["real"] if (row["parameter"], row["level"]) == (parameter, level)
    ]
    return float(row["estimate"])
