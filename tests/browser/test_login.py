"""Logging in as a person does it: in Chromium, with a virtual passkey, an app's codes, and no pointer."""

import base64
import hashlib
import hmac
import re
import struct
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.cache import cache
from playwright.sync_api import Browser, Page

from amur.portal.languages.text import MultilingualText
from amur.portal.offices.models import Membership, Office, Person, Role

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "reed-otter-larch-17"
LANGUAGES = ("en", "ru", "zh-hans", "mn")


@pytest.fixture(autouse=True)
def no_old_attempts() -> None:
    cache.clear()


@pytest.fixture
def person() -> Person:
    office = Office.objects.create(
        key="test", names=MultilingualText.of("en", en="Test"), country="RU", time_zone="Asia/Vladivostok"
    )
    made = Person.objects.create_user("larisa", password=PASSWORD, office=office)
    Membership.objects.create(person=made, office=office, role=Role.EDITOR)
    return made


class Visit:
    """A page, with everything it complained about and every host it asked."""

    def __init__(self, page: Page, server: str) -> None:
        self.page = page
        # Passkeys need a secure context, which plain http is for "localhost" alone.
        self.server = f"http://localhost:{urlsplit(server).port}"
        self.hosts: set[str] = set()
        self.complaints: list[str] = []
        page.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))
        page.on(
            "console",
            lambda message: self.complaints.append(message.text) if message.type == "error" else None,
        )
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, address: str) -> None:
        self.page.goto(self.server + address)

    def log_in(self) -> None:
        self.open("/en/account/login/")
        self.page.fill("#id_login", "larisa")
        self.page.fill("#id_password", PASSWORD)
        self.page.click("form.account-form button[type=submit]")

    def confirm(self) -> None:
        """Give the password again where it is asked for."""
        self.page.fill("#id_password", PASSWORD)
        self.page.click("main form button[type=submit]")

    def add_virtual_authenticator(self) -> None:
        client = self.page.context.new_cdp_session(self.page)
        client.send("WebAuthn.enable")
        client.send(
            "WebAuthn.addVirtualAuthenticator",
            {
                "options": {
                    "protocol": "ctap2",
                    "transport": "internal",
                    "hasResidentKey": True,
                    "hasUserVerification": True,
                    "isUserVerified": True,
                    "automaticPresenceSimulation": True,
                }
            },
        )

    def check(self, where: str) -> None:
        findings = Axe().run(self.page)
        assert findings.violations_count == 0, f"{where}: {findings.generate_report()}"


@pytest.fixture
def visit(browser: Browser, live_server) -> Iterator[Visit]:
    context = browser.new_context(locale="en-GB", bypass_csp=False)
    made = Visit(context.new_page(), live_server.url)
    yield made
    context.close()


def code_of(secret: str, moment: float) -> str:
    """A one-time code as an authenticator app computes it (RFC 6238: SHA-1, 30 s, 6 digits)."""
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", int(moment) // 30), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def test_from_the_first_password_to_a_passkey_and_in_again_without_a_password(visit, person):
    visit.add_virtual_authenticator()
    visit.log_in()
    assert urlsplit(visit.page.url).path == "/en/account/2fa/", "the way in leads to the set-up"
    visit.open("/en/account/2fa/webauthn/add/")
    visit.confirm()
    visit.page.check("#id_passwordless")
    visit.page.click("#mfa_webauthn_add")
    visit.page.wait_for_url("**/recovery-codes/")
    assert visit.page.locator(".account-codes li").count() == 10
    visit.open("/en/account/logout/")
    visit.page.click("main form button[type=submit]")
    visit.open("/en/account/login/")
    visit.page.uncheck("#id_shared_computer")
    visit.page.click("#passkey_login")
    visit.page.wait_for_url("**/admin/")
    cookie = next(one for one in visit.page.context.cookies() if one["name"] == "session")
    assert cookie["expires"] > time.time() + 6 * 86400, (
        "the passkey form knows that the computer is one's own"
    )
    assert visit.hosts == {urlsplit(visit.server).netloc}


def test_a_passkey_serves_as_second_factor_after_the_password(visit, person):
    visit.add_virtual_authenticator()
    visit.log_in()
    visit.open("/en/account/2fa/webauthn/add/")
    visit.confirm()
    visit.page.click("#mfa_webauthn_add")
    visit.page.wait_for_url("**/recovery-codes/")
    visit.page.context.clear_cookies()
    visit.log_in()
    assert urlsplit(visit.page.url).path == "/en/account/2fa/authenticate/"
    visit.page.click("#mfa_webauthn_authenticate")
    visit.page.wait_for_url("**/admin/")


def test_an_app_for_codes_is_set_up_and_used(visit, person, half_minute):
    visit.log_in()
    visit.open("/en/account/2fa/totp/activate/")
    visit.confirm()
    secret = visit.page.input_value("#authenticator_secret")
    assert visit.page.locator("img.account-code").evaluate("image => image.naturalWidth") > 0
    visit.check("the set-up of the app")
    visit.page.fill("#id_code", code_of(secret, half_minute))
    visit.page.click("main form button[type=submit]")
    visit.page.wait_for_url("**/recovery-codes/")
    visit.check("the recovery codes")
    visit.page.context.clear_cookies()
    cache.clear()  # the code of this half minute was used for the set-up
    visit.log_in()
    visit.check("the question for a code")
    visit.page.fill("#id_code", "000001")
    visit.page.click("main form button[type=submit]")
    visit.check("a wrong code")
    visit.page.fill("#id_code", code_of(secret, half_minute))
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url("**/admin/")
    assert visit.complaints == []


def test_a_passkey_that_is_not_there_is_told_and_the_password_still_works(visit, person):
    visit.add_virtual_authenticator()
    visit.open("/en/account/login/")
    visit.page.click("#passkey_login")
    message = visit.page.locator("[data-passkey-refused]")
    message.wait_for(state="visible", timeout=15000)
    assert "Try again" in message.inner_text()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [390, 1280])
def test_the_account_pages_have_no_finding_and_no_error_in_any_language(visit, person, language, width):
    visit.page.set_viewport_size({"width": width, "height": 800})
    visit.open(f"/{language}/account/login/")
    visit.check(f"login {language} {width}")
    visit.page.fill("#id_login", "larisa")
    visit.page.fill("#id_password", "wrong password")
    visit.page.keyboard.press("Enter")
    visit.page.locator(".errorlist").wait_for()
    visit.check(f"login with an error {language} {width}")
    visit.page.fill("#id_password", PASSWORD)
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url(re.compile(r"/account/2fa/$"))
    for page in ("2fa", "2fa/webauthn", "password/change", "logout", "password/reset", "reauthenticate"):
        visit.open(f"/{language}/account/{page}/")
        visit.check(f"{page} {language} {width}")
        overflow = visit.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert overflow <= 0, f"{page} {language} {width}: {overflow} px too wide"
    assert visit.complaints == []
    assert visit.hosts == {urlsplit(visit.server).netloc}
