//! Contacts and hosts as the registry keeps them: as the reply that tells of them, with those statuses that were set.

use chrono::{DateTime, Utc};
use eppgate_epp::types::AuthInfo;
use eppgate_epp::{contact, host};
use serde::{Deserialize, Serialize};

use crate::kept;
use crate::record::Kept;
use crate::transfer::Transfer;

/// A contact (RFC 5733).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Contact {
    #[serde(with = "kept::xml")]
    pub(crate) data: contact::InfData,
    /// The last transfer, pending or over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) transfer: Option<Transfer>,
    /// Who it is by law, where that is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) identity: Option<Identity>,
}

/// The numbers of a person or organisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Identity {
    pub(crate) orgno: String,
    pub(crate) vatno: Option<String>,
}

/// A host (RFC 5732).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Host {
    #[serde(with = "kept::xml")]
    pub(crate) data: host::InfData,
}

impl Contact {
    pub(crate) fn has(&self, status: &contact::Status) -> bool {
        self.data.statuses.iter().any(|set| set.status == *status)
    }

    /// Its password.
    pub(crate) fn secret(&self) -> Option<Kept> {
        match &self.data.auth_info {
            Some(AuthInfo::Pw { pw, .. }) => Some(Kept(pw.clone())),
            _ => None,
        }
    }

    pub(crate) fn pending_transfer(&self) -> Option<&Transfer> {
        self.transfer.as_ref().filter(|transfer| transfer.is_pending())
    }

    /// When time next does something to it.
    pub(crate) fn due(&self) -> Option<DateTime<Utc>> {
        self.pending_transfer().map(|transfer| transfer.acts)
    }

    /// The contact as a reply tells of it.
    pub(crate) fn shown(&self, linked: bool) -> contact::InfData {
        let mut data = self.data.clone();
        if self.pending_transfer().is_some() {
            data.statuses.push(contact::Status::PendingTransfer.into());
        }
        if data.statuses.is_empty() {
            data.statuses.push(contact::Status::Ok.into());
        }
        if linked {
            data.statuses.push(contact::Status::Linked.into());
        }
        data
    }
}

impl Host {
    pub(crate) fn has(&self, status: &host::Status) -> bool {
        self.data.statuses.iter().any(|set| set.status == *status)
    }

    /// The host as a reply tells of it.
    pub(crate) fn shown(&self, linked: bool) -> host::InfData {
        let mut data = self.data.clone();
        if data.statuses.is_empty() {
            data.statuses.push(host::Status::Ok.into());
        }
        if linked {
            data.statuses.push(host::Status::Linked.into());
        }
        data
    }
}
