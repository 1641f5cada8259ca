"""Functions for queries: globs, regular expressions, text, and what IAM needs."""

from collections.abc import Iterable

from lictor import ArgumentType, Function, hookimpl
from lictor_plugins.functions.globs import glob_match
from lictor_plugins.functions.guards import guard
from lictor_plugins.functions.iam import arn_match, arn_part, iam_action_match
from lictor_plugins.functions.regexes import regex_match
from lictor_plugins.functions.texts import lower, replace, split, trim, upper

_TEXT: tuple[ArgumentType, ...] = ("string",)
_TWO_TEXTS = (_TEXT, _TEXT)


@hookimpl
def register_functions() -> Iterable[Function]:
    """Return the functions that queries may call beside JMESPath's own."""
    return (
        Function("glob_match", glob_match, _TWO_TEXTS, "Whether a value matches a pattern with * and ?", "boolean"),
        Function("regex_match", regex_match, _TWO_TEXTS, "Whether a regular expression matches in a value", "boolean"),
        Function(
            "iam_action_match", iam_action_match, _TWO_TEXTS, "Whether an action pattern covers an action", "boolean"
        ),
        Function("arn_match", arn_match, _TWO_TEXTS, "Whether an ARN matches a pattern as ArnLike does it", "boolean"),
        Function("arn_part", arn_part, _TWO_TEXTS, "A part of an ARN or of a pattern for ARNs", "string"),
        Function("guard", guard, (("object",), ("array",)), "What keeps strangers out of an Allow", "string"),
        Function("lower", lower, (_TEXT,), "Text in lower case", "string"),
        Function("upper", upper, (_TEXT,), "Text in upper case", "string"),
        Function("trim", trim, (_TEXT,), "Text without white space around it", "string"),
        Function("split", split, _TWO_TEXTS, "Text cut at each separator", "array"),
        Function("replace", replace, (_TEXT, _TEXT, _TEXT), "Text with one text replaced by another", "string"),
    )
