"""`lictor decide`: one request, the policies that bear on it, and which statements decide."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import click

from lictor import Document, LictorError, Location, Problem, describe_problems, dump_json, escape_terminal
from lictor_plugins.commands.policy_files import KIND_NAMES, Deployment, FoundPolicy, read_policies, read_strictly
from lictor_plugins.reasoning.assuming import Policies, decide_request
from lictor_plugins.reasoning.evaluation import decide, full_context
from lictor_plugins.reasoning.model import ContextValue, Decision, PolicyKind, Reason, Request
from lictor_plugins.reasoning.principals import identify
from lictor_plugins.reasoning.requests import read_request

_EXIT_CODES = {"allow": 0, "explicit_deny": 1, "implicit_deny": 1, "unknown": 3}
_EXIT_INPUT = 2
_EXIT_UNREADABLE = 3
_WORDS = {
    "allow": "allow",
    "explicit_deny": "deny (explicit)",
    "implicit_deny": "deny (implicit)",
    "unknown": "unknown",
}
_OPTIONS: Mapping[str, PolicyKind] = {
    "identity": "identity",
    "boundaries": "boundary",
    "scps": "scp",
    "rcps": "rcp",
    "sessions": "session",
    "endpoints": "endpoint",
}
_OF_RESOURCE: frozenset[PolicyKind] = frozenset({"trust", "resource", "rcp"})


class _Answer(NamedTuple):
    """The decision, with the policies in the order in which its reasons count them."""

    decision: Decision
    policies: tuple[FoundPolicy, ...]


@click.command("decide")
@click.argument("request_file", metavar="REQUEST")
@click.option("--policy", metavar="FILE", help="Decide by this one policy alone, of whatever kind.")
@click.option("--trust", metavar="FILE", help="The role's trust policy.")
@click.option("--identity", multiple=True, metavar="FILE", help="A policy of the caller; may be repeated.")
@click.option(
    "--boundary",
    "boundaries",
    multiple=True,
    metavar="FILE",
    help="The caller's permissions boundary; may be repeated.",
)
@click.option(
    "--session", "sessions", multiple=True, metavar="FILE", help="A session policy of the caller; may be repeated."
)
@click.option("--resource-policy", metavar="FILE", help="The policy of the bucket, key, topic, queue, secret, ….")
@click.option(
    "--scp",
    "scps",
    multiple=True,
    metavar="FILE",
    help="A service control policy of the caller's account; may be repeated.",
)
@click.option(
    "--rcp",
    "rcps",
    multiple=True,
    metavar="FILE",
    help="A resource control policy of the account of the role or resource; may be repeated.",
)
@click.option(
    "--endpoint",
    "endpoints",
    multiple=True,
    metavar="FILE",
    help="The policy of a VPC endpoint that the call passes; may be repeated.",
)
@click.option("--account", default="", metavar="ID", help="The account of the role or resource, if no ARN says it.")
@click.option("-o", "--output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(request_file: str, output: str, **options: Any) -> int:
    """Decide whether AWS policies allow one request, and say which statements decide.

    REQUEST is a JSON or YAML file: {"principal": {"AWS": ARN}, "action": "sts:AssumeRole", "resource": ARN, "context":
    {KEY: VALUE}}. FILE is any file that lictor finds policies in; FILE#NAME is the policy of one role or of one name in
    it. One of them may be - for the standard input.

    Exit codes: 0 allow; 1 deny; 2 the input is wrong; 3 unknown, or something can't be read.
    """
    root = Path.cwd()
    _check_options(request_file, options)
    try:
        request = _request(request_file, root)
        answer = _answer(request, options, root)
    except LictorError as error:
        click.echo(describe_problems(error.problems, root), err=True)
        is_usage = all(problem.phase == "usage" for problem in error.problems)
        return _EXIT_INPUT if is_usage else _EXIT_UNREADABLE
    if output == "json":
        click.echo(dump_json(_as_data(answer)), nl=False)
    else:
        for line in _lines(answer, request):
            click.echo(escape_terminal(line))
    return _EXIT_CODES[answer.decision.outcome]


def _check_options(request_file: str, options: Mapping[str, Any]) -> None:
    files = [request_file, options["policy"], options["trust"], options["resource_policy"]]
    files += [file for option in _OPTIONS for file in options[option]]
    if sum(file is not None and file.partition("#")[0] == "-" for file in files) > 1:
        raise click.UsageError("the standard input, '-', can only be one of the files")
    others = [name for name in ("trust", "resource_policy", *_OPTIONS) if options[name]]
    if options["trust"] and options["resource_policy"]:
        raise click.UsageError("a role has a trust policy and no resource policy; give one of the two")
    if options["policy"] and others:
        raise click.UsageError("--policy decides by one policy alone; give either it or the other policies")
    if not options["policy"] and not others:
        raise click.UsageError("no policy: give --policy FILE, or --trust FILE and what else bears on the request")
    account = options["account"]
    if account and not (len(account) == 12 and account.isascii() and account.isdigit()):  # noqa: PLR2004 - digits of an account
        raise click.BadParameter(f"expected twelve digits, found '{account}'", param_hint="'--account'")


def _request(name: str, root: Path) -> Request:
    documents = read_strictly(name, root)
    if len(documents) != 1:
        message = f"expected one request in {name}, found {len(documents)} documents"
        raise LictorError([Problem("bad-request", message, "usage", hint="decide them one after the other")])
    try:
        return read_request(documents[0].data)
    except LictorError as error:
        raise LictorError(_placed(problem, documents[0]) for problem in error.problems) from None


def _placed(problem: Problem, document: Document) -> Problem:
    path = problem.location.path if problem.location else ()
    return problem._replace(location=Location(document.uri, document.region_of(path), path))


def _answer(request: Request, options: Mapping[str, Any], root: Path) -> _Answer:
    caller, target = identify(request.principal), (request.resource.split(":") + [""] * 5)[4]
    arn = request.resource if request.resource.startswith("arn:") else caller.entity_arn
    partition = arn.split(":")[1] if arn else ""
    of_role = Deployment(options["account"] or (target if target.isdigit() else ""), partition)
    of_caller = Deployment(caller.account, partition)

    def read(name: str, kind: PolicyKind | None) -> tuple[FoundPolicy, ...]:
        return read_policies(name, kind, of_role if kind in _OF_RESOURCE else of_caller, root)

    if options["policy"]:
        (found,) = read(options["policy"], None)
        if found.policy.kind in _OF_RESOURCE:
            (found,) = read_policies(options["policy"], None, of_role, root)
        return _Answer(decide([found.policy], request), (found,))
    trust = read(options["trust"], "trust") if options["trust"] else ()
    groups = {
        kind: tuple(found for name in options[option] for found in read(name, kind))
        for option, kind in _OPTIONS.items()
    }
    resource = read(options["resource_policy"], "resource") if options["resource_policy"] else ()
    policies = Policies(
        trust=trust[0].policy if trust else None,
        resource=resource[0].policy if resource else None,
        **{option: tuple(found.policy for found in groups[kind]) for option, kind in _OPTIONS.items()},
    )
    in_order = (*trust, *(found for kind in _OPTIONS.values() for found in groups[kind]), *resource)
    return _Answer(decide_request(policies, request), in_order)


def _as_data(answer: _Answer) -> dict[str, object]:
    return {
        "decision": answer.decision.outcome,
        "because": answer.decision.because,
        "statements": [_statement(reason, answer.policies[reason.policy]) for reason in answer.decision.statements],
    }


def _statement(reason: Reason, found: FoundPolicy) -> dict[str, object]:
    uri, place = found.place_of(reason.statement)
    return {
        "policy": found.subject.name,
        "kind": found.policy.kind,
        "index": reason.statement,
        "sid": found.policy.statements[reason.statement].sid or None,
        "effect": reason.effect,
        "uri": uri,
        "line": place.start_line,
        "column": place.start_column,
        "failed": reason.failed or None,
    }


def _lines(answer: _Answer, request: Request) -> Iterator[str]:
    context = full_context(request)
    yield f"{_WORDS[answer.decision.outcome]}: {answer.decision.because}"
    for reason in answer.decision.statements:
        found = answer.policies[reason.policy]
        uri, place = found.place_of(reason.statement)
        sid = found.policy.statements[reason.statement].sid
        yield (
            f"  {uri}:{place.start_line}:{place.start_column}: {reason.effect} "
            f"{sid and f'{sid!r} '}of the {KIND_NAMES[found.policy.kind]} {_says(reason, context)}"
        )


def _says(reason: Reason, context: Mapping[str, ContextValue]) -> str:
    if not reason.failed:
        return "applies"
    unknown = reason.failed.removeprefix("unknown: ")
    if unknown != reason.failed:
        return f"may apply: {unknown}"
    return f"does not apply: {reason.failed} does not match{_found(reason.failed, context)}"


def _found(failed: str, context: Mapping[str, ContextValue]) -> str:
    """Say what the request has for a condition that does not match, `Condition OPERATOR KEY`."""
    if not failed.startswith("Condition "):
        return ""
    value = context.get(failed.split(" ", 2)[2])
    if value is None:
        return "; the request does not have this key"
    return f"; the request has {', '.join(map(repr, (value,) if isinstance(value, str) else value)) or 'no value'}"
