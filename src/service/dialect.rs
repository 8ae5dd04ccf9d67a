//! How commands are said to one registry: the extensions they carry and the shapes they take there. The one place where a
//! registry's habits meet commands; what the habits are is data, in its profile.

use eppgate_epp::domain::{self, HostAttr, NameServers};
use eppgate_epp::ext::{fee, idn, idnlang, iis, namestore, rgp, secdns};
use eppgate_epp::types::Secret;
use eppgate_epp::{Command, contact};
use eppgate_model::DomainName;
use eppgate_model::contact::ContactDetails;
use eppgate_registry::Registry;
use eppgate_registry::profile::{
    AuthInfoMaker, ContactModel, Dnssec, HostModel, IdnTag, Quirk, Restore, Transfer,
};

use super::Error;
use super::auth_code::new_auth_code;
use super::gates::Offers;
use super::hosts::NameServer;

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

    /// Whether name servers are objects of their own.
    pub(super) fn has_host_objects(self) -> bool {
        self.0.profile().hosts == HostModel::Objects
    }

    /// Name servers, with the addresses that the registry gives on where they are no objects; `None` for none.
    pub(super) fn name_servers(self, servers: &[NameServer]) -> Option<NameServers> {
        let name = |server: &NameServer| server.name.as_str().to_owned();
        let attribute = |server: &NameServer| HostAttr {
            name: name(server),
            addresses: server.glue.iter().copied().map(Into::into).collect(),
        };
        match self.0.profile().hosts {
            _ if servers.is_empty() => None,
            HostModel::Objects => Some(NameServers::Objects(servers.iter().map(name).collect())),
            HostModel::Attributes => Some(NameServers::Attributes(servers.iter().map(attribute).collect())),
        }
    }

    /// Whether domains have contacts.
    pub(super) fn has_contacts(self) -> bool {
        self.0.profile().contacts.model == ContactModel::Thick && self.0.speaks(contact::NS.uri)
    }

    /// The command that makes a contact, with who that is by law where the registry asks for it; `None` if it does and
    /// that is not known.
    pub(super) fn introduced(self, create: Command, details: &ContactDetails) -> Option<Command> {
        if !self.0.speaks(iis::NS.uri) {
            return Some(create);
        }
        let number = details.registration_number.as_ref()?;
        let orgno = format!("[{}]{number}", details.country);
        Some(create.with(&iis::Create { orgno, vatno: details.vat_number.clone() }))
    }

    /// The command that changes a contact, with what of who it is by law can change.
    pub(super) fn reintroduced(self, update: Command, details: &ContactDetails) -> Command {
        if !self.0.speaks(iis::NS.uri) {
            return update;
        }
        let vatno = Some(details.vat_number.clone().unwrap_or_default());
        update.with(&iis::Update { vatno, client_delete: None })
    }

    /// A new authorisation code for a domain; none where the registry makes it.
    pub(super) fn auth_code(self) -> Result<Option<Secret>, Error> {
        let rule = &self.0.profile().auth_info;
        match rule.made_by {
            AuthInfoMaker::Registrar => new_auth_code(rule).map(Some),
            AuthInfoMaker::Registry => Ok(None),
        }
    }

    /// What there are commands for.
    pub(super) fn offers(self) -> Offers {
        let profile = self.0.profile();
        Offers {
            renew: profile.lifecycle.renew,
            restore: profile.lifecycle.restore != Restore::None,
            statuses: profile.lifecycle.client_statuses,
            auth_codes: profile.auth_info.made_by == AuthInfoMaker::Registrar,
            ds: self.takes_ds(),
            transfers: self.may_ask_for_transfers().is_ok(),
        }
    }

    /// Refuses what the present registrar does there, and nobody else.
    pub(super) fn may_ask_for_transfers(self) -> Result<(), Error> {
        match self.0.profile().lifecycle.transfer {
            Transfer::Pending | Transfer::AtOnce => Ok(()),
            Transfer::Push => Err(Error::NotOffered("ask for transfers")),
        }
    }

    /// Whether whoever shows a domain's password has it.
    pub(super) fn transfers_at_once(self) -> bool {
        self.0.profile().lifecycle.transfer == Transfer::AtOnce
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

    /// Whether a restore is followed by a report of its own.
    pub(super) fn wants_report(self) -> bool {
        self.0.profile().lifecycle.restore == Restore::RequestAndReport
    }

    /// The version in which fees are asked for and agreed to, if any.
    pub(super) fn fees(self) -> Option<fee::Dialect> {
        fee::Dialect::choose(|uri| self.0.speaks(uri), self.0.profile().fee)
    }

    /// A question for fees as the checks that are sent for it: as a rule one.
    pub(super) fn questions(self, fees: &fee::Check, spoken: fee::Dialect) -> Vec<fee::Check> {
        match self.0.profile().has(Quirk::OneFeeCommand) {
            true => fees.one_by_one(),
            false => fees.split(spoken),
        }
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
