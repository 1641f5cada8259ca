"""Small changes of a trust policy's statement that may shut an outsider out, the smallest first."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from lictor import EditAction, Path
from lictor_plugins.identity_providers import provider_for
from lictor_plugins.reasoning.model import Policy, Principal, Request, Statement, Trusted
from lictor_plugins.reasoning.principals import identify
from lictor_plugins.reasoning.witness import partition_of
from lictor_plugins.reasoning.worlds import MADE_UP_ACCOUNT

_SAMPLES = (
    "your-own-value",
    "repo:your-org/your-repo:ref:refs/heads/main",
    "your-org/your-repo",
    "project_path:your-group/your-project:ref_type:branch:ref:main",
    "organization:your-org:project:your-project:workspace:your-workspace:run_phase:apply",
    "organization:your-org:pipeline:your-pipeline:ref:refs/heads/main:commit:your-commit:step:your-step",
    "account:your-account:pipeline:your-pipeline",
    "owner:your-team:project:your-project:environment:production",
    "pulumi:environments:org:your-org:env:your-environment",
    "mcp:your-org/your-control-plane:provider:provider-aws",
    "credentials:your-team/your-credentials",
    "https://github.com/your-enterprise",
    "https://vercel.com/your-team",
)
"""What a claim that pins the tenant may look like; `your-…` is for people to fill in."""


class Remedy(NamedTuple):
    """One edit in a statement, which `path` (in the normalised policy) leads to, and then `below` it.

    `needs` says what people have to put in, where the edit holds a placeholder.
    """

    description: str
    path: Path
    action: EditAction
    value: Any = None
    below: Path = ()
    needs: str = ""


def remedies(policy: Policy, index: int, raw: Any, witness: Request, trusted: Trusted) -> Iterator[Remedy]:  # noqa: ANN401
    """Yield edits of a statement. `raw` is the statement as it is written, `witness` a request that it lets in."""
    statement = next(each for each in policy.statements if each.index == index)
    path: Path = ("statements", index)
    block = raw.get("Condition") if isinstance(raw, dict) else None
    written = block if isinstance(block, dict) else {}
    own = _own(policy, trusted)
    yield from _sharper_operators(path, written)
    yield from _sharper_values(path, written)
    culprits = [number for number, each in enumerate(statement.principals or ()) if _means(each, witness.principal)]
    for number in culprits:
        edits = (_removal(statement, number, path), _replacement(statement, number, path, own))
        # Where the own accounts are known they stay let in, else those that are named beside the star do.
        yield from (each for each in (edits if not own else edits[::-1]) if each is not None)
        yield from _own_provider(statement, number, path, own)
    for culprit in culprits[:1]:
        yield from _pins(statement, (statement.principals or ())[culprit], path, written)
    if witness.principal.type == "AWS":
        yield from _membership(path, written, trusted, own)
    if len(policy.statements) > 1:
        yield Remedy("remove the statement", path, "remove")


def _own(policy: Policy, trusted: Trusted) -> tuple[str, ...]:
    own = {policy.account, *trusted.own_accounts} - {"", MADE_UP_ACCOUNT}
    return (*sorted(own), *sorted(trusted.accounts - own))


def _means(named: Principal, caller: Principal) -> bool:
    if named.value in ("*", caller.value):
        return named.value != "*" or caller.type == "AWS"
    one, other = identify(named), identify(caller)
    if one.kind == "root":
        return one.account == other.account
    return bool(one.entity_arn) and one.entity_arn == other.entity_arn


def _sharper_operators(path: Path, written: Mapping[str, Any]) -> Iterator[Remedy]:
    """Yield operators that don't hold for an absent key any more, one at a time and then all."""
    renamed = {operator: _sharp(operator) for operator in written}
    changed = {operator: sharp for operator, sharp in renamed.items() if sharp != operator}
    for operator, sharp in changed.items():
        yield Remedy(f"write {sharp} for {operator}", path, "set", _renamed(written, {operator: sharp}), ("Condition",))
    if len(changed) > 1:
        what = " and ".join(f"{sharp} for {operator}" for operator, sharp in changed.items())
        yield Remedy(f"write {what}", path, "set", _renamed(written, changed), ("Condition",))
    for operator in written:
        positive = _sharp(operator).replace("Not", "")
        if "Not" in operator and positive != operator:
            yield Remedy(
                f"write {positive} for {operator}", path, "set", _renamed(written, {operator: positive}), ("Condition",)
            )


def _sharp(operator: str) -> str:
    """Return an operator that wants its key to be there.

    >>> _sharp("ForAllValues:StringLikeIfExists")
    'StringLike'
    """
    plain = operator.removeprefix("ForAllValues:").removesuffix("IfExists")
    return plain or operator


