//! Requests that are sent again: each is carried out once, and whoever repeats it gets the answer of the first.
//!
//! The answer is kept for a day, sealed with the caller's idempotency key. Where there is none, because the gateway died,
//! or the outcome was not known in time, the repetition meets what the journal has of the request: a command that was
//! executed is not sent again, and one of unknown outcome is looked into first.

use std::mem::discriminant;

use aws_lc_rs::digest::{Context, SHA256};
use eppgate_model::idempotency::{Attempt, IdempotencyKey, KeyHash};
use eppgate_model::operation::{OperationKind, OperationState, Outcome};
use eppgate_model::token::Principal;
use eppgate_model::{AttemptId, Operation, TenantId};
use eppgate_registry::{Class, Registry};
use eppgate_store::{Claim, Instead, KeyClaim, OperationResult};
use tokio::time::Instant;

use super::journal::{Journalled, Kept, Proof};
use super::sealing::{open, seal};
use super::settle::{evidence, was_decided};
use super::{Error, Gateway};

/// What is to be done with a request that carries an idempotency key.
pub enum Repeatable {
    /// Carry it out.
    Attempt(Attempt),
    /// Nothing: this is its answer.
    Answer(Vec<u8>),
}

impl Gateway {
    /// Claims a request for an attempt, unless it has its answer. `request` is what tells it from others that carry the
    /// same key.
    pub async fn attempt(
        &self,
        principal: &Principal,
        key: &IdempotencyKey,
        request: &[&[u8]],
    ) -> Result<Repeatable, Error> {
        let tenant = principal.tenant_id;
        let seal = self.0.sealer.key(tenant, key)?;
        let key_hash = hash_of(&[tenant.uuid().as_bytes(), key.expose().as_bytes()]);
        let (id, fingerprint) = (AttemptId::new(), hash_of(request));
        let claim = KeyClaim { tenant_id: tenant, key_hash, fingerprint, attempt_id: id };
        match self.0.store.claim_key(claim, self.0.clock.now()).await? {
            Claim::Ours { earlier } => Ok(Repeatable::Attempt(Attempt { id, key_hash, seal, earlier })),
            Claim::InFlight => Err(Error::IdempotencyKeyInUse { in_flight: true }),
            Claim::OtherRequest => Err(Error::IdempotencyKeyInUse { in_flight: false }),
            // With another secret configured than when it was sealed, it is there and cannot be told.
            Claim::Answered(sealed) => open(&seal, ANSWER, &sealed)
                .map(Repeatable::Answer)
                .ok_or(Error::IdempotencyKeyInUse { in_flight: false }),
        }
    }

    /// Ends an attempt, with an answer for whoever repeats the request, or with none, so that they try again.
    pub async fn end_attempt(
        &self,
        tenant: TenantId,
        attempt: &Attempt,
        answer: Option<&[u8]>,
    ) -> Result<(), Error> {
        match answer {
            Some(answer) => {
                let sealed = seal(&attempt.seal, ANSWER, answer)?;
                Ok(self.0.store.keep_answer(tenant, attempt, sealed).await?)
            }
            None => Ok(self.0.store.release_key(tenant, attempt, self.0.clock.now()).await?),
        }
    }

    /// The command that an earlier attempt at the same request had executed, of those that are the `same`. One whose
    /// outcome is unknown is looked into; while it stays so, nothing may be sent.
    pub(super) async fn earlier<I: Journalled>(
        &self,
        principal: &Principal,
        name: &str,
        same: impl Fn(&I) -> bool + Send,
    ) -> Result<Option<Operation>, Error> {
        for id in principal.attempt.iter().flat_map(|attempt| &attempt.earlier) {
            let tenant = principal.tenant_id;
            let Some(mut operation) = self.0.store.operation(tenant, *id).await? else { continue };
            if operation.object != I::OBJECT
                || operation.name != name
                || !same(&Kept::<I>::of(&operation)?.intent)
            {
                continue;
            }
            if operation.state == OperationState::Unknown {
                operation = self.look_into::<I>(operation).await?;
            }
            match (operation.state, operation.outcome) {
                // The registry has carried it out, whatever others make of it.
                (OperationState::Settled, Some(Outcome::Executed)) | (OperationState::Answered, _) => {
                    return Ok(Some(operation));
                }
                (OperationState::Settled, _) => {}
                _ => return Err(Error::RegistryTimeout { operation_id: Some(*id) }),
            }
        }
        Ok(None)
    }

    /// The same for a command that is about to be sent.
    pub(super) async fn sent_before<I: Journalled>(
        &self,
        principal: &Principal,
        name: &str,
        intent: &I,
    ) -> Result<Option<I::Row>, Error> {
        let same = |earlier: &I| discriminant(earlier) == discriminant(intent);
        match self.earlier::<I>(principal, name, same).await? {
            Some(done) => I::row(self, &done).await?.map(Some).ok_or(Error::NotFound),
            None => Ok(None),
        }
    }

    /// A command was refused. If one like it was taken as not executed before, because nothing was to be seen of it, it
    /// may have been executed since, and be what stands in the way: then that one is settled as executed after all.
    pub(super) async fn after_all<I: Journalled>(
        &self,
        registry: &Registry,
        refused: &Operation,
        refusal: &OperationResult,
        deadline: Instant,
    ) -> Result<Option<I::Row>, Error> {
        let Operation { tenant_id, account_id, name, .. } = refused;
        let Some(undone) = self.0.store.judged_undone(*tenant_id, I::OBJECT, name).await? else {
            return Ok(None);
        };
        // A creation has the proof in it. With anything else, what is there proves something only of the same wish.
        let wish = |operation: &Operation| operation.request.get("intent").cloned();
        let alike = undone.kind == OperationKind::Create || wish(&undone) == wish(refused);
        let differs = undone.kind != refused.kind || undone.account_id != *account_id || !alike;
        if differs || was_decided(&undone) {
            return Ok(None);
        }
        let intent = Kept::<I>::of(&undone)?.intent;
        let looked = I::look(registry, &undone, Class::Interactive, deadline).await?;
        let fact = I::seen(&looked, None)?;
        if intent.judge(&undone, &looked, &fact, registry.client_id()) != Proof::Done {
            return Ok(None);
        }
        let evidence = evidence::<I>(&looked, self.0.clock.now());
        let executed = self.verdict(Outcome::Executed, None, Some(evidence));
        let instead = Instead { operation: refused.id, refusal: refusal.clone() };
        self.conclude::<I>(&undone, &fact, executed, Some(instead)).await.map(Some)
    }

    /// Looks into an operation for as long as there is time before a new attempt, and gives it as it stands then.
    async fn look_into<I: Journalled>(&self, operation: Operation) -> Result<Operation, Error> {
        let (tenant, id) = (operation.tenant_id, operation.id);
        let settings = &self.0.settings;
        let deadline = Instant::now() + settings.deadline.saturating_sub(settings.command);
        let registry = self.registry(operation.account_id)?;
        if let Err(error) = self.find_out::<I>(&registry, operation, deadline).await {
            tracing::info!(%error, operation = %id, "an operation was looked into for its caller");
        }
        self.0.store.operation(tenant, id).await?.ok_or(Error::NotFound)
    }
}

/// The parts are told apart by their lengths.
fn hash_of(parts: &[&[u8]]) -> KeyHash {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(&part.len().to_be_bytes());
        context.update(part);
    }
    let mut hash = KeyHash::default();
    hash.copy_from_slice(context.finish().as_ref());
    hash
}

const ANSWER: &str = "answer";
