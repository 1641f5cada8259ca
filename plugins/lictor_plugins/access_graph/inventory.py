"""The principals of an account, with the policies that bear on them ready for reasoning."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from lictor import EMPTY, Path, Subject
from lictor_plugins.access_graph.model import NodeKind
from lictor_plugins.access_graph.naming import Naming
from lictor_plugins.access_graph.organization import NO_ORGANIZATION, Organization, levels, only_denying
from lictor_plugins.access_graph.sides import Side, side_of, together
from lictor_plugins.reasoning.model import Policy, PolicyKind, Principal, Statement
from lictor_plugins.reasoning.principals import SERVICE_LINKED
from lictor_plugins.reasoning.reading import policy_from
from lictor_plugins.reasoning.worlds import MADE_UP_ACCOUNT, settled

_ACCOUNT = re.compile(r"\d{12}", re.ASCII)
_AWS_MANAGED = "arn:aws:iam::aws:policy/"

AWS_POLICY = "AWS's policy"
"""How doubts begin that are about one of AWS's own policies."""

# What these say (AWS managed policy reference, read 2026-11): documents name them more often than they hold them.
_WELL_KNOWN: Mapping[str, tuple[Statement, ...]] = {
    "AdministratorAccess": (Statement(0, "Allow", actions=("*",), resources=("*",)),),
    "IAMFullAccess": (Statement(0, "Allow", actions=("iam:*",), resources=("*",)),),
    "PowerUserAccess": (
        Statement(0, "Allow", not_actions=("iam:*", "organizations:*", "account:*"), resources=("*",)),
        Statement(1, "Allow", actions=("iam:ListRoles", "organizations:DescribeOrganization"), resources=("*",)),
    ),
}

# These allow no write to IAM, no iam:PassRole and no sts:AssumeRole (AWS managed policy reference, read 2026-11).
_HARMLESS = frozenset(
    {
        "AmazonDynamoDBReadOnlyAccess",
        "AmazonEC2ContainerRegistryReadOnly",
        "AmazonEC2ReadOnlyAccess",
        "AmazonEKSWorkerNodePolicy",
        "AmazonEKS_CNI_Policy",
        "AmazonS3FullAccess",
        "AmazonS3ReadOnlyAccess",
        "AmazonSSMManagedInstanceCore",
        "AmazonSQSFullAccess",
        "AmazonSNSFullAccess",
        "AWSXRayDaemonWriteAccess",
        "CloudWatchAgentServerPolicy",
        "CloudWatchReadOnlyAccess",
        "IAMReadOnlyAccess",
        "ReadOnlyAccess",
        "SecurityAudit",
        "job-function/ViewOnlyAccess",
        "service-role/AWSLambdaBasicExecutionRole",
        "service-role/AWSLambdaDynamoDBExecutionRole",
        "service-role/AWSLambdaKinesisExecutionRole",
        "service-role/AWSLambdaSQSQueueExecutionRole",
        "service-role/AWSLambdaVPCAccessExecutionRole",
        "service-role/AmazonECSTaskExecutionRolePolicy",
    }
)


class Actor(NamedTuple):
    """A principal of the inventory. `boundary` is None where it has none."""

    id: str
    number: int
    kind: NodeKind
    name: str
    account: str
    principal: Principal
    identity: Side
    boundary: Side | None
    trust: Policy | None
    trust_side: Side
    value: Mapping[str, Any]
    scps: tuple[Side, ...] = ()
    rcps: tuple[Side, ...] = ()

    def limits(self) -> list[Side]:
        """Return what has to allow what the principal does by its own policies: these, boundary and organization."""
        return [self.identity, *((self.boundary,) if self.boundary is not None else ()), *self.scps]

    def rcps_for(self, caller: "Actor") -> tuple[Side, ...]:
        """Return the resource control policies that bear on who assumes this role: not on a service-linked role."""
        return () if SERVICE_LINKED in caller.id else self.rcps

    @property
    def path(self) -> Path:
        """Return where it stands in the account's value."""
        return ("principals", self.number)


class Group(NamedTuple):
    """A group of users: its ARN, and what it lets its members do."""

    arn: str
    side: Side


class Inventory(NamedTuple):
    """Everyone of an account; `own` are the accounts that are the user's own, `groups` by account and name."""

    actors: tuple[Actor, ...]
    own: frozenset[str]
    subject: Subject
    groups: Mapping[tuple[str, str], Group] = EMPTY

    def by_arn(self) -> Mapping[str, Actor]:
        """Return the principals by ARN."""
        return {actor.principal.value: actor for actor in self.actors}


def read_inventory(
    subject: Subject, own_accounts: Sequence[str] = (), organization: Organization = NO_ORGANIZATION
) -> Inventory:
    """Make the policies of all principals of an account ready.

    Where a template leaves its account open it is the first of `own_accounts`, else a made-up one.
    """
    return _Reader(subject, own_accounts, organization).inventory()


def shown(text: str) -> str:
    """Return a text without the account that was made up for it.

    >>> shown("arn:aws:iam::123456789012:role/ci")
    'arn:aws:iam::${AWS::AccountId}:role/ci'
    """
    return text.replace(MADE_UP_ACCOUNT, "${AWS::AccountId}")


