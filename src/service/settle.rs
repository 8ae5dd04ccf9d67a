//! What became of a command whose reply was lost: asked of the registry, judged, and written down with its evidence.
//!
//! That something is there proves that it was done. That it is not there proves nothing while the command may still
//! be on its way: only after a grace is it taken as not done.

use std::net::IpAddr;

use chrono::{DateTime, Duration, Utc};
use eppgate_epp::domain::{InfData, NameServers};
use eppgate_epp::types::AuthInfo;
use eppgate_model::operation::{OperationKind, OperationState, Outcome};
use eppgate_model::{Json, Operation};
use eppgate_registry::{Class, Registry};
use eppgate_store::{Conflict, DomainChange, Error as StoreError, OperationResult};
use serde_json::json;
use tokio::time::Instant;

use super::auth_code::hash_auth_code;
use super::call::Look;
use super::effect::{Ds, Fact, Intent, Leaving};
use super::journal::{Journalled, Kept, Proof};
use super::{Error, Gateway, contacts, hosts, transfers};

/// How the matter stands after a look.
pub(super) enum Settlement<R> {
    /// It was done, and our side shows it.
    Executed(Box<R>),
    /// It was not done, and will not be.
    NotExecuted {
        /// Because somebody else has the name.
        taken: bool,
    },
    /// It cannot be told yet.
    Undecided,
}

impl<R> Settlement<R> {
    fn is_decided(&self) -> bool {
        !matches!(self, Self::Undecided)
    }
}

impl Gateway {
    /// Looks at the registry and settles the operation if that shows what became of it.
    pub(super) async fn settle<I: Journalled>(
        &self,
        registry: &Registry,
        operation: &Operation,
        class: Class,
        deadline: Instant,
    ) -> Result<Settlement<I::Row>, Error> {
        let kept = Kept::<I>::of(operation)?;
        let looked = I::look(registry, operation, class, deadline).await?;
        let fact = I::seen(&looked, None)?;
        let proof = kept.intent.judge(operation, &looked, &fact, registry.client_id());
        let evidence = evidence::<I>(&looked, self.0.clock.now());
        match proof {
            Proof::Done => {
                let result = self.verdict(Outcome::Executed, None, Some(evidence));
                Ok(Settlement::Executed(Box::new(self.conclude::<I>(operation, &fact, result, None).await?)))
            }
            Proof::Absent if !self.is_past_grace(operation) => Ok(Settlement::Undecided),
            Proof::Taken | Proof::Absent => {
                let result = self.verdict(Outcome::Refused, None, Some(evidence));
                match self.0.store.commit_operation(operation.id, result, DomainChange::None, None).await {
                    // Somebody else has said how it is, and that counts.
                    Err(StoreError::Conflict(Conflict::AlreadySettled)) => Ok(Settlement::Undecided),
                    other => {
                        other?;
                        Ok(Settlement::NotExecuted { taken: proof == Proof::Taken })
                    }
                }
            }
        }
    }

    /// Settles what is due: commands whose callers are gone. How many were looked into.
    pub async fn settle_due(&self) -> Result<usize, Error> {
        let due = self.0.store.due_unknown(self.0.clock.now(), BATCH).await?;
        for operation in &due {
            let deadline = Instant::now() + self.0.settings.command;
            let settled = match self.registry(operation.account_id) {
                Ok(registry) => self.settle_one(&registry, operation, deadline).await,
                Err(error) => Err(error),
            };
            if let Err(error) = &settled {
                tracing::warn!(%error, cltrid = operation.cltrid.as_str(), "an operation cannot be settled yet");
            }
            if !settled.unwrap_or(false) {
                let again = self.0.clock.now() + pause_after(operation.attempts);
                match self.0.store.reschedule(operation.id, again).await {
                    // Somebody else has settled it meanwhile: its caller, or an operator.
                    Ok(()) | Err(StoreError::Conflict(Conflict::AlreadySettled)) => {}
                    Err(error) => return Err(error.into()),
                }
            }
        }
        Ok(due.len())
    }