def _renamed(written: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    result: dict[str, Any] = {}
    for operator, keys in written.items():
        name = names.get(operator, operator)
        result[name] = (
            {**result[name], **keys} if isinstance(result.get(name), dict) and isinstance(keys, dict) else keys
        )
    return result


_MANY_VALUES = 20
"""Values of a list up to which it is tried to do without each of them."""


def _sharper_values(path: Path, written: Mapping[str, Any]) -> Iterator[Remedy]:
    """Yield patterns that end at a boundary: `repo:org*` also means another organisation, `repo:org/*` does not."""
    for operator, keys in written.items():
        if "Not" in operator or not isinstance(keys, dict):
            continue
        for key, values in keys.items():
            listed = values if isinstance(values, list) else [values]
            for number, value in enumerate(listed):
                below: Path = ("Condition", operator, key, *((number,) if isinstance(values, list) else ()))
                if value == "unauthenticated" and key.endswith(":amr"):
                    yield Remedy("let in who has signed in, and no guests", path, "set", "authenticated", below)
                if not isinstance(value, str):
                    continue
                if re.search(r"[\w-]\*$", value):
                    # An organization's id is all of the value, and not the beginning of a path.
                    sharper = value[:-1] if key.lower().endswith("orgid") else f"{value[:-1]}/*"
                    yield Remedy(f"write '{sharper}' for '{value}'", path, "set", sharper, below)
                if 1 < len(listed) <= _MANY_VALUES:
                    yield Remedy(f"remove the value '{value}' of {key}", path, "remove", None, below)


def _replacement(statement: Statement, number: int, path: Path, own: Sequence[str]) -> Remedy | None:
    """Return the edit that lets in whole accounts, instead of everybody."""
    principals = statement.principals or ()
    culprit = principals[number]
    if culprit.value != "*" and (culprit.type != "AWS" or not own or len(principals) > 1):
        return None
    needs = "" if own else f"{MADE_UP_ACCOUNT} stands for your own account"
    partition = partition_of([statement])
    roots = [f"arn:{partition}:iam::{account}:root" for account in own or (MADE_UP_ACCOUNT,)]
    value: Any = roots[0] if len(roots) == 1 else roots
    if len(roots) > 1 and _siblings(principals, number) > 1:
        return None
    value = {"AWS": value} if culprit.type == "*" else value
    return Remedy(f"let in {' and '.join(roots)} alone", (*path, "principals", number), "set", value, needs=needs)


def _own_provider(statement: Statement, number: int, path: Path, own: Sequence[str]) -> Iterator[Remedy]:
    """Yield the edit that trusts the provider of that name of an own account, instead of another account's."""
    culprit = (statement.principals or ())[number]
    parts = culprit.value.split(":", 5)
    if culprit.type == "Federated" and len(parts) == 6 and own and parts[4] not in own:  # noqa: PLR2004 - an ARN's parts
        value = ":".join((*parts[:4], own[0], parts[5]))
        needs = f"the provider has to be there in the account {own[0]}"
        yield Remedy(f"let in by {value} alone", (*path, "principals", number), "set", value, needs=needs)


def _removal(statement: Statement, number: int, path: Path) -> Remedy | None:
    """Return the edit that takes a principal out, where others are left."""
    principals = statement.principals or ()
    culprit = principals[number]
    if len(principals) == 1:
        return None
    description = f"remove the principal '{culprit.value}'"
    if _siblings(principals, number) > 1:
        return Remedy(description, (*path, "principals", number), "remove")
    return Remedy(description, path, "remove", None, ("Principal", culprit.type))


def _siblings(principals: Sequence[Principal], number: int) -> int:
    return sum(each.type == principals[number].type for each in principals)


def _pins(statement: Statement, culprit: Principal, path: Path, written: Mapping[str, Any]) -> Iterator[Remedy]:
    """Yield a condition on the claim that says whose token it is."""
    provider = identify(culprit).provider
    row = provider_for(provider) if provider else None
    if culprit.type != "Federated" or row is None:
        return
    host = culprit.value.partition(":oidc-provider/")[2] or culprit.value
    forms = {f"{host}:{claim}": form for claim, form in row.tenant_claims.items()} | dict(row.tenant_keys)
    known = {condition.key for condition in statement.conditions}
    required = {f"{host}:{claim}" for claim in row.required_claims}
    # A value that begins with `name:` is a composed `sub`; one that is any text tells one user, not whose token it is.
    composed = {key for key, form in forms.items() if key.endswith(":sub") and not re.fullmatch(form, _SAMPLES[0])}
    ordered = sorted(
        forms,
        key=lambda key: (
            key not in required,
            key.lower() not in known,
            key not in composed,
            not key.endswith((":aud", ":app_id")),
        ),
    )
    for key in ordered:
        is_composed = key in composed
        fitting = [text for text in _SAMPLES if re.fullmatch(forms[key], text)]
        fitting.sort(key=lambda text: (":" in text) is not is_composed)
        form = row.formats.get(key.removeprefix(f"{host}:"), "")
        sample = next((text for text in fitting if re.fullmatch(form, text)), next(iter(fitting), None))
        if sample is not None:
            yield _with_condition(path, written, "StringEquals", key, sample, "put your own tenant for 'your-…'")


def _membership(path: Path, written: Mapping[str, Any], trusted: Trusted, own: Sequence[str]) -> Iterator[Remedy]:
    if trusted.organizations:
        ids = sorted(trusted.organizations)
        yield _with_condition(path, written, "StringEquals", "aws:PrincipalOrgID", ids[0] if len(ids) == 1 else ids)
    elif own:
        accounts = list(own)
        value = accounts[0] if len(accounts) == 1 else accounts
        yield _with_condition(path, written, "StringEquals", "aws:PrincipalAccount", value)


def _with_condition(
    path: Path, written: Mapping[str, Any], operator: str, key: str, value: str | list[str], needs: str = ""
) -> Remedy:
    """Return the edit that makes a key have a value, whatever is said of the key now."""
    block: dict[str, Any] = {}
    for name, keys in written.items():
        kept = {each: values for each, values in keys.items() if each.lower() != key.lower()}
        if kept:
            block[name] = kept
    block[operator] = {**block.get(operator, {}), key: value}
    shown = value if isinstance(value, str) else " or ".join(value)
    return Remedy(f"let in only when {key} is '{shown}'", path, "set", block, ("Condition",), needs)
