"""The functions that queries can call: jmespath's own, the engine's, and those of plugins."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from lictor.errors import describe_exception
from lictor.model import Function
from lictor.query.budgets import MAX_TEXT, Scale, spend, spend_on, too_much_text
from lictor.query.engine_functions import ENGINE_FUNCTIONS
from lictor.query.errors import QueryError, one_of, unknown_name
from lictor.query.value_types import TYPE_CLASSES, Json, type_name
from lictor.values import NamedTuple

Site = Callable[..., Any]
"""What generated code calls: `meter` first, then the arguments."""

_RETURNS = {
    "string": ("join", "to_string", "type"),
    "number": ("abs", "avg", "ceil", "floor", "length", "sum", "to_number"),
    "boolean": ("contains", "ends_with", "starts_with"),
    "array": ("keys", "map", "sort", "sort_by", "to_array", "values"),
    "object": ("merge",),
    "any": ("max", "max_by", "min", "min_by", "not_null", "reverse"),
}
_ENCODED = (list, dict, int, float, bool, type(None))
_ON_TEXT = ((("string",),), (("string",), ("string",)))
_RETURN_OF = {name: kind for kind, names in _RETURNS.items() for name in names}
OWN_FUNCTIONS = frozenset({*_RETURN_OF, *ENGINE_FUNCTIONS})
"""The functions that every query knows: JMESPath's and the engine's."""


class Signature(NamedTuple):
    """What a function takes and gives. Types are jmespath's: `array-number` is an array of numbers; () takes any."""

    name: str
    parameters: tuple[tuple[str, ...], ...]
    returns: str
    optional: int = 0
    is_variadic: bool = False

    def check_count(self, count: int, offset: int | None) -> None:
        """Raise `query-arity` when a call has too few or too many arguments."""
        most = len(self.parameters)
        least = most - self.optional
        if count >= least and (self.is_variadic or count <= most):
            return
        exactly = str(most) if least == most else f"{least} to {most}"
        expected = f"at least {least}" if self.is_variadic else exactly
        noun = "argument" if expected in ("1", "at least 1") else "arguments"
        message = f"{self.name}() expects {expected} {noun}, found {count}"
        raise QueryError("query-arity", message, self.usage, offset) from self._arity_error(count)

    def check_reference(self, index: int, offset: int) -> None:
        """Raise `query-type` for an `&expression` where the function takes none."""
        kinds = self.parameters[min(index, len(self.parameters) - 1)]
        if "expref" in kinds:
            return
        from jmespath.exceptions import JMESPathTypeError

        expected = type_words(kinds) if kinds else "a value"
        message = f"{self.name}() argument {index + 1}: expected {expected}, found an expression"
        error = JMESPathTypeError(self.name, None, "expref", list(kinds))
        raise QueryError("query-type", message, "leave the & out", offset) from error

    @property
    def usage(self) -> str:
        """The call as one would write it, with types."""
        words = [type_words(kinds) if kinds else "any" for kinds in self.parameters]
        first_optional = len(words) - self.optional
        shown = [word if index < first_optional else f"[{word}]" for index, word in enumerate(words)]
        return f"write {self.name}({', '.join(shown)}{', …' if self.is_variadic else ''})"

    def _arity_error(self, count: int) -> Exception:
        from jmespath import exceptions

        kind = exceptions.VariadictArityError if self.is_variadic else exceptions.ArityError
        error: Exception = kind(len(self.parameters), count, self.name)
        return error


class FunctionTable(NamedTuple):
    """Every function that a query may call, by name. Plugins can't replace JMESPath's or the engine's functions."""

    plugins: Mapping[str, Function]

    def names(self) -> tuple[str, ...]:
        """Return what can be called."""
        return tuple(dict.fromkeys((*OWN_FUNCTIONS, *self.plugins)))

    def is_plugin(self, name: str) -> bool:
        """Tell whether a plugin's function is called so."""
        return name not in OWN_FUNCTIONS and name in self.plugins

    def signature(self, name: str, offset: int | None) -> Signature:
        """Return a function's signature; raises `unknown-function`."""
        if name in OWN_FUNCTIONS:
            return _own_signature(name)
        if name in self.plugins:
            return _plugin_signature(name, self.plugins[name])
        from jmespath.exceptions import UnknownFunctionError

        error = unknown_name("unknown-function", "function", name, self.names(), offset)
        if not error.hint.startswith("did"):
            error.hint = "JMESPath functions and those of plugins can be called; `lictor plugins` lists them"
        raise error from UnknownFunctionError(f"Unknown function: {name}()")

    def site(self, name: str, offset: int, is_building: bool) -> Site:
        """Return what generated code calls for a function at one place of a query.

        `is_building` says that the query may hand over values that are much larger than the document.
        """
        if name in ENGINE_FUNCTIONS:
            return _engine_site(ENGINE_FUNCTIONS[name].answer, _own_signature(name), offset)
        if self.is_plugin(name):
            return _plugin_site(self.plugins[name], self.signature(name, offset), offset, is_building=is_building)
        return _builtin_site(name, offset)

    def located_site(self, name: str, offset: int) -> Site | None:
        """Return the same for an engine function that knows the place of its answer; None for others."""
        locate = ENGINE_FUNCTIONS[name].locate
        return _engine_site(locate, _own_signature(name), offset) if locate else None


