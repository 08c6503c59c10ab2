"""The number of joint animals as a fact, while both offices release exactly this number. Never which ones."""

from django.utils import timezone

from amur.formats.matching.views import View
from amur.portal.facts.actions import delete_computed, record_computed
from amur.portal.facts.models import SubjectKind
from amur.portal.languages.text import MultilingualText
from amur.portal.matching.models import Round
from amur.portal.runs.actions import perform
from amur.portal.runs.models import Run
from amur.portal.species.models import Species

KIND = "matching.count"
NAME = MultilingualText.of(
    "en",
    en="Animals known to both offices",
    ru="Особи, известные обоим офисам",
    zh="双方均已识别的个体",
    mn="Хоёр оффис хоёуланд нь танигдсан бодгаль",
)
METHOD = MultilingualText.of(
    "en",
    en="Coat patterns matched between two offices; an animal counts when an expert of each office says so.",
    ru="Сопоставление рисунка шкуры двумя офисами; особь учитывается, если так решил эксперт каждого из них.",
    zh="两个机构之间比对体表花纹；双方专家均确认后计为同一个体。",
    mn="Хоёр оффисын зүсний хээг тулгасан; тал бүрийн мэргэжилтэн тийм гэж үзсэн бодгалийг тооцов.",
)


def follow(round_: Round, view: View) -> None:
    """Bring the fact up to what both sides release. In one centre only the asking side keeps it."""
    if round_.role != Round.Role.ASKER and round_.partner.local is not None:
        return
    count = view.released
    for run in Run.objects.filter(kind=KIND, parameters__round=str(round_.uuid)):
        if count is None or run.inputs.get("joint") != count:
            delete_computed(run)
    species = Species.objects.filter(scientific_name__startswith=round_.species).order_by("key").first()
    if count is None or species is None:
        return
    run = perform(KIND, {"round": str(round_.uuid)}, {"joint": count}, lambda: {"joint": count})
    record_computed(
        key=f"matching-{round_.uuid}",
        office=round_.office,
        run=run,
        subject=(SubjectKind.SPECIES.value, species.key),
        name=NAME,
        place=MultilingualText(),
        period=str(timezone.localdate().year),
        value=count,
        unit="individuals",
        kind="total",
        method=METHOD,
    )
