"""What is known of today's visitors: a random salt and a set of marks, in memory alone.

A visitor is a keyed hash of the site, the shortened network address and the kind of browser. The key is a
random salt that is made at 00:00 of the site's zone and overwritten at the next; the marks of the day are
wiped with it, so that nobody, the operator included, can recognise anybody a day later. Salt and marks lie
in one anonymous piece of memory that the serving process makes before it forks its workers (see
`operations.server`): all workers share it, it has no name, no file, is no part of a core dump, and the page
with the salt is kept out of the swap file where the system allows. Where workers are not forked from one
process, each has a memory of its own and counts a visitor once more. Called by `counting` alone.
"""

import contextlib
import ctypes
import fcntl
import mmap
import os
import secrets
import sys
import threading
from collections.abc import Iterator
from hashlib import blake2b
from ipaddress import ip_address
from typing import Final

SALT_BYTES: Final = 32
SLOTS: Final = 1 << 18  # marks of a day: two megabytes
PROBES: Final = 32
_WORD: Final = 8
_FIRST: Final = 512  # the table begins at the second page; word 0 is the day, words 1 to 4 are the salt
_PAGE: Final = _FIRST * _WORD


class DayMemory:
    """The salt of one day and the marks made with it, shared with every process forked afterwards."""

    def __init__(self, slots: int = SLOTS) -> None:
        """`slots` is a power of two."""
        self._slots = slots
        self._map = mmap.mmap(-1, _PAGE + slots * _WORD)
        self._words = memoryview(self._map).cast("Q")
        self._threads = threading.Lock()
        # A lock of the kernel, which ends with the process that holds it, on a file that is only memory.
        self._file = os.memfd_create("visitors") if sys.platform == "linux" else -1
        _keep_in_memory(self._map)

    def salt(self, day: int) -> bytes:
        """The salt of a day (days since year 1); the first question of a new day makes a new one."""
        while True:
            if self._words[0] == day:
                salt = self._map[_WORD : _WORD + SALT_BYTES]
                if self._words[0] == day:  # not replaced while it was read
                    return salt
            self._begin(day)

    def is_first(self, mark: int) -> bool:
        """Note a mark; whether it was not there before. False, too, when the table is full.

        Without a lock: two workers that note the same mark in the same microsecond may both say yes.
        """
        words, last = self._words, self._slots - 1
        at = mark & last
        for _ in range(PROBES):
            found = words[_FIRST + at]
            if found == mark:
                return False
            if found == 0:
                words[_FIRST + at] = mark
                return True
            at = (at + 1) & last
        return False

    def _begin(self, day: int) -> None:
        with self._alone():
            if self._words[0] == day:
                return
            self._words[0] = 0
            self._map[_PAGE:] = bytes(self._slots * _WORD)
            self._map[_WORD : _WORD + SALT_BYTES] = secrets.token_bytes(SALT_BYTES)
            self._words[0] = day

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        with self._threads:
            if self._file < 0:
                yield
                return
            fcntl.lockf(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN)


def visitor(salt: bytes, site: str, address: str, family: str) -> bytes:
    """Who it is today: 16 bytes that mean nothing without the salt.

    >>> one = visitor(b"s" * 32, "a.example", "192.0.2.1", "firefox")
    >>> one == visitor(b"s" * 32, "a.example", "192.0.2.200", "firefox")
    True
    >>> one == visitor(b"t" * 32, "a.example", "192.0.2.1", "firefox")
    False
    """
    words = f"{site}\0{network(address)}\0{family}".encode("utf-8", "replace")
    return blake2b(words, key=salt, digest_size=16).digest()


def mark(salt: bytes, who: bytes, what: str) -> int:
    """A mark for "this visitor and this thing", never 0."""
    made = blake2b(who + what.encode("utf-8", "replace"), key=salt, digest_size=_WORD).digest()
    return int.from_bytes(made, "little") or 1


def network(address: str) -> str:
    """The network that an address is in, as coarse as it may be used: /24 of IPv4, /48 of IPv6.

    >>> network("192.0.2.77"), network("2001:db8:1:2::3"), network("::ffff:192.0.2.9"), network("?")
    ('192.0.2', '2001:0db8:0001', '192.0.2', '')
    """
    if ":" not in address:
        return address.rpartition(".")[0]
    try:
        known = ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    mapped = getattr(known, "ipv4_mapped", None)
    return str(mapped).rpartition(".")[0] if mapped else known.exploded[:14]


def _keep_in_memory(made: mmap.mmap) -> None:
    """Keep the salt out of core dumps and of the swap file, as far as the system lets us."""
    if sys.platform != "linux":
        return
    with contextlib.suppress(OSError):
        made.madvise(mmap.MADV_DONTDUMP)
    start = ctypes.addressof(ctypes.c_char.from_buffer(made))
    ctypes.CDLL(None).mlock(ctypes.c_void_p(start), ctypes.c_size_t(_PAGE))
