"""How people get in: no open registration; the administrator of an office makes the accounts."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class ClosedSignup(DefaultAccountAdapter):
    """Accounts are made by administrators, so the sign-up pages are closed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
