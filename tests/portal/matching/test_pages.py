"""The pages of rounds: who sees what, and a round done with them from the key to the passport."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from matching_survey import SPECIES, Border, leaks, shown

from amur.portal.matching import actions, keyring, log
from amur.portal.matching.models import Agreement, JointAnimal, Partner, Round

if TYPE_CHECKING:
    from django.test import Client
    from tests.conftest import Cast

pytestmark = pytest.mark.django_db
LogIn = Callable[[Any], "Client"]


def addresses_of(round_: Round, pair: Any) -> dict[str, str]:
    pair_args = {"page": round_.page, "request_code": pair.request, "answer_code": pair.answer}
    crop = {"page": round_.page, "code": pair.request, "other": pair.answer}
    return {
        "list": reverse("matching"),
        "joint": reverse("matching-joint"),
        "partners": reverse("matching-partners"),
        "round": reverse("matching-round", kwargs={"page": round_.page}),
        "ask": reverse("matching-ask", kwargs={"uuid": round_.partner.uuid, "species": SPECIES}),
        "pair": reverse("matching-pair", kwargs=pair_args),
        "crop": reverse("matching-crop", kwargs=crop),
    }


MAY = {
    "data_manager": {"list", "joint", "partners", "round", "ask", "pair", "crop"},
    "auditor": {"list", "joint", "partners", "round"},
    "foreign_data_manager": {"list", "joint", "partners"},
    "operator": {"list", "joint", "partners", "round", "ask", "pair", "crop"},
}


@pytest.mark.parametrize(
    "who", ["public", "ranger", "editor", "translator", "administrator", "foreign_editor", *MAY]
)
def test_a_round_is_seen_by_its_own_people_alone(border: Border, cast: Cast, log_in: LogIn, who: str) -> None:
    ours, _theirs, pair = shown(border)
    browser = log_in(cast[who])
    for name, address in addresses_of(ours, pair).items():
        status = browser.get(address).status_code
        assert status == (200 if name in MAY.get(who, set()) else 302 if who == "public" else 404), name


@pytest.mark.parametrize("who", ["ranger", "auditor", "foreign_data_manager", "editor"])
@pytest.mark.parametrize("verb", ["package", "search", "crops", "end", "release"])
def test_nobody_else_makes_anything_leave(
    border: Border, cast: Cast, log_in: LogIn, who: str, verb: str
) -> None:
    round_ = border.ask()
    answer = log_in(cast[who]).post(reverse(f"matching-{verb}", kwargs={"page": round_.page}))
    assert answer.status_code == 404
    assert not round_.packages.exists() and not log.view(round_).ended


def test_pages_of_a_pair_show_no_place_time_or_station(border: Border, cast: Cast, log_in: LogIn) -> None:
    _ours, theirs, pair = shown(border)
    browser = log_in(cast.foreign_data_manager)
    for name, address in addresses_of(theirs, pair).items():
        found = set(leaks(browser.get(address).content)) - {"station"}  # a word of our own sentences
        assert not found, (name, found)


def test_experts_decide_on_the_page_and_see_the_other_verdict_after_their_own(
    border: Border, cast: Cast, log_in: LogIn
) -> None:
    ours, theirs, pair = shown(border)
    actions.decide(ours, pair.request, pair.answer, "same", border.our_expert)
    actions.send(ours, border.our_expert)
    address = addresses_of(theirs, pair)["pair"]
    browser = log_in(cast.foreign_data_manager)
    assert border.our_expert.username.encode() not in browser.get(address).content
    assert browser.post(address, {"verdict": "same"}).status_code == 302
    page = browser.get(address).content.decode()
    assert border.our_expert.username in page and "Shared passport" in page
    assert browser.post(address, {"verdict": "perhaps"}).status_code == 422


def test_a_passport_is_written_on_the_page_and_taken_back(border: Border, cast: Cast, log_in: LogIn) -> None:
    ours, theirs, pair = shown(border)
    for round_, expert in ((ours, border.our_expert), (theirs, border.their_expert)):
        actions.decide(round_, pair.request, pair.answer, "same", expert)
        actions.send(round_, expert)
    args = {"request_code": pair.request, "answer_code": pair.answer}
    for round_, who in ((ours, cast.data_manager), (theirs, cast.foreign_data_manager)):
        browser = log_in(who)
        address = reverse("matching-passport", kwargs={"page": round_.page, **args})
        assert browser.post(address, {"passport": "12"}).status_code == 422
        assert browser.post(address, {"passport": "AMUR-PTI-012345", "home": ""}).status_code == 302
        browser.post(reverse("matching-package", kwargs={"page": round_.page}))
    assert JointAnimal.objects.filter(ended=None).count() == 2
    joint = log_in(cast.data_manager).get(reverse("matching-joint")).content.decode()
    assert "AMUR-PTI-012345" in joint and "Zolushka" in joint
    log_in(cast.data_manager).post(reverse("matching-take-back", kwargs={"page": ours.page, **args}))
    assert JointAnimal.objects.filter(ended=None).count() == 1, "the other side learns of it by a package"


def test_a_round_begins_on_the_page_with_the_chosen_animals_only(
    border: Border, cast: Cast, log_in: LogIn
) -> None:
    browser = log_in(cast.data_manager)
    address = reverse("matching-ask", kwargs={"uuid": border.to_them.uuid, "species": SPECIES})
    animal = border.asking[0].encounter.animal
    assert browser.post(address, {"animals": [], "only_new": "on"}).status_code == 422
    assert browser.post(address, {"animals": [str(animal.pk)], "only_new": "on"}).status_code == 302
    assert [row.flank.pk for row in Round.objects.get().flanks.all()] == [border.asking[0].pk]
    assert browser.post(address, {"animals": [str(animal.pk)], "only_new": "on"}).status_code == 422


def test_packages_for_another_centre_are_downloaded_and_taken_in_once(
    border: Border, cast: Cast, log_in: LogIn
) -> None:
    """Partners that are not known to be of this centre: the way of files."""
    Partner.objects.update(local=None)
    round_ = border.ask()
    sent = log_in(cast.data_manager).post(reverse("matching-package", kwargs={"page": round_.page}))
    assert sent["Content-Disposition"].endswith('-asker-1.amr"') and not Round.objects.filter(
        office=border.theirs
    )
    theirs = log_in(cast.foreign_data_manager)

    def take(content: bytes) -> Any:
        file = SimpleUploadedFile("round.amr", content)
        return theirs.post(reverse("matching-take"), {"office": "theirs", "package": file})

    assert take(sent.content[:-1]).status_code == 422
    assert take(b"GIF89a").status_code == 422
    assert not Round.objects.filter(office=border.theirs)
    assert [take(sent.content).status_code for _twice in range(2)] == [302, 302]
    found = Round.objects.get(office=border.theirs)
    assert found.packages.count() == 1 and len(log.view(found).flanks) == 2


def test_keys_partners_and_agreements_are_kept_on_their_page(cast: Cast, log_in: LogIn) -> None:
    browser = log_in(cast.data_manager)
    page = reverse("matching-partners")
    card = keyring.make_key(cast.theirs).card
    given = {"office": "ours", "name": "Far office", "card": card}
    assert browser.post(page, {**given, "card": "amur-office-1:AAAA"}).status_code == 422
    assert browser.post(page, given).status_code == 302
    partner = Partner.objects.get(name="Far office")
    assert partner.confirmed is None and partner.fingerprint in browser.get(page).content.decode()
    browser.post(reverse("matching-confirm", kwargs={"uuid": partner.uuid}))
    partner.refresh_from_db()
    assert partner.confirmed_by == cast.data_manager
    today = datetime.date.today()  # noqa: DTZ011  # any day near now
    terms = {
        "partner": partner.pk, "code": "A-7", "version": 1, "species": [SPECIES], "flanks": "on",
        "valid_from": today, "valid_until": today, "text": SimpleUploadedFile("a.txt", b"text"),
    }  # fmt: skip
    assert browser.post(reverse("matching-agreement"), {**terms, "flanks": ""}).status_code == 422
    terms["text"] = SimpleUploadedFile("a.txt", b"text")
    assert browser.post(reverse("matching-agreement"), terms).status_code == 302
    row = Agreement.objects.get()
    assert (row.flanks, row.crops, row.verdicts, row.office) == (True, False, False, cast.ours)
    browser.post(reverse("matching-revoke", kwargs={"uuid": partner.uuid}), {"code": "A-7"})
    row.refresh_from_db()
    assert row.revoked is not None


def test_the_secret_key_is_not_in_the_log(cast: Cast) -> None:
    from amur.portal.audit.models import AuditEntry

    keyring.make_key(cast.ours)
    entry = AuditEntry.objects.get(action="matching.officekey.add")
    secret = keyring.secrets_of(cast.ours).to_bytes()
    assert secret.hex() not in entry.changes_text and "gAAAA" not in entry.changes_text


def test_the_menu_of_the_offices_leads_here(cast: Cast, log_in: LogIn) -> None:
    home = reverse("wagtailadmin_home")
    assert reverse("matching") in log_in(cast.data_manager).get(home).content.decode()
    assert reverse("matching") not in log_in(cast.editor).get(home).content.decode()
