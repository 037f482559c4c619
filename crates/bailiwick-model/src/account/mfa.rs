//! MFA devices.

use crate::account::Account;
use crate::account::credentials::remove_first;
use crate::entity::{MfaDevice, VirtualMfaDevice, entity_arn};
use crate::error::EntityError;
use crate::id::{MfaSerialNumber, Timestamp};
use crate::name::{Path, VirtualMfaDeviceName};
use crate::quota::Quota;

impl Account {
    /// `CreateVirtualMFADevice`: the serial number is the device's ARN.
    ///
    /// # Errors
    ///
    /// `EntityAlreadyExists`, and `LimitExceeded` where there are as many as there may be users.
    pub fn create_virtual_mfa_device(
        &mut self,
        path: &Path,
        name: &VirtualMfaDeviceName,
    ) -> Result<MfaSerialNumber, EntityError> {
        let arn = entity_arn(&self.partition, self.id, "mfa", path.as_str(), name.as_str());
        let serial_number = MfaSerialNumber::new(&arn)?;
        if self.virtual_mfa_devices.contains_key(&serial_number) {
            let message = "MFADevice entity at the same path and name already exists.";
            return Err(EntityError::already_exists(message));
        }
        self.quotas
            .check_one_more(Quota::UsersPerAccount, self.virtual_mfa_devices.len())?;
        self.virtual_mfa_devices
            .insert(serial_number.clone(), VirtualMfaDevice::new());
        Ok(serial_number)
    }

    /// `DeleteVirtualMFADevice`: it must be enabled for nobody.
    ///
    /// # Errors
    ///
    /// `NoSuchEntity` and `DeleteConflict`.
    pub fn delete_virtual_mfa_device(&mut self, serial_number: &str) -> Result<(), EntityError> {
        if self.virtual_mfa_device(serial_number)?.user.is_some() {
            return Err(EntityError::delete_conflict(
                "MFA VirtualDevice in use. Must deactivate first.",
            ));
        }
        self.virtual_mfa_devices.remove(serial_number);
        Ok(())
    }

    /// `EnableMFADevice`. Whether the codes are right is checked by whoever holds the seed.
    ///
    /// # Errors
    ///
    /// `NoSuchEntity`, `EntityAlreadyExists` for a device that is enabled already, `LimitExceeded` above 8 devices.
    pub fn enable_mfa_device(
        &mut self,
        user: &str,
        serial_number: MfaSerialNumber,
        time: Timestamp,
    ) -> Result<(), EntityError> {
        let name = self.user(user)?.name().clone();
        let enabled = |held: &MfaDevice| held.serial_number == serial_number;
        if self.users.iter().any(|user| user.mfa_devices.iter().any(enabled)) {
            return Err(EntityError::already_exists("MFADevice is already in use."));
        }
        self.quotas
            .check_one_more(Quota::MfaDevicesPerUser, self.user(user)?.mfa_devices.len())?;
        if self.is_virtual(&serial_number) {
            self.virtual_mfa_device(serial_number.as_str())?.user = Some(name);
        }
        self.user_mut(user)?.mfa_devices.push(MfaDevice {
            serial_number,
            enable_date: time,
        });
        Ok(())
    }

    /// `DeactivateMFADevice`
    ///
    /// # Errors
    ///
    /// `NoSuchEntity`.
    pub fn deactivate_mfa_device(&mut self, user: &str, serial_number: &str) -> Result<(), EntityError> {
        let devices = &mut self.user_mut(user)?.mfa_devices;
        remove_first(devices, |device| device.serial_number.as_str() == serial_number).ok_or_else(|| {
            EntityError::no_such_entity(format!(
                "MFA Device with serial number {serial_number} cannot be found."
            ))
        })?;
        if let Some(device) = self.virtual_mfa_devices.get_mut(serial_number) {
            device.user = None;
        }
        Ok(())
    }

    fn is_virtual(&self, serial_number: &MfaSerialNumber) -> bool {
        let prefix = entity_arn(&self.partition, self.id, "mfa", "/", "");
        serial_number.as_str().starts_with(&*prefix)
    }

    fn virtual_mfa_device(&mut self, serial_number: &str) -> Result<&mut VirtualMfaDevice, EntityError> {
        self.virtual_mfa_devices.get_mut(serial_number).ok_or_else(|| {
            EntityError::no_such_entity(format!(
                "VirtualMFADevice with serial number {serial_number} doesn't exist."
            ))
        })
    }
}
