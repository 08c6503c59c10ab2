"""The login forms, with the question whose computer this is. Named in the settings."""

from typing import Any

from allauth.account.forms import LoginForm
from allauth.core import context
from allauth.mfa.webauthn.forms import LoginWebAuthnForm
from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from amur.portal.offices.sessions import remember_computer


class PasswordLogin(LoginForm):
    """User name and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["remember"]
        self.fields["password"].help_text = ""
        self.fields["shared_computer"] = forms.BooleanField(
            label=_("This is a shared computer"),
            help_text=_("You are logged out after 15 minutes without use, and after 8 hours at the latest."),
            required=False,
            initial=True,
        )

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        own = not self.cleaned_data["shared_computer"]
        # The form that this one builds on sets the cookie's life from "remember".
        self.cleaned_data["remember"] = own
        remember_computer(request.session, own=own)
        response: HttpResponse = super().login(request, redirect_url)
        return response


class PasskeyLogin(LoginWebAuthnForm):
    """A passkey; the page's script copies the answer about the computer from the form above it."""

    own_computer = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors:
            remember_computer(context.request.session, own=cleaned.get("own_computer", False))
        return cleaned
