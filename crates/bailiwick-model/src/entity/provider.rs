//! Identity providers: who else vouches for people and programs.

use std::collections::BTreeSet;

use bailiwick_grammar::AccountId;

use crate::error::EntityError;
use crate::id::Timestamp;
use crate::name::{SamlProviderName, length, pattern};
use crate::quota::Quota;
use crate::tag::{TagKeyCase, Tags};

/// An OpenID Connect identity provider, such as `token.actions.githubusercontent.com`.
///
/// AWS: IAM API Reference, `CreateOpenIDConnectProvider`.
#[derive(Clone, Debug)]
pub struct OpenIdConnectProvider {
    /// INVARIANT: the URL without `https://`, so that the ARN ends with it.
    url: Box<str>,
    arn: Box<str>,
    client_ids: BTreeSet<Box<str>>,
    thumbprints: Vec<Box<str>>,
    /// When it was created; not known of a provider that was imported by its ARN.
    pub create_date: Option<Timestamp>,
    /// The tags.
    pub tags: Tags,
}

/// A SAML 2.0 identity provider.
///
/// AWS: IAM API Reference, `CreateSAMLProvider`.
#[derive(Clone, Debug)]
pub struct SamlProvider {
    name: SamlProviderName,
    arn: Box<str>,
    /// The metadata document; not known of a provider that was imported by its ARN.
    pub metadata: Option<Box<str>>,
    /// When it was created; not known of a provider that was imported by its ARN.
    pub create_date: Option<Timestamp>,
    /// The tags.
    pub tags: Tags,
}

impl OpenIdConnectProvider {
    /// The provider at `https://URL`.
    pub(crate) fn new((partition, account): (&str, AccountId), url: &str) -> Result<Self, EntityError> {
        length(url, "url", 1, 255)?;
        let host = url.strip_prefix("https://").unwrap_or(url);
        let legal = |byte: u8| byte.is_ascii_graphic() && !b"?#\"<>\\^`{|}".contains(&byte);
        if host.is_empty() || host.starts_with('/') || host.contains("://") || !host.bytes().all(legal) {
            return Err(EntityError::invalid_input("Invalid Open ID Connect Provider URL"));
        }
        Ok(Self {
            arn: format!("arn:{partition}:iam::{account}:oidc-provider/{host}").into(),
            url: host.into(),
            client_ids: BTreeSet::new(),
            thumbprints: Vec::new(),
            create_date: None,
            tags: Tags::new(TagKeyCase::Sensitive),
        })
    }

    /// The URL without `https://`: the prefix of the condition keys that its tokens fill.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The ARN.
    pub fn arn(&self) -> &str {
        &self.arn
    }

    /// The audiences that are accepted.
    pub fn client_ids(&self) -> impl Iterator<Item = &str> {
        self.client_ids.iter().map(|id| &**id)
    }

    /// The SHA-1 thumbprints of its certificates.
    pub fn thumbprints(&self) -> impl Iterator<Item = &str> {
        self.thumbprints.iter().map(|thumbprint| &**thumbprint)
    }

    /// Accepts one more audience; one that is there already is not an error.
    ///
    /// # Errors
    ///
    /// `LimitExceeded` above 100; `ValidationError` for an empty id or one above 255 characters.
    pub fn add_client_id(&mut self, id: &str) -> Result<(), EntityError> {
        length(id, "clientID", 1, 255)?;
        let quota = Quota::ClientIdsPerOpenIdConnectProvider;
        if !self.client_ids.contains(id) && self.client_ids.len() >= quota.maximum() as usize {
            return Err(EntityError::exceeded(quota, quota.maximum()));
        }
        self.client_ids.insert(id.into());
        Ok(())
    }

    /// Accepts an audience no longer; one that is not there is not an error.
    pub fn remove_client_id(&mut self, id: &str) {
        self.client_ids.remove(id);
    }

    /// Replaces the thumbprints.
    ///
    /// # Errors
    ///
    /// `LimitExceeded` above 5; `ValidationError` for one that is not 40 characters.
    pub fn update_thumbprints(&mut self, thumbprints: &[&str]) -> Result<(), EntityError> {
        let quota = Quota::ThumbprintsPerOpenIdConnectProvider;
        if thumbprints.len() > quota.maximum() as usize {
            return Err(EntityError::exceeded(quota, quota.maximum()));
        }
        for thumbprint in thumbprints {
            let hexadecimal = thumbprint.len() == 40 && thumbprint.bytes().all(|byte| byte.is_ascii_hexdigit());
            pattern(thumbprint, "thumbprintList", "[0-9A-Fa-f]{40}", hexadecimal)?;
        }
        self.thumbprints = thumbprints.iter().map(|&thumbprint| thumbprint.into()).collect();
        Ok(())
    }
}

impl SamlProvider {
    pub(crate) fn new((partition, account): (&str, AccountId), name: SamlProviderName) -> Self {
        Self {
            arn: format!("arn:{partition}:iam::{account}:saml-provider/{name}").into(),
            name,
            metadata: None,
            create_date: None,
            tags: Tags::new(TagKeyCase::Sensitive),
        }
    }

    /// The name.
    pub fn name(&self) -> &SamlProviderName {
        &self.name
    }

    /// The ARN.
    pub fn arn(&self) -> &str {
        &self.arn
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn provider(url: &str) -> Result<OpenIdConnectProvider, EntityError> {
        OpenIdConnectProvider::new(("aws", "111122223333".parse().unwrap()), url)
    }

    #[test]
    fn the_arn_of_an_oidc_provider_drops_the_scheme() {
        let provider = provider("https://oidc.eks.eu-west-1.amazonaws.com/id/ABC").unwrap();
        let arn = "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-west-1.amazonaws.com/id/ABC";
        assert_eq!(provider.arn(), arn);
    }

    #[test]
    fn a_url_with_another_scheme_or_a_query_is_no_provider() {
        for wrong in [
            "",
            "https://",
            "http://a.example",
            "https://a.example?x",
            "https://a.example#x",
            "a b",
        ] {
            assert!(provider(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn client_ids_and_thumbprints_have_their_quotas() {
        let mut provider = provider("https://a.example").unwrap();
        for n in 0..100 {
            provider.add_client_id(&format!("client-{n}")).unwrap();
        }
        assert!(provider.add_client_id("client-0").is_ok());
        assert!(provider.add_client_id("one more").is_err());
        let thumbprint = "a".repeat(40);
        assert!(provider.update_thumbprints(&[thumbprint.as_str(); 5]).is_ok());
        assert!(provider.update_thumbprints(&[thumbprint.as_str(); 6]).is_err());
        assert!(provider.update_thumbprints(&["abc"]).is_err());
    }
}
