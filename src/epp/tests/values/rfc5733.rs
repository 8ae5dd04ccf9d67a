//! RFC 5733: contacts.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::subsequence;

use super::rfc5730::{auth_info, checked, id, op, pending_action, roid, status, transfer_status};
use super::text::{line, many, opt, some, some_token, time, token, word};
use super::{command, data, transfer};
use crate::contact::{
    Address, Cd, Check, Chg, ChgPostalInfo, ChkData, ContactStatus, CreData, Create, Delete, Disclose,
    InfData, Info, NS, PanData, Phone, PostalForm, PostalInfo, Status, Transfer, TrnData, Update,
};

/// `postalLineType`
pub(super) fn postal_line() -> impl Strategy<Value = String> {
    line(1..=255)
}

/// `optPostalLineType`
fn optional_line() -> impl Strategy<Value = String> {
    line(0..=255)
}

pub(super) fn form() -> impl Strategy<Value = PostalForm> {
    word(PostalForm::KNOWN)
}

/// `addrType`
pub(super) fn address() -> impl Strategy<Value = Address> {
    let street = vec(optional_line(), 0..=3);
    (street, postal_line(), opt(optional_line()), opt(token(0..=16)), token(2..=2))
        .prop_map(|(street, city, sp, pc, cc)| Address { street, city, sp, pc, cc })
}

/// `e164Type`
pub(super) fn phone() -> impl Strategy<Value = Phone> {
    ("(\\+[0-9]{1,3}\\.[0-9]{1,12})?", opt(some_token())).prop_map(|(number, x)| Phone { number, x })
}

fn postal_info() -> impl Strategy<Value = PostalInfo> {
    (form(), postal_line(), opt(optional_line()), address()).prop_map(|(form, name, org, addr)| PostalInfo {
        form,
        name,
        org,
        addr,
    })
}

fn contact_status() -> impl Strategy<Value = ContactStatus> {
    status(Status::KNOWN)
}

fn disclose() -> impl Strategy<Value = Disclose> {
    let forms = || subsequence(PostalForm::KNOWN, 0..=2);
    (any::<[bool; 4]>(), forms(), forms(), forms()).prop_map(
        |([flag, voice, fax, email], name, org, addr)| Disclose { flag, name, org, addr, voice, fax, email },
    )
}

fn create() -> impl Strategy<Value = Create> {
    (
        id(),
        vec(postal_info(), 1..=2),
        opt(phone()),
        opt(phone()),
        some_token(),
        auth_info(NS),
        opt(disclose()),
    )
        .prop_map(|(id, postal_infos, voice, fax, email, auth_info, disclose)| Create {
            id,
            postal_infos,
            voice,
            fax,
            email,
            auth_info,
            disclose,
        })
}

fn inf_data() -> impl Strategy<Value = InfData> {
    let object = (id(), roid(), some(contact_status()), vec(postal_info(), 1..=2));
    let ways = (opt(phone()), opt(phone()), some_token());
    let history = (id(), id(), time(), opt(id()), opt(time()), opt(time()));
    (object, ways, history, opt(auth_info(NS)), opt(disclose())).prop_map(
        |(object, (voice, fax, email), history, auth_info, disclose)| {
            let (id, roid, statuses, postal_infos) = object;
            let (cl_id, cr_id, cr_date, up_id, up_date, tr_date) = history;
            InfData {
                id,
                roid,
                statuses,
                postal_infos,
                voice,
                fax,
                email: Some(email),
                cl_id,
                cr_id: Some(cr_id),
                cr_date: Some(cr_date),
                up_id,
                up_date,
                tr_date,
                auth_info,
                disclose,
            }
        },
    )
}

fn update() -> impl Strategy<Value = Update> {
    (id(), many(contact_status()), many(contact_status()), opt(chg()))
        .prop_map(|(id, add, rem, chg)| Update { id, add, rem, chg })
}

fn chg() -> impl Strategy<Value = Chg> {
    let postal_info = (form(), opt(postal_line()), opt(optional_line()), opt(address()))
        .prop_map(|(form, name, org, addr)| ChgPostalInfo { form, name, org, addr });
    (
        vec(postal_info, 0..=2),
        opt(phone()),
        opt(phone()),
        opt(some_token()),
        opt(auth_info(NS)),
        opt(disclose()),
    )
        .prop_map(|(postal_infos, voice, fax, email, auth_info, disclose)| Chg {
            postal_infos,
            voice,
            fax,
            email,
            auth_info,
            disclose,
        })
}

fn trn_data() -> impl Strategy<Value = TrnData> {
    (id(), transfer_status(), id(), time(), id(), time()).prop_map(
        |(id, tr_status, re_id, re_date, ac_id, ac_date)| TrnData {
            id,
            tr_status,
            re_id,
            re_date,
            ac_id,
            ac_date,
        },
    )
}

#[test]
fn checks() {
    command(some(id()).prop_map(|ids| Check { ids }));
    data(some(checked(id()).prop_map(Cd)).prop_map(|cds| ChkData { cds }));
}

#[test]
fn infos() {
    command((id(), opt(auth_info(NS))).prop_map(|(id, auth_info)| Info { id, auth_info }));
    data(inf_data());
}

#[test]
fn creations() {
    command(create());
    data((id(), time()).prop_map(|(id, cr_date)| CreData { id, cr_date }));
}

#[test]
fn deletions() {
    command(id().prop_map(|id| Delete { id }));
}

#[test]
fn transfers() {
    let values =
        (op(), id(), opt(auth_info(NS))).prop_map(|(op, id, auth_info)| Transfer { op, id, auth_info });
    transfer(values, Transfer::decode_op);
    data(trn_data());
}

#[test]
fn updates() {
    command(update());
}

#[test]
fn ends_of_pending_actions() {
    data(pending_action(id()).prop_map(PanData));
}
