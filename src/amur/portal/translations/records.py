"""Records of offices as items to translate: each text in four languages is a segment.

What is written goes the way of the record's ordinary form: validated, audited and passed through the gate.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import transaction
from django.db.models import Model
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from amur.portal.editing.forms import policy_of
from amur.portal.languages.codes import LANGUAGES, Language
from amur.portal.languages.fields import MultilingualField
from amur.portal.languages.text import MultilingualText, Status, Translation
from amur.portal.offices.policies import Verb
from amur.portal.translations.models import WorkState
from amur.portal.translations.registry import Content, Refusal, Version
from amur.portal.translations.segments import Segment

PORTAL = "amur.portal."
NEEDED = frozenset({"uuid", "office", "is_published"})
# Subtitles carry times and are translated as files.
LEFT_OUT = {("mediafile", "captions")}
WORST_FIRST = (WorkState.MISSING, WorkState.OUTDATED, WorkState.MACHINE, WorkState.DRAFT, WorkState.REVIEWED)


class RecordAdapter:
    """The records of one model."""

    is_page = False

    def __init__(self, model: type[Model]) -> None:
        self.model: Any = model
        self.kind = str(model._meta.model_name)
        self.label: str | Promise = model._meta.verbose_name_plural or self.kind
        self.names = _names(model)

    def contents(self) -> Iterable[tuple[UUID, Content]]:
        for row in self.model.objects.all():
            yield row.uuid, self._content(row)

    def content(self, subject: UUID) -> Content | None:
        row = self._row(subject)
        return self._content(row) if row is not None else None

    def may_see(self, person: Any, subject: UUID) -> bool:
        return self._may(person, Verb.VIEW, subject)

    def may_write(self, person: Any, subject: UUID, language: Language) -> bool:
        return self._may(person, Verb.TRANSLATE, subject)

    def may_publish(self, person: Any, subject: UUID, language: Language) -> bool:
        """A record has no draft: who may translate it writes what readers see."""
        return self.may_write(person, subject, language)

    def lock(self, subject: UUID) -> None:
        list(self.model.objects.select_for_update().filter(uuid=subject).values_list("pk"))

    def token(self, subject: UUID, language: Language) -> str:
        row = self._row(subject)
        texts = {
            name: (one.text, str(one.status))
            for name in self.names
            if row is not None and (one := getattr(row, name).texts.get(language))
        }
        return hashlib.sha256(json.dumps(texts, sort_keys=True).encode()).hexdigest()[:24]

    def write(
        self,
        person: Any,
        subject: UUID,
        language: Language,
        texts: Mapping[str, str],
        state: WorkState,
        *,
        publish: bool,
    ) -> None:
        with transaction.atomic():
            row = self._row(subject)
            if row is None:
                raise Refusal(_("This record is not there any more."))
            fields = []
            for name, text in texts.items():
                value: MultilingualText = getattr(row, name)
                changed = dict(value.texts)
                before = changed.pop(language, None)
                if text.strip():
                    basis = before.basis if before is not None and before.text == text.strip() else None
                    changed[language] = Translation(text.strip(), Status(state.value), basis)
                setattr(row, name, MultilingualText(value.source, changed))
                fields.append(name)
            row.clean()
            row.save(update_fields=fields)

    def mark_outdated(self, subject: UUID, language: Language, segments: Iterable[str]) -> None:
        row = self._row(subject)
        fields = []
        for name in segments:
            value: MultilingualText | None = getattr(row, name, None) if row is not None else None
            one = value.texts.get(language) if value is not None else None
            if value is not None and one is not None:
                outdated = Translation(one.text, Status.OUTDATED, one.basis)
                setattr(row, name, MultilingualText(value.source, {**value.texts, language: outdated}))
                fields.append(name)
        if row is not None and fields:
            row.save(update_fields=fields)

    def address(self, subject: UUID, language: Language) -> str:
        row = self._row(subject)
        for name in (self.kind, str(self.label)):
            try:
                return reverse(f"{name}:edit", args=[row.pk]) if row is not None else ""
            except NoReverseMatch:
                continue
        return ""

    def _row(self, subject: UUID) -> Any:
        return self.model.objects.filter(uuid=subject).first()

    def _may(self, person: Any, verb: Verb, subject: UUID) -> bool:
        row = self._row(subject)
        return row is not None and policy_of(self.model).may(person, verb, row)

    def _content(self, row: Any) -> Content:
        values: dict[str, MultilingualText] = {name: getattr(row, name) for name in self.names}
        segments = [
            Segment(
                name,
                self.model._meta.get_field(name).verbose_name,
                value.texts[value.source].text,
                value.source,
            )
            for name, value in values.items()
            if value.source in value.texts
        ]
        source = segments[0].language if segments else "en"
        return Content(
            title=str(segments[0].text if segments else getattr(row, "key", ""))[:300],
            office=row.office_id,
            module=str(getattr(row, "module_key", "") or ""),
            source_language=source,
            is_public=bool(row.is_published),
            changed=None,
            segments=segments,
            versions={
                code: [one] for code in LANGUAGES if (one := self._version(row, values, segments, code))
            },
        )

    def _version(
        self, row: Any, values: Mapping[str, MultilingualText], segments: list[Segment], language: Language
    ) -> Version | None:
        wanted = [one for one in segments if one.language != language]
        found = {one.id: there for one in wanted if (there := values[one.id].texts.get(language))}
        if not found:
            return None
        states = {one.id: WorkState.MISSING for one in wanted}
        states |= {name: WorkState(str(one.status)) for name, one in found.items()}
        return Version(
            texts={name: one.text for name, one in found.items()},
            state=next(one for one in WORST_FIRST if one in states.values()),
            is_public=bool(row.is_published),
            states=states,
        )


def _names(model: type[Model]) -> list[str]:
    return [
        one.name
        for one in model._meta.fields
        if isinstance(one, MultilingualField) and (model._meta.model_name, one.name) not in LEFT_OUT
    ]


def record_models() -> list[type[Model]]:
    """The models of records with texts: of an office, with an identifier, and published or not."""
    return [
        model
        for config in apps.get_app_configs()
        if config.name.startswith(PORTAL)
        for model in config.get_models()
        if {one.name for one in model._meta.fields} >= NEEDED and _names(model)
    ]


def record_adapters() -> list[RecordAdapter]:
    """One adapter for each such model."""
    return [RecordAdapter(model) for model in record_models()]
