//! A request that only wants to know what would be: all is checked as ever, and nothing is done.
//!
//! Its changes of the database are rolled back, and its commands come to an end in the journal: instead of being sent,
//! each is written down here, and what it means is reckoned as if the registry did as it was asked, so that the ones after
//! it come to light as well. Whatever would be refused on our side is refused with the same error. What asks a registry
//! and changes nothing is asked.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use eppgate_epp::redact::redact_frame;
use eppgate_epp::xml::Document;
use eppgate_epp::{CommandFrame, Response};
use eppgate_model::{Money, Operation};

use super::journal::{Journalled, Kept};
use super::routing::Route;
use super::{Error, Gateway};

tokio::task_local! {
    static CURRENT: Plan;
}

/// What one request would do. Clones share it.
#[derive(Debug, Clone, Default)]
pub struct Plan(Arc<Mutex<Planned>>);

/// What there is in a plan.
#[derive(Debug, Clone, Default)]
pub struct Planned {
    /// What it would cost the tenant; none when it costs nothing, or no price is known.
    pub fee: Option<Money>,
    /// What would be sent, in this order.
    pub commands: Vec<PlannedCommand>,
    /// What was checked, and found to be in order.
    pub checks: Vec<&'static str>,
}

/// A command that would be sent.
#[derive(Debug, Clone)]
pub struct PlannedCommand {
    /// The registry, by its name in the configuration.
    pub registry: String,
    pub account: String,
    pub operation: Operation,
    /// With its secrets masked.
    pub xml: String,
}

impl Plan {
    /// That of the request which this task works for, if it only wants to know.
    pub(super) fn current() -> Option<Self> {
        CURRENT.try_with(Clone::clone).ok()
    }

    /// Runs `work` for the request.
    pub(super) async fn scope<T>(self, work: impl Future<Output = T>) -> T {
        CURRENT.scope(self, work).await
    }

    /// What there is in it so far.
    #[must_use]
    pub fn planned(&self) -> Planned {
        self.lock().clone()
    }

    pub(super) fn add(&self, route: &Route, operation: &Operation, command: &CommandFrame) {
        self.lock().commands.push(PlannedCommand {
            registry: route.account.binding.clone(),
            account: route.account.name.clone(),
            operation: operation.clone(),
            xml: redact_frame(&command.bytes),
        });
    }

    pub(super) fn costs(&self, price: Option<Money>) {
        self.lock().fee = price;
    }

    fn lock(&self) -> MutexGuard<'_, Planned> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Something was checked and is in order, which a request that only wants to know is told.
pub(super) fn checked(what: &'static str) {
    if let Some(plan) = Plan::current() {
        let checks = &mut plan.lock().checks;
        if !checks.contains(&what) {
            checks.push(what);
        }
    }
}

impl Gateway {
    /// Our side as it would be if the registry did as it is asked.
    pub(super) async fn assumed<I: Journalled>(&self, operation: &Operation) -> Result<I::Row, Error> {
        let (fact, kept) = (Self::assumed_fact::<I>()?, Kept::<I>::of(operation)?);
        Ok(kept.intent.effect(self, operation, &kept.actor(), &fact).await?.row)
    }

    /// What is known of a command that was carried out, when nothing more is told.
    pub(super) fn assumed_fact<I: Journalled>() -> Result<I::Fact, Error> {
        I::told(&Response::read(Document::parse(DONE)?)?)
    }
}

/// A reply that tells nothing but success.
const DONE: &str = "<epp xmlns=\"urn:ietf:params:xml:ns:epp-1.0\"><response><result code=\"1000\"><msg>Assumed</msg>\
     </result><trID><svTRID>none</svTRID></trID></response></epp>";
