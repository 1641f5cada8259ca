"""The kind `aws.account`: all roles, users, groups and policies that a run knows, put together.

In each document `find_account` gives what is there as one part. `relate_accounts` makes one subject of all parts: who
is in which group, which policy is attached to whom, what a boundary says. ARNs that leave the partition or the account
open, as templates write them, meet those that don't.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from lictor import Document, NamedTuple, Path, Subject
from lictor_plugins.kinds.aws_iam.account_places import AccountPlaces
from lictor_plugins.kinds.aws_iam.find import found_in
from lictor_plugins.kinds.aws_iam.found import ACCOUNT, GROUP, PERMISSION_SET, ROLE, USER, FoundPolicy, FoundRole
from lictor_plugins.kinds.aws_iam.found_values import (
    SourcePath,
    policy_source,
    policy_value,
    principal_source,
    principal_value,
)
from lictor_plugins.kinds.aws_iam.limits import keys_of
from lictor_plugins.kinds.aws_iam.managed_arns import account_of, key_of, same_account
from lictor_plugins.kinds.aws_iam.pod_identities import find_pod_identities
from lictor_plugins.kinds.aws_iam.service_accounts import ServiceAccount, find_service_accounts, is_admitted

_TYPES = {ROLE: "role", USER: "user", GROUP: "group", PERMISSION_SET: "permission-set"}
_OPEN = "${"


class Part(NamedTuple):
    """What one document adds to the account."""

    document: Document
    principals: tuple[FoundRole, ...]
    policies: tuple[FoundPolicy, ...]
    service_accounts: tuple[ServiceAccount, ...] = ()


def relate_accounts(parts: Sequence[Subject]) -> Iterator[Subject]:
    """Yield the account that the parts of a run make together."""
    known = [part.properties["part"] for part in parts]
    if known:
        yield relate(known)


def part_of(part: Part) -> Subject:
    """Return a document's part as the subject that `find` hands on to `relate_accounts`."""
    return Subject(ACCOUNT, part.document, (), {}, part.document.uri, properties={"part": part})


def relate(parts: Sequence[Part]) -> Subject:
    """Put the parts of several documents together."""
    return _Account(parts).subject()


def find_account(document: Document) -> Iterator[Subject]:
    """Yield what a document adds to the account that all documents of a run make."""
    for part in document.parts():
        yield from _find_in(part)


def _find_in(document: Document) -> Iterator[Subject]:
    principals: list[FoundRole] = []
    policies: list[FoundPolicy] = []
    for found in found_in(document):
        if isinstance(found, FoundRole):
            principals.append(found)
        elif found.managed is not None:
            policies.append(found)
    accounts = (*find_service_accounts(document), *find_pod_identities(document))
    part = Part(document, tuple(principals), tuple(policies), accounts)
    if principals or policies or part.service_accounts:
        yield part_of(part)


class _Policy(NamedTuple):
    """A managed policy with its value, and where it is found in the account's value."""

    number: int
    value: dict[str, Any]
    found: FoundPolicy
    document: Document


