"""The verbs of the newsletter: publish an issue, make its files anew, send it.

Called by `admin`, `signals`, `subscribing` and `command`.
"""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from amur.portal.languages.codes import LANGUAGES
from amur.portal.newsletter import letters, queries
from amur.portal.newsletter.models import Issue
from amur.portal.offices.models import Office, Person
from amur.portal.runs.actions import start
from amur.portal.runs.models import Run, RunState

FILES_KIND = "newsletter.files"
SEND_KIND = "newsletter.send"
LETTERS_KIND = "newsletter.letters"


class NothingToRead(Exception):
    """An issue without a story that anybody can read is not published."""


class NoMail(Exception):
    """No mail server is set up, so that no letter can leave."""


def publish(issue: Issue, person: Person | None) -> Run | None:
    """Publish an issue and start the run that makes its files; None when it was published before.

    Raises NothingToRead.
    """
    with transaction.atomic():
        row = Issue.objects.select_for_update().select_related("office").get(pk=issue.pk)
        if row.is_published:
            return None
        if not queries.edition_of_row(row, LANGUAGES[0]).told:
            raise NothingToRead
        row.is_published, row.published_at = True, timezone.now()
        row.save()
        return make_files(row, person)


def make_files(issue: Issue, person: Person | None = None, *, in_background: bool = True) -> Run:
    """Start the run that makes an issue's files, or give the one that waits already."""
    parameters = {"issue": str(issue.uuid)}
    waiting = Run.objects.filter(kind=FILES_KIND, state=RunState.QUEUED, parameters=parameters).first()
    return waiting or start(FILES_KIND, parameters, person, issue.office, in_background=in_background)


def make_stale_files(numbers: Iterable[int] | None = None, *, in_background: bool = True) -> list[Run]:
    """Start runs for issues whose files are missing or tell something else than the site now does."""
    wanted = None if numbers is None else set(numbers)
    stale = [
        row.fields["number"]
        for row in queries.issues()
        if (wanted is None or row.fields["number"] in wanted)
        and any(queries.file_of(row.fields["number"], code) is None for code in LANGUAGES)
    ]
    rows = Issue.objects.filter(number__in=stale, is_published=True).select_related("office")
    return [make_files(row, in_background=in_background) for row in rows]


def send(issue: Issue, office: Office, person: Person) -> Run:
    """Start the run that sends a published issue to the lists of an office. Who has it already gets nothing.

    Raises NoMail, and ValueError for a draft.
    """
    if not letters.is_ready():
        raise NoMail
    return start(SEND_KIND, {"issue": str(issue.uuid), "office": office.key}, person, office)


def send_letters(office: Office) -> Run:
    """Start the run that sends letters about subscriptions, or give the one that waits already."""
    waiting = Run.objects.filter(kind=LETTERS_KIND, state=RunState.QUEUED, office=office).first()
    return waiting or start(LETTERS_KIND, {"office": office.key}, None, office)
