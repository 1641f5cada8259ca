"""Find the rulesets that others extend: by id among those of plugins, or by file beside the first one."""

import os
import posixpath
from collections.abc import Mapping
from pathlib import Path

from lictor.documents import decode
from lictor.errors import did_you_mean
from lictor.model import Budgets, Problem, RulesetSource
from lictor.rulesets.extends import Find


def finder(
    registered: Mapping[str, RulesetSource], first: Path | None = None, uri: str = "", *, budgets: Budgets | None = None
) -> Find:
    """Return what finds the targets of `extends`.

    `first` is the file of the first ruleset and `uri` its name in messages; without it (a plugin's ruleset) only ids
    can be found. A file target may not leave the first file's directory, be it by `..` or by a link.
    """
    shipped = frozenset(source.uri for source in registered.values())
    limit = (budgets or Budgets()).file_bytes

    def find(target: str, from_uri: str) -> RulesetSource | Problem:
        if "://" in target:
            message = f"a ruleset can't extend an address: '{target}'"
            return _problem("remote-extends", message, "remote rulesets are off: copy the file beside this one")
        if not _is_file(target):
            return registered.get(target) or _unknown(target, registered)
        if first is None or from_uri in shipped:
            message = f"a plugin's ruleset can't extend a file: '{target}'"
            return _problem("unknown-ruleset", message, "extend a ruleset by its id")
        name = posixpath.normpath(posixpath.join(posixpath.dirname(from_uri), target))
        below = posixpath.relpath(name, posixpath.dirname(uri or first.name) or ".")
        return _read(first.parent, below, name, target, limit)

    return find


def _is_file(target: str) -> bool:
    return "/" in target or "\\" in target or target.endswith((".yaml", ".yml", ".json"))


def _read(directory: Path, below: str, name: str, target: str, limit: int) -> RulesetSource | Problem:
    root = Path(os.path.realpath(directory))
    path = Path(os.path.realpath(root / below))
    if Path(target).is_absolute() or not path.is_relative_to(root):
        message = f"'{target}' is outside the directory of the first ruleset"
        return _problem("extends-outside", message, "a ruleset may extend files in its own directory and below")
    if not path.is_file():
        code = "not-a-regular-file" if path.exists() else "unknown-ruleset"
        return _problem(code, f"no ruleset file '{target}'", "the path is relative to the file that names it")
    try:
        with path.open("rb") as stream:
            raw = stream.read(limit + 1)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        return _problem("unreadable-file", f"can't read '{target}': {reason}", "check its permissions")
    if len(raw) > limit:
        return _problem("file-too-large", f"'{target}' is larger than {limit} bytes", "split it")
    text = decode(raw, name)
    return text if isinstance(text, Problem) else RulesetSource(Path(name).stem, name, text)


def _unknown(target: str, registered: Mapping[str, RulesetSource]) -> Problem:
    known = ", ".join(sorted(registered)) or "none"
    hint = did_you_mean(target, registered) or f"known rulesets: {known}; a file starts with './'"
    return _problem("unknown-ruleset", f"no ruleset '{target}'", hint)


def _problem(code: str, message: str, hint: str) -> Problem:
    return Problem(code, message, "ruleset", hint=hint)
