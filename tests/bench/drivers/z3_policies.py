"""Questions about policies by an SMT solver: `python z3_policies.py`, in an environment that has z3-solver.

It reads one question a line as JSON and answers each with a line: `yes` (a request exists), `no` (none does), `unknown`
(the solver gave up after ten seconds) or `unsupported`, and the seconds of CPU that it took. The encoding is the plain
one: a text for each part of the request, patterns as regular expressions, numbers and moments as reals, addresses as
integers, sets as three texts, presence of a key as a Boolean. What is known of keys comes with the question.
"""

import itertools
import json
import sys
import time
from collections.abc import Iterable, Mapping
from typing import Any

import z3  # type: ignore[import-not-found] # in an environment of its own
from z3_values import ANY, ANY_CHAR, DIGITS, NEGATED, NO_COLON, Key, UnsupportedError, family, like, listed, regex

TIMEOUT = 10_000
MEMBERS = ("role", "user", "root", "federated-user")
KINDS = (*MEMBERS, "service", "saml", "oidc", "anonymous")
TYPES = {"role": "AssumedRole", "user": "User", "root": "Account", "federated-user": "FederatedUser"}
ASSUME = ("sts:assumerole", "sts:assumerolewithsaml", "sts:assumerolewithwebidentity")
TRUST = (*ASSUME, "sts:tagsession", "sts:setsourceidentity", "sts:setcontext")


