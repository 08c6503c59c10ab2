"""Public pages: what is kept of visits, and the cookie policy. The same for everybody, and cached."""

from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from amur.portal.visitors import queries
from amur.portal.visitors.actions import KEPT_MONTHS
from amur.portal.visitors.cookies import STORED
from amur.portal.visitors.kept import FIELDS
from amur.portal.visitors.suppression import LEAST
from amur.portal.website.middleware import public
from amur.portal.website.shell import addresses, show


@public
def kept(request: HttpRequest) -> HttpResponse:
    """Exactly what is stored, field by field, with a real extract."""
    tables = []
    for name, fields in FIELDS.items():
        model = apps.get_model("visitors", name)
        tables.append((model._meta.verbose_name_plural, [(field, text) for field, text in fields.items()]))
    return show(
        request,
        "visitors/kept.html",
        title=_("How visits are counted"),
        description=_("What this site keeps of its visitors: numbers, and nothing of anybody"),
        links=addresses("visitors"),
        tables=tables,
        rows=queries.extract(),
        words=queries.search_extract(),
        since=queries.kept_since(),
        months=KEPT_MONTHS,
        least=LEAST,
    )


@public
def cookies(request: HttpRequest) -> HttpResponse:
    """The cookie policy."""
    return show(
        request,
        "visitors/cookies.html",
        title=_("Cookies and browser storage"),
        description=_("All that this site ever puts into a browser, and when"),
        links=addresses("privacy-cookies"),
        stored=STORED,
    )
