"""Keep what single files came to, for runs over a few of them: an editor's, a hook's before a commit.

Each result is in a file of its own, whose name is its key, so that finding it is opening it; the logs of `results`,
which hold hundreds, are listed first. The rest is as there: a result is found by the file's bytes and uri and all else
that the answer rests on, is read only where nobody but the user can write, and is passed over when it is not as it was
written.
"""

import contextlib
import os
from pathlib import Path

from lictor.evaluate.kept_files import FileResult
from lictor.light import HIGHEST_PROTOCOL, pickled, sha256, unpickled
from lictor.ownership import is_private

_SUFFIX = ".result"

_DIGEST = 32
"""Bytes at the start of a file that are the digest of the others."""

MAX_RESULTS = 1_000
"""Files that may be there; when there are more, all but the newest half go."""

MAX_BYTES = 1_000_000
"""What one result may take."""


class FewResults:
    """The results of earlier runs with one plan, each in a file of its own."""

    def __init__(self, directory: Path, plan: str) -> None:
        """Look at nothing yet. `plan` names all that results rest on beside the file: rules, plugins, budgets."""
        self._directory = directory
        self._plan = sha256(plan.encode("utf-8", "surrogatepass")).digest()
        self._is_trusted = is_private(directory)
        self._has_new = False

    def key(self, uri: str, raw: bytes) -> bytes:
        """Return what names a file's result."""
        digest = sha256(self._plan)
        digest.update(sha256(raw).digest())
        digest.update(uri.encode("utf-8", "surrogatepass"))
        return digest.digest()[:16]

    def find(self, key: bytes) -> FileResult | None:
        """Return a file's result; None when none was kept."""
        path = self._path(key)
        if not self._is_trusted or not is_private(path):
            return None
        try:
            raw = path.read_bytes()
            body = raw[_DIGEST:]
            if sha256(body).digest() != raw[:_DIGEST]:
                return None
            result: FileResult = unpickled(body)  # only the user can write there, and it is as it was written
        except Exception:  # noqa: BLE001 - whatever is wrong with a cache file, the answer is to do without it
            return None
        return result

    def add(self, key: bytes, result: FileResult) -> None:
        """Keep a file's result for later runs; where that can't be done, nothing is lost but time."""
        with contextlib.suppress(Exception):  # what a plugin's rule says may hold what can't be pickled
            body = pickled(result, HIGHEST_PROTOCOL)
            if len(body) <= MAX_BYTES and self._is_there():
                path = self._path(key)
                draft = path.with_suffix(f"{_SUFFIX}.{os.getpid()}")
                draft.touch(0o600, exist_ok=False)
                draft.write_bytes(sha256(body).digest() + body)
                draft.replace(path)
                self._has_new = True

    def flush(self) -> None:
        """Do nothing: what was added is there."""

    def close(self) -> None:
        """Make room where there are too many."""
        if not self._has_new:
            return
        from lictor.tidying import forget_oldest  # most runs add nothing

        with contextlib.suppress(OSError):
            # drafts that were left behind are among them
            kept = [path for path in self._directory.iterdir() if f"{_SUFFIX}." in f"{path.name}."]
            if len(kept) > MAX_RESULTS:
                forget_oldest(kept, MAX_RESULTS // 2)

    def _path(self, key: bytes) -> Path:
        return self._directory / f"{key.hex()}{_SUFFIX}"

    def _is_there(self) -> bool:
        if not self._is_trusted:
            self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._is_trusted = is_private(self._directory)
        return self._is_trusted
