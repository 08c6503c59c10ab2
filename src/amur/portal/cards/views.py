"""The pages of the room: the list of cards, a new one, what was found on one, its clock, finishing it.

Everything is for people who may bring cards for the office; others get 404 as for what is not there.
"""

from __future__ import annotations

import csv
from typing import Any, Final
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from amur.portal.cards import actions, arriving, clocks, finishing, queries, wordings
from amur.portal.cards.forms import ArchiveForm, ClockForm, NewCardForm
from amur.portal.cards.models import CardFile, MemoryCard
from amur.portal.offices.models import Person
from amur.portal.runs.models import RunState
from amur.portal.website.shell import addresses, show
from amur.science.cameras.clocks import Preview, Times

private = cache_control(private=True, no_store=True)
ON_A_PAGE: Final = 50
PROBLEMATIC: Final = (CardFile.State.REFUSED, CardFile.State.PASSED)


def bringer(request: HttpRequest) -> Person:
    """Somebody who may bring cards for an office. Raises PermissionDenied."""
    person = request.user
    if not isinstance(person, Person) or not queries.offices_for(person).exists():
        raise PermissionDenied
    return person


def card_or_404(request: HttpRequest, uuid: UUID) -> MemoryCard:
    """The card, for people who may bring cards for its office."""
    card = queries.card_for(request.user, uuid)
    if card is None:
        raise Http404
    return card


