"""The verbs of the facts: recording what a run has computed."""

from collections.abc import Mapping
from typing import Any

from amur.portal.facts.models import Confidence, Fact, FactStatus
from amur.portal.languages.text import MultilingualText
from amur.portal.offices.models import Office
from amur.portal.runs.models import Run


def record_computed(
    *,
    key: str,
    office: Office,
    run: Run,
    subject: tuple[str, str],
    name: MultilingualText,
    place: MultilingualText,
    period: str,
    value: float,
    unit: str,
    kind: str,
    method: MultilingualText,
    denominator: dict[str, Any] | None = None,
    interval: tuple[float, float] | None = None,
    period_end: str = "",
    place_detail: MultilingualText | None = None,
    is_published: bool = True,
) -> Fact:
    """Put a computed figure among the facts, in the place of its last value.

    `period` is when the figure holds, or where its period begins.

    The earlier values stay in the earlier runs and in the audit log. A figure whose run has not changed is
    left as it is, so that looking again makes no new fact.
    """
    fact = Fact.objects.filter(key=key).first()
    if fact is not None and fact.run_id == run.pk:
        return fact
    fact = fact or Fact(key=key)
    fact.office = office
    fact.run = run
    fact.subject_kind, fact.subject_key = subject
    fact.name, fact.place = name, place
    fact.place_detail = place_detail or MultilingualText()
    fact.period_start, fact.period_end = period, period_end or period
    fact.value, (fact.low, fact.high) = value, interval or (None, None)
    fact.unit, fact.kind, fact.method = unit, kind, method
    fact.denominator = denominator
    fact.is_published = is_published
    fact.status, fact.confidence = FactStatus.FINAL, Confidence.MEDIUM
    fact.save()
    return fact


def publish_computed(run: Run, published: Mapping[str, bool]) -> None:
    """Say of each computed figure of a run, by key, whether it is public."""
    for fact in Fact.objects.filter(run=run, key__in=published):
        if fact.is_published != published[fact.key]:
            fact.is_published = published[fact.key]
            fact.save()


def delete_computed(run: Run) -> None:
    """Take away the computed figures of a run, with the result that they belong to."""
    for fact in Fact.objects.filter(run=run):
        fact.delete()
