"""Questions to patrols: the page with form, table, chart and map, its files, what was saved."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from amur.portal.areas.queries import Placed
from amur.portal.offices.seeing import person_of
from amur.portal.patrol_queries import actions, files, presenting, queries, tracks, wordings
from amur.portal.patrol_queries.answering import Answer, answer
from amur.portal.patrol_queries.asking import Question, Wrong
from amur.portal.patrol_queries.cells import effort_map
from amur.portal.patrol_queries.forms import QuestionForm, SaveForm
from amur.portal.patrol_queries.gathering import Season, chosen, gather
from amur.portal.patrol_queries.grouping import TooManyCells
from amur.portal.patrol_queries.models import SavedQuestion
from amur.portal.patrols import measure_words
from amur.portal.patrols.queries import offices_for, patrols_for
from amur.portal.patrols.seeing import private
from amur.portal.website.shell import addresses, current_language, show
from amur.portal.website.spreadsheets import table


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks: the form, and if it is right the answer; or what stands in the way."""

    form: QuestionForm
    areas: list[Placed]
    answer: Answer | None = None
    season: Season | None = None
    unread: int = 0
    trouble: str = ""


def _asked(request: HttpRequest) -> Asked:
    """Answer the question of an address. Raises Http404 for people without patrols to see."""
    person = request.user
    if not offices_for(person).exists():
        raise Http404
    patrols, areas = patrols_for(person), queries.areas_for(person)
    given = request.GET.copy() if "measure" in request.GET else None
    if given is not None:
        given.setdefault("cell", "1000")
    form = QuestionForm(queries.choices_for(person, patrols), areas, given)
    if given is None or not form.is_valid() or form.asked is None:
        return Asked(form, areas)
    question = form.asked
    if question.needs_tracks:
        missing = tracks.unread(chosen(patrols, question))
        count = missing.count()
        if count > tracks.AT_ONCE:
            return Asked(form, areas, unread=count)
        tracks.read(missing)
    try:
        found, season = answer(patrols, question, areas, timezone.localdate())
    except TooManyCells:
        return Asked(form, areas, trouble=_("That makes too many cells; choose larger ones."))
    return Asked(form, areas, found, season)


def _names(request: HttpRequest, asked: Asked) -> presenting.Names:
    by = "" if asked.answer is None else asked.answer.question.by
    categories = queries.category_names(request.user) if by == "category" else {}
    return presenting.Names(categories, {area.key: str(area.names) for area in asked.areas})


@require_safe
@login_required
@private
def ask(request: HttpRequest) -> HttpResponse:
    """The form, and what the address asks."""
    asked = _asked(request)
    context: dict[str, Any] = {}
    if asked.answer is not None:
        context = _answer_context(request, asked, asked.answer)
    wrong = asked.form.is_bound and not asked.form.is_valid()
    return show(
        request,
        "patrol_queries/ask.html",
        title=_("Questions to the season"),
        section="patrols",
        links=addresses("patrol-questions"),
        status=422 if wrong else 200,
        form=asked.form,
        unread=asked.unread,
        trouble=asked.trouble,
        address=_address(asked.answer.question) if asked.answer else request.GET.urlencode(),
        saved=queries.saved_for(request.user),
        **context,
    )


def _answer_context(request: HttpRequest, asked: Asked, found: Answer) -> dict[str, Any]:
    language, names = current_language(), _names(request, asked)
    rows = presenting.table_of(found, names, language)
    context: dict[str, Any] = {
        "question": found.question,
        "measure": measure_words.NAMES[found.question.measure],
        "unit": measure_words.UNITS[found.question.asked.unit],
        "variants": wordings.variants(found.question.asked),
        "group": wordings.GROUP_NAMES[found.question.by],
        "rows": rows,
        "whole": presenting.whole_of(found, language),
        "summing": presenting.summing(found),
        "chart": presenting.chart(found, rows, language),
        "save": SaveForm(offices_for(request.user), initial={"question": _address(found.question)}),
    }
    if asked.form.cleaned_data.get("map") and asked.season is not None:
        context["with_map"] = True
        context.update(_map_context(request, asked, found.question))
    return context


def _map_context(request: HttpRequest, asked: Asked, question: Question) -> dict[str, Any]:
    season = asked.season
    if season is None or season.lines is None:
        season = gather(patrols_for(request.user), question, ways=True)
    if season.lines is None:
        return {}
    area = next((one for one in asked.areas if one.key == question.area), None)
    try:
        found = effort_map(season.rows, season.lines, question.cell, area)
    except TooManyCells:
        return {"too_many": True}
    return presenting.map_context(found, current_language())


