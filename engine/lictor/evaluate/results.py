"""Keep what each file came to, so that the next run over it reads and hashes it, and nothing more.

A run appends blocks of some hundred files to a log of its own, so runs side by side never write to one file. Each block
begins with its size, the digest of all that follows, and the keys of what it holds; one that is cut short or spoilt is
passed over. A key is the digest of a file's bytes and uri and of everything else that the answer rests on.

Blocks hold pickles, so reading one is running code: logs are only read where nobody but the user can write.
"""

import contextlib
import os
import pickle
import struct
from collections import OrderedDict
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from typing import BinaryIO

from lictor.evaluate.kept_files import FileResult
from lictor.ownership import is_private
from lictor.tidying import forget_oldest

_MAGIC = b"lictor1\n"
_DIGEST = 16
_HEAD = struct.Struct(f"<8sQI{_DIGEST}s")
"""Magic, size of the pickle, number of keys, digest of keys and pickle."""

_BLOCK = 250
"""Files in a block: many enough to share most of what they hold, few enough to be read for one of them."""

_OPEN_BLOCKS = 8
"""Blocks that are held at a time. Files come in the order of the run before, so one would mostly do."""

MAX_BYTES = 200_000_000
"""What all logs together may take; the ones that were not used for longest go first."""

MAX_LOG_BYTES = 100_000_000
"""What one log may take. Of a run over more files than fit, the first ones are kept, and not none."""

MAX_LOGS = 256

_SUFFIX = ".results"


class Results:
    """The results of earlier runs with one plan, and those of this run to be added."""

    def __init__(self, directory: Path, plan: str) -> None:
        """Find what was kept. `plan` names all that results rest on beside the file: rules, plugins, budgets."""
        self._directory = directory
        self._name = blake2b(plan.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
        self._plan = blake2b(plan.encode("utf-8", "surrogatepass"), digest_size=32).digest()
        self._blocks: list[tuple[Path, int]] = []
        self._block_of: dict[bytes, int] = {}
        self._open: OrderedDict[int, dict[bytes, FileResult]] = OrderedDict()
        self._used: set[Path] = set()
        self._new: dict[bytes, FileResult] = {}
        self._log: BinaryIO | None = None
        self._written = 0
        for path in sorted(directory.glob(f"{self._name}-*{_SUFFIX}")) if is_private(directory) else ():
            for keys, offset in _blocks_of(path):
                self._block_of.update(dict.fromkeys(keys, len(self._blocks)))
                self._blocks.append((path, offset))

    def key(self, uri: str, raw: bytes) -> bytes:
        """Return what names a file's result."""
        digest = blake2b(raw, digest_size=_DIGEST, key=self._plan)
        digest.update(b"\0" + uri.encode("utf-8", "surrogatepass"))
        return digest.digest()

    def find(self, key: bytes) -> FileResult | None:
        """Return a file's result; None when none was kept."""
        number = self._block_of.get(key)
        if number is None:
            return None
        block = self._open.get(number)
        if block is None:
            path, offset = self._blocks[number]
            block = self._open[number] = _read_block(path, offset)
            self._note_use(path)
            if len(self._open) > _OPEN_BLOCKS:
                self._open.popitem(last=False)
        return block.get(key)

    def add(self, key: bytes, result: FileResult) -> None:
        """Keep a file's result for later runs."""
        self._new[key] = result
        if len(self._new) >= _BLOCK:
            self.flush()

    def flush(self) -> None:
        """Write down what was added; where that can't be done, nothing is lost but time."""
        new, self._new = self._new, {}
        if not new or self._written > MAX_LOG_BYTES:
            return
        with contextlib.suppress(OSError, pickle.PicklingError, AttributeError, TypeError, RecursionError):
            keys = b"".join(new)
            body = pickle.dumps(tuple(new.values()), pickle.HIGHEST_PROTOCOL)
            head = _HEAD.pack(_MAGIC, len(body), len(new), blake2b(keys + body, digest_size=_DIGEST).digest())
            if self._log is None:
                self._log = self._new_log()
            if self._log is not None:
                self._log.write(head + keys + body)
                self._written += len(head) + len(keys) + len(body)
                self._log.flush()

    def close(self) -> None:
        """End this run's log, and make room where logs have grown past what they may take."""
        self.flush()
        if self._log is not None:
            self._log.close()
            self._log = None
        tidy(self._directory)

    def _note_use(self, path: Path) -> None:
        if path not in self._used:
            self._used.add(path)
            with contextlib.suppress(OSError):
                os.utime(path)

    def _new_log(self) -> BinaryIO | None:
        import tempfile

        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not is_private(self._directory):
            return None
        descriptor, _ = tempfile.mkstemp(_SUFFIX, f"{self._name}-", self._directory)
        return os.fdopen(descriptor, "wb")


def tidy(directory: Path) -> None:
    """Delete the logs that were not used for longest, until the others are within bounds."""
    forget_oldest(directory.glob(f"*{_SUFFIX}"), MAX_LOGS, MAX_BYTES)


def _blocks_of(path: Path) -> Iterator[tuple[list[bytes], int]]:
    """Yield the keys and the place of each block of a log, up to one that is cut short."""
    try:
        if not is_private(path):
            return
        with path.open("rb") as log:
            size = os.fstat(log.fileno()).st_size
            while len(head := log.read(_HEAD.size)) == _HEAD.size:
                offset = log.tell() - _HEAD.size
                magic, length, count, _ = _HEAD.unpack(head)
                end = log.tell() + count * _DIGEST + length
                if magic != _MAGIC or end > size:
                    return
                keys = log.read(count * _DIGEST)
                yield [keys[start : start + _DIGEST] for start in range(0, len(keys), _DIGEST)], offset
                log.seek(end)
    except OSError:
        return


def _read_block(path: Path, offset: int) -> dict[bytes, FileResult]:
    """Return what a block holds; nothing when it is not as it was written."""
    try:
        with path.open("rb") as log:
            log.seek(offset)
            _, length, count, digest = _HEAD.unpack(log.read(_HEAD.size))
            keys, body = log.read(count * _DIGEST), log.read(length)
        if blake2b(keys + body, digest_size=_DIGEST).digest() != digest:
            return {}
        held = pickle.loads(body)  # noqa: S301 - only the user can write there, and it is as it was written
    except Exception:  # noqa: BLE001 - whatever is wrong with a cache file, the answer is to do without it
        return {}
    return {keys[number * _DIGEST : (number + 1) * _DIGEST]: each for number, each in enumerate(held)}
