"""The menu of each language, remembered until something that is released changes."""

import datetime
from dataclasses import dataclass

from django.utils import timezone

from amur.portal.languages.codes import Language
from amur.portal.languages.text import Reading
from amur.portal.offices.models import LegalNotice
from amur.portal.release.memory import remembered
from amur.portal.website.models import ModulePage, NewsIndexPage, TextPage
from amur.portal.website.queries import LISTS, PageLink, best_versions


@dataclass(frozen=True, slots=True)
class Menu:
    """The modules of the programme, the lists, the pages about the centre, the notices to show."""

    news: PageLink | None
    modules: tuple[PageLink, ...]
    texts: tuple[PageLink, ...]
    lists: tuple[PageLink, ...]
    notices: tuple[Reading, ...]


def menu(language: Language) -> Menu:
    """The menu of a language as of today."""
    return _menu(language, timezone.localdate())


@remembered
def _menu(language: Language, today: datetime.date) -> Menu:
    notices = LegalNotice.objects.filter(scope=LegalNotice.Scope.SITE, valid_from__lte=today).exclude(
        valid_to__lt=today
    )
    readings = (notice.text.reading(language) for notice in notices if notice.text.has(language))
    return Menu(
        news=next(iter(best_versions(NewsIndexPage, language)), None),
        modules=tuple(best_versions(ModulePage, language)),
        texts=tuple(best_versions(TextPage, language)),
        lists=tuple(
            link for model in LISTS if model is not NewsIndexPage for link in best_versions(model, language)
        ),
        notices=tuple(reading for reading in readings if reading),
    )
