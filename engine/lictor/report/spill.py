"""Bytes that are written one after another and read again: few of them in memory, many in a file."""

import os
from collections.abc import Iterator
from io import BytesIO
from typing import BinaryIO

_PIECE = 1 << 16


class Spill:
    """Holds bytes for as long as it is there itself. Raises OSError when there is no room for a file."""

    def __init__(self, in_memory: int = 1_000_000) -> None:
        """Start with none. What is more than so many bytes goes to a file."""
        self.size = 0
        self._in_memory = in_memory
        self._file: BinaryIO = BytesIO()
        self._descriptor = -1

    def write(self, content: bytes) -> None:
        """Add some bytes at the end."""
        if self._descriptor < 0 and self.size + len(content) > self._in_memory:
            from tempfile import TemporaryFile  # most runs find little

            held = self.read(0, self.size)
            self._file = TemporaryFile(prefix="lictor-")  # noqa: SIM115 - closed when this object goes
            self._descriptor = self._file.fileno()
            self._file.write(held)
        self._file.write(content)
        self.size += len(content)

    def read(self, start: int, size: int) -> bytes:
        """Return so many bytes from a place on, or as many as there are."""
        if self._descriptor >= 0:
            self._file.flush()
            return os.pread(self._descriptor, size, start)
        self._file.seek(start)
        content = self._file.read(size)
        self._file.seek(0, os.SEEK_END)
        return content

    def pieces(self) -> Iterator[bytes]:
        """Yield all bytes, some at a time."""
        place = 0
        while piece := self.read(place, _PIECE):
            place += len(piece)
            yield piece

    def lines(self) -> Iterator[bytes]:
        """Yield all bytes line by line; each ends at a line feed."""
        rest = b""
        for piece in self.pieces():
            *lines, rest = (rest + piece).split(b"\n")
            yield from lines

    def __del__(self) -> None:
        self._file.close()
