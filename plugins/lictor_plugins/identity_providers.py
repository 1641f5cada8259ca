"""The identity providers whose tokens AWS trusts: where they live, and which claims say whose token it is.

One row for each kind of issuer. A shared issuer gives tokens to all its customers, so only a claim tells one from
another; any other issuer has its tenant in its URL, and a claim narrows the trust within that tenant. Sources were
read in November 2026 and stand in each row; a row without any is from memory, and `is_verified` says so.
"""

import functools
from collections.abc import Mapping

from lictor import EMPTY, NamedTuple

_IAM = "https://docs.aws.amazon.com/IAM/latest/UserGuide/"
# Which providers are shared and what AWS demands of a role for them: "Identity-provider controls".
CONTROLS = _IAM + "id_roles_providers_oidc_secure-by-default.html"
# Which claims are condition keys, beside `aud` and `sub`: "Keys available for AWS OIDC federation", and all of STS's.
KEYS = _IAM + "reference_policies_iam-condition-keys.html"
STS_KEYS = "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssecuritytokenservice.html"
_GITHUB = "https://docs.github.com/en/actions/reference/security/oidc"
_GHE = "token.actions.*.ghe.com"

_LITERAL = r"[^*?]+"
_UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"


class IdentityProvider(NamedTuple):
    """A kind of issuer.

    `hosts` are globs over the issuer's URL without scheme. `tenant_claims` gives for each claim the regular expression
    that a value must wholly match to pin the tenant; a `*` or `?` in the value is a wildcard there. `tenant_keys` does
    the same for condition keys that are no claims. `lone_claims` are the beginnings of a composed `sub` that pin
    nothing, as every customer can choose them. `formats` is what a literal value of a claim looks like.
    `required_claims` and `required_keys` are what IAM demands before it takes the trust policy.
    """

    name: str
    title: str
    hosts: tuple[str, ...]
    tenant_claims: Mapping[str, str] = EMPTY
    tenant_keys: Mapping[str, str] = EMPTY
    audience_claims: tuple[str, ...] = ("aud",)
    required_claims: tuple[str, ...] = ()
    required_keys: tuple[str, ...] = ()
    formats: Mapping[str, str] = EMPTY
    lone_claims: Mapping[str, str] = EMPTY
    is_shared: bool = True
    is_verified: bool = True
    sources: tuple[str, ...] = ()


# `repo:OWNER/NAME:…`, since July 2026 `repo:OWNER@ID/NAME@ID:…`; a customised sub may put other claims before it.
_GITHUB_SUB = (
    r"(?:[^*?]*:)?(?:(?:repo|repository|job_workflow_ref):[^*?/:@]+[/@].*"
    r"|(?:repository_id|repository_owner|repository_owner_id|enterprise|enterprise_id):[^*?:]+(?::.*)?)"
)
_GITHUB_CLAIMS = {
    "sub": _GITHUB_SUB,
    "repository": r"[^*?/]+/.*",
    "repository_id": _LITERAL,
    "repository_owner": _LITERAL,
    "repository_owner_id": _LITERAL,
    "job_workflow_ref": r"[^*?/]+/.*",
    "enterprise_id": _LITERAL,
}
_GITHUB_CLAIM = (
    r"(?:actor|actor_id|base_ref|check_run_id|context|environment|event_name|head_ref|job_workflow_sha|ref|ref_type"
    r"|ref_protected|repository_visibility|run_attempt|run_id|run_number|runner_environment|workflow|workflow_ref"
    r"|workflow_sha)"
)
# A customised sub begins with another claim, or goes on with other claims: that is taken as it is.
_GITHUB_FORMAT = (
    r"repo:[^/:@\s]+(?:@\d+)?/[^/:@\s]+(?:@\d+)?:(?:pull_request|ref:refs/(?:heads|tags|pull)/\S+"
    rf"|(?!ref:|ref_type:){_GITHUB_CLAIM}:.+|(?:repository|job_workflow|repo_property_|enterprise)\w*:.+)"
    r"|(?!repo:)[a-z_]+:.+"
)
_GITHUB_LONE = rf"{_GITHUB_CLAIM}:.*"

