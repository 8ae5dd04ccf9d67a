//! What commands on a contact's copy at a registry are to achieve, and what they mean for our record of it.

use chrono::{DateTime, Utc};
use eppgate_epp::contact::{CreData, InfData, Info};
use eppgate_epp::{Command, Response};
use eppgate_model::contact::ContactDetails;
use eppgate_model::operation::OperationKind;
use eppgate_model::token::Actor;
use eppgate_model::{Contact, ContactId, ContactRegistration, Json, Operation};
use eppgate_registry::{Class, Registry};
use eppgate_store::{Change, ContactChange};
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::time::Instant;

use super::wire;
use crate::service::call::{Look, look_by};
use crate::service::journal::{Effect, Journalled, Kept, Proof};
use crate::service::{Error, Gateway};

/// What a journalled command on a contact's copy is to achieve.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::service) struct Intent {
    pub(super) contact: ContactId,
    pub(super) aim: Aim,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Aim {
    /// A copy of this version of the record.
    Create { version: i64 },
    /// That the copy says this. The record says so from this version on.
    Update { version: i64, details: Box<ContactDetails> },
    /// No copy.
    Delete,
}

/// What is known of a copy after a command.
pub(in crate::service) struct Fact {
    /// The registry's name for it, if it told one.
    registry_id: Option<String>,
}

impl Journalled for Intent {
    const OBJECT: &'static str = "contact";
    type Name = String;
    type Info = InfData;
    type Fact = Fact;
    type Row = ContactRegistration;

    fn kind(&self) -> OperationKind {
        match self.aim {
            Aim::Create { .. } => OperationKind::Create,
            Aim::Update { .. } => OperationKind::Update,
            Aim::Delete => OperationKind::Delete,
        }
    }

    fn wants_look(&self) -> bool {
        false
    }

    fn is_open(&self, _: &Fact) -> bool {
        false
    }

    async fn look(
        registry: &Registry,
        operation: &Operation,
        class: Class,
        deadline: Instant,
    ) -> Result<Look<InfData>, Error> {
        let info = Command::new(&Info { id: operation.name.clone(), auth_info: None });
        look_by(info, registry, operation.tenant_id, class, deadline).await
    }

    fn told(response: &Response<'_>) -> Result<Fact, Error> {
        Ok(Fact { registry_id: response.data::<CreData>()?.map(|created| created.id) })
    }

    fn seen(looked: &Look<InfData>, told: Option<&Fact>) -> Result<Fact, Error> {
        let told = told.and_then(|told| told.registry_id.clone());
        let seen = match looked {
            Look::Found(found) => Some(found.0.id.clone()),
            Look::Missing => None,
        };
        Ok(Fact { registry_id: seen.or(told) })
    }

    fn judge(&self, _: &Operation, looked: &Look<InfData>, _: &Fact, own_id: &str) -> Proof {
        match (&self.aim, looked) {
            (Aim::Delete, Look::Missing) => Proof::Done,
            (_, Look::Missing) | (Aim::Delete, Look::Found(_)) => Proof::Absent,
            // The id is of our making and no other contact's, so that being there and ours is proof.
            (Aim::Create { .. }, Look::Found(found)) if found.0.cl_id == own_id => Proof::Done,
            (Aim::Create { .. }, Look::Found(_)) => Proof::Taken,
            (Aim::Update { details, .. }, Look::Found(found)) if wire::says(&found.0, details) => Proof::Done,
            (Aim::Update { .. }, Look::Found(_)) => Proof::Absent,
        }
    }

    fn taken() -> Error {
        Error::internal("a contact's id at a registry is somebody else's")
    }

    fn evidence(info: &InfData) -> Json {
        json!({ "sponsor": info.cl_id, "created_at": info.cr_date, "updated_at": info.up_date })
    }

    async fn row(gateway: &Gateway, operation: &Operation) -> Result<Option<ContactRegistration>, Error> {
        let kept = Kept::<Self>::of(operation)?;
        let Operation { tenant_id, account_id, .. } = operation;
        Ok(gateway.0.store.contact_registration(*tenant_id, kept.intent.contact, *account_id).await?)
    }

