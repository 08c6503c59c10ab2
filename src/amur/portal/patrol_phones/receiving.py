"""What phones send: kept on the disk first, then made into patrols. Called by `endpoint` and the page.

A body is written and flushed under its SHA-256 and noted in the database before anybody is told that it came.
`settle` makes messages and patrols of what is kept; whatever goes wrong there, or kills the process, the
delivery stays kept and is taken the next time.
"""

import hashlib
import logging
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from amur.formats.errors import FormatErrors
from amur.formats.files import replacing
from amur.formats.smart.mobile import Message, read_each
from amur.formats.smart.receipts import digest_of
from amur.portal.audit.actor import acting
from amur.portal.offices.models import Office
from amur.portal.patrol_phones.models import Delivery, Phone
from amur.portal.patrols import gathering, importing, store
from amur.portal.patrols.models import Act
from amur.portal.patrols.reading import Given

logger = logging.getLogger(__name__)

MOST_BYTES: Final = 64 << 20
"""Of a body, and of what it is unpacked."""
PAUSE: Final = timedelta(minutes=10)
"""How often fixes alone make a patrol anew while it goes on."""
LISTED: Final = 100
ENCODINGS: Final = {"": 0, "deflate": zlib.MAX_WBITS, "gzip": zlib.MAX_WBITS | 16}
State = Delivery.State


class TooLarge(ValueError):
    """A body that is too large when it is unpacked."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a body says: messages by digest, and what is wrong in it."""

    messages: dict[str, Message]
    problems: list[dict[str, Any]]


def unpacked(body: bytes, encoding: str) -> bytes:
    """A body without its packing. Raises TooLarge, ValueError for what is not packed so."""
    if not ENCODINGS[encoding]:
        return body
    unpacker = zlib.decompressobj(ENCODINGS[encoding])
    try:
        found = unpacker.decompress(body, MOST_BYTES + 1)
    except zlib.error as error:
        raise ValueError(str(error)) from error
    if len(found) > MOST_BYTES:
        raise TooLarge
    if not unpacker.eof:
        raise ValueError("it is cut off")
    return found


def content_of(text: bytes, name: str) -> Content:
    """What a body says. Raises FormatErrors where it holds no message."""
    found = read_each(text, name)
    wrong = [one for one in found if isinstance(one, FormatErrors)]
    messages = {digest_of(one): one for one in found if isinstance(one, Message)}
    if wrong and not messages:
        raise wrong[0]
    listed = [problem.as_dict() for one in wrong for problem in one.problems]
    return Content(messages, listed[:LISTED])


def place_of(sha256: str) -> Path:
    """Where the bytes of a delivery lie."""
    return store.UPLOADS.folder("phones") / sha256


def keep(phone: Phone, body: bytes, encoding: str, content: Content | FormatErrors) -> tuple[Delivery, bool]:
    """Keep what came, and whether it is new. When this returns it is on the disk. Raises OSError."""
    sha256 = hashlib.sha256(body).hexdigest()
    place = place_of(sha256)
    if not place.exists():
        with replacing(place) as temporary:
            temporary.write_bytes(body)
    if isinstance(content, FormatErrors):
        state, count = State.REFUSED, 0
        problems = [one.as_dict() for one in content.problems[:LISTED]]
    else:
        state, count, problems = State.KEPT, len(content.messages), content.problems
    return Delivery.objects.get_or_create(
        phone=phone,
        sha256=sha256,
        defaults={
            "size": len(body),
            "encoding": encoding,
            "state": state,
            "messages": count,
            "problems": problems,
        },
    )


def may_wait(phone: Phone, content: Content) -> bool:
    """Whether these are fixes of a patrol that goes on, and some were added a moment ago."""
    if any(message.shape != "track" for message in content.messages.values()):
        return False
    settled = phone.deliveries.filter(state=State.TAKEN).order_by("-settled_at").first()
    if settled is None or settled.settled_at is None or settled.settled_at < timezone.now() - PAUSE:
        return False
    devices = {message.device or _source(phone) for message in content.messages.values()}
    return all(gathering.is_on_patrol(phone.office, device) for device in devices)


def _source(phone: Phone) -> str:
    return f"phone {phone.uuid}"


def settle(office: Office) -> int:
    """Make patrols of all that is kept of an office; how many deliveries were taken.

    One that cannot be taken stays kept, is told in the log, and holds back no other.
    """
    try:
        return _settled(office, ())
    except Exception:
        logger.exception("what phones of %s sent is taken one by one", office.key)
    taken = 0
    for key in Delivery.objects.filter(phone__office=office, state=State.KEPT).values_list("pk", flat=True):
        try:
            taken += _settled(office, (key,))
        except Exception:
            logger.exception("delivery %s of a phone stays kept", key)
    return taken


def _settled(office: Office, keys: Sequence[int]) -> int:
    with acting("phones"), store.scratch() as folder, transaction.atomic():
        Office.objects.select_for_update().get(pk=office.pk)
        waiting = Delivery.objects.filter(phone__office=office, state=State.KEPT)
        rows = list((waiting.filter(pk__in=keys) if keys else waiting).select_related("phone").order_by("pk"))
        if not rows:
            return 0
        given = Given(rows[-1].sha256, folder)
        for row in rows:
            given.messages |= {
                digest: (_source(row.phone), message)
                for digest, message in content_of(_text_of(row), row.phone.name).messages.items()
            }
        names = sorted({row.phone.name for row in rows})
        about = {"file": ", ".join(names)[:200], "deliveries": [str(row.uuid) for row in rows]}
        importing.take(given, office, None, about, kind=Act.Kind.PHONE)
        now = timezone.now()
        Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(state=State.TAKEN, settled_at=now)
    return len(rows)


def _text_of(row: Delivery) -> bytes:
    return unpacked(place_of(row.sha256).read_bytes(), row.encoding)
