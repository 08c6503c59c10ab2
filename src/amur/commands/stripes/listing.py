"""Which pictures an evaluation has: from a table, or from a folder with one folder for each animal.

What cannot be used is listed with its reason, never dropped in silence; what had to be assumed is told.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from amur.commands.stripes.pictures import SUFFIXES, stamp_of
from amur.portal.operations.problems import Problem, _
from amur.science.stripes.chips import Box, Side

COLUMNS: Final = {
    "path": ("path", "file", "filename", "image", "picture", "filepath"),
    "animal": ("animal", "individual", "individualid", "identity", "name", "id"),
    "side": ("side", "flank", "viewpoint"),
    "station": ("station", "camera", "location", "deploymentid"),
    "time": ("time", "timestamp", "datetime", "date"),
    "encounter": ("encounter", "sequence", "event", "eventid"),
    "mask": ("mask", "mask_path"),
}
BOX: Final = (("box_x", "x"), ("box_y", "y"), ("box_w", "w", "width"), ("box_h", "h", "height"))
SIDES: Final[dict[str, Side]] = {
    "left": "left", "l": "left", "right": "right", "r": "right",
    "": "unknown", "unknown": "unknown", "na": "unknown", "none": "unknown", "?": "unknown",
}  # fmt: skip
EARLIEST: Final = datetime(1, 1, 1)  # noqa: DTZ001 - zones play no part
TIMES: Final = ("%Y:%m:%d %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S", "%Y/%m/%d %H:%M:%S")


@dataclass(frozen=True, slots=True)
class Listed:
    """A picture of an animal; `place` tells it in messages: a file, or the row of a table."""

    path: Path
    place: str
    animal: str
    side: Side = "unknown"
    station: str | None = None
    time: datetime | None = None
    encounter: str | None = None
    box: Box | None = None
    mask: Path | None = None
    camera: str = ""
    group: str = ""


@dataclass(slots=True)
class Listing:
    """All pictures, what was left out and why (place, reason), and what was assumed."""

    pictures: list[Listed] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    assumed: list[str] = field(default_factory=list)


def listing_of(given: Path, minutes: int) -> Listing:
    """The pictures of a folder or a table, with their encounters. Raises `Problem`."""
    if given.is_file():
        listing = _from_table(given)
    elif given.is_dir():
        tables = sorted(given.glob("*.csv"))
        if len(tables) > 1:
            raise Problem(
                _("{folder} has several CSV files. Give the one that lists the pictures.").format(
                    folder=given
                )
            )
        listing = _from_table(tables[0]) if tables else _from_folders(given)
    else:
        raise Problem(_("There is neither a folder nor a CSV file at {path}.").format(path=given))
    listing.pictures = _met(listing, minutes)
    return listing


def _from_folders(folder: Path) -> Listing:
    """One folder for each animal; folders inside are encounters unless named after a side."""
    listing = Listing()
    listing.assumed.append(_("The names of folders are the names of animals."))
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        if path.is_dir() or any(part.startswith(".") for part in parts):
            continue
        if len(parts) < 2:
            listing.left_out.append((path.name, _("it is in no folder of an animal")))
            continue
        if path.suffix.lower() not in SUFFIXES:
            listing.left_out.append(("/".join(parts), _("it is no picture by its name")))
            continue
        inner = [part for part in parts[1:-1] if part.lower() not in SIDES]
        sides = [SIDES[part.lower()] for part in parts[1:-1] if part.lower() in SIDES]
        listing.pictures.append(
            Listed(path, "/".join(parts), parts[0], sides[0] if sides else "unknown", group="/".join(inner))
        )
    if not listing.pictures:
        raise Problem(_("{folder} has no folder with pictures in it.").format(folder=folder))
    return listing


def _from_table(path: Path) -> Listing:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Problem(
            _("{file} cannot be read as UTF-8: {reason}").format(file=path, reason=error)
        ) from error
    lines = text.splitlines()
    delimiter = max(",;\t", key=lines[0].count) if lines else ","
    rows = list(csv.reader(lines, delimiter=delimiter))
    titles = [title.strip().lower() for title in rows[0]] if rows else []
    at = {name: _column(titles, names) for name, names in COLUMNS.items()}
    if at["path"] is None or at["animal"] is None:
        raise Problem(
            _(
                "{file} needs columns path and animal (side, station, time may follow); it has: {titles}"
            ).format(file=path, titles=", ".join(titles) or "–")
        )
    corners = [_column(titles, names) for names in BOX]
    listing = Listing()
    for number, row in enumerate(rows[1:], start=2):
        cells = {k: cell.strip() for k, cell in enumerate(row)}
        if any(cells.values()):
            _take(listing, path, number, cells, at, corners)
    if not listing.pictures:
        raise Problem(_("{file} lists no picture that can be used.").format(file=path))
    return listing


def _column(titles: Sequence[str], names: Sequence[str]) -> int | None:
    return next((titles.index(name) for name in names if name in titles), None)


def _take(
    listing: Listing, table: Path, number: int, cells: dict[int, str], at: dict[str, int | None],
    corners: Sequence[int | None],
) -> None:  # fmt: skip
    """Take a row of a table, or tell why not."""
    value = {name: "" if k is None else cells.get(k, "") for name, k in at.items()}
    place = _("{file}, row {row}").format(file=table.name, row=number)
    if value["path"]:
        place += f" ({value['path']})"
    path, side = table.parent / value["path"], SIDES.get(value["side"].lower())
    time = _time(value["time"])
    box, box_is_right = _box([None if k is None else cells.get(k, "") for k in corners])
    mask = table.parent / value["mask"] if value["mask"] else None
    reason = ""
    if not value["path"] or not path.is_file():
        reason = _("there is no such file")
    elif not value["animal"]:
        reason = _("column animal is empty")
    elif side is None:
        reason = _("column side: “{value}” is not left, right or unknown").format(value=value["side"])
    elif value["time"] and time is None:
        reason = _("column time: “{value}” is no time such as 2026-02-14 09:30:00").format(
            value=value["time"]
        )
    elif not box_is_right:
        reason = _("columns of the box: give left, top, width and height in pixels, or nothing")
    elif mask is not None and not mask.is_file():
        reason = _("column mask: there is no such file")
    if reason or side is None:
        listing.left_out.append((place, reason))
        return
    listing.pictures.append(
        Listed(path, place, value["animal"], side, value["station"] or None, time,
               value["encounter"] or None, box, mask)
    )  # fmt: skip


def _time(text: str) -> datetime | None:
    """A time without its zone: gaps matter, not the clock."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        pass
    for form in TIMES:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 - zones play no part
        except ValueError:
            continue
    return None


