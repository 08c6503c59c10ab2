"""What is promised to the people of the offices: who gets in, how, and for how long."""

import datetime
import re
from collections.abc import Callable
from http import HTTPStatus

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from amur.portal.audit.models import AuditEntry
from amur.portal.languages.text import MultilingualText
from amur.portal.offices import sessions
from amur.portal.offices.checks import demo_accounts_are_gone, demo_is_private
from amur.portal.offices.models import Membership, Office, Person, Role

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("half_minute")]

PASSWORD = "reed-otter-larch-17"
LANGUAGES = ("en", "ru", "zh-hans", "mn")


@pytest.fixture(autouse=True)
def no_old_attempts() -> None:
    cache.clear()


@pytest.fixture
def office() -> Office:
    return Office.objects.create(
        key="testoffice",
        names=MultilingualText.of("en", en="Test office"),
        country="RU",
        time_zone="Asia/Vladivostok",
    )


@pytest.fixture
def person(office) -> Person:
    """An administrator of the office with a password and no second factor yet."""
    made = Person.objects.create_user("larisa", password=PASSWORD, office=office)
    Membership.objects.create(person=made, office=office, role=Role.ADMINISTRATOR)
    return made


@pytest.fixture
def secret(person) -> str:
    """The secret of the person's one-time-code app, set up."""
    made = generate_totp_secret()
    TOTP.activate(person, made)
    return made


@pytest.fixture
def clock(monkeypatch) -> Callable[[float], None]:
    """Moves the clock of the sessions on by so many seconds."""
    now = [timezone.now()]
    monkeypatch.setattr(sessions, "clock", lambda: now[0])

    def move(seconds: float) -> None:
        now[0] += datetime.timedelta(seconds=seconds)

    return move


