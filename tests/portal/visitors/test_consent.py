"""Choices are noted in receipts that nobody can change, and that name nobody."""

import uuid

import pytest
from django.db import DatabaseError, connection, transaction

from amur.portal.visitors import notice
from amur.portal.visitors.consent import Choice, Shown, choose, cookie_of, exported, history, latest, withdraw
from amur.portal.visitors.models import NoticeText, Receipt

pytestmark = pytest.mark.django_db
PAGE = Shown("ru", Receipt.Source.PAGE)
BOTH = {"preferences", "video"}


def test_a_choice_tells_what_was_shown_and_nothing_of_who() -> None:
    made = choose({"video"}, Shown("mn", Receipt.Source.NOTICE, gpc=True))
    assert made.purposes == {"preferences": False, "video": True}
    assert (made.action, made.language, made.source, made.gpc) == ("grant", "mn", "notice", True)
    assert made.notice == notice.version()
    assert NoticeText.objects.get(hash=made.text_hash).text == notice.shown("mn")[0]
    assert (made.expires - made.time).days == 365
    assert made.time.tzinfo is not None
    fields = {field.name for field in Receipt._meta.fields}
    assert not {one for one in fields if any(word in one for word in ("ip", "address", "agent", "user"))}


@pytest.mark.parametrize(
    ("first", "second", "actions"),
    [
        (set(), BOTH, ["refuse", "grant"]),
        (BOTH, {"video"}, ["grant", "change"]),
        (BOTH, set(), ["grant", "withdraw"]),
        (BOTH, BOTH, ["grant"]),
        (set(), set(), ["refuse"]),
    ],
)
def test_each_choice_continues_the_one_before(first: set[str], second: set[str], actions: list[str]) -> None:
    one = choose(first, PAGE)
    two = choose(second, PAGE, before=one.uuid)
    chain = history(two.uuid)
    assert [receipt.action for receipt in chain] == actions
    assert history(one.uuid) == chain


def test_two_windows_cannot_continue_the_same_receipt_twice() -> None:
    one = choose(BOTH, PAGE)
    choose({"video"}, PAGE, before=one.uuid)
    third = choose({"preferences"}, PAGE, before=one.uuid)
    assert len(history(one.uuid)) == 3
    assert latest(one.uuid) == third


def test_withdrawing_by_a_receipt_ends_everything_once() -> None:
    one = choose(BOTH, PAGE)
    gone = withdraw(one.uuid, PAGE)
    assert gone is not None and gone.action == "withdraw" and not any(gone.purposes.values())
    assert withdraw(one.uuid, PAGE) == gone
    assert withdraw(uuid.uuid4(), PAGE) is None


def test_a_withdrawn_choice_may_be_given_again() -> None:
    one = choose(set(), PAGE)
    withdraw(one.uuid, PAGE)
    assert choose(set(), PAGE, before=one.uuid).action == "refuse"


def test_another_meaning_asks_again_and_a_better_translation_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = choose(BOTH, PAGE)
    held = Choice.read(cookie_of(made))
    assert held == Choice(made.uuid, frozenset(BOTH), is_current=True)
    before = notice.version()
    with monkeypatch.context() as changed:
        changed.setattr(notice, "INTRODUCTION", "Something else is asked.")
        assert notice.version() != before
        again = Choice.read(cookie_of(made))
        assert again is not None and not again.is_current
        assert choose(BOTH, PAGE, before=made.uuid).notice == notice.version()
    assert notice.version() == before
    assert notice.shown("ru")[1] == notice.shown("ru")[1]


@pytest.mark.parametrize(
    "cookie",
    [None, "", "1.a.b", "2.a.00000000-0000-0000-0000-000000000000.video", "1.a.x.video",
     "1.a.00000000-0000-0000-0000-000000000000.everything", "1....", "<script>"],
)  # fmt: skip
def test_a_cookie_that_we_did_not_write_is_no_choice(cookie: str | None) -> None:
    assert Choice.read(cookie) is None


def test_a_purpose_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match="analytics"):
        choose({"analytics"}, PAGE)
    assert not Receipt.objects.exists()


@pytest.mark.parametrize("table", ["visitors_receipt", "visitors_noticetext"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {table} SET language = 'xx'",
        "DELETE FROM {table}",
        "REPLACE INTO {table} SELECT * FROM {table}",
    ],
)
def test_the_database_itself_refuses_to_change_a_receipt(table: str, statement: str) -> None:
    choose(BOTH, PAGE)
    if statement.startswith("REPLACE") and connection.vendor != "sqlite":
        pytest.skip("only SQLite replaces")
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table=table))


def test_the_export_holds_every_field_and_the_words_that_were_shown() -> None:
    made = choose(BOTH, PAGE)
    data = exported(history(made.uuid))
    assert set(data["receipts"][0]) == {field.name for field in Receipt._meta.fields} - {"id"}
    assert data["texts"] == {made.text_hash: notice.shown("ru")[0]}
