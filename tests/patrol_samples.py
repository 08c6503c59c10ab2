"""Files of patrols that tests are made of: small ones by hand, large ones by a loop."""

from __future__ import annotations

import zipfile
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from amur.formats.smart import Document, geometry_of, text_of
from amur.formats.smart.datamodel import (
    Attributes,
    AttributeType,
    Categories,
    Category,
    DataModel,
    Language,
    Languages,
    ListValue,
    Name,
    Range,
    TreeValue,
    Use,
)
from amur.formats.smart.patrol import (
    Group,
    Label,
    Leg,
    LegDay,
    Member,
    Observation,
    Patrol,
    Track,
    Value,
    Waypoint,
)

DATA = Path(__file__).parents[2] / "shared" / "data" / "smart"
FIRST = date(2026, 3, 1)
PEOPLE = ("Ivan", "Olga", "Temur")


def line(day: date, start: time, minutes: list[float], north: list[float], east: float = 135.0) -> str:
    """The geometry of a track that goes north along a meridian, in degrees, at minutes from its start."""
    begin = np.datetime64(datetime.combine(day, start), "ms")
    wall = begin + (np.array(minutes) * 60_000).astype("m8[ms]")
    places = np.array(north, dtype=float)
    return geometry_of(np.full(len(places), east), places, wall, np.zeros(len(places), dtype=np.int64))


def seen(category: str = "animals.sign.", *values: Value) -> Observation:
    return Observation(category, values)


def waypoint(number: int, *observations: Observation, at: time = time(9)) -> Waypoint:
    return Waypoint(str(number), 135.0, 48.0 + number / 1000, at, groups=(Group(observations),))


def leg_day(
    number: int = 0, *waypoints: Waypoint, track: Track | None = None, rest: float | None = 30.0
) -> LegDay:
    """A day from 8 to 18 o'clock, with 11.12 km on its track unless another one is given."""
    day = FIRST + timedelta(days=number)
    track = track or Track(line(day, time(8), [0, 60, 120], [48.0, 48.05, 48.1]), 11.5)
    return LegDay(day, time(8), time(18), rest, waypoints, track)


def leg(*days: LegDay, people: tuple[str, ...] = PEOPLE, transport: str = "Foot", code: str = "1") -> Leg:
    members = tuple(
        Member(name, "Petrov", f"E{number}", is_pilot=False, is_leader=number == 0)
        for number, name in enumerate(people)
    )
    dates = [day.date for day in days] or [FIRST]
    label = Label(transport, "en")
    return Leg(code, min(dates), max(dates), label, members, days, Label("Anti-poaching", "en"))


def patrol(*legs: Leg, code: str = "AMUR-001", **more: Any) -> Patrol:
    legs = legs or (leg(leg_day(0, waypoint(1, seen())), leg_day(1)),)
    labels = {"team": Label("Tigers", "en"), "station": Label("Terney", "en"), **more}
    first, last = min(one.start for one in legs), max(one.end for one in legs)
    return Patrol(code, "GROUND", first, last, False, legs=legs, **labels)


def model(*keys: str, most: float = 100.0) -> DataModel:
    """A data model: animals with signs of a species, a number and an age, and further roots."""
    more = tuple(Category(key, names=(Name(key, "en"),)) for key in keys)
    sign = Category(
        "sign",
        is_active=True,
        names=(Name("Sign", "en"), Name("След", "ru"), Name("痕迹", "zh"), Name("Rastro", "es")),
        attributes=tuple(Use(True, key) for key in ("species", "number", "age")),
    )
    animals = Category("animals", names=(Name("Animals", "en"),), children=(sign,))
    tiger = TreeValue("tiger", names=(Name("Tiger", "en"), Name("Тигр", "ru")))
    attributes = (
        AttributeType("species", True, "TREE", tree=(TreeValue("felidae", children=(tiger,)),)),
        AttributeType("number", False, "NUMERIC", range=Range(0.0, most), names=(Name("Number", "en"),)),
        AttributeType("age", False, "LIST", values=(ListValue("old", names=(Name("Old", "en"),)),)),
    )
    languages = Languages(tuple(Language(code) for code in ("en", "ru", "zh", "es")))
    return DataModel(languages, Attributes(attributes), Categories((animals, *more)))


def written(folder: Path, *contents: Patrol | DataModel) -> Path:
    """One file of XML, or a ZIP archive of several."""
    texts = [text_of(Document.of(content)) for content in contents]
    if len(texts) == 1:
        path = folder / "patrol.xml"
        path.write_text(texts[0], encoding="utf-8")
        return path
    path = folder / "season.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for number, text in enumerate(texts):
            archive.writestr(f"{number}.xml", text)
    return path