    /// Settles an operation on whatever kind of object, if it can be.
    pub(super) async fn settle_one(
        &self,
        registry: &Registry,
        operation: &Operation,
        deadline: Instant,
    ) -> Result<bool, Error> {
        let class = Class::Background;
        if operation.kind == OperationKind::Transfer {
            let settled = self.settle::<transfers::Intent>(registry, operation, class, deadline);
            return Ok(settled.await?.is_decided());
        }
        match operation.object.as_str() {
            Intent::OBJECT => {
                Ok(self.settle::<Intent>(registry, operation, class, deadline).await?.is_decided())
            }
            contacts::Intent::OBJECT => {
                Ok(self.settle::<contacts::Intent>(registry, operation, class, deadline).await?.is_decided())
            }
            hosts::Intent::OBJECT => {
                Ok(self.settle::<hosts::Intent>(registry, operation, class, deadline).await?.is_decided())
            }
            _ => Err(Error::internal("an operation on an object that the journal does not know")),
        }
    }

    fn is_past_grace(&self, operation: &Operation) -> bool {
        let grace = Duration::from_std(self.0.settings.settle_grace).unwrap_or_default();
        operation.sent_at.is_none_or(|sent| self.0.clock.now() >= sent + grace)
    }
}

/// Whether the domain as it is shows that the command was carried out.
pub(super) fn judge(
    intent: &Intent,
    operation: &Operation,
    info: &InfData,
    fact: &Fact,
    own_id: &str,
) -> Proof {
    let ours = info.cl_id == own_id;
    let done = match intent {
        Intent::Create(new) => {
            let same_code = new.auth_code_hash.as_deref().and_then(|hash| auth_code_is(info, hash));
            let since = operation.sent_at.unwrap_or(operation.inserted_at) - Duration::seconds(CLOCK_SKEW);
            let new_enough = info.cr_date.is_some_and(|created| created >= since);
            // A code that only this command carried proves it; else a creation by us, no older than the command.
            return if ours && same_code.unwrap_or(new_enough) { Proof::Done } else { Proof::Taken };
        }
        Intent::Renew { years, expires_before } => {
            fact.pending || fact.expires_at.is_some_and(|until| is_renewed(*expires_before, until, *years))
        }
        Intent::Nameservers { target } => {
            let mut target: Vec<&str> = target.iter().map(String::as_str).collect();
            let mut there: Vec<&str> = fact.nameservers.iter().flatten().map(|host| host.as_str()).collect();
            target.sort_unstable();
            there.sort_unstable();
            target == there
        }
        Intent::DsRecords { target } => {
            let key = |ds: &Ds| (ds.key_tag, ds.algorithm, ds.digest_type, ds.digest.clone());
            let mut target: Vec<_> = target.iter().map(key).collect();
            let mut there: Vec<_> =
                fact.ds_records.iter().flatten().map(|record| key(&record.into())).collect();
            target.sort_unstable();
            there.sort_unstable();
            target == there
        }
        Intent::Contacts(roles) => roles.iter().all(|change| change.is_in(&info.contacts)),
        Intent::Glue { host, addresses } => has_glue(info, host, addresses),
        Intent::AuthCode { hash, .. } => auth_code_is(info, hash).unwrap_or(false),
        Intent::Welcome(welcome) => welcome.is_in(info, fact, auth_code_is),
        Intent::Statuses(change) => fact.statuses.as_ref().is_some_and(|there| change.is_in(there)),
        Intent::Delete => !ours || fact.leaving.is_some(),
        Intent::Restore => matches!(fact.leaving, None | Some(Leaving::PendingRestore)),
        Intent::RestoreReport => fact.leaving.is_none(),
    };
    if done { Proof::Done } else { Proof::Absent }
}

/// Whether a domain that expired at one time and expires at another was renewed by so many years.
pub(super) fn is_renewed(expires_before: DateTime<Utc>, until: DateTime<Utc>, years: u32) -> bool {
    until >= expires_before + Duration::days(365 * i64::from(years) - 2)
}

