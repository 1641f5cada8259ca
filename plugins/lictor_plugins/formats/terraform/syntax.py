"""What Terraform's language is made of, as values: blocks, attributes and expressions, each with its place.

HCL and Terraform's JSON syntax are read into the same values. The words are those of the HCL specification
(hashicorp/hcl, hclsyntax/spec.md). None is a tuple: mypy takes exponential time for tuples that hold each other.
"""

from dataclasses import dataclass
from typing import NamedTuple


class Span(NamedTuple):
    """Offsets of the first code point and of the one after the last."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, eq=False)
class Constant:
    """A number, true, false or null."""

    value: int | float | bool | None
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Chunk:
    """Literal text of a template. It stands letter for letter in its span when both are of one length."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """A string or heredoc: literal text and what is put into it."""

    parts: "tuple[Chunk | Expression, ...]"
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Tuple:
    """`[a, b]`."""

    items: "tuple[Expression, ...]"
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Object:
    """`{a = b}`; a key that is a bare word is a template of that word."""

    entries: "tuple[tuple[Expression, Expression], ...]"
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Name:
    """The first word of a reference: `var`, `local`, `aws_iam_role`, the variable of a `for`."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Access:
    """`base.name` or `base[key]`."""

    base: "Expression"
    key: "str | Expression"
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Splat:
    """`base[*].a.b`: the steps are taken for each element."""

    base: "Expression"
    steps: "tuple[str | Expression, ...]"
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """A function's call; with `is_expanded` the last argument is a list of arguments."""

    name: str
    arguments: "tuple[Expression, ...]"
    is_expanded: bool
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Conditional:
    """`test ? then : otherwise`, or `%{ if }` in a template."""

    test: "Expression"
    then: "Expression"
    otherwise: "Expression"
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """An operator with one or two operands."""

    operator: str
    operands: "tuple[Expression, ...]"
    span: Span


@dataclass(frozen=True, slots=True, eq=False)
class For:
    """`[for k, v in collection : value if condition]`; with a `key` it makes an object.

    `is_text` is a `%{ for }` in a template, whose values are joined.
    """

    names: tuple[str, ...]
    collection: "Expression"
    key: "Expression | None"
    value: "Expression"
    condition: "Expression | None"
    is_grouped: bool
    is_text: bool
    span: Span


Expression = Constant | Template | Tuple | Object | Name | Access | Splat | Call | Conditional | Operation | For


@dataclass(frozen=True, slots=True, eq=False)
class Attribute:
    """`name = expression`."""

    name: str
    value: Expression
    name_span: Span


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """`type "label" { … }`. `header` is the type with its labels."""

    type: str
    labels: tuple[str, ...]
    body: "Body"
    span: Span
    header: Span


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """Attributes by name, and blocks in their order."""

    attributes: dict[str, Attribute]
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """One file that was read."""

    uri: str
    text: str
    body: Body
