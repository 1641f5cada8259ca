"""What CloudFormation's intrinsic functions come to: every value that a template allows, and what stays unknown.

An expression has one outcome, or several where the template leaves a choice (a branch, a mapping by region, a
parameter's allowed values). Of several, each text is marked as unresolved: it is possible, not certain.
"""

import binascii
import itertools
import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from lictor_plugins.kinds.aws_iam.references import Outcome, attribute, reference
from lictor_plugins.kinds.aws_iam.template import NO_VALUE, Template, Text, intrinsic, unknown

Outcomes = tuple[Outcome, ...]

_PLACEHOLDER = re.compile(r"\$\{([^{}]*)\}")
# CloudFormation user guide, "Get values stored in other services using dynamic references", read 2026-11.
_DYNAMIC = re.compile(r"\{\{(resolve:[^{}]*)\}\}")
# Pseudo-parameters whose value holds none of the characters that ARNs and lists are split at.
_ATOMS = frozenset({"AWS::AccountId", "AWS::Partition", "AWS::Region", "AWS::StackName"})
_ATOM_OR_LETTER = re.compile(r"\$\{[^{}]*\}|.", re.DOTALL)
_MOST_OUTCOMES = 64  # past it, all that can be said is that it is not known


def outcomes(value: Any, template: Template) -> Outcomes | None:  # noqa: ANN401 - any JSON value
    """Return all that a scalar or an intrinsic function may come to; None when it is neither.

    >>> outcomes({"Fn::Join": [":", ["arn", {"Ref": "AWS::Partition"}]]}, Template())[0][0].text
    'arn:${AWS::Partition}'
    """
    if isinstance(value, str):
        if template.variables is not None:
            return _substitute(value, template)
        return ((_plain(value) if "{{resolve:" in value else Text(value),),)
    if isinstance(value, bool):
        return ((Text("true" if value else "false"),),)
    if isinstance(value, int | float):
        return ((Text(str(value), is_number=True),),)
    name = intrinsic(value)
    if name is None:
        return None
    call = _FUNCTIONS.get(name)
    found = call(value[name], template) if call is not None else None
    return ((unknown(name),),) if found is None else _possible(found, name)


def _plain(text: str) -> Text:
    return Text(_DYNAMIC.sub(r"${\1}", text), is_unresolved=True)


def _possible(found: Iterable[Outcome], name: str) -> Outcomes:
    """Mark each of several outcomes as one of them."""
    distinct = tuple(dict.fromkeys(found))
    if len(distinct) > _MOST_OUTCOMES:
        return ((unknown(name),),)
    if len(distinct) == 1:
        return distinct
    return tuple(dict.fromkeys(tuple(text._replace(is_unresolved=True) for text in outcome) for outcome in distinct))


def _joined(text: str, parts: Iterable[Text]) -> Text:
    known = tuple(parts)
    return Text(
        text,
        is_assumed=any(part.is_assumed for part in known),
        is_unresolved=any(part.is_unresolved for part in known),
    )


def _combinations(choices: Sequence[Outcomes]) -> Iterator[tuple[Outcome, ...]]:
    """Yield every way to choose; where there are too many, what there is to choose is not known."""
    if math.prod(map(len, choices)) > _MOST_OUTCOMES:
        choices = [choice if len(choice) == 1 else ((unknown("Fn::If"),),) for choice in choices]
    return itertools.product(*choices)


def _ref(argument: Any, template: Template) -> Outcomes | None:  # noqa: ANN401 - any JSON value
    return reference(argument, template, outcomes) if isinstance(argument, str) else None


def _get_att(argument: Any, template: Template) -> Outcomes | None:  # noqa: ANN401 - any JSON value
    parts = argument.split(".", 1) if isinstance(argument, str) else argument
    if isinstance(parts, list) and parts and all(isinstance(part, str) for part in parts):
        return ((attribute(parts[0], ".".join(parts[1:]), template, outcomes),),)
    return None


def _sub(argument: Any, template: Template) -> Outcomes | None:  # noqa: ANN401 - any JSON value
    text, variables = (*argument, {})[:2] if isinstance(argument, list) and argument else (argument, {})
    if not isinstance(text, str):
        return None
    return _substitute(text, template.within(variables if isinstance(variables, dict) else {}))


def _substitute(text: str, template: Template) -> Outcomes:
    """Put values in the place of `${Name}`; a list in such a place is joined with commas."""
    pieces = _PLACEHOLDER.split(text)
    choices: list[Outcomes] = []
    for index, piece in enumerate(pieces):
        if index % 2 == 0:
            choices.append(((_plain(piece) if "{{resolve:" in piece else Text(piece),),))
        else:
            choices.append(_placeholder(piece.strip(), template))
    found = [
        (_joined("".join(",".join(part.text for part in parts) for parts in chosen), itertools.chain(*chosen)),)
        for chosen in _combinations(choices)
    ]
    return _possible(found, "Fn::Sub")


def _placeholder(name: str, template: Template) -> Outcomes:
    if name.startswith("!"):
        return ((Text(f"${{{name[1:]}}}"),),)
    if "." in name and ":" not in name and name not in (template.variables or {}):
        logical, of = name.split(".", 1)
        return ((attribute(logical, of, template, outcomes),),)
    return reference(name, template, outcomes)


def _list(value: Any, template: Template) -> Outcomes | None:  # noqa: ANN401 - any JSON value
    """Return what a list may come to: one that is written out, or a function that gives one."""
    if not isinstance(value, list):
        return outcomes(value, template) if intrinsic(value) else None
    choices = [outcomes(item, template) or ((unknown("list"),),) for item in value]
    return tuple(tuple(itertools.chain(*chosen)) for chosen in _combinations(choices))


