"""Cameras and sightings of a Camtrap DP package, without any database. Called by `numbers.py`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo

import numpy as np

from amur.formats.camtrapdp import Package, Table
from amur.science.activity import local_times
from amur.science.cameras import Cameras, Sightings
from amur.science.cameras.sample import UNKNOWN_SIDE, Times

LEVELS = ("event", "media")
_SEX = {"female": "F", "male": "M"}


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """What a package gives; `names` are its species, those with most records first."""

    cameras: Cameras
    sightings: Sightings
    level: str

    @property
    def names(self) -> list[str]:
        """The species by their number of records."""
        counts = np.bincount(self.sightings.species, minlength=len(self.sightings.names))
        return [self.sightings.names[k] for k in np.argsort(-counts, kind="stable")]


def sample_of(package: Package, level: str = "", zone: tzinfo | None = None) -> Sample:
    """The animals of a package at one level, the event level where it has that.

    Media level and event level describe the same animals and are never added up. Local times follow `zone`,
    by default the offset that the start of each deployment is written with. A station is a locationID, else
    a locationName, else the place.
    """
    deployments, observations = package.deployments, package.observations
    zones = [zone] * deployments.count if zone else [_zone(text) for text in _starts(deployments)]
    start, end = (_local(deployments.instants(f"deployment{what}"), zones) for what in ("Start", "End"))
    codes = deployments.texts("deploymentID")
    labels = [_station(row) for row in deployments.rows()]
    stations = tuple(dict.fromkeys(labels))
    numbers = {label: k for k, label in enumerate(stations)}
    utc = deployments.instants("deploymentStart").astype("M8[s]")
    cameras = Cameras(
        stations,
        tuple(codes),
        np.array([numbers[label] for label in labels], dtype=np.int64),
        start,
        end,
        ((),) * deployments.count,
        np.column_stack([deployments.numbers("longitude"), deployments.numbers("latitude")]),
        (start - utc).astype(np.int64).astype(np.float64),
    )
    levels = np.array(observations.texts("observationLevel"), dtype=object)
    level = level or next((one for one in LEVELS if (levels == one).any()), LEVELS[0])
    wanted = (levels == level) & (np.array(observations.texts("observationType"), dtype=object) == "animal")
    return Sample(cameras, _sightings(observations, np.flatnonzero(wanted), codes, zones), level)


def _sightings(table: Table, rows: np.ndarray, codes: list[str], zones: list[tzinfo]) -> Sightings:
    places = {code: k for k, code in enumerate(codes)}
    of, texts = table.codes("deploymentID")
    deployment = np.array([places[text] for text in texts], dtype=np.int64)[of[rows]]
    times = table.instants("eventStart")[rows].astype("M8[s]")
    kinds, names = table.codes("scientificName")
    named = kinds[rows] >= 0
    rows, deployment, times = rows[named], deployment[named], times[named]
    used, species = np.unique(kinds[rows], return_inverse=True)
    who, animals = table.codes("individualID")
    visit, _texts = table.codes("eventID")
    stages, sexes = (np.array(table.texts(name), dtype=object)[rows] for name in ("lifeStage", "sex"))
    known = [{_SEX[sex] for sex in sexes[who[rows] == k].tolist() if sex} for k in range(len(animals))]
    return Sightings(
        deployment,
        _local(times, [zones[k] for k in deployment.tolist()]) if len(times) else times,
        species.astype(np.int64),
        tuple(names[k] for k in used),
        np.nan_to_num(table.numbers("count")[rows]).astype(np.int64),
        visit[rows],
        who[rows],
        np.full(len(rows), UNKNOWN_SIDE),
        np.asarray(stages == "juvenile", dtype=bool),
        tuple(animals),
        tuple(next(iter(found)) if len(found) == 1 else "" for found in known),
        (-1,) * len(animals),
    )


def _local(instants: Times, zones: list[tzinfo]) -> Times:
    """Local times (n,), each by its zone."""
    found = np.empty(len(instants), dtype="M8[s]")
    keys = np.array([str(zone) for zone in zones])
    for key, first in zip(*np.unique(keys, return_index=True), strict=True):
        found[keys == key] = local_times(instants[keys == key], zones[first])
    return found


def _starts(deployments: Table) -> list[str]:
    return deployments.texts("deploymentStart")


def _zone(text: str) -> tzinfo:
    """The offset that an instant is written with."""
    offset = datetime.fromisoformat(text).utcoffset() or timedelta()
    return timezone(offset) if offset else UTC


def _station(row: dict[str, str]) -> str:
    return row["locationID"] or row["locationName"] or f"{row['latitude']}, {row['longitude']}"
