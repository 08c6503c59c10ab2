"""Storing a file: whole or not at all, once however often it comes, and its copies made by a run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import media_samples as samples
import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from amur.formats.media.problems import MediaProblem
from amur.portal.languages.text import MultilingualText
from amur.portal.media import store
from amur.portal.media.actions import examine, render_missing, store_bytes
from amur.portal.media.models import MediaFile
from amur.portal.media.queries import by_keys, choosable, missing_alt, public
from amur.portal.media.rendering import RENDITIONS_KIND, sweep
from amur.portal.media.wordings import WORDS, in_words
from amur.portal.runs.actions import start
from amur.portal.runs.execution import work_on
from amur.portal.runs.models import Run, RunState

Stored = Callable[..., MediaFile]


def files() -> set[Path]:
    return {path for path in store.folder().rglob("*") if path.is_file()}


def test_the_same_file_twice_is_the_one_that_is_there(cast: Any) -> None:
    data = samples.jpeg()
    first, is_new = store_bytes(cast.ours, "a.jpg", data)
    again, is_new_again = store_bytes(cast.ours, "other name.jpg", data)
    assert (is_new, is_new_again) == (True, False)
    assert again == first
    assert again.name == "a.jpg"


def test_another_office_that_has_the_same_file_has_its_own_row_and_learns_nothing(cast: Any) -> None:
    data = samples.jpeg()
    ours, _ = store_bytes(cast.ours, "a.jpg", data)
    theirs, is_new = store_bytes(cast.theirs, "a.jpg", data)
    assert is_new
    assert theirs != ours
    assert theirs.sha256 == ours.sha256
    place = store.path_of(ours.sha256)
    ours.delete()
    assert place.exists(), "the other office still has it"


@pytest.mark.django_db(transaction=True)
def test_bytes_go_with_the_last_row_that_names_them(cast: Any) -> None:
    file, _ = store_bytes(cast.ours, "a.jpg", samples.jpeg((333, 222)), in_background=False)
    places = [store.path_of(one) for one in (file.sha256, file.variants["333.jpg"]["sha256"])]
    assert all(place.exists() for place in places)
    file.delete()
    assert not any(place.exists() for place in places)


def test_a_refused_file_leaves_nothing(cast: Any) -> None:
    before = files()
    for data in (samples.SVG, samples.bomb_png(60_000, 60_000), samples.jpeg()[:500], b""):
        with pytest.raises(MediaProblem):
            store_bytes(cast.ours, "a.jpg", data)
    assert files() == before
    assert not MediaFile.objects.exists()


def test_a_file_that_is_too_large_is_refused_while_it_arrives(cast: Any, monkeypatch: Any) -> None:
    from amur.formats.media import kinds

    small = kinds.Type("image/jpeg", "picture", "jpg", 5000)
    monkeypatch.setitem(kinds.TYPES, "image/jpeg", small)
    before = files()
    with pytest.raises(MediaProblem, match="too-large"):
        store_bytes(cast.ours, "a.jpg", samples.jpeg((2000, 2000)))
    assert files() == before


def test_a_path_in_the_name_of_an_upload_is_only_a_name(cast: Any) -> None:
    file, _ = store_bytes(cast.ours, "C:\\photos\\..\\a.jpg", samples.jpeg())
    assert file.name == "a.jpg"
    with pytest.raises(ValueError, match="secret"):
        store.path_of("../secret.key")


def test_a_killed_store_leaves_no_half_file_and_the_next_one_is_whole(cast: Any, tmp_path: Path) -> None:
    program = (
        "import os, sys, time\n"
        "from django.conf import settings\n"
        f"settings.configure(AMUR_DATA={str(tmp_path)!r})\n"
        "from amur.portal.media import store\n"
        "def chunks():\n"
        "    yield b'x' * 100000\n"
        "    print('half', flush=True)\n"
        "    time.sleep(60)\n"
        "store.keep(chunks(), 10**9)\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        [sys.executable, "-c", program], env=environment, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"half\n"
        process.send_signal(signal.SIGKILL)
    left = [path for path in (tmp_path / "media" / "files").rglob("*") if path.is_file()]
    assert [path.parent.name for path in left] == [store.TEMPORARY]

    was = settings.AMUR_DATA
    try:
        settings.AMUR_DATA = tmp_path
        old = time.time() - store.FORGOTTEN_S - 60
        os.utime(left[0], (old, old))
        file, _ = store_bytes(cast.ours, "a.jpg", samples.jpeg())
        assert store.path_of(file.sha256).read_bytes() == samples.jpeg()
        assert not left[0].exists(), "what was left there is swept away after a day"
    finally:
        settings.AMUR_DATA = was


def test_an_upload_asks_for_a_run_that_makes_its_copies(cast: Any) -> None:
    file, _ = store_bytes(cast.ours, "a.jpg", samples.jpeg((1200, 800)), person=cast.editor)
    assert not file.is_ready
    run = Run.objects.get(kind=RENDITIONS_KIND)
    assert (run.state, run.office, run.owner) == (RunState.QUEUED, cast.ours, cast.editor)
    assert work_on(run.uuid).state == RunState.DONE
    file.refresh_from_db()
    assert set(file.variants) == {"480.webp", "480.jpg", "960.webp", "960.jpg", "1200.webp", "1200.jpg"}
    for name, one in file.variants.items():
        path = store.path_of(one["sha256"])
        assert path.stat().st_size == one["size"], name
        told = samples.told_by_exiftool(path)
        assert not [tag for tag in told if tag.startswith(("IFD", "EXIF", "XMP", "IPTC", "ICC", "GPS"))]


def test_an_upload_that_was_given_up_is_swept_away_after_a_day(cast: Any) -> None:
    given_up = examine(SimpleUploadedFile("a.jpg", samples.jpeg((321, 123))))
    kept, _ = store_bytes(cast.ours, "b.jpg", samples.jpeg((322, 123)), in_background=False)
    sweep()
    assert store.path_of(given_up.sha256).exists(), "its editor may still be writing the text"
    old = time.time() - store.FORGOTTEN_S - 60
    for path in files():
        os.utime(path, (old, old))
    assert sweep() >= 1
    assert not store.path_of(given_up.sha256).exists()
    assert store.path_of(kept.sha256).exists()
    assert all(store.path_of(one["sha256"]).exists() for one in kept.variants.values())


def test_a_run_for_a_file_that_cannot_be_cleaned_says_why(cast: Any) -> None:
    file, _ = store_bytes(cast.ours, "a.jpg", samples.jpeg())
    store.path_of(file.sha256).write_bytes(b"broken on the disk")
    run = work_on(start(RENDITIONS_KIND, {"file": str(file.uuid)}, None, cast.ours, in_background=False).uuid)
    assert run.state == RunState.FAILED
    assert run.problems[0]["code"] == "media-damaged"
    store.path_of(file.sha256).unlink()


def test_a_run_for_no_file_is_refused(cast: Any) -> None:
    for wrong in ({}, {"file": "x"}, {"file": "00000000-0000-4000-8000-000000000000"}):
        with pytest.raises(ValueError, match="file"):
            start(RENDITIONS_KIND, wrong, None, cast.ours, in_background=False)


def test_copies_that_are_missing_are_made_by_the_command_line_too(cast: Any) -> None:
    file, _ = store_bytes(cast.ours, "a.pdf", samples.pdf(telling=True))
    made, failed = render_missing()
    assert (made, failed) == (1, [])
    file.refresh_from_db()
    assert set(file.variants) == {"file.pdf"}
    assert render_missing() == (0, [])


def test_every_problem_has_words_with_its_limits() -> None:
    given = {"found": "ZIP", "limit": 5, "width": 1, "height": 2, "side": 3, "pages": 4, "why": "moof"}
    for code in WORDS:
        words = in_words(MediaProblem(code, **given))  # type: ignore[arg-type]
        assert "%(" not in words
        assert words.endswith(".")


@pytest.mark.django_db
def test_a_picture_is_published_with_its_text_and_without_coordinates(stored: Stored) -> None:
    file = stored(alt=MultilingualText())
    file.is_published = True
    with pytest.raises(ValidationError) as error:
        file.clean()
    assert "alt" in error.value.message_dict
    file.alt = MultilingualText.of("en", en="A den at 44.123456, 132.654321")
    with pytest.raises(ValidationError, match="coordinates"):
        file.clean()


def test_a_text_is_missing_in_each_language_that_has_none(stored: Stored) -> None:
    file = stored()
    assert [missing_alt(file, code) for code in ("en", "ru", "zh-hans", "mn")] == [False, False, True, True]
    assert not missing_alt(None, "ru")


def test_questions_give_published_files_only(stored: Stored, django_assert_num_queries: Any) -> None:
    shown, hidden = stored(is_published=True, key="shown"), stored(samples.png(), "b.png", key="hidden")
    assert public(shown.uuid) == shown
    assert public(hidden.uuid) is None
    with django_assert_num_queries(1):
        assert by_keys(["shown", "hidden", "none"]) == {"shown": shown}


def test_one_chooses_among_the_own_files_and_what_others_have_published(cast: Any, stored: Stored) -> None:
    ours = stored()
    theirs = stored(office=cast.theirs, is_published=True)
    hidden = stored(samples.png(), "b.png", office=cast.theirs)
    assert set(choosable(cast.editor)) == {ours, theirs}
    assert set(choosable(cast.foreign_editor)) == {theirs, hidden}
    assert set(choosable(cast.operator)) == {ours, theirs, hidden}
    assert not choosable(cast.ranger).exists()
