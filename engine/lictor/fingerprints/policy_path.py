"""A fingerprint that survives moved, reordered and reformatted code: the path to a finding, told by stable names."""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from lictor.model import EMBEDDED, Document, Path

_LENGTH = 32
_ITEM_HASH_LENGTH = 16

# What names a list item for good, most telling first: IAM's Sid and Id, addresses in Terraform plans, ARNs and names
# in account dumps, names in Kubernetes and everywhere else, keys of tags.
_STABLE_KEYS = (
    "Sid",
    "sid",
    "Id",
    "id",
    "address",
    "Arn",
    "arn",
    "RoleName",
    "UserName",
    "GroupName",
    "PolicyName",
    "Name",
    "name",
    "Key",
    "key",
)


def policy_path_fingerprint(rule_id: str, document: Document, path: Path) -> str:
    """Return the `policyPath/v1` fingerprint of what a rule found at a path of a document.

    List items go by a stable key (`Sid`, `Id`, `Name`, `metadata.name`, …), else by a hash of the item without the
    value at the path; documents by kind and name, else by their index. So neither the order of statements, nor
    formatting, nor the offending value itself matters.
    """
    identity = _document_identity(document.data, document.index)
    parts = (rule_id, document.uri, identity, stable_pointer(document.data, path))
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:_LENGTH]


def stable_pointer(data: Any, path: Path) -> str:  # noqa: ANN401 - any JSON value
    """Return a JSON pointer in which list items go by name rather than by position.

    >>> stable_pointer({"Statement": [{"Sid": "A", "Action": ["s3:*"]}]}, ("Statement", 0, "Action", 0))
    '/Statement/[Sid=A]/Action/[=s3:*]'
    """
    parts: list[str] = []
    value = data
    for place, element in enumerate(path):
        rest = path[place + 1 :]
        if element == EMBEDDED and isinstance(value, str):
            value = _embedded(value)
            parts.append(EMBEDDED)
        elif isinstance(element, int) and isinstance(value, Sequence) and not isinstance(value, str):
            value = value[element] if -len(value) <= element < len(value) else None
            parts.append(f"[{_item_name(value, rest)}]")
        else:
            value = value.get(element) if isinstance(value, Mapping) else None
            parts.append(str(element).replace("~", "~0").replace("/", "~1"))
    return "".join(f"/{part}" for part in parts)


def _document_identity(data: Any, index: int) -> str:  # noqa: ANN401 - any JSON value
    if isinstance(data, Mapping) and isinstance(data.get("kind"), str):
        metadata = data.get("metadata")
        if isinstance(metadata, Mapping) and isinstance(metadata.get("name"), str):
            return f"{data['kind']}/{metadata.get('namespace', '')}/{metadata['name']}"
    return str(index)


def _item_name(item: Any, rest: Path) -> str:  # noqa: ANN401 - any JSON value
    if not isinstance(item, Mapping | list | tuple):
        # Inside a string only the rest of the path may differ between siblings that hold the same text.
        return f"={item}" if not rest else f"#{_digest(_without(item, rest))}"
    if isinstance(item, Mapping):
        for key in _STABLE_KEYS:
            name = item.get(key)
            if isinstance(name, str) and name and rest[:1] != (key,):
                return f"{key}={name}"
        metadata = item.get("metadata")
        if isinstance(metadata, Mapping) and isinstance(metadata.get("name"), str) and rest[:2] != ("metadata", "name"):
            return f"metadata.name={metadata['name']}"
    return f"#{_digest(_without(item, rest))}"


def _without(value: Any, rest: Path) -> Any:  # noqa: ANN401 - any JSON value
    """Return the value with what `rest` leads to left out."""
    if not rest:
        return value
    head, tail = rest[0], rest[1:]
    if head == EMBEDDED and isinstance(value, str):
        return _without(_embedded(value), tail)
    if isinstance(value, Mapping):
        kept = {key: member for key, member in value.items() if key != head}
        return {**kept, head: _without(value[head], tail)} if tail and head in value else kept
    if isinstance(value, list | tuple) and isinstance(head, int) and 0 <= head < len(value):
        inner = [_without(value[head], tail)] if tail else []
        return [*value[:head], *inner, *value[head + 1 :]]
    return value


def _digest(value: Any) -> str:  # noqa: ANN401 - any JSON value
    return sha256(_canonical(value).encode("ascii")).hexdigest()[:_ITEM_HASH_LENGTH]


def _canonical(value: Any) -> str:  # noqa: ANN401 - any JSON value
    """Write the value so that neither the order of keys nor of list items matters."""
    if isinstance(value, Mapping):
        members = sorted(f"{json.dumps(str(key))}:{_canonical(member)}" for key, member in value.items())
        return "{" + ",".join(members) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(sorted(_canonical(member) for member in value)) + "]"
    return json.dumps(value, default=str)


def _embedded(text: str) -> Any:  # noqa: ANN401 - any JSON value
    from lictor.documents import embedded_json
    from lictor.errors import LictorError

    try:
        return embedded_json(text)
    except LictorError:
        return text
