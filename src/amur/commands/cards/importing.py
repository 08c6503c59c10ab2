"""Reads a memory card as the pages do, says what was found, and brings the pictures in where that is wished.

The same command again goes on where it was: after Ctrl-C, a lost connection or a full disk nothing is read
twice, and a card that came in already adds nothing.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from amur.portal.cameras.models import CameraProject
from amur.portal.cards import actions, clocks, finishing, queries, wordings
from amur.portal.cards.models import CardFile, MemoryCard
from amur.portal.cards.work import STAGES
from amur.portal.offices.models import Person
from amur.portal.operations.problems import Problem, _
from amur.portal.operations.progress import Progress
from amur.portal.runs.execution import work_on
from amur.portal.runs.models import Run, RunState
from amur.science.cameras.clocks import Correction, by_drift, by_offset

Say = Callable[[str], None]
LONGEST_PLACE: Final = 400
REFUSED: Final = (CardFile.State.REFUSED, CardFile.State.PASSED)


def import_card(options: argparse.Namespace, say: Say, progress: Progress) -> int:
    """Read a card and say what was found; 0 when all is well. Raises Problem."""
    place = options.folder.resolve()
    if not place.exists():
        raise Problem(_("There is no folder {folder}.").format(folder=options.folder))
    if len(str(place)) > LONGEST_PLACE:
        raise Problem(_("The path is longer than {count} letters.").format(count=LONGEST_PLACE))
    person = _person(options.person)
    correction = _correction(options.clock)
    try:
        card = actions.open_card(_about(options), person, str(place))
        run = actions.read(card, person, place, in_background=False)
    except actions.Wrong as wrong:
        raise Problem(f"--{wrong.field}: {wrong.words}") from wrong
    run = work_on(run.uuid, lambda share, stage: progress(share, str(STAGES.get(stage, stage))))
    if run.state != RunState.DONE:
        raise Problem(_reason(run))
    card.refresh_from_db()
    if correction is not None and not card.corrections:
        clocks.correct(card, correction, clocks.shown_by(card))
    doubtful = _report(card, say)
    if not options.finish:
        say(_("The card is open: look at it on its page, or run the command again with --finish."))
        return 0
    return _finish(card, person, say, doubtful=doubtful)


def _report(card: MemoryCard, say: Say) -> bool:
    """Say what was found; gives whether the clock is doubtful."""
    counts = queries.counts_of(card)
    say(
        _(
            "files {total}: taken {taken}, known {known}, twice {twice}, refused {refused}, passed {passed}"
        ).format(
            total=counts.total,
            taken=counts.taken,
            known=counts.known,
            twice=counts.twice,
            refused=counts.refused,
            passed=counts.passed,
        )
    )
    for problem, count, names in queries.refusals_of(card, REFUSED):
        say(f"{count} × {wordings.in_words(problem)} ({', '.join(names)})")
    shown = clocks.shown_by(card)
    suspicions = clocks.suspicions_of(card, shown)
    for one in suspicions:
        say(f"{_('clock')}: {wordings.SUSPICIONS[one.code]} {one.count} × ({shown.names[one.first]})")
    return bool(suspicions)


def _finish(card: MemoryCard, person: Person | None, say: Say, *, doubtful: bool) -> int:
    if doubtful:
        say(_("The clock is doubtful, so the card stays open. Correct it with --clock or on its page."))
        return 1
    try:
        finished = finishing.finish(card, person)
    except finishing.Unready as unready:
        if unready.code == "nothing":  # the very card is in already
            finishing.delete(card)
            say(_("Nothing is new."))
            return 0
        raise Problem(str(wordings.UNREADY[unready.code])) from unready
    say(
        _("Brought in: {media} pictures and videos in {events} sequences; without a time: {timeless}").format(
            media=finished.media, events=finished.events, timeless=finished.timeless
        )
    )
    return 0


def _reason(run: Run) -> str:
    if run.state == RunState.CANCELLED:
        return _("Cancelled. What was read is kept; the same command goes on.")
    if run.state == RunState.RUNNING:
        return _("Another process reads this card.")
    return " ".join(wordings.in_words(one) for one in run.problems)


def _about(options: argparse.Namespace) -> actions.About:
    project = CameraProject.objects.select_related("office").filter(key=options.project).first()
    if project is None:
        raise Problem(_("There is no camera project {key}.").format(key=options.project))
    try:
        zone = ZoneInfo(options.zone or project.time_zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise Problem(
            _("{zone} is no time zone; give one such as Asia/Vladivostok.").format(zone=options.zone)
        ) from error
    return actions.About(
        project=project,
        station=options.station,
        deployment=options.deployment,
        start=_moment(options.start).replace(tzinfo=zone) if options.start else None,
        end=_moment(options.end).replace(tzinfo=zone) if options.end else None,
        time_zone=zone.key,
        longitude=options.longitude,
        latitude=options.latitude,
        uncertainty_m=options.uncertainty,
        camera=options.camera,
    )


def _correction(given: Sequence[str]) -> Correction | None:
    """The correction of one or two pairs of times. Raises Problem."""
    pairs = []
    for text in given:
        shown, sign, true = text.partition("=")
        if not sign:
            raise Problem(_("--clock {text}: write SHOWN=TRUE.").format(text=text))
        pairs.append((np.datetime64(_moment(shown), "us"), np.datetime64(_moment(true), "us")))
    if not pairs:
        return None
    if len(pairs) == 1:
        return by_offset(*pairs[0])
    try:
        (first, last) = pairs
        return by_drift((first[0], last[0]), (first[1], last[1]))
    except ValueError as error:
        raise Problem(
            _("--clock: no clock runs like this. Give one or two moments, the earlier first.")
        ) from error


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is not None:
        raise Problem(_("{text} is no local time; write it such as 2026-03-01T08:00.").format(text=text))
    return moment


def _person(name: str | None) -> Person | None:
    if name is None:
        return None
    person = Person.objects.filter(username=name).first()
    if person is None:
        raise Problem(_("There is no person {name}.").format(name=name))
    return person
