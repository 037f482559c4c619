//! The syntax tree of a policy: what was written, with the place of everything.
//!
//! The tree holds whatever could be understood. What could not — an unknown element, a repeated one, a value of the wrong
//! shape — is kept beside it as the JSON that it is (`extra`, `invalid`), so that a tree always holds the whole document.
//! Whether a tree is a policy that AWS would store is for the diagnostics to say; a tree with an error among them is never given
//! a meaning.
//!
//! Trees compare equal when they were written alike but for white space, the order of elements within an object, and escapes
//! within strings.

use crate::action::ActionPattern;
use crate::json::{JsonValue, Member, Text};
use crate::operator::OperatorName;
use crate::principal::{AwsPrincipal, PrincipalType};
use crate::span::{Span, Spanned};

/// A policy document.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct PolicyDocument {
    /// `Version`
    pub version: Option<Spanned<Version>>,
    /// `Id`
    pub id: Option<Spanned<Text>>,
    /// `Statement`
    pub statements: Option<Spanned<OneOrMany<Statement>>>,
    /// Elements that the policy language does not know or that could not be understood, as they were written.
    pub extra: Vec<Member>,
}

/// The version of the policy language that a document is written in.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Version {
    /// `2008-10-17`: no policy variables. A document without `Version` is of this version.
    V2008,
    /// `2012-10-17`
    V2012,
}

impl Version {
    /// The version as it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V2008 => "2008-10-17",
            Self::V2012 => "2012-10-17",
        }
    }
}

/// One value, or a list of them: the policy language means the same by `"x"` and `["x"]`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct OneOrMany<T> {
    /// Whether a list was written.
    pub list: bool,
    /// The values that could be understood.
    pub items: Vec<Spanned<T>>,
    /// The values that could not, as they were written.
    pub invalid: Vec<JsonValue>,
}

impl<T> OneOrMany<T> {
    /// A list of `items`.
    pub fn many(items: impl IntoIterator<Item = T>) -> Self {
        let items = items
            .into_iter()
            .map(|item| Spanned::new(item, Span::default()))
            .collect();
        Self {
            list: true,
            items,
            invalid: Vec::new(),
        }
    }

    /// A single value.
    pub fn one(item: T) -> Self {
        Self {
            list: false,
            items: vec![Spanned::new(item, Span::default())],
            invalid: Vec::new(),
        }
    }
}

/// One statement.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Statement {
    /// `Sid`
    pub sid: Option<Spanned<Text>>,
    /// `Effect`
    pub effect: Option<Spanned<Effect>>,
    /// `Principal` or `NotPrincipal`
    pub principal: Option<Element<PrincipalBlock>>,
    /// `Action` or `NotAction`
    pub action: Option<Element<OneOrMany<ActionPattern>>>,
    /// `Resource` or `NotResource`
    pub resource: Option<Element<OneOrMany<Text>>>,
    /// `Condition`
    pub condition: Option<Spanned<ConditionBlock>>,
    /// Elements that the policy language does not know or that could not be understood, as they were written.
    pub extra: Vec<Member>,
}

/// What a statement does when it applies.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Effect {
    /// `Allow`
    Allow,
    /// `Deny`
    Deny,
}

impl Effect {
    /// The effect as it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "Allow",
            Self::Deny => "Deny",
        }
    }
}

/// An element that comes in two forms, such as `Action` and `NotAction`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Element<T> {
    /// Whether the `Not…` form was written.
    pub negated: bool,
    /// Where the element's name stands.
    pub name: Spanned<()>,
    /// Its value.
    pub value: Spanned<T>,
}

impl<T> Element<T> {
    /// An element that was not read from a text.
    pub fn new(negated: bool, value: T) -> Self {
        let nowhere = Span::default();
        Self {
            negated,
            name: Spanned::new((), nowhere),
            value: Spanned::new(value, nowhere),
        }
    }

    /// The element's name and value together.
    pub fn span(&self) -> Span {
        self.name.span.join(self.value.span)
    }
}

/// The value of `Principal`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum PrincipalBlock {
    /// `"*"`
    Everyone,
    /// `{"AWS": …, "Service": …}`
    Map {
        /// The entries, in order.
        entries: Vec<PrincipalEntry>,
        /// Entries that could not be understood, as they were written.
        extra: Vec<Member>,
    },
}

/// One entry of `Principal`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PrincipalEntry {
    /// `AWS`, `Service`, …
    pub principal_type: Spanned<PrincipalType>,
    /// Who.
    pub values: Spanned<OneOrMany<PrincipalValue>>,
}

/// One principal.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct PrincipalValue {
    /// As it was written.
    pub text: Text,
    /// What it names, for values under `AWS`.
    pub aws: Option<AwsPrincipal>,
}

/// The value of `Condition`.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct ConditionBlock {
    /// The operators, in order. All must hold.
    pub operators: Vec<OperatorBlock>,
    /// Operators that could not be understood, as they were written.
    pub extra: Vec<Member>,
}

/// One operator of a condition with its keys.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct OperatorBlock {
    /// The operator.
    pub operator: Spanned<OperatorName>,
    /// The keys, in order. All must hold.
    pub keys: Vec<ConditionEntry>,
    /// Keys that could not be understood, as they were written.
    pub extra: Vec<Member>,
}

/// One key of a condition with its values.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ConditionEntry {
    /// The condition key as it was written; condition keys ignore case.
    pub key: Spanned<Text>,
    /// The values.
    pub values: Spanned<OneOrMany<ConditionValue>>,
}

/// One value of a condition: numbers and booleans mean the same as their text.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ConditionValue {
    /// `"…"`
    String(Text),
    /// A number as it was written.
    Number(Box<str>),
    /// `true` or `false`
    Bool(bool),
}

impl ConditionValue {
    /// The text that the value means.
    pub fn as_str(&self) -> &str {
        match self {
            Self::String(text) => text,
            Self::Number(number) => number,
            Self::Bool(true) => "true",
            Self::Bool(false) => "false",
        }
    }
}
