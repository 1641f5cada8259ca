"""Keep a plugin's code from harming the run: its time, what it prints, what it changes."""

import contextlib
import io
import marshal
import signal
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from lictor.model import Document, Subject

DEADLINE = 10.0
"""Seconds that one rule may take on one subject."""

WHOLE_FILE = 6
"""Deadlines that reading a file may take, and finding its subjects: at the budget's 20 MB they take 1 s and 5 s."""


class DeadlineExceeded(BaseException):
    """A rule took too long. Not an Exception, so that a rule's own `except Exception` can't swallow it."""


class Deadline:
    """An alarm for the rule that is running. Without POSIX signals, or outside the main thread, it never rings."""

    def __init__(self, seconds: float = DEADLINE) -> None:
        """Take the seconds that each rule may run."""
        self.seconds = seconds
        self._works = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()

    def restart(self, times: int = 1) -> None:
        """Give the next rule its full time, or something larger some times as much."""
        if self._works:
            signal.setitimer(signal.ITIMER_REAL, self.seconds * times)

    def stop(self) -> None:
        """Silence the alarm."""
        if self._works:
            signal.setitimer(signal.ITIMER_REAL, 0)

    @contextlib.contextmanager
    def watching(self) -> Iterator["Deadline"]:
        """Take over the alarm signal while rules run, and give it back."""
        if not self._works:
            yield self
            return
        before = signal.signal(signal.SIGALRM, _ring)
        try:
            yield self
        finally:
            self.stop()
            signal.signal(signal.SIGALRM, before)


def _ring(_signal: int, _frame: object) -> None:
    raise DeadlineExceeded("it took too long")


class Printed(io.StringIO):
    """What plugins print instead of returning it. A plugin that closes its output closes nothing."""

    def close(self) -> None:
        """Stay open: the next plugin prints here too."""

    def resume(self) -> None:
        """Be the standard output again, whatever a plugin put in its place."""
        sys.stdout = self

    def take(self) -> str:
        """Return the first line printed since the last call; "" when nothing was."""
        if not self.tell():
            return ""
        said = self.getvalue().strip().partition("\n")[0]
        self.seek(0)
        self.truncate()
        return said or "an empty line"


@contextlib.contextmanager
def captured_output() -> Iterator[Printed]:
    """Catch what plugins print, so that the output stays readable by machines."""
    before, printed = sys.stdout, Printed()
    sys.stdout = printed
    try:
        yield printed
    finally:
        sys.stdout = before


class Quarantine:
    """Gives Python rules copies to work on, so that nothing they change is seen by another rule.

    The document is copied once for all of them, each subject's value for every rule.
    """

    def __init__(self, document: Document) -> None:
        """Keep the document; it is copied when the first Python rule runs on it."""
        self._original = document
        self._copy: Document | None = None
        self._users: set[str] = set()

    def admit(self, subject: Subject, rule_id: str) -> Subject:
        """Return a copy of a subject for one rule."""
        if self._copy is None:
            self._copy = replace(self._original, data=copied(self._original.data))
        self._users.add(rule_id)
        return replace(subject, value=copied(subject.value), document=self._copy, properties=dict(subject.properties))

    def suspects(self) -> tuple[str, ...]:
        """Return the rules that may have changed the document's copy; none when it is as it was."""
        if self._copy is None or self._copy.data == self._original.data:
            return ()
        return tuple(sorted(self._users))


def copied(value: Any) -> Any:  # noqa: ANN401 - plain JSON data; marshal copies it several times faster than copy.deepcopy
    """Return a deep copy of plain data."""
    return marshal.loads(marshal.dumps(value))  # noqa: S302 - data of our own, dumped in the same expression
