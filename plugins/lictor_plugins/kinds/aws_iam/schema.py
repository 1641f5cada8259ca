"""JSON Schemas (2020-12) of the normalised values: a field that is not here can't be asked for in a rule.

The descriptions are the reference page of rule writers, `docs/reference/kinds.md`.
"""

from collections.abc import Mapping
from typing import Any

from lictor_plugins.kinds.aws_iam.conditions import SET_OPERATORS
from lictor_plugins.kinds.aws_iam.principals import PRINCIPAL_KINDS

Schema = dict[str, Any]


def _text(description: str) -> Schema:
    return {"type": "string", "description": description}


def _text_or_null(description: str) -> Schema:
    return {"type": ["string", "null"], "description": description}


def _flag(description: str) -> Schema:
    return {"type": "boolean", "description": description}


def _texts(description: str) -> Schema:
    return {"type": "array", "items": {"type": "string"}, "description": description}


def _list_of(items: Schema, description: str) -> Schema:
    return {"type": "array", "items": items, "description": description}


def _object(properties: Mapping[str, Schema]) -> Schema:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


_STATEMENT_INDEX: Schema = {"type": ["integer", "null"], "description": "The statement that it is in, from 0"}

PRINCIPAL = _object(
    {
        "type": _text_or_null("The key it stands under: `AWS`, `Service`, `Federated`, …; null for a bare `*`"),
        "value": _text("The text as written"),
        "kind": {"enum": list(PRINCIPAL_KINDS), "description": "What it is"},
        "partition": _text_or_null("Of an ARN: `aws`, `aws-cn`, `aws-us-gov`"),
        "account": _text_or_null("The account's id"),
        "name": _text_or_null("The name of the user, role or group"),
        "path": _text_or_null("The path of the user, role or group, such as `/service-role/`"),
        "session": _text_or_null("The name of the role session"),
        "provider": _text_or_null("The identity provider, without the ARN around it"),
        "service": _text_or_null("The service: `ec2` of `ec2.amazonaws.com`"),
        "is_own_account": {
            "type": ["boolean", "null"],
            "description": "Whether its account is the role's own; null where that is not known",
        },
        "is_bare": _flag("Whether it stands without a type: `Principal: '*'`"),
        "is_number": _flag("Whether it is written as a number, without quotes"),
        "is_assumed": _flag("Whether the text is a template parameter's default"),
        "is_unresolved": _flag("Whether part of the text is not known before it is deployed"),
    }
)

CONDITION = _object(
    {
        "operator": _text("The operator as documented, without prefix and suffix: `StringLike`"),
        "operator_raw": _text("The operator as written: `ForAnyValue:StringLikeIfExists`"),
        "set_operator": {"enum": [*SET_OPERATORS, None], "description": "The prefix"},
        "if_exists": _flag("Whether it ends in `IfExists` and no `Null` beside it demands the key"),
        "negated": _flag("Whether it is one of the `Not` operators"),
        "is_known": _flag("Whether there is such an operator"),
        "key": _text("The condition key in lower case: `aws:principalorgid`"),
        "key_raw": _text("The condition key as written"),
        "provider": _text_or_null("The identity provider, of a key such as `accounts.google.com:aud`"),
        "claim": _text_or_null("The claim, of a key such as `accounts.google.com:aud`: `aud`"),
        "values": _texts("The values; always a list, always text"),
        "is_unresolved": _flag("Whether part of a value is not known before it is deployed"),
    }
)

_OPERATOR = _object(
    {
        "name": _text("The operator as written"),
        "is_known": _flag("Whether there is such an operator"),
        "nearest": _text_or_null("The operator that was probably meant"),
    }
)

