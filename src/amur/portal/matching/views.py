"""The pages of rounds: the list, asking, what went and came, pairs side by side, joint animals."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from amur.formats.matching.views import Outcome
from amur.portal.identity.queries import MARKED
from amur.portal.matching import actions, agreements, evidence, files, joint, log, presenting, queries, taking
from amur.portal.matching.forms import LIMIT_BYTES as PACKAGE_BYTES
from amur.portal.matching.forms import AskForm, PackageForm, PassportForm, SearchForm, VerdictForm
from amur.portal.matching.models import Round
from amur.portal.matching.partner_views import private
from amur.portal.matching.problems import Refused
from amur.portal.matching.seeing import pair_or_404, person_of, round_or_404, wanted
from amur.portal.offices.policies import Verb
from amur.portal.runs.models import Run, RunState
from amur.portal.website.shell import addresses, show
from amur.portal.website.uploads import measured

FORM_BYTES = 1 << 20


@require_safe
@login_required
@private
def rounds(request: HttpRequest) -> HttpResponse:
    """All rounds of the person's offices, and where a package is taken in."""
    return _list(request, PackageForm(person_of(request)))


def _too_large(request: HttpRequest) -> HttpResponse:
    form = PackageForm(person_of(request), data={})
    form.errors.clear()
    form.add_error("package", str(Refused("too-large", limit=PACKAGE_BYTES >> 20)))
    return _list(request, form, status=413)


