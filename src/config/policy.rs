//! The policy of a TLD, as far as the configuration says it. What it leaves out is what the registry's profile knows, else
//! what is usual, for a TLD that is new; one that is stored keeps it.

use eppgate_model::tenant::TldConfig;
use eppgate_registry::Profile;
use eppgate_registry::profile::{Dnssec, Transfer};
use serde::Deserialize;

/// What is said of a policy. [`TldConfig`] tells what each field means.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Policy {
    pub dnssec_supported: Option<bool>,
    pub auto_renews: Option<bool>,
    pub auto_renewal_grace_period_days: Option<u32>,
    pub idn_tag_required: Option<bool>,
    pub min_years: Option<u32>,
    pub max_years: Option<u32>,
    pub min_nameservers: Option<u32>,
    pub max_nameservers: Option<u32>,
    pub add_grace_days: Option<u32>,
    pub redemption_period_days: Option<u32>,
    pub pending_delete_days: Option<u32>,
    pub transfer_pending_days: Option<u32>,
    pub transfer_lock_days: Option<u32>,
    pub auth_code_days: Option<u32>,
}

impl Policy {
    /// The policy of a TLD that is new.
    #[must_use]
    pub fn at_first(&self, profile: &Profile) -> TldConfig {
        self.over(known(profile))
    }

    /// A policy with what is said here. What the registry has told of money is none of it, and stays.
    #[must_use]
    pub fn over(&self, stored: TldConfig) -> TldConfig {
        TldConfig {
            dnssec_supported: self.dnssec_supported.unwrap_or(stored.dnssec_supported),
            auto_renews: self.auto_renews.unwrap_or(stored.auto_renews),
            auto_renewal_grace_period_days: self
                .auto_renewal_grace_period_days
                .unwrap_or(stored.auto_renewal_grace_period_days),
            idn_tag_required: self.idn_tag_required.unwrap_or(stored.idn_tag_required),
            min_years: self.min_years.unwrap_or(stored.min_years),
            max_years: self.max_years.unwrap_or(stored.max_years),
            min_nameservers: self.min_nameservers.unwrap_or(stored.min_nameservers),
            max_nameservers: self.max_nameservers.unwrap_or(stored.max_nameservers),
            add_grace_days: self.add_grace_days.unwrap_or(stored.add_grace_days),
            redemption_period_days: self.redemption_period_days.unwrap_or(stored.redemption_period_days),
            pending_delete_days: self.pending_delete_days.unwrap_or(stored.pending_delete_days),
            transfer_pending_days: self.transfer_pending_days.unwrap_or(stored.transfer_pending_days),
            transfer_lock_days: self.transfer_lock_days.unwrap_or(stored.transfer_lock_days),
            auth_code_days: self.auth_code_days.unwrap_or(stored.auth_code_days),
            credit: stored.credit,
        }
    }
}

/// What a profile knows of the policy of its TLDs, and for the rest what is usual.
pub(super) fn known(profile: &Profile) -> TldConfig {
    let usual = TldConfig::default();
    let waits = profile.lifecycle.transfer == Transfer::Pending;
    TldConfig {
        dnssec_supported: profile.dnssec == Dnssec::Ds,
        auto_renews: !profile.lifecycle.renew,
        idn_tag_required: profile.idn.required,
        transfer_pending_days: if waits { usual.transfer_pending_days } else { 0 },
        ..usual
    }
}

#[cfg(test)]
mod tests {
    use eppgate_model::tenant::Credit;

    use super::*;

    #[test]
    fn what_is_left_out_is_what_the_profile_knows_and_else_what_is_usual() {
        let at = |name: &str| Policy::default().at_first(&Profile::builtin(name).unwrap());
        let usual = TldConfig::default();
        assert_eq!(at("generic"), usual);
        assert_eq!(at("verisign"), TldConfig { idn_tag_required: true, ..usual.clone() });
        assert_eq!(at("iis"), TldConfig { transfer_pending_days: 0, ..usual.clone() });
        let said = Policy { transfer_pending_days: Some(3), auto_renews: Some(true), ..Policy::default() };
        let iis = said.at_first(&Profile::builtin("iis").unwrap());
        assert_eq!(iis, TldConfig { transfer_pending_days: 3, auto_renews: true, ..usual });
        for name in Profile::builtin_names() {
            assert_eq!(at(name).problems().count(), 0, "{name}");
        }
    }

    #[test]
    fn what_is_stored_stays_but_for_what_is_said() {
        let credit = Credit { current_credit: Some("12.00".to_owned()), ..Credit::default() };
        let stored = TldConfig { max_years: 5, add_grace_days: 4, credit, ..TldConfig::default() };
        let said = Policy { add_grace_days: Some(0), ..Policy::default() };
        assert_eq!(said.over(stored.clone()), TldConfig { add_grace_days: 0, ..stored });
    }
}
