//! What the registry knows: accounts, domains, log, ledger, clock. Plain data; the only way to change what lasts is
//! [`State::apply`], which the journal's lines go through again after a restart.

use std::collections::{BTreeMap, VecDeque};

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use eppgate_epp::ext::fee::FeeCommand;
use eppgate_epp::types::Secret;
use rust_decimal::Decimal;

use crate::domain::{Domain, GraceKind, years_after};
use crate::names::Name;
use crate::prices::{CURRENCY, Class};
use crate::record::{Change, Charge, LogEntry, Message, Record};
use crate::tail::Tail;

/// All of it.
pub(crate) struct State {
    accounts: BTreeMap<String, Account>,
    /// In the order of names, so that what time does to many happens in the same order each time.
    domains: BTreeMap<String, Domain>,
    pub(crate) log: Tail<LogEntry>,
    pub(crate) ledger: Tail<Charge>,
    /// The registry's clock minus the machine's.
    ahead: TimeDelta,
    /// Nothing happens to any domain by itself before this.
    next_due: Option<DateTime<Utc>>,
    last_session: u64,
}

/// A registrar.
pub(crate) struct Account {
    pub(crate) password: Secret,
    /// Without one, it never runs out of money.
    pub(crate) balance: Option<Balance>,
    /// All that was ever charged.
    pub(crate) charged: Decimal,
    pub(crate) messages: VecDeque<Message>,
    /// Messages that were acknowledged, which numbers those that wait.
    pub(crate) acknowledged: u64,
    /// Open sessions, and the most there ever were. Both start at nought with the process, as sessions do.
    pub(crate) open: usize,
    pub(crate) highest: usize,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Balance {
    pub(crate) left: Decimal,
    pub(crate) threshold: Decimal,
}

impl State {
    /// An empty registry with these accounts.
    pub(crate) fn new(accounts: &[(String, String)]) -> Self {
        let accounts = accounts.iter().map(|(id, password)| {
            let account = Account {
                password: Secret::new(password),
                balance: None,
                charged: Decimal::new(0, 2),
                messages: VecDeque::new(),
                acknowledged: 0,
                open: 0,
                highest: 0,
            };
            (id.clone(), account)
        });
        Self {
            accounts: accounts.collect(),
            domains: BTreeMap::new(),
            log: Tail::new(ENTRIES_KEPT),
            ledger: Tail::new(ENTRIES_KEPT),
            ahead: TimeDelta::zero(),
            next_due: None,
            last_session: 0,
        }
    }

    /// The registry's time, to the millisecond.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        Utc::now().trunc_subsecs(3) + self.ahead
    }

    pub(crate) fn domain(&self, name: &Name) -> Option<&Domain> {
        self.domains.get(name.as_str())
    }

    pub(crate) fn account(&self, id: &str) -> Option<&Account> {
        self.accounts.get(id)
    }

    pub(crate) fn accounts(&self) -> impl Iterator<Item = (&String, &Account)> {
        self.accounts.iter()
    }

    /// The number of a session that begins now.
    pub(crate) fn number_session(&mut self) -> u64 {
        self.last_session += 1;
        self.last_session
    }

    /// Counts a session that has logged in.
    pub(crate) fn session_opened(&mut self, account: &str) {
        if let Some(account) = self.accounts.get_mut(account) {
            account.open += 1;
            account.highest = account.highest.max(account.open);
        }
    }

    /// Counts one that is over.
    pub(crate) fn session_closed(&mut self, account: &str) {
        if let Some(account) = self.accounts.get_mut(account) {
            account.open = account.open.saturating_sub(1);
        }
    }

    /// Makes a record true.
    pub(crate) fn apply(&mut self, record: Record) {
        for change in record.changes {
            self.apply_change(change);
        }
        if let Some(entry) = record.log {
            self.last_session = self.last_session.max(entry.session);
            self.log.push(entry);
        }
    }

    fn apply_change(&mut self, change: Change) {
        match change {
            Change::Domain(domain) => {
                let due = domain.due();
                self.next_due = Some(self.next_due.map_or(due, |next| next.min(due)));
                self.domains.insert(domain.name.clone(), *domain);
            }
            Change::Gone { name } => {
                self.domains.remove(&name);
            }
            Change::Charge(charge) => {
                if let Some(account) = self.accounts.get_mut(&charge.account) {
                    account.charged += charge.amount;
                    if let Some(balance) = &mut account.balance {
                        balance.left -= charge.amount;
                    }
                }
                self.ledger.push(charge);
            }
            Change::Password { account, password } => {
                if let Some(account) = self.accounts.get_mut(&account) {
                    account.password = password.0;
                }
            }
            Change::Balance { account, balance: left, threshold } => {
                if let Some(account) = self.accounts.get_mut(&account) {
                    account.balance = Some(Balance { left, threshold });
                }
            }
            Change::Message { account, message } => {
                if let Some(account) = self.accounts.get_mut(&account) {
                    account.messages.push_back(message);
                }
            }
            Change::Acknowledged { account } => {
                if let Some(account) = self.accounts.get_mut(&account) {
                    account.messages.pop_front();
                    account.acknowledged += 1;
                }
            }
            Change::Clock { ahead_ms } => self.ahead = TimeDelta::milliseconds(ahead_ms),
        }
    }

    /// What time has done since it was last asked: registrations that ended are renewed by a year and charged, and
    /// deletions that ran their course free the name. Whoever applies the result calls [`State::settled`] after it.
    pub(crate) fn due(&self, now: DateTime<Utc>) -> Vec<Change> {
        if self.next_due.is_none_or(|due| now < due) {
            return Vec::new();
        }
        let due = self.domains.values().filter(|domain| domain.due() <= now);
        due.flat_map(|domain| match domain.deletion {
            Some(_) => vec![Change::Gone { name: domain.name.clone() }],
            None => renew_by_itself(domain.clone(), now),
        })
        .collect()
    }

    /// Looks up when time will next do something.
    pub(crate) fn settled(&mut self) {
        self.next_due = self.domains.values().map(Domain::due).min();
    }
}

impl Account {
    /// The warning that is due when the account is left with this much, if it had enough before.
    pub(crate) fn warning(&self, left: Decimal) -> Option<String> {
        let balance = self.balance?;
        let crossed = left < balance.threshold && balance.left >= balance.threshold;
        crossed.then(|| low_balance(left, balance.threshold))
    }
}

/// The text of a low-balance message.
pub(crate) fn low_balance(left: Decimal, threshold: Decimal) -> String {
    format!("Low balance: {left} {CURRENCY} left, threshold {threshold} {CURRENCY}")
}

fn renew_by_itself(mut domain: Domain, now: DateTime<Utc>) -> Vec<Change> {
    let mut changes = Vec::new();
    let class = Name::parse(&domain.name).map_or(Class::Standard, |name| Class::of(&name));
    let amount = class.price(&FeeCommand::Renew, 1).expect("a renewal has a price");
    while domain.expires <= now {
        let ended = domain.expires;
        domain.expires = years_after(ended, 1);
        domain.open_grace(GraceKind::AutoRenew, amount, ended);
        changes.push(Change::Charge(Charge {
            time: ended,
            account: domain.sponsor.clone(),
            cl_trid: None,
            command: "autorenew".into(),
            name: domain.name.clone(),
            amount,
            currency: CURRENCY.into(),
        }));
    }
    changes.push(Change::Domain(Box::new(domain)));
    changes
}

/// Entries of log and ledger held in memory; the journal has them all.
const ENTRIES_KEPT: usize = 200_000;
