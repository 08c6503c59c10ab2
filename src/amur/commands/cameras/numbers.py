"""The numbers of a camera survey as CSV and JSON, from a Camtrap DP package or a project of the centre."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from amur.commands.cameras.numbers_package import sample_of
from amur.commands.jobs.running import Say
from amur.formats.camtrapdp import read_package
from amur.formats.errors import FormatErrors
from amur.formats.files import replacing
from amur.portal.operations.problems import Problem, _
from amur.science.cameras import Cameras, Rules, Sightings, Table, compute
from amur.science.cameras.numbers import Progress

MOST_MATRICES = 10
STAGES = {
    "effort": _("effort"),
    "events": _("independent events"),
    "species": _("indices"),
    "matrices": _("detection matrices"),
    "accumulation": _("accumulation"),
    "individuals": _("individuals"),
    "activity": _("activity"),
    "overlap": _("overlap"),
    "done": _("done"),
}


def run_numbers(
    source: str,
    rules: Rules,
    period: tuple[date, date] | None,
    level: str,
    zone: str,
    folder: Path | None,
    output: Path | None,
    say: Say,
    progress: Progress,
) -> int:
    """Compute, print a summary, and write CSV files into a folder and one JSON file. Raises `Problem`."""
    for path in (folder, output):
        if path is not None and not path.absolute().parent.is_dir():
            raise Problem(_("There is no folder {folder}.").format(folder=path.absolute().parent))
    cameras, sightings = (
        _package(Path(source), level, zone, say) if Path(source).exists() else _project(source, level)
    )
    rules = _with_species(rules, sightings)
    days = (np.datetime64(period[0], "D"), np.datetime64(period[1], "D")) if period else None
    try:
        tables = compute(
            cameras,
            sightings,
            rules,
            days,
            lambda done, stage: progress(done, STAGES.get(stage, stage)),
        )
    except ValueError as error:
        raise Problem(_("No numbers: {reason}.").format(reason=error)) from error
    _summary(tables, say)
    if folder is not None:
        folder.mkdir(exist_ok=True)
        for name, table in tables.items():
            _write_csv(folder / f"{_file_name(name)}.csv", table)
        say(_("{count} tables written to {folder}").format(count=len(tables), folder=folder))
    if output is not None:
        _write_json(output, source, rules, tables)
    return 0


def _package(path: Path, level: str, zone: str, say: Say) -> tuple[Cameras, Sightings]:
    try:
        package = read_package(path)
    except FormatErrors as errors:
        for problem in errors.errors[:20]:
            say(str(problem))
        raise Problem(
            _("The package has {count} errors; “amur camtrapdp check” tells all.").format(
                count=errors.error_count
            )
        ) from errors
    try:
        sample = sample_of(package, level, ZoneInfo(zone) if zone else None)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise Problem(
            _("“{zone}” is no time zone; write one such as Asia/Vladivostok.").format(zone=zone)
        ) from error
    say(_("Observations of the level “{level}”.").format(level=sample.level))
    return sample.cameras, sample.sightings


def _project(key: str, level: str) -> tuple[Cameras, Sightings]:
    """The records of a project of the data folder, by its key."""
    from amur.portal.surveys.choosing import Unknown, whole_project

    try:
        return whole_project(key, level)
    except Unknown as unknown:
        raise Problem(
            _("“{source}” is neither a file nor the key of a camera project.").format(source=key)
        ) from unknown


def _with_species(rules: Rules, sightings: Sightings) -> Rules:
    """The rules with the commonest species where none were named. Raises `Problem` for an unknown name."""
    for name in (*rules.matrices, *rules.activity, *([rules.individuals] if rules.individuals else [])):
        if name not in sightings.names:
            raise Problem(
                _("“{name}” was not seen; seen were: {names}.").format(
                    name=name, names=", ".join(sightings.names) or "–"
                )
            )
    counts = np.bincount(sightings.species, minlength=len(sightings.names))
    ordered = [sightings.names[k] for k in np.argsort(-counts, kind="stable")]
    if not rules.individuals and (sightings.animal >= 0).any():
        marked = np.bincount(sightings.species[sightings.animal >= 0], minlength=len(sightings.names))
        rules = replace(rules, individuals=sightings.names[int(marked.argmax())])
    return replace(
        rules,
        matrices=rules.matrices or tuple(ordered[:MOST_MATRICES]),
        activity=rules.activity or tuple(ordered[:2]),
    )


def _summary(tables: Mapping[str, Table], say: Say) -> None:
    for definition, cameras, days, stations, _without, used in tables["effort"].rows:
        mark = "*" if used else " "
        say(
            _(
                "{mark} {definition}: {days:.4f} trap days at {stations} stations ({cameras:.4f} camera days)"
            ).format(mark=mark, definition=definition, days=days, stations=stations, cameras=cameras)
        )
    for name, records, events, _animals, at, index, *_rest in tables["species"].rows:
        say(
            _(
                "{name}: {records} records, {events} events at {stations} stations, {index:.4f} per 100 days"
            ).format(name=name, records=records, events=events, stations=at, index=index)
        )
    for finding, count in tables["findings"].rows:
        say(f"{_('note')}: {finding}: {count}")


def _file_name(name: str) -> str:
    """A table's name as a file: letters, digits and dashes.

    >>> _file_name("matrix:Panthera tigris")
    'matrix-panthera-tigris'
    """
    return re.sub(r"[^0-9a-z]+", "-", name.lower()).strip("-")


def _write_csv(path: Path, table: Table) -> None:
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(table.columns)
        writer.writerows([["NA" if cell is None else cell for cell in row] for row in table.rows])


def _write_json(path: Path, source: str, rules: Rules, tables: Mapping[str, Table]) -> None:
    content = {
        "source": source,
        "rules": asdict(rules),
        "tables": {name: {"columns": table.columns, "rows": table.rows} for name, table in tables.items()},
    }
    with replacing(path) as temporary:
        temporary.write_text(
            json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n", encoding="utf-8"
        )