@require_safe
@login_required
@private
def cards(request: HttpRequest) -> HttpResponse:
    """The cards of the person's offices, newest first."""
    rows = queries.cards_for(bringer(request))
    page = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    return show(
        request,
        "cards/cards.html",
        title=_("Memory cards"),
        description=_("Pictures of camera traps on their way into the centre"),
        section="cameras",
        links=addresses("cards"),
        page=page,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@private
def new(request: HttpRequest) -> HttpResponse:
    """For which deployment a card is; leads on to the card."""
    person = bringer(request)
    form = NewCardForm(person, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            card = actions.open_card(form.about, person)
        except actions.Wrong as wrong:
            form.refuse(wrong)
        else:
            return to_card(card)
    return show(
        request,
        "cards/new.html",
        title=_("New memory card"),
        section="cameras",
        links=addresses("card-new"),
        status=422 if form.errors else 200,
        form=form,
    )


@require_safe
@login_required
@private
def card(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A card: what has come, what was found, the clock, the way on."""
    return card_page(request, card_or_404(request, uuid))


@require_POST
@login_required
@private
def read(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Read what has come; leads on to the run."""
    card = card_or_404(request, uuid)
    try:
        run = actions.read(card, bringer(request))
    except finishing.Unready as unready:
        return _unready(request, card, unready)
    return redirect(reverse("run", kwargs={"uuid": run.uuid}))


@require_POST
@login_required
@private
def correct(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Apply a proposed correction, or preview and apply one that a person gives."""
    card = card_or_404(request, uuid)
    if card.state != MemoryCard.State.OPEN:
        return _unready(request, card, finishing.Unready("finished"))
    shown = clocks.shown_by(card)
    if "code" in request.POST:
        for one in clocks.suspicions_of(card, shown):
            if one.proposal is not None and f"{one.code} {one.first}" == request.POST["code"]:
                clocks.correct(card, one.proposal, shown)
                break
        return to_card(card, "clock")
    form = ClockForm(shown, request.POST)
    if form.is_valid() and form.correction is not None and "apply" in request.POST:
        clocks.correct(card, form.correction, shown)
        return to_card(card, "clock")
    return card_page(request, card, clock_form=form, status=422 if form.errors else 200)


@require_POST
@login_required
@private
def undo(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take the last correction back."""
    card = card_or_404(request, uuid)
    if card.state != MemoryCard.State.OPEN:
        return _unready(request, card, finishing.Unready("finished"))
    clocks.undo(card)
    return to_card(card, "clock")


@require_POST
@login_required
@private
def finish(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Bring the pictures of a card in, all together."""
    card = card_or_404(request, uuid)
    try:
        finishing.finish(card, bringer(request))
    except finishing.Unready as unready:
        return _unready(request, card, unready)
    return to_card(card)


@require_POST
@login_required
@private
def take_back(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Open a finished card again, as long as nothing is said about its pictures."""
    card = card_or_404(request, uuid)
    try:
        finishing.take_back(card)
    except finishing.InUse:
        words = _("Something is said about pictures of this card already, so it stays.")
        return card_page(request, card, notice=words, status=409)
    return to_card(card)


@require_POST
@login_required
@private
def delete(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Remove an open card and its files for good."""
    card = card_or_404(request, uuid)
    try:
        finishing.delete(card)
    except finishing.Unready as unready:
        return _unready(request, card, unready)
    return redirect(reverse("cards"))


@require_safe
@login_required
@private
def files_csv(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Every file of a card with what became of it, as CSV."""
    card = card_or_404(request, uuid)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="card-{card.uuid}.csv"'
    rows = csv.writer(response)
    rows.writerow(("file", "bytes", "state", "why", "same_as", "sha256", "camera_clock", "time_of_file"))
    for file in card.files.order_by("pk").iterator(chunk_size=2000):
        why = wordings.in_words(file.problem) if file.problem else ""
        name, like = _cell(file.name), _cell(file.like)
        by_file = int(file.shown_by_file)
        rows.writerow((name, file.size, file.state, why, like, file.sha256, file.shown, by_file))
    return response


def card_page(
    request: HttpRequest,
    card: MemoryCard,
    *,
    status: int = 200,
    notice: str = "",
    clock_form: ClockForm | None = None,
    archive_form: ArchiveForm | None = None,
) -> HttpResponse:
    """The page of a card, with a form that was refused if there is one."""
    shown = clocks.shown_by(card)
    times = clocks.true_times(card, shown)
    is_open = card.state == MemoryCard.State.OPEN
    given = clock_form.correction if clock_form is not None else None
    return show(
        request,
        "cards/card.html",
        title=_("Memory card of %(deployment)s") % {"deployment": card.deployment.code},
        section="cameras",
        links=addresses("card", lambda language: {"uuid": card.uuid}),
        status=status,
        card=card,
        is_open=is_open,
        notice=notice,
        counts=queries.counts_of(card),
        problems=_problems(card),
        duplicates=card.files.filter(state__in=(CardFile.State.TWICE, CardFile.State.KNOWN))[:ON_A_PAGE],
        by_file_alone=card.files.filter(state=CardFile.State.TAKEN, shown_by_file=True).count(),
        is_being_read=finishing.is_being_read(card),
        run=card.run,
        lost=card.run is not None and card.run.state in (RunState.LOST, RunState.CANCELLED, RunState.FAILED),
        run_problems=[wordings.in_words(one) for one in card.run.problems] if card.run else [],
        span=_ends(times),
        timeless=_untimed(card, times),
        suspicions=_suspicions(card, shown) if is_open else [],
        corrections=_corrections(card),
        clock_form=(clock_form or ClockForm(shown)) if is_open else None,
        clock_preview=_in_words(clocks.preview_of(card, shown, given)) if given else None,
        archive_form=archive_form or ArchiveForm(),
        piece_bytes=arriving.PIECE_BYTES,
    )


def to_card(card: MemoryCard, part: str = "") -> HttpResponse:
    """Lead on to the page of a card, or a part of it."""
    address = reverse("card", kwargs={"uuid": card.uuid})
    return redirect(f"{address}#{part}" if part else address)


def _unready(request: HttpRequest, card: MemoryCard, unready: finishing.Unready) -> HttpResponse:
    return card_page(request, card, notice=str(wordings.UNREADY[unready.code]), status=409)


def _problems(card: MemoryCard) -> list[dict[str, Any]]:
    return [
        {"words": wordings.in_words(problem), "count": count, "names": names}
        for problem, count, names in queries.refusals_of(card, PROBLEMATIC)
    ]


def _untimed(card: MemoryCard, times: Times) -> int:
    moments = clocks.instants(times, card.deployment)
    return int((moments != moments).sum())


def _suspicions(card: MemoryCard, shown: clocks.Shown) -> list[dict[str, Any]]:
    return [
        {
            "words": wordings.SUSPICIONS[one.code],
            "count": one.count,
            "file": shown.names[one.first],
            "code": f"{one.code} {one.first}",
            "proposal": wordings.CORRECTIONS[one.proposal.kind] if one.proposal else "",
            "preview": _in_words(clocks.preview_of(card, shown, one.proposal)) if one.proposal else None,
        }
        for one in clocks.suspicions_of(card, shown)
    ]


def _corrections(card: MemoryCard) -> list[dict[str, Any]]:
    return [
        {
            "words": wordings.CORRECTIONS[stored["kind"]],
            "days": _span(stored["offset_s"]),
            "per_day": round(stored["rate"] * 86_400, 2),
            "first": stored["first"],
        }
        for stored in card.corrections
    ]


def _span(seconds: float) -> str:
    """A shift of a clock as days and hours:minutes:seconds with its sign.

    >>> _span(-90061)
    '−1 d 01:01:01'
    """
    whole = round(abs(seconds))
    days, rest = divmod(whole, 86_400)
    clock = f"{rest // 3600:02}:{rest % 3600 // 60:02}:{rest % 60:02}"
    return ("−" if seconds < 0 else "+") + (f"{days} d {clock}" if days else clock)


def _in_words(preview: Preview) -> dict[str, Any]:
    return {
        "first": (_minute(preview.before[0]), _minute(preview.after[0])),
        "last": (_minute(preview.before[1]), _minute(preview.after[1])),
        "changed": preview.changed,
    }


def _ends(times: Times) -> tuple[str, str] | None:
    told = times[times == times]
    return (_minute(told.min()), _minute(told.max())) if len(told) else None


def _minute(moment: Any) -> str:
    return str(moment.astype("M8[s]")).replace("T", " ")


def _cell(text: str) -> str:
    """A text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@") else text
