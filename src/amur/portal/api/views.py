"""The operations of the API."""

import functools
import json
import uuid as uuids
from collections.abc import Callable, Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from ninja import NinjaAPI, Query
from ninja.decorators import decorate_view
from ninja.security import SessionAuth

from amur.portal.api import errors
from amur.portal.api.errors import ErrorAnswer
from amur.portal.api.records import change_area, record_of, true_area
from amur.portal.api.schemas import (
    AreaChange,
    AreaData,
    AreaList,
    AreaRecord,
    CameraProjectData,
    CameraProjectList,
    ConnectivityData,
    ConnectivityList,
    FactData,
    FactList,
    PopulationData,
    PopulationList,
    SpeciesData,
    SpeciesList,
    SurveyData,
    SurveyList,
    UnitData,
    UnitList,
)
from amur.portal.areas import queries
from amur.portal.languages.codes import HTML_TAGS
from amur.portal.release.models import Released
from amur.portal.release.queries import about, released, slug_in
from amur.portal.website.middleware import public
from amur.portal.website.shell import addresses

LARGEST_PART = 500

View = Callable[..., HttpResponse]


class Session(SessionAuth):
    """The session of the editing pages. Nobody is let in as nobody; what nobody may see does not exist."""

    def authenticate(self, request: HttpRequest, key: str | None) -> Any:
        return request.user


api = NinjaAPI(
    title="Amur information centre",
    version="1",
    description="Released records for everybody; true records for the offices that own them.",
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="api",
)
errors.install(api)


def released_to_all(view: View) -> View:
    """Mark an answer as the same for everybody; it carries its texts in all four languages."""

    @functools.wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = public(view)(request, *args, **kwargs)
        response.headers["Content-Language"] = ", ".join(HTML_TAGS.values())
        return response

    return wrapped


def for_one_person(view: View) -> View:
    """Mark an answer as nobody else's."""

    @functools.wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "private, no-store"
        return response

    return wrapped


Limit = Query(100, ge=1, le=LARGEST_PART, description="How many at most")
Offset = Query(0, ge=0, description="How many to leave out at the beginning")


@api.get("/areas", response=AreaList, tags=["areas"], summary="The register, filtered as its public page")
@decorate_view(released_to_all)
def areas(
    request: HttpRequest,
    kind: str = "",
    country: str = "",
    category: str = "",
    designation: str = "",
    group: str = "",
    status: str = "",
    q: str = Query("", max_length=80, description="Words of the name in any language"),
    limit: int = Limit,
    offset: int = Offset,
) -> dict[str, Any]:
    found = queries.matching(queries.register(), queries.chosen(request.GET), q)
    return _part(found, limit, offset, "area")


@api.get("/areas/{uuid}", response={200: AreaData, 404: ErrorAnswer}, tags=["areas"], summary="One area")
@decorate_view(released_to_all)
def area(request: HttpRequest, uuid: uuids.UUID) -> dict[str, Any]:
    return _one("area", uuid)


@api.get(
    "/areas/{uuid}/record",
    response={200: AreaRecord, 404: ErrorAnswer},
    auth=Session(),
    tags=["records"],
    summary="The true record, for its office and for auditors",
)
@decorate_view(for_one_person)
def area_record(request: HttpRequest, uuid: uuids.UUID) -> dict[str, Any]:
    return record_of(true_area(request.user, uuid))


@api.patch(
    "/areas/{uuid}/record",
    response={200: AreaRecord, 403: ErrorAnswer, 404: ErrorAnswer, 422: ErrorAnswer},
    auth=Session(),
    tags=["records"],
    summary="Change the true record, for data managers of its office",
)
@decorate_view(for_one_person)
def change_area_record(request: HttpRequest, uuid: uuids.UUID, change: AreaChange) -> dict[str, Any]:
    return record_of(change_area(request.user, uuid, change.model_dump(exclude_unset=True)))


@api.get("/units", response=UnitList, tags=["units"], summary="The transboundary units")
@decorate_view(released_to_all)
def units(request: HttpRequest, limit: int = Limit, offset: int = Offset) -> dict[str, Any]:
    return _part(released("transboundary-unit"), limit, offset, "unit")


@api.get("/units/{uuid}", response={200: UnitData, 404: ErrorAnswer}, tags=["units"], summary="One unit")
@decorate_view(released_to_all)
def unit(request: HttpRequest, uuid: uuids.UUID) -> dict[str, Any]:
    return _one("transboundary-unit", uuid, "unit")


@api.get("/species", response=SpeciesList, tags=["species"], summary="The species of the programme")
@decorate_view(released_to_all)
def species_list(request: HttpRequest, limit: int = Limit, offset: int = Offset) -> dict[str, Any]:
    return _part(released("species"), limit, offset, "species-page")


@api.get(
    "/species/{uuid}", response={200: SpeciesData, 404: ErrorAnswer}, tags=["species"], summary="One species"
)
@decorate_view(released_to_all)
def species(request: HttpRequest, uuid: uuids.UUID) -> dict[str, Any]:
    return _one("species", uuid, "species-page")


