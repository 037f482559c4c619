//! `Principal` and `NotPrincipal`.

use std::borrow::Cow;

use super::Parser;
use crate::account_id::AccountId;
use crate::ast::{PrincipalBlock, PrincipalEntry, PrincipalValue};
use crate::diagnostic::{Diagnostic, DiagnosticCode};
use crate::json::{Json, JsonValue, Member, Text};
use crate::principal::{
    AwsPrincipal, PrincipalError, PrincipalType, check_canonical_user, check_federated_principal,
    check_service_principal,
};
use crate::span::Spanned;

impl Parser {
    /// Reads the value of `Principal` or `NotPrincipal`; gives the element back where it could not be understood.
    pub(super) fn principal(&mut self, member: Member) -> Result<Spanned<PrincipalBlock>, Member> {
        let span = member.value.span;
        match &member.value.node {
            Json::String(text) if text.as_str() == "*" => {
                return Ok(Spanned::new(PrincipalBlock::Everyone, span));
            }
            Json::String(text) => {
                let message = format!(
                    "a principal is `\"*\"` or an object, not the string `{}`",
                    text.as_str()
                );
                let diagnostic = Diagnostic::error(DiagnosticCode::InvalidPrincipal, span, message);
                self.diagnostics.push(diagnostic.help(whole_principal(text)));
                return Err(member);
            }
            Json::Array(_) => {
                let message = "a principal is `\"*\"` or an object, not a list";
                let diagnostic = Diagnostic::error(DiagnosticCode::InvalidPrincipal, span, message);
                self.diagnostics.push(
                    diagnostic.help("write `\"*\"` for everyone, or `{\"AWS\": [...]}` with those whom it is about"),
                );
                return Err(member);
            }
            Json::Object(_) => {}
            _ => {
                self.wrong_type(&member.key, "`\"*\"` or an object", &member.value);
                return Err(member);
            }
        }
        let Json::Object(members) = member.value.node else {
            return Err(member);
        };
        // S3 takes `{"*": "*"}` for `"*"`.
        if let [only] = members.as_slice()
            && only.key.as_str() == "*"
            && matches!(&only.value.node, Json::String(text) if text.as_str() == "*")
        {
            return Ok(Spanned::new(PrincipalBlock::Everyone, span));
        }
        let mut entries: Vec<PrincipalEntry> = Vec::new();
        let mut extra = Vec::new();
        for member in members {
            match self.principal_type(&member) {
                Some(kind) if entries.iter().all(|entry| entry.principal_type.node != kind) => {
                    let principal_type = Spanned::new(kind, member.key.span);
                    let values = self.one_or_many(member.value, |parser, value| parser.principal_value(kind, value));
                    entries.push(PrincipalEntry { principal_type, values });
                }
                _ => extra.push(member),
            }
        }
        if extra.is_empty()
            && entries
                .iter()
                .all(|entry| entry.values.items.is_empty() && entry.values.invalid.is_empty())
        {
            let message = "this names no principal";
            self.diagnostics
                .push(Diagnostic::warning(DiagnosticCode::EmptyList, span, message));
        }
        Ok(Spanned::new(PrincipalBlock::Map { entries, extra }, span))
    }

    fn principal_type(&mut self, member: &Member) -> Option<PrincipalType> {
        let key = member.key.as_str();
        let found = PrincipalType::ALL.into_iter().find(|kind| kind.as_str() == key);
        if found.is_none() {
            let message = format!("there is no principal type `{key}`");
            let diagnostic = Diagnostic::error(DiagnosticCode::UnknownPrincipalType, member.key.span, message);
            self.diagnostics
                .push(diagnostic.help("the types are `AWS`, `CanonicalUser`, `Federated` and `Service`"));
        }
        found
    }

