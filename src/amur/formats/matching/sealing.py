"""Sealing bytes from one office for another: signed inside, encrypted outside, padded against counting.

    magic (8) | recipient key, first 16 bytes of its id | ephemeral key (32) | ChaCha20-Poly1305 of
        length (8) | signature (64) | content | zeros up to the next step

The key of the cipher comes from X25519 with a fresh ephemeral key and HKDF-SHA256 over both public keys; it
is used once, so the nonce is zero (the construction of HPKE's base mode, RFC 9180, with these primitives).
The signature (Ed25519) is over recipient, ephemeral key and content, so that a recipient cannot pass it on as
written to somebody else. Who seals with a stolen recipient key learns nothing; a stolen sealing key opens
packages that were kept: keys can be renewed.
"""

from __future__ import annotations

import struct
from typing import Final

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from amur.formats.matching.keys import Card, Keys
from amur.formats.matching.messages import refusal

MAGIC: Final = b"AMURSEAL"
_CONTEXT: Final = b"amur matching package 1"
_NONCE: Final = bytes(12)
_HEADER: Final = struct.Struct("8s16s32s")
_INNER: Final = struct.Struct(">Q64s")
_STEP: Final = 256 << 10
LIMIT_BYTES: Final = 1 << 29


def seal(content: bytes, sender: Keys, recipient: Card) -> bytes:
    """Content as only `recipient` can read it, signed by `sender`; a fresh seal each time."""
    fresh = X25519PrivateKey.generate()
    ephemeral = fresh.public_key().public_bytes_raw()
    header = _HEADER.pack(MAGIC, bytes.fromhex(recipient.id)[:16], ephemeral)
    signature = sender.signer.sign(_signed(recipient, ephemeral, content))
    inner = _INNER.pack(len(content), signature) + content
    inner += bytes(padded_length(len(inner)) - len(inner))
    cipher = _cipher(fresh.exchange(recipient.mailbox()), ephemeral, recipient)
    return header + cipher.encrypt(_NONCE, inner, header)


def unseal(sealed: bytes, recipient: Keys, sender: Card, file: str = "package") -> bytes:
    """The content of `seal`. Raises FormatError; nothing of a refused package is given out."""
    if len(sealed) > LIMIT_BYTES:
        raise refusal("too-large", file, limit=LIMIT_BYTES >> 20)
    if not sealed.startswith(MAGIC):
        raise refusal("no-package", file)
    if len(sealed) < _HEADER.size:
        raise refusal("damaged", file)
    header = sealed[: _HEADER.size]
    _magic, meant, ephemeral = _HEADER.unpack(header)
    if meant != bytes.fromhex(recipient.card.id)[:16]:
        raise refusal("wrong-recipient", file)
    try:
        secret = recipient.opener.exchange(X25519PublicKey.from_public_bytes(ephemeral))
        inner = _cipher(secret, ephemeral, recipient.card).decrypt(_NONCE, sealed[_HEADER.size :], header)
        length, signature = _INNER.unpack_from(inner)
    except (InvalidTag, ValueError, struct.error) as error:
        raise refusal("damaged", file) from error
    content = inner[_INNER.size : _INNER.size + length]
    try:
        sender.verifier().verify(signature, _signed(recipient.card, ephemeral, content))
    except InvalidSignature as error:
        raise refusal("wrong-sender", file) from error
    return content


def padded_length(length: int) -> int:
    """Up to which length content of so many bytes is filled: steps of 256 KiB, wider ones (1/8) beyond 2 MiB.

    >>> [padded_length(size) >> 10 for size in (1, 300 << 10, 9 << 20)]
    [256, 512, 9216]
    """
    step = max(_STEP, 1 << max(length.bit_length() - 4, 0))
    return -(-length // step) * step


def _signed(recipient: Card, ephemeral: bytes, content: bytes) -> bytes:
    return b"\0".join((_CONTEXT, bytes.fromhex(recipient.id) + ephemeral, content))


def _cipher(secret: bytes, ephemeral: bytes, recipient: Card) -> ChaCha20Poly1305:
    derive = HKDF(SHA256(), 32, salt=ephemeral + recipient.sealing, info=_CONTEXT)
    return ChaCha20Poly1305(derive.derive(secret))
