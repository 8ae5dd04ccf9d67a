//! What is left in an account, as its registry tells: kept with each TLD that is paid from it.
//!
//! A registry repeats itself with each command while there is little. A warning is worth telling once, and again when the
//! account has been filled up in between, or when a day has gone.

use std::collections::HashSet;

use chrono::{DateTime, Duration, Utc};
use eppgate_epp::ext::lowbalancepoll::{PollData, Threshold, ThresholdType};
use eppgate_model::outbox::OutboxEntry;
use eppgate_model::tenant::{Credit, TldAssociation};
use eppgate_model::{Json, PollMessageId};
use eppgate_store::{Conflict, Error as StoreError};
use rust_decimal::Decimal;
use serde_json::json;

use super::{Fate, Queue};
use crate::service::{Error, Gateway};

impl Gateway {
    /// There is little money left.
    pub(super) async fn low_balance_told(
        &self,
        queue: &Queue,
        message: PollMessageId,
        told: &PollData,
    ) -> Result<Fate, Error> {
        let accounts = self.0.store.accounts_named(&queue.registry, &queue.account).await?;
        let now = self.0.clock.now();
        let (mut noted, mut news, mut alarms) = (Vec::new(), Vec::new(), Vec::new());
        // Whoever is to be told is told once, however many TLDs are paid from the account.
        let mut addressed = HashSet::new();
        for association in self.0.store.associations_at(&queue.registry).await? {
            let paid_from = accounts.iter().any(|account| {
                account.tenant_id == association.tenant_id
                    && association.account_id.is_none_or(|id| id == account.id)
            });
            if !paid_from {
                continue;
            }
            let seen = association.updated_at;
            let mut after = association;
            let alarm = note(&mut after.config.credit, told, now);
            after.updated_at = now;
            let mail = after.config.credit.low_balance_notification_email.clone();
            if let Some(event) = alarm.event_type().filter(|_| addressed.insert((after.tenant_id, mail))) {
                news.push(OutboxEntry::of_association(&after, event, payload(queue, &after, told), now));
            }
            alarms.push(alarm);
            noted.push((after, seen));
        }
        if noted.is_empty() {
            return Ok(Fate::Dead("nothing is paid from the account".to_owned()));
        }
        // With all of them at once, and with the end of the message: what is told of it is told once.
        match self.0.store.note_message(message, &noted, &news, now).await {
            Ok(()) => {}
            Err(StoreError::Conflict(Conflict::StaleVersion)) => {
                return Err(Error::OperationInProgress { operation_id: None });
            }
            Err(error) => return Err(error.into()),
        }
        for (alarm, (TldAssociation { tenant_id, tld, .. }, _)) in alarms.iter().zip(&noted) {
            let left = told.available_credit.as_str();
            match alarm {
                Alarm::None => {}
                Alarm::Warning => {
                    tracing::warn!(tenant = %tenant_id, tld, left, "there is little money left")
                }
                Alarm::Critical => {
                    tracing::error!(tenant = %tenant_id, tld, left, "the money is nearly gone")
                }
            }
        }
        Ok(Fate::Done(None))
    }
}

/// What is worth telling people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Alarm {
    None,
    Warning,
    Critical,
}

impl Alarm {
    fn event_type(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Warning => Some(LOW_BALANCE),
            Self::Critical => Some(LOW_BALANCE_CRITICAL),
        }
    }
}

fn payload(queue: &Queue, association: &TldAssociation, told: &PollData) -> Json {
    json!({
        "tld": association.tld,
        "registry": queue.registry,
        "account": queue.account,
        "left": told.available_credit,
        "limit": told.credit_limit,
        "threshold": shown(&told.credit_threshold),
    })
}

/// The kinds of the events that tell of it.
pub(in crate::service) const LOW_BALANCE: &str = "low_balance";
pub(in crate::service) const LOW_BALANCE_CRITICAL: &str = "low_balance_critical";

