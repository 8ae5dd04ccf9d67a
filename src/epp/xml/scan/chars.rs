//! Which characters may stand where (XML 1.0, 2.2 and 2.3).

pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

pub(super) fn is_xml_char(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// NameStartChar beyond ASCII (XML 1.0, 2.3).
pub(super) fn is_name_start(c: char) -> bool {
    matches!(c, '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2ff}' | '\u{370}'..='\u{37d}'
        | '\u{37f}'..='\u{1fff}' | '\u{200c}'..='\u{200d}' | '\u{2070}'..='\u{218f}' | '\u{2c00}'..='\u{2fef}'
        | '\u{3001}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffd}' | '\u{10000}'..='\u{effff}')
}

pub(super) fn is_name_char(c: char) -> bool {
    is_name_start(c) || matches!(c, '\u{b7}' | '\u{300}'..='\u{36f}' | '\u{203f}'..='\u{2040}')
}

/// How many bytes from the start are of a class. The loop everything waits for: nothing else may stand in it.
pub(super) fn run_of(class: &[bool; 256], bytes: &[u8]) -> usize {
    bytes.iter().position(|&byte| !class[usize::from(byte)]).unwrap_or(bytes.len())
}

/// Whether a text can be the name of an element: a name without colon.
pub(crate) fn is_name(text: &str) -> bool {
    let starts_well = |c: char| c.is_ascii_alphabetic() || c == '_' || is_name_start(c);
    let goes_on = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.') || is_name_char(c);
    text.chars().next().is_some_and(starts_well) && text.chars().all(goes_on)
}

/// Bytes of text that stand for themselves; the others are a matter for a closer look.
pub(super) const TEXT: [bool; 256] = {
    let mut table = [true; 256];
    let mut byte = 0;
    while byte < 0x20 {
        table[byte] = false;
        byte += 1;
    }
    table[b'\t' as usize] = true;
    table[b'\n' as usize] = true;
    table[b'<' as usize] = false;
    table[b'&' as usize] = false;
    table[b']' as usize] = false;
    table[0xef] = false;
    table
};

/// ASCII bytes a name may hold, but the colon.
pub(super) const NAME: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 0x80u8 {
        table[byte as usize] = byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
        byte += 1;
    }
    table
};
