"""The API: released records for all, true records for their office, one shape for every refusal."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from django.test import Client

from amur.portal.release.models import Released


def patch(client: Any, address: str, change: Any) -> Any:
    body = change if isinstance(change, str) else json.dumps(change)
    return client.patch(address, body, content_type="application/json")


@pytest.fixture
def area(records: Any) -> Any:
    return records.ours["areas"]


@pytest.fixture
def record(area: Any) -> str:
    return f"/api/v1/areas/{area.uuid}/record"


def test_lists_hold_the_released_view_and_may_be_kept_by_anybody(client: Client, records: Any) -> None:
    for kind in ("areas", "units", "species", "facts"):
        answer = client.get(f"/api/v1/{kind}")
        assert answer.status_code == 200
        assert answer.json()["count"] >= 2
        assert answer.headers["Cache-Control"].startswith("public")
        assert "Set-Cookie" not in answer.headers


def test_an_area_carries_what_was_released_and_no_mark_of_the_office_only(client: Client, area: Any) -> None:
    answer = client.get(f"/api/v1/areas/{area.uuid}")
    data = answer.json()
    assert data["area_ha"] == 1000
    assert data["names"]["texts"]["ru"]["text"] == "Запись"
    assert set(data["addresses"]) == {"en", "ru", "zh-hans", "mn"}
    assert "only-for-the-office" not in answer.content.decode()
    assert data["geometry"] == json.loads(Released.objects.get(uuid=area.uuid).geometry.json)


def test_the_filters_are_those_of_the_public_page(client: Client, records: Any) -> None:
    def keys(**query: str) -> set[str]:
        return {one["key"] for one in client.get("/api/v1/areas", query).json()["items"]}

    assert keys(country="RU") == {"ours-area"}
    assert keys(country="MN") == set()
    assert keys(q="theirs") == {"theirs-area"}
    assert keys(kind="protected-area", status="designated") == {"ours-area", "theirs-area"}


def test_a_list_comes_in_parts_that_together_are_the_whole(client: Client, records: Any) -> None:
    first = client.get("/api/v1/areas", {"limit": "1"}).json()
    second = client.get("/api/v1/areas", {"limit": "1", "offset": "1"}).json()
    assert first["count"] == second["count"] == 2
    assert {first["items"][0]["key"], second["items"][0]["key"]} == {"ours-area", "theirs-area"}


def test_facts_are_listed_by_subject(client: Client, records: Any) -> None:
    found = client.get("/api/v1/facts", {"subject": "species:ours-species"}).json()
    assert [one["key"] for one in found["items"]] == ["ours-fact"]
    fact = client.get(f"/api/v1/facts/{records.ours['facts'].uuid}").json()
    assert (fact["value"], fact["unit"]) == (5, "adults")
    assert fact["sources"][0]["citation"] == "Report of ours"


def test_a_true_record_is_for_its_office_and_nobody_may_keep_it(cast: Any, log_in: Any, record: str) -> None:
    answer = log_in(cast.data_manager).get(record)
    assert answer.json()["restricted_groups"] == ["only-for-the-office"]
    assert "no-store" in answer.headers["Cache-Control"]
    assert "private" in answer.headers["Cache-Control"]


def test_a_change_follows_the_rules_of_the_editing_page_and_is_released(
    cast: Any, log_in: Any, area: Any, record: str
) -> None:
    client = log_in(cast.data_manager)
    names = {
        "source": "en",
        "texts": {
            "en": {"text": "New", "status": "reviewed"},
            "ru": {"text": "Запись", "status": "reviewed"},
        },
    }
    answer = patch(client, record, {"area_ha": 2000, "names": names, "groups": ["ramsar"], "legal_act": None})
    assert answer.status_code == 200
    assert answer.json()["area_ha"] == 2000
    assert answer.json()["names"]["texts"]["ru"]["status"] == "outdated"
    assert answer.json()["sources"] == [
        {"citation": "A report", "url": "https://example.org/report", "page": None}
    ]
    released = Released.objects.get(uuid=area.uuid)
    assert (released.fields["area_ha"], released.fields["groups"]) == (2000, ["ramsar"])


def test_what_a_change_leaves_out_stays_as_it_is(cast: Any, log_in: Any, area: Any, record: str) -> None:
    client = log_in(cast.data_manager)
    before = client.get(record).json()
    assert patch(client, record, {}).status_code == 200
    assert client.get(record).json() == before
    area.refresh_from_db()
    assert area.sources[0]["mirror"] is False


def test_a_place_is_changed_to_a_point_or_to_a_boundary(cast: Any, log_in: Any, record: str) -> None:
    client = log_in(cast.data_manager)
    triangle = {"type": "Polygon", "coordinates": [[[130, 48], [131, 48], [131, 49], [130, 48]]]}
    change = {"longitude": None, "latitude": None, "boundary": triangle, "geometry_accuracy": "boundary"}
    assert patch(client, record, change).json()["geometry"]["type"] == "Polygon"
    change = {
        "longitude": 130.5,
        "latitude": 48.5,
        "boundary": None,
        "geometry_accuracy": "approximate-centroid",
    }
    assert patch(client, record, change).json()["geometry"]["coordinates"] == [130.5, 48.5]


def test_a_change_without_the_token_of_the_session_is_refused(cast: Any, record: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.data_manager)
    answer = patch(strict, record, {"area_ha": 5})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "csrf")


def test_the_whole_api_refuses_in_one_shape(
    cast: Any, log_in: Any, client: Client, area: Any, record: str
) -> None:
    """Whatever goes wrong, the body is {"error": {"code", "message", "where"}} and nothing else.

    A program decides by the code, which never changes with the language; a person reads the message; `where`
    names the field or parameter that is wrong, or is null when no single one is.
    """
    manager, auditor = log_in(cast.data_manager), log_in(cast.auditor)
    refusals = [
        (client.get("/api/v1/nothing-here"), 404, "not-found", None),
        (client.get("/api/v1/"), 404, "not-found", None),
        (client.get(f"/api/v1/areas/{uuid.uuid4()}"), 404, "not-found", None),
        (client.get("/api/v1/areas/no-identifier"), 422, "invalid", "uuid"),
        (client.get("/api/v1/areas", {"limit": "0"}), 422, "invalid", "limit"),
        (client.post("/api/v1/areas"), 405, "method-not-allowed", None),
        (client.get(record), 404, "not-found", None),
        (patch(auditor, record, {"area_ha": 5}), 403, "forbidden", None),
        (patch(manager, record, {"area_ha": -5}), 422, "invalid", "area_ha"),
        (patch(manager, record, {"area_ha": "much"}), 422, "invalid", "area_ha"),
        (patch(manager, record, {"longitude": 500}), 422, "invalid", "longitude"),
        (patch(manager, record, {"status": "wished"}), 422, "invalid", "status"),
        (patch(manager, record, {"office": "theirs"}), 422, "invalid", "office"),
        (patch(manager, record, "{"), 400, "bad-request", None),
    ]
    for answer, status, code, where in refusals:
        assert answer.status_code == status, answer.content
        body = answer.json()
        assert set(body) == {"error"}
        assert set(body["error"]) == {"code", "message", "where"}
        assert (body["error"]["code"], body["error"]["where"]) == (code, where)
        assert body["error"]["message"]
        assert answer.headers["Content-Type"].startswith("application/json")
        assert "no-store" in answer.headers["Cache-Control"]
    area.refresh_from_db()
    assert area.area_ha == 1000


def test_what_may_not_be_seen_answers_byte_for_byte_as_what_does_not_exist(
    cast: Any, log_in: Any, record: str
) -> None:
    absent = f"/api/v1/areas/{uuid.uuid4()}/record"
    for person in (None, cast.foreign_data_manager, cast.administrator):
        client = log_in(person)
        for ask in (client.get, lambda address, client=client: patch(client, address, {"area_ha": 1})):
            hidden, missing = ask(record), ask(absent)
            assert hidden.status_code == missing.status_code == 404
            assert hidden.content == missing.content
            assert dict(hidden.headers) == dict(missing.headers)


def test_the_messages_are_for_people_and_the_codes_are_not_translated(client: Client) -> None:
    error = client.get("/api/v1/nothing-here", headers={"accept-language": "ru"}).json()["error"]
    assert error["code"] == "not-found"


def test_the_api_describes_itself_and_loads_nothing_from_elsewhere(client: Client) -> None:
    description = client.get("/api/v1/openapi.json").json()
    assert "/api/v1/areas/{uuid}/record" in description["paths"]
    assert client.get("/api/v1/docs").status_code == 404
