//! What a dry run shows, and what stands in the way of actions.

use eppgate_model::Word;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{Price, Time};
use crate::http::problem::Problem;
use crate::service::{self, Obstacle};

/// What a request would do.
#[derive(Debug, Serialize)]
pub struct Plan {
    /// Always true: it is not an answer to a request that was carried out.
    dry_run: bool,
    fee: Option<Price>,
    commands: Vec<Command>,
    checks: Vec<Check>,
}

#[derive(Debug, Serialize)]
struct Command {
    registry: String,
    account: String,
    kind: &'static str,
    object: String,
    name: String,
    xml: String,
}

#[derive(Debug, Serialize)]
struct Check {
    rule: &'static str,
    passed: bool,
}

impl From<&service::Planned> for Plan {
    fn from(planned: &service::Planned) -> Self {
        let command = |command: &service::PlannedCommand| Command {
            registry: command.registry.clone(),
            account: command.account.clone(),
            kind: command.operation.kind.as_str(),
            object: command.operation.object.clone(),
            name: command.operation.name.clone(),
            xml: command.xml.clone(),
        };
        Self {
            dry_run: true,
            fee: planned.fee.map(Price::from),
            commands: planned.commands.iter().map(command).collect(),
            checks: planned.checks.iter().map(|rule| Check { rule, passed: true }).collect(),
        }
    }
}

/// What can be done to a domain now.
#[derive(Debug, Serialize)]
pub struct Actions {
    name: String,
    state: &'static str,
    actions: Map<String, Value>,
}

/// Something that stands in the way of an action.
#[derive(Debug, Serialize)]
struct Blocked {
    /// `state`, `status`, `timer` or `rule`.
    kind: &'static str,
    name: String,
    /// What the action answers.
    code: &'static str,
    detail: String,
    until: Option<Time>,
}

impl Actions {
    /// Shows what there is to each action.
    pub fn new(actions: service::Actions) -> Self {
        let shown = |(word, obstacles): (&'static str, Vec<Obstacle>)| {
            let blocked: Vec<Blocked> = obstacles.into_iter().map(Blocked::from).collect();
            (word.to_owned(), json!({ "allowed": blocked.is_empty(), "blocked_by": blocked }))
        };
        let service::Actions { domain, actions } = actions;
        Self {
            name: domain.name.to_string(),
            state: domain.state.as_str(),
            actions: actions.into_iter().map(shown).collect(),
        }
    }
}

impl From<Obstacle> for Blocked {
    fn from(Obstacle { by, until, error }: Obstacle) -> Self {
        let (kind, name, detail) = (by.kind(), by.name().to_owned(), error.to_string());
        Self { kind, name, code: Problem::from(error).code(), detail, until: until.map(Time) }
    }
}
