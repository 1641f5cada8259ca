"""Policies and principals in Terraform resources, whether of a configuration, a plan or a state."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from lictor import Path
from lictor_plugins.formats.terraform.values import Choice, Fields, Scalar, Value, is_null
from lictor_plugins.kinds.aws_iam.classify import classify, holds_statements
from lictor_plugins.kinds.aws_iam.found import (
    IDENTITY_POLICY,
    PERMISSIONS_BOUNDARY,
    RESOURCE_POLICY,
    ROLE,
    TRUST_POLICY,
    USER,
    FoundPolicy,
    FoundRole,
    Managed,
    organization_kind_of,
    role_facts,
)
from lictor_plugins.kinds.aws_iam.terraform_places import (
    ATTACHMENTS,
    INLINE,
    MEMBERSHIPS,
    PERMISSIONS,
    PLACES,
    PRINCIPALS,
    PermissionPlaces,
    PrincipalPlaces,
)
from lictor_plugins.kinds.aws_iam.terraform_values import followed, policies_in, raw_of, text_of, texts_of

_VERSION = "2012-10-17"


class Entry(NamedTuple):
    """A resource: its type, its name in the configuration, its attributes and where these are in the document."""

    type: str
    name: str
    values: Fields
    path: Path
    arn: str | None = None


class Attached(NamedTuple):
    """What other resources attach to one principal."""

    managed: tuple[tuple[str, Path], ...] = ()
    inline: tuple[tuple[str | None, FoundPolicy], ...] = ()
    groups: tuple[tuple[str, Path], ...] = ()


Attachments = Mapping[tuple[str, str], Attached]


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
            yield from _at(entry, ("content",), kind)
    elif entry.type in PERMISSIONS:
        yield from _permission(entry, PERMISSIONS[entry.type])
    elif entry.type == "aws_iam_policy":
        is_boundary = entry.name in boundaries or "boundary" in f"{entry.name} {_name(entry)}".lower()
        managed = Managed(_name(entry), entry.arn, entry.path)
        for found in _at(entry, ("policy",), PERMISSIONS_BOUNDARY if is_boundary else IDENTITY_POLICY):
            yield found._replace(managed=managed)
    elif entry.type in PLACES:
        for place, kind in PLACES[entry.type]:
            yield from _at(entry, place, kind)
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


def _at(
    entry: Entry, place: tuple[str, ...], kind: str, role: Mapping[str, Any] | None = None
) -> Iterator[FoundPolicy]:
    for value, path in followed(entry.values, place, entry.path):
        for raw in policies_in(value, path):
            if raw.value == "":
                continue
            told_by = f"the attribute '{place[-1]}'"
            yield FoundPolicy(raw.value, raw.path, entry.name, kind, told_by, raw.template, role)


def _name(entry: Entry) -> str | None:
    return text_of(entry.values.fields.get("name"))


def names_of(entry: Entry) -> tuple[str, ...]:
    """Return the texts that references to a principal come to."""
    given = _name(entry)
    made_up = tuple(f"${{{entry.type}.{entry.name}.{attribute}}}" for attribute in ("name", "id", "arn"))
    return made_up if given is None else (given, *made_up)


def _principal(entry: Entry, known: PrincipalPlaces, attachments: Attachments) -> FoundRole:
    fields, path = entry.values.fields, entry.path
    facts = role_facts(_name(entry) or entry.name, None, None, text_of(fields.get("path")))
    role = facts if known.kind == ROLE else None
    duration = fields.get("max_session_duration")
    attached = [attachments[key] for key in ((known.kind, name) for name in names_of(entry)) if key in attachments]
    managed = [
        *texts_of(fields.get("managed_policy_arns"), (*path, "managed_policy_arns")),
        *(each for one in attached for each in one.managed),
    ]
    groups = tuple(each for one in attached for each in one.groups)
    seconds = duration.value if isinstance(duration, Scalar) else None
    more: dict[str, Any] = {
        "max_session_duration": int(seconds) if isinstance(seconds, int | float) else None,
        "permissions_boundary": text_of(fields.get("permissions_boundary")),
        "managed_policies": [text for text, _ in managed],
        "groups": [text for text, _ in groups],
    }
    places: dict[Path, Path] = {
        (fact,): (*path, fact) for fact in ("name", "path", "max_session_duration", "permissions_boundary")
    }
    places.update(_places_of(managed_policies=managed, groups=groups))
    trusts = tuple(_at(entry, (known.trust,), TRUST_POLICY, role)) if known.trust else ()
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
        boundaries=tuple(_options(fields.get("permissions_boundary"))),
    )


def _options(value: Value | None) -> Iterator[str | None]:
    """Yield the texts that a value may come to, and None where it may be null."""
    if isinstance(value, Choice):
        for option in value.options:
            yield from _options(option)
    elif value is not None:
        yield None if is_null(value) else text_of(value) or None


def _places_of(**lists: Sequence[tuple[str, Path]]) -> dict[Path, Path]:
    """Return where the entries of a principal's lists stand."""
    return {(name, index): place for name, each in lists.items() for index, (_, place) in enumerate(each)}