class Asked:
    """One question: the request as variables, and what is true of every request."""

    def __init__(self, question: Mapping[str, Any]) -> None:
        """Make the variables that the policies speak of."""
        self.question = question
        self.kind_of_policy = question["kind"]
        self.limits: list[Any] = []
        self.kind = {name: z3.Bool(f"caller is {name}") for name in KINDS}
        self.limits.append(z3.PbEq([(flag, 1) for flag in self.kind.values()], 1))
        self.account, self.arn, self.name = z3.String("account"), z3.String("arn"), z3.String("name")
        self.session, self.other = z3.String("session"), z3.String("service or provider")
        self.action, self.resource = z3.String("action"), z3.String("resource")
        self._callers()
        self._calls()
        families: dict[str, set[str]] = {key: set() for key in question["keys"]}
        for document in (question.get("old"), question["new"]):
            for each in listed(document["Statement"]) if document else ():
                for name, keys in each.get("Condition", {}).items():
                    operator = name.rpartition(":")[2].removesuffix("IfExists")
                    for key in keys:
                        if operator != "Null":
                            families[key.lower()].add(family(operator))
        self.keys = {name: Key(name, facts, families[name]) for name, facts in question["keys"].items()}
        self._keys()

    def _callers(self) -> None:
        path, partition = z3.String("path"), z3.String("partition")
        word = z3.Plus(z3.Intersect(NO_COLON, z3.Complement(z3.Re("/"))))
        self.limits += [
            z3.InRe(self.account, DIGITS),
            z3.InRe(self.name, word),
            z3.InRe(self.session, word),
            z3.InRe(path, z3.Star(z3.Concat(word, z3.Re("/")))),
            z3.Or([partition == each for each in ("aws", "aws-cn", "aws-us-gov")]),
        ]
        for kind, form in (("role", "iam::{}:role/"), ("user", "iam::{}:user/"), ("root", "iam::{}:root"),
                           ("federated-user", "sts::{}:federated-user/")):  # fmt: skip
            before, after = form.split("{}")
            parts = [z3.StringVal("arn:"), partition, z3.StringVal(f":{before}"), self.account, z3.StringVal(after)]
            parts += [] if kind == "root" else [self.name] if kind == "federated-user" else [path, self.name]
            self.limits.append(z3.Implies(self.kind[kind], self.arn == z3.Concat(*parts)))

    def is_any(self, *kinds: str) -> Any:
        """Return that the caller is of one of these kinds."""
        return z3.Or([self.kind[kind] for kind in kinds])

    def _calls(self) -> None:
        if self.kind_of_policy == "trust":
            actions = ASSUME if self.question["question"] == "outside" else TRUST
            self.limits.append(z3.Or([self.action == each for each in actions]))
            self.limits.append(z3.Implies(self.action == ASSUME[0], self.is_any("role", "user", "service")))
            self.limits.append(z3.Implies(self.action == ASSUME[1], self.kind["saml"]))
            self.limits.append(z3.Implies(self.action == ASSUME[2], self.kind["oidc"]))
            self.limits.append(z3.Not(self.kind["anonymous"]))
        else:
            self.limits.append(z3.InRe(self.action, z3.Concat(z3.Plus(NO_COLON), z3.Re(":"), ANY_CHAR, ANY)))
            self.limits.append(
                z3.Or(self.resource == "*", z3.InRe(self.resource, regex("arn:*:*:*:*:?*", is_arn=True)))
            )
        if self.kind_of_policy in ("identity", "scp"):
            self.limits.append(self.is_any(*MEMBERS))
        if self.question.get("caller"):
            self.limits += [self.kind["role"], self.arn == z3.StringVal(self.question["caller"])]
        for name in ("action", "resource"):
            if self.question.get(name):
                text = self.question[name].lower() if name == "action" else self.question[name]
                self.limits.append(getattr(self, name) == z3.StringVal(text))

    def _keys(self) -> None:
        known = {
            "aws:principalarn": (MEMBERS, self.arn),
            "aws:principalaccount": (MEMBERS, self.account),
            "aws:username": (("user",), self.name),
            "aws:principalservicename": (("service",), self.other),
        }
        for name, key in self.keys.items():
            self.limits += key.limits
            for kind, presence in self.question["keys"][name]["presence"].items():
                if presence != "maybe":
                    self.limits.append(z3.Implies(self.kind[kind], key.there == (presence == "always")))
            if name in known:
                kinds, value = known[name]
                self.limits.append(z3.Implies(self.is_any(*kinds), key.values[0] == value))
        self._special_keys()
        for paths, owner in (
            ("aws:principalorgpaths", "aws:principalorgid"),
            ("aws:sourceorgpaths", "aws:sourceorgid"),
        ):
            if paths in self.keys and owner in self.keys:
                organization = self.keys[owner]
                for used, value in zip(self.keys[paths].used, self.keys[paths].values, strict=True):
                    begins = z3.PrefixOf(z3.Concat(organization.values[0], z3.StringVal("/")), value)
                    self.limits.append(z3.Implies(used, z3.And(organization.there, begins)))
        now, epoch = self.keys.get("aws:currenttime"), self.keys.get("aws:epochtime")
        if now and epoch:
            if now.values[0].sort() != epoch.values[0].sort():
                raise UnsupportedError("times")
            self.limits.append(now.values[0] == epoch.values[0])

    def _special_keys(self) -> None:
        if (key := self.keys.get("sts:externalid")) is not None:
            other = z3.And(z3.PrefixOf(z3.StringVal("sts:"), self.action), self.action != ASSUME[0])
            self.limits.append(z3.Implies(other, z3.Not(key.there)))
        if (key := self.keys.get("aws:principaltype")) is not None:
            for kind, text in (*TYPES.items(), ("anonymous", "Anonymous")):
                self.limits.append(z3.Implies(self.kind[kind], key.values[0] == text))
        if (key := self.keys.get("aws:principalaccount")) is not None:
            self.limits.append(z3.Implies(key.there, self.kind["anonymous"] == (key.values[0] == "anonymous")))
        if (key := self.keys.get("aws:principalisawsservice")) is not None:
            self.limits.append((key.values[0] == "true") == self.kind["service"])
        if (key := self.keys.get("aws:userid")) is not None:
            value = key.values[0]
            named = z3.Concat(self.account, z3.StringVal(":"), self.name)
            for kind, claim in (
                ("anonymous", value == "anonymous"),
                ("root", value == self.account),
                ("federated-user", value == named),
                ("user", z3.InRe(value, z3.Concat(z3.Re("AIDA"), z3.Star(NO_COLON)))),
                ("role", z3.InRe(value, regex("AROA*:*"))),
            ):
                self.limits.append(z3.Implies(self.kind[kind], claim))

    def allows(self, document: Mapping[str, Any] | None) -> Any:
        """Return that a policy allows the request."""
        statements = listed(document["Statement"]) if document else []
        allowed = [self._matches(each) for each in statements if each["Effect"] == "Allow"]
        denied = [self._matches(each) for each in statements if each["Effect"] == "Deny"]
        return z3.And(z3.Or(allowed), z3.Not(z3.Or(denied)))

    def _matches(self, statement: Mapping[str, Any]) -> Any:
        parts: list[Any] = []
        for element, text, is_arn in (("Action", self.action, False), ("Resource", self.resource, True)):
            for name in (element, f"Not{element}"):
                if name in statement:
                    patterns = [each.lower() if element == "Action" else each for each in listed(statement[name])]
                    covered = z3.Or([self._covers(text, each, is_arn=is_arn) for each in patterns])
                    parts.append(covered if name == element else z3.Not(covered))
        if "Principal" in statement:
            parts.append(z3.Or([self._names(*each) for each in principals(statement["Principal"])]))
        if "NotPrincipal" in statement:
            parts.append(z3.Not(self._spares(list(principals(statement["NotPrincipal"])))))
        for name, keys in statement.get("Condition", {}).items():
            parts += [self._holds(name, self.keys[key.lower()], listed(values)) for key, values in keys.items()]
        return z3.And(parts)

    def _covers(self, text: Any, pattern: str, *, is_arn: bool) -> Any:
        if pattern.strip("*") == "":
            return z3.BoolVal(val=True)
        return like(text, pattern, is_arn=is_arn)

    def _names(self, type_: str, value: str) -> Any:
        if value == "*":
            return z3.BoolVal(val=True)
        if type_ == "Service":
            return z3.And(self.kind["service"], self.other == value)
        if type_ == "Federated":
            is_saml = ":saml-provider/" in value
            return z3.And(self.kind["saml" if is_saml else "oidc"], self.other == value)
        if value.isdigit() or value.endswith(":root"):
            account = value if value.isdigit() else value.split(":")[4]
            return z3.And(self.is_any(*MEMBERS), self.account == account)
        if ":assumed-role/" in value:
            role, session = value.split("/")[1:]
            ours = [self.account == value.split(":")[4], self.name == role, self.session == session]
            return z3.And(self.kind["role"], *ours)
        return z3.And(self.is_any(*MEMBERS), self.arn == value)

    def _spares(self, stated: list[tuple[str, str]]) -> Any:
        """Return that a NotPrincipal leaves the caller out: entity, account and, of a role, the session are listed."""
        accounts = [each for each in stated if each[1].isdigit() or each[1].endswith(":root")]
        sessions = [each for each in stated if ":assumed-role/" in each[1]]
        entities = [each for each in stated if each not in accounts and each not in sessions and each[1] != "*"]
        by_name, by_session, by_account = (
            z3.Or([self._names(*each) for each in part]) for part in (entities, sessions, accounts)
        )
        if any(value == "*" for _, value in stated):
            return z3.BoolVal(val=True)
        return z3.Or(
            z3.And(self.kind["root"], by_account),
            z3.And(self.is_any("user", "federated-user"), by_name, by_account),
            z3.And(self.kind["role"], by_name, by_session, by_account),
            z3.And(self.is_any("service", "saml", "oidc"), by_name),
        )

    def _holds(self, name: str, key: Key, values: list[str]) -> Any:
        prefix, _, operator = name.rpartition(":")
        if operator == "Null":
            return z3.Or([z3.Not(key.there) if value.lower() == "true" else key.there for value in values])
        base = operator.removesuffix("IfExists")
        positive = NEGATED.get(base, base)
        tests = [key.test(positive, values, value) for value in key.values]
        if base in NEGATED:
            tests = [z3.Not(test) for test in tests]
        if prefix == "ForAllValues":
            return z3.And([z3.Implies(used, test) for used, test in zip(key.used, tests, strict=True)])
        met = z3.Or([z3.And(used, test) for used, test in zip(key.used, tests, strict=True)])
        is_met_without = base != operator or (base in NEGATED and not prefix)
        return z3.Or(met, z3.Not(key.there)) if is_met_without else met

    def is_outside(self) -> Any:
        """Return that the caller is of no account and organization of the own ones."""
        own = [self.account == account for account in self.question["own"]]
        claims = [self.is_any(*MEMBERS, "anonymous"), z3.Or(self.kind["anonymous"], z3.Not(z3.Or(own)))]
        for organization, key in itertools.product(self.question["organizations"], self.keys.values()):
            if key.name == "aws:principalorgid":
                claims.append(z3.Not(z3.And(key.there, key.values[0] == organization)))
            elif key.name == "aws:principalorgpaths":
                begins = [z3.PrefixOf(z3.StringVal(f"{organization}/"), value) for value in key.values]
                claims += [z3.Not(z3.And(used, begin)) for used, begin in zip(key.used, begins, strict=True)]
        return z3.And(claims)


def principals(value: Any) -> Iterable[tuple[str, str]]:
    """Yield the type and the text of each principal of an element."""
    if isinstance(value, str):
        yield "*", value
        return
    for type_, texts in value.items():
        yield from ((type_, text) for text in listed(texts))


def answer(question: Mapping[str, Any]) -> str:
    """Answer one question."""
    try:
        asked = Asked(question)
        goal = asked.allows(question["new"])
        if question["question"] == "new":
            goal = z3.And(goal, z3.Not(asked.allows(question["old"])))
        elif question["question"] == "outside":
            goal = z3.And(goal, asked.is_outside())
    except UnsupportedError:
        return "unsupported"
    solver = z3.Solver()
    solver.set("timeout", TIMEOUT)
    solver.add(*asked.limits, goal)
    return {"sat": "yes", "unsat": "no"}.get(str(solver.check()), "unknown")


def main() -> None:
    """Answer the questions on standard input."""
    for line in sys.stdin:
        question = json.loads(line)
        start = time.process_time()
        said = answer(question)
        print(json.dumps({"answer": said, "seconds": time.process_time() - start}), flush=True)


if __name__ == "__main__":
    main()
