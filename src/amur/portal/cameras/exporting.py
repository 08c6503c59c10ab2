"""Rows as the text of a package: all raw, for people of the owning office only (`releasing` is for the rest).

Tables come in parts, so that two million rows never lie in memory for a CSV file; `package_of` gives them
whole. A cell that came in otherwise than we write it goes out as it came, as long as its value is the same.
"""

import datetime
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Final

import pyarrow as pa
from django.db.models import QuerySet
from django.utils import timezone

from amur.formats.camtrapdp import Package, Table
from amur.formats.camtrapdp.schema import ADDRESS, LATEST, MISSING, TABLES
from amur.portal.cameras import cells, package_files
from amur.portal.cameras.cells import Column, Style
from amur.portal.cameras.models import CameraProject, Deployment, Media, Observation

PART: Final = 20_000
Part = dict[str, list[str]]
Progress = Callable[[float, str], None]
STANDARD: Final = {schema.name: schema.names for schema in TABLES}
EXPORTED: Final = (Observation.Status.ACCEPTED, Observation.Status.SUGGESTED)
"""An opinion is one step of a review and no result."""
NO_VALUE: Final = MISSING[LATEST]
LINKS: Final = frozenset({"locationID", "locationName", "latitude", "longitude", "mediaID", "eventID"})


def standing(project: CameraProject) -> "QuerySet[Observation]":
    """The statements that an export holds."""
    return Observation.objects.filter(project=project, ended=None, status__in=EXPORTED)


def deployment_parts(project: CameraProject) -> Iterator[Part]:
    """The deployments of a project, in parts of a table."""
    rows = Deployment.objects.filter(project=project).select_related("station").order_by("pk")
    for some in _pieces(rows.iterator(chunk_size=PART)):
        values = [[getattr(row, one.field) for row in some] for one in cells.DEPLOYMENTS]
        ours = {
            "locationID": [row.station.code for row in some],
            "locationName": [row.station.name for row in some],
            "latitude": ["" if row.place is None else cells.number_text(row.place.y) for row in some],
            "longitude": ["" if row.place is None else cells.number_text(row.place.x) for row in some],
        }
        zones = [row.time_zone for row in some]
        part = _part(project, "deployments", cells.DEPLOYMENTS, values, zones, ours)
        yield _as_they_came(part, cells.DEPLOYMENTS, [row.extra for row in some])


def media_parts(project: CameraProject, rows: "QuerySet[Media] | None" = None) -> Iterator[Part]:
    """Media of a project (or some `rows` of them) in parts of a table."""
    found = rows if rows is not None else Media.objects.filter(project=project).order_by("pk")
    fields = [one.field for one in cells.MEDIA]
    for some in _pieces(
        found.values_list("deployment__code", "deployment__time_zone", "extra", *fields).iterator(
            chunk_size=PART
        )
    ):
        cameras, zones, extra, *values = map(list, zip(*some, strict=True))
        part = _part(project, "media", cells.MEDIA, values, zones, {"deploymentID": cameras})
        yield _as_they_came(part, cells.MEDIA, extra)


def observation_parts(project: CameraProject, rows: "QuerySet[Observation] | None" = None) -> Iterator[Part]:
    """Statements that stand in a project (or some `rows`) in parts of a table."""
    found = rows if rows is not None else standing(project).order_by("pk")
    fields = [one.field for one in cells.OBSERVATIONS]
    links = ("deployment__code", "deployment__time_zone", "extra", "media__code", "event__code")
    for some in _pieces(found.values_list(*links, *fields).iterator(chunk_size=PART)):
        cameras, zones, extra, media, events, *values = map(list, zip(*some, strict=True))
        ours = {
            "deploymentID": cameras,
            "mediaID": [code or "" for code in media],
            "eventID": [code or "" for code in events],
        }
        part = _part(project, "observations", cells.OBSERVATIONS, values, zones, ours)
        yield _as_they_came(part, cells.OBSERVATIONS, extra)


def _pieces(rows: Iterable[Any]) -> Iterator[list[Any]]:
    waiting = iter(rows)
    while some := list(islice(waiting, PART)):
        yield some


def _part(
    project: CameraProject,
    table: str,
    columns: Sequence[Column],
    values: Sequence[list[Any]],
    zones: list[str],
    ours: Part,
) -> Part:
    """Values as text in the columns of the standard; instants in the style of the package."""
    styles: dict[str, Style] = project.package.get("styles", {}).get(table, {})
    part: Part = {}
    for column, found in zip(columns, values, strict=True):
        if column.kind == "instant":
            seconds = [None if one is None else int(one.timestamp()) for one in found]
            part[column.name] = _instants(seconds, styles.get(column.name, "local"), zones)
        else:
            part[column.name] = cells.written(column, found)
    part |= ours
    return {name: part[name] for name in STANDARD[table]}


def _instants(seconds: list[int | None], style: Style, zones: list[str]) -> list[str]:
    if len(set(zones)) == 1 or style == "Z":
        return cells.instant_texts(seconds, style, zones[0])
    return [cells.instant_texts([one], style, zone)[0] for one, zone in zip(seconds, zones, strict=True)]


