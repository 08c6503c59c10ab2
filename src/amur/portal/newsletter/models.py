"""Issues of the newsletter and what they are made of; its readers and what was sent to them.

An issue is a record of an office: released through the gate, followed by the log. Readers (`Subscriber`) are
people who are no users of the program: their rows are shown to nobody, followed by no log, and emptied
when they leave.
"""

import secrets
import uuid
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable

from amur.portal.languages.codes import OWN_NAMES
from amur.portal.languages.fields import MultilingualField
from amur.portal.newsletter.numbering import FIRST_YEAR, LAST_YEAR, number_of
from amur.portal.release.entry import refuse_coordinates


class Issue(ClusterableModel):
    """One issue. Its number, address and order stay once it is published."""

    class Quarter(models.IntegerChoices):
        FIRST = 1, _("first quarter")
        SECOND = 2, _("second quarter")
        THIRD = 3, _("third quarter")
        FOURTH = 4, _("fourth quarter")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    office = models.ForeignKey("offices.Office", models.PROTECT, related_name="+", verbose_name=_("office"))
    year = models.PositiveSmallIntegerField(
        _("year"), validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)]
    )
    quarter = models.PositiveSmallIntegerField(_("quarter"), choices=Quarter.choices)
    number = models.PositiveSmallIntegerField(_("number"), unique=True, editable=False)
    intro = MultilingualField(_("introduction"))
    is_published = models.BooleanField(_("published"), default=False, editable=False)
    published_at = models.DateTimeField(_("published at"), null=True, editable=False)
    # language -> {"sha256", "size", "content"}: `content` is the digest of what the file was made from
    files = models.JSONField(_("PDF files"), default=dict, editable=False)

    class Meta:
        verbose_name = _("issue of the newsletter")
        verbose_name_plural = _("newsletter")
        ordering = ("-number",)
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=("year", "quarter"),
                name="one_issue_a_quarter",
                violation_error_message=_("There is an issue of this quarter already."),
            )
        ]

    def __str__(self) -> str:
        return _("Newsletter No. %(number)s") % {"number": self.number}

    @property
    def key(self) -> str:
        """What the log and the released view call it."""
        return f"newsletter-{self.number}"

    def clean(self) -> None:
        refuse_coordinates(self, ("intro",))
        try:
            number_of(self.year or 0, self.quarter or 0)
        except ValueError as error:
            raise ValidationError(
                {"quarter": _("The first issue is that of the third quarter of 2006.")}
            ) from error

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Raises ValueError for another quarter of a published issue: its address must stay."""
        number = number_of(self.year, self.quarter)
        if self.is_published and self.number not in {None, number}:
            raise ValueError(f"issue {self.number} is published; its number stays")
        self.number = number
        super().save(*args, **kwargs)


class ItemKind(models.TextChoices):
    """What an item points to."""

    PAGE = "page", _("page")
    PUBLICATION = "publication", _("publication")
    EVENT = "event", _("event")


class IssueItem(Orderable):
    """One story: a dated page by the key of its translations, a publication or an event by identifier."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    issue = ParentalKey(Issue, on_delete=models.CASCADE, related_name="items")
    kind = models.CharField(_("kind"), max_length=12, choices=ItemKind.choices)
    target = models.UUIDField(_("item"))
    heading = MultilingualField(
        _("own heading"), help_text=_("Only where the newsletter should call it otherwise than its page.")
    )

    class Meta(Orderable.Meta):
        verbose_name = _("story")
        verbose_name_plural = _("stories")

    def __str__(self) -> str:
        return str(self.heading) or f"{self.kind} {self.target}"

    def clean(self) -> None:
        refuse_coordinates(self, ("heading",))


def random_token() -> str:
    """A word that nobody guesses, fit for an address and for the local part of a mailbox."""
    return secrets.token_hex(20)


class Subscriber(models.Model):
    """Somebody who wants, wanted, or was said to want the newsletter in one language.

    `mark` is a keyed hash of language and address. It is all that stays of a person who has left.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("not yet confirmed")
        CONFIRMED = "confirmed", _("confirmed")
        UNSUBSCRIBED = "unsubscribed", _("unsubscribed")
        BOUNCED = "bounced", _("mail comes back")

    mark = models.CharField(max_length=64, unique=True)
    address = models.EmailField(blank=True)
    language = models.CharField(max_length=8, choices=list(OWN_NAMES.items()))
    office = models.ForeignKey("offices.Office", models.PROTECT, related_name="+")
    state = models.CharField(max_length=12, choices=State.choices, default=State.PENDING)
    token = models.CharField(max_length=40, unique=True, default=random_token)
    asked_at = models.DateTimeField(null=True)
    mail_due = models.BooleanField(default=False)  # a letter about the subscription itself waits to be sent
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    soft_bounces = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("subscriber")
        verbose_name_plural = _("subscribers")
        ordering = ("pk",)
        indexes: ClassVar = [models.Index(fields=("office", "language", "state"))]

    def __str__(self) -> str:
        return f"{self.language} {self.state}"


class Delivery(models.Model):
    """One issue to one subscriber, claimed before it is handed over, so that it goes out once at most."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        CLAIMED = "claimed", _("handed over, outcome unknown")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")
        BOUNCED = "bounced", _("came back")

    issue = models.ForeignKey(Issue, models.CASCADE, related_name="deliveries")
    subscriber = models.ForeignKey(Subscriber, models.CASCADE, related_name="deliveries")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    token = models.CharField(max_length=40, unique=True, default=random_token)
    claimed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("issue", "subscriber"), name="an_issue_is_sent_once")
        ]
        indexes: ClassVar = [models.Index(fields=("issue", "state"))]

    def __str__(self) -> str:
        return f"{self.issue_id} {self.state}"
