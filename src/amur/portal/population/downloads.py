"""Files of a result: everything as JSON, figures as CSV, the page as one HTML file."""

import json

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from amur.portal.languages.codes import HTML_TAGS, Language
from amur.portal.population import presenting
from amur.portal.population.queries import Shown
from amur.portal.website.spreadsheets import table

HEADING = ("session", "figure", "region", "unit", "estimate", "lower", "upper")


def as_json(shown: Shown) -> HttpResponse:
    """All fields of the result, as they are shown."""
    document = {"uuid": str(shown.uuid), "key": shown.key, **shown.fields}
    text = json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False)
    return HttpResponse(
        text + "\n",
        content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name_of(shown)}.json"'},
    )


def as_csv(shown: Shown) -> HttpResponse:
    """All figures in a table; what is withheld is empty."""
    return table(f"{name_of(shown)}.csv", HEADING, presenting.rows(shown.fields))


def as_report(request: HttpRequest, shown: Shown, language: Language) -> HttpResponse:
    """The page as one file that needs nothing else, to print or to send."""
    context = {"title": shown.names.text(language), "tag": HTML_TAGS[language], "in_report": True}
    text = render_to_string(
        "population/report.html", {**presenting.context_of(shown, language), **context}, request
    )
    return HttpResponse(
        text,
        content_type="text/html; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name_of(shown)}.html"'},
    )


def name_of(shown: Shown) -> str:
    """How the files of a result begin; what is made up says so."""
    return f"simulated-{shown.key}" if shown.fields["simulated"] else shown.key
