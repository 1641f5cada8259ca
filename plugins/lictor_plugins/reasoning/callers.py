"""Callers that stand for all others: who is named, and for every account or name that patterns tell apart somebody."""

import functools
from collections.abc import Iterable, Iterator, Sequence

from lictor import NamedTuple, lazy_pattern
from lictor_plugins.reasoning.caller_names import NAMES, account_arn, account_part, based, ways_to_name
from lictor_plugins.reasoning.domains import patterns_of
from lictor_plugins.reasoning.globs import tokens
from lictor_plugins.reasoning.keys import provider_of
from lictor_plugins.reasoning.model import WITH_PRINCIPALS, Condition, Principal, Statement
from lictor_plugins.reasoning.partition import Budget, TooManyClassesError, representatives
from lictor_plugins.reasoning.patterns import ACCOUNT, DIGIT, Pattern, Token, compiled, exact, from_tokens
from lictor_plugins.reasoning.principals import ANONYMOUS, PARTITIONS, Identity, hole_tokens, identify
from lictor_plugins.reasoning.rules import Rule
from lictor_plugins.reasoning.symbols import opaque_condition
from lictor_plugins.reasoning.variables import placeholder

_HOLE = lazy_pattern(r"\$\{[^{}]*\}")
NICE_ACCOUNTS = ("999988887777", "888877776666", "777766665555", "666655554444", "555544443333")
_FORMS = {"role": ("iam", "role/"), "user": ("iam", "user/"), "federated-user": ("sts", "federated-user/")}
ARN_KEYS = ("aws:principalarn", "aws:principalaccount", "aws:username", "aws:userid")
"""Keys that follow from who calls, so that conditions on them tell callers apart."""

_KEYS_OF_SESSIONS = frozenset({"aws:principaltype", "aws:userid", "aws:username"})
_OPEN_TO_ANONYMOUS = WITH_PRINCIPALS - {"trust"}
_NICENAMES = {"role": "any-role", "user": "any-user", "federated-user": "any-user"}
_MANY = 3_000
_FOREIGN_PROVIDERS = (
    Principal("Federated", "arn:aws:iam::999988887777:saml-provider/any-provider"),
    Principal("Federated", "arn:aws:iam::999988887777:oidc-provider/any-provider.example.com"),
)


class Callers(NamedTuple):
    """Callers that stand for all; `doubt` says why they may not."""

    principals: tuple[Principal, ...]
    doubt: str = ""


def callers_of(
    must: Sequence[Rule],
    must_not: Sequence[Rule],
    accounts: Iterable[str],
    budget: Budget,
    *,
    has_services: bool = True,
) -> Callers:
    """Return callers for statements, of whom all of `must` may mean them.

    `accounts` are those whose members someone wants told apart, `has_services` tells whether services are asked about.
    """
    rules = [*must, *must_not]
    statements = [rule.statement for rule in rules]
    kinds = {rule.kind for rule in rules}
    everything = [
        principal
        for statement in statements
        for principal in (*(statement.principals or ()), *(statement.not_principals or ()))
    ]
    stated = [principal for principal in everything if not placeholder(principal.value)]
    holes = [principal for principal in everything if placeholder(principal.value)]
    conditions = [
        condition
        for statement in statements
        for condition in statement.conditions
        if condition.key in ARN_KEYS and condition.operator != "Null"
    ]
    keys = {condition.key for statement in statements for condition in statement.conditions}
    limits = [each for rule in must if (each := accounts_named(rule.statement)) is not None]
    try:
        people, steps = _told_apart(
            *(tuple(dict.fromkeys(each)) for each in (stated, holes, conditions)),
            frozenset(accounts),
            frozenset.intersection(*limits) if limits else None,
            not _KEYS_OF_SESSIONS.isdisjoint(keys),
        )
    except TooManyClassesError:
        return Callers((), "the patterns of principals are too entangled")
    budget.take_once(steps, people)
    result = dict.fromkeys(people)
    if not kinds.isdisjoint(WITH_PRINCIPALS):
        for principal in stated:
            if principal.type in ("Service", "Federated") and principal.value != "*":
                result[principal] = None
        if has_services:
            result[Principal("Service", "any-service.amazonaws.com")] = None
        result.update(dict.fromkeys(_filled(holes, keys)))
        is_open = any(each.value == "*" or each in holes for each in everything)
        if "trust" in kinds and (is_open or any(statement.not_principals for statement in statements)):
            result.update(dict.fromkeys(_FOREIGN_PROVIDERS))
            result.update((_FOREIGN_PROVIDERS[0]._replace(value=each), None) for each in _provider_arns(keys))
    if not kinds.isdisjoint(_OPEN_TO_ANONYMOUS):
        result[ANONYMOUS] = None
    if len(result) > _MANY:
        return Callers((), "there are too many sorts of callers to tell apart")
    return Callers(tuple(result))


