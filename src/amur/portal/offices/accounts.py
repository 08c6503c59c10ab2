"""How people get in: no open registration, a password and a second factor, or a passkey.

The administrator of an office makes the accounts. Named in the settings: `ClosedSignup`,
`SecretsUnderKey` and `WhoMayEnter`. `sessions` limits a login, `second_factor` demands the second factor.
"""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext

from amur.portal.offices.sealing import cipher

PURPOSE = "second factor"


class WhoMayEnter(AuthenticationBackend):
    """Active accounts only, and demonstration accounts only while AMUR_DEMO is set.

    Asked at each request, so that somebody who may no longer enter is out at once.
    """

    def user_can_authenticate(self, user: Any) -> bool:
        if getattr(user, "is_demo", False) and not settings.AMUR_DEMO:
            return False
        return bool(super().user_can_authenticate(user))


class ClosedSignup(DefaultAccountAdapter):
    """Accounts are made by administrators, so the sign-up pages are closed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse | None:
        """Passkeys do not pass through the backend's password check, so ask it here as well."""
        if not WhoMayEnter().user_can_authenticate(user):
            from allauth.account.internal.stagekit import clear_login

            clear_login(request)
            refusal: HttpResponse = self.respond_user_inactive(request, user)
            return refusal
        allowed: HttpResponse | None = super().pre_login(request, user, **kwargs)
        return allowed


class SecretsUnderKey(DefaultMFAAdapter):
    """Keeps one-time-code secrets encrypted, so that a copy of the database alone lets nobody in."""

    def encrypt(self, text: str) -> str:
        return cipher(PURPOSE).encrypt(text.encode()).decode("ascii")

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return cipher(PURPOSE).decrypt(encrypted_text.encode("ascii")).decode()
        except InvalidToken:
            raise ImproperlyConfigured(
                "A second factor in the database was stored under another secret key. Bring back the file "
                "secret.key that belongs to this database, or remove the factor so that it is set up anew."
            ) from None

    def get_totp_issuer(self) -> str:
        return gettext("Amur information centre")
