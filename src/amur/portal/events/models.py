"""Events: a dated row of the timeline or, with a programme, a forum with sessions, talks and commitments."""

import uuid
import zoneinfo

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel

from amur.portal.languages.dates import reduced_date
from amur.portal.languages.fields import MultilingualField
from amur.portal.release.entry import refuse_coordinates


def iana_zone(name: str) -> None:
    """Refuse what is no time zone of the IANA database."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(
            _("“%(name)s” is no time zone; write a name such as Asia/Vladivostok"), params={"name": name}
        )


class EventState(models.TextChoices):
    """How certain an event is."""

    ANNOUNCED = "announced", _("announced")
    CONFIRMED = "confirmed", _("confirmed")
    CANCELLED = "cancelled", _("cancelled")
    HELD = "held", _("held")


class Event(ClusterableModel, models.Model):
    """A forum, a release of prey, a competition. Times of its sessions are wall times of its zone."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.SlugField(_("key"), max_length=120, unique=True)
    office = models.ForeignKey("offices.Office", models.PROTECT, related_name="+", verbose_name=_("office"))
    type = models.SlugField(_("type"), max_length=60)
    series = MultilingualField(_("series"))
    names = MultilingualField(_("title"), blank=False)
    summary = MultilingualField(_("summary"))
    start = models.CharField(_("from"), max_length=10, validators=[reduced_date])
    end = models.CharField(_("to"), max_length=10, blank=True, validators=[reduced_date])
    time_zone = models.CharField(_("time zone"), max_length=60, blank=True, validators=[iana_zone])
    place = MultilingualField(_("place"))
    venue = MultilingualField(_("venue"))
    languages = models.JSONField(_("languages of the event"), default=list, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=EventState.choices, default=EventState.HELD
    )
    sequence = models.PositiveIntegerField(_("number of the revision"), default=0, editable=False)
    area_key = models.CharField(_("key of the area"), max_length=120, blank=True)
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
        refuse_coordinates(self, ("names", "series", "summary", "place", "venue"))
        if self.capacity is not None and not (len(self.start) == 10 and self.time_zone):
            raise ValidationError(_("Registration needs the very day of the event and its time zone."))


class Session(ClusterableModel, models.Model):
    """A part of an event in one room, in wall time of the event's zone."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    event = ParentalKey(Event, on_delete=models.CASCADE, related_name="sessions")
    names = MultilingualField(_("title"), blank=False)
    day = models.DateField(_("day"))
    begins = models.TimeField(_("begins"))
    ends = models.TimeField(_("ends"))
    room = models.CharField(_("room"), max_length=120, blank=True)
    chair = models.CharField(_("chair"), max_length=160, blank=True)
    floor_language = models.CharField(_("floor language"), max_length=8, blank=True)
    channels = models.JSONField(_("interpretation"), default=list, blank=True)

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ("day", "begins", "id")

    def __str__(self) -> str:
        return str(self.names)

    def clean(self) -> None:
        refuse_coordinates(self, ("names", "room"))
        if self.begins and self.ends and self.ends <= self.begins:
            raise ValidationError({"ends": _("The session ends before it begins.")})


class Talk(models.Model):
    """A talk of a session."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    session = ParentalKey(Session, on_delete=models.CASCADE, related_name="talks")
    names = MultilingualField(_("title"), blank=False)
    speakers = models.JSONField(_("speakers"), default=list, blank=True)
    abstract = MultilingualField(_("abstract"))
    materials = models.JSONField(_("materials"), default=list, blank=True)

    class Meta:
        verbose_name = _("talk")
        verbose_name_plural = _("talks")
        ordering = ("id",)

    def __str__(self) -> str:
        return str(self.names)

    def clean(self) -> None:
        refuse_coordinates(self, ("names", "abstract"))


class CommitmentState(models.TextChoices):
    """Where a commitment stands; that it is late follows from its date while it is open."""

    OPEN = "open", _("open")
    DONE = "done", _("done")
    LATE = "late", _("late")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Commitment(models.Model):
    """What was decided at an event, with the body that does it and the day it is due."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.SlugField(_("key"), max_length=120, unique=True)
    office = models.ForeignKey("offices.Office", models.PROTECT, related_name="+", verbose_name=_("office"))
    event = models.ForeignKey(Event, models.PROTECT, related_name="commitments", verbose_name=_("event"))
    text = MultilingualField(_("text"), blank=False)
    body = MultilingualField(_("who does it"), blank=False)
    due = models.DateField(_("due"), null=True, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=CommitmentState.choices, default=CommitmentState.OPEN
    )
    progress = MultilingualField(_("progress"))
    is_published = models.BooleanField(_("published"), default=True)

    class Meta:
        verbose_name = _("commitment")
        verbose_name_plural = _("commitments")
        ordering = ("due", "key")

    def __str__(self) -> str:
        return str(self.text) or self.key

    def clean(self) -> None:
        refuse_coordinates(self, ("text", "body", "progress"))


class Registration(models.Model):
    """A person's place at an event. What tells who it is stands encrypted and goes with the withdrawal."""

    class State(models.TextChoices):
        CONFIRMED = "confirmed", _("confirmed")
        WAITING = "waiting", _("on the waiting list")
        WITHDRAWN = "withdrawn", _("withdrawn")

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    event = models.ForeignKey(Event, models.PROTECT, related_name="registrations")
    state = models.CharField(_("state"), max_length=10, choices=State.choices)
    secret = models.CharField(max_length=64, unique=True)
    data = models.TextField(blank=True)
    consent = models.CharField(_("version of the consent"), max_length=40)
    made = models.DateTimeField(_("registered"), auto_now_add=True)

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        ordering = ("id",)

    def __str__(self) -> str:
        return str(self.uuid)