def _join(argument: Any, template: Template) -> Outcomes | None:  # noqa: ANN401 - any JSON value
    if not isinstance(argument, list) or len(argument) != 2 or not isinstance(argument[0], str):  # noqa: PLR2004 - delimiter, values
        return None
    values = _list(argument[1], template)
    if values is None:
        return None
    return tuple((_joined(argument[0].join(part.text for part in parts), parts),) for parts in values)


def _select(argument: Any, template: Template) -> Outcomes | None:  # noqa: ANN401 - any JSON value
    if not isinstance(argument, list) or len(argument) != 2:  # noqa: PLR2004 - index, list
        return None
    indices = outcomes(argument[0], template)
    values = _list(argument[1], template)
    if indices is None or values is None or not all(len(index) == 1 and index[0].text.isdecimal() for index in indices):
        return None
    found: list[Outcome] = []
    for (index,), parts in itertools.product(indices, values):
        at = int(index.text)
        # A list that is not known is one text here, so its first element is not known either.
        found.append((parts[at] if at < len(parts) else unknown("Fn::Select"),))
    return tuple(found)


def _split(argument: Any, template: Template) -> Outcomes | None:  # noqa: ANN401 - any JSON value
    if not isinstance(argument, list) or len(argument) != 2 or not isinstance(argument[0], str) or not argument[0]:  # noqa: PLR2004 - delimiter, source
        return None
    sources = outcomes(argument[1], template)
    if sources is None:
        return None
    return tuple(_split_text(argument[0], source[0]) if len(source) == 1 else source for source in sources)


def _split_text(delimiter: str, source: Text) -> Outcome:
    placeholders = _PLACEHOLDER.findall(source.text)
    if any(name not in _ATOMS for name in placeholders) or (placeholders and delimiter in "-."):
        return (unknown("Fn::Split"),)
    if not placeholders:
        return tuple(source._replace(text=part) for part in source.text.split(delimiter))
    # `${AWS::AccountId}` holds colons of its own that are not there when it is deployed.
    names = {chr(0xE000 + index): name for index, name in enumerate(sorted(set(placeholders)))}
    letters = {f"${{{name}}}": letter for letter, name in names.items()}
    text = _ATOM_OR_LETTER.sub(lambda match: letters.get(match[0], match[0]), source.text)
    parts = text.split(delimiter)
    return tuple(
        source._replace(text="".join(f"${{{names[letter]}}}" if letter in names else letter for letter in part))
        for part in parts
    )


def _find_in_map(argument: Any, template: Template) -> Outcomes | None:  # noqa: ANN401 - any JSON value
    """Look a value up; a key that is not known stands for every key that there is."""
    if not isinstance(argument, list) or len(argument) < 3:  # noqa: PLR2004 - map, two keys, sometimes a default
        return None
    is_assumed = False
    levels: list[Any] = [template.mappings]
    for key in argument[:3]:
        names = outcomes(key, template)
        if names is None or any(len(name) != 1 for name in names):
            return None
        texts = [name[0] for name in names]
        is_assumed = is_assumed or any(text.is_assumed for text in texts)
        levels = [inner for level in levels if isinstance(level, dict) for inner in _under(level, texts)]
    found = [outcome for level in levels for outcome in _list_or_scalar(level, template)]
    if not found:
        default = argument[3].get("DefaultValue") if len(argument) > 3 and isinstance(argument[3], dict) else None  # noqa: PLR2004 - the same
        return None if default is None else outcomes(default, template)
    return tuple(tuple(text._replace(is_assumed=text.is_assumed or is_assumed) for text in each) for each in found)


def _under(level: Mapping[Any, Any], keys: Sequence[Text]) -> list[Any]:
    if any("${" in key.text for key in keys):
        return list(level.values())
    return [value for name, value in level.items() if str(name) in {key.text for key in keys}]


def _list_or_scalar(value: Any, template: Template) -> Outcomes:  # noqa: ANN401 - any JSON value
    return (_list(value, template) if isinstance(value, list) else outcomes(value, template)) or ()


def _if(argument: Any, template: Template) -> Outcomes | None:  # noqa: ANN401 - any JSON value
    if not isinstance(argument, list) or len(argument) != 3:  # noqa: PLR2004 - condition, then, else
        return None
    found: list[Outcome] = []
    for branch in argument[1:]:
        if branch == NO_VALUE:
            found.append(())
            continue
        inner = _list(branch, template) if isinstance(branch, list) else outcomes(branch, template)
        if inner is None:
            return None
        found.extend(inner)
    return tuple(found)


def _base64(argument: Any, template: Template) -> Outcomes | None:  # noqa: ANN401 - any JSON value
    found = outcomes(argument, template)
    if found is None or any(len(each) != 1 or "${" in each[0].text for each in found):
        return None
    return tuple(
        (text._replace(text=binascii.b2a_base64(text.text.encode(), newline=False).decode()),) for (text,) in found
    )


# What is not here (`Fn::ImportValue`, `Fn::Transform`, `Fn::GetAZs`, `Fn::Cidr`, …) is known when it is deployed.
_FUNCTIONS: Mapping[str, Callable[[Any, Template], Outcomes | None]] = {
    "Ref": _ref,
    "Fn::GetAtt": _get_att,
    "Fn::Sub": _sub,
    "Fn::Join": _join,
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::FindInMap": _find_in_map,
    "Fn::If": _if,
    "Fn::Base64": _base64,
}