STATEMENT = _object(
    {
        "index": {"type": "integer", "minimum": 0, "description": "Its number in the policy, from 0"},
        "choice": _text_or_null("The branch of an `Fn::If` that it is in; null if it is there in any case"),
        "sid": _text_or_null("`Sid`"),
        "effect": _text_or_null("`Allow` or `Deny`, as it was meant: `allow` is read as `Allow`"),
        "effect_raw": _text_or_null("`Effect` as written"),
        "actions": _texts("`Action`; always a list"),
        "not_actions": _texts("`NotAction`; always a list"),
        "resources": _texts("`Resource`; always a list"),
        "not_resources": _texts("`NotResource`; always a list"),
        "principals": _list_of(PRINCIPAL, "`Principal`, one entry for each"),
        "not_principals": _list_of(PRINCIPAL, "`NotPrincipal`, one entry for each"),
        "principal_types": _texts("The keys under `Principal` and `NotPrincipal`, as written"),
        "conditions": _list_of(CONDITION, "`Condition`, one entry for each operator and key"),
        "operators": _list_of(_OPERATOR, "The operators under `Condition`, with or without keys"),
        "elements": _texts("The names of all its elements, as written"),
        "empty": _texts("What holds an empty list or object: an element, `Principal.AWS`, `Condition.StringEquals`"),
        "has_principal": _flag("Whether it has a `Principal`"),
        "has_not_principal": _flag("Whether it has a `NotPrincipal`"),
        "has_action": _flag("Whether it has an `Action`"),
        "has_not_action": _flag("Whether it has a `NotAction`"),
        "has_resource": _flag("Whether it has a `Resource`"),
        "has_not_resource": _flag("Whether it has a `NotResource`"),
        "has_condition": _flag("Whether it has a `Condition`"),
    }
)

_UNKNOWN_ELEMENT = _object(
    {
        "name": _text("The name as written"),
        "nearest": _text_or_null("The element that was probably meant"),
        "level": {"enum": ["policy", "statement"], "description": "Where it stands"},
        "statement": _STATEMENT_INDEX,
    }
)

_MALFORMED = _object(
    {
        "element": _text("The element"),
        "expected": _text("The shape it should have"),
        "found": _text("The shape it has"),
        "statement": _STATEMENT_INDEX,
    }
)

_UNRESOLVED = _object({"element": _text("The element"), "text": _text("What is known of it: `${Name}`")})

_ROLE_FACTS: Mapping[str, Schema] = {
    "name": _text_or_null("The role's name"),
    "arn": _text_or_null("The role's ARN"),
    "account": _text_or_null("The role's account"),
    "path": _text_or_null("The role's path"),
}
_KNOWN_ROLE = _object(_ROLE_FACTS)

_PLAIN_POLICY: Mapping[str, Schema] = {
    "version": _text_or_null("`Version`"),
    "id": _text_or_null("`Id`"),
    "role": {
        **_KNOWN_ROLE,
        "type": ["object", "null"],
        "description": "What is known of the role that the policy is part of",
    },
    "statements": _list_of(STATEMENT, "`Statement`; always a list"),
    "elements": _texts("The names of the policy's elements, as written"),
    "unknown_elements": _list_of(_UNKNOWN_ELEMENT, "Names that are no element of a policy or a statement"),
    "malformed": _list_of(_MALFORMED, "Parts that have the wrong shape"),
    "unresolved": _list_of(_UNRESOLVED, "Parts that are not known before they are deployed"),
}
_BOUNDARIES = _list_of(
    _object(
        {
            "arn": _text("Its ARN"),
            "policy": {
                **_object(_PLAIN_POLICY),
                "type": ["object", "null"],
                "description": "What it says; null where the document doesn't hold it",
            },
        }
    ),
    "The permissions boundaries that limit it, where the document tells that all who hold it have one",
)
POLICY = _object({**_PLAIN_POLICY, "boundaries": _BOUNDARIES})

_INLINE_POLICY = _object({"name": _text_or_null("The policy's name"), "policy": POLICY})
_BOUNDARY = _text_or_null("The ARN of the permissions boundary")
_MANAGED = _texts("The ARNs of the managed policies that are attached to it, wherever that is said")
_POLICIES = _list_of(_INLINE_POLICY, "The inline policies, wherever they stand")


def _names_of(what: str) -> Mapping[str, Schema]:
    return {
        "name": _text_or_null(f"The {what}'s name"),
        "arn": _text_or_null(f"The {what}'s ARN"),
        "account": _text_or_null(f"The {what}'s account"),
        "path": _text_or_null(f"The {what}'s path"),
    }


_DECLARED = _flag("Whether the document makes it; else it only names it, and knows no more than it attaches to it")

ROLE = _object(
    {
        **_ROLE_FACTS,
        "is_declared": _DECLARED,
        "max_session_duration": {"type": ["integer", "null"], "description": "`MaxSessionDuration`, in seconds"},
        "permissions_boundary": _BOUNDARY,
        "boundaries": _BOUNDARIES,
        "managed_policies": _MANAGED,
        "instance_profiles": _texts("The names of the instance profiles that hold the role"),
        "trust": {**POLICY, "type": ["object", "null"], "description": "The trust policy, as in its own kind"},
        "policies": _POLICIES,
    }
)

