//! Availability and fees of names, fanned out over registries: one registry's failure is its own names' only.

use std::collections::HashMap;
use std::sync::LazyLock;

use eppgate_epp::ext::fee;
use eppgate_epp::types::Period;
use eppgate_epp::{EncodeError, domain};
use eppgate_model::token::Principal;
use eppgate_model::{AccountId, DomainName, TenantId};
use eppgate_registry::{CheckRequest, Class, NameAnswer, Payload, Registry};
use rust_decimal::Decimal;
use tokio::time::Instant;

use super::call::{failure, refused};
use super::course::side_by_side;
use super::dialect::{Dialect, of_product};
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
    /// Whether this is what the command costs for any name; none when the registry does not tell.
    pub standard: Option<bool>,
}

impl Gateway {
    /// Checks names at their registries. One result for each name, in the order given.
    pub async fn check(&self, principal: &Principal, check: Check) -> Result<Vec<Checked>, Error> {
        let deadline = Instant::now() + self.0.settings.command;
        let names = parse_names(&check)?;
        let fees = fee_question(&check)?;
        let mut groups: HashMap<(AccountId, Option<String>), Group> = HashMap::new();
        let mut answers: HashMap<DomainName, Checked> = HashMap::new();
        for name in &names {
            if answers.contains_key(name) {
                continue;
            }
            answers.insert(name.clone(), Checked::error(name));
            match self.route_new(principal.tenant_id, name, None).await {
                Ok(route) => {
                    let dialect = Dialect::of(&route.registry);
                    if check.idn_language.is_none() && dialect.needs_language(name) {
                        return Err(Error::field("idn_language", "is required for these names"));
                    }
                    let product = dialect.product(name.as_str());
                    let group = groups.entry((route.account.id, product.clone()));
                    let new = || Group { registry: route.registry, product, names: Vec::new() };
                    group.or_insert_with(new).names.push(name.clone());
                }
                Err(error) if check.single => return Err(error),
                Err(error) => {
                    tracing::debug!(%error, name = name.as_str(), "a name has no registry to be checked at")
                }
            }
        }
        let tenant = principal.tenant_id;
        let mut groups = groups.into_values();
        // One registry, the usual case, needs no task of its own.
        let first = groups.next();
        let mut asked = side_by_side(groups.map(|group| check_at(group, tenant, fees.clone(), deadline)));
        let mut told = match first {
            Some(group) => check_at(group, tenant, fees.clone(), deadline).await,
            None => Vec::new(),
        };
        while let Some(joined) = asked.join_next().await {
            told.extend(joined.map_err(|panic| Error::Internal(Box::new(panic)))?);
        }
        for (name, told) in told {
            match told {
                Ok(checked) => {
                    answers.insert(name, checked);
                }
                Err(error) if check.single => return Err(error),
                Err(error) => {
                    tracing::debug!(%error, name = name.as_str(), "a registry did not tell of a name")
                }
            }
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

/// Asks one registry what it says of one name and of what commands on it cost.
pub(super) async fn check_fees(
    registry: Registry,
    tenant: TenantId,
    name: DomainName,
    question: fee::Check,
    deadline: Instant,
) -> Result<Checked, Error> {
    let product = Dialect::of(&registry).product(name.as_str());
    let group = Group { registry, product, names: vec![name] };
    let told = check_at(group, tenant, Some(question), deadline).await;
    told.into_iter().next().map_or(Err(Error::RegistryBadResponse), |(_, checked)| checked)
}

/// Names that can be asked about together.
struct Group {
    registry: Registry,
    product: Option<String>,
    names: Vec<DomainName>,
}

/// Asks one registry about names: the registry's batcher makes commands of them.
async fn check_at(
    group: Group,
    tenant: TenantId,
    fees: Option<fee::Check>,
    deadline: Instant,
) -> Vec<(DomainName, Result<Checked, Error>)> {
    let Group { registry, product, names } = group;
    let dialect = Dialect::of(&registry);
    let spoken = dialect.fees();
    // Some take one command at a time: then the names are asked about once for each.
    let questions: Vec<Option<fee::Check>> = match (spoken, fees) {
        (Some(spoken), Some(fees)) => dialect.questions(&fees, spoken).into_iter().map(Some).collect(),
        _ => vec![None],
    };
    let mut told: Vec<(DomainName, Result<Checked, Error>)> =
        names.into_iter().map(|name| (name.clone(), Ok(Checked::error(&name)))).collect();
    for question in questions {
        let request = CheckRequest {
            names: told.iter().map(|(name, _)| name.as_str().to_owned()).collect(),
            payload: match payload(product.clone(), spoken, question) {
                Ok(payload) => payload,
                Err(error) => return vec![(told.swap_remove(0).0, Err(error.into()))],
            },
            class: Class::Interactive,
            tenant: tenant.uuid().as_u128(),
            deadline,
        };
        for ((name, checked), result) in told.iter_mut().zip(registry.check(request).await) {
            let answered =
                result.map_err(|error| failure(&error)).and_then(|answer| take(checked, name, &answer));
            if let Err(error) = answered {
                *checked = Err(error);
            }
        }
    }
    told
}

/// What a check carries beside the names.
fn payload(
    product: Option<String>,
    spoken: Option<fee::Dialect>,
    question: Option<fee::Check>,
) -> Result<Payload, EncodeError> {
    let fees = spoken.zip(question);
    if fees.is_none() && product.is_none() {
        return Ok(BARE.clone());
    }
    Payload::new(move |command, names| {
        let command = match &fees {
            Some((spoken, question)) => command.with(&spoken.check(question, names)),
            None => command,
        };
        of_product(command, product.as_deref())
    })
}

/// Takes over what an answer tells of a name.
fn take(checked: &mut Result<Checked, Error>, name: &DomainName, answer: &NameAnswer) -> Result<(), Error> {
    let Ok(checked) = checked else { return Ok(()) };
    match &answer.cd {
        Some(domain::Cd(cd)) => {
            checked.status = if cd.avail { CheckStatus::Available } else { CheckStatus::Unavailable };
            checked.reason = cd.reason.as_ref().map(|reason| reason.text.clone());
        }
        None if !answer.reply().code().is_success() => return Err(refused(answer.reply())),
        None => return Err(Error::RegistryBadResponse),
    }
    if let Some((dialect, told)) = fee::ChkData::find(answer.reply().extensions())? {
        for cd in told.of(name.as_str()) {
            checked.premium = checked.premium.take().or_else(|| dialect.premium(cd).map(ToOwned::to_owned));
        }
        checked.fees.extend(told.fees_of(name.as_str()).filter_map(|fees| quote(&told, fees)));
    }
    Ok(())
}

/// What one command costs in all; `None` when the registry does not tell.
fn quote(told: &fee::ChkData, fees: &fee::CommandFees) -> Option<FeeQuote> {
    Some(FeeQuote {
        command: fees.command.name.to_string(),
        amount: fees.total()?,
        currency: told.currency_of(fees).to_owned(),
        period_years: fees.command.period.map(|period| period.value),
        refundable: fees.fees.first()?.refundable,
        standard: fees.standard,
    })
}

static BARE: LazyLock<Payload> = LazyLock::new(Payload::none);
const MAX_NAMES: usize = 200;
const MAX_YEARS: u8 = 10;
