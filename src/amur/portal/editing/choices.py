"""Which other records a record's form offers: those its user may see, and those that everybody sees.

Called by `forms.OfficeForm` and by the queries of subjects. A list of choices would else name what another
office keeps to itself.
"""

from collections.abc import Iterable
from typing import Any, TypeVar

from django import forms
from django.db.models import Model, Q, QuerySet
from wagtail.permissions import policy_registry

from amur.portal.offices.models import Office
from amur.portal.offices.policies import OfficePermissionPolicy, Verb
from amur.portal.release.models import Released

Row = TypeVar("Row", bound=Model)


def limit_form(form: Any, person: Any) -> None:
    """Narrow the choices of a form and of the rows within it, also of rows that are added later."""
    limit_fields(form.fields.values(), person)
    for formset in getattr(form, "formsets", {}).values():
        for row in formset.forms:
            limit_fields(row.fields.values(), person)
        _limit_new_rows(formset, person)


def limit_fields(fields: Iterable[forms.Field], person: Any) -> None:
    """Narrow each choice among records that belong to offices."""
    for field in fields:
        if not isinstance(field, forms.ModelChoiceField) or field.queryset is None:
            continue
        field.queryset = in_sight(field.queryset, person)


def in_sight(rows: "QuerySet[Row]", person: Any) -> "QuerySet[Row]":
    """The rows that the person may see, and those that are released; all, where rows belong to no office."""
    model = rows.model
    policy = policy_registry.get_by_type(model)
    if model is Office or not isinstance(policy, OfficePermissionPolicy):
        return rows
    allowed = Q(pk__in=policy.instances_user_has_permission_for(person, Verb.VIEW).values("pk"))
    if any(one.name == "uuid" for one in model._meta.fields):
        allowed |= Q(uuid__in=Released.objects.values("uuid"))
    return rows.filter(allowed)


def _limit_new_rows(formset: Any, person: Any) -> None:
    """The empty row, from which the browser makes new ones, is built when it is asked for."""
    usual = formset.add_fields

    def add_fields(row: Any, index: int | None) -> None:
        usual(row, index)
        limit_fields(row.fields.values(), person)

    formset.add_fields = add_fields
