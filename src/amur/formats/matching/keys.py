"""The keys of an office for matching rounds: one to sign, one to be written to; the card that others get.

Called by `sealing` and by `amur.portal.matching`, which keeps the secret half unreadable. A card is public;
whether it is really the other office's is told by the fingerprint alone, compared by voice.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from amur.formats.matching.messages import refusal

_CARD: Final = "amur-office-1:"
_GROUPS: Final = 8


@dataclass(frozen=True, slots=True)
class Card:
    """The public halves: `signing` (Ed25519, RFC 8032) and `sealing` (X25519, RFC 7748), 32 bytes each."""

    signing: bytes
    sealing: bytes

    @property
    def id(self) -> str:
        """A name for the pair of keys: SHA-256 in hexadecimal."""
        return hashlib.sha256(_CARD.encode() + self.signing + self.sealing).hexdigest()

    @property
    def fingerprint(self) -> str:
        """Eight groups of five digits (about 130 bits), to be read out in any language."""
        number = int(self.id, 16)
        groups = []
        for _ in range(_GROUPS):
            number, group = divmod(number, 100_000)
            groups.append(f"{group:05d}")
        return " ".join(groups)

    @property
    def text(self) -> str:
        """One line that can be sent by mail."""
        return _CARD + base64.b64encode(self.signing + self.sealing).decode("ascii")

    @classmethod
    def from_text(cls, text: str) -> Card:
        """The card behind `text`, however it was wrapped. Raises FormatError."""
        line = "".join(text.split())
        try:
            if not line.startswith(_CARD):
                raise refusal("no-key", "key")
            both = base64.b64decode(line.removeprefix(_CARD), validate=True)
        except (binascii.Error, ValueError) as error:
            raise refusal("no-key", "key") from error
        if len(both) != 64:
            raise refusal("no-key", "key")
        return cls(both[:32], both[32:])

    def verifier(self) -> Ed25519PublicKey:
        """What checks signatures."""
        return Ed25519PublicKey.from_public_bytes(self.signing)

    def mailbox(self) -> X25519PublicKey:
        """What packages are sealed for."""
        return X25519PublicKey.from_public_bytes(self.sealing)


@dataclass(frozen=True, slots=True)
class Keys:
    """The secret halves.

    >>> keys = Keys.new()
    >>> Keys.from_bytes(keys.to_bytes()).card == keys.card == Card.from_text(keys.card.text)
    True
    """

    signer: Ed25519PrivateKey
    opener: X25519PrivateKey

    @classmethod
    def new(cls) -> Keys:
        """Fresh keys from the system's random numbers."""
        return cls(Ed25519PrivateKey.generate(), X25519PrivateKey.generate())

    @classmethod
    def from_bytes(cls, secret: bytes) -> Keys:
        """The keys behind `to_bytes`. Raises ValueError."""
        return cls(
            Ed25519PrivateKey.from_private_bytes(secret[:32]),
            X25519PrivateKey.from_private_bytes(secret[32:]),
        )

    def to_bytes(self) -> bytes:
        """64 secret bytes."""
        return self.signer.private_bytes_raw() + self.opener.private_bytes_raw()

    @property
    def card(self) -> Card:
        """The public halves."""
        return Card(self.signer.public_key().public_bytes_raw(), self.opener.public_key().public_bytes_raw())
