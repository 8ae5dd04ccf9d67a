//! Checks of names: the caller's side.
//!
//! Each name of a call is answered on its own, from whichever command of whichever caller carried it. How names come
//! together in commands is the `board`'s matter.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use eppgate_epp::xml::{Element, Encode, Tagged};
use eppgate_epp::{Command, EncodeError, Response, domain};
use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

use crate::error::{Error, ErrorKind};
use crate::job::comes_late;
use crate::request::Class;

/// Names to be checked.
#[derive(Debug)]
pub struct CheckRequest {
    /// As A-labels, in any case. Any number: commands are made of them as the registry likes.
    pub names: Vec<String>,
    /// What is asked of each beside its availability.
    pub payload: Payload,
    /// How urgent it is.
    pub class: Class,
    /// Whose it is.
    pub tenant: u128,
    /// When the caller stops waiting.
    pub deadline: Instant,
}

/// What a check carries beside the names: its extensions. Names with equal payloads share commands.
#[derive(Clone)]
pub struct Payload {
    add: Arc<Adds>,
    key: Arc<[u8]>,
    most: usize,
}

type Adds = dyn Fn(Command, &[String]) -> Command + Send + Sync;

impl Payload {
    /// Whatever `add` adds to a command about these names.
    ///
    /// # Errors
    /// [`EncodeError`] when that cannot be written as XML.
    pub fn new(
        add: impl Fn(Command, &[String]) -> Command + Send + Sync + 'static,
    ) -> Result<Self, EncodeError> {
        // What is written is what makes two payloads equal.
        let names = ["name".to_owned()];
        let sample = Command::new(&domain::Check { names: names.to_vec() });
        let key = add(sample, &names).finish("KEY")?.bytes.into();
        Ok(Self { add: Arc::new(add), key, most: usize::MAX })
    }

    /// No extension.
    #[must_use]
    pub fn none() -> Self {
        Self::new(|command, _| command).expect("a check without extensions holds no foreign text")
    }

    /// One extension.
    ///
    /// # Errors
    /// [`EncodeError`] when it cannot be written as XML.
    pub fn of<E: Tagged + Encode + Send + Sync + 'static>(extension: E) -> Result<Self, EncodeError> {
        Self::new(move |command, _| command.with(&extension))
    }

    /// The same, in commands of so many names at most: some extensions can tell of one only.
    #[must_use]
    pub fn at_most(self, names: usize) -> Self {
        let most = names.max(1);
        let key = self.key.iter().copied().chain(most.to_be_bytes()).collect();
        Self { key, most, ..self }
    }

    pub(crate) fn command(&self, names: Vec<String>) -> Command {
        let check = domain::Check { names };
        (self.add)(Command::new(&check), &check.names)
    }

    pub(crate) fn most(&self) -> usize {
        self.most
    }

    pub(crate) fn key(&self) -> &Arc<[u8]> {
        &self.key
    }
}

impl std::fmt::Debug for Payload {
    /// Shows no content: that may hold a token.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Payload").finish_non_exhaustive()
    }
}

/// What the registry said of one name.
#[derive(Debug, Clone)]
pub struct NameAnswer {
    /// Whether the name can be registered; none when the registry refused to say, or said nothing of this name.
    pub cd: Option<domain::Cd>,
    name: Arc<str>,
    reply: Arc<Response<'static>>,
    queued: Duration,
}

impl NameAnswer {
    pub(crate) fn new(
        name: Arc<str>,
        cd: Option<domain::Cd>,
        reply: Arc<Response<'static>>,
        queued: Duration,
    ) -> Self {
        Self { cd, name, reply, queued }
    }

    /// How long the command waited for a session.
    pub(crate) fn queued(&self) -> Duration {
        self.queued
    }

