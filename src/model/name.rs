//! Domain and host names in their one canonical form: lower-case A-labels without the trailing dot.
//!
//! Parsing is strict UTS-46 with the letter-digit-hyphen rule, so what passes can be put on the wire as it is.
//! Which Unicode characters a registry allows is that registry's matter: UTS-46 takes more than most do.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// A name that can be registered: at least two labels, such as `example.com` or `example.co.uk`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DomainName(String);

/// The name of a name server: at least two labels, no wildcard, no underscore.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HostName(String);

/// Why a text is not a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// More than 253 characters.
    #[error("the name has more than 253 characters")]
    TooLong,
    /// A single label, or nothing.
    #[error("the name has fewer than two labels")]
    TooFewLabels,
    /// The last label is a number, as in an IPv4 address.
    #[error("the last label is all digits")]
    NumericTld,
    /// An empty or overlong label, a character that is not allowed, a misplaced hyphen, or a wrong `xn--` label.
    #[error("the name is not made of valid labels")]
    Malformed,
}

impl DomainName {
    /// Reads a name as people write it: any case, Unicode or A-labels, perhaps with a trailing dot.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        canonical(text).map(Self)
    }

    /// The A-label form.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form for people: U-labels.
    pub fn unicode(&self) -> String {
        idna::domain_to_unicode(&self.0).0
    }

    /// Whether it is internationalised: some label stands for other letters than ASCII has.
    pub fn is_idn(&self) -> bool {
        self.as_str().split('.').any(|label| label.starts_with("xn--"))
    }

    /// Whether this name lies below `parent`; no name lies below itself.
    pub fn is_subordinate_of(&self, parent: &Self) -> bool {
        self.suffixes().any(|suffix| suffix == parent.0)
    }

    /// The zones that the name may be registered in, longest first: `co.uk`, `uk` for `example.co.uk`.
    pub fn suffixes(&self) -> impl Iterator<Item = &str> {
        suffixes(&self.0)
    }
}

impl HostName {
    /// Reads a name as people write it: any case, Unicode or A-labels, perhaps with a trailing dot.
    pub fn parse(text: &str) -> Result<Self, NameError> {
        canonical(text).map(Self)
    }

    /// The A-label form.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the host lies in `domain`, which includes a host with the domain's own name: such a host exists
    /// only with addresses of its own (RFC 5732, 1.1).
    pub fn is_subordinate_of(&self, domain: &DomainName) -> bool {
        self.0 == domain.0 || suffixes(&self.0).any(|suffix| suffix == domain.0)
    }

    /// The domains that the host may be subordinate to besides its own name, longest first.
    pub fn suffixes(&self) -> impl Iterator<Item = &str> {
        suffixes(&self.0)
    }
}

impl FromStr for DomainName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        Self::parse(text)
    }
}

impl FromStr for HostName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        Self::parse(text)
    }
}

impl fmt::Display for DomainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for HostName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for DomainName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for HostName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A part of a name as it stands in the form for people: composed, in lower case, its A-labels decoded.
pub fn unicode_part(text: &str) -> String {
    idna::domain_to_unicode(text).0
}

fn canonical(text: &str) -> Result<String, NameError> {
    if text.len() > LONGEST_INPUT {
        return Err(NameError::TooLong);
    }
    let text = text.strip_suffix('.').unwrap_or(text);
    if !text.contains(DOTS) {
        return Err(NameError::TooFewLabels);
    }
    let name = idna::domain_to_ascii_strict(text).map_err(|_| malformed(text))?;
    let (_, tld) = name.rsplit_once('.').ok_or(NameError::TooFewLabels)?;
    if tld.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NameError::NumericTld);
    }
    Ok(name)
}

/// Strict IDNA does not say what was wrong; the overall length is the one thing worth telling apart.
fn malformed(text: &str) -> NameError {
    let ascii = idna::domain_to_ascii(text).map_or(Cow::Borrowed(text), Cow::Owned);
    if ascii.len() > 253 { NameError::TooLong } else { NameError::Malformed }
}

fn suffixes(name: &str) -> impl Iterator<Item = &str> {
    name.match_indices('.').map(|(dot, _)| &name[dot + 1..])
}

/// The label separators of IDNA; all but the first are mapped to it.
const DOTS: [char; 4] = ['.', '\u{3002}', '\u{ff0e}', '\u{ff61}'];

/// No name of 253 characters is longer than this in UTF-8; past it, the work of normalising is not begun.
const LONGEST_INPUT: usize = 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_one_canonical_form() {
        for (text, name) in [
            ("example.com", "example.com"),
            ("EXAMPLE.Com.", "example.com"),
            ("Bücher.example", "xn--bcher-kva.example"),
            ("xn--bcher-kva.example", "xn--bcher-kva.example"),
            ("bücher。example", "xn--bcher-kva.example"),
            ("1.example.co.uk", "1.example.co.uk"),
        ] {
            assert_eq!(DomainName::parse(text).unwrap().as_str(), name, "{text}");
            assert_eq!(HostName::parse(text).unwrap().as_str(), name, "{text}");
        }
        assert_eq!(DomainName::parse("xn--bcher-kva.example").unwrap().unicode(), "bücher.example");
    }

    #[test]
    fn what_no_registry_could_take_is_refused() {
        let long_label = format!("{}.com", "a".repeat(64));
        let long_name = format!("{}.com", ["a".repeat(60).as_str(); 5].join("."));
        let huge = "a.".repeat(100_000);
        for (text, why) in [
            ("", NameError::TooFewLabels),
            (".", NameError::TooFewLabels),
            ("com", NameError::TooFewLabels),
            ("com.", NameError::TooFewLabels),
            ("example..com", NameError::Malformed),
            ("example.com..", NameError::Malformed),
            (".example.com", NameError::Malformed),
            ("*.example.com", NameError::Malformed),
            ("a_b.example.com", NameError::Malformed),
            ("-a.com", NameError::Malformed),
            ("a-.com", NameError::Malformed),
            ("ab--c.com", NameError::Malformed),
            ("xn--zzzzzz99.com", NameError::Malformed),
            ("exa mple.com", NameError::Malformed),
            (" example.com", NameError::Malformed),
            ("192.0.2.1", NameError::NumericTld),
            (&long_label, NameError::Malformed),
            (&long_name, NameError::TooLong),
            (&huge, NameError::TooLong),
        ] {
            assert_eq!(DomainName::parse(text), Err(why), "{}", &text[..text.len().min(80)]);
        }
    }

    #[test]
    fn zones_are_offered_longest_first() {
        let name = DomainName::parse("a.co.uk").unwrap();
        assert_eq!(name.suffixes().collect::<Vec<_>>(), ["co.uk", "uk"]);
    }

    #[test]
    fn subordination_follows_labels_not_letters() {
        let domain = DomainName::parse("example.com").unwrap();
        for (host, inside) in [
            ("ns1.example.com", true),
            ("a.b.example.com", true),
            ("example.com", true),
            ("ns1.notexample.com", false),
            ("example.com.net", false),
        ] {
            assert_eq!(HostName::parse(host).unwrap().is_subordinate_of(&domain), inside, "{host}");
        }
        assert!(!domain.is_subordinate_of(&domain));
    }
}
