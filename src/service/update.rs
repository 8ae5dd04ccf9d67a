//! DS records.

use eppgate_epp::Command;
use eppgate_epp::domain;
use eppgate_epp::ext::secdns::{self, DsData, DsOrKey, Rem, SigningData};
use eppgate_model::domain::DsRecord;
use eppgate_model::token::Principal;

use super::effect::Intent;
use super::gates::Action;
use super::journal::Change;
use super::{DomainView, Error, Gateway};

/// A DS record as a caller gives it; anything may be wrong with it.
#[derive(Debug, Clone)]
pub struct DsInput {
    pub key_tag: i64,
    pub algorithm: i64,
    pub digest_type: i64,
    /// Hexadecimal.
    pub digest: String,
    /// Seconds.
    pub max_sig_life: Option<i64>,
}

impl Gateway {
    /// Replaces the set of DS records. The same set again does not contact the registry.
    pub async fn update_ds_records(
        &self,
        principal: &Principal,
        name: &str,
        records: Vec<DsInput>,
    ) -> Result<DomainView, Error> {
        let (gateway, principal, name) = (self.clone(), principal.clone(), name.to_owned());
        self.to_its_end(async move { gateway.update_ds_records_now(principal, &name, &records).await }).await
    }

    /// Takes all DS records away.
    pub async fn delete_ds_records(&self, principal: &Principal, name: &str) -> Result<DomainView, Error> {
        self.update_ds_records(principal, name, Vec::new()).await
    }

    async fn update_ds_records_now(
        &self,
        principal: Principal,
        name: &str,
        records: &[DsInput],
    ) -> Result<DomainView, Error> {
        let before = self.own(&principal, name).await?;
        self.pass(Action::UpdateDsRecords, &before).await?;
        let route = self.route(&before).await?;
        let target = parse_ds(records)?;
        let Some(update) = ds_update(&before.ds_records, &target) else { return self.view(before).await };
        let domain_update =
            domain::Update { name: before.name.as_str().to_owned(), ..domain::Update::default() };
        let command = Command::new(&domain_update).with(&update);
        let intent = Intent::DsRecords { target: target.iter().map(Into::into).collect() };
        let domain = self.carry_out(Change { principal, route, name: before.name, intent, command }).await?;
        self.view(domain).await
    }
}

fn parse_ds(records: &[DsInput]) -> Result<Vec<DsRecord>, Error> {
    if records.len() > MAX_DS_RECORDS {
        return Err(Error::InvalidDsRecords);
    }
    let mut parsed: Vec<DsRecord> = Vec::with_capacity(records.len());
    for record in records {
        let digest = record.digest.trim().to_ascii_uppercase();
        let hex = !digest.is_empty()
            && digest.len() % 2 == 0
            && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
        let life = record.max_sig_life.map(|life| i32::try_from(life).ok().filter(|life| *life > 0));
        let (Ok(key_tag), Ok(algorithm), Ok(digest_type), true, false) = (
            u16::try_from(record.key_tag),
            u8::try_from(record.algorithm),
            u8::try_from(record.digest_type),
            hex && digest.len() <= MAX_DIGEST,
            life == Some(None),
        ) else {
            return Err(Error::InvalidDsRecords);
        };
        let max_sig_life = life.flatten().and_then(|life| u32::try_from(life).ok());
        let record = DsRecord { key_tag, algorithm, digest_type, digest, max_sig_life };
        if parsed.iter().any(|other| same_record(other, &record)) {
            return Err(Error::DuplicateDsRecord);
        }
        parsed.push(record);
    }
    let mut lives = parsed.iter().filter_map(|record| record.max_sig_life);
    if let Some(first) = lives.next()
        && lives.any(|life| life != first)
    {
        return Err(Error::InconsistentMaxSigLife);
    }
    Ok(parsed)
}

