//! What the registry knows: accounts, domains, log, ledger, clock. Plain data; the only way to change what lasts is
//! [`State::apply`], which the journal's lines go through again after a restart.

use std::collections::{BTreeMap, VecDeque};

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use eppgate_epp::ext::lowbalancepoll;
use eppgate_epp::types::Secret;
use rust_decimal::Decimal;
use tokio::time::Instant;

use crate::domain::Domain;
use crate::links::Links;
use crate::names::Name;
use crate::objects::{Contact, Host};
use crate::passing;
use crate::phase::Phase;
use crate::prices::CURRENCY;
use crate::record::{Change, Charge, LogEntry, Message, Notice, Record};
use crate::tail::Tail;

/// All of it.
pub(crate) struct State {
    accounts: BTreeMap<String, Account>,
    /// In the order of names, so that what time does to many happens in the same order each time.
    domains: BTreeMap<String, Domain>,
    contacts: BTreeMap<String, Contact>,
    hosts: BTreeMap<String, Host>,
    /// Contacts and hosts, with the domains that name them.
    contact_users: Links,
    host_users: Links,
    /// Domains, with the hosts below them.
    below: Links,
    /// Zones that are being launched.
    phases: BTreeMap<String, Phase>,
    pub(crate) log: Tail<LogEntry>,
    pub(crate) ledger: Tail<Charge>,
    machine: Machine,
    /// The registry's clock minus the machine's.
    ahead: TimeDelta,
    /// Nothing happens to any object by itself before this.
    next_due: Option<DateTime<Utc>>,
    last_session: u64,
}

/// The machine's clock, which goes on as tokio's does: it stops with a paused one.
struct Machine {
    start: DateTime<Utc>,
    since: Instant,
}

impl Machine {
    /// Goes from a time, or from the machine's own.
    fn starting(at: Option<DateTime<Utc>>) -> Self {
        Self { start: at.unwrap_or_else(Utc::now), since: Instant::now() }
    }

    fn now(&self) -> DateTime<Utc> {
        let passed = TimeDelta::from_std(self.since.elapsed()).unwrap_or(TimeDelta::MAX);
        self.start + passed
    }
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
    /// What there was when it was set.
    limit: Decimal,
}

