//! How commands are said to one registry: the extensions they carry and the shapes they take there. The one place where a
//! registry's habits meet commands; what the habits are is data, in its profile.

use eppgate_epp::Command;
use eppgate_epp::domain::{self, HostAttr, NameServers};
use eppgate_epp::ext::{fee, idn, idnlang, iis, namestore, rgp, secdns};
use eppgate_epp::types::Secret;
use eppgate_model::{DomainName, HostName};
use eppgate_registry::Registry;
use eppgate_registry::profile::{AuthInfoMaker, Dnssec, HostModel, IdnTag, Restore};

use super::Error;
use super::auth_code::new_auth_code;

/// How commands are said to one registry.
#[derive(Clone, Copy)]
pub(super) struct Dialect<'r>(&'r Registry);

impl<'r> Dialect<'r> {
    /// That registry's.
    pub(super) fn of(registry: &'r Registry) -> Self {
        Self(registry)
    }

    /// A command on an object, complete: with what all commands on such objects carry here, which comes last. `name` is
    /// the object's, or that of its zone; for a host outside of the registry's zones, that of the domain which needs it.
    pub(super) fn complete(self, command: Command, object: &str, name: &str) -> Command {
        match object {
            "contact" => command,
            _ => of_product(command, self.product(name).as_deref()),
        }
    }

    /// What a name is a product of: only names of one can be asked about together.
    pub(super) fn product(self, name: &str) -> Option<String> {
        self.0.profile().product(name).map(ToOwned::to_owned)
    }

    /// Name servers; `None` for none.
    pub(super) fn name_servers(self, hosts: &[HostName]) -> Option<NameServers> {
        let names = hosts.iter().map(|host| host.as_str().to_owned());
        match self.0.profile().hosts {
            _ if hosts.is_empty() => None,
            HostModel::Objects => Some(NameServers::Objects(names.collect())),
            HostModel::Attributes => Some(NameServers::Attributes(
                names.map(|name| HostAttr { name, addresses: Vec::new() }).collect(),
            )),
        }
    }

    /// A new authorisation code for a domain; none where the registry makes it.
    pub(super) fn auth_code(self) -> Result<Option<Secret>, Error> {
        let rule = &self.0.profile().auth_info;
        match rule.made_by {
            AuthInfoMaker::Registrar => new_auth_code(rule).map(Some),
            AuthInfoMaker::Registry => Ok(None),
        }
    }

    /// Refuses what the registry does by itself only.
    pub(super) fn may_renew(self) -> Result<(), Error> {
        if self.0.profile().lifecycle.renew { Ok(()) } else { Err(Error::NotOffered("renew")) }
    }

    /// Refuses what the registry has no room for.
    pub(super) fn may_set_statuses(self) -> Result<(), Error> {
        let can = self.0.profile().lifecycle.client_statuses;
        if can { Ok(()) } else { Err(Error::NotOffered("lock or hold domains")) }
    }

    /// An update that asks for a deleted domain back, or the report at once where that is all that is wanted.
    pub(super) fn restore(
        self,
        update: &domain::Update,
        report: impl FnOnce() -> rgp::Report,
    ) -> Result<Command, Error> {
        let command = Command::new(update);
        let by = |restore| command.with(&rgp::Update { restore });
        match self.0.profile().lifecycle.restore {
            Restore::RequestAndReport | Restore::Request => Ok(by(rgp::Restore::Request)),
            Restore::Report => Ok(by(rgp::Restore::Report(Some(Box::new(report()))))),
            Restore::ClientDelete => {
                let client_delete = Some(iis::ClientDelete { at_exp_date: None, delete: false });
                Ok(Command::new(update).with(&iis::Update { vatno: None, client_delete }))
            }
            Restore::None => Err(Error::NotOffered("restore")),
        }
    }

    /// The version in which fees are asked for and agreed to, if any.
    pub(super) fn fees(self) -> Option<fee::Dialect> {
        fee::Dialect::choose(|uri| self.0.speaks(uri), self.0.profile().fee)
    }

    /// Whether domains are signed by DS records.
    pub(super) fn takes_ds(self) -> bool {
        self.0.profile().dnssec == Dnssec::Ds && self.0.speaks(secdns::NS.uri)
    }

    /// Whether a name is refused without its language.
    pub(super) fn needs_language(self, name: &DomainName) -> bool {
        name.is_idn() && self.0.profile().idn.required
    }

    /// A create, with the language of its name.
    pub(super) fn in_language(self, create: Command, name: &DomainName, language: Option<&str>) -> Command {
        let Some(language) = language.filter(|_| name.is_idn()) else { return create };
        match self.0.profile().idn.tag {
            IdnTag::IdnLang => create.with(&idnlang::Tag(language.to_owned())),
            IdnTag::Idn => create.with(&idn::Data { table: language.to_owned(), uname: None }),
            IdnTag::None => create,
        }
    }
}

/// A command that says which product it is about, if there are any.
pub(super) fn of_product(command: Command, product: Option<&str>) -> Command {
    match product {
        Some(product) => command.with(&namestore::NamestoreExt { sub_product: product.to_owned() }),
        None => command,
    }
}
