"""Plants results that were computed with canaries: places that are known coarsely or not at all take part."""

from __future__ import annotations

import datetime
import hashlib
from typing import Any

import numpy as np
from canary_finder import Canaries
from django.contrib.gis.geos import Point
from django.utils import timezone

from amur.formats.rasters import Grid, Raster

# 90 rows and 70 columns of 10 km in UTM zone 52 north, around all planted places but the western ones.
GRID = Grid(90, 70, 300_000.0, 4_800_000.0, 10_000.0, 10_000.0, "EPSG:32652")


def plant_public_results(cast: Any, canaries: Canaries) -> None:
    """Three public results: two of open areas, and one with an area whose place is public only coarsely.

    The areas lie where no path between them meets the longitude or latitude of a canary that is not theirs.
    """
    from canaries import area

    for key, longitude, latitude in (
        ("open-west", 132.3, 45.7),
        ("open-east", 133.1, 46.0),
        ("open-north", 129.2, 46.9),
    ):
        area(cast.ours, key, Point(longitude, latitude, srid=4326))
    for neighbours in (4, 8):
        _release(_computed(cast, "Open", ["open-west", "open-east"], neighbours=neighbours))
    partly = _computed(cast, "Partly", ["open-west", "open-east", "coarser"])
    for text in (partly.current, partly.current[:12]):
        canaries.secret(text, {"ranger", "editor", "data_manager", "auditor"})
    _release(partly)
    _public_estimate(cast, canaries)


def _public_estimate(cast: Any, canaries: Canaries) -> None:
    """A public estimate of the tigers of a survey: where a camera stood is for our analysts."""
    from canaries import EXACT, OURS, text_of

    from amur.portal.population import actions, simulated
    from amur.portal.population.models import PopulationResult
    from amur.portal.population.places import degrees
    from amur.portal.population.sources import Given
    from amur.portal.runs.execution import work_on

    ours = OURS - {"ranger", "editor"}
    read = simulated.sides(seed=21)[0]  # none of its estimates looks like a coordinate of a canary
    positions = np.column_stack(degrees(simulated.CRS, read.sessions[0].detectors.positions))
    place = positions[np.hypot(*(positions - [130.75, 43.25]).T).argmin()].tolist()
    canaries.spot("camera", *place, EXACT, OURS)

    class Files:
        def read(self) -> Given:
            return Given(read, None, (f"{canaries.word('capturesfile', ours)}.txt",))

    about = actions.About(
        names=text_of(en=canaries.word("tigersurvey", ours)), species="tiger",
        start=datetime.date(2023, 1, 1), end=datetime.date(2023, 3, 31), crs=simulated.CRS,
    )  # fmt: skip
    survey = actions.take_survey(Files(), about, cast.ours)
    given = {
        "models": [{"formulas": "D~1, lambda0~1, sigma~1", "function": "HHN"}],
        "names": text_of(en="Tigers").to_json(),
        "survey": str(survey.uuid),
    }
    done = work_on(actions.start(given, cast.data_manager, cast.ours, in_background=False).uuid)
    assert done.state == "done", done.problems
    actions.release(PopulationResult.objects.get(uuid=done.result["result"]), cast.ours, published=True)


def plant_hidden_results(cast: Any, canaries: Canaries) -> dict[str, Any]:
    """A result that is not public, with an area that is not public; by kind."""
    from canaries import OURS

    ours = OURS - {"ranger"}
    title = canaries.word("resulttitle", ours)
    result = _computed(
        cast, title, ["open-north", "closed"], raster_name=f"{canaries.word('rastername', ours)}.tif", seed=2
    )
    for text in (result.current, result.raster.sha256, result.raster.sha256[:12]):
        canaries.secret(text, ours)
    return {"connectivity": result, **_hidden_survey(cast, canaries)}


