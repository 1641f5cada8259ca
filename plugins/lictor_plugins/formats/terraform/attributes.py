"""What other resources and data sources tell of themselves: names and ARNs, as far as the configuration says them.

Attributes from the AWS provider's documentation, read 2026-11. What AWS makes up stays text such as
`${aws_s3_bucket.logs.id}`, and what is fixed in kind has the names that CloudFormation has: `${AWS::AccountId}`.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from lictor_plugins.formats.terraform.evaluate import Evaluator, Scope
from lictor_plugins.formats.terraform.modules import Declared
from lictor_plugins.formats.terraform.parts import Step
from lictor_plugins.formats.terraform.syntax import Attribute, Call, Name
from lictor_plugins.formats.terraform.values import Piece, Text, Value, as_text, pieces_of, text_value
from lictor_plugins.functions.managed_policies import arn_by_name

if TYPE_CHECKING:
    from lictor_plugins.formats.terraform.instances import Instance

_POLICY_DOCUMENT = "aws_iam_policy_document"
_IAM = "arn:${AWS::Partition}:iam::${AWS::AccountId}"

# Resource type to the start of its ARN and the attribute that its name is in.
_IAM_ARNS: Mapping[str, tuple[str, str]] = {
    "aws_iam_role": ("role", "name"),
    "aws_iam_user": ("user", "name"),
    "aws_iam_group": ("group", "name"),
    "aws_iam_policy": ("policy", "name"),
    "aws_iam_instance_profile": ("instance-profile", "name"),
    "aws_iam_saml_provider": ("saml-provider", "name"),
    "aws_iam_openid_connect_provider": ("oidc-provider", "url"),
}
_OTHER_ARNS: Mapping[str, tuple[str, str]] = {
    "aws_s3_bucket": ("arn:${AWS::Partition}:s3:::", "bucket"),
    "aws_sns_topic": ("arn:${AWS::Partition}:sns:${AWS::Region}:${AWS::AccountId}:", "name"),
    "aws_sqs_queue": ("arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:", "name"),
    "aws_lambda_function": ("arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:", "function_name"),
    "aws_dynamodb_table": ("arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/", "name"),
    "aws_ecr_repository": ("arn:${AWS::Partition}:ecr:${AWS::Region}:${AWS::AccountId}:repository/", "name"),
}
# The attributes that repeat another: `id` of a role is its name.
_SAME: Mapping[tuple[str, str], str] = {
    ("aws_iam_role", "id"): "name",
    ("aws_iam_user", "id"): "name",
    ("aws_iam_group", "id"): "name",
    ("aws_iam_policy", "id"): "arn",
    ("aws_iam_saml_provider", "id"): "arn",
    ("aws_iam_openid_connect_provider", "id"): "arn",
    ("aws_s3_bucket", "id"): "bucket",
    ("aws_lambda_function", "id"): "function_name",
}
_ACCOUNT: Mapping[tuple[str, str], str] = {
    ("aws_caller_identity", "account_id"): "${AWS::AccountId}",
    ("aws_caller_identity", "id"): "${AWS::AccountId}",
    ("aws_partition", "partition"): "${AWS::Partition}",
    ("aws_partition", "id"): "${AWS::Partition}",
    ("aws_partition", "dns_suffix"): "${AWS::URLSuffix}",
    ("aws_region", "name"): "${AWS::Region}",
    ("aws_region", "region"): "${AWS::Region}",
    ("aws_region", "id"): "${AWS::Region}",
}


def attribute_of(
    instance: "Instance", declared: Declared, steps: Sequence[Step], evaluator: Evaluator
) -> tuple[Value, int] | None:
    """Return an attribute of a resource of the same module, and how many steps led there."""
    is_indexed = bool(steps) and not isinstance(steps[0], str)
    taken = 2 if is_indexed else 1
    wanted = steps[taken - 1] if len(steps) >= taken else None
    if not isinstance(wanted, str):
        return None
    copies = instance.copies(declared.block, instance.scope(declared.source))
    chosen = copies[0] if copies else None
    if is_indexed:
        key = steps[0]
        index = as_text(key) if isinstance(key, Value) else None
        chosen = next(
            (copy for copy in copies if index is not None and copy.suffix in {f"[{index}]", f'["{index}"]'}), None
        )
        if chosen is None and (len(copies) != 1 or copies[0].suffix):
            return None
        chosen = chosen or copies[0]
    if chosen is None:
        return None
    return _attribute(declared, wanted, chosen.scope, evaluator), taken


def _attribute(declared: Declared, wanted: str, scope: Scope, evaluator: Evaluator) -> Value:
    kind, name = declared.block.labels[:2]
    wanted = _SAME.get((kind, wanted), wanted)
    given = declared.block.body.attributes.get(wanted)
    if given is not None:
        return evaluator.evaluate(given.value, scope)
    if wanted == "arn":
        arn = _arn(kind, declared.block.body.attributes, scope, evaluator)
        if arn is not None:
            return arn
    return text_value(f"${{{kind}.{name}.{wanted}}}")


def _arn(kind: str, attributes: Mapping[str, Attribute], scope: Scope, evaluator: Evaluator) -> Value | None:
    """Return the ARN of a resource whose name is given."""
    form, naming = _IAM_ARNS.get(kind) or _OTHER_ARNS.get(kind) or ("", "")
    given = attributes.get(naming)
    if given is None:
        return None
    named = list(pieces_of(evaluator.evaluate(given.value, scope)))
    if kind not in _IAM_ARNS:
        return Text(pieces=(Piece(form), *named))
    if kind == "aws_iam_openid_connect_provider" and named:
        named[0] = named[0]._replace(text=named[0].text.removeprefix("https://"), origin=None)
    between = "/"
    if "path" in attributes and naming == "name":
        path = as_text(evaluator.evaluate(attributes["path"].value, scope))
        between = path if path and path.startswith("/") else "/"
    return Text(pieces=(Piece(f"{_IAM}:{form}{between}"), *named))


def data_attribute(  # noqa: PLR0911 - one return for each sort of attribute
    instance: "Instance",
    address: tuple[str, str],
    declared: Declared | None,
    steps: Sequence[Step],
    evaluator: Evaluator,
) -> tuple[Value, int] | None:
    """Return an attribute of a data source, and how many steps led there, its type and name included."""
    is_indexed = bool(steps) and not isinstance(steps[0], str)
    wanted = steps[1] if is_indexed and len(steps) > 1 else steps[0]
    taken = 2 + (2 if is_indexed else 1)
    if declared is None or not isinstance(wanted, str):
        return None
    kind = address[0]
    if (kind, wanted) in _ACCOUNT:
        return text_value(_ACCOUNT[kind, wanted]), taken
    copies = instance.copies(declared.block, instance.scope(declared.source))
    key = as_text(steps[0]) if is_indexed and isinstance(steps[0], Value) else None
    scope = next((copy.scope for copy in copies if copy.suffix in {f"[{key}]", f'["{key}"]'}), None)
    if scope is None:
        if not copies or (is_indexed and copies[0].suffix):
            return None
        scope = copies[0].scope
    if kind == _POLICY_DOCUMENT and wanted in {"json", "minified_json"}:
        from lictor_plugins.formats.terraform.policy_documents import policy_document

        instance.used.add(address)
        found = scope
        return instance._once(  # noqa: SLF001 - its own part
            ("data", *address, key or ""), lambda: policy_document(instance, declared, found)
        ), taken
    given = declared.block.body.attributes.get(wanted)
    if given is not None:
        return evaluator.evaluate(given.value, scope), taken
    if wanted == "arn" or _SAME.get((kind, wanted)) == "arn":
        arn = _looked_up(kind, declared.block.body.attributes, scope, evaluator)
        return None if arn is None else (arn, taken)
    return None


def _looked_up(kind: str, attributes: Mapping[str, Attribute], scope: Scope, evaluator: Evaluator) -> Value | None:
    """Return the ARN of what a data source finds by its name; policies by AWS's names are AWS's."""
    named = attributes.get("name") if kind == "aws_iam_policy" else None
    name = None if named is None else as_text(evaluator.evaluate(named.value, scope))
    arn = None if name is None else arn_by_name(name)
    return _arn(kind, attributes, scope, evaluator) if arn is None else text_value(arn)


def type_constraint_is_list(declared: Declared) -> bool:
    """Tell whether a variable is declared as a list or a set, so that no value means none of its elements."""
    given = declared.block.body.attributes.get("type")
    if given is None:
        return False
    word = given.value
    return isinstance(word, Call | Name) and word.name in {"list", "set", "tuple"}
