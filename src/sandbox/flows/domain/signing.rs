//! DS records as this registry takes them (RFC 5910, 4.1): the key data interface is not offered.

use eppgate_epp::ResultCode;
use eppgate_epp::ext::secdns::{DsData, Rem, SigningData, Update};

use crate::domain::{Domain, Ds};
use crate::flows::Refusal;
use crate::flows::sets::{join, take};

/// The records of a create or of what an update adds.
pub(super) fn records(data: SigningData) -> Result<Vec<Ds>, Refusal> {
    let SigningData::Ds(data) = data else {
        return Err(ds_only());
    };
    let mut records = Vec::new();
    for data in data {
        join(&mut records, record(data)?, "DS record")?;
    }
    bounded(&records)?;
    Ok(records)
}

/// Changes how a domain is signed. Removal comes first.
pub(super) fn update(domain: &mut Domain, update: Update) -> Result<(), Refusal> {
    if update.urgent == Some(true) {
        return Err(Refusal::new(ResultCode::UNIMPLEMENTED_OPTION, "nothing is urgent here"));
    }
    match update.rem {
        None => {}
        Some(Rem::All) => domain.ds.clear(),
        Some(Rem::Keys(_)) => return Err(ds_only()),
        Some(Rem::Ds(data)) => {
            for data in data {
                take(&mut domain.ds, &record(data)?, "DS record")?;
            }
        }
    }
    if let Some(add) = update.add {
        for record in records(add.data)? {
            join(&mut domain.ds, record, "DS record")?;
        }
        domain.max_sig_life = add.max_sig_life.or(domain.max_sig_life);
    }
    if let Some(chg) = update.chg {
        domain.max_sig_life = chg.max_sig_life;
    }
    bounded(&domain.ds)
}

fn record(data: DsData) -> Result<Ds, Refusal> {
    let characters = match data.digest_type {
        1 => 40,
        2 => 64,
        4 => 96,
        _ => return Err(Refusal::new(ResultCode::PARAMETER_RANGE, "digest types are 1, 2 and 4")),
    };
    let digest = data.digest.to_ascii_uppercase();
    if digest.len() != characters || !digest.bytes().all(|b| b.is_ascii_hexdigit()) {
        let reason = "the digest does not fit its type";
        return Err(Refusal::new(ResultCode::PARAMETER_SYNTAX, reason));
    }
    Ok(Ds { key_tag: data.key_tag, alg: data.alg, digest_type: data.digest_type, digest })
}

fn bounded(records: &[Ds]) -> Result<(), Refusal> {
    if records.len() > RECORDS {
        return Err(Refusal::new(ResultCode::PARAMETER_POLICY, "at most 8 DS records"));
    }
    Ok(())
}

fn ds_only() -> Refusal {
    Refusal::new(ResultCode::PARAMETER_POLICY, "DS records, not keys")
}

const RECORDS: usize = 8;
