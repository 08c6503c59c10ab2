"""The pages of numbers: the list, one survey, its files. The public sees what is released; people of the
office with a right to camera records see everything of their own.
"""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from amur.portal.facts.queries import facts_by_key
from amur.portal.languages.codes import Language
from amur.portal.offices.policies import Subject, Verb, may
from amur.portal.surveys import downloads, facts, presenting, queries
from amur.portal.surveys.queries import Shown
from amur.portal.surveys.seeing import shown_or_404
from amur.portal.surveys.wordings import RULES, species_words
from amur.portal.website.answers import for_all_or_one
from amur.portal.website.shell import addresses, current_language, show


@require_safe
def surveys(request: HttpRequest) -> HttpResponse:
    """All numbers that may be seen, newest first; for those who may count their surveys, too."""

    def answer() -> HttpResponse:
        language = current_language()
        may_count = queries.offices_for(request.user).exists()
        return show(
            request,
            "surveys/surveys.html",
            title=_("Camera surveys"),
            description=_("What camera traps met: effort, indices, activity and known animals"),
            section="cameras",
            links=addresses("surveys"),
            results=[(one, _species(one, language)) for one in queries.visible(request.user)],
            may_count=may_count,
            own=queries.surveys_for(request.user) if may_count else [],
        )

    return for_all_or_one(request, answer, whole=request.user.is_authenticated)


@require_safe
def result(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The numbers of one survey: tables with pictures, definitions, files."""
    shown = shown_or_404(request, uuid)

    def answer() -> HttpResponse:
        language = current_language()
        numbers = shown.numbers
        keys = [one.key for one in facts.figures(numbers)] if numbers is not None else []
        return show(
            request,
            "surveys/result.html",
            title=shown.names.text(language),
            description=_("Effort, indices, activity and known animals of a camera survey"),
            section="cameras",
            links=addresses("survey-result", lambda code: {"uuid": uuid}),
            names=shown.names,
            shown=shown,
            fields=shown.fields,
            tables=presenting.told(shown, language),
            rules=_rules(shown),
            facts=len(facts_by_key(tuple(keys))) if keys else 0,
            figures=len(keys),
            may_release=numbers is not None
            and may(request.user, Verb.PUBLISH, Subject.CAMERAS, numbers.office),
            may_change=numbers is not None
            and may(request.user, Verb.CHANGE, Subject.CAMERAS, numbers.office),
            may_delete=numbers is not None
            and may(request.user, Verb.DELETE, Subject.CAMERAS, numbers.office),
        )

    return for_all_or_one(request, answer, whole=shown.is_whole)


@require_safe
def result_json(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Everything that may be seen as JSON."""
    shown = shown_or_404(request, uuid)
    return for_all_or_one(request, lambda: downloads.as_json(shown), whole=shown.is_whole)


@require_safe
def result_csv(request: HttpRequest, uuid: UUID, name: str) -> HttpResponse:
    """One table as CSV."""
    shown = shown_or_404(request, uuid)
    found = downloads.as_csv(shown, name)
    if found is None:
        raise Http404
    return for_all_or_one(request, lambda: found, whole=shown.is_whole)


@require_safe
def secr(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The capture history for secr, for the office alone: it tells stations."""
    shown = shown_or_404(request, uuid)
    found = downloads.as_secr(shown) if shown.is_whole else None
    if found is None:
        raise Http404
    return for_all_or_one(request, lambda: found, whole=True)


def _species(shown: Shown, language: Language) -> str:
    names = [species_words(one["species"], language) for one in shown.fields["species"]]
    more = len(names) - 6
    return ", ".join(names[:6]) + (f" + {more}" if more > 0 else "")


def _rules(shown: Shown) -> list[str]:
    """The definitions in words."""
    rules = shown.fields["rules"]
    told = [
        str(RULES[rules["effort"]]),
        _("independent events: %(minutes)g minutes; %(rule)s")
        % {"minutes": rules["minutes"], "rule": RULES[rules["rule"]]},
        _("known animals: %(policy)s") % {"policy": RULES[rules["flanks"]]},
    ]
    if rules["solar"]:
        told.append(_("times of day moved so that sunrise and sunset fall on their means"))
    return told
