//! The shapes of `org.json`.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::import::json::{RawList, Text};

#[derive(Deserialize)]
#[serde(
    rename_all = "PascalCase",
    expecting = "an object with `Organization`, `Roots`, `Accounts`, …"
)]
pub(super) struct File<'t> {
    #[serde(borrow)]
    pub(super) organization: OrganizationDetail<'t>,
    #[serde(borrow)]
    pub(super) roots: RawList<'t>,
    #[serde(borrow)]
    pub(super) organizational_units: RawList<'t>,
    #[serde(borrow)]
    pub(super) accounts: RawList<'t>,
    #[serde(borrow)]
    pub(super) policies: RawList<'t>,
    #[serde(borrow)]
    pub(super) attachments: RawList<'t>,
    #[serde(borrow)]
    pub(super) external_accounts: RawList<'t>,
}

#[derive(Deserialize)]
#[serde(
    rename_all = "PascalCase",
    expecting = "an organization: an object with `Id` and `MasterAccountId`"
)]
pub(super) struct OrganizationDetail<'t> {
    #[serde(borrow)]
    pub(super) id: Text<'t>,
    #[serde(borrow, alias = "ManagementAccountId")]
    pub(super) master_account_id: Text<'t>,
    #[serde(borrow)]
    pub(super) feature_set: Option<Text<'t>>,
}

#[derive(Deserialize)]
#[serde(
    rename_all = "PascalCase",
    expecting = "a root: an object with `Id` and `PolicyTypes`"
)]
pub(super) struct RootDetail<'t> {
    #[serde(borrow)]
    pub(super) id: Text<'t>,
    #[serde(borrow)]
    pub(super) name: Option<Text<'t>>,
    #[serde(borrow)]
    pub(super) policy_types: RawList<'t>,
}

#[derive(Deserialize)]
#[serde(
    rename_all = "PascalCase",
    expecting = "a policy type: its name, or an object with `Type` and `Status`"
)]
pub(super) struct PolicyTypeDetail<'t> {
    #[serde(borrow)]
    pub(super) r#type: Text<'t>,
    #[serde(borrow)]
    pub(super) status: Option<Text<'t>>,
}

#[derive(Deserialize)]
#[serde(
    rename_all = "PascalCase",
    expecting = "an organizational unit: an object with `Id`, `Name` and `ParentId`"
)]
pub(super) struct UnitDetail<'t> {
    #[serde(borrow)]
    pub(super) id: Text<'t>,
    #[serde(borrow)]
    pub(super) name: Option<Text<'t>>,
    #[serde(borrow)]
    pub(super) parent_id: Text<'t>,
}

#[derive(Deserialize)]
#[serde(
    rename_all = "PascalCase",
    expecting = "an account: an object with `Id`, `Name` and `ParentId`"
)]
pub(super) struct AccountDetail<'t> {
    #[serde(borrow)]
    pub(super) id: Text<'t>,
    #[serde(borrow)]
    pub(super) name: Option<Text<'t>>,
    #[serde(borrow)]
    pub(super) status: Option<Text<'t>>,
    #[serde(borrow)]
    pub(super) parent_id: Text<'t>,
    #[serde(borrow)]
    pub(super) tags: Option<&'t RawValue>,
}

#[derive(Deserialize)]
#[serde(
    rename_all = "PascalCase",
    expecting = "a policy: an object with `Id`, `Name`, `Type` and `Content`"
)]
pub(super) struct PolicyDetail<'t> {
    #[serde(borrow)]
    pub(super) id: Text<'t>,
    #[serde(borrow)]
    pub(super) name: Option<Text<'t>>,
    #[serde(borrow)]
    pub(super) r#type: Text<'t>,
    #[serde(borrow)]
    pub(super) content: Option<&'t RawValue>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct OnlyId<'t> {
    #[serde(borrow)]
    pub(super) id: Text<'t>,
}

#[derive(Deserialize)]
#[serde(
    rename_all = "PascalCase",
    expecting = "an attachment: an object with `TargetId` and `Policies`"
)]
pub(super) struct AttachmentDetail<'t> {
    #[serde(borrow)]
    pub(super) target_id: Text<'t>,
    #[serde(borrow)]
    pub(super) policies: Vec<Text<'t>>,
}

#[derive(Deserialize)]
#[serde(
    rename_all = "PascalCase",
    expecting = "an account of others: an object with `Id` and `Name`"
)]
pub(super) struct ExternalAccountDetail<'t> {
    #[serde(borrow)]
    pub(super) id: Text<'t>,
    #[serde(borrow)]
    pub(super) name: Text<'t>,
}
