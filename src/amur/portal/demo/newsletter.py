"""The newsletter of the demonstration: one published issue and one draft."""

import datetime
import json
from typing import Any
from uuid import UUID

from amur.portal.demo.content_files import CONTENT
from amur.portal.events.models import Event
from amur.portal.languages.text import MultilingualText
from amur.portal.library.models import Publication
from amur.portal.newsletter.actions import make_files
from amur.portal.newsletter.models import Issue, IssueItem
from amur.portal.offices.models import Office
from amur.portal.website.models import ItemPage


def load_newsletter() -> None:
    """Make the issues that are not there yet; their files are made by a run, after everything is stored."""
    offices = {office.key: office for office in Office.objects.all()}
    for row in json.loads((CONTENT / "newsletter.json").read_text(encoding="utf-8")):
        if Issue.objects.filter(year=row["year"], quarter=row["quarter"]).exists():
            continue
        published = datetime.datetime.fromisoformat(row["published"]) if row["published"] else None
        issue = Issue.objects.create(
            office=offices[row["office"]],
            year=row["year"],
            quarter=row["quarter"],
            intro=MultilingualText.from_json(row["intro"]),
            is_published=published is not None,
            published_at=published,
        )
        for position, item in enumerate(row["items"]):
            IssueItem.objects.create(
                issue=issue,
                sort_order=position,
                kind=item["kind"],
                target=_target(item),
                heading=MultilingualText.from_json(item.get("heading")),
            )
        if published is not None:
            make_files(issue)


def _target(item: dict[str, Any]) -> UUID:
    models: dict[str, type[Any]] = {"publication": Publication, "event": Event}
    if item["kind"] in models:
        found: UUID = models[item["kind"]].objects.get(key=item["key"]).uuid
        return found
    pages = (model.objects.filter(key=item["key"]).first() for model in ItemPage.__subclasses__())
    key: UUID = next(page for page in pages if page is not None).translation_key
    return key
