"""The cast: the people that tests speak of. Two offices, one of each role that matters, and the public."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING

import kept_tables
import pytest
from hypothesis import HealthCheck, settings
from kept_rows import kept

if TYPE_CHECKING:
    from django.test import Client
    from pytest_django import DjangoDbBlocker

    from amur.portal.offices.models import Office, Person

# No test is timed: the machines are noisy.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> Iterator[None]:
    """On SQLite the tables of the last run are laid out before the migrations look for them."""
    from django.db import connection

    laid = None
    if connection.vendor == "sqlite":
        laid = kept_tables.lay(connection.creation._get_test_db_name())
    yield
    if laid:
        laid.close()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """Tables made by migrations are kept for the next run."""
    from django.db import connection

    if connection.vendor == "sqlite" and not kept_tables.template().exists():
        with django_db_blocker.unblock():
            connection.ensure_connection()
            kept_tables.keep(connection.connection)


@dataclass(frozen=True)
class Cast:
    """`ours` keeps the Russian pages, `theirs` the Chinese ones; nobody has a role in both."""

    ours: Office
    theirs: Office
    ranger: Person
    editor: Person
    translator: Person
    data_manager: Person
    administrator: Person
    auditor: Person
    foreign_editor: Person
    foreign_data_manager: Person
    operator: Person

    def __getitem__(self, name: str) -> Person | None:
        """A member by name; None for the public."""
        return None if name == "public" else getattr(self, name)


def make_cast() -> Cast:
    """Create offices and people. All have a second factor, without which nobody is more than a visitor."""
    from allauth.mfa.models import Authenticator

    from amur.portal.languages.text import MultilingualText
    from amur.portal.offices.models import Membership, Office, Person, Role

    def office(key: str, country: str, language: str) -> Office:
        return Office.objects.create(
            key=key,
            names=MultilingualText.of("en", en=f"Office {key}"),
            country=country,
            time_zone="Asia/Vladivostok",
            languages=[language],
        )

    ours, theirs = office("ours", "RU", "ru"), office("theirs", "CN", "zh-hans")

    def person(name: str, where: Office | None, *roles: Role) -> Person:
        made = Person.objects.create(username=name, office=where, is_superuser=where is None)
        Authenticator.objects.create(user=made, type=Authenticator.Type.TOTP, data={"secret": name})
        for role in roles:
            Membership.objects.create(person=made, office=where, role=role)
        return made

    return Cast(
        ours=ours,
        theirs=theirs,
        ranger=person("ranger", ours, Role.RANGER),
        editor=person("editor", ours, Role.EDITOR),
        translator=person("translator", ours, Role.TRANSLATOR),
        data_manager=person("data_manager", ours, Role.DATA_MANAGER),
        administrator=person("administrator", ours, Role.ADMINISTRATOR),
        auditor=person("auditor", ours, Role.AUDITOR),
        foreign_editor=person("foreign_editor", theirs, Role.EDITOR),
        foreign_data_manager=person("foreign_data_manager", theirs, Role.DATA_MANAGER),
        operator=person("operator", None),
    )


@pytest.fixture
def cast(db: None) -> Cast:
    """The cast, with rows of its own for each test."""
    return kept(make_cast)


def browser_of(person: Person | None) -> Client:
    """A browser in which a person is logged in; None is the public."""
    from django.test import Client

    client = Client(headers={"accept-language": "en"})
    if person is not None:
        client.force_login(person)
    return client


@pytest.fixture
def log_in() -> Callable[[Person | None], Client]:
    """Logs people in: `log_in(cast.editor).get(address)`."""
    return browser_of


@pytest.fixture
def half_minute(monkeypatch: pytest.MonkeyPatch) -> float:
    """Stops the clock of one-time codes, which else may turn between reading a code and sending it."""
    from allauth.mfa.totp.internal import auth

    now = time.time()
    monkeypatch.setattr(auth, "time", SimpleNamespace(time=lambda: now))
    return now
