"""Finding what an address of the work list names, within what the person may see."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404

from amur.portal.languages.codes import Language, as_language, is_language
from amur.portal.translations.models import Item, ItemState, WorkState
from amur.portal.translations.registry import Adapter, adapter_of


@dataclass(frozen=True, slots=True)
class Found:
    """An item in one language, and how its kind is read and written."""

    adapter: Adapter
    item: Item
    language: Language
    state: ItemState


def found(person: Any, kind: str, subject: UUID, language: str) -> Found:
    """The item. Raises Http404 for what may not be seen, PermissionDenied without the right to write."""
    adapter = adapter_of(kind)
    if adapter is None or not is_language(language) or not adapter.may_see(person, subject):
        raise Http404
    state = (
        ItemState.objects.select_related("item", "claimed_by")
        .filter(item__kind=kind, item__subject=subject, language=language)
        .exclude(state=WorkState.SOURCE)
        .first()
    )
    if state is None:
        raise Http404
    code = as_language(language)
    if not adapter.may_write(person, subject, code):
        raise PermissionDenied
    return Found(adapter, state.item, code, state)
