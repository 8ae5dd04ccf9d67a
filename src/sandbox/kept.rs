//! Wire types in the journal: as XML or as the word they are on the wire, so that no second description of a contact
//! or a message has to be kept in step with the codec's.

/// For `#[serde(with = ...)]`: an element as text.
pub(crate) mod xml {
    use eppgate_epp::frame::HEADER;
    use eppgate_epp::xml::{Decode, Document, Encode, Named, Writer};
    use serde::de::Error as _;
    use serde::ser::Error as _;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<T: Named + Encode, S: Serializer>(value: &T, to: S) -> Result<S::Ok, S::Error> {
        let mut out = Writer::new(Vec::new());
        out.named(value);
        let frame = out.finish().map_err(S::Error::custom)?;
        to.serialize_str(str::from_utf8(&frame[HEADER..]).map_err(S::Error::custom)?)
    }

    pub(crate) fn deserialize<'de, T: Named + Decode, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
        let text = String::deserialize(from)?;
        let document = Document::parse(text.as_str()).map_err(D::Error::custom)?;
        T::decode(document.root()).map_err(D::Error::custom)
    }
}

/// For `#[serde(with = ...)]`: a word of a list of the protocol's.
pub(crate) mod word {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(crate) fn serialize<T: AsRef<str>, S: Serializer>(word: &T, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(word.as_ref())
    }

    pub(crate) fn deserialize<'de, T: for<'t> From<&'t str>, D: Deserializer<'de>>(
        from: D,
    ) -> Result<T, D::Error> {
        String::deserialize(from).map(|word| word.as_str().into())
    }
}