def _address(question: Question) -> str:
    return urlencode(question.as_dict())


@require_safe
@login_required
@private
def as_csv(request: HttpRequest) -> HttpResponse:
    """The answer as a table for spreadsheets."""
    asked, found = _answered(request)
    rows = presenting.rows_of_file(found, _names(request, asked))
    return table(f"{found.question.measure}.csv", presenting.heading(), rows)


@require_safe
@login_required
@private
def as_xlsx(request: HttpRequest) -> HttpResponse:
    """The answer as a workbook."""
    asked, found = _answered(request)
    rows = presenting.rows_of_file(found, _names(request, asked))
    name, definition = measure_words.NAMES[found.question.measure]
    notes = [str(name), str(definition), presenting.summing(found), request.build_absolute_uri()]
    return files.workbook(f"{found.question.measure}.xlsx", presenting.heading(), rows, notes)


def _answered(request: HttpRequest) -> tuple[Asked, Answer]:
    """The answer that a file is made of. Raises Http404 where there is none."""
    asked = _asked(request)
    if asked.answer is None:
        raise Http404
    return asked, asked.answer


@require_safe
@login_required
@private
def measures(request: HttpRequest) -> HttpResponse:
    """Every measure with its definition."""
    if not offices_for(request.user).exists():
        raise Http404
    return show(
        request,
        "patrol_queries/measures.html",
        title=_("Measures"),
        section="patrols",
        links=addresses("patrol-measures"),
        measures=wordings.registry(),
    )


@require_POST
@login_required
def save(request: HttpRequest) -> HttpResponse:
    """Keep a question under a name."""
    person = person_of(request)
    offices = offices_for(person)
    if not offices.exists():
        raise Http404
    form = SaveForm(offices, request.POST)
    given = QueryDict(request.POST.get("question", "")[:4000])
    try:
        question = Question.of(given.dict())
    except Wrong as wrong:
        raise Http404 from wrong
    if form.is_valid():
        told = form.cleaned_data
        actions.save(
            person,
            told["office"],
            told["name"],
            question,
            is_shared=told["is_shared"],
            is_monthly=told["is_monthly"],
        )
        messages.success(request, _("The question is saved."))
    else:
        messages.error(request, _("The question is not saved: give it a name and one of your offices."))
    return redirect(f"{reverse('patrol-questions')}?{_address(question)}")


def _saved_or_404(request: HttpRequest, uuid: UUID) -> SavedQuestion:
    found = queries.saved_one(request.user, uuid)
    if found is None:
        raise Http404
    return found


@require_safe
@login_required
@private
def saved(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A saved question with the answers of its months."""
    own = _saved_or_404(request, uuid)
    question = Question.of(own.question)
    language = current_language()
    names = presenting.Names(queries.category_names(request.user), {})
    kept = [(row, Answer.of(row.answer)) for row in own.answers.all()]
    return show(
        request,
        "patrol_queries/saved.html",
        title=own.name,
        section="patrols",
        links=addresses("patrol-question", lambda code: {"uuid": own.uuid}),
        own=own,
        address=_address(question),
        measure=measure_words.NAMES[question.measure],
        unit=measure_words.UNITS[question.asked.unit],
        group=wordings.GROUP_NAMES[question.by],
        kept=[
            (
                row,
                presenting.whole_of(found, language),
                presenting.table_of(found, names, language),
            )
            for row, found in kept
        ],
        may_delete=own.owner_id == request.user.pk,
    )


@require_POST
@login_required
def delete(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Delete a saved question, for its owner."""
    own = _saved_or_404(request, uuid)
    if own.owner_id != request.user.pk:
        raise Http404
    own.delete()
    messages.success(request, _("The question is deleted."))
    return redirect("patrol-questions")


@require_POST
@login_required
def read_tracks(request: HttpRequest) -> HttpResponse:
    """Have the fixes read that were not read yet."""
    person = person_of(request)
    if not offices_for(person).exists():
        raise Http404
    address = request.POST.get("question", "")[:4000]
    started = actions.read_tracks(person, address)
    if not started:
        return redirect(f"{reverse('patrol-questions')}?{address}")
    return redirect(reverse("run", kwargs={"uuid": started[0].uuid}))
