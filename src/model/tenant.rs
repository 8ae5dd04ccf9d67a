//! Tenants, the registry accounts they hold and the TLDs they may sell.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::id::{AccountId, AssociationId, TenantId};
use crate::word::Word;

/// A registrar business that uses the gateway; nothing of one tenant is visible to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tenant {
    pub id: TenantId,
    pub name: String,
    /// Short unique name, for people and URLs.
    pub slug: String,
    pub status: TenantStatus,
    pub settings: TenantSettings,
    pub inserted_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// What a tenant has chosen for itself. Stored as JSON, so a field added later has its default in rows written before.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TenantSettings {
    /// Whom mail to registrants comes from.
    pub verification_from_email: Option<String>,
    pub suspension_from_email: Option<String>,
    pub renewal_from_email: Option<String>,
    /// Whom text messages come from.
    pub verification_from_phone: Option<String>,
    pub suspension_from_phone: Option<String>,
    /// Where a registrant verifies their address; `{{token}}` stands for the token.
    pub verification_url_template: Option<String>,
    pub transfer_out_mode: TransferOutMode,
}

/// What becomes of a transfer that another registrar has asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransferOutMode {
    /// It is approved, unless there is a reason to reject it.
    #[default]
    Auto,
    /// The tenant decides.
    Explicit,
}

impl Word for TransferOutMode {
    const WORDS: &'static [(Self, &'static str)] = &[(Self::Auto, "auto"), (Self::Explicit, "explicit")];
}

/// Whether a tenant may use the API. A suspended tenant keeps its domains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TenantStatus {
    Active,
    Suspended,
}

impl Word for TenantStatus {
    const WORDS: &'static [(Self, &'static str)] =
        &[(Self::Active, "active"), (Self::Suspended, "suspended")];
}

/// A tenant's account at a registry. Its credentials are kept elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegistryAccount {
    pub id: AccountId,
    pub tenant_id: TenantId,
    /// The registry, by the name it has in the configuration.
    pub binding: String,
    pub name: String,
    pub state: AccountState,
    /// Whether it is taken when a request names none; at most one account of a tenant at a registry is.
    pub is_default: bool,
    pub inserted_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// Whether new commands may be run with an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountState {
    Active,
    Disabled,
}

impl Word for AccountState {
    const WORDS: &'static [(Self, &'static str)] = &[(Self::Active, "active"), (Self::Disabled, "disabled")];
}

/// A TLD that a tenant may sell, and where its registry is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TldAssociation {
    pub id: AssociationId,
    pub tenant_id: TenantId,
    /// The zone in A-label form; it may have several labels, such as `co.uk`.
    pub tld: String,
    pub accreditation: Accreditation,
    pub state: AssociationState,
    /// The registry, by the name it has in the configuration.
    pub binding: String,
    /// The account that this TLD is bound to, if to one only.
    pub account_id: Option<AccountId>,
    pub config: TldConfig,
    pub inserted_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// Under which rules a TLD is sold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accreditation {
    IcannAccredited,
    NonIcann,
}

impl Word for Accreditation {
    const WORDS: &'static [(Self, &'static str)] =
        &[(Self::IcannAccredited, "icann_accredited"), (Self::NonIcann, "non_icann")];
}

/// Where an association stands; only an active one takes commands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssociationState {
    Pending,
    Active,
    Suspended,
    Terminated,
}

impl Word for AssociationState {
    const WORDS: &'static [(Self, &'static str)] = &[
        (Self::Pending, "pending"),
        (Self::Active, "active"),
        (Self::Suspended, "suspended"),
        (Self::Terminated, "terminated"),
    ];
}

/// A TLD's policy. Stored as JSON, so a field added later has its default in rows written before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct TldConfig {
    /// Whether the registry takes DS records.
    pub dnssec_supported: bool,
    /// Whether the registry renews by itself at expiry.
    pub auto_renews: bool,
    /// Days after expiry in which the standard renewal price holds.
    pub auto_renewal_grace_period_days: u32,
    /// Whether a name with non-ASCII labels needs a language tag.
    pub idn_tag_required: bool,
    /// The shortest period, in years.
    pub min_years: u32,
    /// The longest period, in years; also how far ahead a domain may be registered at all.
    pub max_years: u32,
    /// The fewest name servers that a domain may have.
    pub min_nameservers: u32,
    /// The most name servers that a domain may have.
    pub max_nameservers: u32,
    /// Days after registration in which a deletion is final at once, and refunded.
    pub add_grace_days: u32,
    /// Days after deletion in which a domain can be restored.
    pub redemption_period_days: u32,
    /// Days between the end of redemption and the purge.
    pub pending_delete_days: u32,
    /// Days after which an unanswered transfer goes through.
    pub transfer_pending_days: u32,
    /// Days for which a new or transferred domain stays where it is.
    pub transfer_lock_days: u32,
    /// Days for which an authorisation code is good after somebody was told it.
    pub auth_code_days: u32,
    /// How much there is left to pay for it.
    #[serde(flatten)]
    pub credit: Credit,
}

