"""What is no change of a row: publishing, signing in and out, failing to. Connected when the app is ready."""

import uuid
from typing import Any

from allauth.mfa import signals as second_factor
from django.contrib.auth import signals as auth
from django.db.models.signals import post_save
from django.http import HttpRequest
from wagtail.models import Page, Revision
from wagtail.signals import page_published, page_unpublished, post_page_move

from amur.portal.audit.actions import record
from amur.portal.audit.actor import VISITOR, Actor, person_as_actor
from amur.portal.audit.registry import note
from amur.portal.offices.models import Person

UNKNOWN = "(no such account)"


def connect() -> None:
    """Follow publications, drafts, sign-ins and second factors."""
    page_published.connect(_published, dispatch_uid="audit-publish")
    page_unpublished.connect(_unpublished, dispatch_uid="audit-unpublish")
    post_page_move.connect(_moved, dispatch_uid="audit-move")
    post_save.connect(_drafted, sender=Revision, dispatch_uid="audit-draft")
    auth.user_logged_in.connect(_logged_in, dispatch_uid="audit-login")
    auth.user_logged_out.connect(_logged_out, dispatch_uid="audit-logout")
    auth.user_login_failed.connect(_login_failed, dispatch_uid="audit-login-failed")
    second_factor.authentication_failed.connect(_second_factor_failed, dispatch_uid="audit-mfa-failed")
    second_factor.authenticator_used.connect(_second_factor_used, dispatch_uid="audit-mfa-used")


def _published(instance: Page, **_: Any) -> None:
    note(instance, "publish")


def _unpublished(instance: Page, **_: Any) -> None:
    note(instance, "unpublish")


def _moved(instance: Page, url_path_before: str, url_path_after: str, **_: Any) -> None:
    note(instance.specific, "move", {"address": [url_path_before, url_path_after]})


def _drafted(instance: Revision, created: bool, **_: Any) -> None:
    row = instance.content_object
    if created and row is not None:
        note(row, "draft")


def about(
    person: Person, action: str, changes: dict[str, Any] | None = None, actor: Actor | None = None
) -> None:
    """Note something about somebody's way in, in the chain of their office."""
    record(
        action,
        kind="offices.person",
        object_uuid=person.uuid,
        object_key=person.get_username(),
        changes=changes,
        office=_office(person),
        actor=actor or person_as_actor(person),
    )


def _office(person: Person) -> uuid.UUID | None:
    return person.office.uuid if person.office else None


def _logged_in(user: Person, **_: Any) -> None:
    about(user, "accounts.login")


def _logged_out(user: Person | None, request: HttpRequest | None = None, **_: Any) -> None:
    if user is not None:
        about(
            user, "accounts.session.expire" if getattr(request, "login_is_over", False) else "accounts.logout"
        )


def _login_failed(credentials: dict[str, Any], **_: Any) -> None:
    """Only names that exist are written down: people type their password into the wrong field."""
    person = Person.objects.filter(username=str(credentials.get("username", ""))).first()
    if person is None:
        record("accounts.login.fail", kind="offices.person", object_key=UNKNOWN, actor=VISITOR)
    else:
        about(person, "accounts.login.fail", actor=VISITOR)


def _second_factor_failed(user: Person, **_: Any) -> None:
    about(user, "accounts.second-factor.fail", actor=VISITOR)


def _second_factor_used(user: Person, authenticator: Any, **_: Any) -> None:
    about(user, "accounts.second-factor.use", {"type": str(authenticator.type)})
