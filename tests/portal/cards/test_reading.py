"""A card is read once however often it comes, and its pictures come in all together or not at all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import card_samples as samples
import pytest
from tests.portal.cards.conftest import about

from amur.portal.cameras import store
from amur.portal.cards import actions, finishing, work
from amur.portal.cards.models import CardFile, MemoryCard
from amur.portal.runs.models import RunState

pytestmark = pytest.mark.django_db
State = CardFile.State


def states(card: Any) -> dict[str, str]:
    return dict(card.files.values_list("name", "state"))


def originals() -> set[str]:
    return {path.name for path in store.folder("originals").glob("??/*")}


def test_what_was_read_stands_on_the_card_and_nobody_sees_it_before_it_is_finished(
    bring: Any, tmp_path: Path
) -> None:
    from amur.portal.cameras.models import Event, Media

    card = bring(samples.laid(tmp_path / "card", samples.card(6)))
    assert card.run.state == RunState.DONE
    assert set(states(card).values()) == {State.TAKEN}
    assert not Media.objects.exists()
    finished = finishing.finish(card, None)
    assert (finished.media, finished.events, finished.timeless) == (6, 6, 0)
    first = Media.objects.order_by("captured").first()
    assert first is not None
    assert first.captured == datetime(2026, 2, 28, 22, 0, tzinfo=UTC)  # eight in Vladivostok
    assert first.recorded == first.captured
    assert first.path == "A1-20260301/DCIM/100TEST/IMG_0001.JPG"
    assert (first.width, first.height, first.infrared) == (640, 480, False)
    assert store.path_of(str(first.sha256)).read_bytes() == samples.picture(0)
    assert store.path_of(str(first.sha256), "thumbs").is_file()
    assert Event.objects.count() == 6


def test_the_same_card_again_adds_nothing(bring: Any, tmp_path: Path) -> None:
    from amur.portal.cameras.models import Media

    folder = samples.laid(tmp_path / "card", samples.card(4))
    finishing.finish(bring(folder), None)
    before = originals()
    again = bring(folder)
    assert set(states(again).values()) == {State.KNOWN}
    assert again.files.first().like == "A1-20260301: IMG_0001.JPG"
    with pytest.raises(finishing.Unready, match="nothing"):
        finishing.finish(again, None)
    assert Media.objects.count() == 4
    assert originals() == before


def test_a_reading_goes_on_where_it_was(bring: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = samples.laid(tmp_path / "card", samples.card(12))
    monkeypatch.setattr(work, "BATCH", 3)
    keep, kept = work._keep, []

    def cut(task: Any, card: Any, taken: Any) -> int:
        if len(kept) == 2:
            raise RuntimeError("cut")
        kept.append(keep(task, card, taken))
        return kept[-1]

    monkeypatch.setattr(work, "_keep", cut)
    card = bring(folder)
    assert card.run.state == RunState.FAILED
    assert card.files.count() == 6
    assert not list(store.folder("arriving").iterdir())
    monkeypatch.setattr(work, "_keep", keep)
    looked: list[str] = []
    take = work._take
    monkeypatch.setattr(work, "_take", lambda *given: looked.append(given[3].name) or take(*given))
    again = bring(folder)
    assert again.pk == card.pk
    assert again.run.state == RunState.DONE
    assert len(looked) == 6
    assert card.files.filter(state=State.TAKEN).count() == 12


def test_a_file_under_two_names_is_taken_once_and_told(bring: Any, tmp_path: Path) -> None:
    files = samples.card(2)
    files["DCIM/101COPY/IMG_0009.JPG"] = files["DCIM/100TEST/IMG_0001.JPG"]
    card = bring(samples.laid(tmp_path / "card", files))
    copy = card.files.get(name="DCIM/101COPY/IMG_0009.JPG")
    assert (copy.state, copy.like) == (State.TWICE, "DCIM/100TEST/IMG_0001.JPG")
    assert finishing.finish(card, None).media == 2


def test_a_copy_in_another_deployment_is_told(bring: Any, tmp_path: Path) -> None:
    folder = samples.laid(tmp_path / "card", samples.card(2))
    finishing.finish(bring(folder), None)
    other = bring(folder, station="B2", latitude=43.5)
    assert {row.like for row in other.files.all()} == {
        "A1-20260301: IMG_0001.JPG",
        "A1-20260301: IMG_0002.JPG",
    }


def test_two_open_cards_with_the_same_pictures_bring_them_in_once(bring: Any, tmp_path: Path) -> None:
    from amur.portal.cameras.models import Media

    one = bring(samples.laid(tmp_path / "one", samples.card(3)))
    other = bring(samples.laid(tmp_path / "other", samples.card(4)))
    assert finishing.finish(one, None).media == 3
    assert finishing.finish(other, None).media == 1
    assert Media.objects.count() == 4


def test_a_hostile_file_is_refused_with_its_reason_and_the_rest_is_read(bring: Any, tmp_path: Path) -> None:
    files = samples.card(3)
    files |= {
        "DCIM/cut.jpg": samples.picture(9)[:-3000],
        "DCIM/empty.jpg": b"",
        "DCIM/program.jpg": b"MZ" + bytes(500),
        "DCIM/Thumbs.db": b"x",
        "DCIM/two.jpg": samples.picture(8) + b"PK\x03\x04" + bytes(50),
    }
    card = bring(samples.laid(tmp_path / "card", files))
    found = {row.name: (row.state, (row.problem or {}).get("code")) for row in card.files.all()}
    assert found["DCIM/cut.jpg"] == (State.REFUSED, "damaged")
    assert found["DCIM/empty.jpg"] == (State.REFUSED, "empty")
    assert found["DCIM/program.jpg"] == (State.REFUSED, "not-a-card-file")
    assert found["DCIM/Thumbs.db"] == (State.PASSED, "passed-system")
    assert found["DCIM/two.jpg"] == (State.REFUSED, "two-in-one")
    assert len(originals()) == 3
    assert not list(store.folder("arriving").iterdir())


def test_an_archive_with_a_damaged_member_gives_the_others(bring: Any, tmp_path: Path) -> None:
    data = bytearray(samples.packed(samples.card(3)))
    at = data.index(samples.picture(1, samples.START + timedelta(minutes=10)))
    data[at + 2000] ^= 0xFF
    archive = tmp_path / "card.zip"
    archive.write_bytes(data)
    card = bring(archive)
    assert sorted(states(card).values()) == [State.REFUSED, State.TAKEN, State.TAKEN]
    assert card.files.get(state=State.REFUSED).problem["code"] == "damaged"


def test_a_place_that_is_no_card_is_told(bring: Any, tmp_path: Path) -> None:
    card = bring(tmp_path / "none")
    assert card.run.state == RunState.FAILED
    assert card.run.problems[0]["code"] == "no-archive"


def test_a_full_disk_is_told_and_nothing_that_was_read_is_lost(
    bring: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = samples.laid(tmp_path / "card", samples.card(5))
    monkeypatch.setattr(store, "LEAST_FREE_BYTES", 1 << 60)
    card = bring(folder)
    assert (card.run.state, card.run.problems[0]["code"]) == (RunState.FAILED, "disk-full")
    monkeypatch.undo()
    assert card.files.count() == 0


def test_pictures_without_a_time_are_left_out_and_counted(bring: Any, tmp_path: Path) -> None:
    import os

    files = samples.card(3)
    files["DCIM/100TEST/IMG_0004.JPG"] = samples.picture(4, None)
    folder = samples.laid(tmp_path / "card", files)
    os.utime(folder / "DCIM/100TEST/IMG_0004.JPG", (1_772_000_000, 1_772_000_000))
    card = bring(folder)
    row = card.files.get(name__endswith="0004.JPG")
    assert row.shown_by_file and row.shown
    CardFile.objects.filter(pk=row.pk).update(shown="")
    finished = finishing.finish(card, None)
    assert (finished.media, finished.timeless) == (3, 1)


def test_a_card_is_taken_back_as_long_as_nothing_is_said_about_it(
    bring: Any, project: Any, tmp_path: Path
) -> None:
    from amur.portal.cameras.models import Act, Event, Media, Observation

    card = bring(samples.laid(tmp_path / "card", samples.card(3)))
    finishing.finish(card, None)
    card.refresh_from_db()
    finishing.take_back(card)
    assert (Media.objects.count(), Event.objects.count(), card.state) == (0, 0, MemoryCard.State.OPEN)
    finishing.finish(card, None)
    media = Media.objects.select_related("event").first()
    assert media is not None
    act = Act.objects.create(project=project, kind=Act.Kind.REVIEW)
    Observation.objects.create(
        project=project,
        deployment=media.deployment,
        event=media.event,
        code="one",
        start=media.captured,
        end=media.captured,
        level="event",
        type="blank",
        made=act,
    )
    with pytest.raises(finishing.InUse):
        finishing.take_back(card)
    assert Media.objects.count() == 3


def test_a_card_that_is_removed_takes_its_files_along_but_none_that_others_name(
    bring: Any, tmp_path: Path
) -> None:
    one = bring(samples.laid(tmp_path / "one", samples.card(2)))
    other = bring(samples.laid(tmp_path / "other", samples.card(4)), station="B2", latitude=43.5)
    finishing.delete(other)
    assert len(originals()) == 2
    assert not MemoryCard.objects.filter(pk=other.pk).exists()
    finishing.finish(one, None)
    with pytest.raises(finishing.Unready, match="finished"):
        finishing.delete(one)
    assert len(originals()) == 2


def test_a_deployment_is_made_once_and_contradictions_are_refused(project: Any, cast: Any) -> None:
    from amur.portal.cameras.models import Deployment, Station

    actions.open_card(about(project), cast.data_manager)
    actions.open_card(about(project), cast.data_manager)
    assert (Station.objects.count(), Deployment.objects.count(), MemoryCard.objects.count()) == (1, 1, 2)
    for changed, field in (
        ({"latitude": 44.0}, "latitude"),
        ({"station": "B2", "longitude": None}, "latitude"),
        ({"station": "B2", "deployment": "A1-20260301"}, "deployment"),
        ({"station": "B2", "start": None}, "start"),
        ({"station": "B2", "end": datetime(2026, 2, 1, tzinfo=UTC)}, "end"),
    ):
        with pytest.raises(actions.Wrong) as told:
            actions.open_card(about(project, **changed), cast.data_manager)
        assert told.value.field == field
    assert (Station.objects.count(), Deployment.objects.count()) == (1, 1)


def test_a_finished_card_cannot_be_read_again(bring: Any, cast: Any, tmp_path: Path) -> None:
    card = bring(samples.laid(tmp_path / "card", samples.card(2)))
    finishing.finish(card, None)
    with pytest.raises(finishing.Unready, match="finished"):
        actions.read(card, cast.data_manager, tmp_path)
    with pytest.raises(ValueError, match="finished"):
        work.checked({"card": str(card.uuid)})


def test_who_lost_the_right_while_the_card_waited_reads_nothing(
    project: Any, cast: Any, tmp_path: Path
) -> None:
    from amur.portal.runs.execution import work_on

    folder = samples.laid(tmp_path / "card", samples.card(2))
    card = actions.open_card(about(project), cast.editor)
    run = work_on(actions.read(card, cast.editor, folder, in_background=False).uuid)
    assert (run.state, run.problems[0]["code"]) == (RunState.FAILED, "no-right")
    assert not card.files.exists()
