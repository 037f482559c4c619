//! What identity providers say of who assumes a role: claims, as condition keys.

use bailiwick_grammar::Arn;
use bailiwick_policy::{ContextValue, RequestContext};

/// What a SAML assertion says, which `AssumeRoleWithSAML` brings.
///
/// AWS: IAM User Guide, "IAM and AWS STS condition context keys", SAML-based federation.
#[derive(Clone, Copy, Debug)]
pub struct SamlIdentity<'a> {
    /// The ARN of the provider.
    pub provider: &'a str,
    /// What the assertion says: the condition keys `saml:…` by the part after the colon, such as `sub`.
    pub claims: &'a [(&'a str, ContextValue)],
}

/// What an OIDC token says, which `AssumeRoleWithWebIdentity` brings.
///
/// AWS: IAM User Guide, "IAM and AWS STS condition context keys", OIDC federation.
#[derive(Clone, Copy, Debug)]
pub struct WebIdentity<'a> {
    /// The ARN of the provider, or the name of one that needs none, such as `accounts.google.com`.
    pub provider: &'a str,
    /// What the token says: the condition keys `ISSUER:…` by the part after the colon, such as `sub`.
    pub claims: &'a [(&'a str, ContextValue)],
    /// Whether the token's claim `https://aws.amazon.com/roles` lists the role.
    pub authorizes_role: bool,
}

/// What stays in the session of the claims of a SAML assertion.
const LASTING_SAML: [&str; 3] = ["namequalifier", "sub", "sub_type"];

/// What stays in the session of the claims of an OIDC token.
const LASTING_OIDC: [&str; 3] = ["amr", "aud", "sub"];

impl SamlIdentity<'_> {
    pub(super) fn insert_into(self, context: &mut RequestContext) {
        let doc = Arn::parse(self.provider).ok().and_then(|arn| {
            let name = arn.resource.strip_prefix("saml-provider/")?;
            Some(format!("{}/{name}", arn.account))
        });
        if let Some(doc) = doc {
            context.insert("saml:doc", doc);
        }
        insert(context, "saml", self.claims, |_| true);
    }

    pub(super) fn lasting(self) -> RequestContext {
        let mut context = RequestContext::new();
        insert(&mut context, "saml", self.claims, |claim| {
            is_one_of(claim, LASTING_SAML)
        });
        context
    }
}

impl<'a> WebIdentity<'a> {
    pub(super) fn insert_into(self, context: &mut RequestContext) {
        context.insert("aws:FederatedProvider", self.provider);
        let authorizes = if self.authorizes_role { "true" } else { "false" };
        context.insert("sts:RoleAuthorizedByIdp", authorizes);
        insert(context, self.issuer(), self.claims, |_| true);
    }

    pub(super) fn lasting(self) -> RequestContext {
        let mut context = RequestContext::new();
        context.insert("aws:FederatedProvider", self.provider);
        let lasts = |claim: &str| is_one_of(claim, LASTING_OIDC);
        insert(&mut context, self.issuer(), self.claims, lasts);
        context
    }

    /// The URL of the provider without `https://`: what is before the colon of its condition keys.
    fn issuer(self) -> &'a str {
        match self.provider.split_once(":oidc-provider/") {
            Some((_, issuer)) => issuer,
            None => self.provider,
        }
    }
}

fn insert(context: &mut RequestContext, issuer: &str, claims: &[(&str, ContextValue)], wanted: impl Fn(&str) -> bool) {
    for (claim, value) in claims.iter().filter(|(claim, _)| wanted(claim)) {
        context.insert(&format!("{issuer}:{claim}"), value.clone());
    }
}

fn is_one_of(claim: &str, claims: [&str; 3]) -> bool {
    claims.iter().any(|known| known.eq_ignore_ascii_case(claim))
}