PROVIDERS: tuple[IdentityProvider, ...] = (
    IdentityProvider(
        "github",
        "GitHub Actions",
        ("token.actions.githubusercontent.com", "vstoken.actions.githubusercontent.com"),
        tenant_claims=_GITHUB_CLAIMS,
        required_claims=("sub",),
        formats={"sub": _GITHUB_FORMAT},
        lone_claims={"sub": _GITHUB_LONE},
        sources=(CONTROLS, STS_KEYS, _GITHUB),
    ),
    IdentityProvider(
        "github-enterprise",
        "GitHub Actions of one enterprise",
        ("token.actions.githubusercontent.com/*", _GHE, f"{_GHE}/*", "*/_services/token"),
        tenant_claims=_GITHUB_CLAIMS,
        formats={"sub": _GITHUB_FORMAT},
        lone_claims={"sub": _GITHUB_LONE},
        is_shared=False,
        sources=(STS_KEYS, _GITHUB),
    ),
    IdentityProvider(
        "gitlab",
        "GitLab.com",
        ("gitlab.com",),
        tenant_claims={
            "sub": r"project_path:[^*?/:]+/.*",
            "project_id": _LITERAL,
            "namespace_id": _LITERAL,
        },
        required_claims=("sub",),
        formats={"sub": r"project_path:[^:\s]+/[^:\s]+(?::.+)?"},
        sources=(CONTROLS, STS_KEYS, "https://docs.gitlab.com/ci/cloud_services/aws/"),
    ),
    IdentityProvider(
        "terraform-cloud",
        "HCP Terraform",
        ("app.terraform.io", "app.eu.terraform.io"),
        tenant_claims={
            "sub": r"organization:[^*?:]+:.*",
            "terraform_organization_id": _LITERAL,
            "terraform_workspace_id": _LITERAL,
        },
        required_claims=("sub",),
        formats={"sub": r"organization:[^:]+:project:[^:]+:workspace:[^:]+:run_phase:[^:]+"},
        sources=(
            CONTROLS,
            "https://developer.hashicorp.com/terraform/cloud-docs/dynamic-provider-credentials/aws-configuration",
        ),
    ),
    IdentityProvider(
        "buildkite",
        "Buildkite",
        ("agent.buildkite.com",),
        tenant_claims={
            # The sub may also be one immutable claim alone: the id of a pipeline, a cluster or an organisation.
            "sub": rf"organization:[^*?:]+:.*|{_UUID}",
            "organization_slug": _LITERAL,
            "organization_id": _LITERAL,
            "pipeline_id": _LITERAL,
            "cluster_id": _LITERAL,
        },
        # Buildkite signs session tags into the token, so nobody else can choose them.
        tenant_keys={
            "aws:requesttag/organization_slug": _LITERAL,
            "aws:requesttag/organization_id": _LITERAL,
            "aws:requesttag/pipeline_id": _LITERAL,
            "aws:requesttag/cluster_id": _LITERAL,
        },
        required_claims=("sub",),
        formats={"sub": rf"organization:[^:]+:pipeline:[^:]+:ref:.+:commit:[^:]+:step:.*|{_UUID}"},
        sources=(CONTROLS, STS_KEYS, "https://buildkite.com/docs/pipelines/security/oidc/aws"),
    ),
    IdentityProvider(
        "circleci",
        "CircleCI",
        ("oidc.circleci.com/org/*",),
        tenant_claims={"sub": rf"org/(?:{_UUID}|\*)/project/[^*?/]+(?:/.*)?", "oidc.circleci.com/project-id": _LITERAL},
        formats={"sub": rf"org/{_UUID}/project/{_UUID}/user/.+"},
        is_shared=False,
        sources=(STS_KEYS, "https://circleci.com/docs/openid-connect-tokens/"),
    ),
    IdentityProvider(
        "bitbucket",
        "Bitbucket Pipelines",
        ("api.bitbucket.org/2.0/workspaces/*/pipelines-config/identity/oidc",),
        # {REPOSITORY}:{STEP} or {REPOSITORY}:{ENVIRONMENT}:{STEP}: no other workspace can have one of these ids.
        tenant_claims={"sub": rf".*{_UUID}.*|[^*?:]+(?::.*)?"},
        is_shared=False,
        sources=(
            "https://support.atlassian.com/bitbucket-cloud/docs/deploy-on-aws-using-bitbucket-pipelines-openid-connect/",
        ),
    ),
    IdentityProvider(
        "eks",
        "Amazon EKS",
        ("oidc.eks.*.amazonaws.com/id/*", "oidc.eks.*.amazonaws.com.cn/id/*", "oidc-eks.*.api.aws/id/*"),
        tenant_claims={"sub": r"system:serviceaccount:[^*?:]+:.*"},
        formats={"sub": r"system:serviceaccount:[^:\s]+:[^:\s]+"},
        is_shared=False,
        sources=("https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html",),
    ),
    IdentityProvider(
        "cognito",
        "Amazon Cognito identity pools",
        ("cognito-identity.amazonaws.com", "cognito-identity-us-gov.amazonaws.com"),
        tenant_claims={"aud": _LITERAL, "sub": _LITERAL},
        required_claims=("aud",),
        formats={"aud": rf"[a-z]{{2,4}}(?:-[a-z]+)+-\d:{_UUID}"},
        sources=(
            CONTROLS,
            STS_KEYS,
            "https://docs.aws.amazon.com/cognito/latest/developerguide/role-trust-and-permissions.html",
        ),
    ),
    IdentityProvider(
        "google",
        "Google",
        ("accounts.google.com",),
        tenant_claims={
            "aud": _LITERAL,
            "oaud": _LITERAL,
            "azp": _LITERAL,
            "sub": _LITERAL,
            "google/organization_number": _LITERAL,
        },
        audience_claims=("aud", "oaud", "azp"),
        sources=(KEYS, STS_KEYS),
    ),
    IdentityProvider(
        "facebook",
        "Facebook",
        ("graph.facebook.com",),
        tenant_claims={"app_id": _LITERAL, "id": _LITERAL},
        audience_claims=("app_id",),
        sources=(KEYS, STS_KEYS),
    ),
    IdentityProvider(
        "amazon",
        "Login with Amazon",
        ("www.amazon.com",),
        tenant_claims={"app_id": _LITERAL, "user_id": _LITERAL},
        audience_claims=("app_id",),
        sources=(KEYS, STS_KEYS),
    ),
    IdentityProvider(
        "vercel",
        "Vercel",
        ("oidc.vercel.com",),
        tenant_claims={
            "aud": r"https://vercel\.com/[^*?/]+",
            "sub": r"owner:[^*?:]+:.*",
            "owner_id": _LITERAL,
            "project_id": _LITERAL,
        },
        required_claims=("aud",),
        formats={"sub": r"owner:[^:]+:project:[^:]+:environment:[^:]+"},
        sources=(CONTROLS, "https://vercel.com/docs/oidc/reference"),
    ),
    IdentityProvider(
        "vercel-team",
        "Vercel, for one team",
        ("oidc.vercel.com/*",),
        tenant_claims={"sub": r"owner:[^*?:]+:project:[^*?:]+:.*", "project_id": _LITERAL},
        formats={"sub": r"owner:[^:]+:project:[^:]+:environment:[^:]+"},
        is_shared=False,
        sources=("https://vercel.com/docs/oidc/reference",),
    ),
    *(
        IdentityProvider(name, title, hosts, {"sub": sub}, required_claims=("sub",), sources=(CONTROLS, *more))
        for name, title, hosts, sub, *more in (
            (
                "github-audit-log",
                "GitHub audit log streaming",
                ("oidc-configuration.audit-log.githubusercontent.com",),
                r"https://github\.com/[^*?]+",
            ),
            (
                "codefresh",
                "Codefresh",
                ("oidc.codefresh.io",),
                r"account:[^*?:]+:.*",
                "https://codefresh.io/docs/docs/integrations/oidc-pipelines/",
            ),
            ("scalr", "Scalr", ("scalr.io", "*.scalr.io"), r"account:[^*?:]+:.*"),
            (
                "upbound",
                "Upbound",
                ("proidc.upbound.io",),
                r"mcp:[^*?/:]+/.*",
                "https://docs.upbound.io/manuals/packages/providers/authentication/",
            ),
            ("dvc-studio", "DVC Studio", ("studio.datachain.ai/api",), r"credentials:[^*?/:]+/.*"),
        )
    ),
    IdentityProvider(
        "pulumi",
        "Pulumi Cloud",
        ("api.pulumi.com/oidc", "api.pulumi.com/oidc/v2"),
        tenant_claims={
            "aud": _LITERAL,
            "sub": r"pulumi:(?:[^*?]*:)?(?:org|pulumi\.organization\.login):[^*?:]+(?::.*)?",
        },
        required_claims=("aud",),
        sources=(CONTROLS, "https://www.pulumi.com/docs/esc/guides/configuring-oidc/"),
    ),
    IdentityProvider(
        "sentinel",
        "Microsoft Sentinel and Defender for Cloud",
        (
            "sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d",
            "sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d/",
        ),
        tenant_keys={"sts:rolesessionname": r"[^*?]+"},
        required_keys=("sts:rolesessionname",),
        sources=(CONTROLS, "https://learn.microsoft.com/en-us/azure/sentinel/connect-aws"),
    ),
    # That these are shared is documented, or known; what their claims look like is not.
    *(
        IdentityProvider(name, title, hosts, {claim: _LITERAL}, required_claims=required, is_verified=False)
        for name, title, hosts, claim, required in (
            ("shisho", "Shisho Cloud", ("tokens.cloud.shisho.dev",), "sub", ("sub",)),
            ("sandboxes", "sandboxes.cloud", ("sandboxes.cloud",), "aud", ("aud",)),
            ("env0", "env0", ("login.app.env0.com", "login.app.env0.com/"), "sub", ()),
        )
    ),
    # The issuers from here on have the tenant in their URL: whoever names one trusts that tenant and nobody else.
    IdentityProvider(
        "spacelift",
        "Spacelift",
        ("*.app.spacelift.io", "*.app.us.spacelift.io"),
        tenant_claims={"sub": r"space:[^*?:]+:.*"},
        is_shared=False,
        sources=("https://docs.spacelift.io/integrations/cloud-providers/oidc/aws-oidc",),
    ),
    *(
        IdentityProvider(name, title, hosts, is_shared=False, is_verified=False)
        for name, title, hosts in (
            ("azure", "Microsoft Entra ID", ("sts.windows.net/*", "login.microsoftonline.com/*")),
            ("azure-devops", "Azure DevOps", ("vstoken.dev.azure.com/*",)),
            ("aks", "Azure Kubernetes Service", ("*.oic.prod-aks.azure.com/*",)),
            ("gke", "Google Kubernetes Engine", ("container.googleapis.com/*",)),
            ("okta", "Okta", ("*.okta.com", "*.okta.com/*", "*.oktapreview.com", "*.okta-emea.com")),
            ("auth0", "Auth0", ("*.auth0.com", "*.auth0.com/")),
            ("cognito-user-pool", "Amazon Cognito user pools", ("cognito-idp.*.amazonaws.com/*",)),
            ("harness", "Harness", ("app.harness.io/ng/api/oidc/account/*",)),
            ("fly", "Fly.io", ("oidc.fly.io/*",)),
            ("oci", "Oracle Cloud", ("idcs-*.identity.oraclecloud.com",)),
        )
    ),
)


@functools.lru_cache(maxsize=1_000)
def provider_for(host_and_path: str) -> IdentityProvider | None:
    """Return what is known of an issuer, given as in a provider's ARN: its URL without the scheme. Case does not count.

    >>> provider_for("token.actions.githubusercontent.com").name
    'github'
    >>> provider_for("oidc.eks.eu-west-1.amazonaws.com/id/D0A1").is_shared
    False
    >>> provider_for("login.example.com") is None
    True
    """
    # The functions know of identity providers themselves: imported above, each would wait for the other.
    from lictor_plugins.functions.globs import glob_match

    issuer = host_and_path.casefold()
    return next((row for row in PROVIDERS if any(glob_match(host, issuer) for host in row.hosts)), None)
