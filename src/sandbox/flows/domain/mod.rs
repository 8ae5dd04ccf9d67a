//! The commands on domains (RFC 5731), one file each.

mod check;
mod create;
mod delete;
mod going;
mod info;
mod launch;
mod renew;
mod restore;
mod signing;
mod transfer;
mod update;

use eppgate_epp::ResultCode;
use eppgate_epp::command::Verb;

use crate::flows::{Outcome, Reading, Refusal, View};

/// A command on a domain that was read and can be run.
pub(crate) enum Order {
    Check(check::Order),
    Info(info::Order),
    Transfer(transfer::Order),
    Create(Box<create::Order>),
    Delete(delete::Order),
    Going(going::Order),
    Renew(renew::Order),
    Restore(Box<restore::Order>),
    Update(Box<update::Order>),
}

impl Order {
    pub(super) fn read(command: &Reading<'_>) -> Result<Self, Refusal> {
        match (command.verb, command.op) {
            (Verb::Check, _) => check::Order::read(command).map(Self::Check),
            (Verb::Info, _) => info::Order::read(command).map(Self::Info),
            (Verb::Create, _) => create::Order::read(command).map(|order| Self::Create(Box::new(order))),
            (Verb::Delete, _) => delete::Order::read(command).map(Self::Delete),
            (Verb::Renew, _) => renew::Order::read(command).map(Self::Renew),
            (Verb::Update, _) if restore::Order::is_in(command) => {
                restore::Order::read(command).map(|order| Self::Restore(Box::new(order)))
            }
            (Verb::Update, _) if going::Order::is_in(command) => going::Order::read(command).map(Self::Going),
            (Verb::Update, _) => update::Order::read(command).map(|order| Self::Update(Box::new(order))),
            (_, Some(op)) => transfer::Order::read(command, op).map(Self::Transfer),
            _ => Err(ResultCode::UNIMPLEMENTED_COMMAND.into()),
        }
    }

    pub(super) fn run(self, view: &View<'_>) -> Result<Outcome, Refusal> {
        match self {
            Self::Check(order) => order.run(view),
            Self::Info(order) => order.run(view),
            Self::Transfer(order) => order.run(view),
            Self::Create(order) => order.run(view),
            Self::Delete(order) => order.run(view),
            Self::Renew(order) => order.run(view),
            Self::Going(order) => order.run(view),
            Self::Restore(order) => order.run(view),
            Self::Update(order) => order.run(view),
        }
    }
}
