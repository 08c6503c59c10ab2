"""Puts the tables of a package into rows, a million at a time. Called by `packages` inside its transaction.

Whole columns are turned into values by their distinct texts, and rows go to the database in large pieces
without the machinery of models. What our types would write differently is kept in `extra`, cell by cell.
"""

import datetime
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.contrib.gis.geos import Point
from django.db import connection
from django.db.models import Model
from numpy.typing import NDArray

from amur.formats.camtrapdp import Table
from amur.formats.camtrapdp.table import places
from amur.portal.cameras import cells
from amur.portal.cameras.cells import Column, Style
from amur.portal.cameras.models import Act, CameraProject, Deployment, Event, Media, Observation, Station

CHUNK: Final = 20_000
CACHE_KIB: Final = 192 << 10
Codes = NDArray[np.integer[Any]]
Progress = Callable[[float, str], None]
Styles = dict[str, Style]


@contextmanager
def roomy() -> Iterator[None]:
    """Give SQLite room for the indexes that random identifiers are put into; 2 MB are its own measure."""
    if connection.vendor != "sqlite":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA cache_size")
        (before,) = cursor.fetchone()
        cursor.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        try:
            yield
        finally:
            cursor.execute(f"PRAGMA cache_size = {int(before)}")


@dataclass(frozen=True, slots=True)
class Ready:
    """A column as values: the place (n,) of each row's value among distinct `values`, and its `odd` texts.

    `odd` has the text where the value would be written differently, else None.
    """

    name: str
    codes: Codes
    values: NDArray[np.object_]
    odd: NDArray[np.object_] | None

    def part(self, first: int, last: int) -> list[Any]:
        """The values of some rows."""
        found: list[Any] = self.values[self.codes[first:last]].tolist()
        return found


def known_of(table: Table, name: str) -> tuple[Codes, pa.Array, NDArray[np.bool_]]:
    """Place of each row's text (n,), the distinct texts, and which of them are of no value."""
    column = table.columns[name]
    missing = pc.is_in(column.dictionary, pa.array(table.missing, pa.string()))
    return places(column), column.dictionary, missing.to_numpy(zero_copy_only=False)


def ready(table: Table, column: Column, styles: Styles, zone: str) -> Ready:
    """A column of a table as values of our type."""
    empty = "" if column.kind == "text" else None if column.null else False
    if column.name not in table.columns:
        values = np.array([empty], dtype=object)
        return Ready(column.name, np.zeros(table.count, dtype=np.int32), values, None)
    codes, texts, missing = known_of(table, column.name)
    found = cells.read(column, texts)
    again = cells.written(column, found, styles.get(column.name, "Z"), zone)
    values, odd = _objects(found), _objects(texts.to_pylist())
    values[missing] = empty
    same = odd == np.where(missing, "", _objects(again))
    odd[same] = None
    return Ready(column.name, codes, values, None if same.all() else odd)


def style_of(table: Table, columns: Sequence[Column], zone: str) -> Styles:
    """How each column of instants is mostly written: in UTC, or with the offset of the zone."""
    styles: Styles = {}
    for column in columns:
        if column.kind == "instant" and column.name in table.columns:
            texts = table.columns[column.name].dictionary
            universal = pc.sum(pc.ends_with(texts, "Z")).as_py() or 0
            styles[column.name] = "Z" if 2 * universal >= len(texts) else "local"
    return styles


def _objects(values: Sequence[Any]) -> NDArray[np.object_]:
    """An array of objects, lists among them as they are."""
    found = np.empty(len(values), dtype=object)
    found[:] = values
    return found


def foreign_texts(table: Table, known: Sequence[str]) -> list[Ready]:
    """The columns that the standard does not know; every text that is not empty is kept."""
    found = []
    for name in table.names:
        if name not in known:
            texts = _objects(table.columns[name].dictionary.to_pylist())
            texts[texts == ""] = None
            found.append(Ready(name, places(table.columns[name]), texts, texts))
    return found


def extras(columns: Sequence[Ready], first: int, last: int) -> list[dict[str, str] | None]:
    """What is kept of some rows besides the values."""
    found: list[dict[str, str] | None] = [None] * (last - first)
    for column in columns:
        if column.odd is not None:
            part = column.odd[column.codes[first:last]]
            for row in np.flatnonzero(part != None).tolist():  # noqa: E711  # an array of objects
                found[row] = {**(found[row] or {}), column.name: part[row]}
    return found


