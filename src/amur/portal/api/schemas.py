"""What the API takes and sends. Areas in hectares, places in degrees of longitude and latitude (WGS 84)."""

import uuid
from typing import Any, Literal

from ninja import Schema
from pydantic import ConfigDict, Field


class TranslationData(Schema):
    """A text in one language, how far it can be trusted, and where it comes from."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(max_length=20_000)
    status: Literal["machine", "draft", "reviewed", "outdated"] = "draft"
    basis: str | None = None


class TextData(Schema):
    """A text in up to four languages with the language of its source."""

    model_config = ConfigDict(extra="forbid")

    source: Literal["en", "ru", "zh-hans", "mn"]
    texts: dict[Literal["en", "ru", "zh-hans", "mn"], TranslationData]


class SourceData(Schema):
    """Where a statement is known from."""

    citation: str
    url: str | None = None
    page: str | None = None


class StatementData(Schema):
    """What stands in the place of a value that is told less finely or not at all."""

    statement: str
    parameters: dict[str, Any]
    english: str


class ReleasedData(Schema):
    """What every released record has. `geometry` is GeoJSON, as coarse as `generalizations` says."""

    uuid: uuid.UUID
    key: str
    names: TextData
    office: str | StatementData | None = None
    geometry: dict[str, Any] | None
    uncertainty_m: float | None
    generalizations: list[Any]
    withheld: list[Any]
    addresses: dict[str, str]


class AreaData(ReleasedData):
    """A protected area, buffer zone or corridor. Null means unknown."""

    kind: str
    countries: list[str] | StatementData | None = None
    region: TextData | StatementData | None = None
    designation: TextData | StatementData | None = None
    designation_key: str | StatementData | None = None
    status: str | StatementData | None = None
    iucn_category: str | StatementData | None = None
    iucn_basis: str | StatementData | None = None
    area_ha: float | StatementData | None = None
    area_note: str | StatementData | None = None
    area_sources: list[SourceData] | StatementData | None = None
    area_confidence: str | StatementData | None = None
    established: str | StatementData | None = None
    legal_act: str | StatementData | None = None
    purpose: TextData | StatementData | None = None
    geometry_accuracy: str | StatementData | None = None
    groups: list[str] | StatementData | None = None
    parent: str | StatementData | None = None
    confidence: str | StatementData | None = None
    sources: list[SourceData] | StatementData | None = None


class UnitData(ReleasedData):
    """A transboundary unit with its confirmed members, by key."""

    type: TextData | StatementData | None = None
    type_code: str | StatementData | None = None
    date: str | StatementData | None = None
    date_note: str | StatementData | None = None
    whc_id: int | StatementData | None = None
    members: list[str] | StatementData | None = None
    pairs: list[list[str]] | StatementData | None = None
    members_declared: dict[str, int] | StatementData | None = None
    confidence: str | StatementData | None = None
    sources: list[SourceData] | StatementData | None = None


class SpeciesData(ReleasedData):
    """A species of the programme."""

    scientific_name: str | StatementData | None = None
    other_names: list[str] | StatementData | None = None
    role: str | StatementData | None = None
    iucn_status: str | StatementData | None = None
    iucn_scope: str | StatementData | None = None
    sensitivity: int | StatementData | None = None
    profile: TextData | StatementData | None = None
    confidence: str | StatementData | None = None
    sources: list[SourceData] | StatementData | None = None


class FactData(ReleasedData):
    """One figure: value or interval, unit, period, method, sources, and the keys of facts against it."""

    subject: str
    place: TextData | StatementData | None = None
    period_start: str | StatementData | None = None
    period_end: str | StatementData | None = None
    value: float | StatementData | None = None
    low: float | StatementData | None = None
    high: float | StatementData | None = None
    unit: str | StatementData | None = None
    kind: str | StatementData | None = None
    approximate: bool | StatementData | None = None
    method: TextData | StatementData | None = None
    status: str | StatementData | None = None
    confidence: str | StatementData | None = None
    sources: list[SourceData] | StatementData | None = None
    contradicts: list[str] | StatementData | None = None
    run: str | StatementData | None = None


class CameraProjectData(ReleasedData):
    """A study with camera traps: nothing of its stations, times and pictures; see docs/cameras.md.

    Counts are null where too few stations stand behind them. `cells` are west, south, east, north in degrees.
    """

    simulated: bool | StatementData | None = None
    notes: TextData | StatementData | None = None
    species: list[str] | StatementData | None = None
    stations: int | StatementData | None = None
    effort_days: int | StatementData | None = None
    period_start: str | StatementData | None = None
    period_end: str | StatementData | None = None
    cells: list[list[float]] | StatementData | None = None
    cell_degrees: str | StatementData | None = None


class ConnectivityData(ReleasedData):
    """Resistances and corridors between released areas; see docs/connectivity.md for each field.

    `resistances` is in ohm in the order of `areas`, null where nothing joins two. `links` are the corridors
    of neighbours: places of both areas in `areas`, least-cost distance and length of the way; `geometry`
    holds their lines in the same order.
    """

    synthetic: bool | StatementData | None = None
    notes: TextData | StatementData | None = None
    raster: str | StatementData | None = None
    raster_sha256: str | StatementData | None = None
    grid: dict[str, Any] | None = None
    parameters: dict[str, Any] | None = None
    scenario: TextData | StatementData | None = None
    changes: list[dict[str, Any]] | StatementData | None = None
    areas: list[dict[str, Any]] | StatementData | None = None
    left_out: list[dict[str, Any]] | StatementData | None = None
    resistances: list[list[float | None]] | StatementData | None = None
    links: list[list[float]] | StatementData | None = None
    report: dict[str, Any] | None = None
    current: str | StatementData | None = None
    breaks: list[float] | StatementData | None = None
    bounds: list[float] | StatementData | None = None
    run: str | StatementData | None = None
    run_code: str | StatementData | None = None
    computed: str | StatementData | None = None


class SurveyData(ReleasedData):
    """Numbers of a camera survey; see docs/surveys.md for each field.

    Indices and shares come with the limits of their 95 % interval; null is unknown or too small to be told.
    """

    simulated: bool | StatementData | None = None
    notes: TextData | StatementData | None = None
    period_start: str | StatementData | None = None
    period_end: str | StatementData | None = None
    rules: dict[str, Any] | None = None
    trap_days: float | StatementData | None = None
    stations: int | StatementData | None = None
    species: list[dict[str, Any]] | StatementData | None = None
    richness: list[dict[str, Any]] | StatementData | None = None
    overlap: list[dict[str, Any]] | StatementData | None = None
    individuals: dict[str, Any] | StatementData | None = None
    run: str | StatementData | None = None
    run_code: str | StatementData | None = None
    computed: str | StatementData | None = None


class PopulationData(ReleasedData):
    """Density and number of animals; see docs/population.md for each field.

    Estimates come with `lower` and `upper` of their 95 % interval, density per 100 km²; null is what is
    withheld. `cells` are west, south, east, north in degrees and the density of the models.
    """

    simulated: bool | StatementData | None = None
    notes: TextData | StatementData | None = None
    joint: bool | StatementData | None = None
    offices: list[str] | StatementData | None = None
    species: str | StatementData | None = None
    period_start: str | StatementData | None = None
    period_end: str | StatementData | None = None
    parameters: dict[str, Any] | None = None
    answers: list[dict[str, Any]] | StatementData | None = None
    models: list[dict[str, Any]] | StatementData | None = None
    estimates: list[dict[str, Any]] | StatementData | None = None
    curves: list[dict[str, Any]] | StatementData | None = None
    cells: list[list[float]] | StatementData | None = None
    cell_degrees: str | StatementData | None = None
    findings: list[dict[str, Any]] | StatementData | None = None
    effort: list[dict[str, Any]] | StatementData | None = None
    run: str | StatementData | None = None
    run_code: str | StatementData | None = None
    computed: str | StatementData | None = None


class AreaList(Schema):
    """One part of the list; `count` is the number of all that fit the filters."""

    count: int
    items: list[AreaData]


class UnitList(Schema):
    count: int
    items: list[UnitData]


class SpeciesList(Schema):
    count: int
    items: list[SpeciesData]


class FactList(Schema):
    count: int
    items: list[FactData]


class CameraProjectList(Schema):
    count: int
    items: list[CameraProjectData]


class ConnectivityList(Schema):
    count: int
    items: list[ConnectivityData]


class SurveyList(Schema):
    count: int
    items: list[SurveyData]


class PopulationList(Schema):
    count: int
    items: list[PopulationData]


class AreaRecord(Schema):
    """The true record of an area, for its office and for auditors."""

    uuid: uuid.UUID
    key: str
    office: str
    kind: str
    parent: str | None
    names: TextData
    countries: list[str]
    region: TextData
    designation: str | None
    status: str
    iucn_category: str
    iucn_basis: str
    area_ha: float | None
    area_note: str
    area_sources: list[SourceData]
    area_confidence: str
    established: str
    legal_act: str
    purpose: TextData
    geometry: dict[str, Any] | None
    geometry_accuracy: str
    groups: list[str]
    candidate_groups: list[str]
    restricted_groups: list[str]
    confidence: str
    sources: list[SourceData]
    notes: TextData
    is_published: bool


class AreaChange(Schema):
    """What may be changed. A field that is left out stays; null empties it."""

    model_config = ConfigDict(extra="forbid")

    names: TextData | None = None
    countries: list[str] | None = None
    region: TextData | None = None
    status: str | None = None
    iucn_category: str | None = None
    iucn_basis: str | None = None
    area_ha: float | None = Field(None, allow_inf_nan=False)
    area_note: str | None = None
    area_sources: list[SourceData] | None = None
    area_confidence: str | None = None
    established: str | None = None
    legal_act: str | None = None
    purpose: TextData | None = None
    longitude: float | None = Field(None, allow_inf_nan=False)
    latitude: float | None = Field(None, allow_inf_nan=False)
    boundary: dict[str, Any] | str | None = None
    geometry_accuracy: str | None = None
    groups: list[str] | None = None
    candidate_groups: list[str] | None = None
    restricted_groups: list[str] | None = None
    confidence: str | None = None
    sources: list[SourceData] | None = None
    notes: TextData | None = None
    is_published: bool | None = None
