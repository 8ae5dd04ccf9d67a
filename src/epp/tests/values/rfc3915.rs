//! RFC 3915: grace periods and restore.

use proptest::collection::vec;
use proptest::prelude::*;

use super::rfc5730::{element, status};
use super::text::{line, opt, some, time};
use super::{extends_command, extends_reply};
use crate::ext::rgp::{InfData, NS, Report, Restore, RgpStatus, UpData, Update};
use crate::types::{MixedText, Text};

/// Text without a language, or with elements in it.
fn mixed(name: &'static str) -> impl Strategy<Value = MixedText> {
    prop_oneof![
        3 => line(0..=60).prop_map(|text| MixedText::Plain(Text::new(text))),
        1 => element(NS, name).prop_map(MixedText::Mixed),
    ]
}

fn report() -> impl Strategy<Value = Report> {
    let reason = || super::rfc5730::mixed(NS, "resReason");
    let statements = vec(super::rfc5730::mixed(NS, "statement"), 1..=2);
    (mixed("preData"), mixed("postData"), time(), time(), reason(), statements, opt(mixed("other"))).prop_map(
        |(pre_data, post_data, del_time, res_time, res_reason, statements, other)| Report {
            pre_data,
            post_data,
            del_time,
            res_time,
            res_reason,
            statements,
            other,
        },
    )
}

#[test]
fn restores() {
    let restore = prop_oneof![
        Just(Restore::Request),
        opt(report()).prop_map(|report| Restore::Report(report.map(Box::new)))
    ];
    extends_command(restore.prop_map(|restore| Update { restore }));
}

#[test]
fn statuses() {
    extends_reply(some(status(RgpStatus::KNOWN)).prop_map(|statuses| UpData { statuses }));
    extends_reply(some(status(RgpStatus::KNOWN)).prop_map(|statuses| InfData { statuses }));
}
