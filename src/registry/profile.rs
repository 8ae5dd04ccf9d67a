//! What is particular about a registry, as data: limits, services, habits. A new registry is a new TOML file.
//!
//! Every key has a default, so that a profile only says what differs; unknown keys are refused with their path.

mod notes;
mod shapes;
mod traffic;

use std::collections::BTreeMap;

use eppgate_epp::ext::fee;
use serde::Deserialize;

use crate::error::ConfigError;

pub use notes::Notes;
pub use shapes::{
    AuthInfoMaker, AuthInfoRule, ContactId, ContactModel, Contacts, Dnssec, HostModel, Idn, IdnTag,
    Lifecycle, Postal, Restore, Transfer,
};
pub use traffic::{Commands, Keepalive, Penalty, Rate, Refusal, Sessions};

/// What is particular about a registry.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The profile's name.
    pub name: String,
    /// Whose registry it is, and for which zones.
    #[serde(default)]
    pub about: String,
    /// What its registry wants that the gateway cannot do yet, in words.
    #[serde(default)]
    pub gaps: Vec<String>,
    /// What a login asks for, as far as the greeting offers it.
    pub services: Services,
    /// Sessions: how many, how long.
    #[serde(default)]
    pub sessions: Sessions,
    /// Commands: how many, how long, how large.
    #[serde(default)]
    pub commands: Commands,
    /// Commands: how fast.
    #[serde(default)]
    pub rate: Rate,
    /// How domains are delegated.
    #[serde(default)]
    pub hosts: HostModel,
    /// What the registry wants to know of people.
    #[serde(default)]
    pub contacts: Contacts,
    /// What a domain's password looks like, and who makes it.
    #[serde(default)]
    pub auth_info: AuthInfoRule,
    /// What signs a delegation.
    #[serde(default)]
    pub dnssec: Dnssec,
    /// How names beyond ASCII tell their language.
    #[serde(default)]
    pub idn: Idn,
    /// What becomes of a domain over time.
    #[serde(default)]
    pub lifecycle: Lifecycle,
    /// The version of the fee extension, such as `0.7`, whatever the greeting says. As a rule the best of those that
    /// profile and greeting name is spoken.
    #[serde(default, deserialize_with = "shapes::fee_version")]
    pub fee: Option<fee::Dialect>,
    /// Verisign's name store: the `subProduct` of each zone, which commands on its domains and hosts name.
    #[serde(default)]
    pub namestore: BTreeMap<String, String>,
    /// The oldest TLS that is accepted.
    #[serde(default)]
    pub min_tls: MinTls,
    /// Habits that need code.
    #[serde(default)]
    pub quirks: Vec<Quirk>,
}

/// Namespace URIs that a login asks for.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Services {
    /// Of objects.
    pub objects: Vec<String>,
    /// Of extensions.
    #[serde(default)]
    pub extensions: Vec<String>,
    /// Extensions that the registry speaks without saying so in its greeting.
    #[serde(default)]
    pub unannounced: Vec<String>,
    /// The language of the registry's texts; the greeting's first when it is not on offer. `en` is offered everywhere.
    #[serde(default = "english")]
    pub lang: String,
}

/// The oldest TLS that is accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub enum MinTls {
    /// TLS 1.2, which several registries still stop at.
    #[default]
    #[serde(rename = "1.2")]
    V12,
    /// TLS 1.3.
    #[serde(rename = "1.3")]
    V13,
}

/// A habit that needs code, in one place each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quirk {
    /// Replies come without the clTRID; one with another's is still refused.
    NoClTrid,
    /// 2501 on a login means too many sessions, not wrong credentials.
    SessionLimitIs2501,
    /// Of the commands whose fees one check asks about, all but one are forgotten.
    OneFeeCommand,
}

