"""How far a large run has got, on one line of the terminal that is gone when the run is over."""

import time
from collections.abc import Callable
from typing import TextIO

_FROM = 2_000
"""Documents from which people wait long enough to ask."""

_PAUSE = 0.2
"""Seconds between two changes of the line."""


def progress_line(stream: TextIO) -> Callable[[int, int], None]:
    """Return what shows on a terminal how many documents of how many were checked; of 0 when that is not known yet."""
    shown_at = 0.0

    def show(done: int, total: int) -> None:
        nonlocal shown_at
        now = time.monotonic()
        is_over = done >= total > 0
        if max(done, total) < _FROM or (not is_over and now - shown_at < _PAUSE):
            return
        shown_at = now
        of = f" of {total:,}" if total else ""
        text = "" if is_over else f"checked {done:,}{of} documents"
        stream.write(f"\r\x1b[K{text}")
        stream.flush()

    return show