def deployments_of(
    project: CameraProject, table: Table, styles: Styles, stations: dict[str, Station]
) -> list[Deployment]:
    """The deployments of a table, not stored; `stations` by code, to which those not known yet are added."""
    columns = [ready(table, column, styles, project.time_zone) for column in cells.DEPLOYMENTS]
    names = [column.name for column in cells.DEPLOYMENTS]
    own = [*names, "locationID", "locationName", "latitude", "longitude"]
    kept = extras([*columns, *foreign_texts(table, own)], 0, table.count)
    values = [column.part(0, table.count) for column in columns]
    rows = []
    for number, given in enumerate(table.rows()):
        place = _place(given)
        code = given.get("locationID") or given.get("locationName") or given["deploymentID"]
        if code not in stations:
            name = given.get("locationName", "")
            stations[code] = Station(project=project, code=code, name=name, place=place)
        fields = {
            column.field: moment(value) if column.kind == "instant" else value
            for column, value in zip(cells.DEPLOYMENTS, (each[number] for each in values), strict=True)
        }
        rows.append(
            Deployment(
                project=project,
                station=stations[code],
                place=place,
                time_zone=project.time_zone,
                extra={**(kept[number] or {}), **_place_texts(table, number, stations[code], place)},
                **fields,
            )
        )
    return rows


def _place(given: dict[str, str]) -> Point | None:
    """The place of a deployment; other formats may not know it."""
    if not given.get("longitude") or not given.get("latitude"):
        return None
    return Point(float(given["longitude"]), float(given["latitude"]), srid=4326)


def _place_texts(table: Table, number: int, station: Station, place: Point | None) -> dict[str, str]:
    """Texts of the place that our rows would write differently."""
    ours = {
        "locationID": station.code,
        "locationName": station.name,
        "latitude": "" if place is None else cells.number_text(place.y),
        "longitude": "" if place is None else cells.number_text(place.x),
    }
    texts = {name: table.columns[name][number].as_py() for name in ours if name in table.columns}
    return {name: text for name, text in texts.items() if text != ours[name]}


def moment(seconds: int | None) -> datetime.datetime | None:
    return None if seconds is None else datetime.datetime.fromtimestamp(seconds, datetime.UTC)


def insert(
    model: type[Model],
    columns: Sequence[str],
    rows: Iterator[list[tuple[Any, ...]]],
    same: Mapping[str, int | str | None] | None = None,
) -> list[int]:
    """Insert pieces of rows; the primary keys of all, in their order. Rows get random public identifiers.

    `same` are columns that say the same in every row, a number, "" or None: they stand in the statement.
    """
    quote, table = connection.ops.quote_name, model._meta.db_table
    columns_of = {field.name: str(field.column) for field in model._meta.concrete_fields}
    told = {name: "NULL" if value is None else str(value) or "''" for name, value in (same or {}).items()}
    names = ["uuid", *(columns_of[name] for name in (*columns, *told))]
    words = ["%s"] * (1 + len(columns)) + list(told.values())
    statement = (
        f"INSERT INTO {quote(table)} ({', '.join(map(quote, names))}) "  # noqa: S608  # own names
        f"VALUES ({', '.join(words)})"
    )
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COALESCE(MAX(id), 0) FROM {quote(table)}")  # noqa: S608
        (before,) = cursor.fetchone()
        for piece in rows:
            uuids = random_uuids(len(piece))
            cursor.executemany(statement, [(uuid, *row) for uuid, row in zip(uuids, piece, strict=True)])
        cursor.execute(f"SELECT id FROM {quote(table)} WHERE id > %s ORDER BY id", [before])  # noqa: S608
        return [key for (key,) in cursor.fetchall()]


def random_uuids(count: int) -> list[str]:
    """Random identifiers of version 4 as 32 digits, many at once.

    >>> import uuid
    >>> {uuid.UUID(one).version for one in random_uuids(3)}
    {4}
    """
    letters = np.frombuffer(bytearray(os.urandom(16 * count)), dtype=np.uint8).reshape(-1, 16)
    letters[:, 6] = letters[:, 6] & 0x0F | 0x40
    letters[:, 8] = letters[:, 8] & 0x3F | 0x80
    digits = letters.tobytes().hex()
    return [digits[first : first + 32] for first in range(0, 32 * count, 32)]


def for_database(column: Column, found: Ready) -> Ready:
    """The values of a column as a statement takes them."""
    values = found.values
    if column.kind == "instant":
        known = np.array([value is not None for value in values], dtype=bool)
        whole = np.array([value or 0 for value in values], dtype=np.int64).astype("M8[s]")
        zone = "+00" if connection.vendor == "postgresql" else ""
        texts = [text.replace("T", " ") + zone for text in np.datetime_as_string(whole, unit="s").tolist()]
        values = _objects([text if right else None for text, right in zip(texts, known, strict=True)])
    elif column.kind == "json":
        values = _objects([None if value in (None, "") else json.dumps(value) for value in values])
    return Ready(found.name, found.codes, values, found.odd)


