//! Where names wait to be checked, and come together in commands: group commit without a timer.
//!
//! A name that comes puts a place into the queue for a command that is not written yet. Only when a session takes that
//! place is the command made, of all the names that wait by then: first those of the tenant whose turn it is, then, as far
//! as there is room, anyone's. So a check goes at once while a session is free, and the busier the sessions are, the more
//! names share a command; nothing is ever delayed for that.
//!
//! A name that is asked about already, with the same payload, is not asked again: whoever comes then gets the same answer.
//! Unless something has been changed at the registry since: what was true before that is no answer to whoever comes after.
//! When a command with several names is refused, one of them may be to blame: its halves are asked again.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use eppgate_epp::{CommandFrame, Response, ResultCode, Verb, domain};
use tokio::time::Instant;

use crate::check::{Call, NameAnswer, NameResult, Payload, no_name, normalised};
use crate::error::{Error, ErrorKind, Fate};
use crate::metrics::Metrics;
use crate::request::Class;
use crate::site::Ids;

/// The names that wait or are asked about, by payload.
#[derive(Debug)]
pub(crate) struct Board {
    groups: Mutex<HashMap<Arc<[u8]>, Group>>,
    /// How often something was changed at the registry, or may have been.
    changes: AtomicU64,
    /// How many flights there were.
    flights: AtomicU64,
    most: AtomicUsize,
    ids: Ids,
    metrics: Arc<Metrics>,
}

#[derive(Debug)]
struct Group {
    payload: Payload,
    names: HashMap<Arc<str>, Entry>,
    /// Names that are asked about, and out of date for whoever comes.
    overtaken: Vec<(Arc<str>, Flight, Vec<Waiter>)>,
    lines: Vec<Line>,
}

/// A name, and who wants to know of it.
#[derive(Debug, Default)]
struct Entry {
    /// Once it is asked about.
    asked: Option<Flight>,
    waiters: Vec<Waiter>,
}

/// The way of one command's names to the registry and back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Flight {
    number: u64,
    /// The changes before it.
    changes: u64,
}

#[derive(Debug)]
struct Waiter {
    call: Arc<Call>,
    place: usize,
}

/// The names of one tenant and class. A name that stands in several lines goes with the first of them.
#[derive(Debug)]
struct Line {
    class: Class,
    tenant: u128,
    names: VecDeque<Arc<str>>,
    /// Places in the queue; enough for all the names.
    places: usize,
}

impl Line {
    fn is_of(&self, call: &Call) -> bool {
        self.class == call.class && self.tenant == call.tenant
    }
}

impl Board {
    pub(crate) fn new(most: usize, ids: Ids, metrics: Arc<Metrics>) -> Self {
        let (changes, flights) = (AtomicU64::new(0), AtomicU64::new(0));
        Self { groups: Mutex::default(), changes, flights, most: AtomicUsize::new(most), ids, metrics }
    }

    /// Something was changed at the registry, or may have been: whoever comes now has to be told of it.
    pub(crate) fn outdate(&self) {
        self.changes.fetch_add(1, Ordering::AcqRel);
    }

    /// Adds a call's names; gives the places that the queue needs for them.
    pub(crate) fn add(self: &Arc<Self>, call: &Arc<Call>, names: &[String], payload: &Payload) -> Vec<Batch> {
        let mut groups = self.groups();
        let group = groups.entry(Arc::clone(payload.key())).or_insert_with(|| Group {
            payload: payload.clone(),
            names: HashMap::new(),
            overtaken: Vec::new(),
            lines: Vec::new(),
        });
        let changes = self.changes.load(Ordering::Acquire);
        let line = group.lines.iter().position(|line| line.is_of(call)).unwrap_or_else(|| {
            let line = Line { class: call.class, tenant: call.tenant, names: VecDeque::new(), places: 0 };
            group.lines.push(line);
            group.lines.len() - 1
        });
        let line = &mut group.lines[line];
        let mut shared = 0;
        for (place, name) in names.iter().enumerate() {
            let Some(name) = normalised(name) else {
                call.answer(place, Err(no_name()));
                continue;
            };
            let entry = group.names.entry(Arc::clone(&name)).or_default();
            if let Some(flight) = entry.asked.filter(|flight| flight.changes != changes) {
                let Entry { waiters, .. } = std::mem::take(entry);
                group.overtaken.push((Arc::clone(&name), flight, waiters));
            }
            shared += u64::from(!entry.waiters.is_empty());
            let stands_here = entry.waiters.iter().any(|waiter| line.is_of(&waiter.call));
            if entry.asked.is_none() && !stands_here {
                line.names.push_back(name);
            }
            entry.waiters.push(Waiter { call: Arc::clone(call), place });
        }
        self.metrics.check_deduplicated.increment(shared);
        let most = self.most(payload);
        let needed = line.names.len().div_ceil(most).saturating_sub(line.places);
        line.places += needed;
        group.lines.retain(|line| line.places > 0);
        if group.is_over() {
            groups.remove(payload.key());
        }
        (0..needed).map(|_| Batch::place(Arc::clone(self), payload, call, most)).collect()
    }

