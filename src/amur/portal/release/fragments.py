"""Parts of pages kept in memory for a generation and a language; used by the `keep` template tag."""

from collections.abc import Callable

from amur.portal.release.memory import generation

MAX_FRAGMENTS = 20_000

_fragments: dict[tuple[object, ...], str] = {}
_of = [-1]


def kept(key: tuple[object, ...], make: Callable[[], str]) -> str:
    """The fragment of that key, made when it is not there or something has changed since.

    A fragment must depend on nothing but its key and on what is released.
    """
    now = generation()
    if not now:
        return make()
    if _of[0] != now or len(_fragments) > MAX_FRAGMENTS:
        _fragments.clear()
        _of[0] = now
    found = _fragments.get(key)
    if found is None:  # another thread may empty the store at any time
        found = _fragments[key] = make()
    return found
