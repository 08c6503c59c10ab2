"""Who gets which bytes: each request is authorised, and what may not be seen is not there."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import media_samples as samples
import pytest

from amur.portal.languages.text import MultilingualText
from amur.portal.media import store
from amur.portal.media.models import MediaFile
from amur.portal.media.views import part_of

Stored = Callable[..., MediaFile]
OURS = {"editor", "translator", "data_manager", "auditor", "operator"}
PEOPLE = ("public", "ranger", "editor", "translator", "data_manager", "administrator", "auditor",
          "foreign_editor", "foreign_data_manager", "operator")  # fmt: skip


def test_an_unpublished_file_is_for_its_office_and_a_published_one_for_everybody(
    cast: Any, log_in: Any, stored: Stored
) -> None:
    hidden, shown = stored(), stored(samples.png(), "b.png", is_published=True)
    for name in PEOPLE:
        client = log_in(cast[name])
        answer = client.get(hidden.address("480.webp"))
        assert answer.status_code == (200 if name in OURS else 404), name
        if name in OURS:
            assert answer["Cache-Control"] == "private, no-store"
        public = client.get(shown.address("480.webp"))
        assert public.status_code == 200
        assert public["Cache-Control"].startswith("public, max-age=")
        assert public.getvalue()[:4] == b"RIFF"


def test_a_hidden_file_answers_as_one_that_is_not_there(log_in: Any, stored: Stored) -> None:
    hidden, client = stored(), log_in(None)
    answers = [
        client.get(address)
        for address in (
            hidden.address("480.webp"),
            hidden.address("481.webp"),
            f"/media/{uuid.uuid4()}/480.webp",
        )
    ]
    assert {one.status_code for one in answers} == {404}
    assert len({one.content for one in answers}) == 1


def test_a_file_that_is_taken_back_is_gone_at_once_and_its_page_is_told(log_in: Any, stored: Stored) -> None:
    from amur.portal.release.memory import generation

    file = stored(is_published=True)
    before = generation()
    file.is_published = False
    file.save()
    assert generation() != before
    assert log_in(None).get(file.address("480.jpg")).status_code == 404


def test_the_original_is_served_to_nobody(log_in: Any, cast: Any, stored: Stored) -> None:
    file = stored(is_published=True)
    assert store.path_of(file.sha256).read_bytes().count(samples.SECRET.encode())
    client = log_in(cast.operator)
    for variant in ("original", "original.jpg", file.sha256, file.name, "file.jpg", "..%2F..%2Fsecret.key"):
        assert client.get(f"/media/{file.uuid}/{variant}").status_code == 404, variant
    served = {one["sha256"] for one in file.variants.values()}
    assert file.sha256 not in served


def test_public_bytes_take_one_query_and_touch_no_session(
    client: Any, stored: Stored, django_assert_num_queries: Any
) -> None:
    file = stored(is_published=True)
    with django_assert_num_queries(1):
        answer = client.get(file.address("480.webp"))
    assert not answer.cookies
    assert "Vary" not in answer


def test_headers_keep_the_browser_from_making_more_of_a_file_than_it_is(client: Any, stored: Stored) -> None:
    file = stored(
        samples.pdf(telling=True), "a.pdf", caption=MultilingualText.of("en", en="R"), is_published=True
    )
    answer = client.get(file.address("file.pdf"))
    assert answer["Content-Type"] == "application/pdf"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "script" not in answer["Content-Security-Policy"]
    assert answer["Content-Disposition"] == f'inline; filename="{file.key}.pdf"'
    assert int(answer["Content-Length"]) == len(answer.getvalue())


def test_a_browser_that_has_it_already_gets_nothing_new(client: Any, stored: Stored) -> None:
    file = stored(is_published=True)
    address = file.address("480.jpg")
    etag = client.get(address)["ETag"]
    assert file.variants["480.jpg"]["sha256"] in etag
    again = client.get(address, headers={"if-none-match": etag})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(address, headers={"if-none-match": '"other"'}).status_code == 200


@pytest.mark.parametrize(
    ("asked", "status", "first", "last"),
    [
        ("bytes=0-9", 206, 0, 9),
        ("bytes=10-", 206, 10, None),
        ("bytes=-7", 206, -7, None),
        ("bytes=5-99999999", 206, 5, None),
        ("bytes=0-0,5-6", 200, 0, None),
        ("lines=1-2", 200, 0, None),
        ("bytes=99999999-", 416, None, None),
        ("bytes=9-3", 416, None, None),
        ("bytes=-0", 416, None, None),
    ],
)
def test_a_player_may_ask_for_a_part(
    asked: str, status: int, first: int | None, last: int | None, client: Any, stored: Stored
) -> None:
    file = stored(samples.mp4(), "a.mp4", is_published=True)
    address = file.address("file.mp4")
    whole = client.get(address).getvalue()
    answer = client.get(address, headers={"range": asked})
    assert answer.status_code == status
    if status == 416:
        assert answer["Content-Range"] == f"bytes */{len(whole)}"
        return
    expected = whole[first : None if last is None else last + 1]
    assert answer.getvalue() == expected
    assert answer["Accept-Ranges"] == "bytes"
    if status == 206:
        start = len(whole) - len(expected) if last is None else first
        assert answer["Content-Range"] == f"bytes {start}-{(last or len(whole) - 1)}/{len(whole)}"


def test_a_part_of_another_version_is_not_mixed_into_the_one_at_hand(client: Any, stored: Stored) -> None:
    file = stored(samples.mp4(), "a.mp4", is_published=True)
    answer = client.get(file.address("file.mp4"), headers={"range": "bytes=0-3", "if-range": '"older"'})
    assert answer.status_code == 200


def test_only_the_head_is_sent_where_only_the_head_is_asked_for(client: Any, stored: Stored) -> None:
    file = stored(is_published=True)
    answer = client.head(file.address("480.jpg"))
    assert answer.content == b""
    assert int(answer["Content-Length"]) == file.variants["480.jpg"]["size"]
    assert client.post(file.address("480.jpg")).status_code == 405


def test_subtitles_are_served_by_language(client: Any, stored: Stored) -> None:
    words = MultilingualText.of("en", en="WEBVTT\n\n00:00.000 --> 00:01.000\nA river")
    file = stored(samples.mp4(), "a.mp4", captions=words, is_published=True)
    answer = client.get(file.address("captions-en.vtt"))
    assert answer["Content-Type"] == "text/vtt; charset=utf-8"
    assert answer.content.startswith(b"WEBVTT")
    assert client.get(file.address("captions-ru.vtt")).status_code == 404


def test_an_empty_range_is_all_of_it() -> None:
    assert part_of("bytes=-", 10) == (0, 9)