def function_table(functions: Mapping[str, Function] | FunctionTable) -> FunctionTable:
    """Gather the functions of jmespath, of the engine and of plugins; a table that was gathered before is one."""
    return functions if isinstance(functions, FunctionTable) else FunctionTable(functions)


@cache
def _own_signature(name: str) -> Signature:
    engine = ENGINE_FUNCTIONS.get(name)
    if engine is not None:
        return Signature(name, engine.parameters, engine.returns, engine.optional)
    from jmespath.functions import Functions  # not needed by queries that were compiled before

    spec = Functions.FUNCTION_TABLE[name]["signature"]
    parameters = tuple(tuple(parameter["types"]) for parameter in spec)
    is_variadic = any(parameter.get("variadic") for parameter in spec)
    return Signature(name, parameters, _RETURN_OF[name], is_variadic=is_variadic)


def _plugin_signature(name: str, function: Function) -> Signature:
    parameters = tuple(() if "any" in kinds else tuple(kinds) for kinds in function.parameters)
    return Signature(name, parameters, function.returns, function.optional)


def type_words(kinds: Iterable[str]) -> str:
    """Name accepted types for people.

    >>> type_words(("array-number", "array-string"))
    'array of numbers or array of strings'
    """
    return one_of(_word(kind) for kind in kinds)


def _word(kind: str) -> str:
    if kind.startswith("array-"):
        return f"array of {kind.removeprefix('array-')}s"
    return "&expression" if kind == "expref" else kind


def _accepts(kind: str, value: Json) -> bool:
    if kind == "expref":
        return bool(value.__class__.__name__ == "_Expression")
    outer, _, inner = kind.partition("-")
    if value.__class__ not in TYPE_CLASSES[outer]:
        return False
    return (
        not inner or not isinstance(value, list) or all(element.__class__ in TYPE_CLASSES[inner] for element in value)
    )


def _found(value: Json, kinds: Iterable[str]) -> str:
    """Name a value's type; for an array of the wrong things, name the first of them."""
    inner = [cls for kind in kinds if "-" in kind for cls in TYPE_CLASSES[kind.partition("-")[2]]]
    if not inner or not isinstance(value, list):
        return type_name(value)
    wrong = [element for element in value if element.__class__ not in inner]
    return f"an array that holds {type_name(wrong[0])}" if wrong else "an array of both"


def type_error(signature: Signature, arguments: Iterable[Any], offset: int, reason: object = "") -> QueryError:
    """Name the first argument that has the wrong type."""
    for number, (kinds, value) in enumerate(zip(signature.parameters, arguments, strict=False), 1):
        if kinds and not any(_accepts(kind, value) for kind in kinds):
            expected, found = type_words(kinds), _found(value, kinds)
            message = f"{signature.name}() argument {number}: expected {expected}, found {found}"
            return QueryError("query-type", message, _type_hint(kinds, value), offset)
    return QueryError("query-type", f"{signature.name}() can't be applied here: {reason}", signature.usage, offset)


def _type_hint(kinds: tuple[str, ...], value: Json) -> str:
    if value is None:
        return "the field is missing or null; give a default with ||, or filter first"
    if "expref" in kinds:
        return "put & before the expression: sort_by(list, &name)"
    if any(kind.startswith("array") for kind in kinds) and value.__class__ in (str, dict):
        return "to_array() makes a list of a single value"
    return ""


