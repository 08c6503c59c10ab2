"""The runs of the newsletter: making files, sending an issue, sending letters about subscriptions.

A letter goes out once at most. Each delivery is claimed by one conditional UPDATE before it is handed to the
mail server; a process that is killed in between leaves it claimed, and nobody sends it again: its outcome is
unknown and counted as such.
"""

import smtplib
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from django.core.mail import EmailMessage, get_connection
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from amur.formats.bounces import STATUS, is_hard
from amur.portal.languages.codes import LANGUAGES, as_language
from amur.portal.newsletter import letters, lists, queries, store
from amur.portal.newsletter.actions import FILES_KIND, LETTERS_KIND, SEND_KIND
from amur.portal.newsletter.addresses import site_address
from amur.portal.newsletter.models import Delivery, Issue, Subscriber
from amur.portal.offices.models import Office
from amur.portal.offices.policies import Subject
from amur.portal.release.actions import raise_generation
from amur.portal.runs.execution import Task
from amur.portal.runs.kinds import Kind, Outcome, Refused
from amur.portal.runs.models import Run

REFUSALS_IN_A_ROW: Final = 5
BATCH: Final = 200

PROBLEMS: Final = {
    "newsletter-no-mail": _("No mail server is set up here, so nothing was sent."),
    "newsletter-server": _("The mail server does not answer. What was not sent waits; start again later."),
    "newsletter-refused": _(
        "The mail server refuses our letters. What was not sent waits; ask its operator."
    ),
    "newsletter-fonts": _("The fonts are not installed; the operator mends it with: amur frontend install"),
}


def _refused(code: str) -> Refused:
    return Refused([{"code": code, "severity": "error"}])


def make_files(task: Task) -> Outcome:
    """Make the files whose edition has changed; each is stored by its hash, then the row names them all."""
    from amur.portal.newsletter.fonts import FontsMissing
    from amur.portal.newsletter.typeset import typeset

    issue = _issue(task)
    if issue is None or not issue.is_published:  # deleted while it waited
        return Outcome({"files": 0})
    editions = [queries.edition_of_row(issue, code) for code in LANGUAGES]
    files: dict[str, Any] = dict(issue.files)
    stale = [one for one in editions if files.get(one.language, {}).get("content") != one.content]
    task.progress(0.1, "typeset")
    try:
        made = typeset(stale, site_address()) if stale else {}
    except FontsMissing as error:
        raise _refused("newsletter-fonts") from error
    for edition in stale:
        content = made[edition.language]
        files[edition.language] = {
            "sha256": store.keep(content), "size": len(content), "content": edition.content,
        }  # fmt: skip
    task.require_own()
    Issue.objects.filter(pk=issue.pk).update(files=files)
    raise_generation()
    store.discard_all_but(
        {one["sha256"] for row in Issue.objects.values_list("files", flat=True) for one in row.values()}
    )
    return Outcome({"files": len(stale)})


def send_issue(task: Task) -> Outcome:
    """Send an issue to the confirmed readers of an office's lists who do not have it."""
    issue, office = _issue(task), _office(task)
    if issue is None or office is None or not issue.is_published:
        return Outcome({"sent": 0})
    if not letters.is_ready():
        raise _refused("newsletter-no-mail")
    readers = Subscriber.objects.filter(office=office, state=Subscriber.State.CONFIRMED)
    new = readers.exclude(deliveries__issue=issue)
    Delivery.objects.bulk_create(
        [Delivery(issue=issue, subscriber=one) for one in new], ignore_conflicts=True, batch_size=500
    )
    mailing = Mailing(task, issue)
    waiting = Delivery.objects.filter(
        issue=issue, subscriber__office=office, state=Delivery.State.WAITING
    ).order_by("pk")
    keys = list(waiting.values_list("pk", flat=True))
    for at, key in enumerate(keys):
        task.progress(at / len(keys), "send")
        mailing.send(key)
    mailing.close()
    unknown = Delivery.objects.filter(
        issue=issue, subscriber__office=office, state=Delivery.State.CLAIMED
    ).count()
    return Outcome({"sent": mailing.sent, "failed": mailing.failed, "unknown": unknown})


class Answer(StrEnum):
    """What a mail server says of a letter. NONE: the line broke, so that nobody can tell."""

    TAKEN = "taken"
    REFUSED = "refused"
    GONE = "no such address"
    NOT_NOW = "not this address now"
    NONE = "none"


class Mailing:
    """One connection to the mail server and what came of it."""

    def __init__(self, task: Task, issue: Issue) -> None:
        self.task, self.issue = task, issue
        self.sent = self.failed = self.in_a_row = 0
        self.editions = {code: queries.edition_of_row(issue, code) for code in LANGUAGES}
        self.post = Post()

    def send(self, key: int) -> None:
        """Claim one delivery and hand its letter over."""
        self.post.open()
        delivery = claimed(key)
        if delivery is None:
            return
        _forgive(delivery)
        letter = letters.issue_letter(self.editions[as_language(delivery.subscriber.language)], delivery)
        answer = self.post.hand_over(letter)
        if answer == Answer.TAKEN:
            self.sent, self.in_a_row = self.sent + 1, 0
            self._note(key, Delivery.State.SENT)
        elif answer != Answer.NONE:
            self.failed, self.in_a_row = self.failed + 1, self.in_a_row + 1
            if answer == Answer.REFUSED:
                self._note(key, Delivery.State.FAILED)
            else:
                lists.note_bounce(delivery.token, hard=answer == Answer.GONE)
        if self.in_a_row >= REFUSALS_IN_A_ROW:
            raise _refused("newsletter-refused")

    def _note(self, key: int, state: Delivery.State) -> None:
        Delivery.objects.filter(pk=key, state=Delivery.State.CLAIMED).update(state=state)

    def close(self) -> None:
        self.post.close()


