//! Who calls, and whose the resources are.

use bailiwick_grammar::{AccountId, Arn, PrincipalArn, PrincipalIdentity};
use bailiwick_policy::{AwsCaller, Principal, RequestContext};

use super::SimulatePolicyError;
use super::entity::{AttachmentType, EntityArn};

/// Who calls, and the condition keys that follow from that: those that AWS was recorded to fill in. Everything else is for the caller
/// of the API to give, tags included.
pub(super) fn caller(arn: Option<&str>) -> Result<(Principal, RequestContext), SimulatePolicyError> {
    let mut derived = RequestContext::new();
    let Some(arn) = arn else {
        return Ok((nobody(), derived));
    };
    let not_one = || {
        SimulatePolicyError::invalid_input(format!(
            "Invalid caller - Caller must be an IAM user, role or group in this context: {arn}."
        ))
    };
    let entity = EntityArn::parse(arn).ok_or_else(not_one)?;
    derived.insert("aws:PrincipalArn", arn);
    derived.insert("aws:PrincipalAccount", entity.account.as_str());
    derived.insert("aws:userid", arn);
    let principal = match entity.kind {
        AttachmentType::User | AttachmentType::Role => Principal::parse(arn).map_err(|_| not_one())?,
        AttachmentType::Group => group(arn, entity.account),
    };
    if entity.kind == AttachmentType::User {
        derived.insert("aws:username", entity.name);
    }
    Ok((principal, derived))
}

/// A caller of whom nothing is known. Its account is compared with none: without a caller there is no resource-based policy.
fn nobody() -> Principal {
    let account = "000000000000"
        .parse()
        .expect("invariant: an account id is twelve digits");
    member("aws", account)
}

/// A group as a caller: whoever is in it. Policies can name its account, and no group.
fn group(arn: &str, account: AccountId) -> Principal {
    member(Arn::parse(arn).map_or("aws", |arn| arn.partition), account)
}

/// Some user of an account: the name has blanks, so that no `Principal` can be it.
fn member(partition: &str, account: AccountId) -> Principal {
    Principal::Aws(AwsCaller {
        arn: PrincipalArn {
            partition: partition.into(),
            account,
            identity: PrincipalIdentity::User {
                path: "/".into(),
                name: "nobody in particular".into(),
            },
        },
        unique_id: None,
        parent_user: None,
    })
}

/// The account that `ResourceOwner` names: an id, or an ARN in it.
pub(super) fn account(owner: &str) -> Result<AccountId, SimulatePolicyError> {
    let named = Arn::parse(owner).map_or(owner, |arn| arn.account);
    named
        .parse()
        .map_err(|_| SimulatePolicyError::invalid_input(format!("'{owner}' is not a valid as a Resource Owner.")))
}
