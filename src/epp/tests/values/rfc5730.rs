//! RFC 5730: the envelope, and what the object mappings share.

use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::text::{duration, lang, line, many, opt, some, some_token, time, token, uri, whole, word};
use super::{Outcome, each, received, response, valid};
use crate::ext::idn;
use crate::greeting::{Access, Dcp, Expiry, Menu, Purpose, Recipient, Retention, Statement};
use crate::login::{Login, Options, Services};
use crate::poll::Poll;
use crate::response::{EppResult, ExtValue, MsgQ, ResultValue};
use crate::types::{
    AuthInfo, Checked, MixedText, PendingAction, Period, PeriodUnit, Secret, StatusValue, Text, TransferOp,
    TransferStatus,
};
use crate::{Command, Fragment, Greeting, Namespace, Reply, ResultCode, ServerMessage, TrId};

/// `labelType`
pub(super) fn label() -> impl Strategy<Value = String> {
    token(1..=255)
}

/// `clIDType`
pub(super) fn id() -> impl Strategy<Value = String> {
    token(3..=16)
}

/// `roidType`
pub(super) fn roid() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9_]{1,80}-[a-zA-Z0-9]{1,8}"
}

/// `trIDStringType`
pub(super) fn tr_id_text() -> impl Strategy<Value = String> {
    token(3..=64)
}

/// `trIDType`
pub(super) fn tr_id() -> impl Strategy<Value = TrId> {
    (opt(tr_id_text()), tr_id_text()).prop_map(|(client, server)| TrId { client, server })
}

/// Text with a language.
pub(super) fn text(text: impl Strategy<Value = String>) -> impl Strategy<Value = Text> {
    (text, opt(lang())).prop_map(|(text, lang)| Text { text, lang })
}

/// `reasonType`
pub(super) fn reason() -> impl Strategy<Value = Text> {
    text(token(1..=32))
}

/// `pwAuthInfoType` and `extAuthInfoType` of an object's mapping.
pub(super) fn auth_info(ns: Namespace) -> impl Strategy<Value = AuthInfo> {
    prop_oneof![
        4 => (whole(0..=64), opt(roid())).prop_map(|(pw, roid)| AuthInfo::Pw { pw: Secret::new(pw), roid }),
        1 => element(ns, "ext").prop_map(AuthInfo::Ext),
    ]
}

/// The element `name` with one of another namespace in it.
pub(super) fn element(ns: Namespace, name: &'static str) -> impl Strategy<Value = Fragment> {
    (some_token(), opt(label())).prop_map(move |(table, uname)| {
        let data = idn::Data { table, uname };
        Fragment::write(|to| to.scoped(ns, name, |to| to.named(&data))).expect("XML can carry it")
    })
}

/// Plain text, or text with elements in it.
pub(super) fn mixed(ns: Namespace, name: &'static str) -> impl Strategy<Value = MixedText> {
    prop_oneof![
        3 => text(line(0..=60)).prop_map(MixedText::Plain),
        1 => element(ns, name).prop_map(MixedText::Mixed),
    ]
}

/// `periodType`
pub(super) fn period() -> impl Strategy<Value = Period> {
    (1..=99_u8, select(vec![PeriodUnit::Years, PeriodUnit::Months]))
        .prop_map(|(value, unit)| Period { value, unit })
}

/// `statusType` of an object's mapping.
pub(super) fn status<S: Clone + std::fmt::Debug + 'static>(
    known: &'static [S],
) -> impl Strategy<Value = StatusValue<S>> {
    (word(known), text(line(0..=60))).prop_map(|(status, text)| StatusValue { status, text })
}

/// `trStatusType`
pub(super) fn transfer_status() -> impl Strategy<Value = TransferStatus> {
    word(TransferStatus::KNOWN)
}

/// `op` of a transfer.
pub(super) fn op() -> impl Strategy<Value = TransferOp> {
    select(&TransferOp::ALL[..])
}

/// `cd` of a check reply.
pub(super) fn checked(name: impl Strategy<Value = String>) -> impl Strategy<Value = Checked> {
    (name, any::<bool>(), opt(reason())).prop_map(|(name, avail, reason)| Checked { name, avail, reason })
}

/// `panData`
pub(super) fn pending_action(name: impl Strategy<Value = String>) -> impl Strategy<Value = PendingAction> {
    (name, any::<bool>(), tr_id(), time()).prop_map(|(name, done, tr_id, date)| PendingAction {
        name,
        done,
        tr_id,
        date,
    })
}

fn greeting() -> impl Strategy<Value = Greeting> {
    (line(3..=64), time(), menu(), dcp()).prop_map(|(sv_id, sv_date, menu, dcp)| Greeting {
        sv_id,
        sv_date: Some(sv_date),
        menu,
        dcp: Some(dcp),
    })
}

