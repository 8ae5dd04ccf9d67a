//! RFC 5732: hosts.

use proptest::prelude::*;

use super::rfc5730::{checked, id, label, pending_action, roid, status};
use super::text::{many, opt, some, time, token};
use super::{command, data};
use crate::host::{
    AddRem, Cd, Check, Chg, ChkData, CreData, Create, Delete, HostAddr, HostStatus, InfData, Info, PanData,
    Status, Update,
};

/// `addrType`
pub(super) fn address() -> impl Strategy<Value = HostAddr> {
    (token(3..=45), any::<bool>()).prop_map(|(address, v6)| HostAddr { address, v6 })
}

fn host_status() -> impl Strategy<Value = HostStatus> {
    status(Status::KNOWN)
}

fn inf_data() -> impl Strategy<Value = InfData> {
    let object = (label(), roid(), some(host_status()), many(address()));
    let history = (id(), id(), time(), opt(id()), opt(time()), opt(time()));
    (object, history).prop_map(|((name, roid, statuses, addresses), history)| {
        let (cl_id, cr_id, cr_date, up_id, up_date, tr_date) = history;
        InfData {
            name,
            roid,
            statuses,
            addresses,
            cl_id,
            cr_id: Some(cr_id),
            cr_date: Some(cr_date),
            up_id,
            up_date,
            tr_date,
        }
    })
}

fn add_rem() -> impl Strategy<Value = AddRem> {
    (many(address()), many(host_status())).prop_map(|(addresses, statuses)| AddRem { addresses, statuses })
}

fn update() -> impl Strategy<Value = Update> {
    (label(), opt(add_rem()), opt(add_rem()), opt(label().prop_map(|name| Chg { name })))
        .prop_map(|(name, add, rem, chg)| Update { name, add, rem, chg })
}

#[test]
fn checks() {
    command(some(label()).prop_map(|names| Check { names }));
    data(some(checked(label()).prop_map(Cd)).prop_map(|cds| ChkData { cds }));
}

#[test]
fn infos() {
    command(label().prop_map(|name| Info { name }));
    data(inf_data());
}

#[test]
fn creations() {
    command((label(), many(address())).prop_map(|(name, addresses)| Create { name, addresses }));
    data((label(), time()).prop_map(|(name, cr_date)| CreData { name, cr_date }));
}

#[test]
fn deletions() {
    command(label().prop_map(|name| Delete { name }));
}

#[test]
fn updates() {
    command(update());
}

#[test]
fn ends_of_pending_actions() {
    data(pending_action(label()).prop_map(PanData));
}
