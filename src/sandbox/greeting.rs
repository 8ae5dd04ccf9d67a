//! The greeting: what this registry speaks.

use chrono::{DateTime, Utc};
use eppgate_epp::greeting::{Access, Dcp, Menu, Purpose, Recipient, Retention, Statement};
use eppgate_epp::{Greeting, contact, domain, ext, host};

/// The object mappings that can be used.
pub(crate) const OBJECTS: [&str; 3] = [domain::NS.uri, contact::NS.uri, host::NS.uri];
/// The extensions that can be used.
pub(crate) const EXTENSIONS: [&str; 3] = [ext::secdns::NS.uri, ext::rgp::NS.uri, ext::fee::NS.uri];
/// The one version of the protocol.
pub(crate) const VERSION: &str = "1.0";
/// The one language of texts.
pub(crate) const LANGUAGE: &str = "en";

/// The greeting as a frame.
pub(crate) fn frame(registry: &str, now: DateTime<Utc>) -> Vec<u8> {
    let owned = |uris: &[&str]| uris.iter().map(|&uri| uri.to_owned()).collect();
    let greeting = Greeting {
        sv_id: format!("Sandbox registry {registry}"),
        sv_date: Some(now),
        menu: Menu {
            versions: owned(&[VERSION]),
            langs: owned(&[LANGUAGE]),
            objects: owned(&OBJECTS),
            extensions: owned(&EXTENSIONS),
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
