//! RFC 8495: allocation tokens.

use proptest::prelude::*;

use super::text::some_token;
use super::{extends_command, extends_reply};
use crate::ext::allocationtoken::{AllocationToken, Info};
use crate::types::Secret;

#[test]
fn tokens() {
    let token = || some_token().prop_map(|token| AllocationToken(Secret::new(token)));
    extends_command(Just(Info));
    extends_command(token());
    extends_reply(token());
}
