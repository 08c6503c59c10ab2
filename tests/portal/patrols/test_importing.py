"""Patrols come in whole or not at all, once however often they come, and go out as they came."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import patrol_samples as samples
import pytest

from amur.formats.errors import FormatErrors
from amur.formats.smart import Document, text_of
from amur.formats.smart.binding import Rest
from amur.formats.smart.patrol import Attachment, Group, Observation, Observer, Track, Value

if TYPE_CHECKING:
    from tests.conftest import Cast

pytestmark = pytest.mark.django_db
needs_data = pytest.mark.skipif(not samples.DATA.is_dir(), reason="the public samples are not there")


def take(path: Path, office: Any, **more: Any) -> Any:
    """Read a file into an office."""
    from amur.portal.patrols import importing, reading

    with reading.opened(path) as given:
        return importing.take(given, office, None, {"file": path.name}, **more)


def standing(office: Any) -> list[Any]:
    from amur.portal.patrols.models import Patrol

    return list(Patrol.objects.filter(office=office, ended=None).order_by("code"))


def assert_equal_xml(one: str, other: str) -> None:
    assert ElementTree.canonicalize(one) == ElementTree.canonicalize(other)


def exported(patrol: Any) -> str:
    from amur.portal.patrols.exporting import document_of

    return text_of(document_of(patrol))


@needs_data
def test_a_genuine_export_comes_in_and_goes_out_as_equal_canonical_xml(cast: Cast) -> None:
    path = samples.DATA / "SMART_000006_001.xml"

    take(path, cast.ours)

    (patrol,) = standing(cast.ours)
    assert patrol.code == "SMART_000006-001"
    assert patrol.team == "Community Team 1"
    assert_equal_xml(exported(patrol), path.read_text(encoding="utf-8"))


def test_whatever_a_patrol_says_goes_out_as_it_came(cast: Cast, tmp_path: Path) -> None:
    values = (
        Value("species", keys=("felidae.tiger.",)),
        Value("number", number=3.0),
        Value("odd", number=float("nan")),
        Value("note", text="two “old” tracks & <dung>"),
        Value("fresh", truth=False),
        Value("many", keys=("a", "b"), rest=Rest(attributes=(("uuid", "0a"),))),
    )
    rich = Observation(
        "animals.sign.", values, Observer("Ivan", "Petrov", "E0"), (Attachment("1.jpg"),), Rest()
    )
    point = replace(
        samples.waypoint(1, rich),
        groups=(Group((rich, samples.seen())), Group(), Group((samples.seen("people."),))),
        direct=(samples.seen("threats."),),
        direction=12.5,
        distance=30.0,
        comment="beside the road",
        attachments=(Attachment("2.jpg"),),
    )
    lost = replace(samples.waypoint(2), longitude=0.0, latitude=0.0)
    odd_track = Track(samples.line(samples.FIRST, time(8), [0, 1], [48.0, 48.001]).upper(), None)
    day = samples.leg_day(0, point, lost, track=odd_track, rest=None)
    content = samples.patrol(samples.leg(day, samples.leg_day(2)), comment="a comment", mandate=None)
    path = samples.written(tmp_path, content)

    take(path, cast.ours)

    assert_equal_xml(exported(standing(cast.ours)[0]), text_of(Document.of(content)))


def test_times_are_instants_of_the_place(cast: Cast, tmp_path: Path) -> None:
    from amur.portal.patrols.models import LegDay, Waypoint

    path = samples.written(tmp_path, samples.patrol())

    take(path, cast.ours, zone="Asia/Shanghai")

    assert Waypoint.objects.get().at.isoformat() == "2026-03-01T01:00:00+00:00"
    assert LegDay.objects.earliest("pk").start.isoformat() == "2026-03-01T00:00:00+00:00"


def test_a_time_that_no_clock_showed_keeps_the_whole_file_out(cast: Cast, tmp_path: Path) -> None:
    from amur.portal.patrols.models import Act

    # In Kyiv the clocks were put forward from 3 to 4 o'clock on 29 March 2026.
    day = samples.leg_day(28, samples.waypoint(1, samples.seen(), at=time(3, 30)))
    path = samples.written(tmp_path, samples.patrol(samples.leg(day)))

    with pytest.raises(FormatErrors, match="No clock at Europe/Kyiv showed 2026-03-29T03:30:00"):
        take(path, cast.ours, zone="Europe/Kyiv")

    assert not standing(cast.ours)
    assert not Act.objects.exists()


def test_the_same_file_again_adds_nothing(cast: Cast, tmp_path: Path) -> None:
    from amur.portal.patrols.models import Act, Observation

    path = samples.written(tmp_path, samples.patrol(), samples.model())
    take(path, cast.ours)

    again = take(path, cast.ours)

    assert again.act is None
    assert again.changes.as_dict()["patrols"] == {"new": 0, "changed": 0, "same": 1}
    assert Act.objects.count() == Observation.objects.count() == 1


def test_two_offices_have_the_same_patrol_each_for_itself(cast: Cast, tmp_path: Path) -> None:
    path = samples.written(tmp_path, samples.patrol())
    take(path, cast.ours)

    assert take(path, cast.theirs).act is not None
    assert [len(standing(one)) for one in (cast.ours, cast.theirs)] == [1, 1]


def test_a_changed_patrol_ends_the_one_before_and_undoing_lets_it_stand_again(
    cast: Cast, tmp_path: Path
) -> None:
    from amur.portal.audit.models import AuditEntry
    from amur.portal.patrols import acts
    from amur.portal.patrols.models import Patrol

    first = take(samples.written(tmp_path, samples.patrol()), cast.ours)
    changed = samples.patrol(samples.leg(samples.leg_day(0)), comment="corrected")
    second = take(samples.written(tmp_path, changed, samples.patrol(code="AMUR-002")), cast.ours)

    assert second.changes.as_dict()["patrols"] == {"new": 1, "changed": 1, "same": 0}
    assert [one.comment for one in standing(cast.ours)] == ["corrected", None]
    with pytest.raises(acts.CannotUndo) as refused:
        acts.undo(first.act, None)
    assert refused.value.later == second.act

    undoing = acts.undo(second.act, cast.data_manager)

    assert [(one.code, one.made) for one in standing(cast.ours)] == [("AMUR-001", first.act)]
    assert Patrol.objects.count() == 3, "nothing is deleted"
    with pytest.raises(acts.CannotUndo):
        acts.undo(second.act, None)

    acts.undo(undoing, None)

    assert [one.comment for one in standing(cast.ours)] == ["corrected", None]
    told = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    verbs = ("patrols.import", "patrols.undo")
    assert [one for one in told if one in verbs] == [verbs[0], verbs[0], verbs[1], verbs[1]]


def test_after_undoing_the_same_file_comes_in_anew(cast: Cast, tmp_path: Path) -> None:
    from amur.portal.patrols import acts

    path = samples.written(tmp_path, samples.patrol(), samples.model())
    acts.undo(take(path, cast.ours).act, None)
    assert not standing(cast.ours)

    assert take(path, cast.ours).act is not None
    assert len(standing(cast.ours)) == 1


def test_an_undoing_is_not_undone_where_something_else_stands_in_the_place(
    cast: Cast, tmp_path: Path
) -> None:
    from amur.portal.patrols import acts

    path = samples.written(tmp_path, samples.patrol())
    undoing = acts.undo(take(path, cast.ours).act, None)
    again = take(path, cast.ours).act

    with pytest.raises(acts.CannotUndo) as refused:
        acts.undo(undoing, None)

    assert refused.value.later == again
    assert [one.made for one in standing(cast.ours)] == [again]


@pytest.mark.parametrize("moment", [0, 1, 3, 6])
def test_an_import_that_is_cancelled_leaves_nothing(cast: Cast, tmp_path: Path, moment: int) -> None:
    from amur.portal.patrols.models import Act, DataModel, KeyMapping, LegDay

    calls = []

    def progress(share: float, stage: str) -> None:
        calls.append(stage)
        if len(calls) > moment:
            raise KeyboardInterrupt

    contents = [samples.patrol(code=f"AMUR-{number}") for number in range(4)]
    path = samples.written(tmp_path, *contents, samples.model())

    with pytest.raises(KeyboardInterrupt):
        take(path, cast.ours, progress=progress)

    for model in (Act, DataModel, KeyMapping, LegDay):
        assert not model.objects.exists()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "declares a document type or an entity"),
        (b"<a>" * 100 + b"</a>" * 100, "nested more than"),
        (b"<patrol", "no whole XML"),
        (b"PK\x03\x04 nothing", "no whole XML"),
        (b"<html/>", "no document of SMART"),
    ],
)
def test_hostile_and_broken_files_are_refused_with_a_sentence(
    cast: Cast, tmp_path: Path, text: bytes, sentence: str
) -> None:
    path = tmp_path / "hostile.xml"
    path.write_bytes(text)

    with pytest.raises(FormatErrors, match=sentence):
        take(path, cast.ours)

    assert not standing(cast.ours)


def test_a_zip_that_reaches_outside_itself_or_holds_nothing_is_refused(cast: Cast, tmp_path: Path) -> None:
    import zipfile

    for name, member, sentence in (
        ("bad.zip", "../../evil.xml", "archive is not opened"),
        ("empty.zip", "readme.txt", "neither XML nor JSON of SMART in the archive"),
    ):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            archive.writestr(member, "<a/>")
        with pytest.raises(FormatErrors, match=sentence):
            take(tmp_path / name, cast.ours)


def test_one_wrong_file_of_an_archive_keeps_all_of_them_out(cast: Cast, tmp_path: Path) -> None:
    day = replace(samples.leg_day(), end=time(7))
    path = samples.written(tmp_path, samples.patrol(code="GOOD"), samples.patrol(samples.leg(day)))

    with pytest.raises(FormatErrors, match=r"1\.xml, row .*The day ends at 07:00:00"):
        take(path, cast.ours)

    assert not standing(cast.ours)


def test_two_different_patrols_of_one_code_in_one_archive_are_refused(cast: Cast, tmp_path: Path) -> None:
    path = samples.written(tmp_path, samples.patrol(), samples.patrol(comment="other"))

    with pytest.raises(FormatErrors, match=r"The patrol AMUR-001 stands in 0\.xml, too, and not the same"):
        take(path, cast.ours)