    /// The name, in lower case.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The whole reply, in which other names may be told of too.
    #[must_use]
    pub fn reply(&self) -> &Response<'static> {
        &self.reply
    }

    /// The `<chkData>` of an extension, whose children are about all names.
    #[must_use]
    pub fn list(&self, ns: &str) -> Option<Element<'_>> {
        self.reply.extensions().find(|extension| extension.name() == "chkData" && extension.ns() == ns)
    }

    /// The parts of an extension's `<chkData>` that are about this name, such as each `<fee:cd>` of it.
    pub fn about(&self, ns: &str) -> impl Iterator<Item = Element<'_>> {
        let names_it = |child: Element<'_>| {
            matches!(child.name(), "objID" | "name" | "object") && same(child.text(), &self.name)
        };
        let parts = self.list(ns).into_iter().flat_map(|list| list.children());
        parts.filter(move |part| part.children().any(names_it))
    }
}

/// What becomes of a name of a [`CheckRequest`].
pub type NameResult = Result<NameAnswer, Error>;

/// The name as it is compared: lower case, without the dot of the root; none when it is no name in A-labels.
pub(crate) fn normalised(name: &str) -> Option<Arc<str>> {
    let name = name.strip_suffix('.').unwrap_or(name);
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    let fits = (1..=LONGEST_NAME).contains(&name.len()) && name.bytes().all(is_plain);
    fits.then(|| name.to_ascii_lowercase().into())
}

fn same(told: &str, normalised: &str) -> bool {
    told.strip_suffix('.').unwrap_or(told).eq_ignore_ascii_case(normalised)
}

/// A caller that waits for answers on some names.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) class: Class,
    pub(crate) tenant: u128,
    pub(crate) deadline: Instant,
    accepted: Instant,
    answers: Mutex<Answers>,
    complete: Notify,
    left: AtomicBool,
}

#[derive(Debug)]
struct Answers {
    results: Vec<Option<NameResult>>,
    missing: usize,
}

impl Call {
    pub(crate) fn new(names: usize, request: (Class, u128, Instant), now: Instant) -> Arc<Self> {
        let (class, tenant, deadline) = request;
        let answers = Answers { results: (0..names).map(|_| None).collect(), missing: names };
        Arc::new(Self {
            class,
            tenant,
            deadline,
            accepted: now,
            answers: Mutex::new(answers),
            complete: Notify::new(),
            left: AtomicBool::new(false),
        })
    }

    /// Whether somebody waits for the answers.
    pub(crate) fn is_waiting(&self, now: Instant) -> bool {
        !self.left.load(Ordering::Acquire) && self.deadline > now
    }

    /// Whether a reply that takes as long as expected comes too late.
    pub(crate) fn is_hopeless(&self, now: Instant, expected: Duration) -> bool {
        comes_late((self.accepted, self.deadline), now, expected)
    }

    /// Answers one name. The first answer stays; one that comes when the caller has been told is nobody's.
    pub(crate) fn answer(&self, place: usize, result: NameResult) {
        let mut answers = self.lock();
        if let Some(answer @ None) = answers.results.get_mut(place) {
            *answer = Some(result);
            answers.missing -= 1;
            if answers.missing == 0 {
                self.complete.notify_one();
            }
        }
    }

    /// Waits until all names are answered, or the deadline; `late` tells what then becomes of a name.
    pub(crate) async fn wait(self: &Arc<Self>, late: impl Fn(usize) -> Error) -> Vec<NameResult> {
        let leave = Leave(self);
        if self.lock().missing > 0 {
            // At the deadline those that are missing are settled below.
            let _ = timeout_at(self.deadline, self.complete.notified()).await;
        }
        drop(leave);
        let results = std::mem::take(&mut self.lock().results);
        let settle =
            |(place, result): (usize, Option<NameResult>)| result.unwrap_or_else(|| Err(late(place)));
        results.into_iter().enumerate().map(settle).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Answers> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Marks the call as left, also when its caller goes away.
struct Leave<'c>(&'c Call);

impl Drop for Leave<'_> {
    fn drop(&mut self) {
        self.0.left.store(true, Ordering::Release);
    }
}

/// What a name that cannot be asked about is answered with.
pub(crate) fn no_name() -> Error {
    ErrorKind::BadName.not_sent()
}

/// RFC 1035, 2.3.4.
const LONGEST_NAME: usize = 253;
