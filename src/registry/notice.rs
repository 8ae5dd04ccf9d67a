//! A registry's announcement of a maintenance (RFC 9167), and what it means for an account.

use std::net::IpAddr;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use eppgate_epp::ext::maintenance::{Environment, Impact, Item, PollType, System};
use tokio::time::Instant;

use crate::Registry;
use crate::maintenance::{Maintenance, MaintenanceError, Meanwhile, Origin};

/// What an account uses of a registry: an announcement about anything else does not concern it.
#[derive(Debug, Clone, Copy)]
pub struct Ours<'a> {
    /// The installation: `production`, `ote`, or the name of a custom one.
    pub environment: &'a str,
    /// The zones.
    pub zones: &'a [String],
}

/// What an announcement means for an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// Nothing can be sent for a time.
    Schedule(Maintenance),
    /// The maintenance of this id will not be, or is over.
    Cancel(Arc<str>),
    /// Nothing, for this reason.
    Ignore(&'static str),
}

impl Notice {
    /// Reads an announcement. `host` is the one that the account connects to.
    #[must_use]
    pub fn of(item: &Item, ours: &Ours<'_>, host: Option<&str>, now: DateTime<Utc>) -> Self {
        let id: Arc<str> = item.id.id.as_str().into();
        if !is_in(&item.environment, ours.environment) {
            return Self::Ignore("it is about another environment");
        }
        let is_over = matches!(item.poll_type, Some(PollType::Delete | PollType::End)) || item.end <= now;
        if is_over {
            return Self::Cancel(id);
        }
        if let Some(why) = harmless(item, ours, host) {
            // What was announced before may have been worse.
            return if item.poll_type == Some(PollType::Update) {
                Self::Cancel(id)
            } else {
                Self::Ignore(why)
            };
        }
        let started = Instant::now();
        let at = |time: DateTime<Utc>| started + (time - now).to_std().unwrap_or_default();
        Self::Schedule(Maintenance {
            id,
            from: at(item.start),
            until: at(item.end),
            // Who can wait may do so: nobody else is worse off for it.
            meanwhile: Meanwhile::Hold,
            origin: Origin::Registry,
        })
    }
}

impl Registry {
    /// Takes note of a registry's announcement of a maintenance, and tells what it means.
    ///
    /// # Errors
    /// [`MaintenanceError`], when it makes no sense.
    pub fn notice(
        &self,
        item: &Item,
        ours: &Ours<'_>,
        now: DateTime<Utc>,
    ) -> Result<Notice, MaintenanceError> {
        let host = self.tls.as_ref().map(crate::transport::Tls::host);
        let notice = Notice::of(item, ours, host.as_deref(), now);
        match &notice {
            Notice::Schedule(maintenance) => self.schedule(maintenance.clone())?,
            Notice::Cancel(id) => _ = self.cancel(id),
            Notice::Ignore(_) => {}
        }
        if item.intervention.as_ref().is_some_and(|what| what.implementation) {
            tracing::warn!(
                registry = self.name(),
                maintenance = item.id.id,
                "the registry asks for a change of its clients"
            );
        }
        Ok(notice)
    }
}

fn is_in(environment: &Environment, ours: &str) -> bool {
    let named = environment.name.as_deref().unwrap_or(environment.environment_type.as_str());
    named.eq_ignore_ascii_case(ours)
}

