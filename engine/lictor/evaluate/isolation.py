"""Keep a plugin's code from harming the run: its time, what it prints, what it changes."""

import contextlib
import io
import marshal
import os
import signal
import sys
import time
from collections.abc import Iterator
from typing import Any

from lictor.model import Document, Subject

DEADLINE = 10.0
"""Seconds that one rule may take on one subject."""

_LOOKS = 16
"""How often in the time that one rule has it is looked whether that is over."""

_NEVER = float("inf")

WHOLE_FILE = 6
"""Deadlines that reading a file may take, and finding its subjects: at the budget's 20 MB they take 1 s and 5 s."""


class DeadlineExceeded(BaseException):
    """A rule took too long. Not an Exception, so that a rule's own `except Exception` can't swallow it."""


def _is_main_thread() -> bool:
    threading = sys.modules.get("threading")  # without it there is but one thread, and importing it takes time
    return threading is None or threading.current_thread() is threading.main_thread()


class Watchdog:
    """Ends a worker's process when it hangs where no alarm reaches it: in C, with signals blocked, in a thread.

    It is fed whenever a rule or a file is begun. A thread of the interpreter itself waits, which needs no lock of
    Python's; it is started anew only now and then, as that takes longer than most files.
    """

    def __init__(self, seconds: float) -> None:
        """Take the seconds without food after which it bites."""
        self._seconds = seconds
        self._hungry_at = 0.0
        self._nowhere = -1

    def feed(self) -> None:
        """Say that there is progress."""
        now = time.monotonic()
        if now >= self._hungry_at:
            import faulthandler  # only workers have a watchdog

            if self._nowhere < 0:
                self._nowhere = os.open(os.devnull, os.O_WRONLY)  # where it would tell what each thread was doing
            faulthandler.dump_traceback_later(self._seconds, exit=True, file=self._nowhere)
            self._hungry_at = now + self._seconds / 8

    def rest(self) -> None:
        """Stop waiting for food until it is fed again."""
        if self._hungry_at:
            import faulthandler

            faulthandler.cancel_dump_traceback_later()
            self._hungry_at = 0.0


class Deadline:
    """An alarm for the rule that is running. Without POSIX signals, or outside the main thread, it never rings.

    A timer looks now and then whether the time is over: setting one for each rule would take longer than most rules.
    """

    def __init__(self, seconds: float = DEADLINE, watchdog: Watchdog | None = None) -> None:
        """Take the seconds that each rule may run, and what watches over this process, if anything does."""
        self.seconds = seconds
        self._watchdog = watchdog
        self._until = _NEVER
        self._wind_at = _NEVER
        self._works = hasattr(signal, "setitimer") and _is_main_thread()

    def restart(self, times: int = 1) -> None:
        """Give the next rule its full time, or something larger some times as much."""
        if self._watchdog is not None:
            self._watchdog.feed()
        now = time.monotonic()
        self._until = now + self.seconds * times
        if now >= self._wind_at:
            self._wind(now)  # a plugin may have stopped it

    def stop(self) -> None:
        """Silence the alarm."""
        self._until = _NEVER

    def rest(self) -> None:
        """Let nobody count the time until the next restart: somebody else is being waited for."""
        self.stop()
        if self._watchdog is not None:
            self._watchdog.rest()

    @contextlib.contextmanager
    def watching(self) -> Iterator["Deadline"]:
        """Take over the alarm signal while rules run, and give it back."""
        if not self._works:
            try:
                yield self
            finally:
                self.rest()
            return
        before = signal.signal(signal.SIGALRM, self._ring)
        self._wind(time.monotonic())
        try:
            yield self
        finally:
            self._wind_at = _NEVER
            signal.setitimer(signal.ITIMER_REAL, 0)
            self.rest()
            signal.signal(signal.SIGALRM, before)

    def _wind(self, now: float) -> None:
        each = self.seconds / _LOOKS
        signal.setitimer(signal.ITIMER_REAL, each, each)
        self._wind_at = now + each

    def _ring(self, _signal: int, _frame: object) -> None:
        if time.monotonic() > self._until:
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

    The document is copied once for all of them. A subject's value is copied anew when the copy before was not given
    back unchanged: a large document that many rules look at is copied once.
    """

    def __init__(self, document: Document) -> None:
        """Keep the document; it is copied when the first Python rule runs on it."""
        self._original = document
        self._copy: Document | None = None
        self._users: set[str] = set()
        self._unchanged: tuple[Subject, Any] | None = None

    def admit(self, subject: Subject, rule_id: str) -> Subject:
        """Return a copy of a subject for one rule."""
        if self._copy is None:
            self._copy = self._original.with_part(copied(self._original.part[1]))
        self._users.add(rule_id)
        kept, self._unchanged = self._unchanged, None
        value = kept[1] if kept and kept[0] is subject else copied(subject.value)
        return subject._replace(value=value, document=self._copy, properties=dict(subject.properties))

    def give_back(self, subject: Subject, seen: Subject) -> None:
        """Keep the copy that `admit` made of a subject, which a rule left as it was, for the next rule."""
        self._unchanged = (subject, seen.value)

    def suspects(self) -> tuple[str, ...]:
        """Return the rules that may have changed the document's copy; none when it is as it was."""
        if self._copy is None or self._copy.part == self._original.part:
            return ()
        return tuple(sorted(self._users))


def copied(value: Any) -> Any:  # noqa: ANN401 - plain JSON data; marshal copies it several times faster than copy.deepcopy
    """Return a deep copy of plain data."""
    return marshal.loads(marshal.dumps(value))  # noqa: S302 - data of our own, dumped in the same expression
