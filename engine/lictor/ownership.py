"""Whether a file is the user's alone. Caches hold what is run when it is read, so they are trusted only then."""

import os
import stat
from pathlib import Path


def is_private(path: str | Path) -> bool:
    """Tell whether nobody but the user can write to a directory or file. Where that can't be told, it is not."""
    if not hasattr(os, "geteuid"):
        return False
    try:
        status = os.lstat(path)
        if stat.S_ISLNK(status.st_mode) and Path(path).is_dir():
            status = Path(path).stat()  # a directory may well be a link; a file that is one was not put there by us
    except OSError:
        return False
    return status.st_uid == os.geteuid() and not status.st_mode & 0o022
