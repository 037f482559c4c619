//! The credentials of users, and server certificates.

use crate::account::Account;
use crate::entity::{
    AccessKey, CredentialStatus, LoginProfile, ServerCertificate, ServiceSpecificCredential, SigningCertificate,
    SshPublicKey,
};
use crate::error::{EntityError, EntityErrorKind};
use crate::id::{AccessKeyId, Timestamp, UniqueId};
use crate::name::{Path, ServerCertificateName};
use crate::quota::Quota;

impl Account {
    /// `CreateAccessKey`: the key is active.
    ///
    /// # Errors
    ///
    /// `NoSuchEntity`, and `LimitExceeded` above 2 keys.
    pub fn create_access_key(&mut self, user: &str, id: AccessKeyId, time: Timestamp) -> Result<(), EntityError> {
        self.quotas
            .check_one_more(Quota::AccessKeysPerUser, self.user(user)?.access_keys.len())?;
        let key = AccessKey {
            id,
            status: CredentialStatus::Active,
            create_date: time,
        };
        self.user_mut(user)?.access_keys.push(key);
        Ok(())
    }

    /// `UpdateAccessKey`: switches a key on or off.
    ///
    /// # Errors
    ///
    /// `NoSuchEntity`.
    pub fn update_access_key(&mut self, user: &str, id: &str, status: CredentialStatus) -> Result<(), EntityError> {
        let keys = &mut self.user_mut(user)?.access_keys;
        let key = keys
            .iter_mut()
            .find(|key| key.id.as_str() == id)
            .ok_or_else(|| no_such_access_key(id))?;
        key.status = status;
        Ok(())
    }

    /// `DeleteAccessKey`
    ///
    /// # Errors
    ///
    /// `NoSuchEntity`.
    pub fn delete_access_key(&mut self, user: &str, id: &str) -> Result<(), EntityError> {
        let keys = &mut self.user_mut(user)?.access_keys;
        remove_first(keys, |key| key.id.as_str() == id).ok_or_else(|| no_such_access_key(id))
    }

    /// `CreateLoginProfile`. Whether the password keeps the password policy is checked by whoever knows the password.
    ///
    /// # Errors
    ///
    /// `NoSuchEntity` and `EntityAlreadyExists`.
    pub fn create_login_profile(&mut self, user: &str, profile: LoginProfile) -> Result<(), EntityError> {
        let held = &mut self.user_mut(user)?.login_profile;
        if held.is_some() {
            return Err(EntityError::already_exists(format!(
                "Login Profile for user {user} already exists."
            )));
        }
        *held = Some(profile);
        Ok(())
    }

    /// `UpdateLoginProfile`: whether the user must set a new password.
    ///
    /// # Errors
    ///
    /// `NoSuchEntity`.
    pub fn update_login_profile(&mut self, user: &str, password_reset_required: bool) -> Result<(), EntityError> {
        let profile = self.user_mut(user)?.login_profile.as_mut();
        profile
            .ok_or_else(|| no_such_login_profile(user))?
            .password_reset_required = password_reset_required;
        Ok(())
    }

    /// `DeleteLoginProfile`
    ///
    /// # Errors
    ///
    /// `NoSuchEntity`.
    pub fn delete_login_profile(&mut self, user: &str) -> Result<(), EntityError> {
        self.user_mut(user)?
            .login_profile
            .take()
            .map(drop)
            .ok_or_else(|| no_such_login_profile(user))
    }

    /// `UploadSigningCertificate`
    ///
    /// # Errors
    ///
    /// `NoSuchEntity`, and `LimitExceeded` above 2 certificates.
    pub fn upload_signing_certificate(
        &mut self,
        user: &str,
        certificate: SigningCertificate,
    ) -> Result<(), EntityError> {
        self.quotas.check_one_more(
            Quota::SigningCertificatesPerUser,
            self.user(user)?.signing_certificates.len(),
        )?;
        self.user_mut(user)?.signing_certificates.push(certificate);
        Ok(())
    }

    /// `DeleteSigningCertificate`
    ///
    /// # Errors
    ///
    /// `NoSuchEntity`.
    pub fn delete_signing_certificate(&mut self, user: &str, id: &str) -> Result<(), EntityError> {
        let certificates = &mut self.user_mut(user)?.signing_certificates;
        remove_first(certificates, |certificate| certificate.id.as_str() == id)
            .ok_or_else(|| EntityError::no_such_entity(format!("The Certificate with id {id} cannot be found.")))
    }

