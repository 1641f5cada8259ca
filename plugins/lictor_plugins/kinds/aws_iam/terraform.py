"""Policies and principals in a Terraform configuration, each said to stand where it is written."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from lictor import Document, Path
from lictor_plugins.formats.terraform.configuration import Configuration, Made
from lictor_plugins.formats.terraform.instances import Instance
from lictor_plugins.formats.terraform.locator import Locator
from lictor_plugins.formats.terraform.resources import Resource, resources_of
from lictor_plugins.formats.terraform.values import Fields, Unknown
from lictor_plugins.kinds.aws_iam.classify import classify
from lictor_plugins.kinds.aws_iam.found import FoundPolicy, FoundRole
from lictor_plugins.kinds.aws_iam.limits import NO_LIMITS, Limits, limited, read_limits
from lictor_plugins.kinds.aws_iam.managed_arns import key_of
from lictor_plugins.kinds.aws_iam.terraform_attachments import (
    Attachments,
    boundaries_of,
    managed_of,
    options,
    read_attachments,
)
from lictor_plugins.kinds.aws_iam.terraform_entries import Entry, name_of
from lictor_plugins.kinds.aws_iam.terraform_places import (
    ATTACHMENTS,
    BOUNDARIES,
    INLINE,
    MEMBERSHIPS,
    PLACES,
    PRINCIPALS,
    REFERENCES,
)
from lictor_plugins.kinds.aws_iam.terraform_resources import declared_in, found_in_entry, undeclared, unlisted
from lictor_plugins.kinds.aws_iam.terraform_statements import with_policies
from lictor_plugins.kinds.aws_iam.terraform_values import policies_in, text_of

_POLICY_DOCUMENT = "aws_iam_policy_document"
_ATTACHING = frozenset({*ATTACHMENTS, *INLINE, *MEMBERSHIPS, *REFERENCES, *BOUNDARIES})
_NAMING_POLICIES = frozenset({"permissions_boundary", "policy_arn"})
_RELATED = frozenset({*_ATTACHING, *PRINCIPALS, "aws_iam_policy"})

_MOST_MODULES = 200

Stands = Callable[[Path], tuple[Document, Path]]


class Standing(NamedTuple):
    """What was found, and which document each path of it stands in."""

    found: FoundPolicy | FoundRole
    stands: Stands


class _Around(NamedTuple):
    """What the other resources of a module say of its principals and policies."""

    attachments: Attachments
    declared: frozenset[tuple[str, str]]
    boundaries: frozenset[str]
    made: dict[Path, Made]
    limits: Limits


def find_in_configuration(document: Document) -> Iterator[Standing]:
    """Yield the policies and principals that a file declares, once for each way in which they come out."""
    configuration = getattr(document.locate, "found", None)
    if not isinstance(configuration, Configuration):
        return
    seen: set[str] = set()
    around = {id(instance): _around(instance) for instance in configuration.instances}
    for made in configuration.made:
        mine = around[id(made.instance)]
        if made.resource.mode == "data":
            continue
        entry = _entry(made.resource, made.instance)
        for each in found_in_entry(entry, mine.attachments, mine.boundaries):
            found = limited(each, mine.limits)
            if _is_new(found, seen):
                yield Standing(_named(found, made.instance), _stands(configuration, made, mine))
    yield from _only_named(configuration, around, seen)
    for instance, declared, given in configuration.calls():
        if instance.called(declared.block.labels[0]) is None:
            arguments = with_policies(given)
            entry = Entry("module", declared.block.labels[0], arguments, ("module", declared.block.labels[0]))
            for policy in unlisted(entry):
                if _is_new(policy, seen):
                    resource = Resource("module", "", entry.name, arguments, declared, instance.scope(declared.source))
                    locator = Locator(declared.source.uri, declared.source.text, {entry.path: arguments})
                    yield Standing(
                        policy, _stands(configuration, Made(resource, instance, locator), around[id(instance)])
                    )
    yield from _unused(configuration, around, seen)


def _only_named(configuration: Configuration, around: dict[int, _Around], seen: set[str]) -> Iterator[Standing]:
    """Yield the principals that the file attaches something to and that its module does not declare."""
    for instance in configuration.instances:
        mine = around[id(instance)]
        attaching = {
            made.resource.path: made
            for made in configuration.made
            if made.instance is instance and made.resource.mode == "resource" and made.resource.type in _ATTACHING
        }
        entries = [_entry(made.resource, instance) for made in attaching.values()]
        for each in undeclared(entries, mine.declared):
            found = limited(each, mine.limits)
            if _is_new(found, seen):
                stands = _stands(configuration, attaching[found.path[:3]], mine)
                yield Standing(_named(found, instance), stands)


def _unused(configuration: Configuration, around: dict[int, _Around], seen: set[str]) -> Iterator[Standing]:
    """Yield the policy documents that nothing here is known to use: their content tells what they are for."""
    from lictor_plugins.formats.terraform.policy_documents import policy_document

    for made in configuration.made:
        resource = made.resource
        address = (resource.type, resource.declared.block.labels[1])
        if resource.mode != "data" or resource.type != _POLICY_DOCUMENT:
            continue
        _use_all(made.instance, set())
        if address in made.instance.used:
            continue
        value = policy_document(made.instance, resource.declared, resource.scope)
        whole = Fields(
            resource.values.origins, fields={**resource.values.fields, "json": value}, keys=resource.values.keys
        )
        path = resource.path
        locator = Locator(resource.declared.source.uri, resource.declared.source.text, {path: whole})
        for raw in policies_in(value, (*path, "json")):
            kind, told_by = classify(raw.value, "")
            found = FoundPolicy(raw.value, raw.path, resource.name, kind, told_by, raw.template)
            if _is_new(found, seen):
                copy = Made(resource._replace(values=whole), made.instance, locator)
                stands = _stands(configuration, copy, around[id(made.instance)])
                yield Standing(_named(found, made.instance), stands)


def _use_all(instance: Instance, done: set[int]) -> None:
    """Evaluate what uses policy documents: every resource of a module, and of those that it calls."""
    key = "terraform-used"
    if id(instance) in done or instance.level > 8 or key in instance.notes:  # noqa: PLR2004 - as deep as calls may go
        return
    done.add(id(instance))
    instance.notes[key] = True
    for declared in instance.module.all_resources():
        kind, attributes = declared.block.labels[0], declared.block.body
        if declared.block.type == "resource" or kind == _POLICY_DOCUMENT:
            for resource in resources_of(instance, declared):
                if kind == _POLICY_DOCUMENT:
                    instance.use_sources(resource.scope, attributes)
                elif kind not in PLACES and kind not in PRINCIPALS:
                    list(unlisted(_entry(resource, instance)))
    for _, called in instance.calls():
        if called is not None:
            _use_all(called, done)


def _around(instance: Instance) -> _Around:
    known = instance.notes.get("around")
    if not isinstance(known, _Around):
        known = instance.notes["around"] = _look_around(instance)
    return known


def _look_around(instance: Instance) -> _Around:
    entries: list[Entry] = []
    made: dict[Path, Made] = {}
    for declared in instance.module.all_resources():
        if declared.block.type == "resource" and declared.block.labels[0] in _RELATED:
            for resource in resources_of(instance, declared):
                entries.append(_entry(resource, instance))
                locator = Locator(declared.source.uri, declared.source.text, {resource.path: resource.values})
                made[resource.path] = Made(resource, instance, locator)
    attachments, known, boundaries = read_attachments(entries), declared_in(entries), boundaries_of(entries)
    limits = NO_LIMITS
    if any("permissions_boundary" in entry.values.fields for entry in entries):
        every = (found for entry in entries for found in found_in_entry(entry, attachments, boundaries))
        limits = read_limits((*every, *undeclared(entries, known), *_named_elsewhere(instance, entries)))
    return _Around(attachments, known, boundaries, made, limits)


def _named_elsewhere(instance: Instance, entries: Sequence[Entry]) -> Iterator[FoundPolicy]:
    """Yield the policies of other modules that are boundaries in this one, by the names that they are given there."""
    given = (arn for entry in entries for arn in options(entry.values.fields.get("permissions_boundary")))
    wanted = {key_of(arn) for arn in given if arn is not None and arn.startswith("arn:") and "${aws_" not in arn}
    wanted -= {key_of(managed_of(entry).by_name) for entry in entries if entry.type == "aws_iam_policy"}
    if not wanted:
        return
    top = instance
    while top.caller is not None:
        top = top.caller
    waiting = [top]
    for _ in range(_MOST_MODULES):
        if not waiting:
            return
        other = waiting.pop()
        waiting += [called for _, called in other.calls() if called is not None]
        if other is instance:
            continue
        for resource in _policies_declared(other):
            entry = _entry(resource, other)
            if name_of(entry) is not None and key_of(managed_of(entry).by_name) in wanted:
                # Its parts are said to stand where this module names it.
                yield from (found._replace(is_made=True) for found in _policies_of(entry))


def _policies_declared(instance: Instance) -> Iterator[Resource]:
    for declared in instance.module.all_resources():
        if declared.block.type == "resource" and declared.block.labels[0] == "aws_iam_policy":
            yield from resources_of(instance, declared)


def _policies_of(entry: Entry) -> Iterator[FoundPolicy]:
    return (found for found in found_in_entry(entry, {}, frozenset()) if isinstance(found, FoundPolicy))


def _entry(resource: Resource, instance: Instance) -> Entry:
    arn = None
    if resource.type == "aws_iam_policy":
        name = resource.declared.block.labels[1]
        found = instance.resolve(resource.type, (name, "arn"), instance.evaluator)
        arn = None if found is None else text_of(found[0])
    return Entry(resource.type, resource.name, _named_here(resource), resource.path, arn)


def _named_here(resource: Resource) -> Fields:
    """Return the attributes of a resource with what another module makes by the name that it has in this one.

    `${aws_iam_policy.limit.arn}` that a variable or an output brings in is not the policy that this module calls so.
    """
    fields, text = resource.values.fields, resource.declared.source.text
    named = {}
    for name in _NAMING_POLICIES & fields.keys():
        value = fields[name]
        used = value.origins[-1] if value.origins else None
        if used is None or used.uri != resource.declared.source.uri or "${aws_" not in (text_of(value) or ""):
            continue
        written = text[used.start : used.end]
        if written.startswith(("var.", "module.", "each.")):
            named[name] = Unknown(value.origins, text=written)
    return replace(resource.values, fields={**fields, **named}) if named else resource.values


def _stands(configuration: Configuration, made: Made, around: _Around) -> Stands:
    """Return what finds the document of a path: the resource's own, or that of another which is attached to it."""

    def stands(path: Path) -> tuple[Document, Path]:
        key = path[:3]
        owner = (
            made
            if path[: len(made.resource.path)] == made.resource.path or key not in around.made
            else around.made[key]
        )
        return configuration.document_at(owner, path)

    return stands