def code_of(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def log_in(
    client: Client, *, username: str = "larisa", password: str = PASSWORD, shared: bool = True, **more
):
    data = {"login": username, "password": password, **({"shared_computer": "on"} if shared else {})}
    return client.post("/en/account/login/", data, **more)


def log_in_fully(client: Client, secret: str, **how) -> None:
    log_in(client, **how)
    answer = client.post("/en/account/2fa/authenticate/", {"code": code_of(secret)})
    assert answer.status_code == HTTPStatus.FOUND, answer.content[:500]
    assert is_in(client)


def is_in(client: Client) -> bool:
    """Whether the client's next request is one of a logged-in person."""
    return client.get("/en/account/2fa/").status_code == HTTPStatus.OK


def test_a_password_alone_does_not_log_in_somebody_with_a_second_factor(client, person, secret):
    answer = log_in(client)
    assert answer.headers["Location"] == "/en/account/2fa/authenticate/"
    assert not is_in(client)


def test_a_wrong_code_is_refused_and_the_right_one_lets_in(client, person, secret):
    log_in(client)
    right = code_of(secret)
    wrong = "000000" if right != "000000" else "111111"
    assert client.post("/en/account/2fa/authenticate/", {"code": wrong}).status_code == HTTPStatus.OK
    assert not is_in(client)
    answer = client.post("/en/account/2fa/authenticate/", {"code": right})
    assert answer.headers["Location"] == "/admin/"
    assert is_in(client)


def test_a_code_works_only_once(client, person, secret):
    code = code_of(secret)
    log_in(client)
    client.post("/en/account/2fa/authenticate/", {"code": code})
    second = Client()
    log_in(second)
    second.post("/en/account/2fa/authenticate/", {"code": code})
    assert not is_in(second)


def test_a_recovery_code_lets_in_once(client, person, secret):
    codes = RecoveryCodes.activate(person)
    code = codes.get_unused_codes()[0]
    for expected in (True, False):
        visitor = Client()
        log_in(visitor)
        visitor.post("/en/account/2fa/authenticate/", {"code": code})
        assert is_in(visitor) is expected


def test_without_a_second_factor_the_editing_pages_lead_to_its_set_up(client, person):
    log_in(client)
    answer = client.get("/admin/")
    assert answer.status_code == HTTPStatus.FOUND
    assert answer.headers["Location"].endswith("/account/2fa/")
    assert client.post("/admin/pages/").headers["Location"].startswith("/en/account/login/")


def test_recovery_codes_alone_are_no_second_factor(client, person):
    RecoveryCodes.activate(person)
    client.force_login(person)
    assert client.get("/admin/").headers["Location"].endswith("/account/2fa/")


def test_setting_up_the_app_asks_for_the_password_again_and_gives_recovery_codes(client, person):
    log_in(client)
    asked = client.get("/en/account/2fa/totp/activate/")
    assert asked.headers["Location"].startswith("/en/account/reauthenticate/")
    client.post("/en/account/reauthenticate/", {"password": PASSWORD})
    page = client.get("/en/account/2fa/totp/activate/").content.decode()
    secret = re.search(r'id="authenticator_secret".*?value="([A-Z2-7]+)"', page, re.DOTALL)
    assert secret
    done = client.post("/en/account/2fa/totp/activate/", {"code": code_of(secret[1])})
    assert done.headers["Location"] == "/en/account/2fa/recovery-codes/"
    codes = client.get("/en/account/2fa/recovery-codes/").content.decode()
    assert len(re.findall(r"<li><code>\w+</code></li>", codes)) == 10
    assert "data-print" in codes


def test_the_secret_of_the_app_is_not_readable_in_the_database(person, secret):
    stored = Authenticator.objects.get(user=person, type="totp").data["secret"]
    assert secret not in stored
    assert TOTP(Authenticator.objects.get(user=person, type="totp")).validate_code(code_of(secret))


def test_registration_is_closed(client):
    for method in (client.get, client.post):
        method("/en/account/signup/", {"username": "stranger", "password1": PASSWORD})
    assert not Person.objects.exists()


def test_demonstration_accounts_enter_without_a_second_factor_while_the_demo_is_on(client, person, settings):
    Person.objects.update(is_demo=True)
    settings.AMUR_DEMO = True
    assert log_in(client).headers["Location"] == "/admin/"
    assert "/account/2fa/" not in client.get("/admin/").headers.get("Location", "")


def test_demonstration_accounts_are_out_at_once_when_the_demo_is_switched_off(client, person, settings):
    Person.objects.update(is_demo=True)
    settings.AMUR_DEMO = True
    log_in(client)
    assert is_in(client)
    settings.AMUR_DEMO = False
    assert not is_in(client)
    assert log_in(client).headers["Location"] == "/en/account/inactive/"
    assert not is_in(client)


def test_a_deactivated_person_is_out_at_once(client, person, secret):
    log_in_fully(client, secret)
    person.is_active = False
    person.save()
    assert not is_in(client)


def test_a_changed_password_ends_the_other_sessions(client, person, secret):
    other = Client()
    log_in_fully(other, secret)
    person.set_password("another-long-phrase-3")
    person.save()
    assert not is_in(other)


def test_a_shared_computer_logs_out_after_fifteen_minutes_without_use(client, person, secret, clock):
    log_in_fully(client, secret)
    clock(14 * 60)
    assert is_in(client)
    clock(14 * 60)
    assert is_in(client)
    clock(15 * 60 + 1)
    assert not is_in(client)


def test_a_shared_computer_logs_out_after_eight_hours_of_steady_use(client, person, secret, clock):
    log_in_fully(client, secret)
    for _ in range(47):
        clock(10 * 60)
        assert is_in(client)
    clock(10 * 60)
    assert not is_in(client)


def test_ones_own_computer_stays_logged_in_for_a_working_day_and_a_week_at_most(
    client, person, secret, clock
):
    log_in_fully(client, secret, shared=False)
    clock(7.9 * 3600)
    assert is_in(client)
    clock(8 * 3600 + 1)
    assert not is_in(client)
    again = Client()
    Authenticator.objects.all().delete()
    TOTP.activate(person, secret)
    cache.clear()
    log_in_fully(again, secret, shared=False)
    for _ in range(23):
        clock(7 * 3600)
        assert is_in(again)
    clock(7 * 3600 + 1)
    assert not is_in(again)


def test_a_page_left_open_does_not_keep_somebody_logged_in(client, person, secret, clock):
    log_in_fully(client, secret)
    for _ in range(3):
        clock(6 * 60)
        client.post("/admin/editing-sessions/ping/wagtailcore/page/1/1/")
    assert not is_in(client)


def test_a_clock_that_is_set_back_lengthens_no_session(client, person, secret, clock):
    log_in_fully(client, secret)
    clock(-3600)
    assert not is_in(client)


def test_the_box_for_a_shared_computer_is_ticked_at_first_and_the_cookie_goes_with_the_browser(
    client, person, secret
):
    page = client.get("/en/account/login/").content.decode()
    assert re.search(r'<input[^>]*name="shared_computer"[^>]*checked', page)
    log_in_fully(client, secret)
    assert client.cookies["session"]["max-age"] == ""


def test_the_session_key_changes_at_login(client, person, secret):
    log_in(client)
    before = client.cookies["session"].value
    client.post("/en/account/2fa/authenticate/", {"code": code_of(secret)})
    assert client.cookies["session"].value != before


@pytest.mark.parametrize("address", ["/en/account/logout/", "/admin/logout/"])
def test_logging_out_clears_what_the_browser_keeps(client, person, secret, address):
    log_in_fully(client, secret)
    answer = client.post(address)
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not is_in(client)


def test_pages_of_people_are_never_stored(client, person, secret):
    log_in_fully(client, secret)
    for address in ("/en/account/2fa/", "/admin/", "/en/account/login/"):
        assert "no-store" in client.get(address).headers["Cache-Control"]


def test_many_wrong_passwords_are_slowed_down(client, person):
    for _ in range(6):
        answer = log_in(client, password="not the password")
    assert answer.status_code in (HTTPStatus.OK, HTTPStatus.TOO_MANY_REQUESTS)
    log_in(client)
    assert not is_in(client)


def test_wagtails_own_login_and_password_pages_lead_to_ours(client):
    assert client.get("/admin/login/?next=/admin/").headers["Location"] == "/en/account/login/?next=/admin/"
    assert client.get("/admin/password_reset/").headers["Location"] == "/en/account/password/reset/"
    assert client.get("/admin/").headers["Location"].startswith("/en/account/login/?next=/admin/")


@pytest.mark.parametrize("language", LANGUAGES)
def test_account_pages_stand_in_the_sites_frame_in_each_language(client, language):
    for page in ("login", "password/reset", "signup"):
        answer = client.get(f"/{language}/account/{page}/?next=/admin/")
        body = answer.content.decode()
        assert answer.status_code == HTTPStatus.OK
        assert 'class="masthead"' in body
        for other in LANGUAGES:
            assert f'href="/{other}/account/{page}/?next=%2Fadmin%2F"' in body
        assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)", body)
        assert not re.search(r"\son\w+=|\sstyle=|<style", body)


