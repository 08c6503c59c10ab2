"""The log and the heads of its chains. Rows are written by `actions` alone; the database refuses changes.

The tables are made by this app's migration and are "unmanaged" afterwards, so that `manage.py flush`
empties everything but the log.
"""

import json
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from amur.portal.audit.chain import entry_hash, instant

PROGRAMME = "programme"


class AuditEntry(models.Model):
    """One change, sign-in or export. Internal to the office that its chain belongs to."""

    chain = models.CharField(_("chain"), max_length=36)
    sequence = models.BigIntegerField(_("number"))
    time = models.DateTimeField(_("time (UTC)"), db_index=True)
    actor_uuid = models.UUIDField(null=True)
    actor = models.CharField(_("who"), max_length=160)
    action = models.CharField(_("action"), max_length=120, db_index=True)
    kind = models.CharField(_("kind of record"), max_length=80)
    object_uuid = models.UUIDField(null=True)
    object_key = models.CharField(_("record"), max_length=200)
    # Canonical JSON as text: a JSON column would be free to store the same value in another form.
    changes_text = models.TextField(_("changes"), default="{}")
    previous = models.CharField(max_length=64)
    hash = models.CharField(_("hash"), max_length=64)

    class Meta:
        managed = False
        db_table = "audit_auditentry"
        verbose_name = _("entry of the audit log")
        verbose_name_plural = _("audit log")
        ordering = ("chain", "sequence")
        default_permissions = ("view",)
        constraints = (models.UniqueConstraint(fields=("chain", "sequence"), name="audit_numbered_once"),)
        indexes = (models.Index(fields=("kind", "object_uuid"), name="audit_of_a_record"),)

    def __str__(self) -> str:
        return f"{self.chain} {self.sequence}: {self.action} {self.object_key}".rstrip()

    @property
    def changes(self) -> dict[str, Any]:
        """What changed: field -> [old, new]."""
        found: dict[str, Any] = json.loads(self.changes_text)
        return found

    def content(self) -> dict[str, Any]:
        """What the hash is made of."""
        return {
            "chain": self.chain,
            "sequence": self.sequence,
            "time": instant(self.time),
            "actor_uuid": str(self.actor_uuid) if self.actor_uuid else None,
            "actor": self.actor,
            "action": self.action,
            "kind": self.kind,
            "object_uuid": str(self.object_uuid) if self.object_uuid else None,
            "object_key": self.object_key,
            "changes": self.changes_text,
            "previous": self.previous,
        }

    def computed_hash(self) -> str:
        """The hash that the content should have."""
        return entry_hash(self.content())


class ChainHead(models.Model):
    """How long a chain is and where it ends, under a seal."""

    chain = models.CharField(max_length=36, unique=True)
    count = models.BigIntegerField(default=0)
    head = models.CharField(max_length=64)
    seal = models.CharField(max_length=64)

    class Meta:
        managed = False
        db_table = "audit_chainhead"
        verbose_name = _("head of a chain")
        verbose_name_plural = _("heads of chains")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.chain}: {self.count}"
