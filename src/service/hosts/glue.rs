//! Hosts of registries that know them as parts of domains only: a change of addresses is a change of each domain that
//! names the host.

use std::net::IpAddr;

use eppgate_epp::Command;
use eppgate_epp::domain::{self, AddRem, HostAttr, NameServers};
use eppgate_model::Host;
use eppgate_model::token::Principal;
use eppgate_store::HostChange;

use super::Place;
use crate::service::effect::Intent;
use crate::service::journal::Change;
use crate::service::{Error, Gateway};

impl Gateway {
    /// Gives a host other addresses: first in the domains of its registry that name it, then in our row.
    pub(super) async fn change_glue(
        &self,
        principal: &Principal,
        before: &Host,
        place: &Place,
        target: Vec<IpAddr>,
    ) -> Result<Host, Error> {
        let naming = self.0.store.domains_naming(before.tenant_id, &before.name).await?;
        let host = before.name.as_str();
        let attribute = |addresses: &[IpAddr]| {
            let addresses = addresses.iter().copied().map(Into::into).collect();
            let ns = NameServers::Attributes(vec![HostAttr { name: host.to_owned(), addresses }]);
            Some(AddRem { ns: Some(ns), ..AddRem::default() })
        };
        let mut principal = principal.clone();
        for named in naming.into_iter().filter(|domain| domain.binding == place.domain.binding) {
            let update = domain::Update {
                name: named.name.as_str().to_owned(),
                add: attribute(&target),
                rem: attribute(&[]),
                chg: None,
            };
            let change = Change {
                principal: principal.clone(),
                route: self.route(&named).await?,
                name: named.name,
                intent: Intent::Glue { host: host.to_owned(), addresses: target.clone() },
                command: Command::new(&update),
            };
            self.carry_out(change).await?;
            // What holds before a change was asked for; something has been done now.
            principal.expects = None;
        }
        let after = Host { addresses: target, updated_at: self.0.clock.now(), ..before.clone() };
        self.keep_host(&principal, HostChange::Update(after)).await
    }
}