    /// What becomes of a name whose caller stops waiting.
    pub(crate) fn late(&self, name: &str, payload: &Payload, call: &Arc<Call>) -> Error {
        let groups = self.groups();
        let group = normalised(name).and_then(|name| Some((groups.get(payload.key())?, name)));
        match group.is_some_and(|(group, name)| group.asks(&name, call)) {
            true => ErrorKind::Timeout.with(Fate::Unknown),
            false => ErrorKind::DeadlineInQueue.not_sent(),
        }
    }

    /// Takes the names of the next command. Who could not be told in time is told so at once.
    fn take(&self, batch: &mut Batch, now: Instant, expected: Duration) -> Option<Payload> {
        let mut groups = self.groups();
        let group = groups.get_mut(&batch.key)?;
        let own = |line: &Line| line.class == batch.class && line.tenant == batch.tenant;
        if let Some(line) = group.lines.iter_mut().find(|line| own(line)) {
            line.places -= 1;
        }
        let Group { names, lines, payload, .. } = &mut *group;
        let most = batch.most;
        batch.flight.changes = self.changes.load(Ordering::Acquire);
        let flight = batch.flight;
        let mut hopeless = Vec::new();
        let mut take_from = |line: &mut Line| {
            while batch.names.len() < most {
                let Some(name) = line.names.pop_front() else { break };
                let Some(entry) = names.get_mut(&name).filter(|entry| entry.asked.is_none()) else {
                    continue;
                };
                entry.waiters.retain(|waiter| waiter.call.is_waiting(now));
                hopeless
                    .extend(entry.waiters.extract_if(.., |waiter| waiter.call.is_hopeless(now, expected)));
                let Some(latest) = entry.waiters.iter().map(|waiter| waiter.call.deadline).max() else {
                    names.remove(&name);
                    continue;
                };
                entry.asked = Some(flight);
                batch.deadline = batch.deadline.max(latest);
                batch.names.push(name);
            }
        };
        lines.iter_mut().filter(|line| own(line)).for_each(&mut take_from);
        for class in Class::ALL {
            lines.iter_mut().filter(|line| line.class == class).for_each(&mut take_from);
        }
        let payload = payload.clone();
        lines.retain(|line| line.places > 0);
        if group.is_over() {
            groups.remove(&batch.key);
        }
        drop(groups);
        if !hopeless.is_empty() {
            let error = ErrorKind::DeadlineInQueue.not_sent();
            self.metrics.finished(Verb::Check, Err(&error));
            tell(hopeless, &Err(error));
        }
        (!batch.names.is_empty()).then_some(payload)
    }

    /// Gives up a place in the queue, with the names that have no other.
    fn give_up(&self, batch: &Batch, error: &Error) {
        let mut given_up = Vec::new();
        let mut groups = self.groups();
        let Some(group) = groups.get_mut(&batch.key) else { return };
        let Group { names, lines, payload, .. } = &mut *group;
        let most = self.most(payload);
        let own = |line: &&mut Line| line.class == batch.class && line.tenant == batch.tenant;
        if let Some(line) = lines.iter_mut().find(own) {
            line.places -= 1;
            while line.names.len() > line.places * most {
                let Some(name) = line.names.pop_back() else { break };
                let Some(entry) = names.get_mut(&name).filter(|entry| entry.asked.is_none()) else {
                    continue;
                };
                let (gone, others) = entry.waiters.drain(..).partition(|waiter| line.is_of(&waiter.call));
                entry.waiters = others;
                given_up.push(gone);
                if entry.waiters.is_empty() {
                    names.remove(&name);
                }
            }
        }
        lines.retain(|line| line.places > 0);
        if group.is_over() {
            groups.remove(&batch.key);
        }
        drop(groups);
        if !given_up.is_empty() {
            self.metrics.finished(Verb::Check, Err(error));
        }
        given_up.into_iter().for_each(|gone| tell(gone, &Err(error.clone())));
    }

