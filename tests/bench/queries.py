"""What queries cost, as ratios that hold on any machine: two things timed in turn, the median of the pairs.

`python tests/bench/queries.py` prints a table; the figures on queries in the README and the docs come from it. Every
pair is first checked to say the same. `--documents` and `--rounds` make it longer, `--seed` makes another corpus.
"""

import argparse
import json
import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import jmespath

from lictor.query import Probe, compile_query, find_screen, function_table

EXPRESSIONS = (
    "Statement[?Effect == 'Allow' && Principal.AWS == '*' && !Condition]",
    "Statement[?Effect == 'Allow' && Principal.AWS == '*' && Condition].Condition",
    "Statement[?NotPrincipal].Sid",
    "Statement[?Effect == 'Allow' && !Condition].Principal.AWS | [?ends_with(to_string(@), ':root')]",
    "Statement[?contains(Action, '*')].Action",
    "Statement[].Action[] | [?!starts_with(@, 'sts:')]",
    "Statement[?Resource || NotResource]",
    "Statement[?Principal.Federated].Condition.* | [].keys(@)[]",
    "Statement[?Principal.Federated && contains(to_string(Principal.Federated), 'saml-provider') && !Condition]",
    "Statement[].Principal.AWS[] | [?contains(@, ':user/')]",
    "Version != '2012-10-17'",
    "Statement[].{effect: Effect, who: Principal.AWS, calls: Action[0]}",
)
"""Twelve queries of different kinds on trust policies."""

_CHECKS = (
    "Action[?@ == '{0}']",
    "Effect == 'Allow' && Action[?starts_with(@, '{0}')]",
    "Principal.AWS == '{0}'",
    'Condition.StringEquals."{0}"',
    "!Condition && Principal.Federated && contains(Action, '{0}')",
)
_TEXTS = ("sts:*", "*", "iam:PassRole", "aws:PrincipalArn", "sts:GetFederationToken", "s3:*", "ec2:", "lambda:", "kms:",
          "sts:GetSessionToken", "sso:", "aws:userid")  # fmt: skip


def policies(count: int, seed: int) -> Iterator[str]:
    """Yield trust policies as JSON: services, accounts, users, roles, anyone, web identity and SAML providers."""
    chance = random.Random(seed)  # noqa: S311 - a corpus that is the same every time
    for _ in range(count):
        statements = [_statement(chance) for _ in range(chance.choice((1, 1, 1, 2, 3)))]
        yield json.dumps({"Version": "2012-10-17", "Statement": statements}, indent=chance.choice((None, 2, 4)))


def _statement(chance: random.Random) -> dict[str, Any]:
    account = f"arn:aws:iam::{chance.randrange(10**11, 10**12)}"
    action, condition = ["sts:AssumeRole"], None
    shape = chance.randrange(6)
    if shape == 0:
        principal: dict[str, Any] = {"Service": chance.choice(["ec2", "lambda", "events"]) + ".amazonaws.com"}
    elif shape == 1:
        principal = {"AWS": [f"{account}:root"]}
        condition = {"StringEquals": {"sts:ExternalId": f"x{chance.randrange(10**6)}"}}
    elif shape == 2:
        principal = {"AWS": [f"{account}:role/r{n}" for n in range(chance.choice((1, 2, 4)))]}
        action = ["sts:AssumeRole", "sts:TagSession"]
    elif shape == 3:
        principal = {"AWS": "*"}
        condition = {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}
    elif shape == 4:
        host = "token.actions.githubusercontent.com"
        principal, action = {"Federated": f"{account}:oidc-provider/{host}"}, ["sts:AssumeRoleWithWebIdentity"]
        subject = f"repo:org{chance.randrange(9)}/r{chance.randrange(99)}:ref:refs/heads/main"
        condition = {"StringEquals": {f"{host}:aud": "sts.amazonaws.com", f"{host}:sub": subject}}
    else:
        principal, action = {"Federated": f"{account}:saml-provider/idp"}, ["sts:AssumeRoleWithSAML"]
        condition = {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}}
    statement = {"Effect": "Allow", "Principal": principal, "Action": action}
    return statement | ({"Condition": condition} if condition else {})


