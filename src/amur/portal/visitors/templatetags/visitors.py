"""Template tags of privacy: the links at the foot of every page, and the notice beside what needs consent."""

from typing import Any
from urllib.parse import urlsplit

from django import template
from django.conf import settings
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from amur.portal.languages.codes import as_language
from amur.portal.languages.dates import written
from amur.portal.visitors import notice

register = template.Library()


@register.inclusion_tag("visitors/links.html")
def privacy_links() -> dict[str, Any]:
    """Links to what is kept, the cookie policy and the choices; the last tells `choices.js` what it needs."""
    return {
        "version": notice.version(),
        "choices_cookie": settings.VISITORS_CHOICES_COOKIE,
        "language_cookie": settings.VISITORS_LANGUAGE_COOKIE,
    }


@register.inclusion_tag("visitors/video.html")
def video_elsewhere(address: str, title: str) -> dict[str, Any]:
    """A link to a video on another site, which asks first unless the visitor has agreed; with the notice."""
    return {
        "address": address,
        "title": title,
        "host": urlsplit(address).hostname or "",
        "notice": notice,
    }


@register.filter
def of_hour(value: str) -> str:
    """An hour of the day: 07:00."""
    return f"{int(value):02}:00"


@register.filter
def of_day(value: Any) -> SafeString | str:
    """A day or a month as the language writes it."""
    return written(str(value), as_language(get_language()))
