"""Letters to readers: the confirmation, the note to one who is there already, and the issue itself.

Plain text and HTML with the same words. The HTML has its styles inline and loads nothing: no remote picture,
no counter, no address that tells who followed it. Called by `tasks`.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from amur.portal.languages.codes import HTML_TAGS, as_language
from amur.portal.newsletter.addresses import address_of, site_address
from amur.portal.newsletter.models import Delivery, Subscriber
from amur.portal.newsletter.queries import Edition
from amur.portal.newsletter.records import title_of
from amur.portal.newsletter.wording import quarter_in_words
from amur.portal.offices.queries import imprint_of

TOKEN_HEADER = "X-Newsletter-Delivery"  # noqa: S105  # the name of a header


@dataclass(frozen=True, slots=True)
class Links:
    """Where a reader confirms and leaves; absolute."""

    confirm: str
    leave: str


def is_ready() -> bool:
    """Whether letters can leave the house: an EMAIL_URL is set, or this is the demonstration."""
    return bool(settings.AMUR_MAIL_READY)


def links_of(subscriber: Subscriber) -> Links:
    """The addresses of one subscriber, in the language of the list."""
    site = site_address()
    with translation.override(subscriber.language):
        return Links(
            confirm=site + reverse("newsletter-confirm", kwargs={"token": subscriber.token}),
            leave=site + reverse("newsletter-leave", kwargs={"token": subscriber.token}),
        )


def confirmation(subscriber: Subscriber) -> EmailMultiAlternatives:
    """The letter that asks whether the address' owner wants the newsletter, or says that it comes already."""
    known = subscriber.state == Subscriber.State.CONFIRMED
    with translation.override(subscriber.language):
        subject = _("You receive our newsletter already") if known else _("Please confirm your subscription")
        return _letter(subscriber, subject, "confirmation", {"known": known}, subscriber.token)


def issue_letter(edition: Edition, delivery: Delivery) -> EmailMultiAlternatives:
    """An issue for one reader."""
    language = edition.language
    with translation.override(language):
        context = {
            "edition": edition,
            "address": site_address() + address_of(edition.number, language),
            "quarter": quarter_in_words(edition.year, edition.quarter),
            "imprint": imprint_of(edition.office, edition.published, language),
        }
        title = title_of(edition.number).text(language)
        return _letter(delivery.subscriber, title, "letter", context, delivery.token)


def _letter(
    subscriber: Subscriber, subject: str, template: str, context: dict[str, Any], token: str
) -> EmailMultiAlternatives:
    links = links_of(subscriber)
    whole = {
        **context,
        "title": subject,
        "links": links,
        "site": site_address(),
        "tag": HTML_TAGS[as_language(subscriber.language)],
    }
    letter = EmailMultiAlternatives(
        subject=subject,
        body=render_to_string(f"newsletter/mail/{template}.txt", whole),
        from_email=envelope_sender(token),
        to=[subscriber.address],
        headers={
            "From": settings.DEFAULT_FROM_EMAIL,
            "Content-Language": HTML_TAGS[as_language(subscriber.language)],
            "List-Id": f"<newsletter-{subscriber.language}.{_domain(settings.DEFAULT_FROM_EMAIL)}>",
            "List-Unsubscribe": f"<{links.leave}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
            "Precedence": "bulk",
            TOKEN_HEADER: token,
        },
    )
    letter.attach_alternative(render_to_string(f"newsletter/mail/{template}.html", whole), "text/html")
    return letter


def envelope_sender(token: str) -> str:
    """Where undeliverable mail returns to: the mailbox for it with the token as its sub-address."""
    box = settings.AMUR_MAIL_BOUNCES or settings.DEFAULT_FROM_EMAIL
    local, _at, domain = box.rpartition("@")
    return f"{local}+{token}@{domain}" if settings.AMUR_MAIL_BOUNCES else str(box)


def _domain(address: str) -> str:
    return address.rpartition("@")[2].rstrip(">") or "localhost"
