//! The shapes that objects and commands take at a registry.

use eppgate_epp::ext::fee;
use serde::{Deserialize, Deserializer, de::Error};

/// How domains are delegated (RFC 5731, 1.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum HostModel {
    /// To host objects, which have to exist before a domain names them: what most registries do.
    #[default]
    Objects,
    /// To names and addresses within the domain; there are no host objects.
    Attributes,
}

/// What a registry wants to know of people.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Contacts {
    /// Whether domains have contacts.
    pub model: ContactModel,
    /// In which of its two forms an address is given.
    pub postal: Postal,
    /// Who chooses a contact's id.
    pub id: ContactId,
    /// Fewest characters of an id that we choose. 3: the schema's.
    pub min_id_length: usize,
    /// Most characters of an id that we choose. 16: the schema's.
    pub max_id_length: usize,
}

impl Default for Contacts {
    fn default() -> Self {
        Self {
            model: ContactModel::default(),
            postal: Postal::default(),
            id: ContactId::default(),
            min_id_length: 3,
            max_id_length: 16,
        }
    }
}

/// Whether domains have contacts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ContactModel {
    /// They have: what most registries want.
    #[default]
    Thick,
    /// They have none; the registrar alone knows whose they are.
    Thin,
}

/// In which of its two forms an address is given (RFC 5733, 2.3): `int` is in ASCII, `loc` in any script.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Postal {
    /// `int` only: no registry but those that say otherwise refuses it.
    #[default]
    Int,
    /// `loc` only.
    Loc,
    /// Exactly one, `loc` where ASCII does not do.
    Either,
    /// `int` always, and `loc` beside it where ASCII does not do.
    Both,
}

/// Who chooses a contact's id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ContactId {
    /// We do, as RFC 5733 has it.
    #[default]
    Ours,
    /// The registry does: it is sent `auto`, and tells the id in its reply.
    Auto,
}

/// What a domain's password looks like, and who makes it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AuthInfoRule {
    /// Fewest characters. 8: the shortest that registries with a rule ask for.
    pub min_length: usize,
    /// Most characters. 16: the schema of older registries takes no more.
    pub max_length: usize,
    /// What it may hold beside letters and digits; one of each kind is always safe. These are taken everywhere.
    pub symbols: String,
    /// Who makes it.
    pub made_by: AuthInfoMaker,
}

impl Default for AuthInfoRule {
    fn default() -> Self {
        Self { min_length: 8, max_length: 16, symbols: "-_.!".into(), made_by: AuthInfoMaker::Registrar }
    }
}

/// Who makes a domain's password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AuthInfoMaker {
    /// The registrar, in the command, as RFC 5731 has it.
    #[default]
    Registrar,
    /// The registry, when it is needed: commands leave it empty, and it cannot be set.
    Registry,
}

/// What a registry takes to sign a delegation (RFC 5910, 4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dnssec {
    /// DS records: what most registries take.
    #[default]
    Ds,
    /// Keys, of which the registry makes the DS records itself.
    Keys,
}

/// How a new name beyond ASCII tells its language or script.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Idn {
    /// By which extension.
    pub tag: IdnTag,
    /// Whether the registry refuses such a name without it.
    pub required: bool,
}

/// The extension that tells a name's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub enum IdnTag {
    /// None: the registry takes the name as it is.
    #[default]
    #[serde(rename = "none")]
    None,
    /// `idnLang-1.0`
    #[serde(rename = "idnLang-1.0")]
    IdnLang,
    /// `idn-1.0`
    #[serde(rename = "idn-1.0")]
    Idn,
}

/// What becomes of a domain over time, where that is not what RFC 5731 and 3915 describe.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Lifecycle {
    /// Whether a registrar can renew; else the registry does, until it is told to stop.
    pub renew: bool,
    /// How a deletion is taken back.
    pub restore: Restore,
    /// How a domain changes its registrar.
    pub transfer: Transfer,
    /// Whether registrars can set `client…Prohibited` and `clientHold`.
    pub client_statuses: bool,
}

impl Default for Lifecycle {
    fn default() -> Self {
        Self {
            renew: true,
            restore: Restore::default(),
            transfer: Transfer::default(),
            client_statuses: true,
        }
    }
}

/// How a deletion is taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Restore {
    /// By a request and then a report (RFC 3915): what generic TLDs do.
    #[default]
    RequestAndReport,
    /// By a request; no report is wanted.
    Request,
    /// By a report at once, without a request before it.
    Report,
    /// By taking back the wish that it be deleted, in the registry's own extension (`iis:clientDelete`).
    ClientDelete,
    /// Not at all.
    None,
}

/// How a domain changes its registrar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transfer {
    /// The present registrar is asked, and silence is consent: what generic TLDs do.
    #[default]
    Pending,
    /// Whoever shows the password has it.
    AtOnce,
    /// The present registrar hands it over by an extension; there is no password.
    Push,
}

/// The version of the fee extension to speak, whatever the greeting says.
pub(super) fn fee_version<'de, D: Deserializer<'de>>(from: D) -> Result<Option<fee::Dialect>, D::Error> {
    let version = String::deserialize(from)?;
    let known = fee::Dialect::from_version(&version);
    known.map(Some).ok_or_else(|| D::Error::custom("is no version of the fee extension"))
}
