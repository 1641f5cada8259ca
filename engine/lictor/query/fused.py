"""Fuses the queries of many rules into one function that tells which of them have anything to say of a value.

The function answers no more than that: what a rule says, and where, its own queries answer. So it may name a rule too
many and never one too few, and whatever goes wrong in a rule's queries makes it name that rule and go on.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lictor.query.errors import QueryError
from lictor.query.functions import FunctionTable
from lictor.query.fused_code import FusedGenerator
from lictor.query.fused_scopes import Shapes
from lictor.query.probes import Question, read_probe
from lictor.query.screen import Probe


def fuse(probes: Sequence[Probe], table: FunctionTable) -> tuple[str, Mapping[str, Any]]:
    """Return the source of a module whose `evaluate(value)` names probes by their number, and the constants it uses.

    Probes that can't be fused, or are wrong, are always named.
    """
    questions: dict[int, Question] = {}
    for number, probe in enumerate(probes):
        try:
            questions[number] = read_probe(probe)
        except (QueryError, RecursionError):
            continue
    try:
        return _fuse(questions, _others(probes, questions), table)
    except (QueryError, RecursionError):
        questions = {number: question for number, question in questions.items() if _works(question, table)}
        return _fuse(questions, _others(probes, questions), table)


def _others(probes: Sequence[Probe], questions: Mapping[int, Question]) -> list[int]:
    return [number for number in range(len(probes)) if number not in questions]


def _works(question: Question, table: FunctionTable) -> bool:
    try:
        _fuse({0: question}, (), table)
    except (QueryError, RecursionError):
        return False
    return True


def _fuse(
    questions: Mapping[int, Question], others: Iterable[int], table: FunctionTable
) -> tuple[str, Mapping[str, Any]]:
    shapes = Shapes()
    rehearsal = FusedGenerator(table, questions, shapes, None)
    rehearsal.write(())
    generator = FusedGenerator(table, questions, shapes, rehearsal.uses)
    return generator.write(others), generator.writer.globals