@require_POST
@login_required
@private
@measured(lambda: PACKAGE_BYTES + FORM_BYTES, _too_large)
def take(request: HttpRequest) -> HttpResponse:
    """Take a package in and lead to its round."""
    person = person_of(request)
    form = PackageForm(person, request.POST, request.FILES)
    if form.is_valid():
        given = form.cleaned_data["package"]
        try:
            taken = taking.take(form.cleaned_data["office"], given.read(), person, str(given.name))
        except Refused as refused:
            form.add_error("package", str(refused))
        else:
            return redirect("matching-round", page=taken.round.page)
    return _list(request, form, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@private
def ask(request: HttpRequest, uuid: UUID, species: str) -> HttpResponse:
    """Choose animals and begin a round with a partner."""
    person = person_of(request)
    partner = wanted(queries.partners_for(person, Verb.PUBLISH).filter(uuid=uuid).first())
    if species not in MARKED:
        raise Http404
    form = AskForm(partner, species, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            begun = actions.ask(partner, species, form.flanks, person)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            return redirect("matching-round", page=begun.page)
    return show(
        request,
        "matching/ask.html",
        title=_("Ask about our animals"),
        links=addresses("matching-ask", lambda code: {"uuid": uuid, "species": species}),
        status=422 if request.method == "POST" else 200,
        partner=partner,
        species=species,
        form=form,
        agreement=agreements.covering_one(partner, species, "flanks"),
    )


@require_safe
@login_required
@private
def round_page(request: HttpRequest, page: UUID) -> HttpResponse:
    """A round: what is to do, its pairs, and exactly what went out and came in."""
    return _round(request, round_or_404(request, page))


@require_POST
@login_required
@private
def package(request: HttpRequest, page: UUID) -> HttpResponse:
    """Write the next package: a download, or handed over at once inside this centre."""
    row = round_or_404(request, page, Verb.PUBLISH)
    try:
        sealed = actions.send(row, person_of(request), whole=request.POST.get("whole") == "1")
    except Refused as refused:
        return _round(request, row, problem=str(refused), status=409)
    if row.partner.local is not None:
        return redirect("matching-round", page=page)
    answer = HttpResponse(sealed.content, content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="{sealed.name}"'
    return answer


@require_POST
@login_required
@private
def search(request: HttpRequest, page: UUID) -> HttpResponse:
    """Start the search in our own gallery."""
    row = round_or_404(request, page, Verb.PUBLISH)
    form = SearchForm(request.POST)
    if row.role != Round.Role.ANSWERER:
        raise Http404
    if not form.is_valid():
        return _round(request, row, problem=_("Give a probability from 0.05 to 1."), status=422)
    run = actions.start_search(row, form.cleaned_data["threshold"], person_of(request))
    return redirect("run", uuid=run.uuid)


@require_POST
@login_required
@private
def crops(request: HttpRequest, page: UUID) -> HttpResponse:
    """Release our pictures of the chosen pairs."""
    row = round_or_404(request, page, Verb.PUBLISH)
    chosen = [each.split("_") for each in request.POST.getlist("pair")]
    pairs = [(each[0], each[1]) for each in chosen if len(each) == 2]
    return _done(request, row, lambda: actions.show_crops(row, pairs, person_of(request)))


@require_POST
@login_required
@private
def end(request: HttpRequest, page: UUID) -> HttpResponse:
    """End a round."""
    row = round_or_404(request, page, Verb.PUBLISH)
    return _done(request, row, lambda: actions.end(row, person_of(request)))


@require_POST
@login_required
@private
def release(request: HttpRequest, page: UUID) -> HttpResponse:
    """Let the number of joint animals be public, as far as the other office does so, too."""
    row = round_or_404(request, page, Verb.PUBLISH)
    return _done(request, row, lambda: actions.release_number(row, person_of(request)))


@require_safe
@login_required
@private
def crop(request: HttpRequest, page: UUID, code: UUID, other: UUID) -> HttpResponse:
    """The released picture of the flank `code` in its pair with `other`; for people who decide."""
    row = round_or_404(request, page, Verb.CHANGE)
    for found in log.view(row).pairs:
        if {found.request, found.answer} == {str(code), str(other)}:
            side = found.crops.get("asker" if found.request == str(code) else "answerer")
            content = files.read(side.blob) if side is not None else None
            if content is not None:
                return HttpResponse(content, content_type="image/png")
    raise Http404


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@private
def pair(request: HttpRequest, page: UUID, request_code: UUID, answer_code: UUID) -> HttpResponse:
    """Both pictures side by side, and the expert's verdict; leads on to the next pair."""
    row = round_or_404(request, page, Verb.CHANGE)
    if request.method != "POST":
        return _pair(request, row, request_code, answer_code)
    form = VerdictForm(request.POST)
    if not form.is_valid():
        return _pair(request, row, request_code, answer_code, problem=_("Choose a verdict."), status=422)
    try:
        actions.decide(
            row, str(request_code), str(answer_code), form.cleaned_data["verdict"], person_of(request)
        )
    except Refused as refused:
        return _pair(request, row, request_code, answer_code, problem=str(refused), status=409)
    following = presenting.next_to_decide(row)
    if following is None or form.cleaned_data["verdict"] == "same":
        return redirect("matching-pair", page=page, request_code=request_code, answer_code=answer_code)
    return redirect("matching-pair", page=page, request_code=following.request, answer_code=following.answer)


@require_POST
@login_required
@private
def passport(request: HttpRequest, page: UUID, request_code: UUID, answer_code: UUID) -> HttpResponse:
    """Write the shared passport of a joint animal."""
    row = round_or_404(request, page, Verb.PUBLISH)
    form = PassportForm(request.POST)
    if form.is_valid():
        try:
            actions.write_passport(
                row, str(request_code), str(answer_code), form.cleaned_data["passport"],
                form.cleaned_data["home"], person_of(request),
            )  # fmt: skip
        except Refused as refused:
            form.add_error("passport", str(refused))
        else:
            return redirect("matching-pair", page=page, request_code=request_code, answer_code=answer_code)
    return _pair(request, row, request_code, answer_code, passport_form=form, status=422)


@require_POST
@login_required
@private
def take_back(request: HttpRequest, page: UUID, request_code: UUID, answer_code: UUID) -> HttpResponse:
    """Take our verdict on a pair back."""
    row = round_or_404(request, page, Verb.CHANGE)
    pair_or_404(row, request_code, answer_code)
    actions.take_back_verdict(row, str(request_code), str(answer_code), person_of(request))
    return redirect("matching-pair", page=page, request_code=request_code, answer_code=answer_code)


@require_safe
@login_required
@private
def joint_animals(request: HttpRequest) -> HttpResponse:
    """The animals that we and a partner both know, with both names."""
    return show(
        request,
        "matching/joint.html",
        title=_("Animals known on both sides"),
        links=addresses("matching-joint"),
        animals=queries.joint_for(person_of(request)),
    )


def _done(request: HttpRequest, row: Round, verb: Any) -> HttpResponse:
    """Do something to a round and lead back to it, or say there why it cannot be done."""
    try:
        verb()
    except Refused as refused:
        return _round(request, row, problem=str(refused), status=409)
    return redirect("matching-round", page=row.page)


def _list(request: HttpRequest, form: PackageForm, *, status: int = 200) -> HttpResponse:
    person = person_of(request)
    return show(
        request,
        "matching/rounds.html",
        title=_("Animals across the border"),
        links=addresses("matching"),
        status=status,
        rounds=[(row, log.view(row)) for row in queries.rounds_for(person)],
        partners=queries.partners_for(person, Verb.PUBLISH).exclude(confirmed=None),
        marked=MARKED,
        leads=queries.offices_for(person, Verb.PUBLISH).exists(),
        form=form,
    )


def _round(request: HttpRequest, row: Round, *, problem: str = "", status: int = 200) -> HttpResponse:
    person = person_of(request)
    view = log.view(row)
    running = Run.objects.filter(
        kind="matching.search", parameters__round=str(row.page), state__in=(RunState.QUEUED, RunState.RUNNING)
    ).first()
    return show(
        request,
        "matching/round.html",
        title=_("Round with %(partner)s") % {"partner": row.partner},
        links=addresses("matching-round", lambda code: {"page": row.page}),
        status=status,
        round=row,
        view=view,
        pairs=presenting.pairs(row, view),
        unsent=presenting.unsent(row),
        packages=row.packages.select_related("person"),
        leads=queries.round_for(person, row.page, Verb.PUBLISH) is not None,
        decides=queries.round_for(person, row.page, Verb.CHANGE) is not None,
        running=running,
        form=SearchForm(),
        problem=problem,
    )


def _pair(
    request: HttpRequest, row: Round, request_code: UUID, answer_code: UUID, *, problem: str = "",
    passport_form: PassportForm | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    found = pair_or_404(row, request_code, answer_code)
    both = {role: each.blob for role, each in found.crops.items()}
    own = joint.own_flank(row, found)
    leads = queries.round_for(person_of(request), row.page, Verb.PUBLISH) is not None
    if passport_form is None and leads and found.outcome is Outcome.SAME:
        passport_form = presenting.passport_form(row, found)
    return show(
        request,
        "matching/pair.html",
        title=_("Is it the same animal?"),
        links=addresses(
            "matching-pair",
            lambda code: {"page": row.page, "request_code": request_code, "answer_code": answer_code},
        ),
        status=status,
        round=row,
        pair=presenting.pair(row, found),
        own=own,
        places=evidence.places(both["asker"], both["answerer"]) if len(both) == 2 else [],
        passport_form=passport_form,
        problem=problem,
    )
