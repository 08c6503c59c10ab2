"""A Camtrap DP package of 1,000,000 observations is checked, against frictionless.

The official example package is copied until it has enough rows, each copy with identifiers and times of its
own, into a temporary folder. Ours is the CPU time of the whole check of the whole package. The peer, where it
is installed, checks 20,000 observations with their media and deployments; its time at full size is told in
proportion, because it looks at one row after the other. The example is no part of the project:
--example names its folder, which has the table schemas beside it in schema-1.0.2.

    .venv/bin/python benchmarks/cameras_check.py [--observations 1000000] [--example FOLDER]
"""

from __future__ import annotations

import argparse
import csv
import json
import resource
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

from amur.formats.camtrapdp import check_package

EXAMPLE = Path(__file__).parents[2] / "shared" / "data" / "camtrapdp" / "example-1.0.2"
KEYS = {"deploymentID", "mediaID", "observationID", "eventID"}
TIMES = {"deploymentStart", "deploymentEnd", "timestamp", "eventStart", "eventEnd"}
PEER_ROWS = 20_000


def replicate(example: Path, folder: Path, observations: int) -> None:
    """Write a package of at least so many observations."""
    tables = {}
    for name in ("deployments", "media", "observations"):
        with (example / f"{name}.csv").open(encoding="utf-8", newline="") as opened:
            tables[name] = list(csv.DictReader(opened))
    copies = -(-observations // len(tables["observations"]))
    for name, rows in tables.items():
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as opened:
            writer = csv.writer(opened, lineterminator="\n")
            writer.writerow(rows[0])
            for k in range(copies):
                for row in rows:
                    writer.writerow([changed(column, cell, k) for column, cell in row.items()])
    metadata = (example / "datapackage.json").read_text(encoding="utf-8")
    (folder / "datapackage.json").write_text(metadata, encoding="utf-8")


def changed(column: str, cell: str, k: int) -> str:
    """A cell of the copy k."""
    if column in KEYS and cell:
        return f"{cell}-{k}"
    if column in TIMES:
        time = datetime.fromisoformat(cell) + timedelta(seconds=3617 * k)
        return time.isoformat().replace("+00:00", "Z")
    return cell


def ours(folder: Path) -> None:
    """Check a package and print what it took."""
    begun, clock = time.process_time(), time.monotonic()
    checked = check_package(folder)
    spent, wall = time.process_time() - begun, time.monotonic() - clock
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rows = ", ".join(f"{count:,} {name}" for name, count in checked.rows.items())
    print(
        f"ours: {rows}: {spent:.1f} CPU-s, {wall:.1f} s, peak {peak:,.0f} MB,"
        f" {checked.found.error_count} errors",
        flush=True,
    )


def theirs(folder: Path, schemas: Path, wanted: int) -> None:
    """Check a package with frictionless and print what it took, and what that means for `wanted` rows."""
    try:
        from frictionless import Package
    except ImportError:
        print("frictionless is not installed: no race (pip install frictionless)")
        return
    metadata = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    metadata.pop("profile")
    for entry in metadata["resources"]:
        if "schema" in entry:
            text = (schemas / entry["schema"].rsplit("/", 1)[1]).read_text(encoding="utf-8")
            entry["schema"] = json.loads(text)
    begun = time.process_time()
    report = Package.from_descriptor(metadata, basepath=str(folder)).validate()
    spent = time.process_time() - begun
    tasks = {task.name: task.stats.get("rows", 0) for task in report.tasks}
    rows = tasks.get("observations", 0)
    print(
        f"frictionless: {rows:,} observations: {spent:.1f} CPU-s, {report.stats['errors']} errors;"
        f" {spent * wanted / max(rows, 1):.0f} CPU-s at {wanted:,} in proportion",
        flush=True,
    )


def main() -> None:
    """Run the race."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--observations", type=int, default=1_000_000)
    parser.add_argument("--example", type=Path, default=EXAMPLE)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        small, large = Path(scratch, "small"), Path(scratch, "large")
        for folder, rows in ((small, PEER_ROWS), (large, options.observations)):
            folder.mkdir()
            replicate(options.example, folder, rows)
        ours(large)
        theirs(small, options.example.parent / "schema-1.0.2", options.observations)


if __name__ == "__main__":
    main()
