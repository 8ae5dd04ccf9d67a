//! The greeting: what this registry speaks.

use chrono::{DateTime, Utc};
use eppgate_epp::Greeting;
use eppgate_epp::greeting::{Access, Dcp, Menu, Purpose, Recipient, Retention, Statement};

use crate::character::Character;

/// The one version of the protocol.
pub(crate) const VERSION: &str = "1.0";
/// The one language of texts.
pub(crate) const LANGUAGE: &str = "en";

/// The greeting as a frame.
pub(crate) fn frame(registry: &str, character: &Character, now: DateTime<Utc>) -> Vec<u8> {
    let greeting = Greeting {
        sv_id: format!("Sandbox registry {registry}"),
        sv_date: Some(now),
        menu: Menu {
            versions: vec![VERSION.to_owned()],
            langs: vec![LANGUAGE.to_owned()],
            objects: character.objects().map(Into::into).collect(),
            extensions: character.extension_uris().map(Into::into).collect(),
        },
        dcp: Some(Dcp {
            access: Access::All,
            statements: vec![Statement {
                purposes: vec![Purpose::Admin, Purpose::Prov],
                recipient: Recipient { ours: vec![None], public: true, ..Recipient::default() },
                retention: Retention::Stated,
            }],
            expiry: None,
        }),
    };
    greeting.frame().expect("a registry's name is plain text")
}