def rules(count: int) -> list[Probe]:
    """Return rules on the statements of a policy."""
    return [Probe("Statement", deny=_CHECKS[n % len(_CHECKS)].format(_TEXTS[n // len(_CHECKS)])) for n in range(count)]


class Pair(NamedTuple):
    """Two things that are done with all documents; the ratio is the time of the first to that of the second."""

    name: str
    goal: str
    first: Callable[[], object]
    second: Callable[[], object]


def expression_pairs(documents: Sequence[Any]) -> Iterator[Pair]:
    """Yield each expression beside jmespath.py's own, and all of them together."""
    ours = [compile_query(text).search for text in EXPRESSIONS]
    theirs = [jmespath.compile(text).search for text in EXPRESSIONS]
    for number, (own, other) in enumerate(zip(ours, theirs, strict=True), 1):
        if [own(document) for document in documents] != [other(document) for document in documents]:
            raise SystemExit(f"expression {number} says something else than jmespath.py")
        yield Pair(f"expression {number}: jmespath.py / lictor", "", _each(other, documents), _each(own, documents))
    own_all, other_all = ([_each(search, documents) for search in searches] for searches in (ours, theirs))
    yield Pair("all twelve: jmespath.py / lictor", "≥ 15", _all(other_all), _all(own_all))


def rule_pairs(documents: Sequence[Any], texts: Sequence[str]) -> Iterator[Pair]:
    """Yield fused rules beside `json.loads`, and beside the same rules asked one by one."""
    table = function_table({})
    for count, goal in ((12, "≤ 4"), (60, "≤ 8")):
        asked = rules(count)
        screen = find_screen("policy", asked, table, {}, make=True)
        if screen is None:
            raise SystemExit("no screen was made")
        apart = _apart(asked)
        if [sorted(screen(document)) for document in documents] != [apart(document) for document in documents]:
            raise SystemExit("fused rules say something else than rules apart")
        fused = _each(screen, documents)
        yield Pair(f"{count} rules: fused / json.loads", goal, fused, _each(json.loads, texts))
        yield Pair(f"{count} rules: apart / fused", "≥ 2.5" if goal == "≤ 8" else "", _each(apart, documents), fused)


def _apart(asked: Sequence[Probe]) -> Callable[[Any], list[int]]:
    queries = [(compile_query(probe.for_each).search, compile_query(probe.deny).search) for probe in asked]

    def ask(document: Any) -> list[int]:
        return [
            number
            for number, (candidates, deny) in enumerate(queries)
            if any([deny(candidate) for candidate in candidates(document) or ()])  # noqa: C419 - a rule gives all that it finds
        ]

    return ask


def _each(call: Callable[[Any], Any], values: Sequence[Any]) -> Callable[[], object]:
    def run() -> None:
        for value in values:
            call(value)

    return run


def _all(runs: Sequence[Callable[[], object]]) -> Callable[[], object]:
    def run() -> None:
        for each in runs:
            each()

    return run


def _seconds(run: Callable[[], object]) -> float:
    start = time.process_time()
    run()
    return time.process_time() - start


def main() -> None:
    """Time each pair in turn and print the median ratios."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--documents", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    texts = list(policies(options.documents, options.seed))
    documents = [json.loads(text) for text in texts]
    print(f"{options.documents} trust policies, median of {options.rounds} pairs")
    print(f"{'first / second':<40} {'ratio':>6}  {'goal':<6} {'first':>8} {'second':>8}  µs a document")
    for pair in (*expression_pairs(documents), *rule_pairs(documents, texts)):
        _seconds(pair.first)
        times = [(_seconds(pair.first), _seconds(pair.second)) for _ in range(options.rounds)]
        ratio = statistics.median(first / second for first, second in times)
        each = (statistics.median(column) / len(documents) * 1e6 for column in zip(*times, strict=True))
        first, second = each
        print(f"{pair.name:<40} {ratio:>6.1f}  {pair.goal:<6} {first:>8.1f} {second:>8.1f}")


if __name__ == "__main__":
    main()
