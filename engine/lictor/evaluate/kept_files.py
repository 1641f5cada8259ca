"""A file whose result may be known from an earlier run; if so, it is read and hashed, and nothing more."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from lictor.documents import SourceFile, read_bytes
from lictor.documents.read import Shared, around, bytes_of_file
from lictor.model import Budgets, Evaluation, Loaded, Problem
from lictor.registry import Registry
from lictor.values import NamedTuple

if TYPE_CHECKING:
    from lictor.evaluate.concluding import Share
    from lictor.evaluate.few_results import FewResults
    from lictor.evaluate.results import Results
    from lictor.model import Neighbours


class FileResult(NamedTuple):
    """What a file came to: what rules said of it, and what rulesets made of what is no longer in there."""

    evaluation: Evaluation
    shares: "Mapping[str, Share]"

    @property
    def is_sound(self) -> bool:
        """Whether nothing went wrong that may go right the next time: a deadline, a plugin that lacks something."""
        parts = [share.part for share in self.shares.values()]
        is_decided = all(decision.outcome != "error" for part in parts for _, decision, _ in part.decided)
        return not self.evaluation.problems and is_decided


class KeptFile:
    """Reads a file when it is called, and before that tells what was kept of it."""

    def __init__(
        self, file: SourceFile, registry: Registry, budgets: Budgets, shared: Shared, results: "Results | FewResults"
    ) -> None:
        """Take the file; nothing is read yet."""
        self._file = file
        self._registry = registry
        self._budgets = budgets
        self._look_around = around(file.path, file.uri, budgets, shared)
        self._has_looked = False
        self._results = results
        self._raw: bytes | Problem | None = None
        self._key = b""

    def recall(self) -> FileResult | None:
        """Return the result that was kept of what the file holds now."""
        raw = self._raw = bytes_of_file(self._file.path, self._file.uri, self._budgets)
        if isinstance(raw, Problem):
            return None
        self._key = self._results.key(self._file.uri, raw)
        return self._results.find(self._key)

    def __call__(self) -> Loaded:
        """Return the documents in the file."""
        raw, self._raw = self._raw, None
        if raw is None:
            raw = bytes_of_file(self._file.path, self._file.uri, self._budgets)
        if isinstance(raw, Problem):
            return Loaded(problems=(raw,))
        return read_bytes(self._file.uri, raw, self._registry.loaders, self._budgets, self._look, streams=True)

    def keep(self, result: FileResult) -> None:
        """Keep a result, unless it rests on more than the file, or something went wrong."""
        if self._key and not self._has_looked and result.is_sound:
            self._results.add(self._key, result)

    def _look(self) -> "Neighbours | None":
        found = self._look_around()
        return None if found is None else _Watched(found, self._note)

    def _note(self) -> None:
        self._has_looked = True


class _Watched:
    """The files around one; says when any of them is asked for, as a result then rests on more than the one."""

    def __init__(self, inner: "Neighbours", note: Callable[[], None]) -> None:
        self._inner = inner
        self._note = note

    @property
    def memo(self) -> dict[str, Any]:
        self._note()
        return self._inner.memo

    def files(self, uri: str) -> tuple[str, ...]:
        self._note()
        return self._inner.files(uri)

    def folders(self, uri: str) -> tuple[str, ...]:
        self._note()
        return self._inner.folders(uri)

    def read(self, uri: str) -> str | None:
        self._note()
        return self._inner.read(uri)