def _box(cells: Sequence[str | None]) -> tuple[Box | None, bool]:
    """A box, and whether its cells are right; no box where they are empty."""
    given = [cell for cell in cells if cell]
    if not given:
        return None, True
    try:
        left, top, width, height = (float(cell) for cell in given)
    except ValueError:
        return None, False
    right = all(math.isfinite(each) for each in (left, top, width, height)) and width > 0 and height > 0
    return (left, top, width, height), right


def _met(listing: Listing, minutes: int) -> list[Listed]:
    """The pictures with their encounters, told apart by time where the table does not say."""
    known = [each for each in listing.pictures if each.encounter is not None]
    open_ = [each for each in listing.pictures if each.encounter is None]
    found = [replace(each, encounter=f"{each.animal}/{each.encounter}") for each in known]
    if not open_:
        return found
    stamped = []
    for each in open_:
        time, camera = stamp_of(each.path)
        stamped.append(replace(each, time=each.time or time, camera=camera))
    untimed = [each for each in stamped if each.time is None]
    listing.assumed.append(
        _("Pictures of one animal and station less than {minutes} minutes after each other are one encounter."
          ).format(minutes=minutes)
    )  # fmt: skip
    if untimed:
        listing.assumed.append(
            _("{count} pictures have no time: those of one folder inside the animal's are one encounter, "
              "others each one of their own; bursts among them make the result too good."
              ).format(count=len(untimed))
        )  # fmt: skip
    return (
        found
        + _timed([each for each in stamped if each.time], timedelta(minutes=minutes))
        + [replace(each, encounter=f"{each.animal}/{each.group or each.path.name}") for each in untimed]
    )


def _timed(pictures: Sequence[Listed], gap: timedelta) -> list[Listed]:
    """Encounters by gaps in time, for each animal at each station (else camera)."""
    at: dict[tuple[str, str], list[Listed]] = {}
    for each in pictures:
        at.setdefault((each.animal, each.station or each.camera), []).append(each)
    found = []
    for (animal, where), mine in sorted(at.items()):
        number, last = 0, EARLIEST
        for each in sorted(mine, key=lambda one: (one.time or EARLIEST, one.place)):
            time = each.time or EARLIEST
            number += number == 0 or time - last >= gap
            last = time
            found.append(replace(each, encounter=f"{animal}/{where or '-'}/{number}"))
    return found
