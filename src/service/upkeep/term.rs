//! The end of a term. What happens is the registrar's wish, `auto_renewal.mode`, and the registry's habit:
//!
//! | mode | where the registry renews by itself | where it does not |
//! |---|---|---|
//! | `DEFAULT` | its renewal is taken over | it expires; what the registry does then is followed |
//! | `AUTORENEW`, `RENEWONCE` | its renewal is taken over; two days late, it is renewed | it is renewed two days before |
//! | `AUTOEXPIRE` | it expires, and is deleted a day before its grace ends, unless it was renewed | the same |
//! | `AUTODELETE` | it is deleted at once | the same |
//!
//! The registry is asked first, always: what it shows counts for more than its habit. A term that somebody has renewed on
//! purpose, by another way than this gateway, is taken over and never deleted. Nothing is deleted that the registrar has
//! not said should go, and nothing while it is on hold.

use chrono::{DateTime, Duration, Utc};
use eppgate_epp::ext::rgp::{self, RgpStatus};
use eppgate_epp::types::Period;
use eppgate_epp::xml::Named;
use eppgate_epp::{Command, domain};
use eppgate_model::domain::AutoRenewMode;
use eppgate_model::tenant::TldConfig;
use eppgate_model::token::Principal;
use eppgate_model::{Domain, DomainState, Json, Word};
use serde_json::json;

use super::super::dialect::Dialect;
use super::super::effect::{Intent, shown};
use super::super::journal::Change;
use super::super::routing::Route;
use super::super::{Error, Gateway};
use super::due::let_go_at;
use super::{Done, Seen, Shown, end_of_once};

/// What the end of a term amounts to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// The registry has a later end already: that is ours too.
    TakeOver(DateTime<Utc>),
    Renew,
    /// It has expired, and may still be renewed.
    Expire,
    LetGo,
    Wait(DateTime<Utc>),
}

/// What the verdict rests on beside the row.
struct Ground {
    now: DateTime<Utc>,
    expires: DateTime<Utc>,
    /// Until when a domain that is to expire may stay.
    let_go_at: DateTime<Utc>,
    habit: Habit,
    /// A later end of the term than we know, at the registry.
    renewed: Option<Renewed>,
}

/// What a registry does at the end of a term.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Habit {
    /// Nothing, unless a command says so.
    Waits,
    /// It renews.
    Renews,
    /// It renews, and knows no command to do so.
    RenewsAlone,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Renewed {
    until: DateTime<Utc>,
    /// The registry has done it by itself, and it can be taken back.
    by_itself: bool,
}

impl Gateway {
    pub(super) async fn end_term(&self, domain: &Domain, config: &TldConfig) -> Result<Done, Error> {
        let now = self.0.clock.now();
        let expires = domain.expires_at.ok_or_else(|| Error::internal("a term without an end"))?;
        let route = self.route(domain).await?;
        let seen = match self.seen(&route, domain).await? {
            Shown::NotOurs { gone: true, evidence } if now >= expires => {
                return self.purge(domain, config, evidence).await;
            }
            Shown::NotOurs { evidence, .. } => return self.stray(domain, evidence).await,
            Shown::Ours(seen) => seen,
        };
        if let Some(leaving) = seen.fact.leaving {
            return self.follow_deletion(domain, config, &seen, leaving).await;
        }
        let ground = Ground {
            now,
            expires,
            let_go_at: let_go_at(domain, config, expires),
            habit: habit(&route, config),
            renewed: renewed(&seen, &route, expires)?,
        };
        match verdict(domain, &ground) {
            Verdict::Wait(until) => Ok(Done::Wait(until)),
            Verdict::TakeOver(until) => {
                let mut domain = domain.clone();
                if !seen.fact.pending {
                    domain.epp_statuses.retain(|status| status != domain::Status::PendingRenew.as_str());
                }
                self.take_renewal_over(&domain, config, until).await?;
                Ok(Done::Written)
            }
            Verdict::Expire => self.expire(domain, config, json!({})).await,
            // A person looks at it: that takes longer than trouble on the way.
            Verdict::Renew if self.open_renewal(domain).await?.is_some() => Ok(Done::Wait(now + PATIENCE)),
            Verdict::Renew => match self.renew_by_itself(domain, &route, expires).await {
                Ok(_) => Ok(Done::Written),
                Err(error) => self.not_done(domain, config, "auto_renewal_failed", error).await,
            },
            Verdict::LetGo => {
                match self.delete_now(Principal::system(domain.tenant_id), domain.name.as_str()).await {
                    Ok(()) => Ok(Done::Written),
                    Err(error) => self.not_done(domain, config, "auto_deletion_failed", error).await,
                }
            }
        }
    }

