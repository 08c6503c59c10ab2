"""XML of SMART: nothing is lost on the way in and out, and whatever is wrong is told in its line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from amur.formats.errors import FormatErrors
from amur.formats.smart import (
    Document,
    ModelCheck,
    examine,
    read_configurable_model,
    read_data_model,
    read_incident,
    read_patrol,
    text_of,
    write_document,
)
from amur.formats.smart.datamodel import DataModel
from amur.formats.smart.documents import AnyDocument
from amur.formats.smart.patrol import Label, Leg, LegDay, Member, Observation, Patrol, Value, Waypoint
from amur.formats.smart.spelling import number_of, number_text
from amur.formats.smart.xml_reading import XmlLimits

DATA = Path(__file__).parents[4] / "shared" / "data" / "smart"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"the public samples are not at {DATA}")
SAMPLES = [
    "datamodel.xml",
    "test_datamodel.xml",
    "sample-configurablemodel.xml",
    "mobile-package/project/cm_model.xml",
    "mobile-package/project/incident_model.xml",
    "SMART_000006_001.xml",
]
NAMESPACE = "http://www.smartconservationsoftware.org/xml/1.3/patrol"


def patrol_xml(inner: str = "", attributes: str = "", namespace: str = NAMESPACE) -> bytes:
    return (
        f'<ns2:patrol xmlns:ns2="{namespace}" id="P1" patrolType="GROUND" startDate="2026-03-01"'
        f' endDate="2026-03-02" isArmed="false"{attributes}>{inner}</ns2:patrol>'
    ).encode()


def leg_xml(inner: str) -> str:
    return (
        '<ns2:legs startDate="2026-03-01" endDate="2026-03-02" id="1">'
        f'<ns2:days date="2026-03-01" startTime="08:00:00" endTime="18:00:00" restMinutes="30.0">{inner}</ns2:days>'
        "</ns2:legs>"
    )


def codes(source: bytes, **options: XmlLimits) -> list[tuple[str, int | None]]:
    found = examine(source, name="p.xml", **options).found
    return [(problem.code, problem.row) for problem in found.problems]


def whole(document: AnyDocument | None) -> AnyDocument:
    assert document is not None
    return document


@needs_data
@pytest.mark.parametrize("name", SAMPLES)
def test_a_document_of_smart_is_written_again_as_equal_canonical_xml(name: str) -> None:
    text = (DATA / name).read_text(encoding="utf-8")
    again = text_of(whole(examine(DATA / name).document))
    assert ElementTree.canonicalize(again) == ElementTree.canonicalize(text)


@needs_data
def test_every_attribute_and_category_of_a_data_model_is_read() -> None:
    model = read_data_model(DATA / "datamodel.xml").content
    kinds = [each.kind for each in model.attributes.attributes]
    counted = {kind: kinds.count(kind) for kind in set(kinds)}
    assert counted == {
        "LIST": 108,
        "NUMERIC": 57,
        "TEXT": 30,
        "BOOLEAN": 12,
        "TREE": 5,
        "MLIST": 4,
        "DATE": 2,
    }
    assert len(model.categories_by_path()) == 100
    assert sum(len(each.values) for each in model.attributes.attributes) == 689
    assert model.language_codes == ("es_MX", "en")


@needs_data
def test_every_page_and_option_of_a_form_is_read() -> None:
    form = read_configurable_model(DATA / "sample-configurablemodel.xml").content
    nodes = list(form.all_nodes())
    attributes = [attribute for node in nodes for attribute in node.attributes]
    options = sum(len(attribute.options) for attribute in attributes)
    assert (len(nodes), len(attributes), options) == (79, 536, 1374)


@needs_data
def test_a_genuine_patrol_is_read_whole() -> None:
    document = read_patrol(DATA / "SMART_000006_001.xml")
    ((leg, day),) = document.content.leg_days
    observations = [each for waypoint in day.waypoints for each in waypoint.observations]
    assert (document.version, len(leg.members), len(day.waypoints)) == ("1.3", 5, 2)
    assert (len(observations), sum(len(each.values) for each in observations)) == (11, 39)
    assert (day.date, day.start, day.rest_minutes) == (date(2025, 12, 17), time(20, 48, 25), 2.0)
    assert leg.mandate == Label("Research and Monitoring", "en")


@needs_data
def test_what_only_looks_like_smart_is_refused_with_each_reason_in_its_line() -> None:
    with pytest.raises(FormatErrors) as refused:
        read_patrol(DATA / "smart_patrol_sample.xml")
    told = [(problem.code, problem.row, problem.column) for problem in refused.value.problems]
    assert told == [
        ("root-namespace", 2, None),
        ("value-wrong", 9, "startDate"),
        ("value-wrong", 9, "endDate"),
        ("key-dot", 19, "categoryKey"),
        ("key-dot", 35, "categoryKey"),
        ("key-dot", 46, "categoryKey"),
    ]
    assert "SMART writes http://www.smartconservationsoftware.org/xml/1.3/patrol" in str(refused.value)


@needs_data
def test_waypoints_are_given_one_by_one_with_their_leg_and_day() -> None:
    given_: list[tuple[int, int, str]] = []
    document = read_patrol(
        DATA / "SMART_000006_001.xml", lambda leg, day, each: given_.append((leg, day, each.id))
    )
    assert given_ == [(0, 0, "2"), (0, 0, "10")]
    assert document.content.legs[0].days[0].waypoints == ()


def test_waypoints_know_the_day_and_leg_they_belong_to() -> None:
    point = '<ns2:waypoints id="{}" x="135.0" y="48.0" time="09:00:00"/>'
    day = '<ns2:days date="2026-03-0{}">{}</ns2:days>'
    leg = '<ns2:legs startDate="2026-03-01" endDate="2026-03-02" id="{}">{}</ns2:legs>'
    first = leg.format(
        1, day.format(1, point.format("a")) + day.format(2, point.format("b") + point.format("c"))
    )
    second = leg.format(2, day.format(2, point.format("d")))
    given_: list[tuple[int, int, str]] = []
    read_patrol(patrol_xml(first + second), lambda *found: given_.append((*found[:2], found[2].id)))
    assert given_ == [(0, 0, "a"), (0, 1, "b"), (0, 1, "c"), (1, 0, "d")]


def test_nothing_is_given_after_the_first_error() -> None:
    points = "".join(
        f'<ns2:waypoints id="{k}" x="{x}" y="48.0" time="09:00:00"/>'
        for k, x in enumerate(("135.0", "200", "135.0"))
    )
    given_: list[str] = []
    with pytest.raises(FormatErrors):
        read_patrol(patrol_xml(leg_xml(points)), lambda leg, day, each: given_.append(each.id))
    assert given_ == ["0"]


def test_what_has_no_field_is_kept_told_and_written_again() -> None:
    text = patrol_xml('<ns2:weather wind="3"><ns2:snow>deep &amp; soft</ns2:snow></ns2:weather>', ' zone="x"')
    read = examine(text)
    assert [problem.code for problem in read.found.problems] == ["attribute-unknown", "element-unknown"]
    again = text_of(whole(read.document))
    canonical = ElementTree.canonicalize
    assert canonical(again, strip_text=True) == canonical(text.decode(), strip_text=True)


def test_order_and_unusual_spelling_are_kept() -> None:
    inner = '<ns2:days date="2026-03-01" startTime="08:00:00.000" restMinutes="030"/><ns2:transportType value="Foot"/>'
    text = patrol_xml(
        f'<ns2:legs startDate="2026-03-01" endDate="2026-03-01" id="1">{inner}</ns2:legs>'
    ).decode()
    document = read_patrol(text.encode())
    canonical = ElementTree.canonicalize
    assert canonical(text_of(document), strip_text=True) == canonical(text, strip_text=True)


def test_a_changed_value_is_written_in_the_usual_spelling() -> None:
    document = read_patrol(patrol_xml(leg_xml("").replace("30.0", "030")))
    day = document.content.legs[0].days[0]
    legs = (replace(document.content.legs[0], days=(replace(day, rest_minutes=45.0),)),)
    changed = replace(document, content=replace(document.content, legs=legs))
    assert 'restMinutes="45.0"' in text_of(changed)


def test_a_patrol_of_1_2_has_observations_in_its_waypoints() -> None:
    inner = leg_xml(
        '<ns2:waypoints id="1" x="135.0" y="48.0" time="09:00:00"><ns2:observations categoryKey="position."/></ns2:waypoints>'
    )
    document = read_patrol(patrol_xml(inner, namespace=NAMESPACE.replace("1.3", "1.2")))
    (waypoint,) = document.content.legs[0].days[0].waypoints
    assert document.version == "1.2"
    assert [each.category for each in waypoint.observations] == ["position."]


def test_an_incident_is_read_and_written() -> None:
    text = (
        '<Waypoint xmlns="http://www.smartconservationsoftware.org/xml/1.0/independentincident" id="1" x="135.2"'
        ' y="48.1" dateTime="2026-03-01T08:30:00"><comment>two snares</comment></Waypoint>'
    )
    document = read_incident(text.encode())
    assert (document.content.comment, document.content.longitude) == ("two snares", 135.2)
    canonical = ElementTree.canonicalize
    assert canonical(text_of(document), strip_text=True) == canonical(text, strip_text=True)


def test_a_document_of_another_kind_is_refused() -> None:
    with pytest.raises(FormatErrors, match=r"The document is a patrol 1\.3"):
        read_data_model(patrol_xml())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b'<!DOCTYPE p [<!ENTITY a "x">]><p>&a;</p>', "xml-doctype"),
        (b'<!DOCTYPE p SYSTEM "file:///etc/passwd"><p/>', "xml-doctype"),
        (b"<p><q></p>", "xml-broken"),
        (b"", "xml-broken"),
        (b"\x00\x01", "xml-broken"),
        (b"<p>" * 100 + b"</p>" * 100, "xml-deep"),
        (b"<html/>", "root-unknown"),
        (patrol_xml(namespace=NAMESPACE.replace("1.3", "9.9")), "root-version"),
        (patrol_xml("words"), "element-text"),
    ],
)
def test_hostile_and_broken_files_are_refused(text: bytes, code: str) -> None:
    assert [found for found, _line in codes(text)] == [code]


def test_files_beyond_the_limits_are_refused() -> None:
    many = patrol_xml("<ns2:legs/>" * 50)
    assert codes(many, limits=XmlLimits(elements=20))[0][0] == "xml-elements"
    assert codes(many, limits=XmlLimits(file_bytes=100)) == [("file-large", None)]


def test_every_error_is_told_and_not_the_first_alone() -> None:
    inner = leg_xml(
        '\n<ns2:waypoints id="1" x="east" y="48.0" time="09:00:00"/>\n<ns2:waypoints id="2" x="135.0" y="48.0"/>'
        '\n<ns2:waypoints id="3" x="0.0" y="0.0" time="09:00:00"/>'
    )
    assert codes(patrol_xml(inner)) == [("value-wrong", 2), ("value-missing", 3), ("place-zero", 4)]


@pytest.mark.parametrize(
    ("inner", "code"),
    [
        (leg_xml("").replace('endTime="18:00:00"', 'endTime="07:00:00"'), "times-order"),
        (leg_xml("").replace('restMinutes="30.0"', 'restMinutes="900.0"'), "rest-long"),
        (leg_xml("").replace('date="2026-03-01"', 'date="2026-04-01"'), "day-outside"),
        (leg_xml("").replace('endDate="2026-03-02"', 'endDate="2026-03-09"'), "leg-outside"),
        (leg_xml('<ns2:track geom="zz"/>'), "track-geometry"),
        (leg_xml('<ns2:track geom="00"/>'), "track-geometry"),
    ],
)
def test_what_cannot_be_in_a_patrol_is_told(inner: str, code: str) -> None:
    assert [found for found, _line in codes(patrol_xml(inner))] == [code]


def test_a_person_twice_in_a_leg_is_told_because_hours_would_count_double() -> None:
    member = Member("Ivan", "Dersu", "7", is_leader=True)
    leg = Leg("1", date(2026, 3, 1), date(2026, 3, 1), members=(member, member))
    assert [fault.code for fault in leg.faults()] == ["leaders", "member-twice"]


def test_observations_are_held_against_a_data_model() -> None:
    check = ModelCheck(_small_model())
    good = Observation("snare.", (Value("count", number=3.0), Value("kind", ("wire",))))
    bad = Observation(
        "snare.", (Value("count", text="three"), Value("kind", ("rope",)), Value("age", number=1.0))
    )
    assert list(check.faults([good])) == []
    assert [fault.code for fault in check.faults([bad, Observation("camp.")])] == [
        "kind-differs",
        "key-unknown",
        "key-unknown",
        "key-unknown",
    ]
    far = Observation("snare.", (Value("count", number=900.0),))
    assert [(fault.code, fault.severity) for fault in check.faults([far])] == [("range-outside", "warning")]


def _small_model() -> DataModel:
    text = """<DataModel xmlns="http://www.smartconservationsoftware.org/xml/1.1/datamodel">
    <languages><languages code="en"/></languages>
    <attributes>
      <attribute key="count" isrequired="false" type="NUMERIC"><qa_minmax><MinValue>0.0</MinValue>
        <MaxValue>500.0</MaxValue></qa_minmax></attribute>
      <attribute key="kind" isrequired="true" type="LIST"><values key="wire" isactive="true"/></attribute>
    </attributes>
    <categories><category key="snare"><attributes isactive="true" attributekey="count"/>
      <attributes isactive="true" attributekey="kind"/></category></categories></DataModel>"""
    return read_data_model(text.encode()).content


@given(st.floats(allow_nan=False))
def test_a_number_is_the_same_after_writing_and_reading(value: float) -> None:
    assert number_of(number_text(value)) == value


names = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], exclude_characters="￾￿"), max_size=12
)


@settings(max_examples=40, deadline=None)
@given(names, names, st.floats(-180, 180), st.floats(-90, 90), st.one_of(st.none(), names))
def test_any_patrol_that_we_write_is_read_again_as_it_was(
    name: str, comment: str, longitude: float, latitude: float, description: str | None
) -> None:
    point = Waypoint("1", longitude, latitude, time(9, 30), comment=description)
    day = LegDay(date(2026, 3, 1), time(8), time(18), 0.0, (point,))
    leg = Leg("1", date(2026, 3, 1), date(2026, 3, 1), Label(name, "ru"), days=(day,))
    patrol = Patrol("P1", "GROUND", date(2026, 3, 1), date(2026, 3, 1), False, legs=(leg,), comment=comment)
    document = Document.of(patrol)
    assert read_patrol(text_of(document).encode()) == document


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    good = Document.of(Patrol("P1", "GROUND", date(2026, 3, 1), date(2026, 3, 1)))
    write_document(good, tmp_path / "p.xml")
    before = (tmp_path / "p.xml").read_bytes()
    with pytest.raises(ValueError, match="XML cannot hold"):
        write_document(replace(good, content=replace(good.content, comment="\x00")), tmp_path / "p.xml")
    assert (tmp_path / "p.xml").read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["p.xml"]
