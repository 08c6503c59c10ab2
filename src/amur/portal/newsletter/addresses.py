"""Permanent addresses of issues, and what begins absolute ones. Called by letters, files and the sitemap."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from amur.portal.languages.codes import Language


def site_address() -> str:
    """What begins the absolute addresses in files and letters: the setting AMUR_ADDRESS."""
    return str(settings.WAGTAILADMIN_BASE_URL).rstrip("/")


def address_of(number: int, language: Language) -> str:
    """The permanent address of an issue in a language."""
    with translation.override(language):
        return reverse("newsletter-issue", kwargs={"number": number})
