"""A simulated leopard survey with camera traps in two offices, from the package to people's work.

Each office has the winter's records as a Camtrap DP package, and cards of the autumn with pictures: some are
named, some wait for a review or for a name. The capture histories stand in the room of population estimates.
One leopard has been catalogued on both sides under two names; the offices have agreed on matching rounds, and
one will find it.
"""

import datetime
import hashlib
import tempfile
from pathlib import Path
from typing import Final

from amur.formats.camtrapdp.writing import write_package
from amur.portal.animals.models import Animal
from amur.portal.cameras import packages, taking
from amur.portal.cameras.actions import set_outages
from amur.portal.cameras.models import CameraProject, Deployment, Event, Observation
from amur.portal.cards import actions as cards
from amur.portal.cards.finishing import finish
from amur.portal.demo.camera_pictures import FIRST_NIGHT, NIGHTS, Visit, visits_of, write_card
from amur.portal.demo.camera_records import FIRST_DAY, LEOPARD, Side, idle, package_of
from amur.portal.identity import actions as identity
from amur.portal.identity.gathering import gather
from amur.portal.identity.models import Encounter
from amur.portal.identity.work import FEATURES
from amur.portal.languages.text import MultilingualText
from amur.portal.matching import keyring
from amur.portal.matching.models import Agreement
from amur.portal.offices.models import Office, Person
from amur.portal.population import actions as population
from amur.portal.population.camera_source import CameraRecords
from amur.portal.population.simulated import BUFFER
from amur.portal.review import labels
from amur.portal.runs import actions as runs
from amur.portal.runs.execution import work_on
from amur.portal.surveys import actions as surveys
from amur.portal.surveys.choosing import Choice
from amur.science.cameras import Rules

SIDES: Final = {
    "vladivostok": Side(0, "R", "Asia/Vladivostok", "Simulated leopard survey, Russian side"),
    "changchun": Side(1, "C", "Asia/Shanghai", "Simulated leopard survey, Chinese side"),
}
NAMES: Final = {
    "vladivostok": MultilingualText.of(
        "en",
        en="Simulated leopard survey with camera traps, Russian side",
        ru="Смоделированный учёт леопарда фотоловушками: российская сторона",
        zh="模拟红外相机豹调查：俄罗斯一侧",
        mn="Автомат камерын загварчилсан ирвэсний судалгаа, Оросын тал",
    ),
    "changchun": MultilingualText.of(
        "en",
        en="Simulated leopard survey with camera traps, Chinese side",
        ru="Смоделированный учёт леопарда фотоловушками: китайская сторона",
        zh="模拟红外相机豹调查：中国一侧",
        mn="Автомат камерын загварчилсан ирвэсний судалгаа, Хятадын тал",
    ),
}
JOINT: Final = "L16"
"""Whom both offices have catalogued."""
KNOWN: Final = {
    "vladivostok": (JOINT, "L01", "L02", "L03"),
    "changchun": (JOINT, "L09", "L13", "L14"),
}
STRANGERS: Final = {"vladivostok": ("L90",), "changchun": ("L92",)}
STATIONS: Final = (3, 11, 24)
SPECIES_KEY: Final = "amur-leopard"
AGREED: Final = "The two demonstration offices match leopards with each other."


def load_cameras() -> None:
    """Bring in what is not there yet."""
    if CameraProject.objects.filter(key__in=[_key(key) for key in SIDES]).exists():
        return
    for key, side in SIDES.items():
        office, person = Office.objects.get(key=key), Person.objects.get(username=key)
        project = _package(office, side, person)
        visits = visits_of(side, KNOWN[key], STRANGERS[key], STATIONS)
        for station in STATIONS:
            _card(project, side, [one for one in visits if one.station == station], person)
        _review(project, side, visits, person)
        _name(project, side, visits, person)
        _count(project, office, person)
        _agree(office, Office.objects.get(key=next(one for one in SIDES if one != key)), person)
        runs.start(FEATURES, {"species": LEOPARD}, person, office)


def _key(office: str) -> str:
    return f"demo-cameras-{office}"