def _builtin_site(name: str, offset: int) -> Site:
    call: Callable[..., Any] | None = None
    encode: Callable[[Any], str] | None = None

    def builtin(meter: list[int], *arguments: Json) -> Json:
        nonlocal call, encode
        for argument in arguments:
            if argument.__class__ is list:
                spend(meter, len(argument))
        if name in ("to_string", "join"):
            spend_on(meter, arguments[-1])
        elif name == "contains" and arguments[0].__class__ is list:
            spend_on(meter, arguments[1], len(arguments[0]))
        if call is None or encode is None:
            call, encode = _jmespath()
        try:
            # jmespath's own to_string makes an encoder at every call
            is_text = name == "to_string" and arguments[0].__class__ in _ENCODED
            result = encode(arguments[0]) if is_text else call(name, arguments)
        except (TypeError, ValueError, ArithmeticError) as error:
            raise _told(error, _own_signature(name), arguments, offset) from error
        if result.__class__ is str and len(result) > MAX_TEXT:
            raise too_much_text(name, offset)
        return result

    return builtin


@cache
def _jmespath() -> tuple[Callable[..., Any], Callable[[Any], str]]:
    """Return what calls jmespath's functions, and what writes values as JSON: neither is needed by most queries."""
    from json import JSONEncoder

    from jmespath.functions import Functions

    return Functions().call_function, JSONEncoder(separators=(",", ":"), default=str).encode


def _told(error: Exception, signature: Signature, arguments: Iterable[Any], offset: int) -> QueryError:
    from jmespath.exceptions import JMESPathTypeError

    if not isinstance(error, JMESPathTypeError):
        return type_error(signature, arguments, offset, error)
    expected = type_words(error.expected_types)
    reason = f"expected each element to give {expected}, found {error.actual_type}"
    return type_error(signature, arguments, offset, reason)


@cache
def _accepted(parameters: tuple[tuple[str, ...], ...]) -> tuple[frozenset[type], ...]:
    """Return the classes of what each parameter takes, none where it takes any."""
    return tuple(frozenset(cls for kind in kinds for cls in TYPE_CLASSES[kind]) for kinds in parameters)


def _plugin_site(function: Function, signature: Signature, offset: int, *, is_building: bool) -> Site:
    accepted = _accepted(signature.parameters)
    scales = [Scale() for _ in accepted]
    apply = function.call

    def plugin(meter: list[int], *arguments: Json) -> Json:
        for classes, scale, argument in zip(accepted, scales, arguments, strict=False):
            if classes and argument.__class__ not in classes:
                raise type_error(signature, arguments, offset)
            if is_building:
                scale.spend_on(meter, argument)
        try:
            result = apply(*arguments)
        except QueryError:
            raise
        except Exception as error:
            # A plugin may raise anything; that is this query's error and not the end of the run.
            message = f"{function.name}() raised {describe_exception(error)}"
            raise QueryError("query-function", message, "", offset) from error
        if result.__class__ is tuple:
            result = list(result)
        if result.__class__ is list or result.__class__ is dict:
            spend(meter, len(result))
        elif result.__class__ is str and len(result) > MAX_TEXT:
            raise too_much_text(function.name, offset)
        return result

    is_on_text = signature.parameters in _ON_TEXT and signature.returns in ("boolean", "string")
    return _text_site(apply, plugin, len(accepted)) if is_on_text and not is_building else plugin


def _text_site(apply: Callable[..., Any], plugin: Site, count: int) -> Site:
    """Return a site for what is called most often, one text or two that give a yes or a text, at a third of the cost.

    Anything else, an error too, is left to the site that all functions have.
    """

    def of_one(meter: list[int], text: Json) -> Json:
        if text.__class__ is str:
            try:
                result = apply(text)
            except Exception:  # noqa: BLE001 - raised again below, where it is told
                return plugin(meter, text)
            if result.__class__ is bool or (result.__class__ is str and len(result) <= MAX_TEXT):
                return result
        return plugin(meter, text)

    def of_two(meter: list[int], text: Json, other: Json) -> Json:
        if text.__class__ is other.__class__ is str:
            try:
                result = apply(text, other)
            except Exception:  # noqa: BLE001 - raised again below, where it is told
                return plugin(meter, text, other)
            if result.__class__ is bool or (result.__class__ is str and len(result) <= MAX_TEXT):
                return result
        return plugin(meter, text, other)

    return of_one if count == 1 else of_two


def _engine_site(answer: Callable[..., Any], signature: Signature, offset: int) -> Site:
    """Check the arguments of an engine's function, and give it the call's offset for its errors."""
    parameters = signature.parameters

    def engine(first: Json, *arguments: Json) -> Json:
        for kinds, argument in zip(parameters, arguments, strict=False):
            if kinds and not any(_accepts(kind, argument) for kind in kinds):
                raise type_error(signature, arguments, offset)
        return answer(first, offset, *arguments)

    return engine
