"""The official JMESPath suite (jmespath.test): every case, for values and with places.

The suite is looked for in the folder that LICTOR_JMESPATH_SUITE names, else next to the repository.
"""

import json
import os
import pathlib
from collections.abc import Iterator
from typing import Any

import pytest
from jmespath import exceptions

from lictor.query import Query, QueryError, compile_query

_DEFAULT = pathlib.Path(__file__).parents[2] / "../shared/conformance/jmespath/tests"
SUITE = pathlib.Path(os.environ.get("LICTOR_JMESPATH_SUITE", str(_DEFAULT)))

pytestmark = pytest.mark.skipif(
    not SUITE.is_dir(), reason="the official JMESPath suite is not here: set LICTOR_JMESPATH_SUITE"
)

# The suite's error names, as jmespath.py raises them and as lictor names them.
ERRORS: dict[str, tuple[type[Exception], tuple[str, ...]]] = {
    "syntax": (exceptions.ParseError, ("query-syntax",)),
    "invalid-type": (exceptions.JMESPathTypeError, ("query-type",)),
    "invalid-arity": (exceptions.ArityError, ("query-arity",)),
    "unknown-function": (exceptions.UnknownFunctionError, ("unknown-function",)),
    "invalid-value": (ValueError, ("query-value",)),
}


def _cases() -> Iterator[Any]:
    for file in sorted(SUITE.glob("*.json")):
        for number, group in enumerate(json.loads(file.read_text(encoding="utf-8"))):
            for index, case in enumerate(group["cases"]):
                yield pytest.param(group["given"], case, id=f"{file.stem}-{number}-{index}")


def _values_with_places(query: Query, given: Any) -> Any:
    return query.locate(given, ())[0]


@pytest.mark.parametrize("run", [Query.search, _values_with_places], ids=["values", "places"])
@pytest.mark.parametrize(("given", "case"), list(_cases()) if SUITE.is_dir() else [])
def test_the_official_suite_passes(given: Any, case: dict[str, Any], run: Any) -> None:
    expression = case["expression"]
    if "error" in case:
        expected, codes = ERRORS[case["error"]]
        with pytest.raises(QueryError) as caught:
            run(compile_query(expression), given)
        assert caught.value.code in codes
        assert isinstance(caught.value.__cause__, (expected, exceptions.EmptyExpressionError))
        return
    result = run(compile_query(expression), given)
    if "result" in case:
        assert result == case["result"]
        assert json.dumps(result, sort_keys=True) == json.dumps(case["result"], sort_keys=True)


def test_the_whole_suite_is_here() -> None:
    assert sum(1 for _ in _cases()) > 900
