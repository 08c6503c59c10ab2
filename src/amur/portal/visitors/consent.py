"""The visitors' choices: the one cookie that carries them, and the receipts that prove them.

`choose` and `withdraw` write receipts, and never change one. The cookie is
`1.VERSION.RECEIPT.PURPOSES`, the purposes joined by `~`, or `none`; `choices.js` reads the same.
"""

import datetime
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from amur.portal.languages.codes import Language
from amur.portal.visitors import notice
from amur.portal.visitors.models import NoticeText, Receipt

VALID: Final = datetime.timedelta(days=365)
LONGEST_CHAIN: Final = 1_000
_TRIES: Final = 5
VARIANT: Final = "equal-buttons-1"


@dataclass(frozen=True, slots=True)
class Choice:
    """What a cookie says. `is_current` tells whether the notice still is the one that was shown."""

    receipt: uuid.UUID
    purposes: frozenset[str]
    is_current: bool

    @classmethod
    def read(cls, cookie: str | None) -> "Choice | None":
        """The choice in a cookie's value; None without one, and for what nobody of us wrote."""
        parts = (cookie or "").split(".")
        if len(parts) != 4 or parts[0] != "1":
            return None
        try:
            receipt = uuid.UUID(parts[2])
        except ValueError:
            return None
        purposes = frozenset(parts[3].split("~")) - {"none"}
        if not purposes <= set(notice.KEYS):
            return None
        return cls(receipt, purposes, parts[1] == notice.version())


def cookie_of(receipt: Receipt) -> str:
    """The value of the cookie that carries a receipt."""
    purposes = "~".join(key for key in notice.KEYS if receipt.purposes.get(key)) or "none"
    return f"1.{receipt.notice}.{receipt.uuid}.{purposes}"


@dataclass(frozen=True, slots=True)
class Shown:
    """How the question was put: language, where, and whether the browser asks for privacy by itself."""

    language: Language
    source: Receipt.Source
    gpc: bool = False


def choose(wanted: Collection[str], asked: Shown, before: uuid.UUID | None = None) -> Receipt:
    """Note a choice after the notice was shown; a receipt that already says the same is given back.

    `before` is the receipt that the visitor holds. Raises ValueError for a purpose that there is not.
    """
    if unknown := set(wanted) - set(notice.KEYS):
        raise ValueError(f"no such purpose: {', '.join(sorted(unknown))}")
    purposes = {key: key in wanted for key in notice.KEYS}
    for _ in range(_TRIES):
        last = latest(before) if before else None
        if last is not None and _is_the_same(last, purposes):
            return last
        try:
            return _write(_action(last, purposes), purposes, asked, last)
        except IntegrityError:  # another window has just continued the same receipt
            continue
    raise IntegrityError("the receipt is being continued elsewhere")


def withdraw(receipt: uuid.UUID, asked: Shown) -> Receipt | None:
    """Note that everything agreed to under a receipt is withdrawn. None when there is no such receipt."""
    for _ in range(_TRIES):
        last = latest(receipt)
        if last is None or last.action == Receipt.Action.WITHDRAW:
            return last
        try:
            return _write(Receipt.Action.WITHDRAW, dict.fromkeys(notice.KEYS, False), asked, last)
        except IntegrityError:
            continue
    raise IntegrityError("the receipt is being continued elsewhere")


def latest(receipt: uuid.UUID) -> Receipt | None:
    """The last receipt that continues this one."""
    found = Receipt.objects.filter(uuid=receipt).first()
    for _ in range(LONGEST_CHAIN):
        further = Receipt.objects.filter(previous=found.uuid).first() if found else None
        if further is None:
            break
        found = further
    return found


def history(receipt: uuid.UUID) -> list[Receipt]:
    """The receipt with all that came before and after it, the oldest first; empty when there is none."""
    found = latest(receipt)
    chain: list[Receipt] = []
    while found is not None and len(chain) < LONGEST_CHAIN:
        chain.append(found)
        found = Receipt.objects.filter(uuid=found.previous).first() if found.previous else None
    return chain[::-1]


def exported(chain: Collection[Receipt]) -> dict[str, Any]:
    """Everything that is kept about a choice, for its visitor."""
    texts = dict(
        NoticeText.objects.filter(hash__in={one.text_hash for one in chain}).values_list("hash", "text")
    )
    fields = [field.name for field in Receipt._meta.fields if field.name != "id"]
    return {
        "receipts": [{name: getattr(one, name) for name in fields} for one in chain],
        "texts": texts,
    }


def _is_the_same(last: Receipt, purposes: Mapping[str, bool]) -> bool:
    return (
        last.purposes == purposes
        and last.notice == notice.version()
        and last.expires > timezone.now()
        and last.action != Receipt.Action.WITHDRAW
    )


def _action(last: Receipt | None, purposes: Mapping[str, bool]) -> Receipt.Action:
    """What the choice is, seen from the one before.

    >>> _action(None, {"video": True}), _action(None, {"video": False})
    (Receipt.Action.GRANT, Receipt.Action.REFUSE)
    """
    had = last is not None and any(last.purposes.values())
    if had:
        return Receipt.Action.CHANGE if any(purposes.values()) else Receipt.Action.WITHDRAW
    return Receipt.Action.GRANT if any(purposes.values()) else Receipt.Action.REFUSE


def _write(
    action: Receipt.Action, purposes: Mapping[str, bool], asked: Shown, last: Receipt | None
) -> Receipt:
    now = timezone.now()
    text, text_hash = notice.shown(asked.language)
    with transaction.atomic():
        NoticeText.objects.get_or_create(hash=text_hash, defaults={"language": asked.language, "text": text})
        return Receipt.objects.create(
            action=action,
            purposes=dict(purposes),
            notice=notice.version(),
            text_hash=text_hash,
            language=asked.language,
            variant=VARIANT,
            source=asked.source,
            gpc=asked.gpc,
            time=now,
            expires=now + VALID,
            previous=last.uuid if last else None,
        )
