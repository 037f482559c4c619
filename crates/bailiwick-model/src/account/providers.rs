//! Identity providers.

use crate::account::Account;
use crate::entity::{OpenIdConnectProvider, SamlProvider};
use crate::error::EntityError;
use crate::name::{SamlProviderName, length};
use crate::quota::Quota;

impl Account {
    /// The OpenID Connect identity provider with that ARN.
    ///
    /// # Errors
    ///
    /// `NoSuchEntity`.
    pub fn open_id_connect_provider(&self, arn: &str) -> Result<&OpenIdConnectProvider, EntityError> {
        self.open_id_connect_providers
            .get(arn)
            .ok_or_else(|| no_such_oidc_provider(arn))
    }

    /// The OpenID Connect identity provider with that ARN, to change its audiences and thumbprints.
    ///
    /// # Errors
    ///
    /// `NoSuchEntity`.
    pub fn open_id_connect_provider_mut(&mut self, arn: &str) -> Result<&mut OpenIdConnectProvider, EntityError> {
        self.open_id_connect_providers
            .get_mut(arn)
            .ok_or_else(|| no_such_oidc_provider(arn))
    }

    /// `CreateOpenIDConnectProvider`, for the URL `https://…`; gives the ARN.
    ///
    /// # Errors
    ///
    /// `EntityAlreadyExists`, `LimitExceeded`, and `InvalidInput` for another kind of URL.
    pub fn create_open_id_connect_provider(&mut self, url: &str) -> Result<Box<str>, EntityError> {
        if !url.starts_with("https://") {
            return Err(EntityError::invalid_input("Invalid Open ID Connect Provider URL"));
        }
        self.quotas.check_one_more(
            Quota::OpenIdConnectProvidersPerAccount,
            self.open_id_connect_providers.len(),
        )?;
        self.add_open_id_connect_provider(url)
    }

    /// `DeleteOpenIDConnectProvider`: trust policies that name it keep its ARN.
    ///
    /// # Errors
    ///
    /// `NoSuchEntity`.
    pub fn delete_open_id_connect_provider(&mut self, arn: &str) -> Result<(), EntityError> {
        self.open_id_connect_providers
            .remove(arn)
            .map(drop)
            .ok_or_else(|| no_such_oidc_provider(arn))
    }

    /// `CreateSAMLProvider`; gives the ARN.
    ///
    /// # Errors
    ///
    /// `EntityAlreadyExists`, `LimitExceeded`, and `ValidationError` for metadata of another length than 1,000 to 10,000,000.
    pub fn create_saml_provider(&mut self, name: SamlProviderName, metadata: &str) -> Result<Box<str>, EntityError> {
        if !(1_000..=10_000_000).contains(&metadata.len()) {
            length(metadata, "sAMLMetadataDocument", 1_000, 10_000_000)?;
        }
        self.quotas
            .check_one_more(Quota::SamlProvidersPerAccount, self.saml_providers.len())?;
        let arn = self.add_saml_provider(name)?;
        if let Some(provider) = self.saml_providers.get_mut(&arn) {
            provider.metadata = Some(metadata.into());
        }
        Ok(arn)
    }

    /// `DeleteSAMLProvider`: trust policies that name it keep its ARN.
    ///
    /// # Errors
    ///
    /// `NoSuchEntity`.
    pub fn delete_saml_provider(&mut self, arn: &str) -> Result<(), EntityError> {
        let found = self.saml_providers.remove(arn).map(drop);
        found.ok_or_else(|| EntityError::no_such_entity(format!("Manifest not found for arn {arn}")))
    }

    pub(crate) fn add_open_id_connect_provider(&mut self, url: &str) -> Result<Box<str>, EntityError> {
        let provider = OpenIdConnectProvider::new(self.owner(), url)?;
        let arn: Box<str> = provider.arn().into();
        if self.open_id_connect_providers.contains_key(&arn) {
            let message = format!("Provider with url https://{} already exists.", provider.url());
            return Err(EntityError::already_exists(message));
        }
        self.open_id_connect_providers.insert(arn.clone(), provider);
        Ok(arn)
    }

    pub(crate) fn add_saml_provider(&mut self, name: SamlProviderName) -> Result<Box<str>, EntityError> {
        let provider = SamlProvider::new(self.owner(), name);
        let arn: Box<str> = provider.arn().into();
        if self.saml_providers.contains_key(&arn) {
            let message = format!("SAML provider {} already exists.", provider.name());
            return Err(EntityError::already_exists(message));
        }
        self.saml_providers.insert(arn.clone(), provider);
        Ok(arn)
    }
}

fn no_such_oidc_provider(arn: &str) -> EntityError {
    EntityError::no_such_entity(format!("OpenIDConnect Provider not found for arn {arn}"))
}
