"""Rows of effort from the database for a question: leg days, people, finds, ways. Called by `answering`.

Everything is read in a few large queries; what a question does not need is not read.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import shapely
from django.contrib.gis.db.models.functions import AsWKB
from django.db.models import QuerySet
from numpy.typing import NDArray

from amur.portal.offices.models import Office
from amur.portal.patrol_queries import tracks
from amur.portal.patrol_queries.asking import Question
from amur.portal.patrols import modelling
from amur.portal.patrols.measuring import COLUMNS, floats, members_of, rows_of
from amur.portal.patrols.models import LegDay, Observation, Patrol, Waypoint
from amur.portal.patrols.queries import Filters, days_of
from amur.science.effort import LegDays
from amur.science.effort.segments import Floats, Indices
from amur.science.effort.visits import Geometries

WORDS: Final = ("patrol", "team", "station", "mandate", "transport", "kind", "office")


@dataclass(frozen=True, slots=True, eq=False)
class Finds:
    """One row for each observation (o,): leg-day, waypoint, incident, category, number, place.

    `row`, `waypoint`, `incident` and `category` are numbers from 0; `categories` names the last. Places are
    (o, 2) in degrees, NaN unknown, and None where the question needs none.
    """

    row: Indices
    waypoint: Indices
    incident: Indices
    category: Indices
    value: Floats
    categories: tuple[str, ...]
    place: Floats | None

    def of(self, which: NDArray[np.bool_]) -> "Finds":
        """Some of the observations (o,)."""
        place = None if self.place is None else self.place[which]
        return replace(
            self,
            row=self.row[which],
            waypoint=self.waypoint[which],
            incident=self.incident[which],
            category=self.category[which],
            value=self.value[which],
            place=place,
        )


@dataclass(frozen=True, slots=True, eq=False)
class Season:
    """What a question speaks of: rows, the words of each row by group, people, finds, ways.

    `lines` (d,) are the ways of the rows, None unknown; `leader_row` and `leader` are pairs as of members.
    """

    rows: LegDays
    words: Mapping[str, Sequence[str]]
    people: Sequence[str]
    leader_row: Indices
    leader: Indices
    finds: Finds | None
    lines: Geometries | None


def chosen(patrols: "QuerySet[Patrol]", question: Question) -> "QuerySet[Patrol]":
    """The patrols that a question may speak of."""
    if question.office:
        patrols = patrols.filter(office__key=question.office)
    if question.kind:
        patrols = patrols.filter(patrol_type=question.kind)
    return patrols


def gather(
    patrols: "QuerySet[Patrol]", question: Question, *, ways: bool = False, places: bool = False
) -> Season:
    """Read what a question needs of patrols that whoever asks may see.

    `ways` reads their lines and `places` those of finds whether or not the question needs them.
    """
    filters = Filters(
        start=question.start,
        end=question.end,
        station=question.station,
        team=question.team,
        mandate=question.mandate,
        transport=question.transport,
    )
    days = days_of(chosen(patrols, question), filters)
    found = list(days.order_by("pk").values_list(*COLUMNS, "leg__transport", "leg__mandate"))
    about = {
        row[0]: row[1:]
        for row in chosen(patrols, question)
        .order_by("pk")
        .values_list("pk", "code", "team", "station", "mandate", "patrol_type", "office__key")
    }
    members, words = members_of(days, found), _words(found, about)
    rows = rows_of(found, members)
    teams = {word: number for number, word in enumerate(sorted(set(words["team"])))}
    team = floats(teams[word] if word else None for word in words["team"])
    rows = replace(rows, more={**rows.more, "team": team})
    number = {row[0]: place for place, row in enumerate(found)}
    if question.needs_tracks:
        more = tracks.columns_of({row[2] for row in found}, [row[0] for row in found])
        rows = replace(rows, more={**rows.more, **more})
    lines = _lines(days, number) if ways or question.needs_ways else None
    if lines is not None:
        way = np.where(shapely.is_missing(lines), np.nan, 0.0)
        rows = replace(rows, more={**rows.more, "way": way})
    finds = None
    if question.needs_finds:
        finds = _finds(days, question, number, [about[row[2]][-1] for row in found])
        if places or question.needs_ways:
            finds = replace(finds, place=_places(days, finds.waypoint))
    return Season(rows, words, members.names, members.leader_row, members.leader, finds, lines)


def _words(found: Sequence[tuple[Any, ...]], about: Mapping[int, tuple[Any, ...]]) -> dict[str, list[str]]:
    """The words of each row by group."""
    words: dict[str, list[str]] = {name: [] for name in WORDS}
    for *columns, transport, mandate in found:
        code, team, station, of_patrol, kind, office = about[columns[2]]
        told = (code, team, station, mandate or of_patrol, transport, kind, office)
        for name, word in zip(WORDS, told, strict=True):
            words[name].append(word or "")
    return words


def _lines(days: "QuerySet[LegDay]", number: Mapping[int, int]) -> Geometries:
    found = np.full(len(number), None, dtype=object)
    known = days.filter(line__isnull=False).order_by().annotate(wkb=AsWKB("line")).values_list("pk", "wkb")
    pairs = list(known)
    if pairs:
        shapes = shapely.from_wkb([bytes(wkb) for _key, wkb in pairs])
        found[[number[key] for key, _wkb in pairs]] = shapes
    return found


def _finds(
    days: "QuerySet[LegDay]", question: Question, number: Mapping[int, int], office_of: Sequence[str]
) -> Finds:
    """The observations of rows in the category of the question, foreign keys as what they mean here."""
    columns = ["waypoint", "waypoint__day", "group", "category", *(["values"] if question.attribute else [])]
    seen = list(Observation.objects.filter(waypoint__day__in=days).order_by().values_list(*columns))
    row = np.array([number[one[1]] for one in seen], dtype=np.int64)
    meant = _Meanings(set(office_of))
    labels = [meant.category(office_of[place], one[3]) for place, one in zip(row, seen, strict=True)]
    categories = tuple(sorted(set(labels)))
    index = {label: place for place, label in enumerate(categories)}
    # Observations outside groups are an incident of their waypoint together.
    incidents: dict[tuple[int, int | None], int] = {}
    value = (
        [
            meant.number(office_of[place], question.attribute, one[4])
            for place, one in zip(row, seen, strict=True)
        ]
        if question.attribute
        else [np.nan] * len(seen)
    )
    found = Finds(
        row,
        np.array([one[0] for one in seen], dtype=np.int64),
        np.array([incidents.setdefault((one[0], one[2]), len(incidents)) for one in seen], dtype=np.int64),
        np.array([index[label] for label in labels], dtype=np.int64),
        np.array(value, dtype=float),
        categories,
        None,
    )
    if question.category:
        fits = np.array([label.startswith(question.category) for label in categories], dtype=bool)
        found = found.of(fits[found.category]) if len(fits) else found
    return found


def _places(days: "QuerySet[LegDay]", waypoints: Indices) -> Floats:
    """The places (o, 2) of waypoints (o,) in degrees; NaN unknown."""
    known = Waypoint.objects.filter(day__in=days, place__isnull=False).order_by().annotate(wkb=AsWKB("place"))
    pairs = list(known.values_list("pk", "wkb"))
    found = np.full((len(waypoints), 2), np.nan)
    if pairs and len(waypoints):
        places = shapely.get_coordinates(shapely.from_wkb([bytes(wkb) for _key, wkb in pairs]))
        keys = np.array([key for key, _wkb in pairs])
        order = np.argsort(keys)
        at = np.minimum(np.searchsorted(keys, waypoints, sorter=order), len(keys) - 1)
        same = keys[order[at]] == waypoints
        found[same] = places[order[at[same]]]
    return found


class _Meanings:
    """What the keys of files mean in the offices that own them."""

    def __init__(self, offices: set[str]) -> None:
        self._told = {
            office.key: modelling.mapped(office) for office in Office.objects.filter(key__in=offices)
        }

    def category(self, office: str, key: str) -> str:
        """Our category of that of a file."""
        return self._told[office].get(("category", key), "") or key

    def number(self, office: str, attribute: str, values: Iterable[Mapping[str, Any]]) -> float:
        """The number that an observation gives for an attribute; NaN for none."""
        for one in values:
            key = str(one.get("attribute", ""))
            if "number" in one and (self._told[office].get(("attribute", key), "") or key) == attribute:
                try:
                    return float(one["number"])
                except (TypeError, ValueError):
                    return float("nan")
        return float("nan")
