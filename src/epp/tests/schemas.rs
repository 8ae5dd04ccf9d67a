//! Validation against a folder of schemas.

use std::path::Path;

use uppsala::XsdValidator;

/// The schemas of a folder, as its `all.xsd` imports them.
pub(super) struct Schemas(XsdValidator);

impl Schemas {
    pub(super) fn read(folder: &Path) -> Self {
        let text = super::read(&folder.join("all.xsd"));
        let all = uppsala::parse(&text).expect("all.xsd is XML");
        let mut validator =
            XsdValidator::from_schema_with_base_path(&all, Some(folder)).expect("the schemas are sound");
        validator.set_lenient(true);
        Self(validator)
    }

    /// What is wrong with a message.
    pub(super) fn faults(&self, xml: &str) -> Vec<String> {
        let document = uppsala::parse(xml).expect("the message is XML");
        self.0.validate(&document).iter().map(ToString::to_string).collect()
    }
}
