"""Patrols of a simulated season as SMART writes them: a data model and a dozen patrols of two offices.

No record of it is real. People go out from made-up posts for a day or three; what they meet is drawn by
chance, more of it along a few ways. Called by `patrols`.
"""

from __future__ import annotations

import math
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

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
    Use,
)
from amur.formats.smart.patrol import (
    Group,
    Label,
    Leg,
    LegDay,
    Member,
    Objective,
    Observation,
    Patrol,
    Track,
    Value,
    Waypoint,
)

SEED: Final = 20260
SIMULATED: Final = "Simulated for the demonstration; no record of it is real."
KM_PER_DEGREE: Final = 111.2
MINUTES: Final = 5
"""Between two fixes."""
CODES: Final = ("en", "ru", "zh", "mn")
CATEGORIES: Final = {
    "animals": ("Animals", "Животные", "动物", "Амьтан"),
    "animals.track": ("Tracks", "Следы", "足迹", "Мөр"),
    "animals.seen": ("Animals seen", "Встречи животных", "目击动物", "Харагдсан амьтан"),
    "threats": ("Threats", "Угрозы", "威胁", "Аюул занал"),
    "threats.snare": ("Snares", "Петли", "猎套", "Урхи"),
    "threats.logging": ("Illegal logging", "Незаконные рубки", "盗伐", "Хууль бус мод бэлтгэл"),
    "threats.people": ("People without a permit", "Люди без разрешения", "无证人员", "Зөвшөөрөлгүй хүмүүс"),
}
SPECIES: Final = {
    "tiger": ("Amur tiger", "Амурский тигр", "东北虎", "Амарын бар"),
    "leopard": ("Amur leopard", "Дальневосточный леопард", "东北豹", "Амарын ирвэс"),
    "deer": ("Sika deer", "Пятнистый олень", "梅花鹿", "Толбот буга"),
}
RATES: Final = {
    "animals.track": 0.16,
    "animals.seen": 0.08,
    "threats.snare": 0.05,
    "threats.logging": 0.015,
    "threats.people": 0.02,
}
"""Finds for a kilometre, on average."""


@dataclass(frozen=True, slots=True)
class Season:
    """One office's patrols: `letter` begins their codes, `posts` are stations with longitude and latitude.

    `days_ago` are the first days of the patrols, counted back from a day; `lengths` their days.
    """

    letter: str
    zone: str
    language: str
    posts: tuple[tuple[str, float, float], ...]
    teams: tuple[str, ...]
    people: tuple[tuple[str, str], ...]
    mandate: str
    on_foot: str
    by_car: str
    days_ago: tuple[int, ...]
    lengths: tuple[int, ...]


