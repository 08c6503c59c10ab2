"""Reports of undeliverable mail: RFC 3464 (delivery status), read with the standard library's e-mail parser.

`read` takes what a mailbox for returned mail holds: one message or an mbox. Only what a report says by its
fields is taken; its free text is never guessed at. Called by `amur.portal.newsletter.command`.
"""

import email
import mailbox
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.message import Message
from pathlib import Path
from typing import Final

STATUS: Final = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
TOKEN: Final = re.compile(r"\+([0-9a-f]{40})@")
HEADER: Final = "X-Newsletter-Delivery"
ENVELOPE: Final = ("To", "Delivered-To", "X-Original-To", "Envelope-To", "Original-Recipient")
# Full mailboxes, too large letters, and policies of the receiver may pass; they are no end of an address.
PASSING: Final = frozenset({"5.2.2", "5.2.3", "5.3.4"})


@dataclass(frozen=True, slots=True)
class Bounce:
    """A letter that came back: the word we know it by, its status (RFC 3463), whether it is for good."""

    token: str
    status: str
    hard: bool


def is_hard(status: str) -> bool:
    """Whether an enhanced status code (RFC 3463) means that the address will never work.

    >>> is_hard("5.1.1"), is_hard("5.2.2"), is_hard("4.4.1"), is_hard("5.7.1")
    (True, False, False, False)
    """
    return status.startswith("5.") and not status.startswith("5.7.") and status not in PASSING


def read(data: bytes) -> Iterator[Bounce]:
    """The bounces in a message or an mbox; messages that are no delivery reports are passed over."""
    for message in messages(data):
        found = bounce_of(message)
        if found is not None:
            yield found


def messages(data: bytes) -> Iterator[Message]:
    """The messages of a file: one as it came, or those of an mbox."""
    if not data.startswith(b"From "):
        yield email.message_from_bytes(data, policy=policy.compat32)
        return
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "mbox"
        file.write_bytes(data)
        box = mailbox.mbox(file, create=False)
        yield from box
        box.close()


def bounce_of(message: Message) -> Bounce | None:
    """The bounce that a message reports; None for anything else, also for what is only delayed."""
    if message.get_content_type() != "multipart/report":
        return None
    status = ""
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status":
            status = status or _failed(part)
    token = _token(message)
    return Bounce(token, status, is_hard(status)) if status and token else None


def _failed(part: Message) -> str:
    """The status of the first recipient whose delivery failed."""
    blocks = part.get_payload()
    for block in blocks if isinstance(blocks, list) else ():
        if isinstance(block, Message) and str(block.get("Action", "")).strip().lower() == "failed":
            found = STATUS.search(str(block.get("Status", "")))
            return found[0] if found else "5.0.0"
    return ""


def _token(message: Message) -> str:
    """The word of the letter: in the address that the report came to, or in the letter's own headers."""
    for name in ENVELOPE:
        for value in message.get_all(name, []):
            if found := TOKEN.search(str(value)):
                return found[1]
    for part in message.walk():
        if part.get_content_type() in {"message/rfc822", "message/rfc822-headers", "text/rfc822-headers"}:
            payload = part.get_payload()
            inner = payload[0] if isinstance(payload, list) and payload else payload
            headers = inner if isinstance(inner, Message) else email.message_from_string(str(inner))
            value = str(headers.get(HEADER, "")).strip()
            if re.fullmatch(r"[0-9a-f]{40}", value):
                return value
    return ""
