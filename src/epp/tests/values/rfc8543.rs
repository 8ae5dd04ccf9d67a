//! RFC 8543: organizations.

use proptest::collection::vec;
use proptest::prelude::*;

use super::rfc5730::{checked, id, pending_action, roid};
use super::rfc5733::{address, form, phone, postal_line};
use super::text::{many, opt, some, some_token, time, uri, word};
use super::{command, data};
use crate::contact::Phone;
use crate::ext::org::{
    AddRem, Cd, Check, Chg, ChgPostalInfo, ChkData, Contact, ContactType, CreData, Create, Delete, InfData,
    Info, PanData, PostalInfo, Role, RoleStatus, Status, Update,
};

fn role() -> impl Strategy<Value = Role> {
    (some_token(), vec(word(RoleStatus::KNOWN), 0..=3), opt(some_token()))
        .prop_map(|(role, statuses, role_id)| Role { role, statuses, role_id })
}

fn postal_infos() -> impl Strategy<Value = Vec<PostalInfo>> {
    let postal_info = (form(), postal_line(), opt(address())).prop_map(|(form, name, addr)| PostalInfo {
        form,
        name,
        addr,
    });
    vec(postal_info, 0..=2)
}

fn contacts() -> impl Strategy<Value = Vec<Contact>> {
    many(
        (word(ContactType::KNOWN), opt(some_token()), id())
            .prop_map(|(contact_type, type_name, id)| Contact { contact_type, type_name, id }),
    )
}

/// `voice`, `fax`, `email` and `url`
fn ways() -> impl Strategy<Value = (Option<Phone>, Option<Phone>, Option<String>, Option<String>)> {
    (opt(phone()), opt(phone()), opt(some_token()), opt(uri()))
}

fn create() -> impl Strategy<Value = Create> {
    let statuses = vec(word(Status::KNOWN), 0..=4);
    (id(), some(role()), statuses, opt(id()), postal_infos(), ways(), contacts()).prop_map(
        |(id, roles, statuses, parent_id, postal_info, (voice, fax, email, url), contacts)| Create {
            id,
            roles,
            statuses,
            parent_id,
            postal_info,
            voice,
            fax,
            email,
            url,
            contacts,
        },
    )
}

fn inf_data() -> impl Strategy<Value = InfData> {
    let object = (id(), roid(), some(role()), vec(word(Status::KNOWN), 1..=9), opt(id()), postal_infos());
    let history = (opt(id()), id(), time(), opt(id()), opt(time()));
    (object, ways(), contacts(), history).prop_map(|(object, (voice, fax, email, url), contacts, history)| {
        let (id, roid, roles, statuses, parent_id, postal_info) = object;
        let (cl_id, cr_id, cr_date, up_id, up_date) = history;
        InfData {
            id,
            roid,
            roles,
            statuses,
            parent_id,
            postal_info,
            voice,
            fax,
            email,
            url,
            contacts,
            cl_id,
            cr_id,
            cr_date,
            up_id,
            up_date,
        }
    })
}

fn add_rem() -> impl Strategy<Value = AddRem> {
    (contacts(), many(role()), vec(word(Status::KNOWN), 0..=9))
        .prop_map(|(contacts, roles, statuses)| AddRem { contacts, roles, statuses })
}

fn chg() -> impl Strategy<Value = Chg> {
    let postal_info = (form(), opt(postal_line()), opt(address()))
        .prop_map(|(form, name, addr)| ChgPostalInfo { form, name, addr });
    (opt(id()), vec(postal_info, 0..=2), ways()).prop_map(
        |(parent_id, postal_info, (voice, fax, email, url))| Chg {
            parent_id,
            postal_info,
            voice,
            fax,
            email,
            url,
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
    command(id().prop_map(|id| Info { id }));
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
    data(pending_action(id()).prop_map(PanData));
}

#[test]
fn updates() {
    command((id(), opt(add_rem()), opt(add_rem()), opt(chg())).prop_map(|(id, add, rem, chg)| Update {
        id,
        add,
        rem,
        chg,
    }));
}