impl Profile {
    /// Reads a profile.
    ///
    /// # Errors
    /// [`ConfigError`] with the path of the key that is unknown, missing or wrong.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let at = |path: String, reason: &dyn std::fmt::Display| ConfigError::Profile {
            path,
            reason: reason.to_string().trim_end().to_owned(),
        };
        let document = toml::Deserializer::parse(text).map_err(|error| at(".".into(), &error))?;
        let profile: Self = serde_path_to_error::deserialize(document)
            .map_err(|error| at(error.path().to_string(), &error.inner().message()))?;
        profile.check()?;
        Ok(profile)
    }

    /// A profile that comes with the gateway.
    #[must_use]
    pub fn builtin(name: &str) -> Option<Self> {
        let text = Self::builtin_text(name)?;
        Some(Self::parse(text).expect("a test parses every profile that comes with the gateway"))
    }

    /// The same as it was written, with where its values come from.
    #[must_use]
    pub fn builtin_text(name: &str) -> Option<&'static str> {
        BUILTIN.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
    }

    /// The names of the profiles that come with the gateway.
    pub fn builtin_names() -> impl Iterator<Item = &'static str> {
        BUILTIN.iter().map(|(name, _)| *name)
    }

    /// What a domain, host or zone of this name is a product of, where there are any: by the longest zone. Hosts outside
    /// of all zones are known to each product.
    #[must_use]
    pub fn product(&self, name: &str) -> Option<&str> {
        let parents = name.match_indices('.').map(|(dot, _)| &name[dot + 1..]);
        let of_zone = std::iter::once(name).chain(parents).find_map(|zone| self.namestore.get(zone));
        of_zone.or_else(|| self.namestore.values().next()).map(String::as_str)
    }

    /// How many logins, if there is a limit: half of a minute's at once, so that no minute has more than it may.
    pub(crate) fn login_rate(&self) -> Rate {
        let half = f64::from(self.sessions.logins_per_minute) / 2.0;
        let burst = (self.sessions.logins_per_minute / 2).max(1);
        Rate { per_second: half / 60.0, burst, ..Rate::default() }
    }

    /// Whether the registry has this habit.
    #[must_use]
    pub fn has(&self, quirk: Quirk) -> bool {
        self.quirks.contains(&quirk)
    }

    fn check(&self) -> Result<(), ConfigError> {
        let rules = [
            (self.sessions.limit >= 1, "sessions.limit is at least 1"),
            (self.sessions.spares < self.sessions.limit, "sessions.spares is less than sessions.limit"),
            ((1..=MAX_WINDOW).contains(&self.sessions.window), "sessions.window is between 1 and 256"),
            (self.sessions.transforms >= 1, "sessions.transforms is at least 1"),
            ((0.1..=0.8).contains(&self.sessions.keepalive), "sessions.keepalive is between 0.1 and 0.8"),
            (
                self.sessions.max_commands == 0 || self.sessions.max_commands >= MIN_COMMANDS,
                "sessions.max_commands is 0 or at least 10",
            ),
            (self.rate.per_second >= 0.0, "rate.per_second is not negative"),
            (self.rate.burst >= 1, "rate.burst is at least 1"),
            (self.commands.queue >= 1, "commands.queue is at least 1"),
            (self.commands.max_frame >= MIN_FRAME, "commands.max_frame is at least 4096"),
            (self.commands.max_check_names >= 1, "commands.max_check_names is at least 1"),
            (
                self.auth_info.min_length <= self.auth_info.max_length,
                "auth_info.min_length is at most auth_info.max_length",
            ),
            (
                (1..=self.contacts.max_id_length).contains(&self.contacts.min_id_length),
                "contacts.min_id_length is between 1 and contacts.max_id_length",
            ),
            (self.contacts.max_id_length <= MAX_CONTACT_ID, "contacts.max_id_length is at most 16"),
        ];
        match rules.iter().find(|(kept, _)| !kept) {
            Some((_, rule)) => Err(ConfigError::Range(rule)),
            None => Ok(()),
        }
    }
}

fn english() -> String {
    "en".into()
}

const BUILTIN: [(&str, &str); 19] = [
    ("afnic", include_str!("profiles/afnic.toml")),
    ("centralnic", include_str!("profiles/centralnic.toml")),
    ("cocca", include_str!("profiles/cocca.toml")),
    ("dk-hostmaster", include_str!("profiles/dk-hostmaster.toml")),
    ("dns-belgium", include_str!("profiles/dns-belgium.toml")),
    ("eurid", include_str!("profiles/eurid.toml")),
    ("generic", include_str!("profiles/generic.toml")),
    ("godaddy", include_str!("profiles/godaddy.toml")),
    ("google", include_str!("profiles/google.toml")),
    ("identity-digital", include_str!("profiles/identity-digital.toml")),
    ("iis", include_str!("profiles/iis.toml")),
    ("internet-ee", include_str!("profiles/internet-ee.toml")),
    ("nic-at", include_str!("profiles/nic-at.toml")),
    ("nominet", include_str!("profiles/nominet.toml")),
    ("norid", include_str!("profiles/norid.toml")),
    ("sandbox-legacy", include_str!("profiles/sandbox-legacy.toml")),
    ("sidn", include_str!("profiles/sidn.toml")),
    ("switch", include_str!("profiles/switch.toml")),
    ("verisign", include_str!("profiles/verisign.toml")),
];
/// More would only wait at the registry in place of here.
const MAX_WINDOW: usize = 256;
/// Login and logout, and something worth them in between.
const MIN_COMMANDS: u64 = 10;
/// The schema's `clIDType`.
const MAX_CONTACT_ID: usize = 16;
/// A greeting with its policy is shorter.
const MIN_FRAME: usize = 4096;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_profile_in_the_folder_comes_along_under_its_own_name() {
        let folder = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/profiles")).unwrap();
        let names = folder.map(|file| file.unwrap().path().file_stem().unwrap().to_str().unwrap().to_owned());
        let names: std::collections::BTreeSet<String> = names.collect();
        assert!(Profile::builtin_names().eq(names.iter().map(String::as_str)));
        for name in &names {
            let profile = Profile::builtin(name).unwrap();
            assert_eq!(&profile.name, name);
            assert!(!profile.about.is_empty(), "{name}");
        }
        assert!(Profile::builtin("none").is_none());
    }

    #[test]
    fn every_value_says_where_it_comes_from() {
        for (name, text) in BUILTIN {
            let notes = Notes::of(text);
            let unsourced = notes.iter().filter(|(path, note)| {
                !["name", "about", "gaps"].contains(path) && note.split_whitespace().next().is_none()
            });
            let unsourced: Vec<&str> = unsourced.map(|(path, _)| path).collect();
            assert!(unsourced.is_empty(), "{name}: {unsourced:?}");
        }
    }

    #[test]
    fn what_is_wrong_is_told_with_its_path() {
        let head = "name = 'x'\nservices.objects = []\n";
        for (text, told) in [
            ("sessions.limits = 3", "sessions.limits"),
            ("sessions.idle_limit = '5 minutes'", "sessions.idle_limit"),
            ("sessions.max_age = '0s'", "sessions.max_age"),
            ("quirks = ['odd']", "quirks[0]"),
            ("sessions.limit = 0", "sessions.limit is at least 1"),
            ("sessions.spares = 1", "less than sessions.limit"),
            ("min_tls = '1.1'", "min_tls"),
        ] {
            let error = Profile::parse(&format!("{head}{text}")).unwrap_err().to_string();
            assert!(error.contains(told), "{text}: {error}");
        }
    }
}