    /// The registry has renewed a domain by itself: from now on its term is ours.
    pub(in crate::service) async fn take_renewal_over(
        &self,
        domain: &Domain,
        config: &TldConfig,
        until: DateTime<Utc>,
    ) -> Result<(), Error> {
        let payload = json!({ "by": "registry", "expires_before": shown(domain.expires_at), "expires_at": shown(Some(until)) });
        let mut after = domain.clone();
        after.expires_at = Some(until);
        after.last_renewed_at = Some(self.0.clock.now());
        after.upkeep.reminders = 0;
        if after.state == DomainState::Expired {
            after.state = DomainState::Registered;
        }
        end_of_once(&mut after);
        self.write_on(after, config, "auto_renewed", payload).await.map(drop)
    }

    async fn renew_by_itself(
        &self,
        domain: &Domain,
        route: &Route,
        expires_before: DateTime<Utc>,
    ) -> Result<Domain, Error> {
        let years = u8::try_from(route.association.config.min_years.max(1)).unwrap_or(1);
        let payment = self.auto_quote(route, &domain.name, years).await?;
        let command = Command::new(&domain::Renew {
            name: domain.name.as_str().to_owned(),
            cur_exp_date: expires_before.date_naive(),
            period: Some(Period::years(years)),
        });
        let change = Change {
            principal: Principal::system(domain.tenant_id),
            route: route.clone(),
            name: domain.name.clone(),
            intent: Intent::Renew { years: u32::from(years), expires_before },
            command,
        };
        self.carry_out_paid(change, payment).await
    }

    async fn expire(&self, domain: &Domain, config: &TldConfig, payload: Json) -> Result<Done, Error> {
        let mut payload = payload;
        payload["mode"] = json!(domain.auto_renew_mode.as_str());
        payload["expired_at"] = json!(shown(domain.expires_at));
        let after = Domain { state: DomainState::Expired, ..domain.clone() };
        self.write_on(after, config, "expired", payload).await
    }

    /// What was to be done was refused: that is told, once for each time it was tried, and a domain whose term is over has
    /// expired. Trouble on the way is not worth telling.
    async fn not_done(
        &self,
        domain: &Domain,
        config: &TldConfig,
        kind: &str,
        error: Error,
    ) -> Result<Done, Error> {
        let passes = matches!(
            error,
            Error::OperationInProgress { .. }
                | Error::RegistryTimeout { .. }
                | Error::RegistryUnavailable { .. }
                | Error::RegistryBadResponse
                | Error::Internal(_)
        );
        let payload = json!({ "reason": error.to_string() });
        let is_over = domain.expires_at.is_some_and(|expires| expires <= self.0.clock.now());
        if is_over && domain.state == DomainState::Registered {
            return self.expire(domain, config, payload).await;
        }
        if !passes {
            self.note_on(domain, kind, payload).await?;
        }
        Err(error)
    }
}

/// How long a registry's staff is left alone with a renewal.
const PATIENCE: Duration = Duration::hours(1);

fn habit(route: &Route, config: &TldConfig) -> Habit {
    match (Dialect::of(&route.registry).offers().renew, config.auto_renews) {
        (false, _) => Habit::RenewsAlone,
        (true, true) => Habit::Renews,
        (true, false) => Habit::Waits,
    }
}

/// The later end of the term that the registry shows, and whether it is the registry's own doing: it says so where it
/// tells of grace periods (RFC 3915); else a year more than before is taken as that.
fn renewed(seen: &Seen, route: &Route, expires: DateTime<Utc>) -> Result<Option<Renewed>, Error> {
    let Some(until) = seen.fact.expires_at.filter(|until| *until > expires) else { return Ok(None) };
    let graces = seen.response.extension::<rgp::InfData>()?;
    let by_itself = if route.registry.speaks(rgp::Update::NS.uri) {
        let is_auto = |status: &RgpStatus| *status == RgpStatus::AutoRenewPeriod;
        graces.is_some_and(|graces| graces.statuses.iter().any(|status| is_auto(&status.status)))
    } else {
        (364..=367).contains(&(until - expires).num_days())
    };
    Ok(Some(Renewed { until, by_itself }))
}

fn verdict(domain: &Domain, ground: &Ground) -> Verdict {
    let Ground { now, expires, let_go_at, habit, renewed } = *ground;
    let expired = || match domain.state {
        DomainState::Registered => Verdict::Expire,
        // Soon at first, since the registry may be about to renew it.
        _ if now < expires + LATE => Verdict::Wait(now + Duration::hours(1)),
        _ => Verdict::Wait(now + Duration::days(1)),
    };
    match (domain.auto_renew_mode, renewed) {
        (AutoRenewMode::Default | AutoRenewMode::AutoRenew | AutoRenewMode::RenewOnce, Some(renewed))
        | (_, Some(renewed @ Renewed { by_itself: false, .. })) => Verdict::TakeOver(renewed.until),
        (AutoRenewMode::AutoRenew | AutoRenewMode::RenewOnce, None) => match habit {
            Habit::Waits => Verdict::Renew,
            Habit::Renews if now >= expires + LATE => Verdict::Renew,
            _ if now < expires => Verdict::Wait(expires),
            Habit::Renews | Habit::RenewsAlone => expired(),
        },
        _ if now < expires => Verdict::Wait(expires),
        (AutoRenewMode::Default, None) => expired(),
        _ if domain.state == DomainState::OnHold => Verdict::Wait(now + Duration::days(1)),
        _ if now >= let_go_at => Verdict::LetGo,
        _ if domain.state == DomainState::Registered => Verdict::Expire,
        _ => Verdict::Wait(let_go_at.min(now + Duration::days(1))),
    }
}

