"""The mathematics of the log: canonical text, hashes, links and seals. Pure; knows no database.

An entry's hash is SHA-256 over its canonical JSON, in which stands the hash of the entry before it.
A chain's seal is HMAC-SHA-256 over its length and last hash with a key that is not in the database,
so that whoever can only write to the database can neither shorten nor rewrite a chain unseen.
"""

import datetime
import hashlib
import hmac
import json
import math
from collections.abc import Mapping
from typing import Any

FIRST = "0" * 64  # what the first entry of a chain names as the hash before it


def canonical(value: Any) -> str:
    """A value as the one JSON text that stands for it: sorted keys, ASCII, no spaces.

    Raises TypeError for what JSON has no form for, and for keys that are not text: two
    different values must never share a text.

    >>> canonical({"b": [1, None], "a": "é"})
    '{"a":"\\\\u00e9","b":[1,null]}'
    >>> canonical({"n": float("nan")})
    '{"n":"NaN"}'
    """
    return json.dumps(
        _plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False
    )


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return (
            value
            if math.isfinite(value)
            else {"nan": "NaN", "inf": "Infinity", "-inf": "-Infinity"}[str(value)]
        )
    if isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str):
                raise TypeError(f"key {key!r} is not text")
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    raise TypeError(f"{type(value).__name__} has no canonical form")


def instant(moment: datetime.datetime) -> str:
    """A moment in UTC to the microsecond.

    >>> instant(datetime.datetime(2026, 1, 2, 3, tzinfo=datetime.timezone.utc))
    '2026-01-02T03:00:00.000000Z'
    """
    return moment.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def entry_hash(content: Mapping[str, Any]) -> str:
    """SHA-256 of an entry's content, hexadecimal. The content names the chain, sequence and previous hash."""
    return hashlib.sha256(canonical(content).encode("ascii")).hexdigest()


def seal(key: bytes, chain: str, count: int, head: str) -> str:
    """The seal over a chain of `count` entries whose last hash is `head`."""
    text = canonical({"chain": chain, "count": count, "head": head})
    return hmac.new(key, text.encode("ascii"), hashlib.sha256).hexdigest()


def is_sealed(key: bytes, chain: str, count: int, head: str, claimed: str) -> bool:
    """Whether the seal was made with this key for exactly this state of the chain."""
    return hmac.compare_digest(seal(key, chain, count, head), claimed)


def fingerprint(key: bytes, data: bytes) -> str:
    """A keyed fingerprint: equal data are recognised, the data cannot be found by trying all of them.

    Used for positions, of which there are too few for a plain hash to hide one.
    """
    return hmac.new(key, b"fingerprint:" + data, hashlib.sha256).hexdigest()[:32]
