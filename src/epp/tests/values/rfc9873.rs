//! RFC 9873: a second address of a contact.

use proptest::prelude::*;

use super::text::{opt, token};
use super::{extends_command, extends_reply};
use crate::ext::addlemail::{AddlEmail, Email};

fn addl_email() -> impl Strategy<Value = AddlEmail> {
    (opt(any::<bool>()), token(0..=60))
        .prop_map(|(primary, address)| AddlEmail { email: Email { primary, address } })
}

#[test]
fn addresses() {
    extends_command(addl_email());
    extends_reply(addl_email());
}
