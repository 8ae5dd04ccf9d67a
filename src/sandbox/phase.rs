//! The launch of a zone (RFC 8334): who may have a name in it, by the phase it is in.

use serde::{Deserialize, Serialize};

/// The phase a zone is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Phase {
    /// Anybody.
    #[default]
    Open,
    /// Holders of marks.
    Sunrise,
    /// Anybody who has accepted the notice, where a mark is like the name.
    Claims,
    /// Anybody, once the registry's staff has looked at the request.
    Review,
}
