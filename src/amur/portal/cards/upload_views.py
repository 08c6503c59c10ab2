"""Files of a card that come from the browser: offered, sent piece by piece, or as one ZIP archive.

The script of the page offers names and sizes, is told how much of each is there, and sends the rest; an
upload that was cut off goes on from there. Without a script the form takes an archive.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from amur.formats.media.problems import MediaProblem
from amur.portal.cameras import store
from amur.portal.cards import arriving, finishing, views, wordings
from amur.portal.cards.forms import ArchiveForm
from amur.portal.cards.models import MemoryCard
from amur.portal.website.uploads import measured

MOST_JSON: Final = 1 << 20
MOST_ARCHIVE: Final = 16 << 30


@require_POST
@login_required
@views.private
def offer(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Note files that are about to come; answers how much of each is there already."""
    card = _open_card(request, uuid)
    files = _files(request.body)
    if files is None:
        return JsonResponse({"problem": _("The list of files cannot be read.")}, status=400)
    try:
        return JsonResponse({"files": arriving.offer(card, files)})
    except store.NoRoom:
        return _no_room()


@require_POST
@login_required
@views.private
def piece(request: HttpRequest, uuid: UUID, number: int) -> HttpResponse:
    """Take a piece of a file; answers how much is there."""
    card = _open_card(request, uuid)
    row = card.files.filter(pk=number).select_related("card").first()
    start = request.GET.get("from", "")
    if row is None or not (start.isascii() and start.isdigit()):
        raise Http404
    if int(request.META.get("CONTENT_LENGTH") or 0) > arriving.PIECE_BYTES:
        return JsonResponse({"problem": _("The piece is too large.")}, status=413)
    try:
        return JsonResponse({"arrived": arriving.take_piece(row, int(start), request.body)})
    except arriving.Misplaced as misplaced:
        return JsonResponse({"arrived": misplaced.arrived}, status=409)
    except store.NoRoom:
        return _no_room()


def _too_large(request: HttpRequest) -> HttpResponse:
    return HttpResponse(
        _("The archive is larger than %(limit)s GiB. Pack the card in parts.")
        % {"limit": MOST_ARCHIVE >> 30},
        status=413,
        content_type="text/plain; charset=utf-8",
    )


@require_POST
@login_required
@views.private
@measured(lambda: MOST_ARCHIVE, _too_large)
def archive(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Take a ZIP archive of the whole card and read it; leads on to the run."""
    card = _open_card(request, uuid)
    form = ArchiveForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            arriving.take_archive(card, form.cleaned_data["archive"])
        except MediaProblem as problem:
            told = {"code": problem.code, "params": dict(problem.params)}
            form.add_error("archive", wordings.in_words(told))
        except store.NoRoom:
            form.add_error("archive", str(wordings.WORDS["disk-full"]))
        else:
            return views.read(request, uuid)
    return views.card_page(request, card, archive_form=form, status=422)


def _open_card(request: HttpRequest, uuid: UUID) -> MemoryCard:
    card = views.card_or_404(request, uuid)
    if card.state != MemoryCard.State.OPEN or finishing.is_being_read(card):
        raise Http404
    return card


def _no_room() -> HttpResponse:
    return JsonResponse({"problem": str(wordings.WORDS["disk-full"])}, status=507)


def _files(body: bytes) -> list[tuple[str, int, str]] | None:
    """Names, sizes and times of offered files; None for what is no such list."""
    if len(body) > MOST_JSON:
        return None
    try:
        given: Any = json.loads(body)
        files = [(str(one["name"]), int(one["size"]), _time(one.get("modified"))) for one in given["files"]]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return files if len(files) <= arriving.MOST_AT_ONCE else None


def _time(text: Any) -> str:
    if not isinstance(text, str) or len(text) > 26:
        return ""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return ""
    return moment.isoformat() if moment.tzinfo is None else ""
