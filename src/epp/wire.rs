//! Enumerations as they stand on the wire, open at the end: a value we do not know is kept, never an error.

/// Declares an enum of wire words with an `Other` for the rest, and its text form in both directions.
///
/// The one macro of the code base: without it each table would stand three times.
macro_rules! wire_enum {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* #[doc = concat!("`", $word, "`")] $variant,)+
            /// A word that is not in the specification, as it was read.
            Other(String),
        }

        impl $name {
            /// The words of the specification.
            pub const KNOWN: &[Self] = &[$(Self::$variant,)+];

            /// The word on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)+
                    Self::Other(word) => word,
                }
            }
        }

        impl From<&str> for $name {
            fn from(word: &str) -> Self {
                match word {
                    $($word => Self::$variant,)+
                    _ => Self::Other(word.to_owned()),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl $crate::xml::Decode for $name {
            fn decode(from: $crate::xml::Element<'_>) -> Result<Self, $crate::DecodeError> {
                Ok(from.text().into())
            }
        }

        impl $crate::xml::Encode for $name {
            fn encode(&self, to: &mut $crate::xml::Writer) {
                to.text(self.as_str());
            }
        }
    };
}

pub(crate) use wire_enum;
