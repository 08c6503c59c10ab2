"""Density and numbers as facts of the centre, each with the run that estimated it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from babel import Locale

from amur.disclosure import TimeLevel
from amur.disclosure.times import coarse_reduced, is_reduced_date
from amur.portal.facts.actions import publish_computed, record_computed
from amur.portal.facts.models import Fact, SubjectKind
from amur.portal.languages.codes import LANGUAGES
from amur.portal.languages.dates import BABEL_LOCALES
from amur.portal.languages.text import MultilingualText, Status, Translation
from amur.portal.population.models import PopulationResult

DENSITY: Final = MultilingualText.of(
    "en", en="Population density", ru="Плотность населения", zh="种群密度", mn="Популяцийн нягтшил"
)
NUMBER: Final = MultilingualText.of(
    "en", en="Number of animals", ru="Численность", zh="种群数量", mn="Тоо толгой"
)
SIMULATED: Final = MultilingualText.of(
    "en",
    en="Simulated survey, no real animals",
    ru="Смоделированный учёт, не реальные животные",
    zh="模拟调查，并非真实动物",
    mn="Загварчилсан судалгаа, бодит амьтан биш",
)


@dataclass(frozen=True, slots=True)
class Figure:
    """What becomes a fact: `values` are estimate, lower, upper; `country` its code or "" for the whole."""

    key: str
    kind: str
    unit: str
    values: dict[str, Any]
    session: str
    country: str = ""


def figures(result: PopulationResult) -> Iterator[Figure]:
    """Density and number of each session, and the number of each country; nothing that is withheld."""
    for number, answer in enumerate(result.answers, 1):
        key, session = f"{result.key}-{number}", answer["session"]
        if _is_told(answer["density"]):
            yield Figure(f"{key}-d", "density", "individuals-per-100-km2", answer["density"], session)
        if _is_told(answer["number"]):
            yield Figure(f"{key}-n", "estimate", "individuals", answer["number"], session)
        for one in answer["regions"]:
            if one["kind"] == "country" and _is_told(one["number"]):
                yield Figure(
                    f"{key}-n-{one['key'].lower()}",
                    "estimate",
                    "individuals",
                    one["number"],
                    session,
                    one["key"],
                )


def record(result: PopulationResult) -> None:
    """Put the figures of a result among the facts; they are public as far as it is.

    They are facts about the species, beside what others say; those of a simulation are about the result.
    """
    subject = (SubjectKind.SPECIES.value, result.species_key)
    if result.simulated:
        subject = (SubjectKind.POPULATION.value, result.key)
    for figure in figures(result):
        start, end = _period(result, figure.session)
        density = figure.kind == "density"
        record_computed(
            key=figure.key,
            office=result.office,
            run=result.run,
            subject=subject,
            name=DENSITY if density else NUMBER,
            place=SIMULATED if result.simulated else result.names,
            place_detail=country_names(figure.country),
            period=start,
            period_end=end,
            value=_short(figure.values["estimate"], whole=not density),
            interval=(
                _short(figure.values["lower"], whole=not density),
                _short(figure.values["upper"], whole=not density),
            ),
            unit=figure.unit,
            kind=figure.kind,
            method=_method(result),
            is_published=result.is_published,
        )


def follow_release(result: PopulationResult) -> None:
    """Let the facts of a result be public exactly as far as it is, beside those that contradict them."""
    publish_computed(result.run, {figure.key: result.is_published for figure in figures(result)})
    if result.is_published:
        for fact in Fact.objects.filter(run=result.run):
            found = [other for other in _of_the_same(fact) if _contradict(fact, other)]
            if found:
                fact.contradicts.add(*found)
                for one in [fact, *found]:
                    one.save()  # released anew with the keys of the other side


def _of_the_same(fact: Fact) -> Iterator[Fact]:
    """Published facts of other runs about the same thing in the same country and time."""
    others = Fact.objects.filter(
        subject_kind=fact.subject_kind,
        subject_key=fact.subject_key,
        kind=fact.kind,
        unit=fact.unit,
        is_published=True,
        run__kind=fact.run.kind if fact.run else "",
    ).exclude(run=fact.run)
    for other in others:
        together = other.period_start <= fact.period_end and fact.period_start <= other.period_end
        if together and other.place_detail.to_json() == fact.place_detail.to_json():
            yield other


def _contradict(one: Fact, other: Fact) -> bool:
    """Whether the intervals of two facts have nothing in common."""
    ends = (one.low, one.high, other.low, other.high)
    if any(end is None for end in ends):
        return False
    return bool(one.high < other.low or other.high < one.low)  # type: ignore[operator]  # none is None


def country_names(code: str) -> MultilingualText:
    """A country in the languages of the centre; empty for none."""
    if not code:
        return MultilingualText()
    texts = {one: Locale.parse(BABEL_LOCALES[one]).territories.get(code, code) for one in LANGUAGES}
    return MultilingualText("en", {one: Translation(text, Status.REVIEWED) for one, text in texts.items()})


def _is_told(values: dict[str, Any] | None) -> bool:
    return values is not None and all(values[name] is not None for name in ("estimate", "lower", "upper"))


def _short(value: float, *, whole: bool) -> float:
    """Animals are counted whole, densities have three digits."""
    return float(round(value)) if whole else float(f"{value:.3g}")


def _period(result: PopulationResult, session: str) -> tuple[str, str]:
    """The period of the survey in months; of one of several sessions its own name, where that is a date."""
    if len(result.answers) > 1 and is_reduced_date(session):
        name = coarse_reduced(session, TimeLevel.MONTH)
        return name, name
    start, end = (
        coarse_reduced(day.isoformat(), TimeLevel.MONTH) for day in (result.period_start, result.period_end)
    )
    return start, end


def _method(result: PopulationResult) -> MultilingualText:
    best = result.table[0]["name"]
    count = sum(1 for one in result.table if one.get("averaged"))
    animals = sum(one["individuals"] for one in result.effort)
    few = "" if animals >= 10 else "<10"
    animals_told = few or str(animals)
    return MultilingualText.of(
        "en",
        en=(
            f"Spatial capture-recapture by maximum likelihood, {animals_told} individuals detected; "
            f"average of {count} models by AICc, best model {best}; 95 % interval."
        ),
        ru=(
            f"Пространственная повторная поимка (SECR), метод максимального правдоподобия, обнаружено "
            f"особей: {animals_told}; среднее по моделям ({count}) с весами по AICc, лучшая модель {best}; "
            f"95 % интервал."
        ),
        zh=(
            f"空间标记重捕（SECR），最大似然法，探测到{animals_told}只个体；"
            f"按AICc权重对{count}个模型取平均，最优模型{best}；95%置信区间。"
        ),
        mn=(
            f"Орон зайн дахин баригдалт (SECR), хамгийн их үнэний хувь бүхий арга, илэрсэн бодгаль: "
            f"{animals_told}; AICc жингээр {count} загварын дундаж, хамгийн сайн загвар {best}; "
            f"95 % интервал."
        ),
    )
