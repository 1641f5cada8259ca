"""Policies and principals in Terraform resources, whether of a configuration, a plan or a state."""

from collections.abc import Container, Iterable, Iterator, Sequence
from typing import Any

from lictor import Path
from lictor_plugins.formats.terraform.values import Fields, Scalar, Value
from lictor_plugins.kinds.aws_iam.classify import classify, holds_statements
from lictor_plugins.kinds.aws_iam.found import (
    IDENTITY_POLICY,
    PERMISSIONS_BOUNDARY,
    RESOURCE_POLICY,
    ROLE,
    TRUST_POLICY,
    FoundPolicy,
    FoundRole,
    organization_kind_of,
    role_facts,
)
from lictor_plugins.kinds.aws_iam.terraform_attachments import (
    Attachments,
    managed_of,
    options,
    read_attachments,
)
from lictor_plugins.kinds.aws_iam.terraform_entries import Entry, name_of, policies_at
from lictor_plugins.kinds.aws_iam.terraform_places import (
    PERMISSIONS,
    PLACES,
    PRINCIPALS,
    PermissionPlaces,
    PrincipalPlaces,
)
from lictor_plugins.kinds.aws_iam.terraform_values import followed, policies_in, raw_of, text_of, texts_of

_VERSION = "2012-10-17"


def found_in_entry(
    entry: Entry, attachments: Attachments, boundaries: frozenset[str]
) -> Iterator[FoundPolicy | FoundRole]:
    """Yield the policies of a resource, or the principal that it is."""
    known = PRINCIPALS.get(entry.type)
    if known is not None:
        yield _principal(entry, known, attachments)
    elif entry.type == "aws_organizations_policy":
        kind = organization_kind_of(text_of(entry.values.fields.get("type")))
        if kind is not None:
            yield from policies_at(entry, ("content",), kind)
    elif entry.type in PERMISSIONS:
        yield from _permission(entry, PERMISSIONS[entry.type])
    elif entry.type == "aws_iam_policy":
        is_boundary = entry.name in boundaries or "boundary" in f"{entry.name} {name_of(entry)}".lower()
        managed = managed_of(entry)
        for found in policies_at(entry, ("policy",), PERMISSIONS_BOUNDARY if is_boundary else IDENTITY_POLICY):
            yield found._replace(managed=managed)
    elif entry.type in PLACES:
        for place, kind in PLACES[entry.type]:
            yield from policies_at(entry, place, kind)
    else:
        yield from unlisted(entry)


def unlisted(entry: Entry) -> Iterator[FoundPolicy]:
    """Yield what surely is a policy in a resource that is not known to hold any; its content tells the kind."""
    waiting: list[tuple[Value, Path]] = [(entry.values, entry.path)]
    while waiting:
        value, path = waiting.pop()
        for raw in policies_in(value, path):
            if holds_statements(raw.value):
                kind, told_by = classify(raw.value, entry.name)
                yield FoundPolicy(raw.value, raw.path, entry.name, kind, told_by, raw.template)
                break
        else:
            if isinstance(value, Fields):
                waiting += reversed([(inner, (*path, name)) for name, inner in value.fields.items()])
            else:
                waiting += reversed(list(followed(value, ("*",), path)))


def names_of(entry: Entry) -> tuple[str, ...]:
    """Return the texts that references to a principal come to."""
    given = name_of(entry)
    made_up = (f"${{{entry.type}.{entry.name}.{attribute}}}" for attribute in ("name", "id", "arn"))
    return tuple(dict.fromkeys(name for name in (given, *made_up, entry.arn) if name is not None))


def _principal(entry: Entry, known: PrincipalPlaces, attachments: Attachments) -> FoundRole:
    fields, path = entry.values.fields, entry.path
    facts = role_facts(name_of(entry) or entry.name, None, None, text_of(fields.get("path")))
    role = facts if known.kind == ROLE else None
    duration = fields.get("max_session_duration")
    attached = [attachments[key] for key in ((known.kind, name) for name in names_of(entry)) if key in attachments]
    managed = [
        *texts_of(fields.get("managed_policy_arns"), (*path, "managed_policy_arns")),
        *(each for one in attached for each in one.managed),
    ]
    groups = tuple(each for one in attached for each in one.groups)
    own_boundaries = [(arn, (*path, "permissions_boundary")) for arn in options(fields.get("permissions_boundary"))]
    boundaries = [*own_boundaries, *(each for one in attached for each in one.boundaries)]
    seconds = duration.value if isinstance(duration, Scalar) else None
    more: dict[str, Any] = {
        "max_session_duration": int(seconds) if isinstance(seconds, int | float) else None,
        "permissions_boundary": next((arn for arn, _ in boundaries if arn), None),
        "managed_policies": [text for text, _ in managed],
        "groups": [text for text, _ in groups],
    }
    places: dict[Path, Path] = {
        (fact,): (*path, fact) for fact in ("name", "path", "max_session_duration", "permissions_boundary")
    }
    if boundaries:
        places["permissions_boundary",] = boundaries[0][1]
    places.update(_places_of(managed_policies=managed, groups=groups))
    trusts = tuple(policies_at(entry, (known.trust,), TRUST_POLICY, role)) if known.trust else ()
    policies: list[tuple[str | None, FoundPolicy]] = []
    if known.inline:
        for inline, place in followed(entry.values, (known.inline, "*"), path):
            name = text_of(inline.fields.get("name")) if isinstance(inline, Fields) else None
            for value, inner in followed(inline, ("policy",), place):
                policies += [
                    (
                        name,
                        FoundPolicy(
                            raw.value,
                            raw.path,
                            entry.name,
                            IDENTITY_POLICY,
                            "the attribute 'policy'",
                            raw.template,
                            role,
                        ),
                    )
                    for raw in policies_in(value, inner)
                ]
    return FoundRole(
        path,
        entry.name,
        {**facts, **more},
        places,
        trusts,
        tuple(policies),
        known.kind,
        tuple(each for one in attached for each in one.inline),
        boundaries=tuple(arn for arn, _ in boundaries),
    )


