"""Where output goes: terminals, pipes and files. Files are written by rename, so never half."""

import contextlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TextIO

from lictor.values import NamedTuple

STANDARD_OUTPUT = "-"
_WIDTH = 100
_WIDEST = 160
_PIECE = 1 << 20


class Output(NamedTuple):
    """A format and where to write it; `-` is the standard output."""

    format: str
    target: str


def parse_output(text: str) -> Output:
    """Read `FORMAT` or `FORMAT=FILE`.

    >>> parse_output("sarif=out.sarif")
    Output(format='sarif', target='out.sarif')
    """
    name, _, target = text.partition("=")
    return Output(name, target or STANDARD_OUTPUT)


def count(number: int, noun: str) -> str:
    """Say how many there are.

    >>> count(1, "case"), count(0, "rule")
    ('1 case', '0 rules')
    """
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def is_colored(choice: str, stream: TextIO) -> bool:
    """Decide whether to colour: as asked, else as the environment says, else on a terminal."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR") or os.environ.get("CLICOLOR_FORCE", "0") != "0":
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def width_of(stream: TextIO) -> int:
    """Return how many characters fit on a line."""
    if not stream.isatty():
        return _WIDTH
    import shutil  # only people have terminals

    return min(shutil.get_terminal_size((_WIDTH, 24)).columns, _WIDEST)


@contextlib.contextmanager
def reserved_output() -> Iterator[None]:
    """Keep the standard output for reports, which programs read: whatever a plugin writes there is for people."""
    try:
        sys.stdout.flush()
        kept = os.dup(1)
    except OSError:  # it is closed, and so nothing can reach it
        yield
        return
    try:
        os.dup2(2, 1)
        with contextlib.redirect_stdout(sys.stderr):
            yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def tell(text: str) -> None:
    """Say something to people, on the standard error; what is closed hears nothing."""
    if sys.stderr is not None:  # so it is where a process was started without one
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.write(f"{text}\n")


def write(text: str, target: str) -> None:
    """Write a text to the standard output or a file. Raises OSError when the file can't be written."""
    draft([text], target)()


def draft(pieces: Iterable[str], target: str) -> Callable[[], None]:
    """Write a text where nobody sees it yet, and return what puts it in its place. Both may raise OSError.

    What `pieces` raises is raised, and then nothing is left of the text.
    """
    if target != STANDARD_OUTPUT:
        return _draft_file(_encoded(pieces), Path(target))
    from lictor.report import Spill

    held = Spill()
    for piece in _encoded(pieces):
        held.write(piece)

    def copy() -> None:
        sys.stdout.buffer.writelines(held.pieces())
        sys.stdout.buffer.flush()

    return copy


def _encoded(pieces: Iterable[str]) -> Iterator[bytes]:
    """Yield a text as bytes, in pieces: of a large report there is no room for two."""
    for text in pieces:
        for start in range(0, len(text), _PIECE):
            yield text[start : start + _PIECE].encode("utf-8", "backslashreplace")


def write_bytes(pieces: Iterable[bytes], path: Path) -> None:
    """Write a file by rename, so that it is never half there. One that is there keeps its permissions."""
    _draft_file(pieces, path)()


def _draft_file(pieces: Iterable[bytes], path: Path) -> Callable[[], None]:
    import tempfile

    target = path.resolve()  # a link stays a link
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")

    def forget() -> None:
        with contextlib.suppress(OSError):
            os.unlink(name)  # noqa: PTH108 - name is a str

    def put() -> None:
        try:
            Path(name).chmod(_permissions(target))
            os.replace(name, target)  # noqa: PTH105 - name is a str
        except BaseException:
            forget()
            raise

    try:
        with os.fdopen(descriptor, "wb") as file:
            file.writelines(pieces)
    except BaseException:
        forget()
        raise
    return put


def _permissions(path: Path) -> int:
    try:
        return path.stat().st_mode & 0o777
    except FileNotFoundError:
        umask = os.umask(0)
        os.umask(umask)
        return 0o666 & ~umask  # what open() would have given; mkstemp keeps others out
