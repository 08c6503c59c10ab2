"""Reports of undeliverable mail (RFC 3464), as mail servers write them."""

from __future__ import annotations

import pytest

from amur.formats.bounces import Bounce, read

TOKEN = "0123456789abcdef0123456789abcdef01234567"


def report(
    action: str = "failed", status: str = "5.1.1", to: str = "bounces@centre.example", inner: str = ""
) -> bytes:
    """A report with the headers of the letter inside."""
    return f"""From: MAILER-DAEMON@mx.example
To: {to}
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain; charset=utf-8

The mail system says 5.1.1 and 4.0.0 in its free words.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example
Arrival-Date: Tue, 3 Nov 2026 10:00:00 +0000

Final-Recipient: rfc822; reader@example.org
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 unknown user

--B
Content-Type: text/rfc822-headers

From: newsletter@centre.example
To: reader@example.org
{inner}Subject: Newsletter

--B--
""".encode()


def test_the_letter_is_known_by_the_address_that_the_report_came_to() -> None:
    assert list(read(report(to=f"bounces+{TOKEN}@centre.example"))) == [Bounce(TOKEN, "5.1.1", True)]


def test_or_by_the_header_of_the_letter_inside() -> None:
    assert list(read(report(inner=f"X-Newsletter-Delivery: {TOKEN}\n"))) == [Bounce(TOKEN, "5.1.1", True)]


def test_a_report_without_our_word_is_not_believed() -> None:
    assert list(read(report())) == []


@pytest.mark.parametrize(
    ("status", "hard"),
    [("5.1.1", True), ("5.2.1", True), ("5.0.0", True), ("5.2.2", False), ("4.4.7", False), ("5.7.1", False)],
)
def test_only_an_address_that_will_never_work_is_lost_for_good(status: str, hard: bool) -> None:
    (bounce,) = read(report(status=status, to=f"bounces+{TOKEN}@centre.example"))
    assert (bounce.status, bounce.hard) == (status, hard)


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded"])
def test_what_has_not_failed_is_no_bounce(action: str) -> None:
    assert list(read(report(action=action, to=f"bounces+{TOKEN}@centre.example"))) == []


def test_a_mailbox_of_several_messages_is_read_through() -> None:
    first = report(to=f"bounces+{TOKEN}@centre.example")
    other = b"From: a@example.org\nTo: bounces@centre.example\nSubject: hello\n\nI am away.\n"
    box = b"".join(
        b"From MAILER-DAEMON Tue Nov  3 10:00:00 2026\n" + one + b"\n" for one in (first, other, first)
    )
    assert len(list(read(box))) == 2


@pytest.mark.parametrize(
    "data", [b"", b"\x00\xff\xfe", b"Content-Type: multipart/report\n\nbroken", b"From \n"]
)
def test_rubbish_is_passed_over(data: bytes) -> None:
    assert list(read(data)) == []
