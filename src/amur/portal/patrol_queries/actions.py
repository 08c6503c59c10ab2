"""What people do with questions: save, delete, have the tracks read; and the answers of each month."""

import datetime

from django.db import transaction

from amur.portal.offices.models import Office, Person
from amur.portal.offices.policies import Subject, Verb, may
from amur.portal.patrol_queries import queries, tracks, work
from amur.portal.patrol_queries.answering import NoSuchArea, answer
from amur.portal.patrol_queries.asking import Question, Wrong
from amur.portal.patrol_queries.grouping import TooManyCells
from amur.portal.patrol_queries.models import KeptAnswer, SavedQuestion
from amur.portal.patrols.models import Patrol
from amur.portal.patrols.queries import offices_for
from amur.portal.runs import actions as runs
from amur.portal.runs.models import Run


def save(
    owner: Person, office: Office, name: str, question: Question, *, is_shared: bool, is_monthly: bool
) -> SavedQuestion:
    """Keep a question about the patrols of an office. Raises PermissionError without the right there."""
    if not may(owner, Verb.VIEW, Subject.PATROLS, office):
        raise PermissionError(f"{owner} may not see patrols of {office.key}")
    return SavedQuestion.objects.create(
        owner=owner,
        office=office,
        name=name,
        question={**question.as_dict(), "office": office.key},
        is_shared=is_shared,
        is_monthly=is_monthly,
    )


def read_tracks(person: Person, question: str) -> list[Run]:
    """Start a run for each office of the person some of whose tracks were not read yet."""
    return [
        runs.start(work.NAME, {"question": question}, person, office)
        for office in offices_for(person)
        if tracks.unread(Patrol.objects.filter(office=office, ended=None)).exists()
    ]


def answer_month(today: datetime.date) -> tuple[int, list[str]]:
    """Answer the monthly questions for the month before `today`, once; how many, and those that cannot be.

    A question is answered with the rights that its owner has now, about the patrols of its office alone. Its
    own period is replaced by the month.
    """
    end = today.replace(day=1) - datetime.timedelta(days=1)
    month = end.replace(day=1)
    waiting = SavedQuestion.objects.filter(is_monthly=True).exclude(answers__month=month)
    done, failed = 0, []
    for saved in waiting.select_related("owner", "office"):
        if not may(saved.owner, Verb.VIEW, Subject.PATROLS, saved.office):
            failed.append(f"{saved.name}: {saved.owner}")
            continue
        patrols = Patrol.objects.filter(office=saved.office, ended=None)
        try:
            given = {**saved.question, "start": month.isoformat(), "end": end.isoformat()}
            question = Question.of(given)
            if question.needs_tracks:
                tracks.read(patrols)
            found, _season = answer(patrols, question, queries.areas_for(saved.owner), end)
        except (Wrong, NoSuchArea, TooManyCells) as error:
            failed.append(f"{saved.name}: {error}")
            continue
        with transaction.atomic():
            _row, made = KeptAnswer.objects.get_or_create(
                saved=saved, month=month, defaults={"answer": found.as_dict()}
            )
        done += made
    return done, failed
