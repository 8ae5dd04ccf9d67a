//! What `dev` keeps between starts beside databases and certificates: its secrets, readable by its user alone.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::{Context, anyhow};
use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use eppgate_model::TenantId;
use serde::{Deserialize, Serialize};

/// Identifiers and secrets, made once.
#[derive(Serialize, Deserialize)]
pub(super) struct Keeping {
    #[serde(with = "text")]
    pub(super) tenant_id: TenantId,
    pub(super) token_secret: String,
    /// Of the demo tenant's owner; there is nothing yet to sign in to with it.
    pub(super) user_password: String,
    /// An OAuth client; honoured once there is a token endpoint.
    pub(super) oauth_client_id: String,
    pub(super) oauth_client_secret: String,
    /// Of the only operator.
    pub(super) operator_token: String,
    /// Honoured once there is a second version of the API.
    pub(super) api_key: String,
}

impl Keeping {
    /// Reads the file, or makes it.
    pub(super) fn open(path: &Path) -> anyhow::Result<Self> {
        match std::fs::read(path) {
            Ok(bytes) => serde_json::from_slice(&bytes)
                .with_context(|| format!("cannot make sense of {}", path.display())),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let keeping = Self::new()?;
                let json = serde_json::to_vec_pretty(&keeping)?;
                write_privately(path, &json).with_context(|| format!("cannot write {}", path.display()))?;
                Ok(keeping)
            }
            Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
        }
    }

    fn new() -> anyhow::Result<Self> {
        Ok(Self {
            tenant_id: TenantId::new(),
            token_secret: secret()?,
            user_password: secret()?,
            oauth_client_id: HEXLOWER.encode(&random::<16>()?),
            oauth_client_secret: secret()?,
            operator_token: secret()?,
            api_key: secret()?,
        })
    }
}

/// Writes a file that only its owner can read, whole or not at all.
pub(super) fn write_privately(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{}", std::process::id()));
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&beside, path)
}

fn secret() -> anyhow::Result<String> {
    Ok(BASE64URL_NOPAD.encode(&random::<32>()?))
}

fn random<const N: usize>() -> anyhow::Result<[u8; N]> {
    let mut bytes = [0; N];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| anyhow!("the system has no random numbers"))?;
    Ok(bytes)
}

/// An identifier as its text.
mod text {
    use eppgate_model::TenantId;
    use serde::{Deserialize, Deserializer, Serializer, de};

    pub(super) fn serialize<S: Serializer>(id: &TenantId, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(id)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<TenantId, D::Error> {
        String::deserialize(from)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_second_start_has_the_same_secrets_and_nobody_else_can_read_them() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("dev.json");
        let first = Keeping::open(&path).unwrap();
        let second = Keeping::open(&path).unwrap();
        assert_eq!((first.tenant_id, &first.token_secret), (second.tenant_id, &second.token_secret));
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
    }
}