    /// `UploadSSHPublicKey`
    ///
    /// # Errors
    ///
    /// `NoSuchEntity`, and `LimitExceeded` above 5 keys.
    pub fn upload_ssh_public_key(&mut self, user: &str, key: SshPublicKey) -> Result<(), EntityError> {
        self.quotas
            .check_one_more(Quota::SshPublicKeysPerUser, self.user(user)?.ssh_public_keys.len())?;
        self.user_mut(user)?.ssh_public_keys.push(key);
        Ok(())
    }

    /// `DeleteSSHPublicKey`
    ///
    /// # Errors
    ///
    /// `NoSuchEntity`.
    pub fn delete_ssh_public_key(&mut self, user: &str, id: &str) -> Result<(), EntityError> {
        let keys = &mut self.user_mut(user)?.ssh_public_keys;
        remove_first(keys, |key| key.id.as_str() == id)
            .ok_or_else(|| EntityError::no_such_entity(format!("The SSH Public Key with id {id} cannot be found")))
    }

    /// `CreateServiceSpecificCredential`
    ///
    /// # Errors
    ///
    /// `NoSuchEntity`, and `LimitExceeded` above 2 credentials for one service.
    pub fn create_service_specific_credential(
        &mut self,
        user: &str,
        credential: ServiceSpecificCredential,
    ) -> Result<(), EntityError> {
        let held = self.user(user)?.service_specific_credentials.iter();
        let held = held.filter(|held| held.service == credential.service).count();
        self.quotas
            .check_one_more(Quota::ServiceSpecificCredentialsPerUser, held)?;
        self.user_mut(user)?.service_specific_credentials.push(credential);
        Ok(())
    }

    /// `DeleteServiceSpecificCredential`
    ///
    /// # Errors
    ///
    /// `NoSuchEntity`.
    pub fn delete_service_specific_credential(&mut self, user: &str, id: &str) -> Result<(), EntityError> {
        let credentials = &mut self.user_mut(user)?.service_specific_credentials;
        remove_first(credentials, |credential| credential.id.as_str() == id)
            .ok_or_else(|| EntityError::no_such_entity(format!("No such credential {id} exists")))
    }

    /// `UploadServerCertificate`. Whether chain and key belong together is checked by whoever holds them.
    ///
    /// # Errors
    ///
    /// `EntityAlreadyExists` and `LimitExceeded`.
    pub fn upload_server_certificate(
        &mut self,
        path: Path,
        name: ServerCertificateName,
        id: UniqueId,
        time: Timestamp,
        expiration: Option<Timestamp>,
    ) -> Result<(), EntityError> {
        if self.server_certificates.contains(name.as_str()) {
            let message = format!("The Server Certificate with name {name} already exists.");
            return Err(EntityError::new(EntityErrorKind::EntityAlreadyExists, message));
        }
        self.quotas
            .check_one_more(Quota::ServerCertificatesPerAccount, self.server_certificates.len())?;
        let key = name.as_str().to_owned();
        let certificate = ServerCertificate::new(self.owner(), path, name, id, time, expiration);
        self.server_certificates.insert(&key, certificate);
        Ok(())
    }

    /// `DeleteServerCertificate`. Whether a load balancer uses it is not known here.
    ///
    /// # Errors
    ///
    /// `NoSuchEntity`.
    pub fn delete_server_certificate(&mut self, name: &str) -> Result<(), EntityError> {
        self.server_certificates.remove(name).map(drop).ok_or_else(|| {
            EntityError::no_such_entity(format!("The Server Certificate with name {name} cannot be found."))
        })
    }
}

/// Removes the first element that fits; none where there is no such element.
pub(super) fn remove_first<T>(elements: &mut Vec<T>, fits: impl Fn(&T) -> bool) -> Option<()> {
    let at = elements.iter().position(fits)?;
    elements.remove(at);
    Some(())
}

fn no_such_access_key(id: &str) -> EntityError {
    EntityError::no_such_entity(format!("The Access Key with id {id} cannot be found."))
}

fn no_such_login_profile(user: &str) -> EntityError {
    EntityError::no_such_entity(format!("Login Profile for User {user} cannot be found."))
}
