//! Role sessions.

use std::collections::BTreeSet;

use bailiwick_grammar::{PrincipalArn, PrincipalIdentity};
use bailiwick_policy::{AwsCaller, Principal, RequestContext};

use super::error::SessionError;
use super::federation::{SamlIdentity, WebIdentity};
use super::parameters::{
    ExternalId, ProvidedContext, RoleSessionName, SessionPolicies, SourceIdentity, at_most, duration, session_tags,
    transitive_keys,
};
use crate::entity::Role;
use crate::tag::{Tag, TagKey, TagKeyCase, Tags};

/// The longest session of a role that another session assumes.
const ROLE_CHAINING_SECONDS: u32 = 3_600;

/// What `AssumeRole` takes; of `AssumeRoleWithSAML` and `AssumeRoleWithWebIdentity`, what the call and its assertion or token say.
///
/// AWS: STS API Reference, `AssumeRole`.
#[derive(Clone, Debug)]
pub struct AssumeRole {
    /// The name of the session.
    pub role_session_name: RoleSessionName,
    /// How long it is to last.
    pub duration_seconds: Option<u32>,
    /// Session tags.
    pub tags: Vec<Tag>,
    /// Which of them go on to sessions that are made from this one.
    pub transitive_tag_keys: Vec<TagKey>,
    /// Who stands behind the session.
    pub source_identity: Option<SourceIdentity>,
    /// What the caller tells to show on whose behalf it calls.
    pub external_id: Option<ExternalId>,
    /// Contexts of trusted providers.
    pub provided_contexts: Vec<ProvidedContext>,
    /// What bounds the session.
    pub session_policies: SessionPolicies,
    /// Whether `SerialNumber` and `TokenCode` were given and are right. Only `AssumeRole` takes them.
    pub mfa_authenticated: bool,
}

