"""The functions that queries can call: jmespath's own, the engine's, and those of plugins."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lictor.model import Function
from lictor.query.budgets import MAX_OUTPUT, MAX_TEXT, size, spend, too_much_output, too_much_text
from lictor.query.engine_functions import ENGINE_FUNCTIONS, EngineFunction
from lictor.query.errors import QueryError, one_of, unknown_name
from lictor.query.value_types import TYPE_CLASSES, type_name

Site = Callable[..., Any]
"""What generated code calls: `meter` first, then the arguments."""

_RETURNS = {
    "string": ("join", "to_string", "type"),
    "number": ("abs", "avg", "ceil", "floor", "length", "sum", "to_number"),
    "boolean": ("contains", "ends_with", "starts_with"),
    "array": ("keys", "map", "sort", "sort_by", "to_array", "values"),
    "object": ("merge",),
}
_RETURN_OF = {name: kind for kind, names in _RETURNS.items() for name in names}


@dataclass(frozen=True, slots=True)
class Signature:
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
        if self.is_variadic:
            expected = f"at least {least}"
        else:
            expected = str(most) if least == most else f"{least} to {most}"
        noun = "argument" if expected in ("1", "at least 1") else "arguments"
        message = f"{self.name}() expects {expected} {noun}, found {count}"
        raise QueryError("query-arity", message, self.usage, offset) from self._arity_error(count)

    @property
    def usage(self) -> str:
        """The call as one would write it, with types."""
        words = [one_of(_word(kind) for kind in kinds) if kinds else "any" for kinds in self.parameters]
        first_optional = len(words) - self.optional
        shown = [word if index < first_optional else f"[{word}]" for index, word in enumerate(words)]
        return f"write {self.name}({', '.join(shown)}{', …' if self.is_variadic else ''})"

    def _arity_error(self, count: int) -> Exception:
        from jmespath import exceptions

        kind = exceptions.VariadictArityError if self.is_variadic else exceptions.ArityError
        error: Exception = kind(len(self.parameters), count, self.name)
        return error


@dataclass(frozen=True, slots=True)
class FunctionTable:
    """Every function that a query may call, by name. Plugins can't replace JMESPath's or the engine's functions."""

    signatures: Mapping[str, Signature]
    plugins: Mapping[str, Function]

    def signature(self, name: str, offset: int | None) -> Signature:
        """Return a function's signature; raises `query-unknown-function`."""
        found = self.signatures.get(name)
        if found is None:
            from jmespath.exceptions import UnknownFunctionError

            error = unknown_name("query-unknown-function", "function", name, self.signatures, offset)
            if not error.hint.startswith("did"):
                error.hint = "JMESPath functions and those of plugins can be called; `lictor plugins` lists them"
            raise error from UnknownFunctionError(f"Unknown function: {name}()")
        return found

    def site(self, name: str, offset: int) -> Site:
        """Return what generated code calls for a function at one place of a query."""
        if name in ENGINE_FUNCTIONS:
            return _engine_site(ENGINE_FUNCTIONS[name], self.signatures[name], offset)
        if name in self.plugins:
            return _plugin_site(self.plugins[name], self.signatures[name], offset)
        return _builtin_site(self.signatures[name], offset)


def function_table(functions: Mapping[str, Function]) -> FunctionTable:
    """Gather the functions of jmespath, of the engine and of plugins."""
    from jmespath.functions import Functions

    signatures = {name: _plugin_signature(name, function) for name, function in functions.items()}
    for name, spec in Functions.FUNCTION_TABLE.items():
        parameters = tuple(tuple(parameter["types"]) for parameter in spec["signature"])
        is_variadic = any(parameter.get("variadic") for parameter in spec["signature"])
        signatures[name] = Signature(name, parameters, _RETURN_OF.get(name, "any"), is_variadic=is_variadic)
    for name, engine in ENGINE_FUNCTIONS.items():
        signatures[name] = Signature(name, engine.parameters, engine.returns, engine.optional)
    builtin = signatures.keys() - functions.keys() | Functions.FUNCTION_TABLE.keys() | ENGINE_FUNCTIONS.keys()
    return FunctionTable(signatures, {name: item for name, item in functions.items() if name not in builtin})


def _plugin_signature(name: str, function: Function) -> Signature:
    parameters = tuple(() if "any" in kinds else tuple(kinds) for kinds in function.parameters)
    return Signature(name, parameters, function.returns, function.optional)


def _word(kind: str) -> str:
    if kind.startswith("array-"):
        return f"array of {kind.removeprefix('array-')}s"
    return "&expression" if kind == "expref" else kind


def _accepts(kind: str, value: Any) -> bool:  # noqa: ANN401 - any value
    if kind == "expref":
        return bool(value.__class__.__name__ == "_Expression")
    outer, _, inner = kind.partition("-")
    if value.__class__ not in TYPE_CLASSES[outer]:
        return False
    return not inner or all(element.__class__ in TYPE_CLASSES[inner] for element in value)


