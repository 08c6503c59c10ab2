"""How issues become records for the gate."""

from collections.abc import Iterable

from django.utils import translation
from django.utils.translation import gettext as _

from amur.disclosure import Record
from amur.portal.languages.codes import LANGUAGES
from amur.portal.languages.text import MultilingualText, Status, Translation
from amur.portal.newsletter.models import Issue, IssueItem
from amur.portal.release.registry import Adapter, Draft

KIND = "newsletter"


def title_of(number: int) -> MultilingualText:
    """An issue's title in the four languages: the program's own words."""
    texts = {}
    for code in LANGUAGES:
        with translation.override(code):
            texts[code] = Translation(_("Newsletter No. %(number)s") % {"number": number}, Status.REVIEWED)
    return MultilingualText("en", texts)


def issue_draft(issue: Issue) -> Draft:
    """An issue with its stories by kind, identifier and own heading, in order."""
    items = list(issue.items.all())
    day = issue.published_at.date().isoformat() if issue.published_at else None
    return Draft(
        record=Record(
            kind=KIND,
            id=issue.uuid,
            owner=issue.office.key,
            fields={
                "name": title_of(issue.number).to_json(),
                "number": issue.number,
                "year": issue.year,
                "quarter": issue.quarter,
                "intro": issue.intro.to_json(),
                "published": day,
                "items": [[item.kind, str(item.target)] for item in items],
                "headings": [item.heading.to_json() for item in items],
                "office": issue.office.key,
            },
            published=issue.is_published,
        ),
        key=str(issue.number),
        sort=f"{issue.number:04d}",
        slugs={code: str(issue.number) for code in LANGUAGES},
    )


def _rows() -> Iterable[Issue]:
    rows: Iterable[Issue] = Issue.objects.select_related("office").prefetch_related("items")
    return rows


def _of_item(item: IssueItem) -> Iterable[Issue]:
    found: Iterable[Issue] = Issue.objects.filter(pk=item.issue_id)
    return found


ISSUES = Adapter(kind=KIND, model=Issue, draft=issue_draft, rows=_rows, dependents={IssueItem: _of_item})