/// Who assumes a role.
#[derive(Clone, Copy, Debug)]
pub enum AssumingPrincipal<'a> {
    /// A root user.
    Root,
    /// A user, also with credentials of `GetSessionToken`.
    User,
    /// A session of this or another role: role chaining.
    RoleSession(&'a RoleSession),
    /// An AWS service, for whatever the role was passed to it.
    Service(&'a str),
    /// Someone whom an identity provider vouches for, by SAML.
    Saml(SamlIdentity<'a>),
    /// Someone whom an identity provider vouches for, by OIDC.
    WebIdentity(WebIdentity<'a>),
}

/// A session of a role.
///
/// AWS: IAM User Guide, "Roles terms and concepts"; "Pass session tags in AWS STS".
#[derive(Clone, Debug)]
pub struct RoleSession {
    principal: AwsCaller,
    /// INVARIANT: an assumed-role ARN's session is this.
    name: RoleSessionName,
    duration_seconds: u32,
    /// Inherited and passed tags, not the role's own.
    tags: Tags,
    /// INVARIANT: in lower case, each the key of one of the tags.
    transitive: BTreeSet<Box<str>>,
    source_identity: Option<SourceIdentity>,
    session_policies: SessionPolicies,
    /// `aws:FederatedProvider`, and what the assertion or token said that stays in the session; nothing where nobody vouched.
    federated: RequestContext,
    /// Whether `AssumeRole` was called with MFA; nothing for the sessions of its relatives.
    mfa_authenticated: Option<bool>,
    assumed_by_service: Option<Box<str>>,
}

impl<'a> AssumingPrincipal<'a> {
    fn session(self) -> Option<&'a RoleSession> {
        match self {
            Self::RoleSession(session) => Some(session),
            Self::Root | Self::User | Self::Service(_) | Self::Saml(_) | Self::WebIdentity(_) => None,
        }
    }

    fn service(self) -> Option<&'a str> {
        match self {
            Self::Service(service) => Some(service),
            Self::Root | Self::User | Self::RoleSession(_) | Self::Saml(_) | Self::WebIdentity(_) => None,
        }
    }

    /// The condition keys of the call that the assertion or token gives.
    fn insert_claims(self, context: &mut RequestContext) {
        match self {
            Self::Saml(identity) => identity.insert_into(context),
            Self::WebIdentity(identity) => identity.insert_into(context),
            Self::Root | Self::User | Self::RoleSession(_) | Self::Service(_) => {}
        }
    }

    /// Those of them that every request of the session has.
    fn lasting_claims(self) -> RequestContext {
        match self {
            Self::Saml(identity) => identity.lasting(),
            Self::WebIdentity(identity) => identity.lasting(),
            Self::Root | Self::User | Self::RoleSession(_) | Self::Service(_) => RequestContext::new(),
        }
    }

    /// Whether the call is `AssumeRole`, which signs its caller and may ask for MFA.
    fn may_have_mfa(self) -> bool {
        match self {
            Self::Root | Self::User | Self::RoleSession(_) | Self::Service(_) => true,
            Self::Saml(_) | Self::WebIdentity(_) => false,
        }
    }
}

impl AssumeRole {
    /// A call with a name for the session and nothing else.
    pub fn new(role_session_name: RoleSessionName) -> Self {
        Self {
            role_session_name,
            duration_seconds: None,
            tags: Vec::new(),
            transitive_tag_keys: Vec::new(),
            source_identity: None,
            external_id: None,
            provided_contexts: Vec::new(),
            session_policies: SessionPolicies::default(),
            mfa_authenticated: false,
        }
    }

    /// The condition keys of the call, beside those of the caller and of the role's account.
    ///
    /// The trust policy sees the role's own tags: transitive tags that the session inherits come over them afterwards.
    ///
    /// AWS: IAM User Guide, "IAM and AWS STS condition context keys"; "Pass session tags in AWS STS", role chaining.
    pub fn context(&self, role: &Role, caller: AssumingPrincipal<'_>) -> RequestContext {
        let mut context = RequestContext::new();
        context.insert("sts:RoleSessionName", self.role_session_name.as_str());
        if let Some(external_id) = &self.external_id {
            context.insert("sts:ExternalId", external_id.as_str());
        }
        if let Some(source_identity) = &self.source_identity {
            context.insert("sts:SourceIdentity", source_identity.as_str());
        }
        insert_request_tags(&mut context, &self.tags);
        let mut transitive: Vec<&str> = self.transitive_tag_keys.iter().map(TagKey::as_str).collect();
        let inherited = caller.session().into_iter().flat_map(RoleSession::transitive_tags);
        transitive.extend(inherited.map(|tag| tag.key.as_str()));
        if !transitive.is_empty() {
            context.insert("sts:TransitiveTagKeys", transitive);
        }
        for tag in role.tags().iter() {
            for prefix in ["aws", "iam"] {
                context.insert(&format!("{prefix}:ResourceTag/{}", tag.key), tag.value.as_str());
            }
        }
        if !self.provided_contexts.is_empty() {
            let providers = self.provided_contexts.iter().map(|provided| &*provided.provider_arn);
            context.insert("sts:RequestContextProviders", providers.collect::<Vec<_>>());
        }
        for (key, value) in self.provided_contexts.iter().flat_map(|provided| &provided.values) {
            context.insert(&format!("sts:RequestContext/{key}"), &**value);
        }
        caller.insert_claims(&mut context);
        if self.mfa_authenticated && caller.may_have_mfa() {
            context.insert("aws:MultiFactorAuthPresent", "true");
            context.insert("aws:MultiFactorAuthAge", "0");
        }
        context
    }

    /// The session that the call makes, if policies allow the call.
    ///
    /// # Errors
    ///
    /// `AccessDenied` for root users, and where a source identity would change; `ValidationError` for a duration beyond what the API,
    /// the role or role chaining allow, and for tags that are wrong or would replace a transitive one. `MalformedPolicyDocument` for a
    /// session policy that is none.
    pub fn assume(&self, role: &Role, caller: AssumingPrincipal<'_>) -> Result<RoleSession, SessionError> {
        if matches!(caller, AssumingPrincipal::Root) {
            return Err(SessionError::access_denied(
                "Roles may not be assumed by root accounts.",
            ));
        }
        let calling = caller.session();
        let duration_seconds = self.duration(role, caller)?;
        at_most(self.provided_contexts.len(), 5, "providedContexts")?;
        self.session_policies.check()?;
        let passed = session_tags(&self.tags)?;
        let mut transitive = transitive_keys(&self.transitive_tag_keys, &passed)?;
        let mut tags = Tags::new(TagKeyCase::Insensitive);
        for tag in calling.into_iter().flat_map(RoleSession::transitive_tags) {
            if passed.get(tag.key.as_str()).is_some() {
                let message = "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key \
                               from the calling session.";
                return Err(SessionError::validation(message));
            }
            transitive.insert(tag.key.as_str().to_lowercase().into());
            tags.put(tag.clone());
        }
        for tag in passed.iter() {
            tags.put(tag.clone());
        }
        Ok(RoleSession {
            principal: principal(role, &self.role_session_name)?,
            name: self.role_session_name.clone(),
            duration_seconds,
            tags,
            transitive,
            source_identity: self.source_identity(calling)?,
            session_policies: self.session_policies.clone(),
            federated: caller.lasting_claims(),
            mfa_authenticated: caller.may_have_mfa().then_some(self.mfa_authenticated),
            assumed_by_service: caller.service().map(Into::into),
        })
    }

    /// AWS: STS API Reference, `AssumeRole`, `DurationSeconds`; "IAM and AWS STS quotas": the maximum does not bound sessions that AWS
    /// services assume.
    fn duration(&self, role: &Role, caller: AssumingPrincipal<'_>) -> Result<u32, SessionError> {
        let Some(seconds) = self.duration_seconds else {
            return Ok(3_600);
        };
        duration(seconds, 900, 43_200)?;
        let chained = caller.session().is_some_and(|session| !session.is_instance_role());
        if chained && seconds > ROLE_CHAINING_SECONDS {
            let message =
                "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.";
            return Err(SessionError::validation(message));
        }
        if caller.service().is_none() && seconds > role.max_session_duration().seconds() {
            let message = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.";
            return Err(SessionError::validation(message));
        }
        Ok(seconds)
    }

    /// AWS: "Monitor and control actions taken with assumed roles": a source identity persists, and cannot be changed.
    fn source_identity(&self, calling: Option<&RoleSession>) -> Result<Option<SourceIdentity>, SessionError> {
        let inherited = calling.and_then(|session| session.source_identity.as_ref());
        match (inherited, &self.source_identity) {
            (Some(inherited), Some(passed)) if inherited != passed => Err(SessionError::access_denied(
                "The source identity of the calling session cannot be changed.",
            )),
            (Some(inherited), _) => Ok(Some(inherited.clone())),
            (None, passed) => Ok(passed.clone()),
        }
    }
}

/// `aws:RequestTag/…` and `aws:TagKeys` of the tags of a call.
pub(super) fn insert_request_tags(context: &mut RequestContext, tags: &[Tag]) {
    for tag in tags {
        context.insert(&format!("aws:RequestTag/{}", tag.key), tag.value.as_str());
    }
    if !tags.is_empty() {
        context.insert(
            "aws:TagKeys",
            tags.iter().map(|tag| tag.key.as_str()).collect::<Vec<_>>(),
        );
    }
}

fn principal(role: &Role, session: &RoleSessionName) -> Result<AwsCaller, SessionError> {
    let arn = PrincipalArn::parse(role.arn()).map_err(|error| SessionError::validation(error.to_string()))?;
    Ok(AwsCaller {
        arn: PrincipalArn {
            identity: PrincipalIdentity::AssumedRole {
                role: role.name().as_str().into(),
                session: session.as_str().into(),
            },
            ..arn
        },
        unique_id: Some(role.id().as_str().into()),
        parent_user: None,
    })
}

impl RoleSession {
    /// The session as the principal of its requests: `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`.
    pub fn principal(&self) -> Principal {
        Principal::Aws(self.principal.clone())
    }

    /// The name.
    pub fn name(&self) -> &RoleSessionName {
        &self.name
    }

    /// How long the session lasts.
    pub fn duration_seconds(&self) -> u32 {
        self.duration_seconds
    }

    /// Who stands behind the session.
    pub fn source_identity(&self) -> Option<&SourceIdentity> {
        self.source_identity.as_ref()
    }

    /// What bounds the session.
    pub fn session_policies(&self) -> &SessionPolicies {
        &self.session_policies
    }

    /// The tags that were passed and inherited; the role's own are not among them.
    pub fn tags(&self) -> &Tags {
        &self.tags
    }

    /// The tags that go on to sessions that are made from this one.
    pub fn transitive_tags(&self) -> impl Iterator<Item = &Tag> {
        let is_transitive = |tag: &&Tag| self.transitive.contains(tag.key.as_str().to_lowercase().as_str());
        self.tags.iter().filter(is_transitive)
    }

    /// The tags of the session as a principal: the role's own, overlaid by inherited and passed ones.
    pub fn principal_tags(&self, role: &Role) -> Tags {
        let mut tags = role.tags().clone();
        for tag in self.tags.iter() {
            tags.put(tag.clone());
        }
        tags
    }

    /// Whether an EC2 instance has the session: what it assumes is no role chaining.
    ///
    /// AWS: IAM User Guide, "Roles terms and concepts", role chaining.
    pub fn is_instance_role(&self) -> bool {
        self.assumed_by_service.as_deref() == Some("ec2.amazonaws.com")
    }

    /// The condition keys of every request of the session that say who it is.
    ///
    /// `aws:MultiFactorAuthPresent` is false where `AssumeRole` was called without MFA, and absent where an identity provider vouched.
    /// `aws:MultiFactorAuthAge` and `aws:TokenIssueTime`, which go by the time, are for the caller to add.
    ///
    /// AWS: IAM User Guide, "AWS global condition context keys", properties of the principal and of a role session; "IAM and AWS STS
    /// condition context keys", OIDC and SAML.
    pub fn context(&self, role: &Role) -> RequestContext {
        let mut context = RequestContext::new();
        context.insert("aws:PrincipalArn", role.arn());
        context.insert("aws:PrincipalAccount", self.principal.arn.account.as_str());
        context.insert("aws:PrincipalType", "AssumedRole");
        context.insert("aws:PrincipalIsAWSService", "false");
        context.insert("aws:userid", format!("{}:{}", role.id().as_str(), self.name));
        for tag in self.principal_tags(role).iter() {
            context.insert(&format!("aws:PrincipalTag/{}", tag.key), tag.value.as_str());
        }
        if let Some(source_identity) = &self.source_identity {
            context.insert("aws:SourceIdentity", source_identity.as_str());
        }
        if let Some(mfa) = self.mfa_authenticated {
            context.insert("aws:MultiFactorAuthPresent", if mfa { "true" } else { "false" });
        }
        for (key, value) in self.federated.iter() {
            context.insert(key, value.to_value());
        }
        context
    }
}