    /// Ends the flight of a name; gives those who wait for it.
    fn land(
        groups: &mut HashMap<Arc<[u8]>, Group>,
        key: &Arc<[u8]>,
        name: &str,
        flight: Flight,
    ) -> Vec<Waiter> {
        let Some(group) = groups.get_mut(key) else { return Vec::new() };
        let waiters = group.land(name, flight);
        if group.is_over() {
            groups.remove(key);
        }
        waiters
    }

    /// From now on, a command carries this many names at most.
    pub(crate) fn set_most(&self, most: usize) {
        self.most.store(most, Ordering::Relaxed);
    }

    fn most(&self, payload: &Payload) -> usize {
        self.most.load(Ordering::Relaxed).min(payload.most())
    }

    fn groups(&self) -> MutexGuard<'_, HashMap<Arc<[u8]>, Group>> {
        self.groups.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Group {
    fn is_over(&self) -> bool {
        let is_idle = self.names.is_empty() && self.overtaken.is_empty();
        is_idle && self.lines.iter().all(|line| line.places == 0)
    }

    fn land(&mut self, name: &str, flight: Flight) -> Vec<Waiter> {
        if self.names.get(name).is_some_and(|entry| entry.asked == Some(flight)) {
            return self.names.remove(name).map(|entry| entry.waiters).unwrap_or_default();
        }
        let is_it = |(other, of, _): &(Arc<str>, Flight, _)| **other == *name && *of == flight;
        let place = self.overtaken.iter().position(is_it);
        place.map(|place| self.overtaken.swap_remove(place).2).unwrap_or_default()
    }

    /// Whether a command is to tell a caller of this name.
    fn asks(&self, name: &str, call: &Arc<Call>) -> bool {
        let waits = |waiters: &[Waiter]| waiters.iter().any(|waiter| Arc::ptr_eq(&waiter.call, call));
        let entry = self.names.get(name).filter(|entry| entry.asked.is_some());
        let mut overtaken = self.overtaken.iter().filter(|(other, ..)| **other == *name);
        entry.is_some_and(|entry| waits(&entry.waiters)) || overtaken.any(|(.., waiters)| waits(waiters))
    }
}

/// A place in the queue for a command with names; from [`fill`](Self::fill) on, that command.
#[derive(Debug)]
pub(crate) struct Batch {
    board: Arc<Board>,
    key: Arc<[u8]>,
    payload: Option<Payload>,
    class: Class,
    tenant: u128,
    /// How many names the command may carry; as it was when the place was made, so that the places are enough.
    most: usize,
    names: Vec<Arc<str>>,
    flight: Flight,
    deadline: Instant,
    stage: Stage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// The names are not chosen yet.
    Place,
    /// They are, and the command is to be written.
    Chosen,
    /// The command is written.
    Written,
    /// The names are answered.
    Over,
}

impl Batch {
    fn place(board: Arc<Board>, payload: &Payload, call: &Call, most: usize) -> Self {
        let flight = Flight { number: board.flights.fetch_add(1, Ordering::Relaxed), changes: 0 };
        Self {
            board,
            key: Arc::clone(payload.key()),
            payload: None,
            class: call.class,
            tenant: call.tenant,
            most,
            names: Vec::new(),
            flight,
            deadline: call.deadline,
            stage: Stage::Place,
        }
    }

    pub(crate) fn class(&self) -> Class {
        self.class
    }

    pub(crate) fn tenant(&self) -> u128 {
        self.tenant
    }

    /// When nobody waits any more for any of the names; none as long as they are not chosen.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        (self.stage != Stage::Place).then_some(self.deadline)
    }

    /// The command, if it is not written yet; an error when there is nothing left to ask.
    pub(crate) fn fill(&mut self, now: Instant, expected: Duration) -> Result<Option<CommandFrame>, Nothing> {
        if self.stage == Stage::Place {
            self.stage = Stage::Chosen;
            let board = Arc::clone(&self.board);
            self.payload = board.take(self, now, expected);
        }
        if self.stage != Stage::Chosen {
            return Ok(None);
        }
        self.stage = Stage::Written;
        let Some(payload) = &self.payload else {
            self.stage = Stage::Over;
            return Err(Nothing);
        };
        let names = self.names.iter().map(|name| name.to_string()).collect();
        let command = payload.command(names).finish(&self.board.ids.next());
        let Metrics { check_batches, check_names, check_batch_size, .. } = &*self.board.metrics;
        check_batches.increment(1);
        check_names.increment(self.names.len() as u64);
        check_batch_size.record(self.names.len() as f64);
        Ok(Some(command.expect("names and payload have been found to be writable")))
    }