fn menu() -> impl Strategy<Value = Menu> {
    (some(Just("1.0".to_owned())), some(lang()), some(uri()), many(uri()))
        .prop_map(|(versions, langs, objects, extensions)| Menu { versions, langs, objects, extensions })
}

fn dcp() -> impl Strategy<Value = Dcp> {
    let expiry = prop_oneof![time().prop_map(Expiry::Absolute), duration().prop_map(Expiry::Relative)];
    (word(Access::KNOWN), some(statement()), opt(expiry)).prop_map(|(access, statements, expiry)| Dcp {
        access,
        statements,
        expiry,
    })
}

fn statement() -> impl Strategy<Value = Statement> {
    (subsequence(Purpose::KNOWN, 0..=Purpose::KNOWN.len()), recipient(), word(Retention::KNOWN))
        .prop_map(|(purposes, recipient, retention)| Statement { purposes, recipient, retention })
}

fn recipient() -> impl Strategy<Value = Recipient> {
    (any::<[bool; 4]>(), many(opt(token(1..=255)))).prop_map(|([other, public, same, unrelated], ours)| {
        Recipient { other, ours, public, same, unrelated }
    })
}

fn login() -> impl Strategy<Value = Login> {
    let options = lang().prop_map(|lang| Options { version: "1.0".into(), lang });
    let svcs = (some(uri()), many(uri())).prop_map(|(objects, extensions)| Services { objects, extensions });
    let password = || token(6..=16).prop_map(Secret::new);
    (id(), password(), opt(password()), options, svcs).prop_map(|(cl_id, pw, new_pw, options, svcs)| Login {
        cl_id,
        pw,
        new_pw,
        options,
        svcs,
    })
}

fn result() -> impl Strategy<Value = EppResult> {
    let codes = [1000, 1001, 1300, 1301, 1500, 2000, 2005, 2106, 2202, 2303, 2308, 2400, 2500, 2501, 2502];
    (select(codes.map(ResultCode).to_vec()), text(line(0..=80)), many(result_value()))
        .prop_map(|(code, msg, values)| EppResult { code, msg, values })
}

fn result_value() -> impl Strategy<Value = ResultValue> {
    let ext_value = (element(crate::EPP, "value"), text(line(0..=80)))
        .prop_map(|(value, reason)| ExtValue { value: Some(value), reason });
    prop_oneof![
        element(crate::EPP, "value").prop_map(ResultValue::Value),
        ext_value.prop_map(ResultValue::ExtValue)
    ]
}

fn msg_q() -> impl Strategy<Value = MsgQ> {
    (any::<u64>(), some_token(), opt(time()), opt(mixed(crate::EPP, "msg")))
        .prop_map(|(count, id, q_date, msg)| MsgQ { count, id, q_date, msg })
}

#[test]
fn greetings() {
    each(greeting(), |greeting| {
        let document = valid(&greeting.frame().expect("XML can carry it"))?;
        let ServerMessage::Greeting(read) = ServerMessage::read(document).expect("it is valid") else {
            return Err(TestCaseError::fail("not a greeting"));
        };
        prop_assert_eq!(*read, greeting);
        Ok(())
    });
}

#[test]
fn logins() {
    each(login(), |login| {
        let command = received(&Command::login(&login).finish("GATE-1").expect("XML can carry it").bytes)?;
        prop_assert_eq!(command.read_login(), Ok(login), "{}", command.document().text());
        Ok(())
    });
}

#[test]
fn polls() {
    each(prop_oneof![Just(Poll::Req), some_token().prop_map(Poll::Ack)], |poll| {
        let command = received(&Command::poll(&poll).finish("GATE-1").expect("XML can carry it").bytes)?;
        prop_assert_eq!(command.read_poll(), Ok(poll));
        Ok(())
    });
}

#[test]
fn transaction_ids_of_commands() {
    each(tr_id_text(), |id| {
        let command = received(&Command::logout().finish(&id).expect("XML can carry it").bytes)?;
        prop_assert_eq!(command.cl_trid, Some(id));
        Ok(())
    });
}

#[test]
fn envelopes_of_responses() {
    each((some(result()), opt(msg_q()), tr_id()), |(results, msg_q, tr_id)| -> Outcome {
        let frame = Reply::new(&results, msg_q.as_ref()).finish(&tr_id).expect("XML can carry it");
        let response = response(&frame)?;
        prop_assert_eq!(&response.results, &results, "{}", response.document().text());
        prop_assert_eq!(&response.msg_q, &msg_q, "{}", response.document().text());
        prop_assert_eq!(&response.tr_id, &tr_id);
        Ok(())
    });
}
