//! RFC 9803: times to live.

use proptest::prelude::*;
use proptest::sample::subsequence;

use super::text::opt;
use super::{extends_command, extends_reply};
use crate::ext::ttl::{Create, InfData, InfTtl, Info, RrType, Ttl, Update};

fn seconds() -> impl Strategy<Value = Option<u32>> {
    opt(0..=i32::MAX.unsigned_abs())
}

/// At least one kind of record, each once.
fn kinds() -> impl Strategy<Value = Vec<(RrType, Option<String>)>> {
    let custom = opt("A|[A-Z][A-Z0-9-]{0,8}[A-Z0-9]");
    (subsequence(RrType::KNOWN, 1..=RrType::KNOWN.len()), custom)
        .prop_map(|(kinds, custom)| kinds.into_iter().map(|kind| (kind, custom.clone())).collect())
}

fn ttls() -> impl Strategy<Value = Vec<Ttl>> {
    (kinds(), seconds()).prop_map(|(kinds, seconds)| {
        kinds.into_iter().map(|(rr_type, custom)| Ttl { rr_type, custom, seconds }).collect()
    })
}

fn inf_ttls() -> impl Strategy<Value = Vec<InfTtl>> {
    (kinds(), seconds(), seconds(), seconds(), seconds()).prop_map(|(kinds, min, default, max, seconds)| {
        let ttl = |(rr_type, custom)| InfTtl { rr_type, custom, min, default, max, seconds };
        kinds.into_iter().map(ttl).collect()
    })
}

#[test]
fn times_to_live() {
    extends_command(opt(any::<bool>()).prop_map(|policy| Info { policy }));
    extends_command(ttls().prop_map(|ttls| Create { ttls }));
    extends_command(ttls().prop_map(|ttls| Update { ttls }));
    extends_reply(inf_ttls().prop_map(|ttls| InfData { ttls }));
}
