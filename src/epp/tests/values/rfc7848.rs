//! RFC 7848: marks. No message of its own: launch phases carry them.

use proptest::collection::vec;
use proptest::prelude::*;

use super::each;
use super::rfc5733::phone;
use super::text::{base64, many, opt, some, some_token, time, token, word};
use crate::Fragment;
use crate::ext::mark::{
    Address, Contact, ContactRole, Court, Entitlement, Holder, Mark, Protection, Trademark, TreatyOrStatute,
};
use crate::ext::signed_mark::{EncodedSignedMark, NS};
use crate::xml::{Decode, Document};

/// `mark`
pub(super) fn mark() -> impl Strategy<Value = Mark> {
    let few = 0..=1;
    (vec(trademark(), few.clone()), vec(treaty_or_statute(), few.clone()), vec(court(), few)).prop_map(
        |(trademarks, treaties_or_statutes, courts)| Mark { trademarks, treaties_or_statutes, courts },
    )
}

/// The element of a fixture: a signature cannot be made up.
pub(super) fn signed_mark() -> impl Strategy<Value = Fragment> {
    let fixture = crate::tests::fixture("rfc8334/create-signed.xml");
    let document = Document::parse(fixture).expect("the fixture is XML");
    let mut below = vec![document.root()];
    let mark = loop {
        let next = below.pop().expect("the fixture holds a signed mark");
        if next.is(NS, "signedMark") {
            break Fragment::decode(next).expect("any element is a fragment");
        }
        below.extend(next.children());
    };
    Just(mark)
}

/// `encodedSignedMark`
pub(super) fn encoded_mark() -> impl Strategy<Value = EncodedSignedMark> {
    (opt(some_token()), base64()).prop_map(|(encoding, text)| EncodedSignedMark { encoding, text })
}

fn mark_id() -> impl Strategy<Value = String> {
    "[0-9]{1,9}-[0-9]{1,9}"
}

fn country() -> impl Strategy<Value = String> {
    token(2..=2)
}

fn labels() -> impl Strategy<Value = Vec<String>> {
    many("[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?")
}

fn trademark() -> impl Strategy<Value = Trademark> {
    let head = (mark_id(), some_token(), some(holder()), many(contact()), country());
    let scope = (many("[0-9]{1,2}"), labels(), some_token());
    let dates = (opt(some_token()), opt(time()), some_token(), time(), opt(time()));
    (head, scope, dates).prop_map(|(head, (classes, labels, goods_and_services), dates)| {
        let (id, mark_name, holders, contacts, jurisdiction) = head;
        let (ap_id, ap_date, reg_num, reg_date, ex_date) = dates;
        Trademark {
            id,
            mark_name,
            holders,
            contacts,
            jurisdiction,
            classes,
            labels,
            goods_and_services,
            ap_id,
            ap_date,
            reg_num,
            reg_date,
            ex_date,
        }
    })
}

fn treaty_or_statute() -> impl Strategy<Value = TreatyOrStatute> {
    let protection = (country(), opt(some_token()), many(country()))
        .prop_map(|(cc, region, rulings)| Protection { cc, region, rulings });
    let head = (mark_id(), some_token(), some(holder()), many(contact()), some(protection), labels());
    let law = (some_token(), some_token(), time(), some_token(), time());
    (head, law).prop_map(|(head, (goods_and_services, ref_num, pro_date, title, exec_date))| {
        let (id, mark_name, holders, contacts, protections, labels) = head;
        TreatyOrStatute {
            id,
            mark_name,
            holders,
            contacts,
            protections,
            labels,
            goods_and_services,
            ref_num,
            pro_date,
            title,
            exec_date,
        }
    })
}

fn court() -> impl Strategy<Value = Court> {
    let head = (mark_id(), some_token(), some(holder()), many(contact()), labels());
    let judgement = (some_token(), some_token(), time(), country(), many(some_token()), some_token());
    (head, judgement).prop_map(|(head, judgement)| {
        let (id, mark_name, holders, contacts, labels) = head;
        let (goods_and_services, ref_num, pro_date, cc, regions, court_name) = judgement;
        Court {
            id,
            mark_name,
            holders,
            contacts,
            labels,
            goods_and_services,
            ref_num,
            pro_date,
            cc,
            regions,
            court_name,
        }
    })
}

fn holder() -> impl Strategy<Value = Holder> {
    let who = (opt(word(Entitlement::KNOWN)), opt(some_token()), opt(some_token()), address());
    (who, opt(phone()), opt(phone()), opt(some_token())).prop_map(|(who, voice, fax, email)| {
        let (entitlement, name, org, addr) = who;
        Holder { entitlement, name, org, addr, voice, fax, email }
    })
}

fn contact() -> impl Strategy<Value = Contact> {
    let who = (opt(word(ContactRole::KNOWN)), some_token(), opt(some_token()), address());
    (who, phone(), opt(phone()), some_token()).prop_map(|((role, name, org, addr), voice, fax, email)| {
        Contact { role, name, org, addr, voice, fax, email }
    })
}

fn address() -> impl Strategy<Value = Address> {
    (vec(some_token(), 1..=3), some_token(), opt(some_token()), opt(token(0..=16)), country())
        .prop_map(|(street, city, sp, pc, cc)| Address { street, city, sp, pc, cc })
}

#[test]
fn marks() {
    each(mark(), |mark| {
        let carried = Fragment::write(|to| to.named(&mark)).expect("XML can carry it");
        let document = carried.document().expect("it was just written");
        prop_assert_eq!(Mark::decode(document.root()), Ok(mark), "{}", carried.as_str());
        Ok(())
    });
}
