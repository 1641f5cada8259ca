"""Functions for queries (globs, regular expressions, text, what IAM needs), and a check that no query can say."""

from collections.abc import Iterable

from lictor import ArgumentType, Function, NamedCheck, hookimpl

_TEXT: tuple[ArgumentType, ...] = ("string",)
_TWO_TEXTS = (_TEXT, _TEXT)
_STATEMENT: tuple[tuple[ArgumentType, ...], ...] = (("object",), ("number",))
_PIN: tuple[tuple[ArgumentType, ...], ...] = (("object",), ("object",), ("array",), _TEXT)


@hookimpl
def register_functions() -> Iterable[Function]:
    """Return the functions that queries may call beside JMESPath's own."""
    # in here, so that a run whose plugins are known already imports no more than what its queries call
    from lictor_plugins.functions.boundaries import within_boundary
    from lictor_plugins.functions.callers import account_witness, external_id_witness, member_witness
    from lictor_plugins.functions.condition_keys import (
        has_host_bits,
        is_private_range,
        is_whole_internet,
        key_type,
        nearest_key,
        operator_fits,
        respelt_keys,
        value_fits,
    )
    from lictor_plugins.functions.effects import (
        absence_witness,
        is_redundant,
        is_satisfiable,
        is_subsumed,
        other_value_witness,
        undenied_witness,
    )
    from lictor_plugins.functions.escalations import boundary_escalates, escalation
    from lictor_plugins.functions.globs import covering_text, glob_match, times_in
    from lictor_plugins.functions.grants import allows_action
    from lictor_plugins.functions.iam import (
        actions_in,
        actions_in_all,
        arn_match,
        arn_part,
        covers_everything,
        iam_action_match,
        is_input,
    )
    from lictor_plugins.functions.iam_data import (
        action_with_level,
        actions_with_level,
        fits_resources,
        is_known_action,
        nearest_action,
        service_key_type,
        takes_key,
    )
    from lictor_plugins.functions.identity_providers import (
        audience_pin,
        claim_fits,
        claim_pins,
        identity_provider,
        issuer,
        tenant_pin,
    )
    from lictor_plugins.functions.managed_policies import managed_policy
    from lictor_plugins.functions.reasoning import outside_witness, stranger_witness
    from lictor_plugins.functions.regexes import regex_match
    from lictor_plugins.functions.texts import lower, replace, split, trim, upper
    from lictor_plugins.functions.transport import plain_transport

    return (
        Function("glob_match", glob_match, _TWO_TEXTS, "Whether a value matches a pattern with * and ?", "boolean"),
        Function(
            "covering_text",
            covering_text,
            (_TEXT, ("array",)),
            "The pattern of a list that covers one of its texts",
            "string",
        ),
        Function("times_in", times_in, (_TEXT, ("array",)), "How often a text stands in a list", "number"),
        Function("regex_match", regex_match, _TWO_TEXTS, "Whether a regular expression matches in a value", "boolean"),
        Function(
            "iam_action_match", iam_action_match, _TWO_TEXTS, "Whether an action pattern covers an action", "boolean"
        ),
        Function("arn_match", arn_match, _TWO_TEXTS, "Whether an ARN matches a pattern as ArnLike does it", "boolean"),
        Function("arn_part", arn_part, _TWO_TEXTS, "A part of an ARN or of a pattern for ARNs", "string"),
        Function("identity_provider", identity_provider, (_TEXT,), "What is known of an identity provider", "object"),
        Function("issuer", issuer, _PIN[:2], "The identity provider that a principal stands for", "string"),
        Function("tenant_pin", tenant_pin, _PIN, "Whether one tenant's tokens pass, or those of others", "string", 1),
        Function("audience_pin", audience_pin, _PIN[:3], "Whether only tokens for one audience pass", "string"),
        Function("claim_pins", claim_pins, (_TEXT,) * 4, "Whether a claim's value pins the tenant", "boolean"),
        Function("claim_fits", claim_fits, (_TEXT,) * 3, "Whether a claim can have a value", "boolean"),
        Function(
            "allows_action",
            allows_action,
            (("object",), _TEXT, _TEXT),
            "Whether a policy allows an action on any resource of a class: yes, no or unknown",
            "string",
        ),
        Function(
            "escalation", escalation, (("object",), _TEXT), "Whether a way to administrator rights is open", "object"
        ),
        Function(
            "boundary_escalates",
            boundary_escalates,
            (("object",),),
            "Whether the boundaries of a principal leave a way to administrator rights open: yes, no or unknown",
            "string",
        ),
        Function(
            "within_boundary",
            within_boundary,
            (("object",), ("array",), _TEXT),
            "Whether permissions boundaries leave one of some actions: yes, no or unknown",
            "string",
        ),
        Function("key_type", key_type, (_TEXT,), "What a global condition key holds", "string"),
        Function("nearest_key", nearest_key, (_TEXT,), "The global condition key that was probably meant", "string"),
        Function(
            "operator_fits", operator_fits, _TWO_TEXTS, "Whether an operator compares what a key holds", "boolean"
        ),
        Function("value_fits", value_fits, _TWO_TEXTS, "Whether a value can be read as an operator does", "boolean"),
        Function("is_whole_internet", is_whole_internet, (("array",),), "Whether ranges hold all addresses", "boolean"),
        Function(
            "has_host_bits", has_host_bits, (_TEXT,), "Whether a range is written with an address within it", "boolean"
        ),
        Function("is_private_range", is_private_range, (_TEXT,), "Whether a range of addresses is private", "boolean"),
        Function(
            "respelt_keys", respelt_keys, (("array",),), "Condition keys that stand there in two spellings", "array"
        ),
        Function("actions_in", actions_in, (_TEXT, ("array",)), "The actions that a pattern covers", "array"),
        Function(
            "actions_in_all", actions_in_all, (("array",), ("array",)), "Whether patterns cover all actions", "boolean"
        ),
        Function(
            "covers_everything",
            covers_everything,
            (("array",), _TEXT),
            "Whether resources are all that an action is about",
            "boolean",
        ),
        Function(
            "is_input", is_input, (_TEXT,), "Whether a text is nothing but a parameter without a value", "boolean"
        ),
        Function("is_known_action", is_known_action, (_TEXT,), "Whether there is such an action", "boolean"),
        Function("nearest_action", nearest_action, (_TEXT,), "The action that was probably meant", "string"),
        Function(
            "action_with_level", action_with_level, _TWO_TEXTS, "An action of an access level, or nothing", "string"
        ),
        Function("actions_with_level", actions_with_level, _TWO_TEXTS, "The actions of an access level", "array"),
        Function("service_key_type", service_key_type, (_TEXT,), "What a service's condition key holds", "string"),
        Function(
            "takes_key", takes_key, (("array",), _TEXT), "Whether calls of some actions can carry a key", "boolean"
        ),
        Function("fits_resources", fits_resources, (_TEXT, ("array",)), "Whether resources fit an action", "boolean"),
        Function(
            "outside_witness",
            outside_witness,
            (("object",), ("number",), ("array",), ("array",), ("array",), _TEXT),
            "Whether an Allow lets in anybody but own and trusted accounts and organizations",
            "object",
            1,
        ),
        Function(
            "stranger_witness",
            stranger_witness,
            (("object",), ("number",), _TEXT, _TEXT),
            "Whether an Allow lets in somebody whose account and organization the policy does not name",
            "object",
            1,
        ),
        Function(
            "account_witness",
            account_witness,
            (*_STATEMENT, _TEXT, ("array",), ("array",), _TEXT),
            "Whether an Allow lets in somebody of an account that it names",
            "object",
            1,
        ),
        Function(
            "external_id_witness",
            external_id_witness,
            (*_STATEMENT, _TEXT, _TEXT),
            "Whether people of an account may assume a role without an external ID that the policy names",
            "object",
            1,
        ),
        Function(
            "member_witness",
            member_witness,
            (*_STATEMENT, _TEXT),
            "Whether everybody of an organization that the conditions name is let in",
            "object",
            1,
        ),
        Function(
            "is_satisfiable",
            is_satisfiable,
            (*_STATEMENT, _TEXT),
            "Whether a statement can ever apply",
            "object",
            1,
        ),
        Function(
            "is_redundant",
            is_redundant,
            (*_STATEMENT, _TEXT),
            "Whether nothing would change without a statement",
            "object",
            1,
        ),
        Function(
            "is_subsumed",
            is_subsumed,
            (*_STATEMENT, _TEXT),
            "Whether one other statement of the same effect covers a statement",
            "object",
            1,
        ),
        Function(
            "absence_witness",
            absence_witness,
            (*_STATEMENT, _TEXT, _TEXT),
            "Whether an Allow lets a request through that lacks a key",
            "object",
            1,
        ),
        Function(
            "other_value_witness",
            other_value_witness,
            (*_STATEMENT, _TEXT, _TEXT),
            "Whether an Allow lets a request through whose value of a key the policy does not name",
            "object",
            1,
        ),
        Function(
            "undenied_witness",
            undenied_witness,
            (*_STATEMENT, _TEXT, _TEXT),
            "Whether a Deny misses a request only because it lacks a key",
            "object",
            1,
        ),
        Function("managed_policy", managed_policy, (_TEXT,), "What one of AWS's managed policies gives", "object"),
        Function(
            "plain_transport", plain_transport, (("object",),), "Whether calls without TLS are not refused", "object"
        ),
        Function("lower", lower, (_TEXT,), "Text in lower case", "string"),
        Function("upper", upper, (_TEXT,), "Text in upper case", "string"),
        Function("trim", trim, (_TEXT,), "Text without white space around it", "string"),
        Function("split", split, _TWO_TEXTS, "Text cut at each separator", "array"),
        Function("replace", replace, (_TEXT, _TEXT, _TEXT), "Text with one text replaced by another", "string"),
    )


@hookimpl
def register_checks() -> Iterable[NamedCheck]:
    """Return the Python checks that rules of AWS policies name."""
    from lictor_plugins.functions.policy_size import policy_size

    return (NamedCheck("aws-policy-size", policy_size),)
