"""Files of SMART Mobile, forms and incidents: previewed, taken once, undone, and out again as they came."""

from __future__ import annotations

import json
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import patrol_samples as samples
import phone_samples as phone
import pytest
from tests.portal.patrols.test_importing import standing, take

from amur.formats.errors import FormatErrors
from amur.formats.smart import text_of

if TYPE_CHECKING:
    from tests.conftest import Cast

pytestmark = pytest.mark.django_db
needs_data = pytest.mark.skipif(not samples.DATA.is_dir(), reason="the public samples are not there")
PACKAGE = samples.DATA / "mobile-package" / "project"
FIREWOOD = """<Waypoint xmlns="http://www.smartconservationsoftware.org/xml/1.0/independentincident" id="7"
 x="135.5" y="48.25" dateTime="2026-03-01T21:30:00"><comment>{comment}</comment><groups><observations
 categoryKey="humanactivity.timber.firewood."><attributes attributeKey="number"><dValue>4.0</dValue></attributes>
</observations></groups></Waypoint>"""


def assert_equal_xml(one: str, other: str) -> None:
    assert ElementTree.canonicalize(one, strip_text=True) == ElementTree.canonicalize(other, strip_text=True)


def messages(folder: Path, wholes: Any, name: str = "CTDATA.json") -> Path:
    path = folder / name
    path.write_bytes(phone.body(wholes))
    return path


def test_a_file_of_a_phone_becomes_patrols_and_incidents_once(cast: Cast, tmp_path: Path) -> None:
    from amur.portal.patrols.models import Incident

    path = messages(tmp_path, [*phone.patrol(), phone.incident("I1")])
    first = take(path, cast.ours)
    again = take(path, cast.ours)

    assert first.changes.as_dict()["messages"] == {"new": len(phone.patrol()) + 1, "same": 0, "waiting": 0}
    assert again.act is None
    (patrol,) = standing(cast.ours)
    assert (patrol.code, patrol.made) == ("P1", first.act)
    assert Incident.objects.get(office=cast.ours).at.isoformat() == "2026-03-01T08:05:00+00:00"


def test_a_second_file_extends_the_patrol_after_a_yes_and_is_undone_with_its_messages(
    cast: Cast, tmp_path: Path
) -> None:
    from amur.portal.patrols import acts, gathering, importing, reading

    wholes = phone.patrol()
    take(messages(tmp_path, wholes[:30]), cast.ours)
    (before,) = standing(cast.ours)
    rest = messages(tmp_path, wholes[30:], "rest.json")
    with reading.opened(rest) as given:
        changes = importing.compare(cast.ours, given)
        assert changes.needs_a_yes and list(changes.standing) == ["P1"]
    act = take(rest, cast.ours).act
    assert standing(cast.ours) != [before]
    count = gathering.standing(cast.ours).count()

    undoing = acts.undo(act, None)
    assert standing(cast.ours) == [before]
    assert gathering.standing(cast.ours).count() == 30
    acts.undo(undoing, None)
    assert gathering.standing(cast.ours).count() == count
    assert [one.made for one in standing(cast.ours)] == [act]


def test_wrong_json_is_refused_with_file_and_row(cast: Cast, tmp_path: Path) -> None:
    for text in ("{", "[]", '{"type": "FeatureCollection", "features": [7]}'):
        path = tmp_path / "wrong.json"
        path.write_text(text)
        with pytest.raises(FormatErrors) as refused:
            take(path, cast.ours)
        assert "wrong.json" in str(refused.value)
    assert standing(cast.ours) == []


@needs_data
def test_the_package_of_a_phone_tells_what_its_identifiers_mean(cast: Cast, tmp_path: Path) -> None:
    """Observations wait until the form comes, and then are part of the patrol by themselves."""
    from amur.portal.patrols import gathering
    from amur.portal.patrols.models import Form, Observation

    strange = phone.sighting(
        2, 20.0, **{"c:0": "fdfe722ac60442cebe5a5f0ac2b2c3fc", "a:0:number": None,
                    "a:0:b97fc606cb094e2397c4adfb1cb636e8": 3}
    )  # fmt: skip
    take(messages(tmp_path, [phone.patrol()[0], strange]), cast.ours)
    assert [one.waits for one in gathering.standing(cast.ours).exclude(waits="")] == ["unknown-category"]
    assert not Observation.objects.exists()

    package = tmp_path / "package.zip"
    with zipfile.ZipFile(package, "w") as archive:
        for file in sorted(PACKAGE.iterdir()):
            archive.write(file, f"project/{file.name}")
    taken = take(package, cast.ours)

    assert taken.changes.as_dict()["forms"] == {"new": 4, "changed": 0, "same": 0}
    assert set(Form.objects.values_list("kind", flat=True)) == {"form", "words"}
    seen = Observation.objects.get(waypoint__day__leg__patrol__ended=None)
    assert seen.category == "humanactivity.people." and seen.values[0]["attribute"] == "numberofpeople"
    assert not gathering.standing(cast.ours).exclude(waits="").exists()
    assert take(package, cast.ours).act is None