def _places_of(**lists: Sequence[tuple[str, Path]]) -> dict[Path, Path]:
    """Return where the entries of a principal's lists stand."""
    return {(name, index): place for name, each in lists.items() for index, (_, place) in enumerate(each)}


def undeclared(entries: Sequence[Entry], declared: Container[tuple[str, str]]) -> Iterator[FoundRole]:
    """Yield the principals that resources give policies or groups to, and that none of those declared is."""
    for (kind, name), attached in read_attachments(entries).items():
        stands = [place for _, place in (*attached.managed, *attached.groups)]
        stands += [policy.path for _, policy in attached.inline]
        stands += [place for _, place in attached.boundaries]
        if (kind, name) in declared or not stands:
            continue
        boundaries = tuple(arn for arn, _ in attached.boundaries)
        facts = {
            **role_facts(name),
            "permissions_boundary": next(iter(boundaries), None),
            "managed_policies": [text for text, _ in attached.managed],
            "groups": [text for text, _ in attached.groups],
        }
        places = {(): stands[0], **_places_of(managed_policies=attached.managed, groups=attached.groups)}
        if attached.boundaries:
            places["permissions_boundary",] = attached.boundaries[0][1]
        yield FoundRole(
            stands[0], name, facts, places, (), (), kind, attached.inline, is_declared=False, boundaries=boundaries
        )


def declared_in(entries: Iterable[Entry]) -> frozenset[tuple[str, str]]:
    """Return the principals that resources are, each by every text that references to it come to."""
    return frozenset(
        (PRINCIPALS[entry.type].kind, name) for entry in entries if entry.type in PRINCIPALS for name in names_of(entry)
    )


def _permission(entry: Entry, known: PermissionPlaces) -> Iterator[FoundPolicy]:
    """Read a resource that is a statement of a resource policy as the policy that it becomes."""
    fields, path = entry.values.fields, entry.path
    principal = fields.get("principal")
    text = text_of(principal)
    if principal is None or text is None:
        return
    here: Path = ("Statement", 0)
    stands = (*path, "principal")

    is_service = "." in text and not text.startswith("arn:")
    written: Any = "*" if text == "*" else {"Service" if is_service else "AWS": _written(principal)}
    places: dict[Path, Path] = {(): stands, (*here, "Principal"): stands}
    for type_name in written if isinstance(written, dict) else ():
        places[*here, "Principal", type_name] = stands
    conditions: dict[str, dict[str, Any]] = {}
    for operator, key, value, place in _conditions(entry, known):
        conditions.setdefault(operator, {})[key] = _written(value)
        places[*here, "Condition", operator, key] = place
    action = fields.get("action")
    statement: dict[str, Any] = {"Effect": "Allow", "Principal": written}
    statement["Action"] = known.default_action if action is None else _written(action)
    if action is not None:
        places[*here, "Action"] = (*path, "action")
    statement["Resource"] = "*"
    if conditions:
        statement["Condition"] = conditions
    policy = {"Version": _VERSION, "Statement": [statement]}
    told_by = "the type of the resource"
    yield FoundPolicy(policy, path, entry.name, RESOURCE_POLICY, told_by, places=places, is_made=True)


def _written(value: Value) -> Any:  # noqa: ANN401 - any JSON value
    made, template = raw_of(value)
    return text_of(value) if template.parameters else made


def _conditions(entry: Entry, known: PermissionPlaces) -> Iterator[tuple[str, str, Value, Path]]:
    """Yield the conditions of a permission: operator, key, values and where they stand."""
    for name, (operator, key) in known.conditions.items():
        value = entry.values.fields.get(name)
        if value is not None and not (isinstance(value, Scalar) and value.value is None):
            yield operator, key, value, (*entry.path, name)
    for block, place in followed(entry.values, ("condition", "*"), entry.path):
        given = block.fields if isinstance(block, Fields) else {}
        compared, asked = text_of(given.get("type")), text_of(given.get("key"))
        if compared and asked and "value" in given:
            yield compared, asked, given["value"], (*place, "value")