def write_season(season: Season, today: date, path: Path) -> None:
    """Write the season as a ZIP archive, as SMART exports one: the data model, then each patrol."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("datamodel.xml", text_of(Document.of(_model())))
        for one in patrols_of(season, today):
            archive.writestr(f"{one.id}.xml", text_of(Document.of(one)))


def patrols_of(season: Season, today: date) -> Iterator[Patrol]:
    """The patrols, the same for the same day."""
    random = np.random.default_rng([SEED, ord(season.letter)])
    for number, (ago, length) in enumerate(zip(season.days_ago, season.lengths, strict=True)):
        first = today - timedelta(days=ago)
        post = season.posts[number % len(season.posts)]
        people = [season.people[(number + each) % len(season.people)] for each in range(2 + number % 3)]
        place = (post[1], post[2])
        days = []
        for day in range(length):
            made, place = _day(random, first + timedelta(days=day), place, is_lost=number == 3 and day == 1)
            days.append(made)
        word = season.language
        leg = Leg(
            "1",
            first,
            first + timedelta(days=length - 1),
            Label(season.by_car if number % 4 == 2 else season.on_foot, word),
            tuple(
                Member(given, family, f"{season.letter}{season.people.index((given, family)) + 1:02}",
                       is_pilot=False, is_leader=each == 0)
                for each, (given, family) in enumerate(people)
            ),
            tuple(days),
            Label(season.mandate, word),
        )  # fmt: skip
        yield Patrol(
            f"DEMO-{season.letter}-{number + 1:03}",
            "GROUND",
            leg.start,
            leg.end,
            False,
            legs=(leg,),
            team=Label(season.teams[number % len(season.teams)], word),
            station=Label(post[0], word),
            objective=Objective(SIMULATED),
        )


def _day(
    random: np.random.Generator, day: date, place: tuple[float, float], *, is_lost: bool
) -> tuple[LegDay, tuple[float, float]]:
    """A day from a place, and where it ends; on a lost one the receiver was off."""
    start = time(8, int(random.integers(0, 40)))
    count = int(random.integers(70, 105))
    heading = np.cumsum(random.normal(0, 0.35, count)) + random.uniform(0, 2 * math.pi)
    step = random.uniform(0.12, 0.3, count)  # km in five minutes
    narrow = math.cos(math.radians(place[1]))
    east = place[0] + np.cumsum(step * np.cos(heading)) / KM_PER_DEGREE / narrow
    north = place[1] + np.cumsum(step * np.sin(heading)) / KM_PER_DEGREE
    wall = np.datetime64(datetime.combine(day, start), "ms") + np.arange(count) * np.timedelta64(MINUTES, "m")
    spike = int(random.integers(5, count - 5))
    fixes = north.copy()
    if random.random() < 0.15:
        fixes[spike] += 0.4  # the receiver was wrong once
    found = _waypoints(random, east, north, wall, step)
    end = (wall[-1] + np.timedelta64(MINUTES, "m")).astype("M8[s]").item().time()
    line = geometry_of(east, fixes, wall, np.zeros(count, dtype=np.int64))
    track = None if is_lost else Track(line, round(float(step.sum()), 3))
    made = LegDay(day, start, end, float(random.choice([30, 45, 60])), found, track)
    return made, (float(east[-1]), float(north[-1]))


def _waypoints(
    random: np.random.Generator,
    east: NDArray[np.float64],
    north: NDArray[np.float64],
    wall: NDArray[np.datetime64],
    step: NDArray[np.float64],
) -> tuple[Waypoint, ...]:
    """What was met along a way, in the order of time."""
    luck = random.gamma(1.2, 1 / 1.2)
    met = [
        (int(at), path)
        for path, rate in RATES.items()
        for at in random.choice(len(step), random.poisson(rate * luck * float(step.sum())))
    ]
    return tuple(
        Waypoint(
            str(number + 1),
            round(float(east[at]), 6),
            round(float(north[at]), 6),
            wall[at].astype("M8[s]").item().time(),
            groups=(Group((Observation(f"{path}.", _values(random, path)),)),),
        )
        for number, (at, path) in enumerate(sorted(met))
    )


def _values(random: np.random.Generator, path: str) -> tuple[Value, ...]:
    if path.startswith("animals."):
        species = str(random.choice(list(SPECIES), p=[0.15, 0.15, 0.7]))
        return (Value("species", keys=(species,)),)
    return (Value("number", number=float(1 + random.poisson(0.8))),)


def _names(words: tuple[str, ...]) -> tuple[Name, ...]:
    return tuple(Name(word, code) for code, word in zip(CODES, words, strict=True))


def _model() -> DataModel:
    """What the patrols of the season may observe."""

    def below(path: str, attribute: str) -> tuple[Category, ...]:
        return tuple(
            Category(
                key.rpartition(".")[2],
                is_multiple=True,
                is_active=True,
                names=_names(words),
                attributes=(Use(True, attribute),),
            )
            for key, words in CATEGORIES.items()
            if key.startswith(f"{path}.")
        )

    attributes = (
        AttributeType(
            "species", False, "LIST",
            names=_names(("Species", "Вид", "物种", "Зүйл")),
            values=tuple(ListValue(key, True, names=_names(words)) for key, words in SPECIES.items()),
        ),
        AttributeType("number", False, "NUMERIC", names=_names(("Number", "Число", "数量", "Тоо"))),
    )  # fmt: skip
    roots = tuple(
        Category(root, is_active=True, names=_names(CATEGORIES[root]), children=below(root, attribute))
        for root, attribute in (("animals", "species"), ("threats", "number"))
    )
    languages = Languages(tuple(Language(code) for code in CODES))
    return DataModel(languages, Attributes(attributes), Categories(roots))