/// What a registry has told of the money in the account that a TLD is paid from. Amounts are in its own words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Credit {
    /// Who is to be told when there is little left.
    pub low_balance_notification_email: Option<String>,
    /// When the registry last said that there is little left.
    pub last_low_balance_at: Option<DateTime<Utc>>,
    /// When that was last worth a warning.
    pub last_low_balance_warning_at: Option<DateTime<Utc>>,
    /// The same for when it is nearly gone.
    pub last_low_balance_critical_at: Option<DateTime<Utc>>,
    pub current_credit: Option<String>,
    pub current_credit_limit: Option<String>,
    /// An amount, or a part of the limit with `%`.
    pub current_credit_threshold: Option<String>,
    pub current_credit_at: Option<DateTime<Utc>>,
}

impl Default for TldConfig {
    /// What is usual among generic TLDs.
    fn default() -> Self {
        Self {
            dnssec_supported: true,
            auto_renews: false,
            auto_renewal_grace_period_days: 30,
            idn_tag_required: false,
            min_years: 1,
            max_years: 10,
            min_nameservers: 0,
            max_nameservers: 13,
            add_grace_days: 5,
            redemption_period_days: 30,
            pending_delete_days: 5,
            transfer_pending_days: 5,
            transfer_lock_days: 60,
            auth_code_days: 14,
            credit: Credit::default(),
        }
    }
}

/// A value of a TLD's policy that no registry can have meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{key} {rule}")]
pub struct OutOfRange {
    pub key: &'static str,
    /// What it has to be, in words.
    pub rule: &'static str,
}

impl TldConfig {
    /// All that is wrong with the policy.
    pub fn problems(&self) -> impl Iterator<Item = OutOfRange> + use<> {
        let days = |days| days <= LONGEST_TIME;
        let rules = [
            ("min_years", (1..=self.max_years).contains(&self.min_years), "is not between 1 and max_years"),
            ("max_years", (1..=LONGEST_PERIOD).contains(&self.max_years), "is not between 1 and 10"),
            (
                "min_nameservers",
                self.min_nameservers <= self.max_nameservers,
                "is not between 0 and max_nameservers",
            ),
            ("max_nameservers", self.max_nameservers <= MOST_NAMESERVERS, "is not between 0 and 13"),
            ("auto_renewal_grace_period_days", days(self.auto_renewal_grace_period_days), TIME_RULE),
            ("add_grace_days", days(self.add_grace_days), TIME_RULE),
            ("redemption_period_days", days(self.redemption_period_days), TIME_RULE),
            ("pending_delete_days", days(self.pending_delete_days), TIME_RULE),
            ("transfer_pending_days", days(self.transfer_pending_days), TIME_RULE),
            ("transfer_lock_days", days(self.transfer_lock_days), TIME_RULE),
            ("auth_code_days", (1..=LONGEST_TIME).contains(&self.auth_code_days), "is not between 1 and 365"),
        ];
        let broken = rules.into_iter().filter(|(_, is_kept, _)| !is_kept);
        broken.map(|(key, _, rule)| OutOfRange { key, rule })
    }
}

/// In years: what quotes and rate cards go up to.
const LONGEST_PERIOD: u32 = 10;
/// More do not fit an answer of the DNS.
const MOST_NAMESERVERS: u32 = 13;
/// In days: whatever lasts longer is not meant to end.
const LONGEST_TIME: u32 = 365;
const TIME_RULE: &str = "is not between 0 and 365";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_that_cannot_be_meant_is_told_by_its_keys() {
        let told = |config: TldConfig| config.problems().map(|wrong| wrong.key).collect::<Vec<_>>();
        let usual = TldConfig::default;
        assert_eq!(told(usual()), [""; 0]);
        assert_eq!(told(TldConfig { min_years: 3, max_years: 2, ..usual() }), ["min_years"]);
        assert_eq!(told(TldConfig { max_years: 11, ..usual() }), ["max_years"]);
        assert_eq!(
            told(TldConfig { min_nameservers: 2, max_nameservers: 1, ..usual() }),
            ["min_nameservers"]
        );
        let never =
            TldConfig { max_nameservers: 14, auth_code_days: 0, redemption_period_days: 366, ..usual() };
        assert_eq!(told(never), ["max_nameservers", "redemption_period_days", "auth_code_days"]);
    }

    #[test]
    fn a_config_from_an_older_row_gets_todays_defaults() {
        let config: TldConfig = serde_json::from_str(r#"{"auto_renews":true,"since_removed":1}"#).unwrap();
        assert_eq!(config, TldConfig { auto_renews: true, ..TldConfig::default() });
    }
}
