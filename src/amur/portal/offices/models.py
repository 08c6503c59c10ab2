"""Offices, their legal notices, and the people who work in them. Rights are in `policies`."""

import uuid
import zoneinfo

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.utils.translation import gettext_lazy as _

from amur.portal.languages.fields import MultilingualField
from amur.portal.offices.logos import redrawn


def valid_time_zone(name: str) -> None:
    """Refuse a name that the IANA database does not know."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(
            _("“%(name)s” is no time zone; write an IANA name such as Asia/Vladivostok"),
            params={"name": name},
        )


class Office(models.Model):
    """One house of the programme. Every record belongs to exactly one; its names are its own data."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    key = models.SlugField(_("key"), unique=True)
    names = MultilingualField(_("names"), blank=False)
    city = MultilingualField(_("city"))
    country = models.CharField(_("country (ISO 3166-1 alpha-2)"), max_length=2)
    time_zone = models.CharField(_("time zone"), max_length=40, validators=[valid_time_zone])
    languages = models.JSONField(_("languages kept by the office"), default=list, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    position_accuracy = models.CharField(_("accuracy of the position"), max_length=120, blank=True)
    logo = models.FileField(_("logo"), upload_to="logos", blank=True)
    confidence = models.CharField(_("confidence"), max_length=16, blank=True)
    sources = models.JSONField(_("sources"), default=list, blank=True)

    class Meta:
        verbose_name = _("office")
        verbose_name_plural = _("offices")
        ordering = ("key",)

    def __str__(self) -> str:
        return str(self.names) or self.key

    def clean(self) -> None:
        if isinstance(getattr(self.logo, "_file", None), UploadedFile):
            self.logo = redrawn(self.logo.file)


class OfficeName(models.Model):
    """How an office was called, and its logo, between two days: items of that time go by it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    office = models.ForeignKey(Office, models.CASCADE, related_name="dated_names", verbose_name=_("office"))
    names = MultilingualField(_("names"), blank=False)
    logo = models.FileField(_("logo"), upload_to="logos", blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    class Meta:
        verbose_name = _("name of an office in its time")
        verbose_name_plural = _("names of offices in their time")
        ordering = ("office", "valid_from")

    def __str__(self) -> str:
        return str(self.names)

    def clean(self) -> None:
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValidationError({"valid_to": _("The last day is before the first.")})
        if isinstance(getattr(self.logo, "_file", None), UploadedFile):
            self.logo = redrawn(self.logo.file)


class LegalNotice(models.Model):
    """A statement that an office must show in a language between two dates."""

    class Scope(models.TextChoices):
        SITE = "site", _("every page")
        ITEMS = "items", _("the office's own items")

    office = models.ForeignKey(Office, models.CASCADE, related_name="notices", verbose_name=_("office"))
    scope = models.CharField(_("stands on"), max_length=8, choices=Scope.choices, default=Scope.SITE)
    age_mark = models.CharField(
        _("age mark"),
        max_length=4,
        blank=True,
        choices=[(mark, mark) for mark in ("0+", "6+", "12+", "16+", "18+")],
    )
    text = MultilingualField(_("text"), blank=False)
    valid_from = models.DateField(_("valid from"))
    valid_to = models.DateField(_("valid to"), null=True, blank=True)

    class Meta:
        verbose_name = _("legal notice")
        verbose_name_plural = _("legal notices")
        ordering = ("office", "valid_from")

    def __str__(self) -> str:
        return str(self.text)

    def clean(self) -> None:
        if self.valid_to and self.valid_to < self.valid_from:
            raise ValidationError({"valid_to": _("The last day is before the first.")})


class Role(models.TextChoices):
    """What somebody does in an office; `policies.RIGHTS` says what each may do."""

    EDITOR = "editor", _("editor")
    TRANSLATOR = "translator", _("translator")
    DATA_MANAGER = "data-manager", _("data manager")
    ANALYST = "analyst", _("analyst")
    RANGER = "ranger", _("ranger")
    CLAIMS_OFFICER = "claims-officer", _("claims officer")
    AUDITOR = "auditor", _("auditor")
    ADMINISTRATOR = "administrator", _("administrator")


class Person(AbstractUser):
    """Somebody with an account."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    office = models.ForeignKey(
        Office, models.PROTECT, null=True, blank=True, related_name="people", verbose_name=_("office")
    )
    is_demo = models.BooleanField(_("demonstration account"), default=False, editable=False)

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")

    def __str__(self) -> str:
        return self.get_full_name() or self.username


class Membership(models.Model):
    """A role of a person inside an office."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="memberships", verbose_name=_("person"))
    office = models.ForeignKey(Office, models.CASCADE, related_name="memberships", verbose_name=_("office"))
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)

    class Meta:
        verbose_name = _("role in an office")
        verbose_name_plural = _("roles in an office")
        constraints = (
            models.UniqueConstraint(fields=("person", "office", "role"), name="a_role_is_given_once"),
        )

    def __str__(self) -> str:
        return f"{self.person}: {self.get_role_display()}, {self.office}"