def accounts_named(statement: Statement) -> frozenset[str] | None:
    """Return the accounts of those callers with an account whom a statement can mean; None if they may be of any.

    >>> sorted(accounts_named(Statement(0, "Allow", principals=(Principal("AWS", "111122223333"),))))
    ['111122223333']
    """
    if statement.principals is None:
        return None
    found: set[str] = set()
    for principal in statement.principals:
        if "${" in principal.value or "*" in principal.value:
            return None
        if principal.type in ("Service", "Federated"):
            continue
        identity = identify(principal)
        if identity.kind == "other":
            # Whom it names nobody can tell.
            return None
        found.add(identity.account)
    return frozenset(found)


def _provider_arns(keys: Iterable[str]) -> list[str]:
    """Return the ARNs of identity providers, in an account of strangers, whose claims conditions ask for."""
    hosts = {provider for provider in map(provider_of, keys) if provider}
    return [f"arn:aws:iam::{NICE_ACCOUNTS[0]}:oidc-provider/{host}" for host in sorted(hosts)]


def _filled(holes: Iterable[Principal], keys: Iterable[str]) -> Iterator[Principal]:
    """Yield services and providers that a template's holes may become, so that they can be asked about."""
    providers = _provider_arns(keys)
    for principal in holes:
        if principal.type == "Service":
            yield principal._replace(value=_HOLE.sub("any-text", principal.value))
        elif principal.type == "Federated":
            yield principal._replace(value=_HOLE.sub("999988887777", principal.value))
            for provider in providers:
                yield principal._replace(value=provider)


@functools.lru_cache(maxsize=1_000)
def _told_apart(
    stated: tuple[Principal, ...],
    holes: tuple[Principal, ...],
    conditions: tuple[Condition, ...],
    accounts: frozenset[str],
    wanted: frozenset[str] | None,
    has_sessions: bool,
) -> tuple[tuple[Principal, ...], int]:
    """Return the callers with an account, and the steps that they took; goals of one question share them.

    `wanted` are the accounts of all of them; None if they may be of any.
    """
    budget = Budget()
    people = _people(stated, holes, conditions, accounts, wanted, budget, has_sessions=has_sessions)
    return tuple(people), budget.taken


def _people(
    stated: Sequence[Principal],
    holes: Sequence[Principal],
    conditions: Sequence[Condition],
    accounts: frozenset[str],
    wanted: frozenset[str] | None,
    budget: Budget,
    *,
    has_sessions: bool,
) -> Iterator[Principal]:
    patterns, of_accounts, of_users, of_ids = (_patterns(conditions, key) for key in ARN_KEYS)
    patterns += [
        from_tokens(hole_tokens(principal.value, placeholder(principal.value)))
        for principal in holes
        if principal.type == "AWS"
    ]
    # Of a principal with a wildcard, which IAM refuses, those are in doubt whom it matches.
    patterns += [
        from_tokens(tokens(each.value))
        for each in stated
        if each.type == "AWS" and each.value.strip("*") and "*" in each.value
    ]
    named = [(principal, identify(principal)) for principal in stated if principal.type == "AWS"]
    known = accounts | {identity.account for _, identity in named if identity.account}
    known |= {pattern.literal for pattern in of_accounts if pattern.literal is not None}
    partitions = _partitions(patterns, named)
    kinds = ["role", "user"]
    if patterns or has_sessions or any(each.kind == "federated-user" for _, each in named):
        kinds.append("federated-user")
    forms = [(partition, kind) for partition in partitions for kind in kinds]
    if wanted is not None:
        named = [(principal, identity) for principal, identity in named if identity.account in wanted]
    for account in (
        sorted(wanted) if wanted is not None else _accounts(patterns, of_accounts, of_ids, known, forms, budget)
    ):
        for partition, kind in forms:
            prefix = _prefix(partition, kind, account)
            told = [*patterns, *_told_by_name(prefix, kind, account, of_users, of_ids)]
            told += [
                exact(text)
                for each, identity in named
                if identity.account == account
                for text in (each.value, identity.entity_arn)
            ]
            budget.take(10 * len(told))
            yield from _of_kind(prefix, kind, told, budget)
        for partition in partitions:
            yield Principal("AWS", f"arn:{partition}:iam::{account}:root")
    yield from _sessions(named)


def _sessions(named: Iterable[tuple[Principal, Identity]]) -> Iterator[Principal]:
    """Yield the sessions that statements name, and another of each role."""
    for principal, identity in named:
        if identity.kind in ("role-session", "federated-user"):
            yield principal
        if identity.kind == "role-session":
            yield Principal("AWS", f"{principal.value}-other")


