"""CloudFormation intrinsic functions as text: what a template says before it is deployed.

What is fixed in kind stays recognisable (`${AWS::AccountId}` is the own account), what a parameter defaults to is used
and marked as assumed, what may be one of several values is each of them and marked as unresolved, and everything else
is text such as `${Name}` that is marked as unresolved.
"""

from collections.abc import Iterator
from typing import Any

from lictor import Path
from lictor_plugins.kinds.aws_iam.template import NO_VALUE, Template, Text, intrinsic, read_template, shown

__all__ = ["NO_VALUE", "Template", "Text", "branches", "intrinsic", "members", "read_template", "shown", "texts"]


def branches(value: Any, path: Path) -> Iterator[tuple[Any, Path]]:  # noqa: ANN401 - any JSON value
    """Yield what a value may become, with its place: both branches of `Fn::If`, nothing for `AWS::NoValue`.

    >>> list(branches({"Fn::If": ["Prod", "a", {"Ref": "AWS::NoValue"}]}, ("x",)))
    [('a', ('x', 'Fn::If', 1))]
    """
    if isinstance(value, dict) and len(value) == 1:
        if value == NO_VALUE:
            return
        arguments = value.get("Fn::If")
        if isinstance(arguments, list):
            for index, branch in enumerate(arguments[1:], start=1):
                yield from branches(branch, (*path, "Fn::If", index))
            return
    yield value, path


def members(value: Any, path: Path) -> Iterator[tuple[Any, Path]]:  # noqa: ANN401 - any JSON value
    """Yield the elements of a list, or the value itself where one may stand for a list of one."""
    for branch, place in branches(value, path):
        if not isinstance(branch, list):
            yield branch, place
            continue
        for index, element in enumerate(branch):
            whole = (*place, index)
            for inner, inner_place in branches(element, whole):
                if isinstance(inner, list) and inner_place != whole:
                    yield from members(inner, inner_place)
                else:
                    yield inner, inner_place


def texts(value: Any, template: Template) -> tuple[Text, ...] | None:  # noqa: ANN401 - any JSON value
    """Return a scalar or an intrinsic function as text; None when it is neither.

    A list parameter gives several texts, and so does what may come to one of several values.

    >>> texts({"Fn::Join": [":", ["arn", {"Ref": "AWS::Partition"}]]}, Template())
    (Text(text='arn:${AWS::Partition}', is_number=False, is_assumed=False, is_unresolved=False),)
    >>> texts(111122223333, Template())
    (Text(text='111122223333', is_number=True, is_assumed=False, is_unresolved=False),)
    """
    if isinstance(value, str) and template.variables is None and "{{" not in value:
        return (Text(value),)  # by far the most of what is asked for
    from lictor_plugins.kinds.aws_iam.intrinsic_values import outcomes  # policies outside of templates need none of it

    found = outcomes(value, template)
    if found is None or len(found) == 1:
        return None if found is None else found[0]
    return tuple(dict.fromkeys(text for outcome in found for text in outcome))
