"""What is checked: a document read from a file, and the subjects found in it."""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from lictor.model.places import EMPTY, Highlight, Locate, Path, Region
from lictor.values import NamedTuple

if TYPE_CHECKING:
    from lictor.model.plugins import Loaded


class Comment(NamedTuple):
    """A comment in a document's source: its text without the marker, and where it stands.

    `stands_alone` is true when nothing but white space comes before it on its line.
    """

    text: str
    region: Region
    stands_alone: bool


def _no_comments() -> tuple[Comment, ...]:
    return ()


class BrokenStream(Exception):  # noqa: N818 - nobody's error: the document is read at once instead
    """A document can't be read entry by entry."""


class Document(NamedTuple):
    """One JSON or YAML document.

    `uri` is relative to the root, with forward slashes. `index` counts documents in a file from 0. `data` is plain
    dict, list, str, int, float, bool and None, and is never changed. `text` is the whole file's text. `locate` and
    `comments` are called only when something was found. `beside` is what a loader learnt of it from other files, for
    the kinds of the same plugin.
    """

    uri: str
    format: str
    data: Any
    text: str
    locate: Locate
    index: int = 0  # type: ignore[assignment]  # nobody asks a document for a tuple's own `index`
    comments: Callable[[], tuple[Comment, ...]] = _no_comments
    beside: Any = None

    def __eq__(self, other: object) -> bool:
        return self is other  # no two are the same, whatever they hold

    def __hash__(self) -> int:
        return id(self)

    @property
    def head(self) -> Any:  # noqa: ANN401 - any JSON value
        """What tells the format: `data`, but of a large document that is read entry by entry what is beside them."""
        return self.data

    @property
    def part(self) -> tuple[Path, Any]:
        """The path and the value of what this document is about: all of it, or one entry of a large one."""
        return (), self.data

    def with_part(self, value: Any) -> "Document":  # noqa: ANN401 - any JSON value
        """Return the same about another value."""
        return self._replace(data=value)

    def parts(self) -> "Iterator[Document]":
        """Yield a document for each part that is read by itself; most documents are one part."""
        yield self

    def whole(self) -> "Loaded":
        """Return what a loader gives where nothing is read entry by entry: here the document itself."""
        from lictor.model.plugins import Loaded

        return Loaded((self,))

    def region_of(self, path: Path, highlight: Highlight = "value") -> Region:
        """Return where `path` stands in the text; for a path that is not there, where its closest ancestor stands."""
        return self.locate(path, highlight)


def _join(path: Path) -> Callable[[Path], Path]:
    return lambda inner: path + inner


class Subject(NamedTuple):
    """A part of a document that rules apply to: a trust policy, a resource, the whole document.

    `path` leads from the document's root to the subject. `value` is what queries see; it may be a normalised form,
    and then `source_path` turns a path in `value` into the path in the document. `name` is for people: a role's
    name, a resource's id. `properties` are facts around the value that messages and reports may use; with
    `is_put_together` its parts are not written as such in the document, and no fix is offered.

    A subject that is put together of several documents has a `place_of`: it turns a path in `value` into the document
    and the path in it. `document` is then the one that the whole is said to stand in.
    """

    kind: str
    document: Document
    path: Path
    value: Any
    name: str = ""
    source_path: Callable[[Path], Path] | None = None
    properties: Mapping[str, Any] = EMPTY
    place_of: Callable[[Path], tuple[Document, Path]] | None = None

    def __eq__(self, other: object) -> bool:
        return self is other  # no two are the same, whatever they hold

    def __hash__(self) -> int:
        return id(self)

    def place(self, path: Path) -> tuple[Document, Path]:
        """Turn a path in `value` into the document that it stands in and the path there."""
        return (self.document, self.path_in_document(path)) if self.place_of is None else self.place_of(path)

    def path_in_document(self, path: Path) -> Path:
        """Turn a path in `value` into the path in the document.

        >>> document = Document("a.json", "json", {"a": [1]}, "{}", locate=lambda path, highlight: None)
        >>> Subject("document", document, ("a",), [1]).path_in_document((0,))
        ('a', 0)
        """
        if self.place_of is not None:
            return self.place_of(path)[1]
        return (self.source_path or _join(self.path))(path)
