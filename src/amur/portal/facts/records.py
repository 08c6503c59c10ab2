"""How facts become records for the gate."""

from django.db.models import QuerySet

from amur.disclosure import Record
from amur.portal.facts.models import Citation, Fact
from amur.portal.release.registry import Adapter, Draft, citations


def fact_draft(fact: Fact) -> Draft:
    """A figure with its sources and the keys of the facts that contradict it."""
    denominator = fact.denominator or {}
    cited = [
        {"citation": one.document.citation, "url": one.document.url, "page": one.page}
        for one in fact.citations.select_related("document").order_by("pk")
    ]
    fields: dict[str, object] = {
        "subject_kind": fact.subject_kind,
        "subject_key": fact.subject_key,
        "name": fact.name.to_json(),
        "place": fact.place.to_json(),
        "place_detail": fact.place_detail.to_json(),
        "area_key": fact.area_key or None,
        "period_start": fact.period_start or None,
        "period_end": fact.period_end or None,
        "period_label": fact.period_label.to_json(),
        "value": fact.value,
        "low": fact.low,
        "high": fact.high,
        "unit": fact.unit,
        "kind": fact.kind,
        "approximate": fact.approximate,
        "method": fact.method.to_json(),
        "denominator_value": denominator.get("value"),
        "denominator_unit": denominator.get("unit"),
        "denominator_basis": denominator.get("basis"),
        "detection_low": fact.detection_low,
        "detection_high": fact.detection_high,
        "status": fact.status,
        "confidence": fact.confidence,
        "notes": fact.notes.to_json(),
        "sources": citations(cited),
        "disputed_by": citations(fact.disputed_by),
        "contradicts": sorted(fact.contradicts.values_list("key", flat=True)),
        "run": str(fact.run.uuid) if fact.run else None,
        "run_inputs": {name: str(value) for name, value in fact.run.inputs.items()} if fact.run else None,
        "run_code": fact.run.code_version if fact.run else None,
        "valid_from": fact.valid_from,
        "valid_to": fact.valid_to,
        "retrieved": fact.retrieved,
        "office": fact.office.key,
    }
    return Draft(
        record=Record(
            kind="fact", id=fact.uuid, owner=fact.office.key, fields=fields, published=fact.is_published
        ),
        key=fact.key,
        subject=f"{fact.subject_kind}:{fact.subject_key}",
        sort=f"{fact.subject_kind} {fact.subject_key} {fact.period_start or '9999'} {fact.key}",
    )


def _rows() -> "QuerySet[Fact]":
    return Fact.objects.select_related("office", "run")


FACTS = Adapter(
    kind="fact",
    model=Fact,
    draft=fact_draft,
    rows=_rows,
    dependents={Citation: lambda row: [row.fact]},
)