/// Why commands can be sent in spite of it.
fn harmless(item: &Item, ours: &Ours<'_>, host: Option<&str>) -> Option<&'static str> {
    let touched: Vec<&System> = item.systems.systems.iter().filter(|system| is_ours(system, host)).collect();
    if touched.is_empty() {
        return Some("it is about another system");
    }
    let cuts_off = item.intervention.as_ref().is_some_and(|what| what.connection);
    let stops = |system: &&System| match system.impact {
        Impact::Full => true,
        // Some of it goes on, but not our connections.
        Impact::Partial => cuts_off,
        _ => false,
    };
    if !touched.iter().any(stops) {
        return Some("most commands can be done meanwhile");
    }
    let zones = item.tlds.as_ref().map_or(&[][..], |tlds| &tlds.tlds);
    let is_touched = |ours: &String| {
        zones.iter().any(|zone| zone.trim_matches('.').eq_ignore_ascii_case(ours.trim_matches('.')))
    };
    if !zones.is_empty() && !ours.zones.iter().all(is_touched) {
        return Some("not all of our zones are touched");
    }
    None
}

/// Whether it is what we are connected to: by its host, else by its name. An address could be anyone's, so that it says
/// nothing.
fn is_ours(system: &System, host: Option<&str>) -> bool {
    let told = system.host.as_deref().filter(|told| told.parse::<IpAddr>().is_err());
    match (told, host) {
        (Some(told), Some(host)) => told.trim_end_matches('.').eq_ignore_ascii_case(host),
        _ => system.name.to_ascii_lowercase().contains("epp"),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use chrono::TimeDelta;
    use eppgate_epp::ext::maintenance::{EnvironmentType, Id, Intervention, Reason, Systems, Tlds};

    use super::*;

    fn noon() -> DateTime<Utc> {
        DateTime::from_timestamp(1_900_000_000, 0).unwrap()
    }

    fn epp(host: Option<&str>, impact: Impact) -> System {
        System { name: "EPP".into(), host: host.map(Into::into), impact }
    }

    /// An hour that begins in an hour.
    fn item() -> Item {
        Item {
            id: Id { name: None, lang: None, id: "work-7".into() },
            types: Vec::new(),
            poll_type: Some(PollType::Create),
            systems: Systems { systems: vec![epp(Some("EPP.registry.test."), Impact::Full)] },
            environment: environment(EnvironmentType::Production, None),
            start: noon() + TimeDelta::hours(1),
            end: noon() + TimeDelta::hours(2),
            reason: Reason::Planned,
            detail: None,
            descriptions: Vec::new(),
            tlds: None,
            intervention: None,
            cr_date: noon(),
            up_date: None,
        }
    }

    fn environment(environment_type: EnvironmentType, name: Option<&str>) -> Environment {
        Environment { environment_type, name: name.map(Into::into), text: String::new() }
    }

    fn read(item: &Item, environment: &str) -> Notice {
        let zones = ["one".to_owned(), "two".to_owned()];
        Notice::of(item, &Ours { environment, zones: &zones }, Some("epp.registry.test"), noon())
    }

    fn holds(item: &Item) -> bool {
        match read(item, "production") {
            Notice::Schedule(_) => true,
            Notice::Ignore(_) => false,
            Notice::Cancel(id) => panic!("{id} is cancelled"),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_maintenance_is_held_for_at_its_time() {
        let Notice::Schedule(maintenance) = read(&item(), "production") else { panic!("it is not held for") };
        let hour = Duration::from_secs(3600);
        assert_eq!(maintenance.from, Instant::now() + hour);
        assert_eq!(maintenance.until, Instant::now() + 2 * hour);
        assert_eq!((&*maintenance.id, maintenance.meanwhile), ("work-7", Meanwhile::Hold));
    }

    #[test]
    fn only_our_system_counts_by_host_or_by_name() {
        for (system, is_ours) in [
            (epp(None, Impact::Full), true),
            (epp(Some("192.0.2.1"), Impact::Full), true),
            (epp(Some("epp.registry.test"), Impact::Full), true),
            (epp(Some("epp2.registry.test"), Impact::Full), false),
            (System { name: "WHOIS".into(), ..epp(None, Impact::Full) }, false),
            (System { name: "SRS".into(), ..epp(Some("epp.registry.test"), Impact::Full) }, true),
            (System { name: "srs-epp-1".into(), ..epp(None, Impact::Full) }, true),
        ] {
            let item = Item { systems: Systems { systems: vec![system.clone()] }, ..item() };
            assert_eq!(holds(&item), is_ours, "{system:?}");
        }
    }

    #[test]
    fn what_leaves_most_of_it_working_is_not_held_for_unless_it_cuts_us_off() {
        for (impact, connection, is_held) in [
            (Impact::Full, false, true),
            (Impact::Partial, false, false),
            (Impact::Partial, true, true),
            (Impact::None, true, false),
        ] {
            let systems = Systems { systems: vec![epp(None, impact.clone())] };
            let intervention = Some(Intervention { connection, implementation: false });
            assert_eq!(holds(&Item { systems, intervention, ..item() }), is_held, "{impact} {connection}");
        }
    }

    #[test]
    fn an_account_goes_on_while_one_of_its_zones_does() {
        for (zones, is_held) in
            [(vec!["one"], false), (vec!["ONE.", "two", "three"], true), (vec!["three"], false)]
        {
            let tlds = Some(Tlds { tlds: zones.iter().map(|&zone| zone.into()).collect() });
            assert_eq!(holds(&Item { tlds, ..item() }), is_held, "{zones:?}");
        }
    }

    #[test]
    fn another_environment_is_none_of_our_business() {
        let ote = Item { environment: environment(EnvironmentType::Ote, None), ..item() };
        assert!(matches!(read(&ote, "production"), Notice::Ignore(_)));
        assert!(matches!(read(&ote, "ote"), Notice::Schedule(_)));
        let custom = Item { environment: environment(EnvironmentType::Custom, Some("pilot")), ..item() };
        assert!(matches!(read(&custom, "pilot"), Notice::Schedule(_)));
        let deleted = Item { poll_type: Some(PollType::Delete), ..ote };
        assert!(matches!(read(&deleted, "production"), Notice::Ignore(_)));
    }

    #[test]
    fn what_is_called_off_over_or_no_longer_so_bad_is_forgotten() {
        let cancelled = Notice::Cancel("work-7".into());
        for poll_type in [PollType::Delete, PollType::End] {
            assert_eq!(read(&Item { poll_type: Some(poll_type), ..item() }, "production"), cancelled);
        }
        let (start, end) = (noon() - TimeDelta::hours(2), noon());
        assert_eq!(read(&Item { start, end, ..item() }, "production"), cancelled);
        let systems = Systems { systems: vec![epp(None, Impact::None)] };
        let update = Item { systems, poll_type: Some(PollType::Update), ..item() };
        assert_eq!(read(&update, "production"), cancelled);
    }

    #[test]
    fn one_that_goes_on_already_begins_at_once() {
        let Notice::Schedule(one) =
            read(&Item { start: noon() - TimeDelta::hours(1), ..item() }, "production")
        else {
            panic!("it is not held for")
        };
        assert!(one.from <= Instant::now() && one.until > one.from);
    }
}
