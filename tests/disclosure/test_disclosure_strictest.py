"""Property 11: the strictest rule wins, for every pair of rules, every pair of levels and every order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import combinations, permutations, product

import pytest
from disclosure_cast import (
    EPITHETS,
    ID,
    LADDER,
    LONG_AGO,
    NEIGHBOUR,
    NOW,
    OWNER,
    PARTNER,
    WORDS,
    ladder_table,
)

from amur.disclosure import (
    Agreement,
    Category,
    Level,
    Place,
    Record,
    Release,
    Rules,
    Side,
    TimeLevel,
    explain,
    rules_from_mapping,
    view,
)

LEVELS = list(LADDER.values())
CATEGORY_OF = {level: category for category, level in LADDER.items()}
RULES = rules_from_mapping(ladder_table())
PURPOSES = dict(
    zip(
        LEVELS,
        ("management", "identification", "conflict-response", "law-enforcement", "reporting"),
        strict=True,
    )
)
OPEN_TAXON = "Genusquinta quinta"


def taxon(level: Level) -> str:
    epithet = EPITHETS[CATEGORY_OF[level]]
    return f"Genus{epithet} {epithet}"


Case = tuple[Record, str, tuple[Agreement, ...]]


def case(purpose: str = "reporting") -> Case:
    """A record on which no rule sets a limit."""
    record = Record(
        kind="kind-open",
        id=ID,
        owner=OWNER,
        taxon=OPEN_TAXON,
        zone="zone-open",
        event_kind="event-open",
        place=Place(134.8571234, 48.2139876, uncertainty_m=5),
        time=LONG_AGO,
        published=True,
    )
    return record, purpose, (grant("a", Level.EXACT),)


def grant(name: str, level: Level) -> Agreement:
    return Agreement(
        id=name,
        version=1,
        giver=OWNER,
        receivers=frozenset({PARTNER}),
        kinds=frozenset(RULES.kinds),
        taxa=frozenset(taxon(any_level) for any_level in LEVELS),
        zones=frozenset(RULES.zones),
        event_kinds=frozenset(RULES.events),
        level=level,
        time_level=TimeLevel.EXACT,
        min_age_months=0,
        purposes=frozenset(PURPOSES.values()),
        valid_from=datetime(2020, 1, 1, tzinfo=UTC),
        valid_until=datetime(2030, 1, 1, tzinfo=UTC),
    )


def with_record(**fields: Callable[[Level], object]) -> Callable[[Case, Level], Case]:
    def change(one: Case, level: Level) -> Case:
        return replace(one[0], **{name: make(level) for name, make in fields.items()}), one[1], one[2]

    return change


def word(level: Level) -> str:
    return WORDS[CATEGORY_OF[level]]


SOURCES: dict[str, Callable[[Case, Level], Case]] = {
    "taxon": with_record(taxon=taxon),
    "past taxon": with_record(past_taxa=lambda level: (taxon(level),)),
    "zone": with_record(zone=lambda level: f"zone-{word(level)}"),
    "event": with_record(event_kind=lambda level: f"event-{word(level)}"),
    "kind": with_record(kind=lambda level: f"kind-{word(level)}"),
    "project": with_record(project_category=lambda level: CATEGORY_OF[level]),
    "history": with_record(
        released=lambda level: (Release(LONG_AGO, level, TimeLevel.EXACT, Side.PARTNER, PARTNER),)
    ),
    "purpose": lambda one, level: (one[0], PURPOSES[level], one[2]),
    "agreement": lambda one, level: (one[0], one[1], (*one[2], grant("b", level))),
    "second agreement": lambda one, level: (one[0], one[1], (grant("c", level), *one[2])),
}


def released_level(one: Case, rules: Rules = RULES) -> Level:
    record, purpose, agreements = one
    return view(record, NEIGHBOUR, purpose, NOW, agreements, rules).level


def test_without_any_limit_the_place_is_exact() -> None:
    assert released_level(case()) is Level.EXACT


@pytest.mark.parametrize("name", SOURCES)
def test_each_rule_alone_sets_its_level(name: str) -> None:
    """So that a pair below cannot pass because one of the two is never read."""
    for level in LEVELS:
        assert released_level(SOURCES[name](case(), level)) is level


@pytest.mark.parametrize(("one", "other"), list(permutations(SOURCES, 2)))
def test_of_two_rules_the_stricter_wins_in_either_order(one: str, other: str) -> None:
    for first, second in product(LEVELS, repeat=2):
        both = SOURCES[other](SOURCES[one](case(), first), second)
        assert released_level(both) is min(first, second), (one, first, other, second)


@pytest.mark.parametrize("names", list(combinations(SOURCES, 3)))
def test_of_three_rules_the_strictest_wins(names: tuple[str, str, str]) -> None:
    for levels in product((Level.DEGREE, Level.TENTH, Level.EXACT), repeat=3):
        one = case()
        for name, level in zip(names, levels, strict=True):
            one = SOURCES[name](one, level)
        assert released_level(one) is min(levels)


def test_all_categories_of_all_five_tables_together() -> None:
    """All 3,125 combinations of kind, taxon, zone, event kind and project."""
    for levels in product(LEVELS, repeat=5):
        one = case()
        for name, level in zip(("kind", "taxon", "zone", "event", "project"), levels, strict=True):
            one = SOURCES[name](one, level)
        assert released_level(one) is min(levels)


def test_the_order_of_agreements_rules_and_past_names_changes_nothing() -> None:
    agreements = [grant("a", Level.EXACT), grant("b", Level.TENTH), grant("c", Level.HALF)]
    names = [taxon(level) for level in (Level.EXACT, Level.TENTH, Level.HUNDREDTH)]
    table = ladder_table()
    taxa = table["taxa"]
    assert isinstance(taxa, list)
    backwards = rules_from_mapping(table | {"taxa": taxa[::-1]})
    record, purpose, _ = case()
    for order in permutations(range(3)):
        shuffled = replace(record, past_taxa=tuple(names[index] for index in order))
        ordered = tuple(agreements[index] for index in order)
        assert released_level((shuffled, purpose, ordered)) is Level.HALF
        assert released_level((shuffled, purpose, ordered[:0])) is Level.WITHHELD
        assert released_level((shuffled, purpose, (agreements[0],)), backwards) is Level.TENTH


def test_the_finest_and_the_coarsest_level_are_not_neighbours_of_a_zero_rank() -> None:
    """The known accident: two very coarse levels that both ranked 0, so that the finest of three won."""
    assert [level.word for level in sorted(Level)] == ["withheld", "1", "0.5", "0.1", "0.01", "exact"]
    assert len({int(level) for level in Level}) == len(Level)
    assert min(Level.DEGREE, Level.EXACT) is Level.DEGREE


def test_the_decision_names_every_limit() -> None:
    record, purpose, agreements = SOURCES["zone"](case(), Level.HALF)
    decision = explain(record, NEIGHBOUR, purpose, NOW, agreements, RULES)
    assert decision.category is Category.HIGH
    assert {limit.rule for limit in decision.limits} >= {"purpose", "category", "agreement a"}
    assert decision.level is Level.HALF
