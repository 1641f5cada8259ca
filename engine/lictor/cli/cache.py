"""Where the user's own cache is."""

import os
import sys
from pathlib import Path


def cache_directory() -> Path | None:
    """Return the directory for plans that are kept between runs; None where there is no home to put it in."""
    base = os.environ.get("XDG_CACHE_HOME")
    if base and os.path.isabs(base):  # noqa: PTH117 - the specification: a relative one is to be ignored
        return Path(base) / "lictor"
    try:
        home = Path.home()
    except RuntimeError:
        return None
    return home / ("Library/Caches/lictor" if sys.platform == "darwin" else ".cache/lictor")
