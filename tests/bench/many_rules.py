"""More rules than eleven, the same in each language, so that cost can be measured as rules grow.

A rule asks one of five things about a text. Most texts are in no document, as most rules find nothing in most; the
first of each kind are in many.
"""

import json
from pathlib import Path
from typing import NamedTuple

RULES = Path(__file__).parent / "rules"
ELEVEN = 11

_TEXTS = {
    "action": ("sts:TagSession", "s3:GetObject"),
    "prefix": ("s3:", "sts:AssumeRoleWithS"),
    "principal": (":role/team/r3", ":role/central"),
    "key": ("aws:SourceAccount", "SAML:aud"),
    "service": ("glue.amazonaws.com", "ec2.amazonaws.com"),
}
_NOWHERE = {
    "action": "svc{}:Call",
    "prefix": "svc{}:Get",
    "principal": ":role/nobody-{}",
    "key": "aws:PrincipalTag/tag{}",
    "service": "svc{}.amazonaws.com",
}
_LICTOR = {
    "action": ("statements", "contains(actions, '{}')"),
    "prefix": ("statements[?effect_raw == 'Allow']", "actions[?starts_with(@, '{}')] | [0]"),
    "principal": ("statements", "principals[?type == 'AWS' && contains(value, '{}')] | [0]"),
    "key": ("statements", "conditions[?operator_raw == 'StringEquals' && key_raw == '{}'] | [0]"),
    "service": ("statements[?!has_condition]", "principals[?type == 'Service' && value == '{}'] | [0]"),
}
_JMESPATH = {
    "action": "to_array(Statement)[?contains(to_array(Action || `[]`), '{}')]",
    "prefix": "to_array(Statement)[?Effect == 'Allow' && to_array(Action || `[]`)[?starts_with(@, '{}')]]",
    "principal": "to_array(Statement)[?to_array(Principal.AWS || `[]`)[?contains(@, '{}')]]",
    "key": 'to_array(Statement)[?Condition.StringEquals."{}"]',
    "service": "to_array(Statement)[?!Condition && contains(to_array(Principal.Service || `[]`), '{}')]",
}
_REGO = {
    "action": '"{}" in as_list(statement.Action)',
    "prefix": 'statement.Effect == "Allow"\n\tsome action in as_list(statement.Action)\n\tstartswith(action, "{}")',
    "principal": 'some principal in as_list(statement.Principal.AWS)\n\tcontains(principal, "{}")',
    "key": 'statement.Condition.StringEquals["{}"]',
    "service": 'not statement.Condition\n\t"{}" in as_list(statement.Principal.Service)',
}


class Written(NamedTuple):
    """Where the same rules are, in each language."""

    lictor: Path
    jmespath: Path
    rego: Path


def write_rules(count: int, directory: Path) -> Written:
    """Write so many rules below a directory: the eleven, and as many more as are wanted."""
    asked = [_question(number) for number in range(max(0, count - ELEVEN))]
    written = Written(directory / "bench.yaml", directory / "rules.json", directory / "rego")
    written.rego.mkdir(parents=True, exist_ok=True)

    lictor = [(RULES / "lictor/bench.yaml").read_text()]
    rules = json.loads((RULES / "jmespath/rules.json").read_text())
    rego = [(RULES / "rego/bench.rego").read_text()]
    for number, (form, text) in enumerate(asked):
        rule = f"more-{number:03}"
        for_each, deny = _LICTOR[form]
        lictor.append(
            f"  bench-{rule}:\n    title: {json.dumps(f'The {form} {text}')}\n    level: error\n"
            f"    applies-to: [aws.iam.trust-policy]\n    for-each: {json.dumps(for_each)}\n"
            f"    deny: {json.dumps(deny.format(text))}\n    message: {json.dumps(f'there is the {form} {text}')}\n"
        )
        rules[rule] = _JMESPATH[form].format(text)
        rego.append(
            f'\nfindings contains ["{rule}", i] if {{\n\tsome i, statement in statements\n\t'
            f"{_REGO[form].format(text)}\n}}\n"
        )
    written.lictor.write_text("".join(lictor))
    written.jmespath.write_text(json.dumps(rules))
    (written.rego / "bench.rego").write_text("".join(rego))
    return written


def _question(number: int) -> tuple[str, str]:
    form, nth = tuple(_TEXTS)[number % len(_TEXTS)], number // len(_TEXTS)
    found = _TEXTS[form]
    return form, found[nth] if nth < len(found) else _NOWHERE[form].format(nth)
