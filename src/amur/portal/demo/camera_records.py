"""Camera-trap records of the simulated leopard survey: one Camtrap DP package for each side of the border.

What the cameras of `population.simulated` met, with prey and empty pictures around it; no record of it is
real. Each side has its own names for its animals, as two offices have. Called by `cameras`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np

from amur.formats.cameratraps.tables import table_of
from amur.formats.camtrapdp import Package
from amur.formats.camtrapdp.schema import LATEST, TABLES, schema_address
from amur.portal.population.places import degrees
from amur.portal.population.simulated import CRS, SEED, sides
from amur.science.capture import Session

LEOPARD: Final = "Panthera pardus"
FIRST_DAY: Final = date(2025, 1, 1)
PREY: Final = {
    "Cervus nippon": (3.0, 8.0),
    "Sus scrofa": (1.5, 20.0),
    "Capreolus pygargus": (2.0, 6.5),
    "Meles leucurus": (0.6, 23.0),
    "": (1.0, 13.0),
}
"""Visits to a station in the survey and their usual hour; "" is a picture with nothing on it."""
CATS_HOUR: Final = 18.5
SEXES: Final = {"F": "female", "M": "male", "": ""}


@dataclass(frozen=True)
class Side:
    """One office's part: `letter` begins the codes of its stations and animals."""

    number: int
    letter: str
    zone: str
    title: str

    @cached_property
    def session(self) -> Session:
        """Its cameras and whom they met, in the terms of capture-recapture."""
        return sides(SEED)[self.number].sessions[0]

    @cached_property
    def places(self) -> list[tuple[float, float]]:
        """Longitude and latitude of each station, in degrees."""
        east, north = degrees(CRS, self.session.detectors.positions)
        return [(round(float(x), 5), round(float(y), 5)) for x, y in zip(east, north, strict=True)]

    def station(self, number: int) -> str:
        """The code of a station."""
        return f"{self.letter}-{number + 1:03}"

    def called(self, truth: str) -> str:
        """What the office calls the animal that the simulation calls `truth`."""
        return f"{self.letter}{self.session.captures.ids.index(truth) + 1:02}"

    def moment(self, day: int, hour: float) -> datetime:
        """Local time of a day of the survey, from 0."""
        midnight = datetime.combine(FIRST_DAY, datetime.min.time(), ZoneInfo(self.zone))
        return midnight + timedelta(days=day, hours=hour)


def package_of(side: Side) -> Package:
    """The winter survey of a side as a package: deployments, pictures without their files, what they show."""
    nights = side.session.detectors.effort.shape[1]
    deployments = [
        {
            "deploymentID": side.station(number),
            "locationID": side.station(number),
            "latitude": f"{latitude}",
            "longitude": f"{longitude}",
            "coordinateUncertainty": "20",
            "deploymentStart": side.moment(0, 0).isoformat(),
            "deploymentEnd": side.moment(nights, 0).isoformat(),
            "cameraModel": "simulated",
            "featureType": "trailGame",
        }
        for number, (longitude, latitude) in enumerate(side.places)
    ]
    visits = list(_visits(side))
    media, observations = [], []
    for number, visit in enumerate(visits):
        event = f"{side.letter}-e{number + 1:05}"
        times = [visit["at"] + timedelta(seconds=2 * frame) for frame in range(2)]
        media += [_media(visit, event, frame, at) for frame, at in enumerate(times)]
        observations.append(_observation(visit, event, times))
    tables = {
        "deployments": table_of("deployments", deployments),
        "media": table_of("media", media),
        "observations": table_of("observations", observations),
    }
    return Package(_metadata(side, nights), tables["deployments"], tables["media"], tables["observations"])


def idle(side: Side) -> dict[str, tuple[datetime, datetime]]:
    """When the camera of a station stood but did not work, by the code of its deployment."""
    found = {}
    for number, effort in enumerate(side.session.detectors.effort):
        off = np.flatnonzero(effort == 0)
        if len(off):
            found[side.station(number)] = (side.moment(int(off[0]), 0), side.moment(int(off[-1]) + 1, 0))
    return found