def _package(office: Office, side: Side, person: Person) -> CameraProject:
    with tempfile.TemporaryDirectory() as folder:
        write_package(package_of(side), Path(folder) / "package")
        given = packages.read(Path(folder) / "package", "camtrapdp", side.zone)
    new = taking.NewProject(office, _key(office.key), NAMES[office.key], side.zone)
    project = taking.take(given, new, person, {"name": "demo"}).project
    project.simulated = True
    project.save()
    off = idle(side)
    for deployment in project.deployments.filter(code__in=off):
        set_outages(deployment, [(*off[deployment.code], "")])
    return project


def _card(project: CameraProject, side: Side, visits: list[Visit], person: Person) -> None:
    about = cards.About(
        project,
        side.station(visits[0].station),
        start=side.moment(FIRST_NIGHT, 0),
        end=side.moment(FIRST_NIGHT + NIGHTS, 0),
        camera_model="simulated",
    )
    with tempfile.TemporaryDirectory() as folder:
        write_card(Path(folder), visits)
        card = cards.open_card(about, person, f"demo-{about.station}")
        run = work_on(cards.read(card, person, Path(folder), in_background=False).uuid)
    if run.problems:
        raise RuntimeError(f"the card of {about.station} was not read: {run.problems}")
    finish(card, person)


def _review(project: CameraProject, side: Side, visits: list[Visit], person: Person) -> None:
    """What somebody has looked at already: the known animals, and the first visit of each stranger."""
    cat = labels.Label(Observation.Type.ANIMAL, LEOPARD, 1, Observation.Stage.ADULT)
    seen: set[str] = set()
    for visit in visits:
        if visit.known or (visit.animal and visit.animal not in seen):
            event = _event(project, side, visit)
            labels.label(event, [cat], person, seen=labels.seen_of(event))
        seen.add(visit.animal)


def _name(project: CameraProject, side: Side, visits: list[Visit], person: Person) -> None:
    """Who is known by the winter's records, and who of them was met in autumn."""
    gather(project)
    identity.take_names(project, person)
    for visit in visits:
        if visit.known:
            encounter = Encounter.objects.get(event=_event(project, side, visit), species=LEOPARD)
            for flank in encounter.flanks.filter(ended=None):
                identity.draw(flank, person, side="left" if visit.left else "right")
            animal = Animal.objects.get(
                office=project.office, home_names__name=side.called(visit.animal), home_names__retracted=None
            )
            identity.speak(encounter, "same", person, animal)


def _event(project: CameraProject, side: Side, visit: Visit) -> Event:
    at = visit.at.replace(microsecond=0)
    deployments = Deployment.objects.filter(project=project, station__code=side.station(visit.station))
    return Event.objects.get(deployment__in=deployments, start=at)


def _count(project: CameraProject, office: Office, person: Person) -> None:
    """The winter's numbers, and its capture history for an estimate of density."""
    nights = SIDES[office.key].session.detectors.effort.shape[1]
    choice = Choice([project], FIRST_DAY, FIRST_DAY + datetime.timedelta(days=nights - 1))
    survey = surveys.make_survey(office, choice, surveys.About(NAMES[office.key]), {})
    run = work_on(surveys.start(survey, person, in_background=False).uuid)
    if not run.result:
        raise RuntimeError(f"the numbers of {office.key} were not computed: {run.problems}")
    records = CameraRecords(survey, LEOPARD, Rules(), "proximity", BUFFER, 64)
    about = population.About(
        NAMES[office.key], SPECIES_KEY, choice.start, choice.end, records.crs, simulated=True
    )
    population.take_survey(records, about, office)


def _agree(office: Office, other: Office, person: Person) -> None:
    """What the office lets the other one have in a matching round."""
    partner = keyring.add_local_partner(office, other, person)
    Agreement.objects.create(
        office=office,
        partner=partner,
        code="demo",
        text_sha256=hashlib.sha256(AGREED.encode()).hexdigest(),
        species=[LEOPARD],
        flanks=True,
        crops=True,
        verdicts=True,
        valid_from=FIRST_DAY,
        valid_until=datetime.date(2035, 12, 31),
        entered_by=person,
    )
