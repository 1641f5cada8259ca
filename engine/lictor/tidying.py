"""Caches stay small: of their files the newest are kept."""

import contextlib
from collections.abc import Iterable
from pathlib import Path


def forget_oldest(files: Iterable[Path], most: int, most_bytes: float = float("inf")) -> None:
    """Delete the files that were not touched for longest, until there are `most`, of `most_bytes` together.

    What can't be looked at or deleted stays, and the rest with it.
    """
    left = most_bytes
    with contextlib.suppress(OSError):
        known = [(file.stat(), file) for file in files]
        known.sort(key=lambda each: each[0].st_mtime_ns, reverse=True)
        for number, (status, file) in enumerate(known):
            left -= status.st_size
            if left < 0 or number >= most:
                file.unlink(missing_ok=True)
