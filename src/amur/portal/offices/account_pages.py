"""The frame of the account pages: a context processor that gives allauth's templates the site's `shell`."""

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from amur.portal.languages.codes import LANGUAGES, Language
from amur.portal.offices.sessions import is_account
from amur.portal.website.shell import Shell, current_language, link_to

TITLES: dict[str, Promise] = {
    "account_login": _("Log in"),
    "account_logout": _("Log out"),
    "account_inactive": _("Account closed"),
    "account_reauthenticate": _("Confirm that it is you"),
    "account_change_password": _("Change password"),
    "account_set_password": _("Set password"),
    "account_reset_password": _("Reset password"),
    "account_reset_password_done": _("Reset password"),
    "account_reset_password_from_key": _("Reset password"),
    "account_reset_password_from_key_done": _("Reset password"),
    "account_email": _("E-mail addresses"),
    "account_signup": _("No open registration"),
    "mfa_authenticate": _("Second factor"),
    "mfa_reauthenticate": _("Confirm that it is you"),
    "mfa_reauthenticate_webauthn": _("Confirm that it is you"),
    "mfa_index": _("Second factor"),
    "mfa_activate_totp": _("Set up an app for one-time codes"),
    "mfa_deactivate_totp": _("Remove the app for one-time codes"),
    "mfa_list_webauthn": _("Security keys"),
    "mfa_add_webauthn": _("Add a security key"),
    "mfa_edit_webauthn": _("Rename a security key"),
    "mfa_remove_webauthn": _("Remove a security key"),
    "mfa_view_recovery_codes": _("Recovery codes"),
    "mfa_generate_recovery_codes": _("New recovery codes"),
}
OTHERWISE = _("Your account")


def shell(request: HttpRequest) -> dict[str, Any]:
    """The frame's context for account pages, nothing for all others."""
    if not is_account(request.path):
        return {}
    match = request.resolver_match
    name = (match.url_name or "") if match else ""
    language = current_language()
    addresses = _addresses(request, name, match.kwargs if match else {})
    return {
        "shell": Shell(
            title=str(TITLES.get(name, OTHERWISE)),
            description="",
            language=language,
            addresses=addresses,
            translated=frozenset(),  # nothing here is for search engines
            section="account",
            content_language=language,
            origin=f"{request.scheme}://{request.get_host()}",
            links=tuple(
                link_to(code, addresses[code], current=code == language, translated=False)
                for code in LANGUAGES
            ),
        )
    }


def _addresses(request: HttpRequest, name: str, arguments: dict[str, Any]) -> dict[Language, str]:
    """The same account page in each language, with what the address asks for."""
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    found: dict[Language, str] = {}
    for code in LANGUAGES:
        with translation.override(code):
            try:
                found[code] = reverse(name, kwargs=arguments) + query
            except NoReverseMatch:
                found[code] = reverse("account_login")
    return found
