//! Values that are text: the types of XML Schema part 2, as strategies.

use std::fmt::Debug;
use std::ops::RangeInclusive;

use chrono::{DateTime, NaiveDate, Utc};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use rust_decimal::Decimal;

/// `xs:token` of so many characters: no white space at its ends, never two pieces of it in a row.
pub(super) fn token(length: RangeInclusive<usize>) -> impl Strategy<Value = String> {
    characters(length).prop_map(|mut text| {
        trim(&mut text);
        for at in 1..text.len() {
            if text[at - 1].is_whitespace() && text[at].is_whitespace() {
                text[at] = 'x';
            }
        }
        text.into_iter().collect()
    })
}

/// `xs:normalizedString` of so many characters: no white space at its ends.
pub(super) fn line(length: RangeInclusive<usize>) -> impl Strategy<Value = String> {
    characters(length).prop_map(|mut text| {
        trim(&mut text);
        text.into_iter().collect()
    })
}

/// Text whose white space counts.
pub(super) fn whole(length: RangeInclusive<usize>) -> impl Strategy<Value = String> {
    characters(length).prop_map(String::from_iter)
}

/// `xs:token` without a limit.
pub(super) fn some_token() -> impl Strategy<Value = String> {
    token(1..=300)
}

/// Few characters as a rule, and sometimes as many as there may be. The validator counts bytes where the schema counts
/// characters, so no more bytes than that either.
fn characters(length: RangeInclusive<usize>) -> impl Strategy<Value = Vec<char>> {
    let (least, most) = length.into_inner();
    let text = prop_oneof![9 => vec(character(), least..=most.min(least + 12)), 1 => vec(character(), most)];
    text.prop_map(move |mut text| {
        let mut bytes: usize = text.iter().map(|c| c.len_utf8()).sum();
        for c in text.iter_mut().filter(|c| !c.is_ascii()) {
            if bytes > most {
                bytes -= c.len_utf8() - 1;
                *c = 'x';
            }
        }
        text
    })
}

/// Any character that XML can carry, those that it treats in a special way more often.
fn character() -> impl Strategy<Value = char> {
    prop_oneof![
        6 => proptest::char::range('!', '~'),
        1 => select(vec!['<', '>', '&', '"', '\'', ']', ' ', '\t', '\n', '\r']),
        1 => any::<char>().prop_map(|c| if c < ' ' || matches!(c, '\u{fffe}' | '\u{ffff}') { 'é' } else { c }),
    ]
}

fn trim(text: &mut [char]) {
    let last = text.len().saturating_sub(1);
    for at in [0, last] {
        if let Some(end) = text.get_mut(at).filter(|end| end.is_whitespace()) {
            *end = 'x';
        }
    }
}

/// `xs:language`
pub(super) fn lang() -> impl Strategy<Value = String> {
    "[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8}){0,2}"
}

/// `xs:dateTime`, to the second as a rule.
pub(super) fn time() -> impl Strategy<Value = DateTime<Utc>> {
    let nanos = prop_oneof![
        2 => Just(0),
        1 => (0..1000_u32).prop_map(|millis| millis * 1_000_000),
        1 => (0..1_000_000_u32).prop_map(|micros| micros * 1000),
        1 => 0..1_000_000_000_u32,
    ];
    (-62_135_596_800_i64..253_402_300_800, nanos)
        .prop_map(|(seconds, nanos)| DateTime::from_timestamp(seconds, nanos).expect("it is in range"))
}

/// `xs:date`
pub(super) fn date() -> impl Strategy<Value = NaiveDate> {
    time().prop_map(|time| time.date_naive())
}

/// `xs:duration`
pub(super) fn duration() -> impl Strategy<Value = String> {
    "P([1-9][0-9]?Y[1-9]M|[0-9]{1,3}D|[1-9]DT[1-9]H|T[0-9]{1,2}M[0-9]S)"
}

/// `xs:anyURI`
pub(super) fn uri() -> impl Strategy<Value = String> {
    "urn:[a-z]{2,8}:[a-z0-9:.-]{1,20}[a-z0-9]"
}

/// `xs:decimal` between zero and a million, with its scale.
pub(super) fn amount() -> impl Strategy<Value = Decimal> {
    (0..1_000_000_i64, 0..6_u32).prop_map(|(number, scale)| Decimal::new(number, scale))
}

/// `xs:hexBinary`
pub(super) fn hex() -> impl Strategy<Value = String> {
    "([0-9A-Fa-f]{2}){1,32}"
}

/// `xs:base64Binary`
pub(super) fn base64() -> impl Strategy<Value = String> {
    "([A-Za-z0-9+/]{4}){1,20}([A-Za-z0-9+/]{3}=|[A-Za-z0-9+/][AQgw]==)?"
}

/// A word of an enumeration.
pub(super) fn word<W: Clone + Debug + 'static>(known: &'static [W]) -> impl Strategy<Value = W> {
    select(known)
}

/// minOccurs 0
pub(super) fn opt<S: Strategy>(value: S) -> impl Strategy<Value = Option<S::Value>> {
    proptest::option::of(value)
}

/// minOccurs 1, maxOccurs unbounded
pub(super) fn some<S: Strategy>(value: S) -> impl Strategy<Value = Vec<S::Value>> {
    vec(value, 1..4)
}

/// minOccurs 0, maxOccurs unbounded
pub(super) fn many<S: Strategy>(value: S) -> impl Strategy<Value = Vec<S::Value>> {
    vec(value, 0..4)
}