def _as_they_came(part: Part, columns: Sequence[Column], extra: Sequence[dict[str, str] | None]) -> Part:
    """Put in texts that are kept besides the values, where they still say the same."""
    known = {column.name: column for column in columns}
    kept: dict[str, dict[int, str]] = {}
    for row, texts in enumerate(extra):
        for name, text in (texts or {}).items():
            kept.setdefault(name, {})[row] = text
    for name, by_row in kept.items():
        current = part.setdefault(name, [""] * len(extra))
        right = _still_true(known[name], by_row, current) if name in known else by_row
        for row, text in right.items():
            if name not in LINKS or _same_link(name, text, part, row):
                current[row] = text
    return part


def _still_true(column: Column, texts: dict[int, str], current: list[str]) -> dict[int, str]:
    """The kept texts of a column that mean what the row holds now."""
    plain = ["" if text in NO_VALUE else text for text in texts.values()]
    seconds = [one if text else None for text, one in zip(plain, _read(column, plain), strict=True)]
    if column.kind == "instant":
        now = _read(column, [current[row] for row in texts])
        same = [one == other for one, other in zip(seconds, now, strict=True)]
    else:
        again = cells.written(column, seconds)
        same = [current[row] == text for row, text in zip(texts, again, strict=True)]
    return {row: text for (row, text), right in zip(texts.items(), same, strict=True) if right}


def _read(column: Column, texts: list[str]) -> list[Any]:
    return cells.read(column, pa.array(texts, pa.string()))


def _same_link(name: str, text: str, part: Part, row: int) -> bool:
    """Whether a kept text of a link still belongs to what the row is linked to."""
    now = part[name][row]
    if name == "eventID":
        return now.startswith(text[:50]) if text else now == part["observationID"][row]
    if name in ("latitude", "longitude"):
        return now == "" if text in NO_VALUE else now != "" and float(text) == float(now)
    return True


def table_of(project: CameraProject, name: str, parts: Iterable[Part]) -> Table:
    """Parts as one table, in the columns of the package that came in, and others that say something."""
    columns: dict[str, list[str]] = {column: [] for column in STANDARD[name]}
    count = 0
    for part in parts:
        length = len(next(iter(part.values())))
        for column, texts in part.items():
            columns.setdefault(column, [""] * count).extend(texts)
        count += length
        for texts in columns.values():
            texts.extend([""] * (count - len(texts)))
    own = project.package.get("columns", {}).get(name) or list(STANDARD[name])
    order = [*own, *(column for column in columns if column not in own and any(columns[column]))]
    return Table.of(name, {column: columns.get(column, [""] * count) for column in order})


def package_of(project: CameraProject, progress: Progress = lambda share, stage: None) -> Package:
    """All of a project as a Camtrap DP package, raw. Raises uploads.Gone for a lost resource."""
    progress(0.0, "deployments")
    deployments = table_of(project, "deployments", deployment_parts(project))
    progress(0.02, "media")
    media = table_of(project, "media", media_parts(project))
    progress(0.4, "observations")
    observations = table_of(project, "observations", observation_parts(project))
    progress(0.9, "files")
    files = {path: package_files.read(sha256) for path, sha256 in project.package.get("files", {}).items()}
    metadata = project.package.get("metadata") or metadata_of(project, deployments, observations)
    return Package(metadata, deployments, media, observations, files)


def metadata_of(project: CameraProject, deployments: Table, observations: Table) -> dict[str, Any]:
    """The metadata of a project that did not come as a package."""
    places = [*zip(deployments.numbers("longitude"), deployments.numbers("latitude"), strict=True)]
    known = [(float(east), float(north)) for east, north in places if east == east and north == north]
    ends = (deployments.texts(name) for name in ("deploymentStart", "deploymentEnd"))
    days = sorted(text[:10] for texts in ends for text in texts)
    species = sorted({text for text in observations.texts("scientificName") if text})
    levels = sorted({text for text in observations.texts("observationLevel") if text}) or ["event"]
    return {
        "profile": f"{ADDRESS}/{LATEST}/camtrap-dp-profile.json",
        "name": project.key,
        "id": str(project.uuid),
        "created": timezone.now().astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "title": str(project.names),
        "contributors": [{"title": str(project.office), "role": "publisher"}],
        "project": {
            "title": str(project.names),
            "samplingDesign": project.sampling_design or CameraProject.Design.OPPORTUNISTIC.value,
            "captureMethod": ["activityDetection"],
            "individualAnimals": any(observations.texts("individualID")),
            "observationLevel": levels,
        },
        "spatial": _box(known),
        "temporal": {"start": days[0], "end": days[-1]} if days else {"start": "", "end": ""},
        "taxonomic": [{"scientificName": name} for name in species],
        "resources": [],
    }


def _box(places: list[tuple[float, float]]) -> dict[str, Any]:
    """The box around all places, as GeoJSON."""
    if not places:
        return {"type": "GeometryCollection", "geometries": []}
    west, east = min(one[0] for one in places), max(one[0] for one in places)
    south, north = min(one[1] for one in places), max(one[1] for one in places)
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}