def _named(found: FoundPolicy | FoundRole, instance: Instance) -> FoundPolicy | FoundRole:
    """Put the address of the module in front of a name: `module.app.deploy`."""
    if not instance.address:
        return found
    name = f"{instance.address}{found.name}"
    if isinstance(found, FoundPolicy):
        return found._replace(name=name)
    return found._replace(
        name=name,
        trusts=tuple(trust._replace(name=name) for trust in found.trusts),
        policies=tuple((each, policy._replace(name=name)) for each, policy in found.policies),
    )


def _is_new(found: FoundPolicy | FoundRole, seen: set[str]) -> bool:
    """Tell whether no other instance of the same block came out the same."""
    limits = [(limit.arn, None if limit.policy is None else limit.policy.raw) for limit in found.limits]
    if isinstance(found, FoundPolicy):
        # the key of an instance is not what tells two policies apart
        path = [str(element).split("[", 1)[0] for element in found.path[:3]] + [*found.path[3:]]
        shown = json.dumps([path, found.kind, found.raw, found.template.parameters, limits], default=str)
    else:
        policies = [policy.raw for policy in found.trusts] + [policy.raw for _, policy in found.policies]
        attached = [each[1].raw for each in found.attached]
        shown = json.dumps([found.path, found.facts, policies, attached, limits], default=str)
    if shown in seen:
        return False
    seen.add(shown)
    return True