@needs_data
@pytest.mark.parametrize(
    "path",
    [samples.DATA / "sample-configurablemodel.xml", PACKAGE / "cm_model.xml"],
    ids=lambda path: path.stem,
)
def test_a_form_goes_out_as_equal_canonical_xml(path: Path, cast: Cast) -> None:
    from amur.portal.patrols import records
    from amur.portal.patrols.models import Form

    take(path, cast.ours)
    form = Form.objects.get()
    given = path.read_text(encoding="utf-8-sig")
    assert ElementTree.canonicalize(text_of(records.document_of_form(form))) == ElementTree.canonicalize(
        given
    )
    assert len(records.pages_of(form)) == given.count("<node ")


@needs_data
def test_a_changed_form_waits_for_a_yes_and_ends_the_one_before(cast: Cast, tmp_path: Path) -> None:
    from amur.portal.patrols import acts, importing, reading
    from amur.portal.patrols.models import Form

    path = tmp_path / "form.xml"
    text = (PACKAGE / "cm_model.xml").read_text(encoding="utf-8-sig")
    path.write_text(text, encoding="utf-8")
    take(path, cast.ours)
    path.write_text(text.replace('value="Human Activity"', 'value="People"'), encoding="utf-8")
    with reading.opened(path) as given:
        assert importing.compare(cast.ours, given).needs_a_yes
    act = take(path, cast.ours).act
    old, new = Form.objects.order_by("pk")
    assert (old.ended, new.ended, old.code) == (act, None, new.code)
    acts.undo(act, None)
    assert Form.objects.get(ended=None) == old


def test_an_incident_comes_in_changes_after_a_yes_and_goes_out_as_it_came(cast: Cast, tmp_path: Path) -> None:
    from amur.portal.patrols import acts, importing, reading, records
    from amur.portal.patrols.models import Incident

    path = tmp_path / "incident.xml"
    path.write_text(FIREWOOD.format(comment="old"), encoding="utf-8")
    take(path, cast.ours)
    first = Incident.objects.get()
    assert first.at.isoformat() == "2026-03-01T11:30:00+00:00" and first.place.x == 135.5
    assert_equal_xml(text_of(records.document_of_incident(first)), path.read_text())
    assert take(path, cast.ours).act is None

    path.write_text(FIREWOOD.format(comment="new"), encoding="utf-8")
    with reading.opened(path) as given:
        assert importing.compare(cast.ours, given).needs_a_yes
    act = take(path, cast.ours).act
    assert_equal_xml(
        text_of(records.document_of_incident(Incident.objects.get(ended=None))), path.read_text()
    )
    acts.undo(act, None)
    assert Incident.objects.get(ended=None) == first


def test_a_fix_that_came_before_its_patrol_waits_for_it(cast: Cast, tmp_path: Path) -> None:
    from amur.portal.patrols import gathering

    later = phone.BEGIN + timedelta(days=3)
    take(messages(tmp_path, [phone.fix(5), phone.fix(6), phone.fix(7, begin=later)]), cast.ours)
    assert set(gathering.standing(cast.ours).values_list("waits", flat=True)) == {"no-patrol-then"}
    first, *_rest, last = phone.patrol()[:10]
    take(messages(tmp_path, [first, last], "patrol.json"), cast.ours)
    assert gathering.standing(cast.ours).filter(waits="no-patrol-then").count() == 1


def test_pictures_are_counted_and_stay_out_of_the_database(cast: Cast, tmp_path: Path) -> None:
    from amur.portal.patrols import gathering

    take(messages(tmp_path, [phone.sighting(1, 1.0, **{"SMART_Photo0:0": "QUJD" * 1000})]), cast.ours)
    row = gathering.standing(cast.ours).get()
    assert row.content["properties"]["sighting"]["SMART_Photo0:0"] == "4000 letters"
    assert "QUJD" not in json.dumps(row.content)
