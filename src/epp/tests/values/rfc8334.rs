//! RFC 8334: launch phases, and the marks of RFC 7848 that they carry.

use proptest::prelude::*;

use super::rfc5730::{label, text};
use super::rfc7848::{encoded_mark, mark, signed_mark};
use super::text::{line, many, opt, some, some_token, time, token, word};
use super::{extends_command, extends_reply};
use crate::Fragment;
use crate::ext::launch::{
    Cd, Check, CheckForm, ChkData, CodeMark, CreData, Create, Delete, InfData, Info, LaunchStatus, Notice,
    ObjectType, Phase, PhaseWord, Proof, Status, Update, ValidatedToken,
};

fn phase() -> impl Strategy<Value = Phase> {
    (word(PhaseWord::KNOWN), opt(some_token())).prop_map(|(phase, name)| Phase { phase, name })
}

fn validated() -> impl Strategy<Value = ValidatedToken> {
    (some_token(), opt(some_token())).prop_map(|(token, validator_id)| ValidatedToken { token, validator_id })
}

fn fragment() -> impl Strategy<Value = Fragment> {
    mark().prop_map(|mark| Fragment::write(|to| to.named(&mark)).expect("XML can carry it"))
}

fn proof() -> impl Strategy<Value = Proof> {
    let code_mark = (opt(validated()), opt(fragment())).prop_map(|(code, mark)| CodeMark { code, mark });
    prop_oneof![
        Just(Proof::None),
        some(code_mark).prop_map(Proof::CodeMarks),
        some(signed_mark()).prop_map(Proof::SignedMarks),
        some(encoded_mark()).prop_map(Proof::EncodedSignedMarks),
    ]
}

fn notice() -> impl Strategy<Value = Notice> {
    (validated(), time(), time()).prop_map(|(notice_id, not_after, accepted_date)| Notice {
        notice_id,
        not_after,
        accepted_date,
    })
}

fn create() -> impl Strategy<Value = Create> {
    (opt(word(ObjectType::KNOWN)), phase(), proof(), many(notice()))
        .prop_map(|(object, phase, proof, notices)| Create { object, phase, proof, notices })
}

fn launch_status() -> impl Strategy<Value = LaunchStatus> {
    (word(Status::KNOWN), opt(some_token()), text(line(0..=60)))
        .prop_map(|(status, name, text)| LaunchStatus { status, name, text })
}

fn inf_data() -> impl Strategy<Value = InfData> {
    (phase(), opt(some_token()), opt(launch_status()), many(fragment()))
        .prop_map(|(phase, application_id, status, marks)| InfData { phase, application_id, status, marks })
}

#[test]
fn checks() {
    extends_command(
        (opt(word(CheckForm::KNOWN)), opt(phase())).prop_map(|(form, phase)| Check { form, phase }),
    );
    let cd = (label(), any::<bool>(), many(validated())).prop_map(|(name, exists, claim_keys)| Cd {
        name,
        exists,
        claim_keys,
    });
    extends_reply((opt(phase()), some(cd)).prop_map(|(phase, cds)| ChkData { phase, cds }));
}

#[test]
fn infos() {
    extends_command(
        (opt(any::<bool>()), phase(), opt(token(0..=60)))
            .prop_map(|(include_mark, phase, application_id)| Info { include_mark, phase, application_id }),
    );
    extends_reply(inf_data());
}

#[test]
fn creations() {
    extends_command(create());
    extends_reply(
        (phase(), token(0..=60)).prop_map(|(phase, application_id)| CreData { phase, application_id }),
    );
}

#[test]
fn applications() {
    extends_command(
        (phase(), token(0..=60)).prop_map(|(phase, application_id)| Update { phase, application_id }),
    );
    extends_command(
        (phase(), token(0..=60)).prop_map(|(phase, application_id)| Delete { phase, application_id }),
    );
}