def _hidden_survey(cast: Any, canaries: Canaries) -> dict[str, Any]:
    """A capture survey of ours, what was estimated from it, and a joint analysis that they have not answered."""
    from canaries import FACTS, OURS, text_of

    from amur.portal.population.models import CaptureSurvey, JointAnalysis, JointPart, PopulationResult
    from amur.portal.runs.models import Run

    word, analysts = canaries.word, OURS - {"ranger", "editor"}
    digest = hashlib.sha256(b"survey of a canary").hexdigest()
    canaries.secret(digest, {"auditor"})
    days = {"period_start": datetime.date(2024, 1, 1), "period_end": datetime.date(2024, 3, 31)}
    session = {
        "name": word("sessionname", analysts), "detectors": 9, "occasions": 9, "effort": 81.0, "active": [9] * 9,
        "never_active": 0, "individuals": 3, "detections": 9, "by_individual": [[3, 3]], "visited": 5, "moves": 4,
        "longest": 4321.0, "spacing": 2000.0, "points": 900, "area": 900.0, "cell": 1.0,
    }  # fmt: skip
    survey = CaptureSurvey.objects.create(
        office=cast.ours, names=text_of(en=word("surveyname", analysts)), species_key="tiger", crs="EPSG:32652",
        kind="proximity", sha256=digest, files=[f"{word('trapsfile', analysts)}.txt"],
        summary={
            "sessions": [session], "animals": 3, "countries": [["RU", 9]], "mask_countries": ["RU"],
            "individual_covariates": {}, "mask_covariates": [word("maskcolumn", analysts)], "detector_covariates": [],
        },
        **days,
    )  # fmt: skip
    joint = JointAnalysis.objects.create(
        office=cast.ours, partner=cast.theirs, species_key="tiger",
        names=text_of(en=word("jointname", {*analysts, "foreign_data_manager"})), **days,
    )  # fmt: skip
    JointPart.objects.create(
        joint=joint, office=cast.ours, survey=survey, agreed_by=cast.data_manager, agreed=timezone.now()
    )
    run = Run.objects.create(
        kind="population", office=cast.ours, owner=cast.data_manager, state="done", code_version="1",
        parameters={"survey": str(survey.uuid), "joint": None}, inputs={}, input_hash=digest[::-1],
    )  # fmt: skip
    canaries.secret(digest[::-1], {"auditor"})
    result = PopulationResult.objects.create(
        office=cast.ours, key=word("resultkey", FACTS), names=text_of(en=word("estimatename", FACTS)),
        notes=text_of(en=word("estimatenote", FACTS)), survey=survey, run=run, input_hash=word("inputs", analysts),
        species_key="tiger", parameters={"sex": "", "buffer": None}, **days,
        answers=[{"session": "1", "area": 900.0, "density": None, "number": None, "regions": []}],
    )  # fmt: skip
    return {"survey": survey, "joint": joint, "estimate": result}


def public_results() -> list[str]:
    """The identifiers of the public results, as texts."""
    from amur.portal.release.queries import released

    return [str(one.uuid) for one in released("connectivity").order_by("sort")]


def _release(result: Any) -> None:
    from amur.portal.connectivity.actions import release

    release(result, published=True)


def _computed(
    cast: Any,
    title: str,
    areas: list[str],
    *,
    neighbours: int = 8,
    raster_name: str = "land.tif",
    seed: int = 1,
) -> Any:
    from canaries import text_of

    from amur.portal.connectivity.actions import start, take_raster
    from amur.portal.connectivity.models import ConnectivityResult
    from amur.portal.runs.execution import work_on

    values = np.random.default_rng(seed).uniform(1.0, 5.0, GRID.shape).round(2)
    raster = take_raster(Raster(values, GRID, file=raster_name), raster_name, cast.ours)
    given = {
        "raster": str(raster.uuid),
        "areas": areas,
        "neighbours": neighbours,
        "average": "resistance",
        "names": text_of(en=title).to_json(),
    }
    run = start(given, cast.data_manager, cast.ours, in_background=False)
    done = work_on(run.uuid)
    assert done.state == "done", done.problems
    return ConnectivityResult.objects.get(uuid=done.result["result"])
