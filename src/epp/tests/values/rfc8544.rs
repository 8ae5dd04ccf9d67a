//! RFC 8544: organizations of an object.

use proptest::prelude::*;

use super::text::{many, opt, some, some_token, token};
use super::{extends_command, extends_reply};
use crate::ext::orgext::{Create, Ids, InfData, OrgId, Update};

fn org_id() -> impl Strategy<Value = OrgId> {
    (some_token(), token(0..=60)).prop_map(|(role, id)| OrgId { role, id })
}

fn ids() -> impl Strategy<Value = Ids> {
    some(org_id()).prop_map(|ids| Ids { ids })
}

#[test]
fn organizations() {
    extends_command(some(org_id()).prop_map(|ids| Create { ids }));
    extends_command((opt(ids()), opt(ids()), opt(ids())).prop_map(|(add, rem, chg)| Update {
        add,
        rem,
        chg,
    }));
    extends_reply(many(org_id()).prop_map(|ids| InfData { ids }));
}