def pieces(
    columns: Sequence[Ready],
    more: Sequence[NDArray[np.object_]],
    kept: Sequence[Ready],
    which: NDArray[np.int64],
    tell: Callable[[float], None],
) -> Iterator[list[tuple[Any, ...]]]:
    """Rows to insert: `more`, the columns, and what is kept besides as JSON, if any of `kept` has odd texts.

    `which` are the rows of the table that are wanted.
    """
    columns = [Ready(one.name, one.codes[which], one.values, one.odd) for one in columns]
    kept = [Ready(one.name, one.codes[which], one.values, one.odd) for one in kept if one.odd is not None]
    for first in range(0, len(which), CHUNK):
        last = min(first + CHUNK, len(which))
        parts = [each[which[first:last]].tolist() for each in more]
        parts += [column.part(first, last) for column in columns]
        if kept:
            parts.append([None if one is None else json.dumps(one) for one in extras(kept, first, last)])
        yield list(zip(*parts, strict=True))
        tell(last / len(which))


def _insert_cells(
    model: type[Model],
    columns: Sequence[Column],
    found: Sequence[Ready],
    links: Mapping[str, NDArray[np.object_]],
    same: Mapping[str, int | str | None],
    kept: Sequence[Ready],
    which: NDArray[np.int64],
    tell: Callable[[float], None],
) -> list[int]:
    """Insert some rows of a table: its cells, `links` (n,) by field, and what is the `same` for all."""
    told, fields, several = dict(same), list(links), []
    for column, one in zip(columns, found, strict=True):
        cells_of = for_database(column, one)
        if len(cells_of.values) == 1 and cells_of.values[0] in (None, ""):
            told[column.field] = cells_of.values[0]
        else:
            fields.append(column.field)
            several.append(cells_of)
    if any(one.odd is not None for one in kept):
        fields.append("extra")
    else:
        told["extra"] = None
    return insert(model, fields, pieces(several, list(links.values()), kept, which, tell), told)


def store_media(
    project: CameraProject,
    table: Table,
    styles: Styles,
    which: NDArray[np.int64],
    deployments: NDArray[np.object_],
    events: NDArray[np.object_],
    tell: Callable[[float], None],
) -> list[int]:
    """New media of some rows of a table; `deployments` and `events` are primary keys (n,), None for none."""
    found = [ready(table, column, styles, project.time_zone) for column in cells.MEDIA]
    kept = [*found, *foreign_texts(table, [*(one.name for one in cells.MEDIA), "deploymentID"])]
    links = {"deployment": deployments, "event": events}
    return _insert_cells(Media, cells.MEDIA, found, links, {"project": project.pk}, kept, which, tell)


def store_events(
    project: CameraProject,
    codes: Sequence[str],
    deployments: Sequence[int],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    states: Sequence[str],
) -> list[int]:
    """New sequences; starts and ends (n,) in seconds since 1970."""
    instant = Column("", "", "instant")
    order = np.arange(len(codes))
    whole = [Ready("", order, _objects(each.tolist()), None) for each in (starts, ends)]
    spans = [for_database(instant, one) for one in whole]
    columns = [Ready("", order, _objects(list(each)), None) for each in (deployments, codes, states)]
    rows = pieces([*columns, *spans], [], [], order, lambda share: None)
    fields = ["deployment", "code", "state", "start", "end"]
    return insert(Event, fields, rows, {"project": project.pk})


def store_observations(
    act: Act,
    table: Table,
    styles: Styles,
    which: NDArray[np.int64],
    links: Sequence[NDArray[np.object_]],
    statuses: NDArray[np.object_],
    kept: Sequence[Ready],
    tell: Callable[[float], None],
) -> list[int]:
    """New statements of some rows; `links` are primary keys (n,) of deployment, media and event."""
    project = act.project
    found = [ready(table, column, styles, project.time_zone) for column in cells.OBSERVATIONS]
    known = [*(one.name for one in cells.OBSERVATIONS), "deploymentID", "mediaID", "eventID"]
    deployment, media, event = links
    return _insert_cells(
        Observation,
        cells.OBSERVATIONS,
        found,
        {"deployment": deployment, "media": media, "event": event, "status": statuses},
        {"project": project.pk, "made": act.pk},
        [*found, *foreign_texts(table, known), *kept],
        which,
        tell,
    )
