//! Extensions of Nominet (.uk), one file a namespace. Several are commands of their own, which stand where RFC 5730
//! has an object's: `<update><release:release>`.

pub mod contact;
pub mod domain;
pub mod handshake;
pub mod list;
pub mod locks;
pub mod notifications;
pub mod release;
pub mod warning;

use crate::wire::wire_enum;

wire_enum! {
    /// Yes or no. Nominet takes small letters too.
    Flag {
        No = "N",
        Yes = "Y",
    }
}

impl Flag {
    /// Whether it says yes, in a large letter or a small one.
    #[must_use]
    pub fn is_yes(&self) -> bool {
        self.as_str().eq_ignore_ascii_case("y")
    }
}
