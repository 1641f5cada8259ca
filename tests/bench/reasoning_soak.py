"""Hold the reasoning to its laws over many random policies: `python tests/bench/reasoning_soak.py --pairs 100000`.

Each witness is decided anew, and its caller may have the keys that it says; each `no` meets requests that take the
values of the policies and their neighbours; a policy beside itself, turned around or cut into pieces allows nothing
new; a further Deny never widens and a condition less never forbids. It prints what was answered, what nobody could tell
and why, and ends with an error when a law is broken.
"""

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from lictor_plugins.reasoning.evaluation import decide
from lictor_plugins.reasoning.keys import OF_SOURCES, derived_keys, presence
from lictor_plugins.reasoning.model import Policy, PolicyKind, Request, Statement
from lictor_plugins.reasoning.proofs import DIFFER
from lictor_plugins.reasoning.questions import new_access

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "unit"))

import small_worlds

REQUESTS = 25


def is_new(old: Policy, new: Policy, request: Request) -> bool:
    """Tell whether a request is allowed by one policy and not by another."""
    return decide([new], request).outcome == "allow" and decide([old], request).outcome.endswith("_deny")


def broken(chance: random.Random, kind: PolicyKind, said: Counter[str], blamed: Counter[str]) -> Iterator[str]:
    """Ask about one pair; yield each law that is broken."""
    keys = small_worlds.some_keys(chance, kind)
    old = small_worlds.a_policy(chance, kind, keys)
    new = small_worlds.changed(chance, old, keys)
    if chance.random() < 1 / 7:
        old = old._replace(statements=())
    found = new_access(old, new)
    said[found.verdict] += 1
    if found.verdict == "unknown":
        blamed[found.because] += 1
    if found.because == DIFFER:
        yield f"{DIFFER}: {old} {new}"
    if found.verdict == "yes" and (found.witness is None or not is_new(old, new, found.witness)):
        yield f"a witness is none: {old} {new} {found.witness}"
    if found.witness is not None:
        yield from (f"nobody is {each}: {old} {new} {found.witness}" for each in contradictions(found.witness))
    if found.verdict == "no":
        requests = small_worlds.requests(chance, new, keys, REQUESTS)
        yield from (f"a wrong no: {old} {new} {each}" for each in requests if is_new(old, new, each))
    for law, before, after in same_or_less(chance, new, keys):
        answer = new_access(before, after)
        if answer.verdict == "yes":
            yield f"{law} widens: {before} {after} {answer.witness}"
        elif answer.verdict == "unknown":
            said[f"unknown: {law}"] += 1


def contradictions(request: Request) -> Iterator[str]:
    """Yield the keys of a request that its caller can't have, or not with that value."""
    derived = derived_keys(request.principal, request.action)
    for key, value in request.context.items():
        there = presence(key, request.principal, request.action)
        if derived.get(key, value) != value or (there == "never" and key not in OF_SOURCES):
            yield f"{request.principal.value} with {key} {value}"


def same_or_less(chance: random.Random, policy: Policy, keys: tuple[str, ...]) -> Iterator[tuple[str, Policy, Policy]]:
    """Yield pairs of which the second allows no more than the first."""
    yield "the same", policy, policy._replace(statements=policy.statements[::-1])
    yield "one statement in pieces", policy, policy._replace(statements=tuple(pieces(policy)))
    deny = small_worlds.a_statement(chance, policy.kind, keys, len(policy.statements))._replace(effect="Deny")
    yield "a further Deny", policy, policy._replace(statements=(*policy.statements, deny))
    for index, statement in enumerate(policy.statements):
        if statement.effect == "Allow" and statement.conditions:
            wider = statement._replace(conditions=statement.conditions[1:])
            statements = (*policy.statements[:index], wider, *policy.statements[index + 1 :])
            yield "a condition more", policy._replace(statements=statements), policy
            break


def pieces(policy: Policy) -> Iterator[Statement]:
    """Yield the statements of a policy, one for each action and resource where they are listed."""
    number = 0
    for statement in policy.statements:
        for action in statement.actions or ("",):
            for resource in statement.resources or ("",):
                yield statement._replace(
                    index=number,
                    actions=statement.actions and (action,),
                    resources=statement.resources and (resource,),
                )
                number += 1


def main() -> None:
    """Ask about as many pairs as are wanted."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--pairs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)  # noqa: S311 - no secrets
    said: Counter[str] = Counter()
    blamed: Counter[str] = Counter()
    count = 0
    start = time.process_time()
    for number in range(options.pairs):
        for text in broken(chance, small_worlds.KINDS[number % len(small_worlds.KINDS)], said, blamed):
            count += 1
            print(text, flush=True)
    print(f"{options.pairs:,} pairs, seed {options.seed}, {time.process_time() - start:.0f} s of CPU: {dict(said)}")
    print(f"unknown {said['unknown'] / options.pairs:.2%}; laws broken: {count}")
    for because, often in blamed.most_common(15):
        print(f"  {often:,} {because}")
    if count:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