def _forgive(delivery: Delivery) -> None:
    """Mail that came back for a while counts no more when the reader's last issue has arrived since."""
    earlier = Delivery.objects.filter(subscriber=delivery.subscriber_id, pk__lt=delivery.pk)
    last = earlier.order_by("-pk").first()
    if last is not None and last.state == Delivery.State.SENT:
        Subscriber.objects.filter(pk=delivery.subscriber_id, soft_bounces__gt=0).update(soft_bounces=0)


def claimed(key: int) -> Delivery | None:
    """Claim a waiting delivery for this process; None when another has it or its reader has left."""
    now = timezone.now()
    mine = Delivery.objects.filter(pk=key, state=Delivery.State.WAITING)
    if not mine.update(state=Delivery.State.CLAIMED, claimed_at=now):
        return None
    row = Delivery.objects.select_related("subscriber").get(pk=key)
    if row.subscriber.state != Subscriber.State.CONFIRMED:
        row.delete()
        return None
    return row


class Post:
    """The mail server."""

    def __init__(self) -> None:
        self._connection: Any = get_connection()
        self._is_open = False

    def open(self) -> None:
        """Raises Refused when the server does not answer; nothing was claimed yet."""
        if self._is_open:
            return
        try:
            self._connection.open()
        except (OSError, smtplib.SMTPException) as error:
            raise _refused("newsletter-server") from error
        self._is_open = True

    def hand_over(self, letter: EmailMessage) -> Answer:
        """Give one letter to the server; what it says."""
        try:
            self._connection.send_messages([letter])
        except smtplib.SMTPRecipientsRefused as error:
            gone = any(_is_gone(code, answer) for code, answer in error.recipients.values())
            return Answer.GONE if gone else Answer.NOT_NOW
        except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError):
            return Answer.REFUSED
        except (OSError, smtplib.SMTPException):
            self.close()
            return Answer.NONE
        return Answer.TAKEN

    def close(self) -> None:
        self._is_open = False
        try:
            self._connection.close()
        except (OSError, smtplib.SMTPException):
            self._connection = get_connection()


def _is_gone(code: int, answer: bytes | str) -> bool:
    """Whether a server's answer to an address means that it does not exist."""
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    found = STATUS.search(text)
    return is_hard(found[0]) if found else code in {550, 551, 553}


def send_letters(task: Task) -> Outcome:
    """Send the letters about subscriptions that are due, and forget sign-ups that nobody confirmed."""
    office = _office(task)
    lists.expire()
    if office is None or not letters.is_ready():
        raise _refused("newsletter-no-mail")
    post, sent = Post(), 0
    due = Subscriber.objects.filter(office=office, mail_due=True).order_by("pk")
    for row in list(due[:BATCH]):
        task.progress(0.5, "send")
        post.open()
        if Subscriber.objects.filter(pk=row.pk, mail_due=True).update(mail_due=False) and row.address:
            sent += post.hand_over(letters.confirmation(row)) == Answer.TAKEN
    post.close()
    return Outcome({"sent": sent})


def _issue(task: Task) -> Issue | None:
    rows = Issue.objects.select_related("office")
    found: Issue | None = rows.filter(uuid=task.run.parameters["issue"]).first()
    return found


def _office(task: Task) -> Office | None:
    return Office.objects.filter(key=task.run.parameters["office"]).first()


def _checked_issue(given: Mapping[str, Any]) -> dict[str, Any]:
    try:
        uuid = UUID(str(given.get("issue")))
    except ValueError as error:
        raise ValueError("issue: the identifier of an issue is needed") from error
    if not Issue.objects.filter(uuid=uuid, is_published=True).exists():
        raise ValueError("issue: there is no published issue of this identifier")
    return {"issue": str(uuid)}


def _checked_office(given: Mapping[str, Any]) -> dict[str, Any]:
    office = str(given.get("office"))
    if not Office.objects.filter(key=office).exists():
        raise ValueError("office: there is no office with this key")
    return {"office": office}


def _checked_both(given: Mapping[str, Any]) -> dict[str, Any]:
    return {**_checked_issue(given), **_checked_office(given)}


def _address(run: Run) -> str:
    issue = Issue.objects.filter(uuid=run.parameters.get("issue")).first()
    return reverse("newsletter-desk", args=[issue.uuid]) if issue else reverse("newsletter:index")


STAGES: Final = {"typeset": _("Setting the pages"), "send": _("Sending")}
KINDS: Final = (
    Kind(
        FILES_KIND, _("Making the files of an issue"), Subject.NEWSLETTER, make_files, _checked_issue,
        address=_address, stages=STAGES,
    ),
    Kind(
        SEND_KIND, _("Sending an issue"), Subject.NEWSLETTER, send_issue, _checked_both,
        address=_address, stages=STAGES,
    ),
    Kind(
        LETTERS_KIND, _("Letters about subscriptions"), Subject.NEWSLETTER, send_letters, _checked_office,
        address=lambda run: reverse("newsletter:index"), stages=STAGES,
    ),
)  # fmt: skip
