//! Sessions of `AssumeRoot`: a member account's root user, for one task.

use bailiwick_catalog::{Catalog, ManagedPolicy};
use bailiwick_grammar::{AccountId, PrincipalArn, PrincipalIdentity};
use bailiwick_policy::{AwsCaller, Principal, RequestContext};

use super::error::SessionError;
use super::parameters::duration;

/// A task that a root session is for: the managed policy that bounds it.
///
/// AWS: IAM User Guide, "Perform a privileged task on an AWS Organizations member account".
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum TaskPolicy {
    /// See which credentials the root user has.
    IamAuditRootUserCredentials,
    /// Let the root user's password be recovered.
    IamCreateRootUserPassword,
    /// Delete the root user's credentials.
    IamDeleteRootUserCredentials,
    /// Delete a bucket policy that denies everyone.
    S3UnlockBucketPolicy,
    /// Delete a queue policy that denies everyone.
    SqsUnlockQueuePolicy,
}

/// What `AssumeRoot` takes.
///
/// AWS: STS API Reference, `AssumeRoot`.
#[derive(Clone, Copy, Debug)]
pub struct AssumeRoot<'a> {
    /// The member account (`TargetPrincipal`).
    pub target: AccountId,
    /// Its partition.
    pub partition: &'a str,
    /// What the session is for.
    pub task_policy: TaskPolicy,
    /// How long it is to last: 900 seconds at most.
    pub duration_seconds: Option<u32>,
}

/// A session of a member account's root user.
#[derive(Clone, Debug)]
pub struct RootSession {
    arn: PrincipalArn,
    task_policy: TaskPolicy,
    duration_seconds: u32,
}

impl TaskPolicy {
    /// Every task policy.
    pub const ALL: [Self; 5] = [
        Self::IamAuditRootUserCredentials,
        Self::IamCreateRootUserPassword,
        Self::IamDeleteRootUserCredentials,
        Self::S3UnlockBucketPolicy,
        Self::SqsUnlockQueuePolicy,
    ];

    /// The ARN, `TaskPolicyArn`.
    pub fn arn(self) -> &'static str {
        match self {
            Self::IamAuditRootUserCredentials => "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials",
            Self::IamCreateRootUserPassword => "arn:aws:iam::aws:policy/root-task/IAMCreateRootUserPassword",
            Self::IamDeleteRootUserCredentials => "arn:aws:iam::aws:policy/root-task/IAMDeleteRootUserCredentials",
            Self::S3UnlockBucketPolicy => "arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy",
            Self::SqsUnlockQueuePolicy => "arn:aws:iam::aws:policy/root-task/SQSUnlockQueuePolicy",
        }
    }

    /// The task policy with that ARN.
    pub fn by_arn(arn: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|policy| policy.arn() == arn)
    }

    /// The managed policy, with its document. All of them deny only: everything but the task, which the root user's own right allows.
    pub fn managed_policy(self) -> Option<&'static ManagedPolicy> {
        Catalog::managed_policy_by_arn(self.arn())
    }
}

impl AssumeRoot<'_> {
    /// The condition keys of the call, beside those of the caller.
    pub fn context(&self) -> RequestContext {
        let mut context = RequestContext::new();
        context.insert("sts:TaskPolicyArn", self.task_policy.arn());
        context
    }

    /// The session that the call makes, if policies allow the call.
    ///
    /// # Errors
    ///
    /// `ValidationError` above 900 seconds.
    pub fn assume(&self) -> Result<RootSession, SessionError> {
        Ok(RootSession {
            arn: PrincipalArn {
                partition: self.partition.into(),
                account: self.target,
                identity: PrincipalIdentity::Root,
            },
            task_policy: self.task_policy,
            duration_seconds: duration(self.duration_seconds.unwrap_or(900), 0, 900)?,
        })
    }
}

impl RootSession {
    /// The root user, as the principal of the session's requests.
    pub fn principal(&self) -> Principal {
        Principal::Aws(AwsCaller {
            arn: self.arn.clone(),
            unique_id: None,
            parent_user: None,
        })
    }

    /// What bounds the session.
    pub fn task_policy(&self) -> TaskPolicy {
        self.task_policy
    }

    /// How long the session lasts.
    pub fn duration_seconds(&self) -> u32 {
        self.duration_seconds
    }

    /// The condition keys of every request of the session that say who it is.
    ///
    /// AWS: IAM User Guide, "AWS global condition context keys", `aws:AssumedRoot`.
    pub fn context(&self) -> RequestContext {
        let mut context = RequestContext::new();
        context.insert("aws:AssumedRoot", "true");
        context.insert("aws:PrincipalArn", self.arn.to_string());
        context.insert("aws:PrincipalAccount", self.arn.account.as_str());
        context.insert("aws:PrincipalType", "Account");
        context.insert("aws:PrincipalIsAWSService", "false");
        context.insert("aws:userid", self.arn.account.as_str());
        context
    }
}