def _found(value: Any, kinds: Iterable[str]) -> str:  # noqa: ANN401 - any value
    """Name a value's type; for an array of the wrong things, name the first of them."""
    if value.__class__ is list:
        for kind in kinds:
            inner = kind.partition("-")[2]
            wrong = [element for element in value if inner and element.__class__ not in TYPE_CLASSES[inner]]
            if wrong:
                return f"an array holding {type_name(wrong[0])}"
    return type_name(value)


def type_error(signature: Signature, arguments: Iterable[Any], offset: int, reason: object = "") -> QueryError:
    """Name the first argument that has the wrong type."""
    for number, (kinds, value) in enumerate(zip(signature.parameters, arguments, strict=False), 1):
        if kinds and not any(_accepts(kind, value) for kind in kinds):
            expected, found = one_of(_word(kind) for kind in kinds), _found(value, kinds)
            message = f"{signature.name}() argument {number}: expected {expected}, found {found}"
            return QueryError("query-type", message, _type_hint(kinds, value), offset)
    return QueryError("query-type", f"{signature.name}() can't be applied here: {reason}", signature.usage, offset)


def _type_hint(kinds: tuple[str, ...], value: Any) -> str:  # noqa: ANN401 - any value
    if value is None:
        return "the field is missing or null; give a default with ||, or filter first"
    if "expref" in kinds:
        return "put & before the expression: sort_by(list, &name)"
    if any(kind.startswith("array") for kind in kinds) and value.__class__ in (str, dict):
        return "to_array() makes a list of a single value"
    return ""


def _builtin_site(signature: Signature, offset: int) -> Site:
    from jmespath.exceptions import JMESPathTypeError
    from jmespath.functions import Functions

    name, call = signature.name, Functions().call_function

    def builtin(meter: list[int], *arguments: Any) -> Any:  # noqa: ANN401 - any JSON values
        for argument in arguments:
            if argument.__class__ is list:
                spend(meter, len(argument))
        if name in ("to_string", "join"):
            cost = size(arguments[-1])
            if cost > MAX_OUTPUT:
                raise too_much_output()
            spend(meter, cost)
        try:
            result = call(name, arguments)
        except JMESPathTypeError as error:
            raise _by_type_error(signature, arguments, offset, error) from error
        except (TypeError, ValueError, ArithmeticError) as error:
            raise type_error(signature, arguments, offset, error) from error
        if result.__class__ is str and len(result) > MAX_TEXT:
            raise too_much_text(name, offset)
        return result

    return builtin


def _by_type_error(signature: Signature, arguments: Iterable[Any], offset: int, error: Any) -> QueryError:  # noqa: ANN401 - jmespath has no types
    expected = one_of(_word(kind) for kind in error.expected_types)
    return type_error(signature, arguments, offset, f"expected each element to give {expected}, found {error.actual_type}")


def _plugin_site(function: Function, signature: Signature, offset: int) -> Site:
    accepted = [frozenset(cls for kind in kinds for cls in TYPE_CLASSES[kind]) for kinds in signature.parameters]
    apply = function.call

    def plugin(meter: list[int], *arguments: Any) -> Any:  # noqa: ANN401 - any JSON values
        for classes, argument in zip(accepted, arguments, strict=False):
            if classes and argument.__class__ not in classes:
                raise type_error(signature, arguments, offset)
        if any(argument.__class__.__name__ == "_Expression" for argument in arguments):
            raise QueryError("query-type", f"{function.name}() takes no &expressions", signature.usage, offset)
        try:
            result = apply(*arguments)
        except QueryError:
            raise
        except Exception as error:
            # A plugin may raise anything; that is this query's error and not the end of the run.
            message = f"{function.name}() raised {type(error).__name__}: {error}"
            raise QueryError("query-function", message, "", offset) from error
        if result.__class__ is tuple:
            result = list(result)
        if result.__class__ is list or result.__class__ is dict:
            spend(meter, len(result))
        elif result.__class__ is str and len(result) > MAX_TEXT:
            raise too_much_text(function.name, offset)
        return result

    return plugin


def _engine_site(function: EngineFunction, signature: Signature, offset: int) -> Site:
    """Return the function itself, after a check of its arguments; it gets the call's offset for its errors."""
    parameters, answer = signature.parameters, function.answer

    def engine(first: Any, *arguments: Any) -> Any:  # noqa: ANN401 - context or meter, then any JSON values
        for kinds, argument in zip(parameters, arguments, strict=False):
            if kinds and not any(_accepts(kind, argument) for kind in kinds):
                raise type_error(signature, arguments, offset)
        return answer(first, offset, *arguments)

    return engine