USER = _object(
    {
        **_names_of("user"),
        "is_declared": _DECLARED,
        "permissions_boundary": _BOUNDARY,
        "boundaries": _BOUNDARIES,
        "managed_policies": _MANAGED,
        "groups": _texts("The names of the groups that the user is in"),
        "policies": _POLICIES,
    }
)

GROUP = _object({**_names_of("group"), "is_declared": _DECLARED, "managed_policies": _MANAGED, "policies": _POLICIES})

PERMISSION_SET = _object(
    {
        **_names_of("permission set"),
        "is_declared": _DECLARED,
        "permissions_boundary": _BOUNDARY,
        "boundaries": _BOUNDARIES,
        "managed_policies": _MANAGED,
        "policies": _POLICIES,
    }
)

_EFFECTIVE = _object(
    {
        "source": {"enum": ["inline", "managed"], "description": "How it comes to the principal"},
        "name": _text_or_null("The policy's name"),
        "arn": _text_or_null("The ARN of a managed policy"),
        "group": _text_or_null("The group that it comes from; null for one of the principal's own"),
        "is_aws_managed": _flag("Whether it is one of AWS's own policies"),
        "policy": {**POLICY, "type": ["object", "null"], "description": "The policy; null where no document holds it"},
    }
)

_PRINCIPAL_OF_ACCOUNT = _object(
    {
        "type": {"enum": ["role", "user", "group", "permission-set"], "description": "What it is"},
        "logical_id": _text("What its document calls it: the logical id of a template, else its name"),
        **_names_of("principal"),
        "max_session_duration": {
            "type": ["integer", "null"],
            "description": "`MaxSessionDuration` of a role, in seconds",
        },
        "trust": {**POLICY, "type": ["object", "null"], "description": "A role's trust policy"},
        "permissions_boundary": {
            **_object(
                {
                    "arn": _text("Its ARN"),
                    "policy": {
                        **POLICY,
                        "type": ["object", "null"],
                        "description": "It; null where no document holds it",
                    },
                }
            ),
            "type": ["object", "null"],
            "description": "The permissions boundary",
        },
        "managed_policies": _MANAGED,
        "groups": _texts("The names of the groups that a user is in"),
        "instance_profiles": _texts("The names of the instance profiles that hold a role"),
        "policies": _POLICIES,
        "effective": _list_of(_EFFECTIVE, "Every policy that it acts under: its own, then those of its groups"),
    }
)

_MANAGED_OF_ACCOUNT = _object(
    {
        "name": _text_or_null("The policy's name"),
        "arn": _text_or_null("The policy's ARN"),
        "account": _text_or_null("The policy's account; `aws` for AWS's own"),
        "is_aws_managed": _flag("Whether it is one of AWS's own policies"),
        "policy": {**POLICY, "description": "The version in force"},
        "attached_to": _list_of(
            _object({"type": _text("`role`, `user` or `group`"), "name": _text_or_null("Its name")}),
            "What it is attached to, whichever side says so",
        ),
    }
)

_SERVICE_ACCOUNT = _object(
    {
        "name": _text("The service account's name"),
        "namespace": _text_or_null("Its namespace, where the manifest says it"),
        "role_arn": _text("The role that its annotation names, or an association of EKS Pod Identity"),
        "by_pod_identity": _flag("Whether it gets the role by EKS Pod Identity"),
        "subject": _text_or_null("How an identity provider of EKS calls it: `system:serviceaccount:NAMESPACE:NAME`"),
        "role": {"type": ["integer", "null"], "description": "The index of that role in `principals`, if it is known"},
        "trust": {**POLICY, "type": ["object", "null"], "description": "That role's trust policy, if it is known"},
        "is_admitted": {
            "type": ["boolean", "null"],
            "description": "Whether an Allow of that trust policy lets this subject in; null where that can't be told",
        },
    }
)

ACCOUNT = _object(
    {
        "accounts": _texts("The ids of the accounts that are named"),
        "documents": _texts("The documents that it is put together of"),
        "principals": _list_of(_PRINCIPAL_OF_ACCOUNT, "Roles, users, groups and permission sets"),
        "policies": _list_of(_MANAGED_OF_ACCOUNT, "Managed policies"),
        "service_accounts": _list_of(
            _SERVICE_ACCOUNT, "Kubernetes service accounts that get a role (IRSA, Pod Identity)"
        ),
    }
)
