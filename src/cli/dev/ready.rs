//! The ready file: what a program needs to use a `dev` that has come up. Its keys are a contract.

use std::io;
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::keeping::write_privately;

/// Where everything is and how to get in.
#[derive(Serialize)]
pub(super) struct Ready {
    pub(super) base_url: String,
    pub(super) operator_url: String,
    pub(super) metrics_url: String,
    pub(super) tenant_id: String,
    pub(super) user: User,
    pub(super) access_token: String,
    pub(super) oauth_client: OauthClient,
    pub(super) operator_token: String,
    pub(super) api_key: String,
    pub(super) directory_token: String,
    pub(super) pki: PkiFiles,
    pub(super) mail_dir: PathBuf,
    pub(super) registries: Vec<RegistryEntry>,
}

/// The demo tenant's owner.
#[derive(Serialize)]
pub(super) struct User {
    pub(super) email: String,
    pub(super) password: String,
}

#[derive(Serialize)]
pub(super) struct OauthClient {
    pub(super) client_id: String,
    pub(super) client_secret: String,
}

/// One set for all the registries.
#[derive(Serialize)]
pub(super) struct PkiFiles {
    pub(super) ca_pem: PathBuf,
    pub(super) client_cert_pem: PathBuf,
    pub(super) client_key_pem: PathBuf,
}

#[derive(Serialize)]
pub(super) struct RegistryEntry {
    pub(super) name: String,
    pub(super) tlds: Vec<String>,
    pub(super) address: String,
    pub(super) client_id: String,
    pub(super) password: String,
    pub(super) control_url: String,
}

impl Ready {
    /// Puts the file there whole: whoever waits for it never sees half of it.
    pub(super) fn write(&self, path: &Path) -> io::Result<()> {
        write_privately(path, &serde_json::to_vec_pretty(self)?)
    }
}
