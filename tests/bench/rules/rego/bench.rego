# The eleven rules, for OPA, regorus and Trivy: each finding is a rule's name and the statement's number.
package bench

import rego.v1

actions_that_assume := {
	"*", "sts:*", "sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity",
	"sts:TagSession", "sts:SetSourceIdentity",
}

statements := input.Statement if is_array(input.Statement)

statements := [input.Statement] if is_object(input.Statement)

as_list(value) := value if is_array(value)

as_list(value) := [value] if is_string(value)

is_anyone(statement) if statement.Principal == "*"

is_anyone(statement) if "*" in as_list(statement.Principal.AWS)

has_key(statement, wanted) if {
	some operator
	some key, _ in statement.Condition[operator]
	key == wanted
}

has_sub(statement) if {
	some operator
	some key, _ in statement.Condition[operator]
	endswith(key, ":sub")
}

findings contains ["anyone", i] if {
	some i, statement in statements
	statement.Effect == "Allow"
	not statement.Condition
	is_anyone(statement)
}

findings contains ["anyone-conditioned", i] if {
	some i, statement in statements
	statement.Effect == "Allow"
	statement.Condition
	is_anyone(statement)
}

findings contains ["not-principal", i] if {
	some i, statement in statements
	statement.NotPrincipal
}

findings contains ["root-without-external-id", i] if {
	some i, statement in statements
	statement.Effect == "Allow"
	some principal in as_list(statement.Principal.AWS)
	endswith(principal, ":root")
	not has_key(statement, "sts:ExternalId")
}

findings contains ["star-action", i] if {
	some i, statement in statements
	some action in as_list(statement.Action)
	action in {"*", "sts:*"}
}

findings contains ["unknown-action", i] if {
	some i, statement in statements
	some action in as_list(statement.Action)
	not action in actions_that_assume
}

findings contains ["resource", i] if {
	some i, statement in statements
	statement.Resource
}

findings contains ["resource", i] if {
	some i, statement in statements
	statement.NotResource
}

findings contains ["oidc-without-sub", i] if {
	some i, statement in statements
	"sts:AssumeRoleWithWebIdentity" in as_list(statement.Action)
	not has_sub(statement)
}

findings contains ["saml-without-aud", i] if {
	some i, statement in statements
	"sts:AssumeRoleWithSAML" in as_list(statement.Action)
	not has_key(statement, "SAML:aud")
}

findings contains ["user", i] if {
	some i, statement in statements
	some principal in as_list(statement.Principal.AWS)
	contains(principal, ":user/")
}

findings contains ["old-version", 0] if input.Version != "2012-10-17"
