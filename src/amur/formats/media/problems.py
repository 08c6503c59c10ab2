"""The one error of this folder: a code and its parameters. The words are in `portal.media.wordings`."""

from collections.abc import Mapping


class MediaProblem(ValueError):
    """A file that cannot be taken, and why.

    >>> str(MediaProblem("too-many-pixels", pixels=10, limit=5))
    'too-many-pixels (pixels=10, limit=5)'
    """

    def __init__(self, code: str, **params: str | int | float) -> None:
        self.code = code
        self.params: Mapping[str, str | int | float] = params
        told = ", ".join(f"{name}={value}" for name, value in params.items())
        super().__init__(f"{code} ({told})" if told else code)
