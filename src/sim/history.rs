//! What happened at one place, in its order: on the wire as the gateway saw it, to its callers, and by our doing.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use eppgate_registry::{Class, Error};
use tokio::time::Instant;

use crate::net::Weather;
use crate::terms::Terms;

/// The record of one place.
#[derive(Debug)]
pub(crate) struct History {
    start: Instant,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    events: Vec<Event>,
    requests: Vec<Request>,
}

/// Something that happened.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    /// Since the start.
    pub(crate) at: Duration,
    pub(crate) what: What,
}

#[derive(Debug, Clone)]
pub(crate) enum What {
    /// The gateway wants a connection, which is one of so many then, where it may have `limit`.
    Dialled {
        line: usize,
        open: usize,
        limit: usize,
    },
    /// The first byte of a frame left the gateway.
    Began {
        line: usize,
    },
    /// Its last one did.
    Sent {
        line: usize,
        began: Duration,
        verb: String,
        cl_trid: Option<String>,
    },
    /// The gateway has read a message.
    Heard {
        line: usize,
        message: Heard,
    },
    /// The gateway says that it will write no more.
    Closing {
        line: usize,
    },
    /// The gateway has closed its side.
    LetGo {
        line: usize,
    },
    /// The registry has closed its side.
    Over {
        line: usize,
    },
    /// The breaker's state is another.
    Breaker(String),
    /// A caller wants something: a place among the requests.
    Asked(usize),
    /// It has come to its end.
    Ended(usize),
    /// A gateway begins its life.
    Started,
    /// A gateway goes by these terms from now on.
    Terms(Box<Terms>),
    Weather(Weather),
    /// What we did to it.
    Trouble(String),
    /// Whether a reload without a change changed something.
    ReloadedSame(bool),
    /// From now on nothing goes wrong any more.
    Healed,
    /// The gateway is told to drain, and then has.
    Draining(Duration),
    Drained,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Heard {
    Greeting,
    Reply {
        code: u16,
        cl_trid: Option<String>,
    },
    /// Nothing that is EPP.
    Noise,
}

/// What a caller wants, and what becomes of it.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) tenant: u128,
    pub(crate) class: Class,
    pub(crate) verb: String,
    /// Empty for names to be checked.
    pub(crate) cl_trid: String,
    pub(crate) names: Vec<String>,
    pub(crate) asked: Duration,
    pub(crate) deadline: Duration,
    /// Whether commands passed the breaker then, so that it was queued at once.
    pub(crate) passed: bool,
    /// How many commands waited then.
    pub(crate) queued: usize,
    /// None as long as it is not over.
    pub(crate) end: Option<(Duration, End)>,
}

#[derive(Debug, Clone)]
pub(crate) enum End {
    /// The caller went away.
    Left,
    Answered(Reply),
    Failed(Error),
    Names(Vec<Result<NameReply, Error>>),
}

/// The registry's reply to a command.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) code: u16,
    pub(crate) cl_trid: Option<String>,
    pub(crate) sv_trid: String,
    /// The name that its data is about.
    pub(crate) about: Option<String>,
}

/// What the registry said of one name.
#[derive(Debug, Clone)]
pub(crate) struct NameReply {
    pub(crate) name: String,
    pub(crate) avail: Option<bool>,
    pub(crate) code: u16,
    pub(crate) sv_trid: String,
}

impl History {
    pub(crate) fn new(start: Instant) -> Self {
        Self { start, kept: Mutex::default() }
    }

    pub(crate) fn add(&self, what: What) {
        let at = self.now();
        self.lock().events.push(Event { at, what });
    }

    /// Since the start.
    pub(crate) fn now(&self) -> Duration {
        self.time_of(Instant::now())
    }

    pub(crate) fn time_of(&self, at: Instant) -> Duration {
        at.saturating_duration_since(self.start)
    }

    /// Takes down what a caller wants; gives its place.
    pub(crate) fn ask(&self, request: Request) -> usize {
        let at = self.now();
        let mut kept = self.lock();
        kept.requests.push(request);
        let place = kept.requests.len() - 1;
        kept.events.push(Event { at, what: What::Asked(place) });
        place
    }

    pub(crate) fn end(&self, place: usize, end: End) {
        let at = self.now();
        let mut kept = self.lock();
        kept.requests[place].end = Some((at, end));
        kept.events.push(Event { at, what: What::Ended(place) });
    }

    /// All of it.
    pub(crate) fn take(&self) -> (Vec<Event>, Vec<Request>) {
        let Kept { events, requests } = std::mem::take(&mut *self.lock());
        (events, requests)
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:>10.3} ", self.at.as_secs_f64())?;
        match &self.what {
            What::Dialled { line, open, limit } => write!(f, "#{line} dialled, {open} of {limit}"),
            What::Began { line } => write!(f, "#{line} begins a frame"),
            What::Sent { line, verb, cl_trid, .. } => {
                write!(f, "#{line} > {verb} {}", cl_trid.as_deref().unwrap_or("-"))
            }
            What::Heard { line, message } => match message {
                Heard::Greeting => write!(f, "#{line} < greeting"),
                Heard::Reply { code, cl_trid } => {
                    write!(f, "#{line} < {code} {}", cl_trid.as_deref().unwrap_or("-"))
                }
                Heard::Noise => write!(f, "#{line} < noise"),
            },
            What::Closing { line } => write!(f, "#{line} closing"),
            What::LetGo { line } => write!(f, "#{line} let go by the gateway"),
            What::Over { line } => write!(f, "#{line} over for the registry"),
            What::Breaker(state) => write!(f, "breaker: {state}"),
            What::Asked(place) => write!(f, "request {place} asked"),
            What::Ended(place) => write!(f, "request {place} ended"),
            What::Started => write!(f, "* started"),
            What::Terms(terms) => write!(f, "* terms {terms:?}"),
            What::Weather(weather) => write!(f, "* weather {weather:?}"),
            What::Trouble(what) => write!(f, "* {what}"),
            What::ReloadedSame(changed) => write!(f, "* reloaded the same, changed: {changed}"),
            What::Healed => write!(f, "* healed"),
            What::Draining(patience) => write!(f, "* drain within {patience:?}"),
            What::Drained => write!(f, "* drained"),
        }
    }
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { tenant, class, verb, cl_trid, names, deadline, .. } = self;
        write!(f, "{verb} {cl_trid} {} of tenant {tenant}, {}", names.join(" "), class.as_str())?;
        write!(f, ", until {:.3}", deadline.as_secs_f64())
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Left => write!(f, "left"),
            Self::Answered(reply) => write!(f, "{} by {}", reply.code, reply.sv_trid),
            Self::Failed(error) => write!(f, "{:?}: {error}", error.fate),
            Self::Names(results) => {
                for result in results {
                    match result {
                        Ok(reply) => {
                            write!(
                                f,
                                "{} {:?} {} by {}; ",
                                reply.name, reply.avail, reply.code, reply.sv_trid
                            )?;
                        }
                        Err(error) => write!(f, "{:?}: {error}; ", error.fate)?,
                    }
                }
                Ok(())
            }
        }
    }
}
