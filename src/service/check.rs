//! Availability and fees of names, fanned out over registries: one registry's failure is its own names' only.

use std::collections::HashMap;

use eppgate_epp::ext::fee;
use eppgate_epp::types::Period;
use eppgate_epp::{Command, domain};
use eppgate_model::token::Principal;
use eppgate_model::{AccountId, ClTrid, DomainName, TenantId};
use eppgate_registry::{Class, Registry};
use rust_decimal::Decimal;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::call::{ask, refused};
use super::{Error, FieldError, Gateway};

/// A question about names.
#[derive(Debug, Clone, Default)]
pub struct Check {
    /// As the caller wrote them.
    pub names: Vec<String>,
    /// Language tag of names with other than ASCII letters.
    pub idn_language: Option<String>,
    /// Which commands' fees to tell: `create`, `renew`, `transfer`, `restore`.
    pub fee_commands: Vec<String>,
    /// For how many years.
    pub fee_period: u32,
    /// The caller asked for one name, and takes its failure as the failure of the call.
    pub single: bool,
}

/// What became of one name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The name, in A-labels.
    pub name: String,
    pub status: CheckStatus,
    /// Why not, in the registry's words.
    pub reason: Option<String>,
    pub fees: Vec<FeeQuote>,
    /// The registry's word for the premium tier, if the name is in one.
    pub premium: Option<String>,
}

/// Whether a name could be registered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckStatus {
    Available,
    Unavailable,
    /// Its registry did not tell.
    Error,
}

/// What a command would cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeeQuote {
    pub command: String,
    pub amount: Decimal,
    pub currency: String,
    pub period_years: Option<u8>,
    pub refundable: Option<bool>,
}

impl Gateway {
    /// Checks names at their registries. One result for each name, in the order given.
    pub async fn check(&self, principal: &Principal, check: Check) -> Result<Vec<Checked>, Error> {
        let deadline = Instant::now() + self.0.settings.command;
        let names = parse_names(&check)?;
        let fees = fee_question(&check)?;
        let mut by_account: HashMap<AccountId, (Registry, Vec<DomainName>)> = HashMap::new();
        let mut answers: HashMap<DomainName, Checked> = HashMap::new();
        for name in &names {
            if answers.contains_key(name) {
                continue;
            }
            answers.insert(name.clone(), Checked::error(name));
            match self.route_new(principal.tenant_id, name, None).await {
                Ok(route) => {
                    let group =
                        by_account.entry(route.account.id).or_insert_with(|| (route.registry, Vec::new()));
                    group.1.push(name.clone());
                }
                Err(error) if check.single => return Err(error),
                Err(error) => {
                    tracing::debug!(%error, name = name.as_str(), "a name has no registry to be checked at")
                }
            }
        }
        let mut questions: Vec<_> = by_account
            .into_values()
            .flat_map(|(registry, names)| {
                let most = registry.profile().commands.max_check_names.max(1);
                let chunks: Vec<_> = names.chunks(most).map(<[DomainName]>::to_vec).collect();
                let fees = fees.clone();
                let tenant = principal.tenant_id;
                chunks
                    .into_iter()
                    .map(move |names| check_at(registry.clone(), tenant, names, fees.clone(), deadline))
            })
            .collect();
        // One question, the usual case, needs no task of its own.
        let last = questions.pop();
        let mut asked: JoinSet<_> = questions.into_iter().collect();
        let mut note = |told: Result<Vec<(DomainName, Checked)>, Error>| match told {
            Ok(checked) => {
                answers.extend(checked);
                Ok(())
            }
            Err(error) if check.single => Err(error),
            Err(error) => {
                tracing::info!(%error, "a registry did not answer a check");
                Ok(())
            }
        };
        if let Some(last) = last {
            note(last.await)?;
        }
        while let Some(joined) = asked.join_next().await {
            note(joined.map_err(|panic| Error::Internal(Box::new(panic)))?)?;
        }
        Ok(names.iter().filter_map(|name| answers.get(name).cloned()).collect())
    }
}

impl Checked {
    fn error(name: &DomainName) -> Self {
        Self {
            name: name.as_str().to_owned(),
            status: CheckStatus::Error,
            reason: None,
            fees: Vec::new(),
            premium: None,
        }
    }
}

