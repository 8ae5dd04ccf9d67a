//! RFC 8590: changes that someone else made.

use proptest::prelude::*;

use super::extends_reply;
use super::rfc5730::{reason, tr_id_text};
use super::text::{line, opt, some_token, time, word};
use crate::ext::changepoll::{CaseId, CaseType, ChangeData, Operation, OperationName, State};

fn change_data() -> impl Strategy<Value = ChangeData> {
    let operation = (opt(some_token()), word(OperationName::KNOWN))
        .prop_map(|(op, operation)| Operation { op, operation });
    let case_id = (word(CaseType::KNOWN), opt(some_token()), some_token())
        .prop_map(|(case_type, name, id)| CaseId { case_type, name, id });
    (opt(word(State::KNOWN)), operation, time(), tr_id_text(), line(1..=255), opt(case_id), opt(reason()))
        .prop_map(|(state, operation, date, sv_tr_id, who, case_id, reason)| ChangeData {
            state,
            operation,
            date,
            sv_tr_id,
            who,
            case_id,
            reason,
        })
}

#[test]
fn changes() {
    extends_reply(change_data());
}
