"""Series of events, events with their programmes, what was agreed there, and who registers.

A row of the timeline is an event without a programme. Rows of `Registration` never leave the office:
no adapter of `records` reads them.
"""

import uuid
import zoneinfo
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.models import Orderable

from amur.portal.languages.codes import LANGUAGES, OWN_NAMES
from amur.portal.languages.dates import reduced_date
from amur.portal.languages.fields import MultilingualField
from amur.portal.offices.models import Office
from amur.portal.release.entry import refuse_coordinates

LANGUAGE_CHOICES: list[tuple[str, str]] = [(code, OWN_NAMES[code]) for code in LANGUAGES]


def iana_zone(name: str) -> None:
    """Refuse what is no time zone of the IANA database.

    >>> iana_zone("Asia/Vladivostok")
    """
    if name not in zoneinfo.available_timezones():
        raise ValidationError(
            _("“%(name)s” is no time zone; write a name such as Asia/Vladivostok"), params={"name": name}
        )


class Series(models.Model):
    """Events that come again, such as a forum every two years."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.SlugField(_("key"), max_length=120, unique=True)
    office = models.ForeignKey("offices.Office", models.PROTECT, related_name="+", verbose_name=_("office"))
    names = MultilingualField(_("title"), blank=False)
    summary = MultilingualField(_("summary"))
    is_published = models.BooleanField(_("published"), default=False)

    class Meta:
        verbose_name = _("series of events")
        verbose_name_plural = _("series of events")
        ordering = ("key",)

    def __str__(self) -> str:
        return str(self.names) or self.key

    def clean(self) -> None:
        refuse_coordinates(self, ("names", "summary"))


class EventState(models.TextChoices):
    """How certain an event is."""

    ANNOUNCED = "announced", _("announced")
    CONFIRMED = "confirmed", _("confirmed")
    CANCELLED = "cancelled", pgettext_lazy("event", "cancelled")
    HELD = "held", _("held")


class Event(ClusterableModel):
    """A forum, a release of prey, a competition. Times of its sessions are wall times of its zone."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.SlugField(_("key"), max_length=120, unique=True)
    office = models.ForeignKey("offices.Office", models.PROTECT, related_name="+", verbose_name=_("office"))
    type = models.SlugField(_("type"), max_length=60)
    series = models.ForeignKey(
        Series, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("series")
    )
    names = MultilingualField(_("title"), blank=False)
    summary = MultilingualField(_("summary"))
    start = models.CharField(_("from"), max_length=10, validators=[reduced_date])
    end = models.CharField(_("to"), max_length=10, blank=True, validators=[reduced_date])
    time_zone = models.CharField(
        _("time zone"),
        max_length=60,
        blank=True,
        validators=[iana_zone],
        help_text=_("Such as Asia/Vladivostok, Asia/Shanghai or Asia/Ulaanbaatar; a programme needs one."),
    )
    place = MultilingualField(_("place"))
    venue = MultilingualField(_("venue"))
    languages = models.JSONField(_("languages of the event"), default=list, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=EventState.choices, default=EventState.HELD)
    sequence = models.PositiveIntegerField(_("number of the revision"), default=0, editable=False)
    area_key = models.CharField(_("key of the area"), max_length=120, blank=True)
    module_key = models.CharField(_("module of the programme"), max_length=80, blank=True)
    countries = models.JSONField(_("countries"), default=list, blank=True)
    species_keys = models.JSONField(_("species"), default=list, blank=True)
    area_keys = models.JSONField(_("areas"), default=list, blank=True)
    proceedings = models.ForeignKey(
        "library.Publication",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("proceedings"),
    )
    capacity = models.PositiveIntegerField(
        _("places"), null=True, blank=True, help_text=_("Empty: no registration here.")
    )
    registration_until = models.DateField(_("registration until"), null=True, blank=True)
    keep_days = models.PositiveSmallIntegerField(
        _("days until registrations are deleted"), default=60, help_text=_("Counted from the last day.")
    )
    confidence = models.CharField(_("confidence"), max_length=16)
    sources = models.JSONField(_("sources"), default=list, blank=True)
    is_published = models.BooleanField(_("published"), default=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ("start", "key")

    def __str__(self) -> str:
        return str(self.names) or self.key

    def clean(self) -> None:
        refuse_coordinates(self, ("names", "summary", "place", "venue"))
        exact = len(self.start) == 10 and len(self.end) in {0, 10} and bool(self.time_zone)
        if self.capacity is not None and not exact:
            raise ValidationError(_("Registration needs the very days of the event and its time zone."))

    @property
    def last_day(self) -> str:
        """The last day, month or year that is known, in reduced ISO precision."""
        return self.end or self.start


class EventFile(Orderable):
    """A file of an event: its programme as printed, its resolution, its posters."""

    event = ParentalKey(Event, on_delete=models.CASCADE, related_name="files")
    file = models.ForeignKey(
        "media.MediaFile",
        models.CASCADE,
        related_name="+",
        limit_choices_to={"kind": "document"},
        verbose_name=_("file"),
    )

    class Meta(Orderable.Meta):
        verbose_name = _("file")
        verbose_name_plural = _("files")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=("event", "file"), name="an_event_has_a_file_once")
        ]

    def __str__(self) -> str:
        return str(self.file)

    @property
    def office(self) -> Office:
        found: Office = self.event.office
        return found