class _Reader:
    """One reading: what all principals share."""

    def __init__(self, subject: Subject, own_accounts: Sequence[str], organization: Organization) -> None:
        self._subject = subject
        self._organization = organization
        self._scps = levels(organization.scps)
        self._rcps = only_denying(organization.rcps)
        value = subject.value
        named = [account for account in value["accounts"] if _ACCOUNT.fullmatch(account)]
        known = [*dict.fromkeys([*own_accounts, *named])]
        # Some other account than the made-up one would be a lie where a document does use that number.
        self._default = known[0] if len(known) == 1 or own_accounts else MADE_UP_ACCOUNT
        self._own = frozenset(known) | {self._default}
        self._policies: dict[tuple[int, str, str], Policy] = {}
        self._naming = Naming(subject, self._account)

    def inventory(self) -> Inventory:
        principals = self._subject.value["principals"]
        actors = tuple(self._actor(index, value) for index, value in enumerate(principals) if value["type"] != "group")
        groups = {
            (self._account(value), value["name"]): Group(
                self._naming.arns[index], together(self._identity(("principals", index), value, self._account(value)))
            )
            for index, value in enumerate(principals)
            if value["type"] == "group"
        }
        return Inventory(actors, self._own, self._subject, groups)

    def _account(self, value: Mapping[str, Any]) -> str:
        account = value["account"] or ""
        return account if _ACCOUNT.fullmatch(account) else self._default

    def _actor(self, index: int, value: Mapping[str, Any]) -> Actor:
        arn, account = self._naming.arns[index], self._account(value)
        here: Path = ("principals", index)
        trust = None
        if value["trust"] is not None:
            trust = self._policy(value["trust"], "trust", account, (*here, "trust"))._replace(arn=arn)
        return Actor(
            id=arn,
            number=index,
            kind=value["type"],
            name=arn.rpartition("/")[2],
            account=account,
            principal=Principal("AWS", arn),
            identity=together(self._identity(here, value, account)),
            boundary=self._boundary(here, value, account),
            trust=trust,
            trust_side=Side() if trust is None else side_of(trust, (*here, "trust")),
            value=value,
            scps=() if SERVICE_LINKED in arn or account in self._organization.management else self._scps,
            rcps=() if account in self._organization.management else self._rcps,
        )

    def _identity(self, here: Path, value: Mapping[str, Any], account: str) -> Iterator[Side]:
        for number, entry in enumerate(value["effective"]):
            place: Path = (*here, "effective", number)
            if entry["policy"] is not None:
                inside = (*place, "policy")
                yield side_of(self._policy(entry["policy"], "identity", account, inside), inside)
                continue
            arn = entry["arn"] or ""
            known = _well_known(arn)
            whose = AWS_POLICY if arn.startswith(_AWS_MANAGED) else "the policy"
            doubts = () if known is not None else (f"{whose} '{entry['name']}' is not in the documents",)
            yield side_of(Policy("identity", known or (), account, doubts=doubts), place, has_places=False)

    def _boundary(self, here: Path, value: Mapping[str, Any], account: str) -> Side | None:
        boundary = value["permissions_boundary"]
        if boundary is None:
            return None
        if boundary["policy"] is not None:
            inside = (*here, "permissions_boundary", "policy")
            return side_of(self._policy(boundary["policy"], "boundary", account, inside), inside)
        known = _well_known(boundary["arn"])
        doubts = () if known is not None else (f"the permissions boundary '{boundary['arn']}' is not in the documents",)
        place: Path = (*here, "permissions_boundary")
        return side_of(Policy("boundary", known or (), account, doubts=doubts), place, has_places=False)

    def _policy(self, value: Mapping[str, Any], kind: PolicyKind, account: str, place: Path) -> Policy:
        # A managed policy of many principals is one value.
        key = (id(value), kind, account)
        if key not in self._policies:
            read = policy_from(self._filled(value, place), kind, account=account, partition="aws")
            self._policies[key] = settled(read, account)
        return self._policies[key]

    def _filled(self, value: Mapping[str, Any], place: Path) -> Mapping[str, Any]:
        if not self._naming.may_change(value["statements"]):
            return value
        return {
            **value,
            "statements": [self._filled_statement(each, place) for each in value["statements"]],
            "unresolved": [
                each for each in value["unresolved"] if self._naming.text(each["text"], place) == each["text"]
            ],
        }

    def _filled_statement(self, statement: Mapping[str, Any], place: Path) -> Mapping[str, Any]:
        filled = dict(statement)
        for field in ("resources", "not_resources"):
            filled[field] = [self._naming.text(text, place) for text in statement[field]]
        for field in ("principals", "not_principals"):
            filled[field] = [self._filled_principal(each, place) for each in statement[field]]
        filled["conditions"] = [
            {**each, "values": [self._naming.text(text, place) for text in each["values"]]}
            for each in statement["conditions"]
        ]
        return filled

    def _filled_principal(self, principal: Mapping[str, Any], place: Path) -> Mapping[str, Any]:
        text = self._naming.text(principal["value"], place)
        if text == principal["value"]:
            return principal
        # What is left open in the text is seen there by whoever reads the policy.
        return {**principal, "value": text, "is_unresolved": False}


def _well_known(arn: str) -> tuple[Statement, ...] | None:
    if not arn.startswith(_AWS_MANAGED):
        return None
    name = arn.removeprefix(_AWS_MANAGED)
    return () if name in _HARMLESS else _WELL_KNOWN.get(name)