/// The command that turns one set of records into the other; `None` when they are the same.
fn ds_update(before: &[DsRecord], target: &[DsRecord]) -> Option<secdns::Update> {
    let missing = |from: &[DsRecord], of: &[DsRecord]| -> Vec<DsData> {
        let gone = from.iter().filter(|record| !of.iter().any(|other| same_record(other, record)));
        gone.map(ds_data).collect()
    };
    let life = |records: &[DsRecord]| records.iter().find_map(|record| record.max_sig_life);
    let (added, removed) = (missing(target, before), missing(before, target));
    let new_life = life(target).filter(|_| life(target) != life(before));
    if added.is_empty() && removed.is_empty() && new_life.is_none() {
        return None;
    }
    let rem = match removed {
        _ if target.is_empty() => Some(Rem::All),
        removed if removed.is_empty() => None,
        removed => Some(Rem::Ds(removed)),
    };
    let add = (!added.is_empty()).then_some(DsOrKey { max_sig_life: None, data: SigningData::Ds(added) });
    let chg = new_life.map(|life| secdns::Chg { max_sig_life: Some(life) });
    Some(secdns::Update { urgent: None, rem, add, chg })
}

fn same_record(a: &DsRecord, b: &DsRecord) -> bool {
    (a.key_tag, a.algorithm, a.digest_type, &a.digest) == (b.key_tag, b.algorithm, b.digest_type, &b.digest)
}

fn ds_data(record: &DsRecord) -> DsData {
    DsData {
        key_tag: record.key_tag,
        alg: record.algorithm,
        digest_type: record.digest_type,
        digest: record.digest.clone(),
        key_data: None,
    }
}

/// More than any registry takes.
const MAX_DS_RECORDS: usize = 32;
/// Hexadecimal digits of the longest digest there is, with room to grow.
const MAX_DIGEST: usize = 256;

#[cfg(test)]
mod tests {
    use super::*;

    fn input(digest: &str) -> DsInput {
        DsInput { key_tag: 1, algorithm: 13, digest_type: 2, digest: digest.to_owned(), max_sig_life: None }
    }

    #[test]
    fn malformed_doubled_or_contradictory_ds_records_are_told_apart() {
        let life = |seconds| DsInput { max_sig_life: Some(seconds), ..input("ab") };
        let cases: [(Vec<DsInput>, &str); 8] = [
            (vec![DsInput { key_tag: 65_536, ..input("ab") }], "malformed"),
            (vec![DsInput { algorithm: -1, ..input("ab") }], "malformed"),
            (vec![input("abc")], "malformed"),
            (vec![input("")], "malformed"),
            (vec![input("xy")], "malformed"),
            (vec![life(0)], "malformed"),
            (vec![input("ab"), input("AB")], "given twice"),
            (vec![life(1), DsInput { digest: "cd".to_owned(), ..life(2) }], "lifetime"),
        ];
        for (records, says) in cases {
            let error = parse_ds(&records).unwrap_err().to_string();
            assert!(error.contains(says), "{records:?}: {error}");
        }
        assert_eq!(parse_ds(&[input("ab")]).unwrap()[0].digest, "AB");
    }

    #[test]
    fn an_update_says_only_what_changes() {
        let records =
            |digests: &[&str]| parse_ds(&digests.iter().map(|d| input(d)).collect::<Vec<_>>()).unwrap();
        let (one, both) = (records(&["aa"]), records(&["aa", "bb"]));
        assert_eq!(ds_update(&both, &records(&["bb", "aa"])), None);
        assert_eq!(ds_update(&both, &[]).unwrap().rem, Some(Rem::All));
        let added = ds_update(&one, &both).unwrap();
        assert_eq!((added.rem, added.add.is_some(), added.chg), (None, true, None));
        let removed = ds_update(&both, &one).unwrap();
        assert!(matches!(removed.rem, Some(Rem::Ds(gone)) if gone.len() == 1 && gone[0].digest == "BB"));
        assert_eq!(removed.add, None);
    }
}
