//! The peer as a client of the sandbox: what independent software can do there, in its own words.

use anyhow::{Result, ensure};
use eppgate_sandbox::{Config, DEFAULT_PASSWORD, Sandbox};
use instant_epp::domain::{DomainCheck, DomainCreate, DomainDelete, DomainInfo, DomainRenew, ONE_YEAR};

use super::direct::Direct;
use super::{Account, Pki};

#[tokio::test]
async fn instant_epp_goes_through_a_domains_life() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let pki = eppgate_sandbox::Pki::ensure(&dir.path().join("pki"))?;
    let sandbox = Sandbox::start(Config::new("life", &["example"], pki.clone())).await?;
    let account = Account {
        address: sandbox.address().to_string(),
        client_id: "registrar-a",
        password: DEFAULT_PASSWORD.to_owned(),
        pki: Pki { ca: pki.ca, cert: pki.client_cert, key: pki.client_key },
    };
    let mut client = Direct::log_in(&account, account.pki.client_config()?).await?;
    let name = "instant-epp.example";
    for expected in [true, false] {
        let checked = client.run(&DomainCheck { domains: &[name] }).await?;
        let list = checked.res_data().expect("a check has data");
        ensure!(list.list.len() == 1 && list.list[0].name.available == expected);
        if expected {
            client.run(&DomainCreate::new(name, ONE_YEAR, None, None, "Sandbox-1234", None)).await?;
        }
    }
    let info = client.run(&DomainInfo::new(name, None)).await?;
    let expires = info.res_data().and_then(|data| data.expiring_at).expect("a domain expires");
    let renewed = client.run(&DomainRenew::new(name, expires.date_naive(), ONE_YEAR)).await?;
    ensure!(renewed.res_data().and_then(|data| data.expiring_at) > Some(expires));
    client.run(&DomainDelete::new(name)).await?;
    client.log_out().await?;
    sandbox.stop().await;
    Ok(())
}
