"""Sending an issue: once at most to each reader of the office's lists, whatever happens in between."""

from __future__ import annotations

import smtplib
from typing import Any

import pytest
from django.core import mail

from amur.portal.newsletter import actions, lists, tasks
from amur.portal.newsletter.actions import SEND_KIND
from amur.portal.newsletter.models import Delivery, Issue, IssueItem, Subscriber
from amur.portal.runs.execution import work_on
from amur.portal.runs.live import ask_cancel
from amur.portal.runs.models import Run, RunState


def send(cast: Any, issue: Any, person: str = "editor") -> Run:
    who = cast[person]
    return work_on(actions.send(issue, who.office, who).uuid)


def states() -> dict[str, str]:
    return {
        one.subscriber.address or "left": one.state for one in Delivery.objects.select_related("subscriber")
    }


class Server:
    """A mail server that answers as it is told, by address."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **answers: Any) -> None:
        self.answers, self.taken, self.is_down = answers, [], False
        monkeypatch.setattr(tasks, "get_connection", lambda: self)

    def open(self) -> None:
        if self.is_down:
            raise OSError("no route")

    def close(self) -> None:
        pass

    def send_messages(self, letters: list[Any]) -> int:
        (letter,) = letters
        answer = self.answers.get(letter.to[0].partition("@")[0])
        if isinstance(answer, BaseException):
            raise answer
        if callable(answer):
            answer()
        self.taken.append(letter)
        return 1


def test_each_confirmed_reader_of_the_offices_lists_gets_the_issue_in_the_language_of_the_list(
    cast: Any, published: Any, reader: Any
) -> None:
    reader("a@example.org")
    reader("b@example.org", "en")
    reader("c@example.org", "zh-hans")  # another office's list
    reader("d@example.org", state="pending")
    reader("", state="unsubscribed")
    run = send(cast, published)
    assert run.state == RunState.DONE and run.result == {"sent": 2, "failed": 0, "unknown": 0}
    letters = {one.to[0]: one for one in mail.outbox}
    assert set(letters) == {"a@example.org", "b@example.org"}
    assert "Журавли вернулись" in letters["a@example.org"].body and "67" in letters["a@example.org"].subject
    assert "Cranes are back" in letters["b@example.org"].body
    send(cast, published, "foreign_editor")
    assert mail.outbox[-1].to == ["c@example.org"] and "鹤群归来" in mail.outbox[-1].body


def test_a_letter_can_be_left_at_one_click_and_loads_nothing(cast: Any, published: Any, reader: Any) -> None:
    row = reader("a@example.org")
    send(cast, published)
    message = mail.outbox[0].message()
    assert message["List-Unsubscribe"] == f"<https://centre.example/ru/newsletter/leave/{row.token}/>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["From"] == "newsletter@centre.example" and message["To"] == "a@example.org"
    delivery = Delivery.objects.get()
    assert mail.outbox[0].from_email == f"bounces+{delivery.token}@centre.example"
    assert message["X-Newsletter-Delivery"] == delivery.token
    plain, html = message.get_payload()
    assert plain.get_content_type() == "text/plain" and html.get_content_type() == "text/html"
    page = html.get_payload(decode=True).decode()
    assert "<img" not in page and "<link" not in page and "<style" not in page and "@import" not in page
    assert 'lang="ru"' in page and "Первые пары" in page
    assert delivery.token not in page  # no address tells who follows it, but the one to leave
    assert page.count(row.token) == 1


def test_sending_again_reaches_only_those_who_came_since(cast: Any, published: Any, reader: Any) -> None:
    reader("a@example.org")
    send(cast, published)
    reader("b@example.org")
    assert send(cast, published).result["sent"] == 1
    assert [one.to[0] for one in mail.outbox] == ["a@example.org", "b@example.org"]


def test_a_process_that_is_killed_while_it_sends_leaves_the_letter_claimed_and_nobody_sends_it_again(
    cast: Any, published: Any, reader: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader("a@example.org")
    reader("b@example.org")
    reader("c@example.org")
    Server(monkeypatch, b=KeyboardInterrupt())  # ends the process between claim and answer
    with pytest.raises(KeyboardInterrupt):
        send(cast, published)
    assert states() == {"a@example.org": "sent", "b@example.org": "claimed", "c@example.org": "waiting"}
    server = Server(monkeypatch)
    run = send(cast, published)
    assert [one.to[0] for one in server.taken] == ["c@example.org"]
    assert run.result == {"sent": 1, "failed": 0, "unknown": 1}


def test_two_processes_never_hand_over_the_same_letter(cast: Any, published: Any, reader: Any) -> None:
    reader("a@example.org")
    delivery = Delivery.objects.create(issue=published, subscriber=Subscriber.objects.get())
    assert tasks.claimed(delivery.pk) is not None
    assert tasks.claimed(delivery.pk) is None


def test_a_wish_to_end_stops_between_two_letters_and_the_rest_waits(
    cast: Any, published: Any, reader: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader("a@example.org")
    reader("b@example.org")
    run = actions.send(published, cast.ours, cast.editor)
    Server(monkeypatch, a=lambda: ask_cancel(run.uuid))
    assert work_on(run.uuid).state == RunState.CANCELLED
    assert states() == {"a@example.org": "sent", "b@example.org": "waiting"}


def test_who_leaves_while_it_is_sent_gets_nothing_more(
    cast: Any, published: Any, reader: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader("a@example.org")
    second = reader("b@example.org")
    server = Server(monkeypatch, a=lambda: lists.leave(second.token))
    assert send(cast, published).state == RunState.DONE
    assert [one.to[0] for one in server.taken] == ["a@example.org"]


def test_a_server_that_does_not_answer_claims_nothing(
    cast: Any, published: Any, reader: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader("a@example.org")
    Server(monkeypatch).is_down = True
    run = send(cast, published)
    assert run.state == RunState.FAILED and run.problems[0]["code"] == "newsletter-server"
    assert states() == {"a@example.org": "waiting"}


def test_an_address_that_the_server_does_not_know_is_taken_off_at_once(
    cast: Any, published: Any, reader: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader("gone@example.org")
    reader("full@example.org")
    Server(
        monkeypatch,
        gone=smtplib.SMTPRecipientsRefused({"gone@example.org": (550, b"5.1.1 no such user")}),
        full=smtplib.SMTPRecipientsRefused({"full@example.org": (452, b"4.2.2 mailbox full")}),
    )
    assert send(cast, published).result["failed"] == 2
    assert states() == {"left": "bounced", "full@example.org": "bounced"}
    assert Subscriber.objects.get(address="full@example.org").soft_bounces == 1
    assert Subscriber.objects.get(address="").state == "bounced"


def test_a_server_that_refuses_our_letters_is_left_alone(
    cast: Any, published: Any, reader: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(9):
        reader(f"r{number}@example.org")
    refusal = smtplib.SMTPDataError(554, b"5.7.1 spam")
    Server(monkeypatch, **{f"r{number}": refusal for number in range(9)})
    run = send(cast, published)
    assert run.state == RunState.FAILED and run.problems[0]["code"] == "newsletter-refused"
    assert sorted(states().values()) == ["failed"] * 5 + ["waiting"] * 4
    assert Subscriber.objects.filter(state="confirmed").count() == 9


def test_without_a_mail_server_it_is_said_so(cast: Any, published: Any, settings: Any) -> None:
    settings.AMUR_MAIL_READY = False
    with pytest.raises(actions.NoMail):
        actions.send(published, cast.ours, cast.editor)


def test_a_draft_is_never_sent(cast: Any, issue: Any) -> None:
    with pytest.raises(ValueError, match="published"):
        actions.send(issue, cast.ours, cast.editor)
    assert not Run.objects.filter(kind=SEND_KIND).exists()


def test_mail_that_came_back_for_a_while_counts_no_more_once_an_issue_has_arrived(
    cast: Any, published: Any, reader: Any
) -> None:
    row = reader("a@example.org")
    Subscriber.objects.update(soft_bounces=2)
    send(cast, published)
    assert Subscriber.objects.get(pk=row.pk).soft_bounces == 2  # handed over is not arrived
    later = Issue.objects.create(office=cast.ours, year=2023, quarter=2)
    IssueItem.objects.create(issue=later, kind="page", target=published.items.first().target)
    actions.publish(later, cast.editor)
    send(cast, later)
    assert Subscriber.objects.get(pk=row.pk).soft_bounces == 0