    fn principal_value(&mut self, kind: PrincipalType, value: JsonValue) -> Result<Spanned<PrincipalValue>, JsonValue> {
        let text = self.string("Principal", value)?;
        let read = match kind {
            PrincipalType::Aws => AwsPrincipal::parse(&text).map(Some),
            PrincipalType::CanonicalUser => check_canonical_user(&text).map(|()| None),
            PrincipalType::Federated => check_federated_principal(&text).map(|()| None),
            PrincipalType::Service => check_service_principal(&text).map(|()| None),
        };
        match read {
            Ok(aws) => Ok(text.map(|text| PrincipalValue { text, aws })),
            Err(error) => {
                self.diagnostics.push(refused(kind, &text, &error));
                Err(text.map(Json::String))
            }
        }
    }
}

/// A variable is told rather than what comes of it, and so is a wildcard, but where a principal of that kind could not be named at all.
fn refused(kind: PrincipalType, text: &Spanned<Text>, error: &PrincipalError) -> Diagnostic {
    let of = |code, message: String| Diagnostic::error(code, text.span, message);
    if let Some(start) = text.find("${") {
        let end = text[start..].find('}').map_or(text.len(), |end| start + end + 1);
        let message = format!("`{}` is not replaced in a principal", &text[start..end]);
        let diagnostic = of(DiagnosticCode::VariableInPrincipal, message);
        return diagnostic
            .help("policy variables work in resources and in condition values only: write the principal out");
    }
    let is_wild = text.contains(['*', '?']) && !matches!(error, PrincipalError::CannotBePrincipal(_));
    if is_wild {
        let message = PrincipalError::Wildcard(text.as_str().to_owned()).to_string();
        return of(DiagnosticCode::WildcardInPrincipal, message).help(instead_of_wildcard(kind));
    }
    let code = match kind {
        PrincipalType::Service => DiagnosticCode::InvalidServicePrincipal,
        PrincipalType::Federated => DiagnosticCode::InvalidFederatedPrincipal,
        PrincipalType::Aws | PrincipalType::CanonicalUser => DiagnosticCode::InvalidPrincipal,
    };
    let diagnostic = of(code, error.to_string());
    match help(error) {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    }
}

fn instead_of_wildcard(kind: PrincipalType) -> &'static str {
    match kind {
        PrincipalType::Aws => {
            "name the account and narrow it with a condition on `aws:PrincipalArn`, which takes wildcards with `ArnLike`"
        }
        PrincipalType::CanonicalUser => "name each account by its whole id",
        PrincipalType::Federated => "name each identity provider, and narrow it with conditions on its keys",
        PrincipalType::Service => "name each service, such as `ec2.amazonaws.com`",
    }
}

/// What to write instead of a text that stands for the whole principal.
fn whole_principal(text: &str) -> String {
    if !text.is_empty() && text.bytes().all(|byte| byte == b'*') {
        return "write `\"*\"`".to_owned();
    }
    let service = text.ends_with(".amazonaws.com") && check_service_principal(text).is_ok();
    let key = if service { "Service" } else { "AWS" };
    let meant = without_hyphens(text);
    format!("write `{{\"{key}\": \"{}\"}}`", meant.as_deref().unwrap_or(text))
}

/// The account id that is written with hyphens, as the console shows it.
fn without_hyphens(text: &str) -> Option<String> {
    let digits = text.replace('-', "");
    (digits != text && digits.parse::<AccountId>().is_ok()).then_some(digits)
}

fn help(error: &PrincipalError) -> Option<Cow<'static, str>> {
    if let PrincipalError::UnknownForm(text) = error
        && let Some(digits) = without_hyphens(text)
    {
        return Some(format!("write the twelve digits of the account without hyphens: `{digits}`").into());
    }
    let help = match error {
        PrincipalError::CannotBePrincipal(_) => Some("name the users or roles themselves"),
        PrincipalError::Service(_) => Some("a service principal looks like `ec2.amazonaws.com`"),
        PrincipalError::Federated(text) if text.contains("://") => {
            Some("write the host and path of the provider without `https://`")
        }
        PrincipalError::Federated(_) => Some("such as `arn:aws:iam::123456789012:saml-provider/Name`"),
        PrincipalError::UnknownForm(_) => Some("such as `arn:aws:iam::123456789012:role/Name`"),
        _ => None,
    };
    help.map(Cow::Borrowed)
}
