//! RFC 5731: domains.

use proptest::prelude::*;

use super::rfc5730::{
    auth_info, checked, id, label, op, pending_action, period, roid, status, transfer_status,
};
use super::rfc5732::address;
use super::text::{date, many, opt, some, time, token, word};
use super::{command, data, transfer};
use crate::domain::{
    AddRem, Cd, Check, Chg, ChkData, ContactRole, CreData, Create, Delete, DomainContact, DomainStatus,
    HostAttr, Hosts, InfData, Info, NS, NameServers, PanData, RenData, Renew, Status, Transfer, TrnData,
    Update,
};
use crate::types::AuthInfo;

fn name_servers() -> impl Strategy<Value = NameServers> {
    let attribute = (label(), many(address())).prop_map(|(name, addresses)| HostAttr { name, addresses });
    prop_oneof![
        some(label()).prop_map(NameServers::Objects),
        some(attribute).prop_map(NameServers::Attributes),
    ]
}

fn contact() -> impl Strategy<Value = DomainContact> {
    (id(), opt(word(ContactRole::KNOWN))).prop_map(|(id, role)| DomainContact { id, role })
}

fn domain_status() -> impl Strategy<Value = DomainStatus> {
    status(Status::KNOWN)
}

fn create() -> impl Strategy<Value = Create> {
    (label(), opt(period()), opt(name_servers()), opt(id()), many(contact()), auth_info(NS)).prop_map(
        |(name, period, ns, registrant, contacts, auth_info)| Create {
            name,
            period,
            ns,
            registrant,
            contacts,
            auth_info,
        },
    )
}

fn inf_data() -> impl Strategy<Value = InfData> {
    let object = (label(), roid(), many(domain_status()), opt(id()), many(contact()));
    let hosts = (opt(name_servers()), many(label()));
    let history = (id(), opt(id()), opt(time()), opt(id()), opt(time()), opt(time()), opt(time()));
    (object, hosts, history, opt(auth_info(NS))).prop_map(|(object, (ns, hosts), history, auth_info)| {
        let (name, roid, statuses, registrant, contacts) = object;
        let (cl_id, cr_id, cr_date, up_id, up_date, ex_date, tr_date) = history;
        InfData {
            name,
            roid,
            statuses,
            registrant,
            contacts,
            ns,
            hosts,
            cl_id,
            cr_id,
            cr_date,
            up_id,
            up_date,
            ex_date,
            tr_date,
            auth_info,
        }
    })
}

fn update() -> impl Strategy<Value = Update> {
    (label(), opt(add_rem()), opt(add_rem()), opt(chg())).prop_map(|(name, add, rem, chg)| Update {
        name,
        add,
        rem,
        chg,
    })
}

fn add_rem() -> impl Strategy<Value = AddRem> {
    (opt(name_servers()), many(contact()), many(domain_status()))
        .prop_map(|(ns, contacts, statuses)| AddRem { ns, contacts, statuses })
}

fn chg() -> impl Strategy<Value = Chg> {
    let auth_info = prop_oneof![4 => auth_info(NS), 1 => Just(AuthInfo::Null)];
    (opt(token(0..=16)), opt(auth_info)).prop_map(|(registrant, auth_info)| Chg { registrant, auth_info })
}

fn trn_data() -> impl Strategy<Value = TrnData> {
    (label(), transfer_status(), id(), time(), id(), time(), opt(time())).prop_map(
        |(name, tr_status, re_id, re_date, ac_id, ac_date, ex_date)| TrnData {
            name,
            tr_status,
            re_id,
            re_date,
            ac_id,
            ac_date,
            ex_date,
        },
    )
}

#[test]
fn checks() {
    command(some(label()).prop_map(|names| Check { names }));
    data(some(checked(label()).prop_map(Cd)).prop_map(|cds| ChkData { cds }));
}

#[test]
fn infos() {
    command(
        (label(), opt(word(Hosts::KNOWN)), opt(auth_info(NS))).prop_map(|(name, hosts, auth_info)| Info {
            name,
            hosts,
            auth_info,
        }),
    );
    data(inf_data());
}

#[test]
fn creations() {
    command(create());
    data((label(), time(), opt(time())).prop_map(|(name, cr_date, ex_date)| CreData {
        name,
        cr_date,
        ex_date,
    }));
}

#[test]
fn deletions() {
    command(label().prop_map(|name| Delete { name }));
}

#[test]
fn renewals() {
    command((label(), date(), opt(period())).prop_map(|(name, cur_exp_date, period)| Renew {
        name,
        cur_exp_date,
        period,
    }));
    data((label(), opt(time())).prop_map(|(name, ex_date)| RenData { name, ex_date }));
}

#[test]
fn transfers() {
    let values = (op(), label(), opt(period()), opt(auth_info(NS)))
        .prop_map(|(op, name, period, auth_info)| Transfer { op, name, period, auth_info });
    transfer(values, Transfer::decode_op);
    data(trn_data());
}

#[test]
fn updates() {
    command(update());
}

#[test]
fn ends_of_pending_actions() {
    data(pending_action(label()).prop_map(PanData));
}
