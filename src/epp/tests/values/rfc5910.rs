//! RFC 5910: DNSSEC.

use proptest::prelude::*;

use super::text::{base64, hex, opt, some};
use super::{extends_command, extends_reply};
use crate::ext::secdns::{Chg, Create, DsData, DsOrKey, InfData, KeyData, Rem, SigningData, Update};

/// `maxSigLifeType`
fn seconds() -> impl Strategy<Value = u32> {
    1..=i32::MAX.unsigned_abs()
}

/// `keyDataType`
pub(super) fn key_data() -> impl Strategy<Value = KeyData> {
    (any::<u16>(), any::<u8>(), any::<u8>(), base64()).prop_map(|(flags, protocol, alg, pub_key)| KeyData {
        flags,
        protocol,
        alg,
        pub_key,
    })
}

fn ds_data() -> impl Strategy<Value = DsData> {
    (any::<u16>(), any::<u8>(), any::<u8>(), hex(), opt(key_data())).prop_map(
        |(key_tag, alg, digest_type, digest, key_data)| DsData {
            key_tag,
            alg,
            digest_type,
            digest,
            key_data,
        },
    )
}

fn ds_or_key() -> impl Strategy<Value = DsOrKey> {
    let data =
        prop_oneof![some(ds_data()).prop_map(SigningData::Ds), some(key_data()).prop_map(SigningData::Keys)];
    (opt(seconds()), data).prop_map(|(max_sig_life, data)| DsOrKey { max_sig_life, data })
}

fn update() -> impl Strategy<Value = Update> {
    let rem =
        prop_oneof![Just(Rem::All), some(ds_data()).prop_map(Rem::Ds), some(key_data()).prop_map(Rem::Keys)];
    let chg = opt(seconds()).prop_map(|max_sig_life| Chg { max_sig_life });
    (opt(any::<bool>()), opt(rem), opt(ds_or_key()), opt(chg)).prop_map(|(urgent, rem, add, chg)| Update {
        urgent,
        rem,
        add,
        chg,
    })
}

#[test]
fn creations() {
    extends_command(ds_or_key().prop_map(Create));
}

#[test]
fn infos() {
    extends_reply(ds_or_key().prop_map(InfData));
}

#[test]
fn updates() {
    extends_command(update());
}