fn parse_names(check: &Check) -> Result<Vec<DomainName>, Error> {
    if check.names.is_empty() || check.names.len() > MAX_NAMES {
        return Err(Error::field("names", format!("must hold 1 to {MAX_NAMES} names")));
    }
    let mut names = Vec::with_capacity(check.names.len());
    let mut wrong = Vec::new();
    for (at, text) in check.names.iter().enumerate() {
        match DomainName::parse(text) {
            Ok(name) => names.push(name),
            Err(error) => {
                let field = if check.single { "name".to_owned() } else { format!("names[{at}]") };
                wrong.push(FieldError { field, message: error.to_string() });
            }
        }
    }
    if wrong.is_empty() { Ok(names) } else { Err(Error::Validation(wrong)) }
}

fn fee_question(check: &Check) -> Result<Option<fee::Check>, Error> {
    if check.fee_commands.is_empty() {
        return Ok(None);
    }
    let years = u8::try_from(check.fee_period).ok().filter(|years| (1..=MAX_YEARS).contains(years));
    let years = years.ok_or_else(|| Error::field("fee_period", format!("must be 1 to {MAX_YEARS}")))?;
    let mut commands: Vec<fee::CheckCommand> = Vec::new();
    for word in &check.fee_commands {
        let period = match word.as_str() {
            "create" | "renew" | "transfer" => Some(Period::years(years)),
            "restore" => None,
            _ => return Err(Error::field("fee_commands", "must be of create, renew, transfer, restore")),
        };
        let command = fee::CheckCommand::new(word.as_str().into(), period);
        if !commands.contains(&command) {
            commands.push(command);
        }
    }
    Ok(Some(fee::Check { currency: None, commands }))
}

/// One `domain:check` at one registry.
async fn check_at(
    registry: Registry,
    tenant: TenantId,
    names: Vec<DomainName>,
    fees: Option<fee::Check>,
    deadline: Instant,
) -> Result<Vec<(DomainName, Checked)>, Error> {
    let texts = names.iter().map(|name| name.as_str().to_owned()).collect();
    let mut command = Command::new(&domain::Check { names: texts });
    if let Some(fees) = fees.filter(|_| registry.speaks(fee::NS.uri)) {
        command = command.with(&fees);
    }
    let command = command.finish(ClTrid::fresh().as_str())?;
    let response = ask(&registry, tenant, command, Class::Interactive, deadline).await?;
    if !response.code().is_success() {
        return Err(refused(&response));
    }
    let data: domain::ChkData = response.need_data()?;
    let told_fees = response.extension::<fee::ChkData>()?;
    let is = |text: &str, name: &DomainName| text.eq_ignore_ascii_case(name.as_str());
    let answers = names.into_iter().map(|name| {
        let mut checked = Checked::error(&name);
        if let Some(cd) = data.cds.iter().find(|cd| is(&cd.0.name, &name)) {
            checked.status = if cd.0.avail { CheckStatus::Available } else { CheckStatus::Unavailable };
            checked.reason = cd.0.reason.as_ref().map(|reason| reason.text.clone());
        }
        if let Some(told) = &told_fees
            && let Some(cd) = told.cds.iter().find(|cd| is(&cd.obj_id, &name))
        {
            checked.fees = cd.commands.iter().filter_map(|command| quote(command, &told.currency)).collect();
            checked.premium = cd.class.clone().filter(|class| !class.eq_ignore_ascii_case("standard"));
        }
        (name, checked)
    });
    Ok(answers.collect())
}

/// What one command costs in all; `None` when the registry does not tell.
fn quote(command: &fee::CommandFees, currency: &str) -> Option<FeeQuote> {
    let first = command.fees.first()?;
    Some(FeeQuote {
        command: command.command.name.to_string(),
        amount: command.fees.iter().map(|fee| fee.amount).sum(),
        currency: currency.to_owned(),
        period_years: command.command.period.map(|period| period.value),
        refundable: first.refundable,
    })
}

const MAX_NAMES: usize = 200;
const MAX_YEARS: u8 = 10;