class Mode(models.TextChoices):
    """How a channel of interpretation works."""

    SIMULTANEOUS = "simultaneous", _("simultaneous")
    CONSECUTIVE = "consecutive", _("consecutive")
    WHISPERED = "whispered", _("whispered")
    REMOTE = "remote", _("simultaneous, from afar")
    SIGN = "sign", _("sign language")


class Session(ClusterableModel):
    """A part of an event in one room, in wall time of the event's zone."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    event = ParentalKey(Event, on_delete=models.CASCADE, related_name="sessions")
    names = MultilingualField(_("title"), blank=False)
    day = models.DateField(_("day"))
    begins = models.TimeField(_("begins"))
    ends = models.TimeField(_("ends"))
    room = models.CharField(_("room"), max_length=120, blank=True)
    chair = models.CharField(_("chair"), max_length=160, blank=True)
    floor_language = models.CharField(_("floor language"), max_length=8, blank=True, choices=LANGUAGE_CHOICES)
    # [{"from": "ru", "to": "en", "mode": "simultaneous", "where": "channel 2", "link": "https://…"}]
    channels = models.JSONField(_("interpretation"), default=list, blank=True)
    glossary = models.URLField(_("address of the glossary for interpreters"), blank=True)

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ("day", "begins", "id")

    def __str__(self) -> str:
        return str(self.names)

    def clean(self) -> None:
        refuse_coordinates(self, ("names", "room", "chair", "channels"))
        if self.begins and self.ends and self.ends <= self.begins:
            raise ValidationError({"ends": _("The session ends before it begins.")})

    @property
    def office(self) -> Office:
        found: Office = self.event.office
        return found


class Talk(Orderable):
    """A talk of a session."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    session = ParentalKey(Session, on_delete=models.CASCADE, related_name="talks")
    names = MultilingualField(_("title"), blank=False)
    speakers = models.JSONField(_("speakers"), default=list, blank=True)
    language = models.CharField(_("language of the talk"), max_length=8, blank=True, choices=LANGUAGE_CHOICES)
    abstract = MultilingualField(_("abstract"))
    slides = models.ForeignKey(
        "media.MediaFile",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        limit_choices_to={"kind": "document"},
        verbose_name=_("slides or paper"),
    )
    materials = models.JSONField(_("further materials"), default=list, blank=True)

    class Meta(Orderable.Meta):
        verbose_name = _("talk")
        verbose_name_plural = _("talks")

    def __str__(self) -> str:
        return str(self.names)

    def clean(self) -> None:
        refuse_coordinates(self, ("names", "speakers", "abstract"))

    @property
    def office(self) -> Office:
        found: Office = self.session.event.office
        return found


class CommitmentState(models.TextChoices):
    """Where a commitment stands; that it is overdue follows from its day while it is open."""

    OPEN = "open", pgettext_lazy("commitment", "open")
    DONE = "done", _("done")
    WITHDRAWN = "withdrawn", pgettext_lazy("commitment", "withdrawn")


class Commitment(models.Model):
    """What was agreed at an event: a decision, or a commitment with its responsible office and day."""

    class Kind(models.TextChoices):
        DECISION = "decision", _("decision")
        COMMITMENT = "commitment", _("commitment")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.SlugField(_("key"), max_length=120, unique=True)
    office = models.ForeignKey("offices.Office", models.PROTECT, related_name="+", verbose_name=_("office"))
    event = models.ForeignKey(Event, models.PROTECT, related_name="commitments", verbose_name=_("event"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.COMMITMENT)
    text = MultilingualField(_("text"), blank=False)
    responsible = models.ForeignKey(
        "offices.Office",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("responsible office"),
    )
    body = MultilingualField(
        _("responsible body outside the offices"),
        help_text=_("Where no office of the centre answers for it."),
    )
    due = models.DateField(_("due"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=CommitmentState.choices, default=CommitmentState.OPEN
    )
    progress = MultilingualField(_("progress"))
    is_published = models.BooleanField(_("published"), default=False)

    class Meta:
        verbose_name = _("decision or commitment")
        verbose_name_plural = _("decisions and commitments")
        ordering = ("due", "key")

    def __str__(self) -> str:
        return str(self.text) or self.key

    def clean(self) -> None:
        refuse_coordinates(self, ("text", "body", "progress"))
        if self.kind == self.Kind.COMMITMENT and not self.responsible_id and not self.body.texts:
            raise ValidationError(_("Say who answers for it: an office, or a body outside the offices."))


class Registration(models.Model):
    """A person's place at an event. What tells who it is stands sealed and goes with the withdrawal."""

    class State(models.TextChoices):
        CONFIRMED = "confirmed", _("confirmed")
        WAITING = "waiting", _("on the waiting list")
        WITHDRAWN = "withdrawn", pgettext_lazy("registration", "withdrawn")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    event = models.ForeignKey(Event, models.PROTECT, related_name="registrations")
    state = models.CharField(_("state"), max_length=10, choices=State.choices)
    secret = models.CharField(max_length=64, unique=True)  # the hash of the ticket's address
    data = models.TextField(blank=True)
    consent = models.CharField(_("version of the consent"), max_length=40)
    consent_language = models.CharField(_("language of the consent"), max_length=8)
    consent_text = models.TextField(_("text of the consent"))
    made = models.DateTimeField(_("registered"), auto_now_add=True)

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        ordering = ("id",)

    def __str__(self) -> str:
        return str(self.uuid)

    @property
    def office(self) -> Office:
        found: Office = self.event.office
        return found
