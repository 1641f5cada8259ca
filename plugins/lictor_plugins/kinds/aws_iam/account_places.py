"""Where the parts of an account's value stand: each in a document of its own."""

from lictor import Document, Path
from lictor_plugins.kinds.aws_iam.found_values import SourcePath


class AccountPlaces:
    """A table from paths in an account's value to the documents that these parts come from."""

    def __init__(self, first: Document) -> None:
        """Start with a table in which all stands in the first document."""
        self._first = first
        self._sources: dict[Path, tuple[Document, SourcePath]] = {}
        self._aliases: dict[Path, Path] = {}

    def add(self, path: Path, document: Document, source: SourcePath) -> None:
        """Record that the part at `path` comes from a document, in which `source` finds the parts of it."""
        self._sources[path] = (document, source)

    def alias(self, path: Path, original: Path) -> None:
        """Record that the part at `path` is the one at `original`, said once more."""
        self._aliases[path] = original

    def find(self, path: Path) -> tuple[Document, Path]:
        """Return where the part at `path` stands, or the nearest part around it that stands anywhere."""
        known = path
        while True:
            if known in self._aliases:
                return self.find(self._aliases[known] + path[len(known) :])
            if known in self._sources:
                document, source = self._sources[known]
                return document, source(path[len(known) :])
            if not known:
                return self._first, ()
            known = known[:-1]
