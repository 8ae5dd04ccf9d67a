//! RFC 8063: relay of keys.

use proptest::prelude::*;

use super::rfc5730::{auth_info, id, label};
use super::rfc5910::key_data;
use super::text::{duration, opt, some, time};
use super::{command, data};
use crate::domain::{self, ForeignAuthInfo};
use crate::ext::keyrelay::{Create, Expiry, InfData, KeyRelayData, RelayedKey};
use crate::types::AuthInfo;

fn foreign_auth_info() -> impl Strategy<Value = ForeignAuthInfo> {
    auth_info(domain::NS).prop_map(|auth_info| match auth_info {
        AuthInfo::Pw { pw, roid } => ForeignAuthInfo::Pw { pw, roid },
        AuthInfo::Ext(ext) => ForeignAuthInfo::Ext(ext),
        AuthInfo::Null => unreachable!("only changes take it away"),
    })
}

fn key_relay_data() -> impl Strategy<Value = KeyRelayData> {
    let expiry = prop_oneof![time().prop_map(Expiry::Absolute), duration().prop_map(Expiry::Relative)];
    (key_data(), opt(expiry)).prop_map(|(key, expiry)| KeyRelayData { key_data: RelayedKey(key), expiry })
}

#[test]
fn relays() {
    command(
        (label(), foreign_auth_info(), some(key_relay_data()))
            .prop_map(|(name, auth_info, key_relay_data)| Create { name, auth_info, key_relay_data }),
    );
    data((label(), foreign_auth_info(), some(key_relay_data()), time(), id(), id()).prop_map(
        |(name, auth_info, key_relay_data, cr_date, re_id, ac_id)| InfData {
            name,
            auth_info,
            key_relay_data,
            cr_date,
            re_id,
            ac_id,
        },
    ));
}
