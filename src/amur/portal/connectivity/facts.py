"""Effective resistances as facts of the centre, each with the run that computed it."""

from collections.abc import Iterator
from typing import Final

from django.utils import timezone

from amur.portal.areas.queries import exactly_released
from amur.portal.connectivity.models import ConnectivityResult
from amur.portal.facts.actions import publish_computed, record_computed
from amur.portal.facts.models import SubjectKind
from amur.portal.languages.text import MultilingualText, Status

# With more areas only neighbours are facts: hundreds of pairs would say little each.
ALL_PAIRS_UP_TO: Final = 12
SYNTHETIC: Final = MultilingualText.of(
    "en",
    en="Synthetic landscape, no real place",
    ru="Синтетический ландшафт, не реальное место",
    zh="合成景观，并非真实地点",
    mn="Зохиомол ландшафт, бодит газар биш",
)


def key_of(result: ConnectivityResult, one: int, other: int) -> str:
    """The key of the fact about two areas of a result, by their places in it."""
    return f"{result.key}-{min(one, other) + 1}-{max(one, other) + 1}"


def pairs_of(result: ConnectivityResult) -> Iterator[tuple[int, int]]:
    """The pairs of areas whose effective resistance is a fact: all of a few areas, else the neighbours."""
    count = len(result.areas)
    if count <= ALL_PAIRS_UP_TO:
        yield from ((one, other) for one in range(count) for other in range(one + 1, count))
    else:
        yield from ((int(link[0]), int(link[1])) for link in result.links)


def record(result: ConnectivityResult) -> None:
    """Put the effective resistances of a result among the facts; they are public as far as it is."""
    method, public = _method(result), published(result)
    for one, other in pairs_of(result):
        value = result.resistances[one][other]
        if value is None:
            continue
        names = [MultilingualText.from_json(result.areas[at]["names"]) for at in (one, other)]
        record_computed(
            key=key_of(result, one, other),
            office=result.office,
            run=result.run,
            subject=(SubjectKind.CONNECTIVITY.value, result.key),
            name=_between(*names),
            place=SYNTHETIC if result.raster.is_synthetic else result.names,
            period=timezone.now().date().isoformat(),
            value=value,
            unit="ohm",
            kind="effective-resistance",
            method=method,
            is_published=public[key_of(result, one, other)],
        )


def follow_release(result: ConnectivityResult) -> None:
    """Let the facts of a result be public exactly as far as it and its areas are."""
    publish_computed(result.run, published(result))


def published(result: ConnectivityResult) -> dict[str, bool]:
    """For each fact of a result, by key, whether it may be public: both areas must be, with their place."""
    keys = [area["key"] for area in result.areas]
    seen = exactly_released(keys).keys() if result.is_published else set()
    return {
        key_of(result, one, other): keys[one] in seen and keys[other] in seen
        for one, other in pairs_of(result)
    }


def _between(one: MultilingualText, other: MultilingualText) -> MultilingualText:
    def both(pattern: str, language: str) -> str:
        return pattern.format(one=one.text(language), other=other.text(language))  # type: ignore[arg-type]

    return MultilingualText.of(
        "en",
        Status.REVIEWED,
        en=both("Effective resistance: {one} – {other}", "en"),
        ru=both("Эффективное сопротивление: {one} – {other}", "ru"),
        zh=both("有效电阻：{one}—{other}", "zh-hans"),
        mn=both("Эффектив эсэргүүцэл: {one} – {other}", "mn"),
    )


def _method(result: ConnectivityResult) -> MultilingualText:
    methods = ", ".join(result.report["methods"])
    error = f"{result.report['error_estimate']:.1g}"
    near = result.parameters["neighbours"]
    raster = f"{result.raster.name} (SHA-256 {result.raster.sha256[:12]}…)"
    return MultilingualText.of(
        "en",
        en=(
            f"Circuit theory: 1 ampere between the two areas over the resistance raster {raster}, "
            f"{near} neighbours a cell; solved by {methods}, estimated relative error {error}."
        ),
        ru=(
            f"Теория цепей: ток 1 А между двумя территориями по растру сопротивления {raster}, "
            f"соседей у ячейки: {near}; метод решения: {methods}, оценка относительной погрешности {error}."
        ),
        zh=(
            f"电路理论：在阻力栅格{raster}上，两地之间通过1安培电流，每个像元{near}个邻元；"
            f"求解方法：{methods}，估计相对误差{error}。"
        ),
        mn=(
            f"Хэлхээний онол: {raster} эсэргүүцлийн растраар хоёр газрын хооронд 1 А гүйдэл, "
            f"нүдний хөрш: {near}; бодсон арга: {methods}, харьцангуй алдааны үнэлгээ {error}."
        ),
    )
