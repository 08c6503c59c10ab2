"""Addresses of an older site and where they lead now. Consulted only when a page is not found."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from amur.portal.redirects.patterns import normal, problem_of_pattern, problem_of_target


class OldAddress(models.Model):
    """One old address. Without a target the page is gone (410), with one it has moved (301)."""

    office = models.ForeignKey("offices.Office", models.PROTECT, related_name="+", verbose_name=_("office"))
    pattern = models.CharField(
        _("old address"),
        max_length=500,
        unique=True,
        help_text=_(
            "The path without a host, such as /en/docs/publications/detail.php?ID=11404; "
            "an asterisk at the end stands for anything that follows."
        ),
    )
    path = models.CharField(max_length=500, db_index=True, editable=False)
    is_prefix = models.BooleanField(default=False, db_index=True, editable=False)
    target = models.CharField(
        _("new address"),
        max_length=1000,
        blank=True,
        help_text=_("A path of this site, or an address with https://. Empty: the page is gone for good."),
    )

    class Meta:
        verbose_name = _("old address")
        verbose_name_plural = _("old addresses")
        ordering = ("pattern",)

    def __str__(self) -> str:
        return self.pattern

    def clean(self) -> None:
        from amur.portal.redirects.queries import loop_from

        self.prepare()
        problems = {
            "pattern": problem_of_pattern(self.pattern),
            "target": problem_of_target(self.target),
        }
        if found := {name: text for name, text in problems.items() if text}:
            raise ValidationError(found)
        if loop := loop_from(self):
            raise ValidationError(
                {"target": _("This would lead in a circle: %(loop)s.") % {"loop": " → ".join(loop)}}
            )

    def prepare(self) -> None:
        """Derive what the look-up needs from the pattern."""
        self.pattern = self.pattern.strip()
        self.path, self.is_prefix = normal(self.pattern)

    def save(self, *args: object, **kwargs: object) -> None:
        self.prepare()
        super().save(*args, **kwargs)  # type: ignore[arg-type]


class Hits(models.Model):
    """How often an old address was asked for in a month: a number and nothing of who asked."""

    address = models.ForeignKey(OldAddress, models.CASCADE, related_name="hits")
    month = models.CharField(max_length=7)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("requests of an old address")
        verbose_name_plural = _("requests of old addresses")
        constraints = (models.UniqueConstraint(fields=("address", "month"), name="one_count_a_month"),)

    def __str__(self) -> str:
        return f"{self.address} {self.month}: {self.count}"
