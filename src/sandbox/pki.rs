//! The certificates of both sides, made once: a CA, the server's, and one for clients.
//!
//! The CA's key is never written: whoever wants to be trusted by the set has to make a new one.

use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use chrono::{Datelike, Utc};
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};

use crate::Error;

/// Makes the certificates of a sandbox.
#[derive(Debug)]
pub struct Pki;

/// Where the certificates and keys are, all PEM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PkiPaths {
    /// The CA's certificate, which both sides trust.
    pub ca: PathBuf,
    /// The server's certificate, for `localhost` and the loopback addresses.
    pub server_cert: PathBuf,
    /// Its key.
    pub server_key: PathBuf,
    /// The client's certificate.
    pub client_cert: PathBuf,
    /// Its key.
    pub client_key: PathBuf,
}

impl PkiPaths {
    /// The files of a set in a folder.
    #[must_use]
    pub fn within(dir: &Path) -> Self {
        Self {
            ca: dir.join("ca.pem"),
            server_cert: dir.join("server.pem"),
            server_key: dir.join("server.key"),
            client_cert: dir.join("client.pem"),
            client_key: dir.join("client.key"),
        }
    }

    /// The CA's certificate is written last: where it is, the set is whole.
    fn exist(&self) -> bool {
        [&self.ca, &self.server_cert, &self.server_key, &self.client_cert, &self.client_key]
            .iter()
            .all(|path| path.exists())
    }
}

impl Pki {
    /// The set in a folder, made anew unless it is whole.
    ///
    /// # Errors
    /// [`Error::File`] and [`Error::Certificates`].
    pub fn ensure(dir: &Path) -> Result<PkiPaths, Error> {
        let paths = PkiPaths::within(dir);
        if paths.exist() {
            return Ok(paths);
        }
        fs::create_dir_all(dir).map_err(|source| Error::File {
            doing: "make the folder",
            path: dir.to_owned(),
            source,
        })?;
        let ca = authority()?;
        let (server_cert, server_key) =
            leaf(&ca, "sandbox registry", &SERVER_NAMES, ExtendedKeyUsagePurpose::ServerAuth)?;
        let (client_cert, client_key) =
            leaf(&ca, "sandbox registrar", &[], ExtendedKeyUsagePurpose::ClientAuth)?;
        write(&paths.server_key, &server_key, SECRET)?;
        write(&paths.server_cert, &server_cert, PUBLIC)?;
        write(&paths.client_key, &client_key, SECRET)?;
        write(&paths.client_cert, &client_cert, PUBLIC)?;
        write(&paths.ca, &ca.pem(), PUBLIC)?;
        Ok(paths)
    }
}

fn authority() -> Result<CertifiedIssuer<'static, KeyPair>, Error> {
    let mut params = params("sandbox CA", &[])?;
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    Ok(CertifiedIssuer::self_signed(params, key()?)?)
}

/// A certificate and its key, as PEM.
fn leaf(
    ca: &CertifiedIssuer<'_, KeyPair>,
    common_name: &str,
    names: &[&str],
    usage: ExtendedKeyUsagePurpose,
) -> Result<(String, String), Error> {
    let mut params = params(common_name, names)?;
    params.use_authority_key_identifier_extension = true;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![usage];
    let key = key()?;
    let certificate = params.signed_by(&key, ca)?;
    Ok((certificate.pem(), key.serialize_pem()))
}

fn params(common_name: &str, names: &[&str]) -> Result<CertificateParams, Error> {
    let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name.push(DnType::CommonName, common_name);
    let year = Utc::now().year();
    params.not_before = date_time_ymd(year - 1, 1, 1);
    params.not_after = date_time_ymd(year + YEARS, 12, 31);
    Ok(params)
}

fn key() -> Result<KeyPair, Error> {
    Ok(KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256)?)
}

/// Writes beside the file and moves it there, so that a kill leaves no half of it.
fn write(path: &Path, text: &str, mode: u32) -> Result<(), Error> {
    let beside = path.with_extension("new");
    let written = fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(mode)
        .open(&beside)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .and_then(|()| fs::rename(&beside, path));
    written.map_err(|source| Error::File { doing: "write", path: path.to_owned(), source })
}

const SERVER_NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];
const YEARS: i32 = 10;
const SECRET: u32 = 0o600;
const PUBLIC: u32 = 0o644;

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_set_is_made_once_and_its_keys_are_for_the_owner_only() {
        let dir = tempfile::tempdir().unwrap();
        let paths = Pki::ensure(dir.path()).unwrap();
        let first = fs::read(&paths.client_cert).unwrap();
        for key in [&paths.server_key, &paths.client_key] {
            let mode = fs::metadata(key).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, SECRET, "{}", key.display());
        }
        assert_eq!(Pki::ensure(dir.path()).unwrap(), paths);
        assert_eq!(fs::read(&paths.client_cert).unwrap(), first);
        assert!(crate::server::tls(&paths).is_ok());
    }

    #[test]
    fn half_a_set_is_replaced_as_a_whole() {
        let dir = tempfile::tempdir().unwrap();
        let paths = Pki::ensure(dir.path()).unwrap();
        let first = fs::read(&paths.server_cert).unwrap();
        fs::remove_file(&paths.ca).unwrap();
        Pki::ensure(dir.path()).unwrap();
        assert_ne!(fs::read(&paths.server_cert).unwrap(), first);
    }
}
