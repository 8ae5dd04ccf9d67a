//! What a flow can see: the registry at one moment, through the eyes of one session.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use eppgate_epp::domain::Status;
use eppgate_epp::ext::fee::{Charged, Dialect};
use eppgate_epp::{Namespace, ResultCode};
use rust_decimal::Decimal;

use super::{Outcome, Refusal};
use crate::domain::Domain;
use crate::names::Name;
use crate::prices::CURRENCY;
use crate::record::{Change, Charge};
use crate::registry::Profile;
use crate::state::{Account, State};

/// The registry at one moment.
pub(crate) struct View<'a> {
    pub(crate) profile: &'a Profile,
    pub(crate) state: &'a State,
    pub(crate) caller: Caller<'a>,
    pub(crate) now: DateTime<Utc>,
    /// The number this command will have in the log.
    pub(crate) seq: u64,
    pub(crate) cl_trid: Option<&'a str>,
}

/// The session a command came from.
#[derive(Clone, Copy)]
pub(crate) struct Caller<'a> {
    pub(crate) session: u64,
    /// Who has logged in.
    pub(crate) account: Option<&'a str>,
    /// Logins that failed in this session.
    pub(crate) failed_logins: u8,
    pub(crate) chosen: &'a Chosen,
}

/// What a session has named at login: replies and messages carry nothing else unasked.
#[derive(Debug, Clone, Default)]
pub(crate) struct Chosen {
    uris: Vec<String>,
    /// The fee dialect for what is told unasked.
    pub(crate) fee: Option<Dialect>,
}

impl Chosen {
    pub(crate) fn new(uris: Vec<String>) -> Self {
        let fee = Dialect::choose(|uri| uris.iter().any(|named| named == uri), None);
        Self { uris, fee }
    }

    pub(crate) fn names(&self, ns: Namespace) -> bool {
        self.uris.iter().any(|named| named == ns.uri)
    }
}

impl View<'_> {
    /// Who has logged in. The session lets nobody else run commands on objects.
    pub(crate) fn account(&self) -> &str {
        self.caller.account.unwrap_or_default()
    }

    /// The account's books.
    pub(crate) fn books(&self) -> Option<&Account> {
        self.state.account(self.account())
    }

    /// The registry's id of the transaction.
    pub(crate) fn sv_trid(&self) -> String {
        format!("{}-{:08}", self.profile.name, self.seq)
    }

    /// The name in a text, else 2005.
    pub(crate) fn name(&self, text: &str) -> Result<Name, Refusal> {
        Name::parse(text).ok_or_else(|| Refusal::new(ResultCode::PARAMETER_SYNTAX, "not a domain name"))
    }

    /// The registered domain of a name, else 2303. Names that are taken from the start are made up on the spot.
    pub(crate) fn domain(&self, text: &str) -> Result<Cow<'_, Domain>, Refusal> {
        let name = self.name(text)?;
        if let Some(domain) = self.state.domain(&name) {
            return Ok(Cow::Borrowed(domain));
        }
        if self.profile.serves(&name) && name.is_taken() {
            return Ok(Cow::Owned(Domain::taken(&name, &self.profile.roid_suffix, self.now)));
        }
        Err(ResultCode::OBJECT_DOES_NOT_EXIST.into())
    }

    /// The domain of a name, to be changed by its sponsor, else 2201; none of these statuses may be set, and it may
    /// not be on its way in or out, else 2304, or to another sponsor, else 2300.
    pub(crate) fn changeable(&self, text: &str, prohibiting: &[Status]) -> Result<Domain, Refusal> {
        let domain = self.domain(text)?;
        if domain.sponsor != self.account() {
            return Err(ResultCode::AUTHORIZATION_ERROR.into());
        }
        if let Some(review) = &domain.review {
            return Err(Refusal::new(ResultCode::STATUS_PROHIBITS, review.status().to_string()));
        }
        if domain.deletion.is_some() {
            return Err(Refusal::new(ResultCode::STATUS_PROHIBITS, Status::PendingDelete.to_string()));
        }
        if domain.pending_transfer().is_some() {
            return Err(ResultCode::PENDING_TRANSFER.into());
        }
        if let Some(status) = prohibiting.iter().find(|status| domain.is_held_by(status, self.now)) {
            return Err(Refusal::new(ResultCode::STATUS_PROHIBITS, status.to_string()));
        }
        Ok(domain.into_owned())
    }

    /// Adds a charge to an outcome, else 2104 when the account cannot pay it. A negative one gives money back.
    pub(crate) fn charge(
        &self,
        mut outcome: Outcome,
        command: &'static str,
        domain: &str,
        amount: Decimal,
    ) -> Result<Outcome, Refusal> {
        self.afford(amount)?;
        outcome.changes.push(Change::Charge(Charge {
            time: self.now,
            account: self.account().to_owned(),
            cl_trid: self.cl_trid.map(str::to_owned),
            command: command.into(),
            name: domain.to_owned(),
            amount,
            currency: CURRENCY.into(),
        }));
        outcome.amount = Some(outcome.amount.unwrap_or_default() + amount);
        Ok(outcome)
    }

    /// Refuses what the account cannot pay (2104).
    pub(crate) fn afford(&self, amount: Decimal) -> Result<(), Refusal> {
        let left = self.left_after(amount);
        if left.is_some_and(|left| left < Decimal::ZERO) && amount > Decimal::ZERO {
            return Err(ResultCode::BILLING_FAILURE.into());
        }
        Ok(())
    }

    /// A charge as the reply tells it.
    pub(crate) fn charged(&self, amount: Decimal) -> Charged {
        Charged {
            currency: Some(CURRENCY.to_owned()),
            fees: vec![amount.into()],
            balance: self.left_after(amount),
            ..Charged::default()
        }
    }

    /// What the account has left after a charge, where it has a balance.
    fn left_after(&self, amount: Decimal) -> Option<Decimal> {
        Some(self.books()?.balance?.left - amount)
    }
}
