"""The newsroom of the demonstration: lists, items, publications, subjects of the news."""

import datetime
import json
from typing import Any

from wagtail.models import Locale
from wagtail.rich_text import RichText

from amur.portal.demo.content_files import CONTENT
from amur.portal.languages.codes import LANGUAGES
from amur.portal.languages.text import MultilingualText, Status
from amur.portal.library.models import Publication
from amur.portal.media.models import MediaFile
from amur.portal.offices.models import Office
from amur.portal.website.models import (
    CampaignIndexPage,
    CampaignPage,
    HomePage,
    NewsPage,
    ProjectIndexPage,
    ProjectPage,
    StoryIndexPage,
    StoryPage,
    VideoIndexPage,
    VideoPage,
)

KINDS: dict[str, tuple[type[Any], type[Any]]] = {
    "project": (ProjectIndexPage, ProjectPage),
    "campaign": (CampaignIndexPage, CampaignPage),
    "story": (StoryIndexPage, StoryPage),
    "video": (VideoIndexPage, VideoPage),
}
PLAIN_STATE = {True: str(Status.REVIEWED), False: str(Status.DRAFT)}


def load_newsroom() -> None:
    """Make what is not there yet; pages that exist are left as editors made them."""
    content = json.loads((CONTENT / "newsroom.json").read_text(encoding="utf-8"))
    offices = {office.key: office for office in Office.objects.all()}
    files = {file.key: file for file in MediaFile.objects.all()}
    _load_publications(content["publications"], offices, files)
    if ProjectIndexPage.objects.exists():
        return
    homes = {home.locale.language_code: home for home in HomePage.objects.select_related("locale")}
    for row in content["lists"]:
        model = KINDS[row["kind"].removesuffix("-index")][0]
        for code, page in _versions(row, model).items():
            homes[code].add_child(instance=page)
    for row in content["items"]:
        index, model = KINDS[row["kind"]]
        for code, page in _versions(row, model).items():
            _describe(page, row, offices, files)
            index.objects.get(locale__language_code=code).add_child(instance=page)
    for key, (rubric, module, countries, office, picture, areas, place) in content["news"].items():
        for page in NewsPage.objects.filter(key=key):
            page.rubric, page.module_key, page.countries = rubric, module, countries
            page.office, page.lead_picture = offices[office], files.get(picture or "")
            page.area_keys = areas
            page.place = place if page.locale.language_code == "en" else ""
            page.save()


def _versions(row: dict[str, Any], model: type[Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    translation_key = None
    source = row.get("source_language", "en")
    for code in LANGUAGES:
        words = row["texts"].get(code)
        if words is None:
            continue
        page = model(
            title=words["title"],
            slug=words["slug"],
            summary=words["summary"],
            key=row["key"],
            locale=Locale.objects.get(language_code=code),
            source_language=source,
            translation_status=PLAIN_STATE[code == source],
            search_description=words["summary"][:300],
        )
        page.translation_key = translation_key or page.translation_key
        translation_key = page.translation_key
        page.body = [(kind, RichText(value) if kind == "text" else value) for kind, value in words["body"]]
        found[code] = page
    return found


def _describe(
    page: Any, row: dict[str, Any], offices: dict[str, Office], files: dict[str, MediaFile]
) -> None:
    page.date = datetime.date.fromisoformat(row["date"])
    page.date_precision = row["date_precision"]
    page.office = offices[row["office"]]
    page.module_key, page.countries = row["module"], row["countries"]
    page.species_keys, page.area_keys = row["species"], row["areas"]
    page.lead_picture = files.get(row.get("picture") or "")
    if row["kind"] == "campaign":
        page.series = row["series"]
    if row["kind"] == "video":
        page.video_address = row["address"]
    if row.get("end"):
        page.end = datetime.date.fromisoformat(row["end"])
    if row.get("gallery"):
        page.body.append(("gallery", [{"file": files[key]} for key in row["gallery"]]))


def _load_publications(
    rows: list[dict[str, Any]], offices: dict[str, Office], files: dict[str, MediaFile]
) -> None:
    for row in rows:
        Publication.objects.get_or_create(
            key=row["key"],
            defaults={
                "office": offices[row["office"]],
                "type": row["type"],
                "names": MultilingualText.from_json(row["names"]),
                "annotation": MultilingualText.from_json(row["annotation"]),
                "authors": row["authors"],
                "issued": row["issued"],
                "languages": row["languages"],
                "licence": row["licence"],
                "cover": files.get(row["cover"] or ""),
                "module_key": row["module"],
                "countries": row["countries"],
                "species_keys": row["species"],
                "area_keys": row["areas"],
                "is_published": True,
            },
        )