def _visits(side: Side) -> Iterator[Mapping[str, Any]]:
    """Who came to which station when: the leopards of the survey, then prey and empty pictures."""
    random = np.random.default_rng([SEED, side.number])
    session, captures = side.session, side.session.captures
    sex = np.asarray(captures.covariates["sex"])
    for who, night, station in zip(captures.individual, captures.occasion, captures.detector, strict=True):
        yield {
            "station": side.station(int(station)),
            "at": _at(side, int(night), CATS_HOUR, random),
            "species": LEOPARD,
            "animal": side.called(captures.ids[who]),
            "sex": SEXES[str(sex[who])],
        }
    for number, effort in enumerate(session.detectors.effort):
        working = np.flatnonzero(effort > 0)
        for species, (visits, hour) in PREY.items():
            for night in random.choice(working, random.poisson(visits)):
                yield {
                    "station": side.station(number),
                    "at": _at(side, int(night), hour, random),
                    "species": species,
                    "count": int(1 + random.poisson(0.6)),
                }


def _at(side: Side, night: int, hour: float, random: np.random.Generator) -> datetime:
    seconds = int(3600 * (hour + random.normal(0, 2.5))) % 86_390
    return side.moment(night, seconds / 3600)


def _media(visit: Mapping[str, Any], event: str, frame: int, at: datetime) -> dict[str, str]:
    return {
        "mediaID": f"{event}-{frame + 1}",
        "deploymentID": visit["station"],
        "captureMethod": "activityDetection",
        "timestamp": at.isoformat(timespec="seconds"),
        "filePath": f"media/{event}-{frame + 1}.jpg",
        "filePublic": "false",
        "fileMediatype": "image/jpeg",
    }


def _observation(visit: Mapping[str, Any], event: str, times: list[datetime]) -> dict[str, str]:
    shows = {
        "observationType": "animal",
        "scientificName": visit["species"],
        "count": str(visit.get("count", 1)),
        "lifeStage": "adult" if visit.get("animal") else "",
        "sex": visit.get("sex", ""),
        "individualID": visit.get("animal", ""),
    }
    return {
        "observationID": f"{event}-o",
        "deploymentID": visit["station"],
        "eventID": event,
        "eventStart": times[0].isoformat(timespec="seconds"),
        "eventEnd": times[-1].isoformat(timespec="seconds"),
        "observationLevel": "event",
        "classificationMethod": "human",
        **(shows if visit["species"] else {"observationType": "blank"}),
    }


def _metadata(side: Side, nights: int) -> dict[str, Any]:
    east, north = zip(*side.places, strict=True)
    corners = [[min(east), min(north)], [max(east), min(north)], [max(east), max(north)]]
    ring = [*corners, [min(east), max(north)], corners[0]]
    profile = schema_address("deployments").rsplit("/", 1)[0] + "/camtrap-dp-profile.json"
    species = [LEOPARD, *(name for name in PREY if name)]
    return {
        "profile": profile,
        "created": side.moment(nights, 12).isoformat(),
        "version": LATEST,
        "resources": [
            {
                "name": table.name,
                "path": f"{table.name}.csv",
                "profile": "tabular-data-resource",
                "schema": schema_address(table.name),
            }
            for table in TABLES
        ],
        "contributors": [{"title": "A simulation of this centre", "role": "contributor"}],
        "project": {
            "title": side.title,
            "samplingDesign": "systematicRandom",
            "captureMethod": ["activityDetection"],
            "individualAnimals": True,
            "observationLevel": ["event"],
        },
        "spatial": {"type": "Polygon", "coordinates": [ring]},
        "temporal": {
            "start": FIRST_DAY.isoformat(),
            "end": (FIRST_DAY + timedelta(days=nights)).isoformat(),
        },
        "taxonomic": [{"scientificName": name, "taxonRank": "species"} for name in species],
    }
