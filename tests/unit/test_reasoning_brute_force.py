"""The answers beside the requests of small worlds, in which conditions meet more often than at random."""

import os
import random

from small_worlds import KINDS, OWN, a_policy, changed, requests, some_keys

from lictor_plugins.reasoning.evaluation import decide, outcome_of
from lictor_plugins.reasoning.model import Policy, PolicyKind, Request
from lictor_plugins.reasoning.model import Trusted as Insiders
from lictor_plugins.reasoning.principals import ANONYMOUS, identify
from lictor_plugins.reasoning.proofs import DIFFER
from lictor_plugins.reasoning.questions import is_satisfiable, new_access, outside_access

PAIRS = int(os.environ.get("LICTOR_REASONING_PAIRS", "10000")) // 3
SEED = int(os.environ.get("LICTOR_REASONING_SEED", "1"))
REQUESTS = 25


def outcome(policy: Policy, request: Request) -> str:
    return decide([policy], request).outcome


def is_new(old: Policy, new: Policy, request: Request) -> bool:
    return outcome(new, request) == "allow" and outcome(old, request) in ("explicit_deny", "implicit_deny")


def test_a_change_that_widens_in_a_small_world_is_never_called_safe() -> None:
    chance = random.Random(SEED)  # noqa: S311 - no secrets
    verdicts = dict.fromkeys(("yes", "no", "unknown"), 0)
    for number in range(PAIRS):
        kind = KINDS[number % len(KINDS)]
        keys = some_keys(chance, kind)
        old = a_policy(chance, kind, keys)
        new = changed(chance, old, keys)
        answer = new_access(old, new)
        verdicts[answer.verdict] += 1
        assert answer.because != DIFFER, (old, new)
        if answer.verdict == "yes":
            assert is_new(old, new, answer.witness), (old, new, answer)
        if answer.verdict == "no":
            for request in requests(chance, new, keys, REQUESTS):
                assert not is_new(old, new, request), (old, new, request)
    assert min(verdicts["yes"], verdicts["no"]) > PAIRS / 10


def test_an_outsider_of_a_small_world_who_gets_in_is_never_overlooked() -> None:
    chance = random.Random(SEED)  # noqa: S311 - no secrets
    for number in range(PAIRS // 2):
        kind: PolicyKind = "resource" if number % 2 else "trust"
        keys = some_keys(chance, kind)
        policy = a_policy(chance, kind, keys)
        answer = outside_access(policy, Insiders(frozenset({OWN}), frozenset(), frozenset({"o-aaaaaaaaaa"})))
        assert answer.because != DIFFER, policy
        if answer.verdict == "yes":
            assert outcome(policy, answer.witness) == "allow"
            assert is_outside(answer.witness) or answer.witness.principal.type == "Federated", (policy, answer)
        if answer.verdict == "no":
            for request in requests(chance, policy, keys, REQUESTS):
                is_call = kind != "trust" or request.action.startswith("sts:AssumeRole")
                if is_call and is_outside(request):
                    assert outcome(policy, request) != "allow", (policy, request)


def is_outside(request: Request) -> bool:
    if request.principal == ANONYMOUS:
        return True
    is_member = request.context.get("aws:principalorgid") == "o-aaaaaaaaaa" or any(
        path.startswith("o-aaaaaaaaaa/") for path in request.context.get("aws:principalorgpaths", ())
    )
    return identify(request.principal).account not in ("", OWN) and not is_member


def test_a_statement_that_applies_in_a_small_world_is_never_called_dead() -> None:
    chance = random.Random(SEED)  # noqa: S311 - no secrets
    for number in range(PAIRS // 4):
        kind = KINDS[number % len(KINDS)]
        keys = some_keys(chance, kind)
        policy = a_policy(chance, kind, keys)
        answer = is_satisfiable(policy, 0)
        assert answer.because != DIFFER, policy
        alone = policy._replace(statements=policy.statements[:1])
        applying = "allow" if alone.statements[0].effect == "Allow" else "explicit_deny"
        if answer.verdict == "yes":
            assert outcome(alone, answer.witness) == applying, (alone, answer)
        if answer.verdict == "no":
            for request in requests(chance, policy, keys, REQUESTS):
                assert outcome(alone, request) != applying, (alone, request)


def test_an_outcome_without_reasons_is_the_one_that_is_decided() -> None:
    chance = random.Random(SEED)  # noqa: S311 - no secrets
    seen = set()
    for number in range(PAIRS // 8):
        kind = KINDS[number % len(KINDS)]
        keys = some_keys(chance, kind)
        policy = a_policy(chance, kind, keys)
        for request in requests(chance, policy, keys, 5):
            seen.add(outcome(policy, request))
            assert outcome_of(policy, request) == outcome(policy, request), (policy, request)
    assert seen == {"allow", "explicit_deny", "implicit_deny", "unknown"}
