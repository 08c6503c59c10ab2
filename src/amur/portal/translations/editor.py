"""The side-by-side editor: the source on one side, the translation on the other, what changed marked.

Thin: `actions.write` decides and stores. A save that comes too late shows both texts and stores nothing.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods

from amur.formats.inline import words_of
from amur.portal.languages.codes import HTML_TAGS, OWN_NAMES
from amur.portal.translations import actions, glossary
from amur.portal.translations.differences import word_diff
from amur.portal.translations.finding import Found, found
from amur.portal.translations.following import snapshots
from amur.portal.translations.forms import TranslationForm, name_of
from amur.portal.translations.models import WorkState
from amur.portal.translations.registry import Conflict, Content, Refusal


@require_http_methods(["GET", "HEAD", "POST"])
@cache_control(private=True, no_store=True)
def edit(request: HttpRequest, kind: str, subject: UUID, language: str) -> HttpResponse:
    """The editor of one item in one language."""
    one = found(request.user, kind, subject, language)
    content = one.adapter.content(subject)
    if content is None:
        raise Http404
    if request.method != "POST":
        form = TranslationForm(content, one.language, initial=_initial(one, content))
        return _page(request, one, content, form)
    form = TranslationForm(content, one.language, request.POST)
    if not form.is_valid():
        return _page(request, one, content, form, status=422)
    return _save(request, one, content, form)


def _save(request: HttpRequest, one: Found, content: Content, form: TranslationForm) -> HttpResponse:
    publish = "publish" in request.POST
    work = actions.Work(
        texts=form.texts,
        state=WorkState(form.cleaned_data["state"]),
        token=form.cleaned_data["token"],
        source_token=form.cleaned_data["source_token"],
        publish=publish,
    )
    try:
        actions.write(request.user, one.adapter, one.item, one.language, work)
    except Conflict as conflict:
        fresh = one.adapter.content(one.item.subject) or content
        again = TranslationForm(fresh, one.language, initial=_after_conflict(one, fresh, form))
        return _page(request, one, fresh, again, problems=[str(conflict)], theirs=conflict.theirs, status=409)
    except Refusal as refusal:
        return _page(request, one, content, form, problems=[str(refusal)], status=409)
    except ValidationError as error:
        return _page(request, one, content, form, problems=list(error.messages), status=422)
    if publish or not one.adapter.is_page:
        messages.success(request, _("Saved. Readers see it now."))
    else:
        messages.success(request, _("Saved as a draft. Readers do not see it yet."))
    return redirect("translations-edit", one.item.kind, one.item.subject, one.language)


def _initial(one: Found, content: Content) -> dict[str, Any]:
    latest = content.latest(one.language)
    texts = latest.texts if latest is not None else {}
    return {
        **_tokens(one, content),
        "state": WorkState.REVIEWED
        if latest is not None and latest.state == WorkState.REVIEWED
        else WorkState.DRAFT,
        **{name_of(part.id): texts.get(part.id, "") for part in content.wanted(one.language)},
    }


def _after_conflict(one: Found, content: Content, form: TranslationForm) -> dict[str, Any]:
    """The translator's own words in a form that knows what stands there now."""
    mine = {name_of(name): text for name, text in form.texts.items()}
    return {**_initial(one, content), **mine, "state": form.cleaned_data["state"]}


def _tokens(one: Found, content: Content) -> dict[str, str]:
    return {
        "token": one.adapter.token(one.item.subject, one.language),
        "source_token": actions.source_token(content, one.language),
    }


def _page(
    request: HttpRequest,
    one: Found,
    content: Content,
    form: TranslationForm,
    *,
    problems: list[str] | None = None,
    theirs: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    person: Any = request.user
    holder = actions.holder_of(one.state)
    return render(
        request,
        "translations/edit.html",
        {
            "item": one.item,
            "state": one.state,
            "kind": one.adapter.label,
            "form": form,
            "rows": _rows(one, content, form, theirs or {}),
            "problems": problems or [],
            "language_name": OWN_NAMES[one.language],
            "source_name": OWN_NAMES[content.source_language],
            "language": one.language,
            "holder": holder,
            "is_mine": holder is not None and holder.pk == person.pk,
            "may_publish": one.adapter.is_page
            and one.adapter.may_publish(person, one.item.subject, one.language),
            "is_page": one.adapter.is_page,
            "ordinary": one.adapter.address(one.item.subject, one.language),
            "here": reverse("translations-edit", args=[one.item.kind, one.item.subject, one.language]),
            "tab": "",
        },
        status=status,
    )


def _rows(
    one: Found, content: Content, form: TranslationForm, theirs: Mapping[str, str]
) -> list[dict[str, Any]]:
    kept = snapshots(one.item, one.language)
    terms = glossary.terms()
    rows = []
    for part in content.wanted(one.language):
        field = form[name_of(part.id)]
        text = str(field.value() or "")
        row = kept.get(part.id)
        changed = row is not None and row.source_hash != part.hash
        new = row is None and bool(kept)
        other = theirs.get(part.id, "")
        hits = glossary.hits(words_of(part.text), part.language, words_of(text), one.language, terms)
        rows.append(
            {
                "segment": part,
                "tag": HTML_TAGS[part.language],
                "target_tag": HTML_TAGS[one.language],
                "field": field,
                "is_changed": changed,
                "is_new": new,
                "diff": word_diff(row.source_text, part.text, rich=part.rich)
                if row is not None and changed
                else None,
                "theirs": words_of(other) if part.rich else other,
                "is_contested": bool(theirs) and other.strip() != text.strip(),
                "hits": hits,
            }
        )
    return rows
