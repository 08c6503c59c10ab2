"""The work list follows pages and records at once, in the transaction of their change."""

from typing import Any

from django.db.models.signals import post_delete, post_save

from amur.portal.release.actions import is_held
from amur.portal.translations import following
from amur.portal.translations.registry import Adapter, adapters


def connect() -> None:
    """Follow every page and record that is translated. Called when the app is ready."""
    for adapter in adapters().values():
        for signal, name in ((post_save, "saved"), (post_delete, "deleted")):
            signal.connect(
                _follower(adapter, gone=signal is post_delete),
                sender=adapter.model,  # type: ignore[attr-defined]  # both kinds have one
                weak=False,
                dispatch_uid=f"translations-{name}-{adapter.kind}",
            )


def _follower(adapter: Adapter, *, gone: bool) -> Any:
    def follow(sender: Any, instance: Any, raw: bool = False, **_: Any) -> None:
        if raw or (is_held() and not gone):
            return  # whoever loads many rows calls `actions.rebuild` at the end
        following.refresh(adapter, instance.translation_key if adapter.is_page else instance.uuid)

    return follow