    async fn effect(
        &self,
        gateway: &Gateway,
        operation: &Operation,
        _: &Actor,
        fact: &Fact,
    ) -> Result<Effect<ContactRegistration>, Error> {
        let record = gateway.0.store.contact_by_id(operation.tenant_id, self.contact).await?;
        let (row, change) = apply(self, operation, record, fact, gateway.0.clock.now());
        Ok(Effect { row, change, event: None })
    }
}

/// The copy as it is afterwards, and what that changes. A record that is gone meanwhile has no copies to keep.
fn apply(
    intent: &Intent,
    operation: &Operation,
    record: Option<Contact>,
    fact: &Fact,
    now: DateTime<Utc>,
) -> (ContactRegistration, Change) {
    let mut copy = ContactRegistration {
        tenant_id: operation.tenant_id,
        contact_id: intent.contact,
        account_id: operation.account_id,
        binding: operation.binding.clone(),
        registry_id: fact.registry_id.clone().unwrap_or_else(|| operation.name.clone()),
        version: 0,
    };
    let Some(record) = record else { return (copy, Change::None) };
    let change = match &intent.aim {
        Aim::Create { version } => {
            copy.version = *version;
            ContactChange::Registered(copy.clone())
        }
        Aim::Update { version, details } => {
            let same = record.details == **details;
            let next = !same && record.version + 1 == *version;
            // A record that has become something else meanwhile leaves a copy that is not as any version of it.
            copy.version = if same {
                record.version
            } else if next {
                *version
            } else {
                0
            };
            let record = next.then(|| Box::new(record.with((**details).clone(), now)));
            ContactChange::Updated(copy.clone(), record)
        }
        Aim::Delete => ContactChange::Unregistered(copy.clone()),
    };
    (copy, change.into())
}

#[cfg(test)]
mod tests {
    use eppgate_model::contact::Verification;

    use super::*;
    use crate::service::effect::tests::{at, operation};

    fn details(city: &str) -> ContactDetails {
        ContactDetails {
            name: "Jane Doe".to_owned(),
            organization: None,
            email: "jane@example.test".parse().unwrap(),
            phone: None,
            fax: None,
            street: Vec::new(),
            city: city.to_owned(),
            state_province: None,
            postal_code: None,
            country: "SE".to_owned(),
            registration_number: None,
            vat_number: None,
            disclosure: None,
        }
    }

    fn record(city: &str, version: i64) -> Contact {
        Contact {
            id: ContactId::new(),
            tenant_id: eppgate_model::TenantId::new(),
            handle: "jane".parse().unwrap(),
            details: details(city),
            transfer_lock_opt_out: false,
            verification: Verification::Active,
            verification_due_at: None,
            inserted_at: at("2026-01-01T00:00:00Z"),
            updated_at: at("2026-01-01T00:00:00Z"),
            version,
        }
    }

    #[test]
    fn a_copy_counts_as_a_version_only_if_it_says_what_that_version_says() {
        let now = at("2026-03-01T12:00:00Z");
        let aim = Aim::Update { version: 4, details: Box::new(details("Lund")) };
        for (record, version, follows) in [
            // The first registry to agree takes the record along, the next ones find it there.
            (record("Umea", 3), 4, true),
            (record("Lund", 4), 4, false),
            // A copy that is brought up to date long after.
            (record("Lund", 9), 9, false),
            // The record has become something else meanwhile.
            (record("Oslo", 4), 0, false),
        ] {
            let intent = Intent { contact: record.id, aim: aim.clone() };
            let city = record.details.city.clone();
            let fact = Fact { registry_id: None };
            let (copy, change) = apply(&intent, &operation("2026-03-01T12:00:00Z"), Some(record), &fact, now);
            assert_eq!(copy.version, version, "{city}");
            let Change::Contact(ContactChange::Updated(_, after)) = change else { panic!("{change:?}") };
            assert_eq!(after.is_some_and(|after| after.details == details("Lund")), follows, "{city}");
        }
    }

    #[test]
    fn a_record_that_is_gone_keeps_no_copies() {
        let intent = Intent { contact: ContactId::new(), aim: Aim::Create { version: 1 } };
        let fact = Fact { registry_id: Some("c1".to_owned()) };
        let operation = operation("2026-03-01T12:00:00Z");
        let (_, change) = apply(&intent, &operation, None, &fact, operation.inserted_at);
        assert!(matches!(change, Change::None), "{change:?}");
    }
}
