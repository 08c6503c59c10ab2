"""Questions to the released facts: what pages quote and what subjects show."""

from collections import Counter
from collections.abc import Iterable, Mapping

from amur.portal.facts.models import Fact
from amur.portal.release.memory import remembered
from amur.portal.release.models import Released
from amur.portal.release.queries import about, released

HEADLINES = ("total-protected-areas", "total-protected-area-ha", "total-protected-share", "total-corridors")


def known_fact(key: str) -> bool:
    """Whether a fact of that key exists, published or not."""
    return Fact.objects.filter(key=key).exists()


@remembered
def facts_by_key(keys: tuple[str, ...]) -> Mapping[str, Released]:
    """Released facts by their keys, in one query."""
    return {one.key: one for one in released("fact").filter(key__in=keys)} if keys else {}


@remembered
def headline_facts() -> list[Released]:
    """The computed totals that the first page shows, in their order."""
    found = facts_by_key(HEADLINES)
    return [found[key] for key in HEADLINES if key in found]


@remembered
def facts_about(*subjects: str) -> list[Released]:
    """Everything released about subjects such as `species:amur-tiger`, oldest first."""
    return list(about("fact", *subjects))


def value_of(key: str) -> float | None:
    """The value of a published fact, None when there is no such fact or it has no single value."""
    return Fact.objects.filter(key=key, is_published=True).values_list("value", flat=True).first()


def units_in(facts: Iterable[Released]) -> list[str]:
    """The units of the facts, the most frequent first."""
    counts = Counter(fact.fields["unit"] for fact in facts)
    return [unit for unit, _count in counts.most_common()]
