"""Edges by which a principal takes another one over: new credentials, a new trust policy, a machine that runs as it."""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence

from lictor_plugins.access_graph.calls import about, both, edge_of, only_denies, treats_all_alike
from lictor_plugins.access_graph.granting import Call, Grant, bears, granted
from lictor_plugins.access_graph.inventory import Actor, Inventory
from lictor_plugins.access_graph.model import ADMINISTRATOR, Edge, Evidence, Node
from lictor_plugins.access_graph.sides import Side
from lictor_plugins.functions.grants import NAMES

_ASSUME = "sts:AssumeRole"

# Service authorization reference, "Actions, resources, and condition keys for AWS Identity and Access Management
# (IAM)", read 2026-11: what gives credentials of a user, and what lets somebody else assume a role.
_OF_USERS = ("iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:UpdateLoginProfile")
_TRUST = "iam:UpdateAssumeRolePolicy"
_GIVING = ("iam:AttachRolePolicy", "iam:PutRolePolicy")

# Calls that run the caller's code, or show credentials, where a role is at work already; without iam:PassRole.
_AT_WORK: Mapping[str, tuple[str, ...]] = {
    "lambda.amazonaws.com": ("lambda:UpdateFunctionCode",),
    "ec2.amazonaws.com": ("ssm:SendCommand", "ssm:StartSession"),
    "ecs-tasks.amazonaws.com": ("ecs:ExecuteCommand",),
    "codebuild.amazonaws.com": ("codebuild:StartBuild",),
    "cloudformation.amazonaws.com": ("cloudformation:UpdateStack",),
    "glue.amazonaws.com": ("glue:UpdateDevEndpoint",),
    "sagemaker.amazonaws.com": ("sagemaker:CreatePresignedNotebookInstanceUrl",),
}
_WHICH = "whether something that the caller may use so runs with this role is not in the documents"


_MANY = 20
"""Targets that are told one by one; more of them, of which none is spared, are one node that stands for all."""


def takings(inventory: Inventory, edges: Sequence[Edge], nodes: dict[str, Node]) -> Iterator[Edge]:
    """Yield the edges of those who are no administrators yet; these can become anyone, which one edge says.

    Policies that are not in the documents make no edges: they would lead from everybody to everybody. Nodes that stand
    for many are added to `nodes`.
    """
    able = {edge.source for edge in edges if edge.kind == "administrator" and edge.certainty == "always"}
    passed = {(edge.source, edge.target) for edge in edges if edge.kind == "pass-role" and edge.certainty == "always"}
    assumed = [edge for edge in edges if edge.kind == "assume-role" and edge.target not in able]
    actors = [actor for actor in inventory.actors if actor.id not in able]
    crowds = _Crowds(nodes)
    yield from _of_users(actors, inventory, crowds)
    yield from _of_roles(actors, inventory, crowds)
    yield from _at_work(actors, inventory, passed, crowds)
    yield from crowds.edges
    yield from _giving(actors, inventory, assumed)


class _Crowds:
    """Nodes that stand for many principals, each made when the first edge leads there."""

    def __init__(self, nodes: dict[str, Node]) -> None:
        self._nodes = nodes
        self.edges: list[Edge] = []

    def of(self, label: str, account: str, members: Iterable[Actor]) -> str:
        """Return the id of the node for these principals of an account."""
        key = f"{label} {account}"
        if key not in self._nodes:
            self._nodes[key] = Node(key, "crowd", f"{label} of account {account}", account)
            for each in members:
                evidence = (Evidence(each.path, "is one of them"),)
                self.edges.append(Edge(key, each.id, "take-over", "always", "", evidence))
        return key


def _of_users(actors: Iterable[Actor], inventory: Inventory, crowds: _Crowds) -> Iterator[Edge]:
    """Yield the edges to users for whom a principal may make credentials; of several calls the surest."""
    users = _by_account(each for each in inventory.actors if each.kind == "user")
    for actor in actors:
        sure: set[str] = set()
        for action in _OF_USERS:
            for edge in _reaching(about(actor, action), action, users.get(actor.account, ()), crowds, "every user"):
                if edge.target not in sure:
                    yield edge
                if edge.certainty == "always":
                    sure.add(edge.target)


def _by_account(actors: Iterable[Actor]) -> Mapping[str, list[Actor]]:
    found: dict[str, list[Actor]] = {}
    for actor in actors:
        found.setdefault(actor.account, []).append(actor)
    return found