/// Whether a name server has these addresses within the domain.
fn has_glue(info: &InfData, host: &str, addresses: &[IpAddr]) -> bool {
    let Some(NameServers::Attributes(hosts)) = &info.ns else { return false };
    let there = hosts.iter().find(|there| there.name.eq_ignore_ascii_case(host));
    there.is_some_and(|there| {
        let there: Vec<IpAddr> =
            there.addresses.iter().filter_map(|address| address.address.parse().ok()).collect();
        there.len() == addresses.len() && addresses.iter().all(|address| there.contains(address))
    })
}

/// Whether the authorisation code that the registry tells has this hash; `None` when it tells none.
fn auth_code_is(info: &InfData, hash: &str) -> Option<bool> {
    match &info.auth_info {
        Some(AuthInfo::Pw { pw, .. }) if !pw.expose().is_empty() => Some(hash_auth_code(pw.expose()) == hash),
        _ => None,
    }
}

/// What the verdict rests on, for people who ask later.
pub(super) fn evidence<I: Journalled>(looked: &Look<I::Info>, at: DateTime<Utc>) -> Json {
    let mut evidence = match looked {
        Look::Missing => json!({ "found": false }),
        Look::Found(found) => {
            let (info, response) = &**found;
            let mut evidence = I::evidence(info);
            evidence["found"] = json!(true);
            evidence["svtrid"] = json!(response.tr_id.server);
            evidence
        }
    };
    if evidence["query"].is_null() {
        evidence["query"] = json!(format!("{}:info", I::OBJECT));
    }
    evidence["at"] = json!(at);
    evidence
}

/// The verdict on a command that was answered long ago, when those who had a say have spoken: `evidence` is kept with the
/// rest.
pub(super) fn decided(
    asked: Operation,
    outcome: Outcome,
    (what, evidence): (&str, Json),
    now: DateTime<Utc>,
) -> OperationResult {
    let mut all = asked.evidence.unwrap_or_else(|| json!({}));
    all[what] = evidence;
    OperationResult {
        state: OperationState::Settled,
        outcome: Some(outcome),
        result_code: asked.result_code,
        svtrid: asked.svtrid,
        evidence: Some(all),
        replied_at: asked.replied_at,
        settled_at: Some(now),
    }
}

/// Whether a command has its verdict from those who had a say, and so by no look.
pub(super) fn was_decided(operation: &Operation) -> bool {
    let kept = |what| operation.evidence.as_ref().is_some_and(|evidence| evidence.get(what).is_some());
    kept(CREATION_ENDED) || kept(TRANSFER_ENDED)
}

/// How long to leave an operation alone after so many looks.
fn pause_after(attempts: i32) -> Duration {
    Duration::seconds(1 << attempts.clamp(0, 6))
}

/// What is kept with the evidence of a command that others had a say in.
pub(super) const CREATION_ENDED: &str = "creation_ended";
pub(super) const TRANSFER_ENDED: &str = "transfer_ended";
/// How far a registry's clock may be behind ours, in seconds.
const CLOCK_SKEW: i64 = 300;
const BATCH: u64 = 16;

#[cfg(test)]
mod tests {
    use eppgate_epp::domain::HostAttr;
    use eppgate_epp::types::AuthInfo;

    use super::super::Lock;
    use super::super::effect::tests::{at, fact, operation};
    use super::super::effect::{Cause, NewDomain, Role, RoleChange, StatusChange};
    use super::*;

    fn info(sponsor: &str, created: &str, auth_code: Option<&str>) -> InfData {
        InfData {
            name: "a.example".to_owned(),
            roid: "1-TEST".to_owned(),
            statuses: Vec::new(),
            registrant: None,
            contacts: Vec::new(),
            ns: None,
            hosts: Vec::new(),
            cl_id: sponsor.to_owned(),
            cr_id: None,
            cr_date: Some(at(created)),
            up_id: None,
            up_date: None,
            ex_date: None,
            tr_date: None,
            auth_info: auth_code.map(AuthInfo::pw),
        }
    }

