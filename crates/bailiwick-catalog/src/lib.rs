//! The facts of AWS IAM: services, actions, resource types, condition keys, AWS managed policies.
//!
//! AWS: *Service Authorization Reference* ("Actions, resources, and condition keys for AWS services"), *IAM User Guide*
//! ("AWS global condition context keys"), *AWS Managed Policy Reference*.
//!
//! **Should I use this crate?** To know what AWS says about a name: whether `s3:GetObject` exists, which access level
//! it has, which resource types and condition keys go with it, of which type a condition key is. What a policy *means*
//! is not here: a decision never needs the catalog, because services that it does not know must work too.
//!
//! Everything starts at [`Catalog`]:
//!
//! ```
//! use bailiwick_catalog::{AccessLevel, Catalog};
//!
//! let action = Catalog::action("S3:getobject").expect("S3 has GetObject");
//! assert_eq!(action.to_string(), "s3:GetObject");
//! assert_eq!(action.access_level(), AccessLevel::Read);
//! assert!(Catalog::condition_key("aws:PrincipalTag/team").is_some());
//! assert_eq!(Catalog::actions_matching("sqs:Get*").count(), 2);
//! ```
//!
//! Invariants:
//! - The tables are constants, written by `cargo xtask codegen` and committed. Nothing is read at run time.
//! - A service's part of the table is split into rows when it is first asked for; what nobody asks about costs nothing.
//! - A look-up answers `None` (or nothing) for any text that it does not know; no text makes it panic.
//! - Names of services, actions and condition keys are compared without regard to ASCII case, as IAM does; ARNs and
//!   names of policies with regard to it.

mod action;
mod arn_format;
mod catalog;
mod condition_key;
mod glob;
mod managed_policy;
mod name;
mod region;
mod resource_type;
mod service;

#[rustfmt::skip]
mod generated;

pub use action::{AccessLevel, Action, ActionResourceType};
pub use arn_format::ArnFormat;
pub use catalog::{Catalog, Source};
pub use condition_key::{ConditionKey, ConditionKeyType};
pub use managed_policy::ManagedPolicy;
pub use region::Region;
pub use resource_type::ResourceType;
pub use service::Service;