/// A registry that renews by itself has done so by then.
const LATE: Duration = Duration::days(2);

#[cfg(test)]
mod tests {
    use super::super::super::effect::tests::{at, domain};
    use super::*;

    const EXPIRES: &str = "2027-01-01T00:00:00Z";

    fn ground(mode: AutoRenewMode, now: &str, habit: Habit, renewed: Option<bool>) -> Ground {
        let renewed = renewed.map(|by_itself| Renewed { until: at("2028-01-01T00:00:00Z"), by_itself });
        let domain = Domain { auto_renew_mode: mode, ..domain("2026-01-01T00:00:00Z") };
        let let_go_at = let_go_at(&domain, &TldConfig::default(), at(EXPIRES));
        Ground { now: at(now), expires: at(EXPIRES), let_go_at, habit, renewed }
    }

    #[test]
    fn a_terms_end_is_what_the_registrar_wishes_and_the_registry_shows() {
        use AutoRenewMode::{AutoDelete, AutoExpire, AutoRenew, Default, RenewOnce};
        use DomainState::{Expired, OnHold, Registered};
        use Habit::{Renews, RenewsAlone, Waits};
        let (early, ends, hour, late, grace) = (
            "2026-12-30T00:00:00Z",
            EXPIRES,
            "2027-01-01T01:00:00Z",
            "2027-01-03T00:00:00Z",
            "2027-01-30T00:00:00Z",
        );
        let day = |text: &str| Verdict::Wait(at(text) + Duration::days(1));
        let soon = |text: &str| Verdict::Wait(at(text) + Duration::hours(1));
        let until = Verdict::TakeOver(at("2028-01-01T00:00:00Z"));
        for (mode, state, now, habit, renewed, wanted) in [
            // As the TLD does: followed, never led.
            (Default, Registered, ends, Waits, None, Verdict::Expire),
            (Default, Registered, ends, Waits, Some(true), until),
            (Default, Expired, hour, Renews, None, soon(hour)),
            (Default, Expired, grace, Waits, None, day(grace)),
            (Default, Expired, grace, Renews, Some(true), until),
            // Renewed, once whoever does it.
            (AutoRenew, Registered, early, Waits, None, Verdict::Renew),
            (AutoRenew, Registered, early, Renews, None, Verdict::Wait(at(ends))),
            (RenewOnce, Registered, early, Waits, Some(false), until),
            (AutoRenew, Registered, ends, Renews, Some(true), until),
            (AutoRenew, Registered, ends, Renews, None, Verdict::Expire),
            (AutoRenew, Expired, hour, Renews, None, soon(hour)),
            (AutoRenew, Expired, late, Renews, None, Verdict::Renew),
            (AutoRenew, Expired, late, RenewsAlone, None, day(late)),
            (RenewOnce, Expired, grace, Waits, None, Verdict::Renew),
            (AutoRenew, OnHold, early, Waits, None, Verdict::Renew),
            // Let go, but not what somebody has renewed on purpose, and nothing on hold.
            (AutoExpire, Registered, ends, Renews, Some(true), Verdict::Expire),
            (AutoExpire, Expired, late, Renews, Some(true), day(late)),
            (AutoExpire, Expired, grace, Renews, Some(true), Verdict::LetGo),
            (AutoExpire, Expired, grace, Waits, None, Verdict::LetGo),
            (AutoExpire, Expired, grace, Waits, Some(false), until),
            (AutoExpire, OnHold, grace, Renews, Some(true), day(grace)),
            (AutoDelete, Registered, early, Waits, None, Verdict::Wait(at(ends))),
            (AutoDelete, Registered, ends, Renews, Some(true), Verdict::LetGo),
            (AutoDelete, Registered, ends, Waits, None, Verdict::LetGo),
            (AutoDelete, Registered, ends, Renews, Some(false), until),
            (AutoDelete, OnHold, ends, Waits, None, day(ends)),
        ] {
            let row = Domain { state, auto_renew_mode: mode, ..domain("2026-01-01T00:00:00Z") };
            let found = verdict(&row, &ground(mode, now, habit, renewed));
            assert_eq!(found, wanted, "{mode:?} {state:?} {now} {habit:?} {renewed:?}");
        }
    }
}