def _accounts(
    patterns: Sequence[Pattern],
    of_accounts: Sequence[Pattern],
    of_ids: Sequence[Pattern],
    known: frozenset[str],
    forms: Iterable[tuple[str, str]],
    budget: Budget,
) -> Iterable[str]:
    """Return accounts that stand for all: those that are known, and one for each way to tell others apart."""
    parts = [part for part in map(account_part, patterns) if part is not None]
    told = [*of_accounts, *parts, *map(exact, sorted(known)), *of_ids]
    found = dict.fromkeys(_nice(account, known, told) for account in representatives(ACCOUNT, told, budget=budget))
    if of_ids:
        # A federated user's id is its account, a colon and a name.
        before = [compiled((*pattern.tokens, Token(":"), Token(is_star=True))) for pattern in told]
        base = compiled((*ACCOUNT.tokens, Token(":"), *NAMES))
        found.update(dict.fromkeys(text[:12] for text in representatives(base, [*of_ids, *before], budget=budget)))
    if len(parts) < len(patterns):
        # A pattern whose star may cross into the account: accounts and names are told apart together.
        embedded = [account_arn(part) for part in told]
        for partition, kind in forms:
            start, _, form = _prefix(partition, kind, " ").partition(" ")
            for names in ways_to_name(kind, patterns):
                base = based(start, (DIGIT,) * 12, form, names)
                texts = representatives(base, [*patterns, *embedded], budget=budget)
                found.update(dict.fromkeys(text.split(":")[4] for text in texts))
    return found


def _prefix(partition: str, kind: str, account: str) -> str:
    service, form = _FORMS[kind]
    return f"arn:{partition}:{service}::{account}:{form}"


def _of_kind(prefix: str, kind: str, told: Sequence[Pattern], budget: Budget) -> Iterator[Principal]:
    nice = prefix + _NICENAMES[kind]
    # What begins in another way says nothing of these.
    told = [each for each in told if each.prefix.startswith(prefix) or prefix.startswith(each.prefix)]
    if not told:
        yield Principal("AWS", nice)
        return
    # A name doesn't end with a slash, which only another class of texts can say.
    path = based(prefix, (Token(is_star=True), Token("/")))
    plainest = {tuple(pattern.matches(nice) for pattern in told): nice}
    texts = [
        text
        for names in ways_to_name(kind, told)
        for text in representatives(based(prefix, names), [*told, path], budget=budget)
        if not text.endswith("/")
    ]
    marks = [tuple(pattern.matches(text) for pattern in told) for text in texts]
    for mark, text in zip(marks, texts, strict=True):
        plainest.setdefault(mark, text)
    for mark in dict.fromkeys(marks) or plainest:
        yield Principal("AWS", plainest[mark])


def _patterns(conditions: Iterable[Condition], key: str) -> list[Pattern]:
    """Return the patterns that a key is compared with; a policy variable in them may stand for any text."""
    return [
        pattern
        for condition in conditions
        if condition.key == key
        for pattern in patterns_of(opaque_condition(condition), {}, has_variables=True)
    ]


def _told_by_name(
    prefix: str, kind: str, account: str, of_users: Sequence[Pattern], of_ids: Sequence[Pattern]
) -> Iterator[Pattern]:
    if kind == "user":
        yield from _user_arns(prefix, of_users)
    elif kind == "federated-user":
        for pattern in of_ids:
            yield from (based(prefix, rest.tokens) for rest in pattern.after(f"{account}:"))


def _user_arns(prefix: str, patterns: Iterable[Pattern]) -> Iterator[Pattern]:
    """Yield patterns of ARNs of the users with such names, with and without a path."""
    for pattern in patterns:
        yield based(prefix, pattern.tokens)
        yield based(prefix, (Token(is_star=True), Token("/")), pattern.tokens)


def _nice(account: str, known: frozenset[str], patterns: Sequence[Pattern]) -> str:
    if account in known:
        return account
    mark = [pattern.matches(account) for pattern in patterns]
    for nice in NICE_ACCOUNTS:
        if nice not in known and [pattern.matches(nice) for pattern in patterns] == mark:
            return nice
    return account


def _partitions(patterns: Sequence[Pattern], identities: Iterable[tuple[Principal, object]]) -> list[str]:
    """Return the partitions of callers.

    IAM user guide, "IAM identifiers", read 2026-11: access can't be delegated between partitions. So a policy whose
    ARNs are all of some partitions is one of these; else those are told apart that patterns tell apart.
    """
    texts = [pattern.prefix for pattern in patterns] + [principal.value for principal, _ in identities]
    named = [text.split(":")[1] for text in texts if text.startswith("arn:") and text.count(":") > 1]
    found = set(named)
    if found and len(named) >= len(patterns) + sum(principal.value.startswith("arn:") for principal, _ in identities):
        return sorted(found)
    told: dict[tuple[tuple[Pattern, ...], ...], str] = {}
    for partition in ("aws", *sorted(found - {"aws"}), *PARTITIONS):
        # Partitions after which the patterns ask for the same are told apart by none of them.
        rest = tuple(tuple(pattern.after(f"arn:{partition}:")) for pattern in patterns)
        if partition in found or partition == "aws":
            rest = (*rest, (exact(partition),))
            told.setdefault(rest[:-1], partition)
        told.setdefault(rest, partition)
    return list(dict.fromkeys(told.values()))
