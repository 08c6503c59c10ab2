"""True records: who may see and change one, and changing it by the same form as the editing pages."""

import json
from typing import Any

from django import forms
from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from amur.portal.api.errors import Refusal
from amur.portal.areas.admin import area_form
from amur.portal.areas.models import Area
from amur.portal.editing.forms import OfficeForm, policy_of
from amur.portal.languages.forms import MultilingualFormField
from amur.portal.languages.text import MultilingualText
from amur.portal.offices.policies import Verb


def true_area(person: Any, uuid: Any) -> Area:
    """The area when the person may see its true record; raises Http404 as if it did not exist."""
    rows = policy_of(Area).instances_user_has_permission_for(person, Verb.VIEW)
    area: Area = get_object_or_404(rows.select_related("office", "parent", "designation"), uuid=uuid)
    return area


def change_area(person: Any, uuid: Any, changes: dict[str, Any]) -> Area:
    """Change fields of an area. Raises Refusal naming the first field that is not right."""
    with transaction.atomic():
        area = true_area(person, uuid)
        if not policy_of(Area).may(person, Verb.CHANGE, area):
            raise Refusal(403, "forbidden", _("You may read this record, not change it."))
        if isinstance(changes.get("boundary"), dict):
            changes["boundary"] = json.dumps(changes["boundary"])
        form_class = area_form()
        blank = form_class(instance=area, for_user=person)
        form = form_class(posted(blank, changes), instance=area, for_user=person)
        if not form.is_valid():
            where, messages = next(iter(form.errors.items()))
            raise Refusal(422, "invalid", " ".join(messages), None if where == "__all__" else where)
        form.save()
    return true_area(person, uuid)


def record_of(area: Area) -> dict[str, Any]:
    """The true record as the API sends it."""
    plain = (
        "uuid key kind countries status iucn_category iucn_basis area_ha area_confidence established "
        "legal_act geometry_accuracy groups candidate_groups "
        "restricted_groups confidence sources is_published"
    )
    source = area.area_source or {}
    return {
        **{name: getattr(area, name) for name in plain.split()},
        **{name: getattr(area, name).to_json() for name in ("names", "region", "purpose", "notes")},
        "office": area.office.key,
        "parent": area.parent.key if area.parent else None,
        "designation": area.designation.key if area.designation else None,
        "area_note": source.get("note") or "",
        "area_sources": source.get("sources") or [],
        "geometry": json.loads(area.geometry.json) if area.geometry else None,
    }


def posted(form: OfficeForm, changes: dict[str, Any]) -> dict[str, Any]:
    """The form's present content with some fields changed, as a browser would send it."""
    data: dict[str, Any] = {}
    for name, field in form.fields.items():
        value = changes[name] if name in changes else form.get_initial_for_field(field, name)
        if isinstance(field, MultilingualFormField):
            data |= _rows(
                name, value if isinstance(value, MultilingualText) else MultilingualText.from_json(value)
            )
        elif isinstance(field, forms.BooleanField):
            data |= {name: "on"} if value else {}
        else:
            shown = field.prepare_value(value)
            data[name] = "" if shown is None else shown
    return data


def _rows(name: str, text: MultilingualText) -> dict[str, str]:
    data = {f"{name}-source": str(text.source)}
    for code, one in text.texts.items():
        data |= {
            f"{name}-{code}": one.text,
            f"{name}-{code}-status": str(one.status),
            f"{name}-{code}-basis": one.basis or "",
        }
    return data