    #[test]
    fn a_lost_create_is_proved_by_its_own_auth_code_or_by_our_creation_since() {
        let intent = Intent::Create(NewDomain {
            auth_code_hash: Some(hash_auth_code("mine")),
            ..NewDomain::default()
        });
        let operation = operation("2026-03-01T12:00:00Z");
        for (sponsor, created, code, proof) in [
            ("us", "2026-03-01T12:00:01Z", None, Proof::Done),
            ("us", "2026-03-01T12:00:01Z", Some("mine"), Proof::Done),
            // The registry's clock may be off, but nobody else has our code.
            ("us", "2020-01-01T00:00:00Z", Some("mine"), Proof::Done),
            ("us", "2026-03-01T12:00:01Z", Some("another"), Proof::Taken),
            ("us", "2026-02-01T00:00:00Z", None, Proof::Taken),
            ("them", "2026-03-01T12:00:01Z", None, Proof::Taken),
            ("them", "2026-03-01T12:00:01Z", Some("mine"), Proof::Taken),
        ] {
            let info = info(sponsor, created, code);
            assert_eq!(
                judge(&intent, &operation, &info, &fact(), "us"),
                proof,
                "{sponsor} {created} {code:?}"
            );
        }
    }

    #[test]
    fn a_lost_renewal_is_proved_by_a_later_expiry_or_by_its_wait_for_one() {
        let intent = Intent::Renew { years: 2, expires_before: at("2027-03-01T00:00:00Z") };
        for (expires, proof) in [
            ("2027-03-01T00:00:00Z", Proof::Absent),
            ("2028-03-01T00:00:00Z", Proof::Absent),
            ("2029-03-01T00:00:00Z", Proof::Done),
        ] {
            let fact = Fact { expires_at: Some(at(expires)), ..fact() };
            let info = info("us", "2026-01-01T00:00:00Z", None);
            assert_eq!(
                judge(&intent, &operation("2026-03-01T12:00:00Z"), &info, &fact, "us"),
                proof,
                "{expires}"
            );
        }
        // Nobody else can have asked for what is pending.
        let fact = Fact { expires_at: Some(at("2027-03-01T00:00:00Z")), pending: true, ..fact() };
        let info = info("us", "2026-01-01T00:00:00Z", None);
        assert_eq!(judge(&intent, &operation("2026-03-01T12:00:00Z"), &info, &fact, "us"), Proof::Done);
        assert!(intent.is_open(&fact));
    }

    #[test]
    fn a_lost_update_is_proved_by_the_set_it_asked_for_in_any_order() {
        let intent =
            Intent::Nameservers { target: vec!["ns1.dns.test".to_owned(), "ns2.dns.test".to_owned()] };
        let hosts = |names: &[&str]| {
            Some(names.iter().map(|name| eppgate_model::HostName::parse(name).unwrap()).collect::<Vec<_>>())
        };
        for (there, proof) in [
            (hosts(&["ns2.dns.test", "ns1.dns.test"]), Proof::Done),
            (hosts(&["ns1.dns.test"]), Proof::Absent),
            (None, Proof::Absent),
        ] {
            let fact = Fact { nameservers: there, ..fact() };
            let info = info("us", "2026-01-01T00:00:00Z", None);
            assert_eq!(judge(&intent, &operation("2026-03-01T12:00:00Z"), &info, &fact, "us"), proof);
        }
    }

    #[test]
    fn a_lost_deletion_is_proved_by_redemption_or_by_another_sponsor() {
        let operation = operation("2026-03-01T12:00:00Z");
        let redemption = Some(Leaving::Redemption);
        for (sponsor, leaving, proof) in
            [("us", None, Proof::Absent), ("us", redemption, Proof::Done), ("them", None, Proof::Done)]
        {
            let fact = Fact { leaving, ..fact() };
            let info = info(sponsor, "2026-01-01T00:00:00Z", None);
            assert_eq!(judge(&Intent::Delete, &operation, &info, &fact, "us"), proof);
        }
    }