@api.get("/facts", response=FactList, tags=["facts"], summary="Facts, of one subject or of all")
@decorate_view(released_to_all)
def facts(
    request: HttpRequest,
    subject: str = Query("", max_length=160, description="Kind and key, such as species:amur-tiger"),
    limit: int = Limit,
    offset: int = Offset,
) -> dict[str, Any]:
    return _part(about("fact", subject) if subject else released("fact"), limit, offset, "fact")


@api.get("/facts/{uuid}", response={200: FactData, 404: ErrorAnswer}, tags=["facts"], summary="One fact")
@decorate_view(released_to_all)
def fact(request: HttpRequest, uuid: uuids.UUID) -> dict[str, Any]:
    return _one("fact", uuid)


@api.get(
    "/cameras",
    response=CameraProjectList,
    tags=["cameras"],
    summary="Released studies with camera traps, newest first",
)
@decorate_view(released_to_all)
def camera_projects(request: HttpRequest, limit: int = Limit, offset: int = Offset) -> dict[str, Any]:
    return _part(released("camera-project").order_by("-sort", "key"), limit, offset, "cameras-project")


@api.get(
    "/cameras/{uuid}",
    response={200: CameraProjectData, 404: ErrorAnswer},
    tags=["cameras"],
    summary="One study with camera traps",
)
@decorate_view(released_to_all)
def camera_project(request: HttpRequest, uuid: uuids.UUID) -> dict[str, Any]:
    return _one("camera-project", uuid, "cameras-project")


@api.get(
    "/connectivity",
    response=ConnectivityList,
    tags=["connectivity"],
    summary="Released results of connectivity between areas, newest first",
)
@decorate_view(released_to_all)
def connectivity(request: HttpRequest, limit: int = Limit, offset: int = Offset) -> dict[str, Any]:
    return _part(released("connectivity").order_by("-sort", "key"), limit, offset, "connectivity-result")


@api.get(
    "/connectivity/{uuid}",
    response={200: ConnectivityData, 404: ErrorAnswer},
    tags=["connectivity"],
    summary="One result of connectivity",
)
@decorate_view(released_to_all)
def connectivity_result(request: HttpRequest, uuid: uuids.UUID) -> dict[str, Any]:
    return _one("connectivity", uuid, "connectivity-result")


@api.get(
    "/population",
    response=PopulationList,
    tags=["population"],
    summary="Released estimates of densities and numbers of animals, newest first",
)
@decorate_view(released_to_all)
def population(request: HttpRequest, limit: int = Limit, offset: int = Offset) -> dict[str, Any]:
    return _part(released("population").order_by("-sort", "key"), limit, offset, "population-result")


@api.get(
    "/surveys",
    response=SurveyList,
    tags=["surveys"],
    summary="Released numbers of camera surveys, newest first",
)
@decorate_view(released_to_all)
def surveys(request: HttpRequest, limit: int = Limit, offset: int = Offset) -> dict[str, Any]:
    return _part(released("survey").order_by("-sort", "key"), limit, offset, "survey-result")


@api.get(
    "/surveys/{uuid}",
    response={200: SurveyData, 404: ErrorAnswer},
    tags=["surveys"],
    summary="The numbers of one camera survey",
)
@decorate_view(released_to_all)
def survey_result(request: HttpRequest, uuid: uuids.UUID) -> dict[str, Any]:
    return _one("survey", uuid, "survey-result")


@api.get(
    "/population/{uuid}",
    response={200: PopulationData, 404: ErrorAnswer},
    tags=["population"],
    summary="One estimate of density and number",
)
@decorate_view(released_to_all)
def population_result(request: HttpRequest, uuid: uuids.UUID) -> dict[str, Any]:
    return _one("population", uuid, "population-result")


def _part(rows: Iterable[Released], limit: int, offset: int, page: str) -> dict[str, Any]:
    found = list(rows)
    return {"count": len(found), "items": [_data(row, page) for row in found[offset : offset + limit]]}


def _one(kind: str, uuid: uuids.UUID, page: str = "") -> dict[str, Any]:
    return _data(get_object_or_404(released(kind), uuid=uuid), page or kind)


def _data(row: Released, page: str) -> dict[str, Any]:
    """A released row with its fields beside its frame, and where people read it in each language."""
    by_uuid = page in {
        "cameras-project", "connectivity-result", "fact", "population-result", "survey-result"
    }  # fmt: skip
    found = addresses(page, lambda code: {"uuid": row.uuid} if by_uuid else {"slug": slug_in(row, code)})
    return {
        **row.fields,
        "uuid": row.uuid,
        "key": row.key,
        "subject": row.subject,
        "names": row.names.to_json(),
        "geometry": json.loads(row.geometry.json) if row.geometry else None,
        "uncertainty_m": row.uncertainty_m,
        "generalizations": row.generalizations,
        "withheld": row.withheld,
        "addresses": dict(found),
    }
