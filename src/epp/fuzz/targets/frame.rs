//! No header makes the codec take a frame that is too short or over the limit.
#![no_main]

use eppgate_epp::frame::{HEADER, message_length};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: ([u8; HEADER], u32)| {
    let (header, max) = input;
    let max = max as usize;
    if let Ok(length) = message_length(header, max) {
        assert!(length > 0 && length + HEADER <= max);
        assert_eq!(length + HEADER, u32::from_be_bytes(header) as usize);
    }
});
