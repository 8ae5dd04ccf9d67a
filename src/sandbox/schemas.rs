//! Messages held against schemas: what can be read may still be wrong, and other servers than ours may mind.

use std::path::Path;

use uppsala::XsdValidator;

use crate::Error;

/// The schemas of a folder, as its `all.xsd` imports them.
pub(crate) struct Schemas(XsdValidator);

impl Schemas {
    pub(crate) fn read(folder: &Path) -> Result<Self, Error> {
        let path = folder.join("all.xsd");
        let unusable = |source| Error::Schemas { folder: folder.to_owned(), source };
        let all = std::fs::read_to_string(&path).map_err(|source| Error::File {
            doing: "read",
            path: path.clone(),
            source,
        })?;
        let all = uppsala::parse(&all).map_err(unusable)?;
        let mut validator = XsdValidator::from_schema_with_base_path(&all, Some(folder)).map_err(unusable)?;
        validator.set_lenient(true);
        Ok(Self(validator))
    }

    /// The first thing that is wrong with a message.
    pub(crate) fn fault(&self, message: &str) -> Option<String> {
        match uppsala::parse(message) {
            Ok(document) => self.0.validate(&document).first().map(ToString::to_string),
            Err(error) => Some(error.to_string()),
        }
    }
}