/// Takes down what a registry tells of an account.
fn note(credit: &mut Credit, told: &PollData, now: DateTime<Utc>) -> Alarm {
    let before = credit.current_credit.as_deref().and_then(amount);
    let threshold = threshold(told);
    // What is told now says that it is low. Whether it was filled up before shows in that there was more than last time.
    let left = amount(&told.available_credit);
    let is_refilled = before.zip(left).is_some_and(|(before, left)| left > before);
    let is_critical = left.zip(threshold).is_some_and(|(left, limit)| left * CRITICAL_PART < limit);
    let is_due = |last: Option<DateTime<Utc>>| is_refilled || last.is_none_or(|last| now >= last + REPEAT);
    credit.last_low_balance_at = Some(now);
    credit.current_credit = Some(told.available_credit.clone());
    credit.current_credit_limit = Some(told.credit_limit.clone());
    credit.current_credit_threshold = Some(shown(&told.credit_threshold));
    credit.current_credit_at = Some(now);
    if is_critical && is_due(credit.last_low_balance_critical_at) {
        credit.last_low_balance_critical_at = Some(now);
        return Alarm::Critical;
    }
    if !is_critical && is_due(credit.last_low_balance_warning_at) {
        credit.last_low_balance_warning_at = Some(now);
        return Alarm::Warning;
    }
    Alarm::None
}

/// Below what the registry calls it low, as an amount.
fn threshold(told: &PollData) -> Option<Decimal> {
    let value = amount(&told.credit_threshold.value)?;
    match told.credit_threshold.kind {
        ThresholdType::Percent => Some(amount(&told.credit_limit)? * value / Decimal::ONE_HUNDRED),
        _ => Some(value),
    }
}

fn shown(threshold: &Threshold) -> String {
    match threshold.kind {
        ThresholdType::Percent => format!("{}%", threshold.value),
        _ => threshold.value.clone(),
    }
}

fn amount(text: &str) -> Option<Decimal> {
    text.trim().parse().ok()
}

/// It is nearly gone when less than this part of the threshold is left.
const CRITICAL_PART: Decimal = Decimal::from_parts(4, 0, 0, false, 0);
/// How often the same is worth telling.
const REPEAT: Duration = Duration::days(1);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::effect::tests::at;

    fn told(left: &str, kind: ThresholdType, threshold: &str) -> PollData {
        PollData {
            registrar_name: "us".to_owned(),
            credit_limit: "1000".to_owned(),
            credit_threshold: Threshold { kind, value: threshold.to_owned() },
            available_credit: left.to_owned(),
        }
    }

    #[test]
    fn the_same_trouble_is_told_once_a_day_and_a_worse_one_at_once() {
        let mut credit = Credit::default();
        for (time, left, alarm) in [
            ("2026-01-01T00:00:00Z", "90", Alarm::Warning),
            ("2026-01-01T01:00:00Z", "80", Alarm::None),
            ("2026-01-01T02:00:00Z", "20", Alarm::Critical),
            ("2026-01-01T03:00:00Z", "10", Alarm::None),
            // It was filled up, and has run out again.
            ("2026-01-01T04:00:00Z", "95", Alarm::Warning),
            ("2026-01-01T05:00:00Z", "85", Alarm::None),
            ("2026-01-02T04:00:00Z", "80", Alarm::Warning),
        ] {
            let told = told(left, ThresholdType::Fixed, "100");
            assert_eq!(note(&mut credit, &told, at(time)), alarm, "{time}");
            assert_eq!(credit.last_low_balance_at, Some(at(time)));
            assert_eq!(credit.current_credit.as_deref(), Some(left));
        }
        assert_eq!(credit.last_low_balance_critical_at, Some(at("2026-01-01T02:00:00Z")));
    }

    #[test]
    fn a_threshold_may_be_a_part_of_the_limit_and_words_are_no_amounts() {
        let now = at("2026-01-01T00:00:00Z");
        let mut credit = Credit::default();
        let told_percent = told("20", ThresholdType::Percent, "10");
        assert_eq!(note(&mut credit, &told_percent, now), Alarm::Critical);
        assert_eq!(credit.current_credit_threshold.as_deref(), Some("10%"));
        let mut credit = Credit::default();
        assert_eq!(note(&mut credit, &told("unknown", ThresholdType::Fixed, "100"), now), Alarm::Warning);
    }
}
