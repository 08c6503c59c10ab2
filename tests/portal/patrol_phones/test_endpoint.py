"""SMART Mobile posts to us: kept before it is answered, the same patrols whatever the network does."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import random
import zlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import phone_samples as phone
import pytest

from amur.formats.smart import text_of

if TYPE_CHECKING:
    from tests.conftest import Cast

pytestmark = pytest.mark.django_db


class App:
    """SMART Mobile with a token, on a network that a test chooses."""

    def __init__(self, office: Any, person: Any, name: str = "phone 1") -> None:
        from django.test import Client

        from amur.portal.patrol_phones import tokens

        self.office = office
        self.phone, self.token = tokens.give(office, name, person)
        self.client = Client()

    def headers(self, token: str | None = None) -> dict[str, str]:
        told = base64.b64encode(f"{self.phone.uuid.hex}:{token or self.token}".encode()).decode()
        return {"authorization": f"Basic {told}"}

    def post(self, body: bytes, **more: Any) -> Any:
        headers = {**self.headers(more.pop("token", None)), **more.pop("headers", {})}
        area = more.pop("area", self.office.uuid.hex)
        return self.client.post(
            f"/server/api/data/{area}", body, content_type="application/json", headers=headers, **more
        )


@pytest.fixture
def app(cast: Cast) -> App:
    return App(cast.ours, cast.data_manager)


def standing(office: Any) -> list[Any]:
    from amur.portal.patrols.models import Patrol

    return list(Patrol.objects.filter(office=office, ended=None).order_by("code"))


def state_of(office: Any) -> dict[str, str]:
    """What stands in an office, as XML; and the incidents."""
    from amur.portal.patrols.exporting import document_of
    from amur.portal.patrols.models import Incident
    from amur.portal.patrols.records import document_of_incident

    found = {one.code: text_of(document_of(one)) for one in standing(office)}
    for incident in Incident.objects.filter(office=office, ended=None):
        found[incident.code] = text_of(document_of_incident(incident))
    return found


def settled(office: Any) -> dict[str, str]:
    from amur.portal.patrol_phones import receiving

    receiving.settle(office)
    return state_of(office)


def test_what_a_phone_sends_becomes_a_patrol_and_is_kept_byte_for_byte(app: App) -> None:
    from amur.portal.patrol_phones.models import Delivery
    from amur.portal.patrol_phones.receiving import place_of

    body = phone.body(phone.patrol())
    answer = app.post(body)

    assert answer.status_code == 200, answer.content
    assert not answer.cookies and answer.headers["Cache-Control"] == "private, no-store"
    told = answer.json()
    assert told["warnings"] is None
    assert told["receipt"]["sha256"] == hashlib.sha256(body).hexdigest()
    assert told["receipt"]["messages"] == len(phone.patrol()) and told["receipt"]["missing"] == {}
    (patrol,) = standing(app.office)
    assert (patrol.code, patrol.team, patrol.legs.get().members.count()) == ("P1", "Tigers", 2)
    assert patrol.legs.get().days.get().kilometres == pytest.approx(10.0, abs=0.1)
    (delivery,) = Delivery.objects.all()
    assert place_of(delivery.sha256).read_bytes() == body
    assert delivery.state == Delivery.State.TAKEN


def test_what_comes_again_changes_nothing(app: App) -> None:
    from amur.portal.patrols.models import Act, PhoneMessage

    body = phone.body(phone.patrol())
    first = app.post(body).json()
    again = app.post(body).json()
    shuffled = app.post(phone.body(reversed(phone.patrol()))).json()

    assert again["receipt"] == first["receipt"] and again["message"].endswith("as before")
    assert shuffled["receipt"]["uuid"] != first["receipt"]["uuid"]
    assert Act.objects.count() == 1 and PhoneMessage.objects.count() == len(phone.patrol())


def test_later_messages_extend_a_patrol_and_the_version_before_is_ended_not_deleted(app: App) -> None:
    from amur.portal.patrols.models import Patrol

    wholes = phone.patrol()
    app.post(phone.body(wholes[:3]))
    (before,) = standing(app.office)
    app.post(phone.body(wholes[3:6]))
    (after,) = standing(app.office)

    assert after.pk != before.pk
    assert Patrol.objects.get(pk=before.pk).ended == after.made


def test_missing_numbers_are_named_and_block_nothing(app: App) -> None:
    wholes = phone.patrol()
    lost = [wholes[number] for number in range(len(wholes)) if number not in (1, 2, 6)]
    assert app.post(phone.body(lost)).json()["receipt"]["missing"] == {"P1": [[2, 3], [7, 7]]}
    (patrol,) = standing(app.office)
    assert patrol.legs.get().days.get().waypoints.count() == 3

    assert app.post(phone.body(wholes[:8])).json()["receipt"]["missing"] == {}
    (patrol,) = standing(app.office)
    assert patrol.legs.get().days.get().waypoints.count() == 6


def everything() -> list[dict[str, Any]]:
    """Two patrols of one phone, one of another at the same time, incidents."""
    later = phone.BEGIN + timedelta(days=1)
    return [
        *phone.patrol("A", minutes=60),
        *phone.patrol("B", later, minutes=60),
        *phone.patrol("C", device="another", minutes=60),
        phone.incident("I1"),
        phone.incident("I2", 50.0),
    ]


@pytest.fixture
def whole(cast: Cast) -> dict[str, str]:
    """What stands when all of it came at once, at the other office."""
    other = App(cast.theirs, cast.foreign_data_manager)
    assert other.post(phone.body(everything())).status_code == 200
    found = settled(cast.theirs)
    assert len(found) == 5
    return found


@pytest.mark.parametrize("seed", range(8))
def test_loss_repetition_reordering_and_cuts_come_to_the_same_patrols(
    seed: int, app: App, whole: dict[str, str]
) -> None:
    chance = random.Random(seed)
    wholes = everything()
    chance.shuffle(wholes)
    waiting = []
    while wholes:
        size = chance.randint(1, 40)
        waiting.append(phone.body(wholes[:size]))
        wholes = wholes[size:]
    while waiting:
        body = waiting.pop(chance.randrange(len(waiting)))
        cut = chance.random()
        if cut < 0.25:  # the connection breaks at a random byte; the phone sends it again
            broken = body[: chance.randrange(len(body))]
            answer = app.post(broken, **{"CONTENT_LENGTH": len(body), "wsgi.input": io.BytesIO(broken)})
            assert answer.status_code == 400
            waiting.append(body)
        elif cut < 0.5:  # the answer is lost; the phone sends it again
            assert app.post(body).status_code == 200
            waiting.append(body)
        else:
            assert app.post(body).status_code == 200

    assert settled(app.office) == whole


def test_fixes_alone_are_added_every_ten_minutes_and_with_the_next_event(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    from amur.portal.patrol_phones import receiving

    app.post(phone.body(phone.patrol()[:2]))
    (before,) = standing(app.office)
    app.post(phone.body([phone.fix(11.5), phone.fix(12.5)]))
    assert standing(app.office) == [before]

    monkeypatch.setattr(receiving, "PAUSE", timedelta(0))
    app.post(phone.body([phone.fix(13.5)]))
    (after,) = standing(app.office)
    assert after.pk != before.pk


@pytest.mark.parametrize(
    ("packing", "encoding"),
    [(zlib.compress, "deflate"), (lambda body: zlib.compress(body, wbits=31), "gzip")],
)
def test_packed_content_is_unpacked(app: App, packing: Any, encoding: str) -> None:
    answer = app.post(packing(phone.body(phone.patrol())), headers={"content-encoding": encoding})
    assert answer.status_code == 200
    assert len(standing(app.office)) == 1


def test_content_that_swells_is_refused(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    from amur.portal.patrol_phones import receiving

    monkeypatch.setattr(receiving, "MOST_BYTES", 10_000)
    bomb = zlib.compress(b" " * 1_000_000)
    assert app.post(bomb, headers={"content-encoding": "deflate"}).status_code == 413
    assert app.post(b" " * 10_001).status_code == 413
    assert app.post(zlib.compress(b"{}")[:-3], headers={"content-encoding": "deflate"}).status_code == 400
    assert app.post(b"{}", headers={"content-encoding": "br"}).status_code == 415


HOSTILE = [
    b"", b"{", b"null", b"[]x", b"\xff\xfe", b"[" * 200_000, b'{"a":' * 100_000, b"1" * 5_000, b'"x"', b"{}",
    b'{"type": "FeatureCollection", "features": 7}', b'{"properties": {"sighting": {"SMART_ObsCounter": NaN}}}',
    b'{"properties": {"sighting": {"SMART_PatrolID": "\\u0000"}, "dateTime": "2026-03-01T10:00:00"}}',
    b'{"properties": {"sighting": {"SMART_PatrolID": "\\ud800"}, "dateTime": "2026-03-01T10:00:00"}}',
    b'{"properties": {"sighting": {"SMART_ObsCounter": 1' + b"0" * 300 + b'}}}',
    b'{"properties": {"sighting": {}, "dateTime": "0001-01-01T00:00:00+14:00"}}',
    b'{"properties": {"sighting": {"SMART_PatrolID": "' + b"x" * 500 + b'"}}}',
    b'{"geometry": {"type": "Point", "coordinates": [1e999, 2]}, "properties": {"dateTime": "2026-03-01"}}',
]  # fmt: skip


@pytest.mark.parametrize("body", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_content_is_refused_with_a_clear_answer_and_named_on_the_page(app: App, body: bytes) -> None:
    from amur.portal.patrol_phones.models import Delivery

    answer = app.post(body)
    assert answer.status_code == 400
    assert answer.json()["error"] and answer.json()["problems"][0]["text"]
    assert Delivery.objects.get().state == Delivery.State.REFUSED
    assert standing(app.office) == []


STRANGE = [
    {"a:²:x": 1}, {"a:--1:x": 1}, {"SMART_Leader": "x" * 5_000}, {"SMART_PatrolLegCounter": -5}, {"SMART_ObsCounter": 0}, {"SMART_ObsCounter": -7}, {"c:0": {}},
    {"a:0:number": {"x": []}}, {"a:0:number": 1e308}, {"a:99999999999999999999:x": 1}, {"c:0": ["a"]},
    {"l:0:fdfe722ac60442cebe5a5f0ac2b2c3fc": True}, {"SMART_Employees": {"a": 1}}, {"SMART_Leader": 7},
    {"SMART_PatrolStartDate": "2026/99/99"}, {"SMART_Team": "x" * 5_000}, {"SMART_Comments": "<&>\u2028"},
    {"a:0:number": [[["x"]]]}, {"SMART_SightingGroupId": ""}, {"SMART_DataType": "survey"},
]  # fmt: skip


@pytest.mark.parametrize("more", STRANGE, ids=range(len(STRANGE)))
def test_strange_messages_are_kept_and_hold_back_no_other(app: App, more: dict[str, Any]) -> None:
    from amur.portal.patrol_phones.models import Delivery

    answer = app.post(phone.body([phone.sighting(3, 20.0, **more)]))
    assert answer.status_code in (200, 400), answer.content
    assert app.post(phone.body(phone.patrol()[:2])).status_code == 200
    assert [one.code for one in standing(app.office)] == ["P1"]
    assert not Delivery.objects.filter(state=Delivery.State.KEPT).exists()


def test_only_the_token_of_a_phone_opens_and_only_its_own_office(app: App, cast: Cast) -> None:
    from amur.portal.patrol_phones import tokens

    body = phone.body(phone.patrol())
    assert app.post(body, token="wrong").status_code == 401
    assert app.post(body, headers={"authorization": "Basic ???"}).status_code == 401
    assert app.post(body, area=cast.theirs.uuid.hex).status_code == 404
    assert app.post(body, area="nothing").status_code == 404
    assert app.client.get(f"/server/api/data/{app.office.uuid}", headers=app.headers()).status_code == 405
    address = f"/server/api/data/{app.office.uuid}?api_key={app.token}"
    assert app.client.put(address, body, content_type="application/json").status_code == 200
    tokens.revoke(app.phone, cast.data_manager)
    assert app.post(body).status_code == 401
    assert app.token not in json.dumps([app.phone.token_hash, app.phone.hint])


def test_wrong_tokens_from_one_address_are_told_to_wait_and_hold_back_no_phone(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.core.cache import cache

    from amur.portal.patrol_phones import tokens

    cache.clear()
    monkeypatch.setattr(tokens, "TRIES_AN_HOUR", 3)
    assert [app.post(b"{}", token="wrong").status_code for _ in range(4)] == [401, 401, 401, 429]
    assert app.post(b"{}", token="wrong").headers["Retry-After"] == "3600"
    assert app.post(phone.body(phone.patrol())).status_code == 200, "others behind that address go on"
    cache.clear()


def test_the_addresses_of_connect_tell_the_area_and_the_server(app: App) -> None:
    get = app.client.get
    assert get("/server/api/info").status_code == 401
    assert get("/server/api/info", headers=app.headers()).json()["compatible"].startswith("SMART Connect")
    (area,) = get("/server/api/conservationarea", headers=app.headers()).json()
    assert area["uuid"] == str(app.office.uuid)
    assert get("/server/api/metadata/configurablemodel", headers=app.headers()).json() == []


def test_an_error_while_patrols_are_made_loses_nothing(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    from amur.portal.patrol_phones.models import Delivery
    from amur.portal.patrols import importing

    def broken(*_given: object, **_more: object) -> None:
        raise RuntimeError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(importing, "take", broken)
        assert app.post(phone.body(phone.patrol())).status_code == 200
    assert Delivery.objects.get().state == Delivery.State.KEPT
    assert app.post(phone.body([phone.incident("I1")])).status_code == 200
    assert set(state_of(app.office)) == {"P1", phone.incident("I1")["properties"]["rootId"]}


def test_other_programs_post_as_to_connect(app: App) -> None:
    """A patrol by its start, a fix that names only its leg and came first, a waypoint, an incident."""

    def feature(kind: str, minute: int, data: str = "patrol", **attributes: Any) -> dict[str, Any]:
        return {
            "type": "Feature",
            "geometry": {"coordinates": [135.0, 48.0 + minute / 1000]},
            "properties": {
                "dateTime": f"2026-03-01T10:{minute:02}:00",
                "smartDataType": data,
                "smartFeatureType": kind,
                "smartAttributes": attributes,
            },
        }

    seen = [{"observations": [{"category": "animals.sign", "attributes": {"number": 2}}]}]
    leg = {"patrolLegUuid": "leg-1"}
    for whole in (
        feature("trackpoint/new", 5, **leg),
        feature("waypoint/new", 9, patrolUuid="X", observationGroups=seen, **leg),
        feature("start", 1, patrolUuid="X", leader="Ivan", members=["Ivan", "Olga"], **leg),
        feature("waypoint/new", 9, "incident", observationGroups=seen),
    ):
        assert app.post(json.dumps(whole).encode()).status_code == 200
    (patrol,) = standing(app.office)
    day = patrol.legs.get().days.get()
    assert (patrol.code, day.waypoints.count()) == ("X", 1)
    assert day.kilometres == pytest.approx(8 * 0.1112, rel=0.01)
    assert day.start.isoformat() == "2026-03-01T00:01:00+00:00", "10:01 in Vladivostok"
    assert len(state_of(app.office)) == 2
