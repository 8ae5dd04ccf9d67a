//! News go out: what the outbox holds is told to those who want to hear of it, by mail.
//!
//! | file | what |
//! |---|---|
//! | `table` | pure: what is told, to whom, in which words |
//! | `letter` | pure: a letter as mail |
//! | `post` | where letters go |
//!
//! An entry goes when it has been told, or when nobody wants to hear of it. What cannot be told is tried again, with
//! growing pauses, and given up in the end: a mail that comes days late is of no use. What makes no sense is set aside, logged
//! and counted, and holds up nothing else.

mod letter;
mod post;
mod table;

use std::io;

use chrono::Duration;
use eppgate_model::contact::{Email, Handle};
use eppgate_model::outbox::OutboxEntry;
use eppgate_model::{Domain, DomainState};
use eppgate_store::Error as StoreError;

use super::effect::shown;
use super::{Error, Gateway};
use letter::Letter;
pub use post::Post;
use table::{Line, Term, Whom};

/// Why something could not be told.
#[derive(Debug, thiserror::Error)]
enum Untold {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the letter cannot be put in the folder: {0}")]
    Post(#[from] io::Error),
}

impl Gateway {
    /// Tells some of the news that are due. How many there were: there may be more. What cannot be told is told later,
    /// and keeps nothing else from being told.
    pub async fn tell_news(&self) -> Result<usize, Error> {
        let gateway = self.clone();
        self.to_its_end(async move { gateway.tell_some().await }).await
    }

    async fn tell_some(&self) -> Result<usize, Error> {
        let claimed = self.0.store.claim_news(self.0.clock.now(), BATCH).await?;
        let mut unwanted = Vec::new();
        for (id, error) in &claimed.unreadable {
            metrics::counter!(UNREADABLE).increment(1);
            tracing::error!(%error, event = %id, "news cannot be read, and are set aside: nobody is told");
        }
        for entry in &claimed.entries {
            match (&self.0.post, table::line(entry)) {
                (Some(post), Some(line)) => self.tell_one(post, line, entry).await?,
                _ => unwanted.push(entry.id),
            }
        }
        if !unwanted.is_empty() {
            self.0.store.news_told(&unwanted).await?;
        }
        Ok(claimed.len())
    }

    /// Tells one thing, and takes it out or puts it off. If that fails, it is due again when its lease is over.
    async fn tell_one(&self, post: &Post, line: &Line, entry: &OutboxEntry) -> Result<(), Error> {
        let OutboxEntry { id, event_type, attempts, .. } = entry;
        let told = match self.letter(post, line, entry).await {
            Ok(Some(letter)) => post.send(letter).await.map_err(Untold::from),
            Ok(None) => Ok(()),
            Err(error) => Err(error.into()),
        };
        match told {
            Ok(()) => {}
            Err(error) if *attempts >= MOST_ATTEMPTS => {
                tracing::warn!(%error, event = %id, event_type, attempts, "news are given up: nobody was told");
            }
            Err(error) => {
                tracing::warn!(%error, event = %id, event_type, attempts, "news cannot be told, and are tried again");
                return Ok(self.0.store.postpone_news(*id, self.0.clock.now() + pause(*attempts)).await?);
            }
        }
        Ok(self.0.store.news_told(&[*id]).await?)
    }

    /// What tells of it; none if there is nobody to be told, or it is no longer so.
    async fn letter(
        &self,
        post: &Post,
        line: &Line,
        entry: &OutboxEntry,
    ) -> Result<Option<Letter>, StoreError> {
        match line.whom {
            Whom::Registrant(term) => self.to_registrant(post, line, term, entry).await,
            Whom::Payer => self.to_payer(post, line, entry).await,
        }
    }