    /// Hands the reply to all who wait for one of its names; gives the halves to be asked again when it may be the fault of
    /// one name that there is no answer on any.
    pub(crate) fn answer(mut self, response: Response<'static>, queued: Duration) -> Option<[Self; 2]> {
        let code = response.code();
        if self.names.len() > 1 && may_be_one_names_fault(code) {
            self.board.metrics.finished(Verb::Check, Ok(code));
            return Some(self.halves());
        }
        let data = match code.is_success() {
            true => response.data::<domain::ChkData>(),
            false => Ok(None),
        };
        let cds = match data {
            Ok(data) => data.map(|data| data.cds).unwrap_or_default(),
            Err(error) => {
                self.fail(&ErrorKind::Garbled(error).with(Fate::Unknown));
                return None;
            }
        };
        let reply = Arc::new(response);
        self.board.metrics.finished(Verb::Check, Ok(code));
        self.stage = Stage::Over;
        let mut told = Vec::with_capacity(self.names.len());
        {
            let mut groups = self.board.groups();
            let mut land = |name: Arc<str>, cd| {
                let waiters = Board::land(&mut groups, &self.key, &name, self.flight);
                told.push((waiters, NameAnswer::new(name, cd, Arc::clone(&reply), queued)));
            };
            for cd in cds {
                let name = normalised(&cd.0.name);
                let place = name.and_then(|name| self.names.iter().position(|ours| *ours == name));
                // A name that was not asked about is nobody's.
                if let Some(place) = place {
                    land(self.names.swap_remove(place), Some(cd));
                }
            }
            for name in self.names.drain(..) {
                land(name, None);
            }
        }
        for (waiters, answer) in told {
            tell(waiters, &Ok(answer));
        }
        None
    }

    /// Tells all who wait for one of the names that there is no answer.
    pub(crate) fn fail(mut self, error: &Error) {
        self.end(error);
    }

    fn end(&mut self, error: &Error) {
        match self.stage {
            Stage::Place => {
                let board = Arc::clone(&self.board);
                board.give_up(self, error);
            }
            Stage::Chosen | Stage::Written => {
                self.board.metrics.finished(Verb::Check, Err(error));
                let names = std::mem::take(&mut self.names);
                let waiters: Vec<_> = {
                    let mut groups = self.board.groups();
                    names.iter().map(|name| Board::land(&mut groups, &self.key, name, self.flight)).collect()
                };
                waiters.into_iter().for_each(|waiters| tell(waiters, &Err(error.clone())));
            }
            Stage::Over => {}
        }
        self.stage = Stage::Over;
    }

    fn halves(mut self) -> [Self; 2] {
        self.stage = Stage::Over;
        let mut first = std::mem::take(&mut self.names);
        let second = first.split_off(first.len() / 2);
        [first, second].map(|names| Self {
            board: Arc::clone(&self.board),
            key: Arc::clone(&self.key),
            payload: self.payload.clone(),
            class: self.class,
            tenant: self.tenant,
            most: self.most,
            names,
            flight: self.flight,
            deadline: self.deadline,
            stage: Stage::Chosen,
        })
    }
}

impl Drop for Batch {
    /// Whatever becomes of a command, its names are answered.
    fn drop(&mut self) {
        self.end(&match self.stage {
            Stage::Written => ErrorKind::ConnectionLost.with(Fate::Unknown),
            _ => ErrorKind::Draining.not_sent(),
        });
    }
}

/// There is nothing left to ask: others have asked it, or nobody waits.
#[derive(Debug)]
pub(crate) struct Nothing;

fn tell(waiters: Vec<Waiter>, result: &NameResult) {
    for waiter in waiters {
        waiter.call.answer(waiter.place, result.clone());
    }
}

/// Whether a check of several names that is refused with this code might be answered without one of them. The codes for a
/// command that is not understood, not paid or not done at all are no single name's.
fn may_be_one_names_fault(code: ResultCode) -> bool {
    matches!(code.0, 2001 | 2003..=2005 | 2201 | 2304..=2306 | 2308)
}
