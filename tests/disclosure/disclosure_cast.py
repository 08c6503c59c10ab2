"""The cast of the disclosure tests: records, people, moments and a rule table that a test can bend.

Numbers in the names and docstrings of the tests ("property 6") are those of the list of sixty leaks
that `docs/disclosure.md` is held to.
"""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st

from amur.disclosure import (
    DEFAULT,
    Agreement,
    Approval,
    Audience,
    Category,
    Level,
    Place,
    Purpose,
    Record,
    Rules,
    Side,
    TimeLevel,
    View,
    view,
)

settings.register_profile("disclosure", deadline=None, database=None, max_examples=150)
PROPERTY = settings.get_profile("disclosure")

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
LONG_AGO = datetime(2024, 5, 3, 4, 5, 6, tzinfo=UTC)
NAIVE = datetime(2025, 6, 1)  # noqa: DTZ001
OWNER, PARTNER = "vladivostok", "changchun"
ID = UUID("0d9a1f6e-3b0c-4a57-8f11-6f2a4c9d7e10")
PUBLIC = Audience.public()
OFFICE = Audience.member(OWNER)
NEIGHBOUR = Audience.member(PARTNER)
AUDITOR = Audience.auditor(OWNER)

CANARY_LONGITUDE, CANARY_LATITUDE = 134.8571234, 48.2139876
CANARY_WORDS = ("canaryridge", "canaryburrow", "canarycam-0042", "canaryperson")

APPROVAL = Approval(
    office=OWNER,
    signed_by=("anna", "bato"),
    given=datetime(2025, 7, 1, tzinfo=UTC),
    level=Level.EXACT,
    time_level=TimeLevel.EXACT,
)


def tiger(**changes: object) -> Record:
    """An approved, published tiger picture of May 2024 with canaries in every corner."""
    record = Record(
        kind="observation",
        id=ID,
        owner=OWNER,
        taxon="Panthera tigris altaica",
        zone="landscape",
        event_kind="camera-capture",
        place=Place(CANARY_LONGITUDE, CANARY_LATITUDE, uncertainty_m=7.0),
        time=LONG_AGO,
        fields={
            "scientific_name": "Panthera tigris altaica",
            "individual_count": 1,
            "locality": "canaryridge",
            "remarks": "near the canaryburrow",
            "habitat": "canaryridge",
            "station_code": "canarycam-0042",
            "recorded_by": "canaryperson",
            "elevation_m": 741.25,
            "not_in_any_table": "canaryridge",
        },
        published=True,
        approvals=(APPROVAL,),
        project_category=Category.HIGH,
    )
    return replace(record, **changes)  # type: ignore[arg-type]


def seen(
    record: Record,
    audience: Audience = PUBLIC,
    purpose: Purpose | str = Purpose.PUBLICATION,
    now: datetime = NOW,
    agreements: tuple[Agreement, ...] = (),
    rules: Rules = DEFAULT,
) -> View:
    return view(record, audience, purpose, now, agreements, rules)


def agreement(**changes: object) -> Agreement:
    """An agreement that covers the tiger for joint research, exactly and to the day."""
    terms = Agreement(
        id="joint-catalogue",
        version=1,
        giver=OWNER,
        receivers=frozenset({PARTNER}),
        kinds=frozenset({"observation"}),
        taxa=frozenset({"Panthera tigris"}),
        event_kinds=frozenset({"camera-capture"}),
        zones=frozenset({"landscape"}),
        level=Level.EXACT,
        time_level=TimeLevel.DAY,
        min_age_months=3,
        purposes=frozenset({"research"}),
        fields=frozenset({"scientific_name", "individual_count", "station_code"}),
        valid_from=datetime(2024, 1, 1, tzinfo=UTC),
        valid_until=datetime(2030, 1, 1, tzinfo=UTC),
    )
    return replace(terms, **changes)  # type: ignore[arg-type]


def everything(released: View) -> str:
    """All that a view says, as text."""
    return repr(released) + json.dumps(released.fields, default=str) + str(released.__dict__)


WORDS = {category: category.word for category in Category if category is not Category.UNKNOWN}
# A ladder on which each category gives a level of its own, so that a mix-up of two cannot hide.
LADDER = {
    Category.EXTREME: Level.DEGREE,
    Category.HIGH: Level.HALF,
    Category.MEDIUM: Level.TENTH,
    Category.LOW: Level.HUNDREDTH,
    Category.OPEN: Level.EXACT,
}
EPITHETS = dict(zip(WORDS, ("una", "dua", "tria", "quadra", "quinta"), strict=True))

_LADDER_TABLE: dict[str, object] = {
    "version": "test",
    "assumed_uncertainty_m": 1000,
    "purposes": {"publication": {"to": ["public"]}, "research": {"to": ["partner", "owner"]}}
    | {
        purpose: {"to": ["partner"], "level": level.word}
        for purpose, level in zip(
            ("management", "identification", "conflict-response", "law-enforcement", "reporting"),
            LADDER.values(),
            strict=True,
        )
    },
    "kinds": {
        f"kind-{word}": {"category": word, "place": "point", "fields": {"name": "text", "secret": "text"}}
        for word in WORDS.values()
    },
    "zones": {f"zone-{word}": {"category": word} for word in WORDS.values()},
    "events": {f"event-{word}": {"category": word} for word in WORDS.values()},
    "taxa": [
        {"names": [f"Genus{epithet} {epithet}"], "category": WORDS[category]}
        for category, epithet in EPITHETS.items()
    ],
    "terms": {
        side: {WORDS[category]: {"level": level.word, "time": "day"} for category, level in LADDER.items()}
        for side in ("public", "partner", "auditor")
    },
}


def ladder_table() -> dict[str, object]:
    """A fresh copy of the ladder's table, for a test to change."""
    return copy.deepcopy(_LADDER_TABLE)


longitudes = st.floats(-180, 180, allow_nan=False)
latitudes = st.floats(-90, 90, allow_nan=False)
cell_levels = st.sampled_from([level for level in Level if level.is_cell])
sides = st.sampled_from([Side.PUBLIC, Side.PARTNER, Side.AUDITOR])


@st.composite
def two_places_of_a_cell(draw: st.DrawFn, level: Level) -> tuple[Place, Place]:
    """Two places anywhere in one cell of the region."""
    per_degree = level.cells_per_degree
    column = draw(st.integers(105 * per_degree, 142 * per_degree - 1))
    row = draw(st.integers(40 * per_degree, 56 * per_degree - 1))
    share = st.floats(0, 1, exclude_max=True).map(lambda part: round(part, 6) % 1)
    places = [
        Place((column + draw(share)) / per_degree, (row + draw(share)) / per_degree, uncertainty_m=draw(held))
        for held in (st.floats(0, 99), st.floats(0, 99))
    ]
    return places[0], places[1]