    async fn to_registrant(
        &self,
        post: &Post,
        line: &Line,
        term: Term,
        entry: &OutboxEntry,
    ) -> Result<Option<Letter>, StoreError> {
        let store = &self.0.store;
        let Some(domain) = store.domain_of_id(entry.tenant_id, entry.object_id.into()).await? else {
            return Ok(None);
        };
        let ends = entry.payload[term.key()].as_str().unwrap_or_default();
        let handle = domain.registrant_handle.as_deref().and_then(|handle| handle.parse::<Handle>().ok());
        let Some(handle) = handle.filter(|_| is_still_so(&domain, term, ends)) else { return Ok(None) };
        let Some(contact) = store.contact(entry.tenant_id, &handle).await? else { return Ok(None) };
        let Some(tenant) = store.tenant(entry.tenant_id).await? else { return Ok(None) };
        let day = ends.get(..10).unwrap_or(ends);
        let values = [("domain", domain.name.as_str()), ("ends", day), ("shop", &tenant.name)];
        let from = address(tenant.settings.renewal_from_email.as_deref());
        let letter = Letter::new(post, line, entry, contact.details.email, &values);
        Ok(Some(letter.sent_by(from.unwrap_or_else(|| post.from().clone()), &tenant.name)))
    }

    async fn to_payer(
        &self,
        post: &Post,
        line: &Line,
        entry: &OutboxEntry,
    ) -> Result<Option<Letter>, StoreError> {
        let value = |key: &'static str| (key, entry.payload[key].as_str().unwrap_or("unknown"));
        let association = self.0.store.association(entry.tenant_id, value("tld").1).await?;
        let credit = association.map(|association| association.config.credit);
        let Some(to) = credit.and_then(|credit| address(credit.low_balance_notification_email.as_deref()))
        else {
            return Ok(None);
        };
        let values = ["account", "registry", "left", "limit", "threshold"].map(value);
        Ok(Some(Letter::new(post, line, entry, to, &values)))
    }
}

/// Whether a domain is still as its registrant is to be told: what was renewed meanwhile, or is gone, would be told wrong.
fn is_still_so(domain: &Domain, term: Term, ends: &str) -> bool {
    let is_same = shown(domain.expires_at).as_deref() == Some(ends);
    match (domain.state, term) {
        (DomainState::Registered | DomainState::OnHold, Term::Ahead) => is_same,
        (DomainState::Expired, Term::Over | Term::LongOver) => is_same,
        (DomainState::Redemption, Term::Over | Term::LongOver) => true,
        _ => false,
    }
}

fn address(text: Option<&str>) -> Option<Email> {
    text?.parse().ok()
}

/// How long what could not be told is left alone: a minute at first, then twice as long each time, and six hours at the
/// most.
fn pause(attempts: i32) -> Duration {
    let doublings = u32::try_from(attempts - 1).unwrap_or_default().min(9);
    Duration::minutes(1 << doublings).min(Duration::hours(6))
}

/// How many news were set aside.
const UNREADABLE: &str = "eppgate_news_unreadable_total";

/// So many at once: enough to keep up with changes, few enough to be done within their lease.
const BATCH: u64 = 200;

/// After so many, which takes about three days, nobody needs to hear of it.
const MOST_ATTEMPTS: i32 = 20;

#[cfg(test)]
mod tests {
    use super::super::effect::tests::{at, domain};
    use super::*;

    #[test]
    fn pauses_grow_up_to_a_quarter_of_a_day_and_three_days_in_all() {
        let minutes: Vec<i64> = [1, 2, 3, 9, 10, 19].map(|attempt| pause(attempt).num_minutes()).to_vec();
        assert_eq!(minutes, [1, 2, 4, 256, 360, 360]);
        let all: i64 = (1..MOST_ATTEMPTS).map(|attempt| pause(attempt).num_hours()).sum();
        assert!((60..96).contains(&all), "{all}");
    }

    #[test]
    fn what_is_no_longer_so_is_not_told() {
        let ends = "2027-01-01T00:00:00Z";
        let in_state = |state| Domain { state, expires_at: Some(at(ends)), ..domain("2026-01-01T00:00:00Z") };
        for (state, ahead, over) in [
            (DomainState::Registered, true, false),
            (DomainState::OnHold, true, false),
            (DomainState::Expired, false, true),
            (DomainState::Redemption, false, true),
            (DomainState::PendingDelete, false, false),
            (DomainState::Purged, false, false),
            (DomainState::TransferredOut, false, false),
        ] {
            let told = |term| is_still_so(&in_state(state), term, ends);
            assert_eq!([told(Term::Ahead), told(Term::Over), told(Term::LongOver)], [ahead, over, over]);
        }
        assert!(!is_still_so(&in_state(DomainState::Registered), Term::Ahead, "2026-01-01T00:00:00Z"));
    }
}
