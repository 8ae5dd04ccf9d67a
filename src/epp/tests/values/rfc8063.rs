//! RFC 8063: relay of keys.

use proptest::prelude::*;

use super::rfc5730::{auth_info, id, label};
use super::rfc5910::key_data;
use super::text::{duration, opt, some, time};
use super::{command, data};
use crate::domain;
use crate::ext::keyrelay::{Create, Expiry, InfData, KeyRelayData, RelayAuthInfo, RelayedKey};
use crate::types::AuthInfo;

fn relay_auth_info() -> impl Strategy<Value = RelayAuthInfo> {
    auth_info(domain::NS).prop_map(|auth_info| match auth_info {
        AuthInfo::Pw { pw, roid } => RelayAuthInfo::Pw { pw, roid },
        AuthInfo::Ext(ext) => RelayAuthInfo::Ext(ext),
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
        (label(), relay_auth_info(), some(key_relay_data()))
            .prop_map(|(name, auth_info, key_relay_data)| Create { name, auth_info, key_relay_data }),
    );
    data((label(), relay_auth_info(), some(key_relay_data()), time(), id(), id()).prop_map(
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
