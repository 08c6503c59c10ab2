"""The pages of patrols: who sees them, right sums, what comes in and goes out through them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import patrol_samples as samples
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.portal.patrols.test_importing import standing, take

from amur.formats.smart import Document, text_of
from amur.formats.smart.patrol import Label, Track, Value

if TYPE_CHECKING:
    from django.test import Client
    from tests.conftest import Cast

pytestmark = pytest.mark.django_db

ROLES = ("data_manager", "ranger", "auditor", "editor", "translator", "foreign_data_manager", "public")
SEES = {"data_manager", "ranger", "auditor"}
CHANGES = {"data_manager", "ranger"}


@pytest.fixture
def browsers(cast: Cast, log_in: Callable[[Any], Client]) -> Callable[[str], Client]:
    return lambda role: log_in(cast[role])


def address(name: str, **more: Any) -> str:
    from django.urls import reverse
    from django.utils import translation

    with translation.override("en"):
        return reverse(name, kwargs=more)


def worked() -> Any:
    """The last run, done."""
    from amur.portal.runs.execution import work_on
    from amur.portal.runs.models import Run

    return work_on(Run.objects.order_by("-pk")[0].uuid)


def post(client: Client, path: Path, office: Any, zone: str = "") -> Any:
    upload = SimpleUploadedFile(path.name, path.read_bytes())
    return client.post(address("patrols-import"), {"file": upload, "office": office.pk, "time_zone": zone})


@pytest.mark.parametrize("role", ROLES)
def test_patrols_are_seen_by_people_of_their_office_with_the_right_only(
    role: str, cast: Cast, tmp_path: Path, browsers: Callable[[str], Client]
) -> None:
    from amur.portal.patrols.models import DataModel

    act = take(samples.written(tmp_path, samples.patrol(), samples.model()), cast.ours).act
    uuid = standing(cast.ours)[0].uuid
    seen = {
        address("patrols"),
        address("patrols-acts"),
        address("patrols-patrol", uuid=uuid),
        address("patrols-xml", uuid=uuid),
        address("patrols-model", uuid=DataModel.objects.get().uuid),
    }
    client = browsers(role)

    for place in sorted(seen):
        answer = client.get(place)
        if role in SEES:
            assert answer.status_code == 200, place
            assert "no-store" in answer["Cache-Control"]
        else:
            assert answer.status_code in (302, 404) or b"AMUR-001" not in answer.content, place
    answer = client.post(address("patrols-undo", uuid=act.uuid))
    assert (not standing(cast.ours)) == (role in CHANGES), answer.status_code


def test_kilometres_count_once_whoever_went_along(cast: Cast, tmp_path: Path) -> None:
    from amur.portal.patrols.measuring import totals
    from amur.portal.patrols.models import LegDay

    legs = [
        samples.leg(samples.leg_day(0), samples.leg_day(1), people=samples.PEOPLE[:count], code=str(count))
        for count in (1, 3)
    ]
    take(samples.written(tmp_path, samples.patrol(*legs)), cast.ours)

    found = totals(LegDay.objects.all())

    # By hand: four days of a leg, 0.1 degrees of a meridian at 48 degrees north (11.119 km) on each.
    assert found["distance"].value == pytest.approx(4 * 11.119, abs=0.005)
    assert {key: one.value for key, one in found.items() if key != "distance"} == {
        "patrols": 1,
        "patrol_days": 2,
        "calendar_days": 2,
        "patrol_hours": 40.0,
        "field_hours": 38.0,
        "person_days": 2 * 3,
        "person_field_hours": 9.5 * 2 * (1 + 3),
    }
    assert not any(one.left_out for one in found.values())


def test_what_is_unknown_is_left_out_and_told_and_never_zero(cast: Cast, tmp_path: Path) -> None:
    from amur.portal.patrols.measuring import totals
    from amur.portal.patrols.models import LegDay

    bare = replace(samples.leg_day(1, rest=None), track=None, start=None)
    written = replace(samples.leg_day(2), track=Track(None, 7.0))
    take(samples.written(tmp_path, samples.patrol(samples.leg(samples.leg_day(), bare, written))), cast.ours)

    found = totals(LegDay.objects.all())

    assert found["distance"].value == pytest.approx(11.119 + 7, abs=0.005)
    unknown = ("distance", "patrol_hours", "field_hours", "person_field_hours")
    assert {key: one.left_out for key, one in found.items() if one.left_out} == dict.fromkeys(unknown, 1)
    assert found["patrol_hours"].value == 20.0


def test_pages_tell_a_sum_that_no_day_knows_as_unknown(
    cast: Cast, tmp_path: Path, browsers: Callable[[str], Client]
) -> None:
    bare = replace(samples.leg_day(rest=None), track=None, start=None)
    take(samples.written(tmp_path, samples.patrol(samples.leg(bare, people=()))), cast.ours)
    (patrol,) = standing(cast.ours)
    client = browsers("ranger")

    for place in (address("patrols"), address("patrols-patrol", uuid=patrol.uuid)):
        page = client.get(place).content.decode()
        told = "unknown (without 1 day of a leg of which this is unknown)"
        for name in ("Kilometres", "Patrol hours", "Field hours, without rest", "Person-days"):
            assert f'<th scope="row">{name}</th><td>{told}</td>' in page, (place, name)
        assert '<th scope="row">Patrol days</th><td>1</td>' in page, place


def test_a_spike_takes_no_good_fix_and_the_ledger_tells_what_it_took(
    cast: Cast, tmp_path: Path, browsers: Callable[[str], Client]
) -> None:
    way = samples.line(samples.FIRST, time(8), [0, 60, 61, 62, 120], [48.0, 48.05, 48.9, 48.051, 48.1])
    day = samples.leg_day(track=Track(way, 200.0))
    take(samples.written(tmp_path, samples.patrol(samples.leg(day))), cast.ours)
    (patrol,) = standing(cast.ours)

    (entry,) = patrol.ledger

    assert (entry["rule"], entry["fixes"]) == ("spike", 1)
    assert entry["kilometres"] == pytest.approx(2 * 0.849 * 111.2, rel=0.01)
    page = browsers("ranger").get(address("patrols-patrol", uuid=patrol.uuid)).content.decode()
    assert "Faster than 120 km/h both before and after" in page
    assert "11.12" in page, "the kilometres that count"
    assert ">200<" in page, "the kilometres by SMART"


def test_the_list_filters_by_period_station_team_mandate_and_transport(
    cast: Cast, tmp_path: Path, browsers: Callable[[str], Client]
) -> None:
    on_foot, by_boat = samples.leg(samples.leg_day(0)), samples.leg(samples.leg_day(5), transport="Boat")
    first = samples.patrol(on_foot, by_boat)
    second = samples.patrol(samples.leg(samples.leg_day(9)), code="AMUR-002", team=Label("Cranes", "en"))
    take(samples.written(tmp_path, first, second), cast.ours)
    client = browsers("data_manager")

    def found(**filters: str) -> tuple[set[str], float]:
        answer = client.get(address("patrols"), filters)
        codes = {row.patrol.code for row in answer.context["rows"]}
        return codes, round(answer.context["totals"]["distance"].value)

    assert found() == ({"AMUR-001", "AMUR-002"}, 33)
    assert found(team="Cranes") == ({"AMUR-002"}, 11)
    assert found(transport="Boat") == ({"AMUR-001"}, 11)
    assert found(station="Terney", mandate="Anti-poaching", start="2026-03-05") == (
        {"AMUR-001", "AMUR-002"},
        22,
    )
    assert found(end="2026-03-01") == ({"AMUR-001"}, 11)
    assert found(start="2027-01-01") == (set(), 0)
    assert found(start="nonsense")[1] == 33


def test_an_upload_with_a_known_data_model_goes_straight_in_and_out_again(
    cast: Cast, tmp_path: Path, browsers: Callable[[str], Client]
) -> None:
    value = Value("species", keys=("felidae.tiger.",))
    content = samples.patrol(
        samples.leg(samples.leg_day(0, samples.waypoint(1, samples.seen("animals.sign.", value))))
    )
    client = browsers("ranger")
    post(client, samples.written(tmp_path, content, samples.model()), cast.ours, "Asia/Shanghai")

    run = worked()

    assert run.state == "done", run.problems
    page = client.get(address("patrols-import-outcome", uuid=run.uuid)).content.decode()
    assert "All of it is in." in page
    (patrol,) = standing(cast.ours)
    assert patrol.time_zone == "Asia/Shanghai"
    shown = client.get(address("patrols-patrol", uuid=patrol.uuid)).content.decode()
    for text in (
        "Sign",
        "species: Tiger",
        "48.001° N, 135° E",
        "09:00",
        "Ivan Petrov",
        '<svg class="plan"',
    ):
        assert text in shown, text
    answer = client.get(address("patrols-xml", uuid=patrol.uuid))
    assert answer["Content-Disposition"] == 'attachment; filename="AMUR-001.xml"'
    given = ElementTree.canonicalize(text_of(Document.of(content)))
    assert ElementTree.canonicalize(answer.content.decode()) == given


def test_unknown_keys_wait_for_a_yes_and_what_they_mean_is_remembered(
    cast: Cast, tmp_path: Path, browsers: Callable[[str], Client]
) -> None:
    from amur.portal.patrols.models import KeyMapping, Observation

    take(samples.written(tmp_path, samples.model()), cast.ours)
    client = browsers("data_manager")

    def content(code: str) -> Any:
        day = samples.leg_day(0, samples.waypoint(1, samples.seen("fauna.spoor."), samples.seen("other.")))
        return samples.patrol(samples.leg(day), code=code)

    post(client, samples.written(tmp_path, content("AMUR-001")), cast.ours)
    run = worked()
    assert run.result["preview"]
    assert not standing(cast.ours)
    page = client.get(address("patrols-import-outcome", uuid=run.uuid)).content.decode()
    assert "fauna.spoor." in page
    assert '<option value="animals.sign.">' in page
    confirm = address("patrols-import-confirm", uuid=run.uuid)
    wrong = client.post(confirm, {"key-0": "animals.nonsense."})
    assert wrong.status_code == 422
    assert "has no such key" in wrong.content.decode()

    client.post(confirm, {"key-0": "animals.sign.", "key-1": ""})
    assert worked().state == "done"

    said = KeyMapping.objects.values_list("kind", "foreign", "ours")
    assert sorted(said) == [("category", "fauna.spoor.", "animals.sign."), ("category", "other.", "")]
    assert Observation.objects.first().category == "fauna.spoor.", "the file's own key is kept"
    shown = client.get(address("patrols-patrol", uuid=standing(cast.ours)[0].uuid)).content.decode()
    assert "Sign" in shown
    post(client, samples.written(tmp_path, content("AMUR-002")), cast.ours)
    assert "preview" not in worked().result, "nobody is asked again"
    assert len(standing(cast.ours)) == 2


def test_a_changed_patrol_and_a_changed_data_model_wait_for_a_yes(
    cast: Cast, tmp_path: Path, browsers: Callable[[str], Client]
) -> None:
    from amur.portal.patrols.models import DataModel

    take(samples.written(tmp_path, samples.patrol(), samples.model()), cast.ours)
    client = browsers("data_manager")
    changed = samples.patrol(comment="corrected")
    post(client, samples.written(tmp_path, changed, samples.model("people")), cast.ours)

    run = worked()

    assert run.result["patrols"] == {"new": 0, "changed": 1, "same": 0}
    assert (run.result["model"], run.result["model_keys"]) == ("changed", {"new": 1, "gone": 0})
    assert standing(cast.ours)[0].comment is None
    page = client.get(address("patrols-import-outcome", uuid=run.uuid)).content.decode()
    assert "AMUR-001" in page
    assert "1 keys come, 0 keys go" in page
    client.post(address("patrols-import-confirm", uuid=run.uuid))
    assert worked().state == "done"
    assert standing(cast.ours)[0].comment == "corrected"
    stands = [(one.version, one.ended is None) for one in DataModel.objects.order_by("version")]
    assert stands == [(1, False), (2, True)]


def test_a_wrong_file_is_told_with_its_line_and_nothing_is_taken(
    cast: Cast, tmp_path: Path, browsers: Callable[[str], Client]
) -> None:
    path = tmp_path / "bad.xml"
    path.write_text(text_of(Document.of(samples.patrol())).replace("2026-03-02", "2026-02-31"))
    client = browsers("ranger")
    post(client, path, cast.ours)

    run = worked()

    assert run.state == "failed"
    page = client.get(address("patrols-import-outcome", uuid=run.uuid)).content.decode()
    assert "bad.xml, row" in page
    assert "2026-02-31" in page
    assert not standing(cast.ours)


def test_a_data_model_has_names_in_our_languages_with_the_state_of_each(
    cast: Cast, tmp_path: Path, browsers: Callable[[str], Client]
) -> None:
    from amur.portal.patrols.models import Attribute, AttributeValue, Category, DataModel

    take(samples.written(tmp_path, samples.model()), cast.ours)

    sign = Category.objects.get(path="animals.sign.")
    assert sign.parent.path == "animals."
    names = {code: (one.text, one.status.value) for code, one in sign.names.texts.items()}
    assert names == {"en": ("Sign", "reviewed"), "ru": ("След", "draft"), "zh-hans": ("痕迹", "draft")}
    assert sign.other_names == {"es": "Rastro"}
    assert [one.key for one in sign.attributes.all()] == ["species", "number", "age"]
    number = Attribute.objects.get(key="number")
    assert (number.kind, number.least, number.most) == ("NUMERIC", 0.0, 100.0)
    paths = AttributeValue.objects.filter(attribute__key="species").values_list("path", flat=True)
    assert list(paths) == ["felidae.", "felidae.tiger."]
    page = browsers("auditor").get(address("patrols-model", uuid=DataModel.objects.get().uuid))
    assert "Rastro (es)" in page.content.decode()