def _reaching(caller: Actor, action: str, members: Sequence[Actor], crowds: _Crowds, label: str) -> Iterator[Edge]:
    """Yield the edges by which a principal, left with what is about an action, calls it on others of its account."""
    if not members or not caller.identity.allows:
        return
    if len(members) > _MANY and not any(side.denies for side in caller.limits()):
        whole = granted(Call(caller.principal, action, _anybody(members[0]), caller.account), caller.limits())
        if whole is not None:
            yield edge_of(caller.id, crowds.of(label, caller.account, members), whole, "take-over", action)
            return
    is_uniform = treats_all_alike(caller)
    grant: Grant | None = None
    for number, member in enumerate(members):
        if number == 0 or not is_uniform:
            grant = granted(Call(caller.principal, action, member.id, caller.account), caller.limits())
        if grant is not None and member.id != caller.id:
            yield edge_of(caller.id, member.id, grant, "take-over", action)


def _anybody(member: Actor) -> str:
    """Return the ARN of a principal of the same kind and account whose name nobody guesses."""
    return f"arn:{member.id.split(':')[1]}:iam::{member.account}:{NAMES[member.kind]}"


def _of_roles(actors: Iterable[Actor], inventory: Inventory, crowds: _Crowds) -> Iterator[Edge]:
    """Yield the edges to roles whose trust policy a principal may write, so that it names the principal."""
    roles = _by_account(
        each for each in inventory.actors if each.trust is not None and "/aws-service-role/" not in each.id
    )
    for actor in actors:
        writer, caller = about(actor, _TRUST), about(actor, _ASSUME)
        theirs = roles.get(actor.account, [])
        for edge in _reaching(writer, _TRUST, theirs, crowds, "every role"):
            named = edge.target if edge.target.startswith("arn:") else _anybody(theirs[0])
            then = granted(Call(actor.principal, _ASSUME, named, actor.account), _once_named(caller, theirs[0]))
            if then is not None:
                whole = both(Grant(edge.certainty, edge.condition, edge.because), then)
                yield edge._replace(certainty=whole.certainty, condition=whole.condition, because=whole.because)


def _once_named(actor: Actor, role: Actor) -> list[Side]:
    """Return what has to allow, and what may deny, that a principal assumes a role that names it."""
    limits = [actor.boundary] if actor.boundary is not None and actor.kind != "user" else []
    denies = only_denies(actor, with_boundary=not limits)
    return [*limits, *denies, *actor.scps, *role.rcps_for(actor)]


def _at_work(
    actors: Iterable[Actor], inventory: Inventory, passed: set[tuple[str, str]], crowds: _Crowds
) -> Iterator[Edge]:
    """Yield the edges to roles with which something runs that a principal may change or enter; which is not known."""
    for service, actions in _AT_WORK.items():
        working = _by_account(each for each in inventory.actors if _works_for(each, service))
        for actor, action in itertools.product(actors if working else (), actions):
            caller = about(actor, action)
            grant = granted(Call(actor.principal, action, account=actor.account), caller.limits())
            if grant is None or not caller.identity.allows:
                continue
            grant = Grant("unknown", grant.condition, grant.because or _WHICH, grant.statements)
            theirs = working.get(actor.account, [])
            label = f"every role that {service} runs with"
            if len(theirs) > _MANY:
                yield edge_of(actor.id, crowds.of(label, actor.account, theirs), grant, "take-over", action, service)
                continue
            for role in theirs:
                if role.id != actor.id and (actor.id, role.id) not in passed:
                    yield edge_of(actor.id, role.id, grant, "take-over", action, service)


def _works_for(role: Actor, service: str) -> bool:
    return "/aws-service-role/" not in role.id and any(
        principal.type == "Service" and principal.value == service and bears(part, _ASSUME)
        for part in role.trust_side.allows
        for principal in part.rule.statement.principals or ()
    )


def _giving(actors: Iterable[Actor], inventory: Inventory, assumed: Iterable[Edge]) -> Iterator[Edge]:
    """Yield the edges to administrator rights of those who may give them to a role that they can assume."""
    known, able = {actor.id: actor for actor in inventory.actors}, {actor.id: actor for actor in actors}
    for edge in assumed:
        actor, role = able.get(edge.source), known.get(edge.target)
        if actor is None or role is None or role.account != actor.account:
            continue
        for action in _GIVING:
            caller = about(actor, action)
            grant = granted(Call(actor.principal, action, role.id, actor.account), caller.limits())
            if grant is None or not caller.identity.allows:
                continue
            whole = both(grant, Grant(edge.certainty, edge.condition, edge.because))
            if role.boundary is not None:
                whole = whole._replace(certainty="unknown", because=whole.because or _BOUNDED)
            yield edge_of(actor.id, ADMINISTRATOR, whole, "escalation", action)
            break


_BOUNDED = "the permissions boundary of the role that it can assume limits what it can give that role"
