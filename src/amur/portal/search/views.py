"""The page of the search. It is the same for everybody but kept nowhere: what people look for is theirs."""

import re
from typing import Final

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import gettext as _

from amur.portal.languages.codes import LANGUAGES
from amur.portal.search import queries
from amur.portal.search.asking import MAX_LENGTH
from amur.portal.search.registry import kinds
from amur.portal.search.signals import searched
from amur.portal.website.shell import addresses, current_language, show

AS_TYPED: Final = "as-typed"
_VALUE: Final = re.compile(r"[\w-]{1,80}")


def search(request: HttpRequest) -> HttpResponse:
    """What is found for `?q=`, page by page; `as-typed=1` looks for the very words."""
    language = current_language()
    text = " ".join(request.GET.get("q", "").split())[:MAX_LENGTH]
    filters = _filters(request.GET)
    as_typed = bool(request.GET.get(AS_TYPED))
    result = queries.search(text, language, filters, as_typed=as_typed)
    if result.question.words and "page" not in request.GET:
        searched.send(sender=search, language=language, words=text, found=queries.sure(result))
    asked = {"q": text, **({AS_TYPED: "1"} if as_typed else {})}
    response = show(
        request,
        "search/search.html",
        title=_("Search: %(words)s") % {"words": text} if text else _("Search"),
        description=_("Pages, news, publications, areas, species and facts in four languages"),
        section="search",
        links={code: f"{address}{_query(asked, filters)}" for code, address in addresses("search").items()},
        text=text,
        result=result,
        list=queries.shown(result, language, filters, request.GET.get("page")),
        filters=filters,
        asked={**asked, **filters},
        typed=_query({"q": text, AS_TYPED: "1"}, filters),
    )
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _filters(query: QueryDict) -> dict[str, str]:
    """The filters of an address; what no item can have is ignored."""
    given = {name: str(query.get(name, "")) for name in queries.FILTERS}
    chosen = {name: value for name, value in given.items() if _VALUE.fullmatch(value)}
    known = {"kind": kinds(), "language": LANGUAGES}
    return {name: value for name, value in chosen.items() if value in known.get(name, (value,))}


def _query(asked: dict[str, str], filters: dict[str, str]) -> str:
    query = QueryDict(mutable=True)
    query.update({name: value for name, value in {**asked, **filters}.items() if value})
    return f"?{query.urlencode()}" if query else ""
