"""A simulated survey on two sides of a border, as files and as surveys of two offices."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

PLAIN = [{"formulas": "D~1, lambda0~1, sigma~1", "function": "HHN"}]
TITLE = {"source": "en", "texts": {"en": {"text": "Leopards of the test", "status": "reviewed"}}}


@cache
def both_sides() -> Any:
    from amur.portal.population.simulated import sides

    return sides()


def side(number: int) -> Any:
    """The survey of the Russian (0) or Chinese (1) side."""
    return both_sides()[number]


def traps_text(survey: Any) -> str:
    """Detectors with their effort as one word of 0 and 1, in the format of secr."""
    session = survey.sessions[0]
    lines = ["# id x y"]
    for number, (place, effort) in enumerate(
        zip(session.detectors.positions, session.detectors.effort, strict=True), 1
    ):
        word = "".join(str(int(one)) for one in effort)
        lines.append(f"cam{number} {place[0]:.0f} {place[1]:.0f} {word}")
    return "\n".join(lines) + "\n"


def captures_text(survey: Any) -> str:
    """Captures with the sex of the animal, in the format of secr."""
    session = survey.sessions[0]
    captures = session.captures
    lines = ["# session id occasion trap sex"]
    for who, when, where in zip(captures.individual, captures.occasion, captures.detector, strict=True):
        sex = captures.covariates["sex"][who] or "NA"
        lines.append(f"{session.name} {captures.ids[who]} {when + 1} cam{where + 1} {sex}")
    return "\n".join(lines) + "\n"


def mask_text(survey: Any) -> str:
    """The mask with a covariate, as CSV."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(("easting", "northing", "forest"))
    points = survey.sessions[0].mask.points
    low = points[:, 1].min()
    writer.writerows((f"{east:.0f}", f"{north:.0f}", f"{(north - low) / 1e5:.4f}") for east, north in points)
    return out.getvalue()


def upload(name: str, text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, text.encode())


@pytest.fixture(autouse=True)
def _no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    from amur.portal.runs import actions as runs

    monkeypatch.setattr(runs, "wake", lambda: None)


@pytest.fixture
def species(cast: Any) -> Any:
    """The leopard, released."""
    from amur.portal.languages.text import MultilingualText
    from amur.portal.species.models import Species

    return Species.objects.create(
        key="amur-leopard",
        office=cast.ours,
        scientific_name="Panthera pardus orientalis",
        names=MultilingualText.of("en", en="Amur leopard", ru="Дальневосточный леопард"),
        role="flagship",
        sensitivity=2,
        confidence="high",
    )


@pytest.fixture
def survey(cast: Any, species: Any) -> Callable[..., Any]:
    """Takes a side's survey in: `survey(0)` for our office, `survey(1)` for theirs."""

    def make(number: int = 0, read: Any = None, **changed: Any) -> Any:
        import datetime

        from amur.portal.languages.text import MultilingualText
        from amur.portal.population import actions, simulated
        from amur.portal.population.sources import Given

        class Fixed:
            def read(self) -> Given:
                return Given(read or side(number), None, (f"secret-{number}.txt",))

        about = {
            "names": MultilingualText.of("en", en=f"Survey of side {number}"),
            "species": species.key,
            "start": datetime.date(2024, 1, 1),
            "end": datetime.date(2024, 3, 31),
            "crs": simulated.CRS,
            **changed,
        }
        office = (cast.ours, cast.theirs)[number]
        return actions.take_survey(Fixed(), actions.About(**about), office)

    return make


@pytest.fixture
def joint(cast: Any, survey: Any) -> Any:
    """A joint analysis to which both offices have agreed."""
    from amur.portal.languages.text import MultilingualText
    from amur.portal.population import actions

    names = MultilingualText.of("en", en="Leopards of both sides")
    found = actions.offer(survey(0), cast.theirs, names, cast.data_manager)
    actions.agree(found, survey(1), cast.foreign_data_manager)
    return found


@pytest.fixture
def estimate(cast: Any) -> Callable[..., Any]:
    """Computes a result at once: `estimate(survey=row)` or `estimate(joint=row)`."""

    def run(**given: Any) -> Any:
        from amur.portal.population.actions import start
        from amur.portal.population.models import PopulationResult
        from amur.portal.runs.execution import work_on
        from amur.portal.runs.models import Run

        rows = {name: str(row.uuid) for name, row in given.items() if name in ("survey", "joint")}
        rest = {name: value for name, value in given.items() if name not in ("survey", "joint")}
        row = given.get("survey") or given["joint"]
        person = cast.data_manager if row.office == cast.ours else cast.foreign_data_manager
        parameters = {"models": PLAIN, "names": TITLE, **rest, **rows}
        found = start(parameters, person, row.office, in_background=False)
        if not isinstance(found, Run):
            return found
        done = work_on(found.uuid)
        assert done.state == "done", done.problems
        return PopulationResult.objects.get(uuid=done.result["result"])

    return run
