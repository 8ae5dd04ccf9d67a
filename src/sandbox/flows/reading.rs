//! A command as a registry of some character reads it.

use eppgate_epp::command::ReceivedCommand;
use eppgate_epp::ext::fee::{Agreed, Dialect, Info};
use eppgate_epp::ext::namestore::{self, NamestoreExt};
use eppgate_epp::xml::{Decode, Named};
use eppgate_epp::{Namespace, ResultCode, domain, ext};

use super::Refusal;
use crate::character::Character;

/// The command, and who reads it.
pub(crate) struct Reading<'r> {
    command: &'r ReceivedCommand<'r>,
    character: &'r Character,
}

impl<'r> std::ops::Deref for Reading<'r> {
    type Target = ReceivedCommand<'r>;

    fn deref(&self) -> &ReceivedCommand<'r> {
        self.command
    }
}

impl<'r> Reading<'r> {
    pub(crate) fn new(command: &'r ReceivedCommand<'r>, character: &'r Character) -> Self {
        Self { command, character }
    }

    /// Whether objects of this namespace can be used.
    pub(super) fn knows_object(&self, namespace: &str) -> bool {
        self.character.objects().any(|known| known == namespace)
    }

    /// The object's command, which must be the verb's.
    pub(super) fn the<T: Named + Decode>(&self) -> Result<T, Refusal> {
        self.read_object()?.ok_or_else(mismatch)
    }

    /// Refuses every extension but these elements: 2103 for namespaces this registry does not speak, 2102 for elements
    /// of its own that have no place in the command. The fee's element goes by its name in RFC 8748 in every dialect.
    pub(super) fn only(&self, known: &[(Namespace, &str)]) -> Result<(), Refusal> {
        for element in self.extensions() {
            if element.is(namestore::NS, NamestoreExt::NAME) && self.character.products().is_some() {
                continue;
            }
            if !self.character.extension_uris().any(|spoken| spoken == element.ns()) {
                return Err(ResultCode::UNIMPLEMENTED_EXTENSION.into());
            }
            let uri = if Dialect::of(element.ns()).is_some() { ext::fee::NS.uri } else { element.ns() };
            if !known.iter().any(|(ns, name)| ns.uri == uri && *name == element.name()) {
                return Err(ResultCode::UNIMPLEMENTED_OPTION.into());
            }
        }
        Ok(())
    }

    /// Refuses every extension.
    pub(super) fn bare(&self) -> Result<(), Refusal> {
        self.only(&[])
    }

    /// The product that the command names, where it must: known (2306), last of the extensions (2001), and that of the
    /// domains' zone (2306).
    pub(super) fn product(&self) -> Result<Option<NamestoreExt>, Refusal> {
        let Some(products) = self.character.products() else {
            return Ok(None);
        };
        let missing = || Refusal::new(ResultCode::PARAMETER_MISSING, "the command names no product");
        let named: NamestoreExt = self.extension()?.ok_or_else(missing)?;
        if self.extensions().last().is_none_or(|last| last.ns() != namestore::NS.uri) {
            return Err(Refusal::new(ResultCode::SYNTAX_ERROR, "the product is the last extension"));
        }
        let product = products.iter().find(|product| product.name == named.sub_product);
        let product = product.ok_or_else(Refusal::no_such_product)?;
        let about = self.object().filter(|object| object.ns() == domain::NS.uri);
        let mut names = about.into_iter().flat_map(|object| object.children());
        let elsewhere =
            |name: &str| name.rsplit('.').next().is_none_or(|zone| !zone.eq_ignore_ascii_case(product.zone));
        if names.any(|child| child.name() == "name" && elsewhere(child.text())) {
            return Err(Refusal::new(ResultCode::PARAMETER_POLICY, "the name is of another product"));
        }
        Ok(Some(named))
    }

    /// The fee that an info asks for, which only the first drafts know.
    pub(super) fn fee_of_info(&self) -> Result<Option<Box<(Dialect, Info)>>, Refusal> {
        let Some(element) = self.extensions().find(|element| element.name() == "info") else {
            return Ok(None);
        };
        let dialect = Dialect::of(element.ns()).filter(|dialect| *dialect <= Dialect::V0_7);
        let dialect = dialect.ok_or(ResultCode::UNIMPLEMENTED_OPTION)?;
        Ok(Some(Box::new((dialect, Info::decode(element)?))))
    }

    /// The fee that the client agrees to.
    pub(super) fn agreement(&self) -> Result<Option<Agreement>, Refusal> {
        let found = Agreed::find(self.extensions())?;
        Ok(found.map(|(dialect, agreed)| Agreement { dialect, agreed }))
    }
}

/// A fee that the client agreed to, and the dialect in which it did.
pub(super) struct Agreement {
    pub(super) dialect: Dialect,
    pub(super) agreed: Agreed,
}

pub(super) fn mismatch() -> Refusal {
    Refusal::new(ResultCode::SYNTAX_ERROR, "verb and object do not match")
}