def test_each_account_page_renders_in_the_frame(client, person, secret):
    log_in_fully(client, secret)
    client.post("/en/account/reauthenticate/", {"password": PASSWORD})
    RecoveryCodes.activate(person)
    pages = (
        "logout",
        "password/change",
        "email",
        "inactive",
        "2fa",
        "2fa/totp/deactivate",
        "2fa/webauthn",
        "2fa/webauthn/add",
        "2fa/recovery-codes",
        "2fa/recovery-codes/generate",
        "reauthenticate",
        "2fa/reauthenticate",
    )
    for page in pages:
        answer = client.get(f"/en/account/{page}/")
        assert answer.status_code == HTTPStatus.OK, page
        assert 'class="masthead"' in answer.content.decode(), page


def test_a_wrong_password_is_told_beside_the_form_and_not_by_name(client, person):
    known = log_in(client, password="wrong").content.decode()
    unknown = log_in(client, username="nobody", password="wrong").content.decode()
    for body in (known, unknown):
        assert "errorlist" in body
    assert "not correct" in known
    assert "not correct" in unknown


def test_logins_and_failures_are_in_the_log_without_what_was_typed(client, person, secret):
    log_in(client, password="tiger-in-the-snow")
    log_in(client, username="tiger-in-the-snow", password="larisa")
    log_in_fully(client, secret)
    client.post("/en/account/logout/")
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {
        "accounts.login",
        "accounts.logout",
        "accounts.login.fail",
        "accounts.second-factor.use",
    } <= actions
    told = [str(entry.content()) for entry in AuditEntry.objects.all()]
    assert not [line for line in told if "tiger-in-the-snow" in line or PASSWORD in line or secret in line]


def test_a_session_that_ended_by_itself_is_in_the_log(client, person, secret, clock):
    log_in_fully(client, secret)
    clock(3600)
    is_in(client)
    assert AuditEntry.objects.filter(action="accounts.session.expire", actor="larisa").exists()


def test_the_deploy_check_refuses_the_demo_on_a_public_address(settings):
    settings.AMUR_DEMO, settings.AMUR_HTTPS = True, True
    assert [one.id for one in demo_is_private(None)] == ["offices.E001"]
    settings.AMUR_DEMO = False
    assert demo_is_private(None) == []


def test_left_over_demonstration_accounts_are_told_of(person, settings):
    settings.AMUR_DEMO = False
    assert demo_accounts_are_gone(None, databases=["default"]) == []
    Person.objects.update(is_demo=True)
    assert [one.id for one in demo_accounts_are_gone(None, databases=["default"])] == ["offices.W002"]
    assert demo_accounts_are_gone(None, databases=None) == []
    call_command("check", databases=["default"])
