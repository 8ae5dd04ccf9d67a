//! RFC 8748: fees. What only the drafts can say is not made; [`fees`](crate::tests::fees) has it.

use proptest::prelude::*;

use super::rfc5730::{label, period, text};
use super::text::{amount, duration, lang, many, opt, some, some_token, token, word};
use super::{extends_command, extends_reply};
use crate::ext::fee::{
    Agreed, Cd, Charged, Check, CheckCommand, ChkData, CommandFees, CreData, Create, Credit, DelData, Fee,
    FeeCommand, ObjId, RenData, Renew, Transfer, TrnData, UpdData, Update,
};
use crate::types::Text;

fn currency() -> impl Strategy<Value = String> {
    "[A-Z]{3}"
}

fn check_command() -> impl Strategy<Value = CheckCommand> {
    (word(FeeCommand::KNOWN), opt(some_token()), opt(some_token()), opt(some_token()), opt(period()))
        .prop_map(|(name, custom_name, phase, subphase, period)| CheckCommand {
            custom_name,
            phase,
            subphase,
            ..CheckCommand::new(name, period)
        })
}

fn fee() -> impl Strategy<Value = Fee> {
    let applied = prop_oneof![Just("immediate".to_owned()), Just("delayed".to_owned())];
    let terms = (opt(any::<bool>()), opt(duration()), opt(applied));
    (amount(), opt(some_token()), opt(lang()), terms).prop_map(
        |(amount, description, lang, (refundable, grace_period, applied))| Fee {
            amount,
            description,
            lang,
            refundable,
            grace_period,
            applied,
        },
    )
}

fn credit() -> impl Strategy<Value = Credit> {
    (amount(), opt(some_token()), opt(lang())).prop_map(|(amount, description, lang)| Credit {
        amount: -amount,
        description,
        lang,
    })
}

fn reason() -> impl Strategy<Value = Text> {
    text(token(0..=60))
}

fn command_fees() -> impl Strategy<Value = CommandFees> {
    (check_command(), opt(any::<bool>()), many(fee()), many(credit()), opt(reason())).prop_map(
        |(command, standard, fees, credits, reason)| CommandFees {
            command,
            avail: true,
            standard,
            fees,
            credits,
            reason,
            not_after: None,
        },
    )
}

fn cd() -> impl Strategy<Value = Cd> {
    let element = opt("[a-z][a-zA-Z0-9._-]{0,10}");
    let obj_id = (label(), element).prop_map(|(id, element)| ObjId { id, element, uri: None });
    (any::<bool>(), obj_id, opt(some_token()), many(command_fees()), opt(reason())).prop_map(
        |(avail, obj_id, class, commands, reason)| Cd {
            avail,
            obj_id,
            premium: None,
            class,
            commands,
            reason,
        },
    )
}

fn agreed() -> impl Strategy<Value = Agreed> {
    (opt(currency()), some(fee()), many(credit())).prop_map(|(currency, fees, credits)| Agreed {
        currency,
        fees,
        credits,
    })
}

fn charged() -> impl Strategy<Value = Charged> {
    (opt(currency()), opt(period()), many(fee()), many(credit()), opt(amount()), opt(amount())).prop_map(
        |(currency, period, fees, credits, balance, credit_limit)| Charged {
            currency,
            period,
            fees,
            credits,
            balance: balance.map(|balance| -balance),
            credit_limit,
        },
    )
}

#[test]
fn checks() {
    extends_command(
        (opt(currency()), some(check_command()))
            .prop_map(|(currency, commands)| Check { currency, commands }),
    );
    extends_reply((currency(), some(cd())).prop_map(|(currency, cds)| ChkData { currency, cds }));
}

#[test]
fn agreed_fees() {
    extends_command(agreed().prop_map(Create));
    extends_command(agreed().prop_map(Renew));
    extends_command(agreed().prop_map(Transfer));
    extends_command(agreed().prop_map(Update));
}

#[test]
fn charged_fees() {
    extends_reply(charged().prop_map(CreData));
    extends_reply(charged().prop_map(RenData));
    extends_reply(charged().prop_map(TrnData));
    extends_reply(charged().prop_map(UpdData));
    extends_reply(charged().prop_map(DelData));
}