    #[test]
    fn a_lost_restore_is_proved_by_the_stage_of_the_deletion() {
        let operation = operation("2026-03-01T12:00:00Z");
        for (leaving, requested, reported) in [
            (Some(Leaving::Redemption), Proof::Absent, Proof::Absent),
            (Some(Leaving::PendingDelete), Proof::Absent, Proof::Absent),
            (Some(Leaving::PendingRestore), Proof::Done, Proof::Absent),
            (None, Proof::Done, Proof::Done),
        ] {
            let fact = Fact { leaving, ..fact() };
            let info = info("us", "2026-01-01T00:00:00Z", None);
            let judged = |intent| judge(&intent, &operation, &info, &fact, "us");
            assert_eq!((judged(Intent::Restore), judged(Intent::RestoreReport)), (requested, reported));
        }
    }

    #[test]
    fn a_lost_change_of_contacts_is_proved_by_who_came_and_who_went() {
        let admin = |id: &str| Role::Admin.of(id.to_owned());
        let change = |removed: Option<&str>, added: Option<&str>| RoleChange {
            role: Role::Admin,
            handle: None,
            removed_id: removed.map(str::to_owned),
            added_id: added.map(str::to_owned),
        };
        let operation = operation("2026-03-01T12:00:00Z");
        for (change, there, proof) in [
            (change(Some("old"), Some("new")), vec![admin("new")], Proof::Done),
            (change(Some("old"), Some("new")), vec![admin("old")], Proof::Absent),
            (change(Some("old"), Some("new")), vec![admin("old"), admin("new")], Proof::Absent),
            (change(Some("old"), None), vec![], Proof::Done),
            (change(None, Some("new")), vec![Role::Tech.of("new".to_owned())], Proof::Absent),
        ] {
            let contacts = there.clone();
            let info = InfData { contacts, ..info("us", "2026-01-01T00:00:00Z", None) };
            let intent = Intent::Contacts(vec![change]);
            assert_eq!(judge(&intent, &operation, &info, &fact(), "us"), proof, "{there:?}");
        }
    }

    #[test]
    fn lost_glue_is_proved_by_the_addresses_within_the_domain() {
        let addresses =
            |texts: &[&str]| -> Vec<IpAddr> { texts.iter().map(|text| text.parse().unwrap()).collect() };
        let intent = Intent::Glue {
            host: "ns1.a.example".to_owned(),
            addresses: addresses(&["192.0.2.1", "2001:db8::1"]),
        };
        let operation = operation("2026-03-01T12:00:00Z");
        for (name, there, proof) in [
            ("NS1.a.example", &["2001:db8::1", "192.0.2.1"][..], Proof::Done),
            ("ns1.a.example", &["192.0.2.1"], Proof::Absent),
            ("ns2.a.example", &["192.0.2.1", "2001:db8::1"], Proof::Absent),
        ] {
            let addresses = addresses(there).into_iter().map(Into::into).collect();
            let host = HostAttr { name: name.to_owned(), addresses };
            let ns = Some(NameServers::Attributes(vec![host]));
            let info = InfData { ns, ..info("us", "2026-01-01T00:00:00Z", None) };
            assert_eq!(judge(&intent, &operation, &info, &fact(), "us"), proof, "{name} {there:?}");
        }
    }

    #[test]
    fn a_lost_lock_is_proved_by_the_statuses_that_it_set_and_lifted() {
        let change = StatusChange {
            cause: Cause::Lock(Lock::Delete),
            added: vec!["clientDeleteProhibited".to_owned()],
            removed: vec!["clientHold".to_owned()],
        };
        let operation = operation("2026-03-01T12:00:00Z");
        for (there, proof) in [
            (Some("clientDeleteProhibited inactive"), Proof::Done),
            (Some("clientDeleteProhibited clientHold"), Proof::Absent),
            (Some("inactive"), Proof::Absent),
            (None, Proof::Absent),
        ] {
            let statuses = there.map(|words| words.split(' ').map(str::to_owned).collect());
            let fact = Fact { statuses, ..fact() };
            let info = info("us", "2026-01-01T00:00:00Z", None);
            assert_eq!(judge(&Intent::Statuses(change.clone()), &operation, &info, &fact, "us"), proof);
        }
    }
}
