"""A simulated leopard survey on two sides of a border: each side alone, and both together."""

import datetime
from typing import Any, Final

from amur.portal.languages.text import MultilingualText
from amur.portal.offices.models import Office
from amur.portal.population import actions, modelling
from amur.portal.population.models import CaptureSurvey, JointAnalysis, PopulationResult
from amur.portal.population.simulated import CRS, Simulation
from amur.portal.runs.execution import work_on
from amur.portal.runs.models import Run

SPECIES: Final = "amur-leopard"
OFFICES: Final = ("vladivostok", "changchun")
NAMES: Final = (
    MultilingualText.of(
        "en",
        en="Simulated leopard survey, Russian side alone",
        ru="Смоделированный учёт леопарда: только российская сторона",
        zh="模拟豹调查：仅俄罗斯一侧",
        mn="Ирвэсний загварчилсан судалгаа, зөвхөн Оросын тал",
    ),
    MultilingualText.of(
        "en",
        en="Simulated leopard survey, Chinese side alone",
        ru="Смоделированный учёт леопарда: только китайская сторона",
        zh="模拟豹调查：仅中国一侧",
        mn="Ирвэсний загварчилсан судалгаа, зөвхөн Хятадын тал",
    ),
)
TOGETHER: Final = MultilingualText.of(
    "en",
    en="Simulated leopard survey, both sides together",
    ru="Смоделированный учёт леопарда: обе стороны вместе",
    zh="模拟豹调查：两侧联合",
    mn="Ирвэсний загварчилсан судалгаа, хоёр тал хамтдаа",
)


def load_population() -> None:
    """Make the surveys and compute the results that are not there yet, and release them."""
    if PopulationResult.objects.filter(key="demo-population-joint").exists():
        return
    offices = [Office.objects.get(key=key) for key in OFFICES]
    surveys = [_survey(number, office) for number, office in enumerate(offices)]
    for survey, office in zip(surveys, offices, strict=True):
        _compute(f"demo-population-{office.country.lower()}", survey.names, [office], survey=str(survey.uuid))
    joint = JointAnalysis.objects.filter(office=offices[0], partner=offices[1]).first()
    if joint is None:
        joint = actions.offer(surveys[0], offices[1], TOGETHER, None)
        actions.agree(joint, surveys[1], None)
    _compute("demo-population-joint", TOGETHER, offices, joint=str(joint.uuid), parts=("plain", "country"))


def _survey(number: int, office: Office) -> CaptureSurvey:
    known = CaptureSurvey.objects.filter(office=office, simulated=True).first()
    if known is not None:
        return known
    about = actions.About(
        NAMES[number], SPECIES, datetime.date(2025, 1, 1), datetime.date(2025, 3, 31), CRS, simulated=True
    )
    return actions.take_survey(Simulation(number), about, office)


def _compute(
    key: str, names: MultilingualText, offices: list[Office], parts: tuple[str, ...] = ("plain",), **of: Any
) -> None:
    found = actions.start(
        {
            **of,
            "models": modelling.as_json(modelling.specs(("HHN", "HEX"), parts)),
            "sex": "",
            "twice": False,
            "thorough": False,
            "names": names.to_json(),
            "key": key,
        },
        None,
        offices[0],
        in_background=False,
    )
    if isinstance(found, Run):
        done = work_on(found.uuid)
        if not done.result:
            raise RuntimeError(f"{key} was not computed: {done.problems}")
        result = PopulationResult.objects.get(uuid=done.result["result"])
        for office in offices:
            actions.release(result, office, published=True)
            result.refresh_from_db()