impl State {
    /// An empty registry with these accounts, whose time begins when it is told, or is the machine's.
    pub(crate) fn new(accounts: &[(String, String)], start: Option<DateTime<Utc>>) -> Self {
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
            contacts: BTreeMap::new(),
            hosts: BTreeMap::new(),
            contact_users: Links::default(),
            host_users: Links::default(),
            below: Links::default(),
            phases: BTreeMap::new(),
            log: Tail::new(ENTRIES_KEPT),
            ledger: Tail::new(ENTRIES_KEPT),
            machine: Machine::starting(start),
            ahead: TimeDelta::zero(),
            next_due: None,
            last_session: 0,
        }
    }

    /// The registry's time, to the millisecond.
    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.machine_now() + self.ahead
    }

    /// The machine's time, to the millisecond.
    pub(crate) fn machine_now(&self) -> DateTime<Utc> {
        self.machine.now().trunc_subsecs(3)
    }

    pub(crate) fn domain(&self, name: &Name) -> Option<&Domain> {
        self.domains.get(name.as_str())
    }

    pub(crate) fn domains(&self) -> impl Iterator<Item = &Domain> {
        self.domains.values()
    }

    pub(crate) fn contact(&self, id: &str) -> Option<&Contact> {
        self.contacts.get(id)
    }

    pub(crate) fn contacts(&self) -> impl Iterator<Item = &Contact> {
        self.contacts.values()
    }

    /// The host of a name in lower case.
    pub(crate) fn host(&self, name: &str) -> Option<&Host> {
        self.hosts.get(name)
    }

    /// The phase that a zone is in.
    pub(crate) fn phase(&self, zone: &str) -> Phase {
        self.phases.get(zone).copied().unwrap_or_default()
    }

    /// The hosts below a domain.
    pub(crate) fn hosts_below(&self, domain: &str) -> impl Iterator<Item = &Host> {
        self.below.users(domain).filter_map(|host| self.hosts.get(host))
    }

    /// Whether a domain names the contact.
    pub(crate) fn contact_is_linked(&self, id: &str) -> bool {
        self.contact_users.is_used(id)
    }

    /// Whether a domain names the host.
    pub(crate) fn host_is_linked(&self, name: &str) -> bool {
        self.host_users.is_used(name)
    }

    /// The domains that name a host.
    pub(crate) fn users_of_host(&self, name: &str) -> impl Iterator<Item = &Domain> {
        self.host_users.users(name).filter_map(|domain| self.domains.get(domain))
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
            Change::Domain(domain) => self.put_domain(*domain),
            Change::Gone { name } => {
                if let Some(domain) = self.domains.remove(&name) {
                    self.unlink(&domain);
                }
            }
            Change::Contact(contact) => {
                self.expect(contact.due());
                self.contacts.insert(contact.data.id.clone(), *contact);
            }
            Change::ContactGone { id } => {
                self.contacts.remove(&id);
            }
            Change::Host(host) => {
                if let Some(domain) = self.above(&host.data.name) {
                    self.below.add(&domain, &host.data.name);
                }
                self.hosts.insert(host.data.name.clone(), *host);
            }
            Change::HostGone { name } => {
                if let Some(domain) = self.above(&name) {
                    self.below.remove(&domain, &name);
                }
                self.hosts.remove(&name);
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
                    account.balance = Some(Balance::new(left, threshold));
                }
            }
            Change::Message { account, message } => {
                let account = self.accounts.get_mut(&account);
                if let Some(account) = account.filter(|account| account.messages.len() < MESSAGES_KEPT) {
                    account.messages.push_back(message);
                }
            }
            Change::Acknowledged { account } => {
                if let Some(account) = self.accounts.get_mut(&account) {
                    account.messages.pop_front();
                    account.acknowledged += 1;
                }
            }
            Change::Phase { zone, phase } => {
                self.phases.insert(zone, phase);
            }
            Change::Clock { ahead_ms } => self.ahead = TimeDelta::milliseconds(ahead_ms),
        }
    }

    fn put_domain(&mut self, domain: Domain) {
        self.expect(Some(domain.due()));
        if let Some(before) = self.domains.remove(&domain.name) {
            self.unlink(&before);
        }
        for id in domain.contact_ids() {
            self.contact_users.add(id, &domain.name);
        }
        for host in domain.host_objects() {
            self.host_users.add(host, &domain.name);
        }
        self.domains.insert(domain.name.clone(), domain);
    }

    fn unlink(&mut self, domain: &Domain) {
        for id in domain.contact_ids() {
            self.contact_users.remove(id, &domain.name);
        }
        for host in domain.host_objects() {
            self.host_users.remove(host, &domain.name);
        }
    }

    /// The registered domain that a host is below, or is called like.
    fn above(&self, host: &str) -> Option<String> {
        let mut name = host;
        loop {
            if self.domains.contains_key(name) {
                return Some(name.to_owned());
            }
            name = name.split_once('.')?.1;
        }
    }

    fn expect(&mut self, due: Option<DateTime<Utc>>) {
        self.next_due = self.next_due.into_iter().chain(due).min();
    }

    /// What time has done since it was last asked. Whoever applies the result calls [`State::settled`] after it.
    pub(crate) fn due(&self, now: DateTime<Utc>) -> Vec<Change> {
        if self.next_due.is_none_or(|due| now < due) {
            return Vec::new();
        }
        passing::due(self, now)
    }

    /// Looks up when time will next do something.
    pub(crate) fn settled(&mut self) {
        let domains = self.domains.values().map(Domain::due);
        self.next_due = domains.chain(self.contacts.values().filter_map(Contact::due)).min();
    }

    /// The warnings that charges bring about: one for each account that they take below its threshold.
    pub(crate) fn warnings(&self, changes: &[Change], now: DateTime<Utc>) -> Vec<Change> {
        let mut left: BTreeMap<&str, Decimal> = BTreeMap::new();
        let mut warnings = Vec::new();
        for change in changes {
            let Change::Charge(charge) = change else { continue };
            let Some(balance) = self.account(&charge.account).and_then(|account| account.balance) else {
                continue;
            };
            let before = left.entry(&charge.account).or_insert(balance.left);
            let after = *before - charge.amount;
            if after < balance.threshold && *before >= balance.threshold {
                let message = balance.warning(&charge.account, after, now);
                warnings.push(Change::Message { account: charge.account.clone(), message });
            }
            *before = after;
        }
        warnings
    }
}

impl Balance {
    pub(crate) fn new(left: Decimal, threshold: Decimal) -> Self {
        Self { left, threshold, limit: left }
    }

    /// The warning that only this much is left.
    pub(crate) fn warning(&self, account: &str, left: Decimal, time: DateTime<Utc>) -> Message {
        let threshold = self.threshold;
        let data = lowbalancepoll::PollData {
            registrar_name: account.to_owned(),
            credit_limit: self.limit.to_string(),
            credit_threshold: lowbalancepoll::Threshold {
                kind: lowbalancepoll::ThresholdType::Fixed,
                value: threshold.to_string(),
            },
            available_credit: left.to_string(),
        };
        Message {
            time,
            text: format!("Low balance: {left} {CURRENCY} left, threshold {threshold} {CURRENCY}"),
            data: Some(Notice::LowBalance(data)),
        }
    }
}

/// Entries of log and ledger held in memory; the journal has them all.
const ENTRIES_KEPT: usize = 200_000;
/// Messages that may wait for one account; more are not queued.
const MESSAGES_KEPT: usize = 10_000;