def undeclared(entries: Sequence[Entry], declared: Container[tuple[str, str]]) -> Iterator[FoundRole]:
    """Yield the principals that resources give policies or groups to, and that none of those declared is."""
    for (kind, name), attached in read_attachments(entries).items():
        stands = [place for _, place in (*attached.managed, *attached.groups)]
        stands += [policy.path for _, policy in attached.inline]
        if (kind, name) in declared or not stands:
            continue
        facts = {
            **role_facts(name),
            "managed_policies": [text for text, _ in attached.managed],
            "groups": [text for text, _ in attached.groups],
        }
        places = {(): stands[0], **_places_of(managed_policies=attached.managed, groups=attached.groups)}
        yield FoundRole(stands[0], name, facts, places, (), (), kind, attached.inline, is_declared=False)


def declared_in(entries: Iterable[Entry]) -> frozenset[tuple[str, str]]:
    """Return the principals that resources are, each by every text that references to it come to."""
    return frozenset(
        (PRINCIPALS[entry.type].kind, name) for entry in entries if entry.type in PRINCIPALS for name in names_of(entry)
    )


def read_attachments(entries: Iterable[Entry]) -> Attachments:
    """Gather what resources attach to principals, by the kind and the name of the principal."""
    found: dict[tuple[str, str], Attached] = {}
    for entry in entries:
        if entry.type in ATTACHMENTS:
            named, listed = ATTACHMENTS[entry.type]
            arns = tuple(texts_of(entry.values.fields.get(listed), (*entry.path, listed)))
            for attribute, kind in named.items():
                for name, _ in texts_of(entry.values.fields.get(attribute), ()):
                    before = found.get((kind, name), Attached())
                    found[kind, name] = before._replace(managed=(*before.managed, *arns))
        elif entry.type in MEMBERSHIPS:
            users, groups = MEMBERSHIPS[entry.type]
            joined = tuple(texts_of(entry.values.fields.get(groups), (*entry.path, groups)))
            for name, _ in texts_of(entry.values.fields.get(users), ()):
                before = found.get((USER, name), Attached())
                found[USER, name] = before._replace(groups=(*before.groups, *joined))
        elif entry.type in INLINE:
            attribute, kind = INLINE[entry.type]
            holder = text_of(entry.values.fields.get(attribute))
            place = PLACES[entry.type][0][0]
            if holder is not None:
                before = found.get((kind, holder), Attached())
                own = tuple((_name(entry), policy) for policy in _at(entry, place, IDENTITY_POLICY))
                found[kind, holder] = before._replace(inline=(*before.inline, *own))
    return found


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


def boundaries_of(entries: Sequence[Entry]) -> frozenset[str]:
    """Return the names of the managed policies that serve as a permissions boundary of another resource."""
    by_arn = {entry.arn: entry.name for entry in entries if entry.type == "aws_iam_policy" and entry.arn}
    named = (text_of(entry.values.fields.get("permissions_boundary")) for entry in entries if entry.type in PRINCIPALS)
    return frozenset(by_arn[arn] for arn in named if arn in by_arn)
