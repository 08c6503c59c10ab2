"""The verbs of the register: computing its totals (imports and exports are in `exchange`)."""

import hashlib
import json
from typing import Any

from django.utils import timezone

from amur.portal.areas.models import Area, AreaKind
from amur.portal.areas.totals import Total, protected, totals
from amur.portal.facts.actions import record_computed
from amur.portal.facts.queries import value_of
from amur.portal.languages.text import MultilingualText
from amur.portal.offices.models import Office
from amur.portal.runs.actions import perform

ECOREGION_AREA = "kpi-ecoregion-area"

NAMES = {
    "total-protected-areas": MultilingualText.of(
        "en",
        en="Designated protected areas in the register",
        ru="Учреждённые ООПТ в реестре",
        zh="名录中已设立的自然保护地",
        mn="Бүртгэлд буй, байгуулагдсан тусгай хамгаалалттай газар нутаг",
    ),
    "total-protected-area-ha": MultilingualText.of(
        "en",
        en="Their area, as far as it is known",
        ru="Их площадь, насколько она известна",
        zh="其已知总面积",
        mn="Тэдгээрийн мэдэгдэж буй талбай",
    ),
    "total-protected-share": MultilingualText.of(
        "en",
        en="Share of the ecoregion under protection",
        ru="Доля экорегиона под охраной",
        zh="生态区受保护面积比例",
        mn="Экобүс нутгийн хамгаалалтад буй хувь",
    ),
    "total-corridors": MultilingualText.of(
        "en",
        en="Ecological corridors in the register",
        ru="Экологические коридоры в реестре",
        zh="名录中的生态廊道",
        mn="Бүртгэлд буй экологийн коридор",
    ),
}
PLACE = MultilingualText.of(
    "en",
    en="Amur ecoregion",
    ru="Амурский экорегион",
    zh="黑龙江（阿穆尔河）生态区",
    mn="Амар мөрний экобүс нутаг",
)


def recompute_totals() -> None:
    """Compute the totals of the register anew and put them among the facts, with the run that made them."""
    office = Office.objects.order_by("pk").first()
    if office is None:
        return
    areas = list(Area.objects.order_by("key"))
    ecoregion_ha = value_of(ECOREGION_AREA)
    inputs = {
        "register": _fingerprint(counted := _counted(areas)),
        "rows": len(counted),
        "denominator": ECOREGION_AREA if ecoregion_ha else None,
        "denominator_ha": ecoregion_ha,
    }
    results = {total.key: total for total in totals(areas, ecoregion_ha)}
    run = perform("areas-totals", {}, inputs, lambda: {key: total.value for key, total in results.items()})
    for total in results.values():
        record_computed(
            key=total.key,
            office=office,
            run=run,
            subject=("ecoregion", "amur-heilong"),
            name=NAMES[total.key],
            place=PLACE,
            period=timezone.now().date().isoformat(),
            value=total.value,
            unit=total.unit,
            kind=total.kind,
            method=_method(total),
            denominator=_denominator(ecoregion_ha) if total.unit == "percent" else None,
        )


def _counted(areas: list[Area]) -> list[Area]:
    """The rows that the totals count: hash and number of them are public, so no hidden row is among them."""
    corridors = [area for area in areas if area.is_published and area.kind == AreaKind.CORRIDOR]
    return protected(areas) + corridors


def _fingerprint(areas: list[Area]) -> str:
    rows = [[area.key, area.kind, area.status, area.area_ha] for area in areas]
    return hashlib.sha256(json.dumps(rows).encode()).hexdigest()


def _denominator(ecoregion_ha: float | None) -> dict[str, Any]:
    basis = MultilingualText.of(
        "en",
        en="Area of the ecoregion as the fact “kpi-ecoregion-area” states it.",
        ru="Площадь экорегиона по факту «kpi-ecoregion-area».",
        zh="生态区面积，依据事实“kpi-ecoregion-area”。",
        mn="“kpi-ecoregion-area” баримтад заасан экобүс нутгийн талбай.",
    )
    return {"value": ecoregion_ha, "unit": "ha", "basis": basis.to_json()}


def _method(total: Total) -> MultilingualText:
    """How the total was made, and how many areas of unknown size it leaves out."""
    counted, unknown = total.counted, total.unknown
    if total.unit == "areas":
        return MultilingualText.of(
            "en",
            en=f"Counted in this register: {counted}.",
            ru=f"Подсчитано по этому реестру: {counted}.",
            zh=f"按本名录统计：{counted}。",
            mn=f"Энэ бүртгэлээс тоолсон: {counted}.",
        )
    return MultilingualText.of(
        "en",
        en=(
            f"Sum over the designated protected areas of this register; areas with a known size: {counted}, "
            f"of unknown size and left out: {unknown}. Overlaps are not subtracted."
        ),
        ru=(
            f"Сумма по учреждённым ООПТ этого реестра; с известной площадью: {counted}, "
            f"без известной площади, не учтены: {unknown}. Перекрытия не вычитаются."
        ),
        zh=f"对本名录中已设立的保护地求和；面积已知：{counted}个，面积未知而未计入：{unknown}个。未扣除重叠部分。",
        mn=(
            f"Энэ бүртгэлийн байгуулагдсан тусгай хамгаалалттай газруудын нийлбэр; "
            f"талбай нь мэдэгдэж буй: {counted}, "
            f"талбай нь мэдэгдэхгүй тул оруулаагүй: {unknown}. Давхцлыг хасаагүй."
        ),
    )