class _Account:
    """One account being put together; holds what its principals share."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._parts = parts
        self._places = AccountPlaces(parts[0].document)
        self._policies: dict[str, list[_Policy]] = {}
        self._managed_values: list[dict[str, Any]] = []
        self._groups: dict[str, list[tuple[int, dict[str, Any]]]] = {}

    def subject(self) -> Subject:
        """Return the whole."""
        value: dict[str, Any] = {
            "accounts": [],
            "documents": list(dict.fromkeys(part.document.uri for part in self._parts)),
            "principals": [],
            "policies": self._managed(),
            "service_accounts": [],
        }
        for is_declared in (True, False):
            for part in self._parts:
                for found in part.principals:
                    if found.is_declared is is_declared and not self._added(value["principals"], found, part.document):
                        self._principal(value["principals"], found, part.document)
        self._effective(value["principals"])
        self._attachments(value["principals"])
        for part in self._parts:
            for account in part.service_accounts:
                here = ("service_accounts", len(value["service_accounts"]))
                self._places.add(here, part.document, account.source)
                role = self._role_index(value["principals"], account.role_arn, part.document)
                value["service_accounts"].append(self._service_account(here, account, role, value["principals"]))
        named = (each["account"] for each in (*value["principals"], *value["policies"]))
        value["accounts"] = sorted({account for account in named if account and account.isdecimal()})
        first = self._parts[0].document
        return Subject(ACCOUNT, first, (), value, ", ".join(value["accounts"]), place_of=self._places.find)

    def _managed(self) -> list[dict[str, Any]]:
        values = self._managed_values
        for part in self._parts:
            for found in part.policies:
                managed = found.managed
                if managed is None:
                    continue
                here: Path = ("policies", len(values))
                policy = policy_value(found)
                value: dict[str, Any] = {
                    "name": managed.name,
                    "arn": managed.arn,
                    "account": account_of(managed.arn),
                    "is_aws_managed": account_of(managed.arn) == "aws",
                    "policy": policy,
                    "attached_to": [],
                }
                self._places.add(here, part.document, _constant(managed.path))
                self._places.add((*here, "policy"), part.document, policy_source(found))
                entry = _Policy(len(values), policy, found, part.document)
                for key in keys_of(managed):
                    self._policies.setdefault(key, []).append(entry)
                values.append(value)
        return values

    def _policy(self, arn: str | None) -> _Policy | None:
        return next((each for each in self._policies.get(key_of(arn), ()) if _may_be(arn, each.found.managed)), None)

    def _principal(self, into: list[dict[str, Any]], found: FoundRole, document: Document) -> None:
        here: Path = ("principals", len(into))
        own, source = principal_value(found), principal_source(found)
        self._places.add(here, document, source)
        boundary = own.get("permissions_boundary")
        limit = self._policy(boundary)
        value = {
            "type": _TYPES[found.kind],
            "logical_id": found.name,
            **{field: own.get(field) for field in ("name", "arn", "account", "path", "max_session_duration")},
            "trust": own.get("trust"),
            "permissions_boundary": None
            if boundary is None
            else {"arn": boundary, "policy": None if limit is None else limit.value},
            "managed_policies": own["managed_policies"],
            "groups": own.get("groups", []),
            "instance_profiles": own.get("instance_profiles", []),
            "policies": own["policies"],
            "effective": [],
        }
        if limit is not None:
            place = (*here, "permissions_boundary", "policy")
            self._places.add(place, limit.document, policy_source(limit.found))
        into.append(value)
        if found.kind == GROUP and value["name"]:
            self._groups.setdefault(value["name"], []).append((len(into) - 1, value))

    def _added(self, principals: Sequence[dict[str, Any]], found: FoundRole, document: Document) -> bool:
        """Add what is attached to a principal that is only named to the one that another document declares.

        Tell whether nothing is left to do: a role that nobody declares is none of the account's, since whom it trusts
        is not known.
        """
        if found.is_declared:
            return False
        own, source = principal_value(found), principal_source(found)
        for index, known in enumerate(principals):
            if (known["type"], known["name"]) == (_TYPES[found.kind], own["name"]):
                for field in ("managed_policies", "groups", "policies"):
                    for number, entry in enumerate(own.get(field, ())):
                        if _said_in(known[field], entry):
                            continue
                        here = ("principals", index, field, len(known[field]))
                        self._places.add(here, document, _below(source, (field, number)))
                        known[field].append(entry)
                return True
        return found.kind == ROLE

    def _effective(self, principals: list[dict[str, Any]]) -> None:
        """List, for each principal, every policy that it acts under: its own first, then those of its groups."""
        for index, principal in enumerate(principals):
            self._gather(principal, index, principal, index, None)
            for name in principal["groups"]:
                for group_index, group in self._groups.get(name, ()):
                    if same_account(principal["account"], group["account"]):
                        self._gather(principal, index, group, group_index, name)

    def _gather(
        self, into: dict[str, Any], index: int, giver: Mapping[str, Any], giver_index: int, group: str | None
    ) -> None:
        entries: list[dict[str, Any]] = into["effective"]
        for number, inline in enumerate(giver["policies"]):
            self._places.alias(
                ("principals", index, "effective", len(entries)), ("principals", giver_index, "policies", number)
            )
            known = {"source": "inline", "name": inline["name"], "arn": None, "group": group}
            entries.append({**known, "is_aws_managed": False, "policy": inline["policy"]})
        for number, arn in enumerate(giver["managed_policies"]):
            here: Path = ("principals", index, "effective", len(entries))
            self._places.alias(here, ("principals", giver_index, "managed_policies", number))
            found = self._policy(arn)
            if found is not None:
                self._places.alias((*here, "policy"), ("policies", found.number, "policy"))
            name = arn.rpartition("/")[2]
            known = {"source": "managed", "name": name, "arn": arn, "group": group}
            is_aws = account_of(arn) == "aws"
            entries.append({**known, "is_aws_managed": is_aws, "policy": None if found is None else found.value})

    def _attachments(self, principals: list[dict[str, Any]]) -> None:
        """List, for each managed policy, whom it is attached to, whichever side says so."""
        for index, principal in enumerate(principals):
            for number, arn in enumerate(principal["managed_policies"]):
                found = self._policy(arn)
                if found is not None:
                    self._attach(found, principal["type"], principal["name"])
                    last = len(self._managed_values[found.number]["attached_to"]) - 1
                    here = ("policies", found.number, "attached_to", last)
                    self._places.alias(here, ("principals", index, "managed_policies", number))
        for entries in self._policies.values():
            for entry in entries:
                for attachment in entry.found.managed.attached_to if entry.found.managed else ():
                    known = self._managed_values[entry.number]["attached_to"]
                    type_name = _TYPES[attachment.kind]
                    if any(each["type"] == type_name and each["name"] == attachment.name for each in known):
                        continue
                    place = ("policies", entry.number, "attached_to", len(known))
                    self._attach(entry, type_name, attachment.name)
                    self._places.add(place, entry.document, _constant(attachment.place))

    def _attach(self, entry: _Policy, type_name: str, name: str | None) -> None:
        self._managed_values[entry.number]["attached_to"].append({"type": type_name, "name": name})

    def _service_account(
        self, here: Path, account: ServiceAccount, role: int | None, principals: Sequence[Mapping[str, Any]]
    ) -> dict[str, Any]:
        known = account.value()
        trust = None if role is None else principals[role]["trust"]
        self._places.alias((*here, "trust"), ("principals", role or 0, "trust"))
        return {**known, "role": role, "trust": trust, "is_admitted": is_admitted(account, trust)}

    def _role_index(self, principals: Iterable[Mapping[str, Any]], arn: str, document: Document) -> int | None:
        """Return which principal is the role of an ARN, or of a reference in the same template or directory."""
        account, name = account_of(arn), arn.rpartition("/")[2]
        return next(
            (
                index
                for index, principal in enumerate(principals)
                if principal["type"] == "role"
                and same_account(principal["account"], account)
                and (principal["name"] == name or (_OPEN in name and self._is_meant(index, principal, name, document)))
            ),
            None,
        )

    def _is_meant(self, index: int, role: Mapping[str, Any], reference: str, document: Document) -> bool:
        """Tell whether a reference in a document, as `${Builder}`, is to a role."""
        logical, (stands, _) = role["logical_id"], self._places.find(("principals", index))
        if reference == f"${{aws_iam_role.{logical}.arn}}":
            return PurePosixPath(stands.uri).parent == PurePosixPath(document.uri).parent
        return reference == f"${{{logical}}}" and stands.uri == document.uri


def _constant(path: Path) -> SourcePath:
    return lambda _inner: path


def _below(source: SourcePath, start: Path) -> SourcePath:
    return lambda inner: source((*start, *inner))


def _said_in(entries: Iterable[Any], entry: Any) -> bool:  # noqa: ANN401 - an ARN, a name or a policy
    """Tell whether a list has an entry already; ARNs may leave open what the other says."""
    if isinstance(entry, str) and entry.startswith("arn:"):
        account = account_of(entry)
        return any(key_of(each) == key_of(entry) and same_account(account_of(each), account) for each in entries)
    return entry in entries


def _may_be(arn: str | None, managed: Any) -> bool:  # noqa: ANN401 - a Managed or None
    return managed is not None and same_account(account_of(arn), account_of(managed.arn))
