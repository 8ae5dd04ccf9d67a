//! Frames: four length bytes, which count themselves, then the message (RFC 5734, section 4).

/// Bytes of the length at the head of a frame.
pub const HEADER: usize = 4;
/// The longest frame we take unless a profile says otherwise.
pub const DEFAULT_MAX: usize = 1 << 20;

/// Why the bytes of a connection are no frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// The length does not even cover itself and one byte of message.
    #[error("a frame of {0} bytes is too short")]
    TooShort(u32),
    /// The length is above the limit.
    #[error("a frame of {length} bytes is over the limit of {max}")]
    TooLong {
        /// What the frame says.
        length: u32,
        /// What is allowed.
        max: usize,
    },
    /// Readable text where a length should be: some servers say so that an address is not on their list.
    #[error("plain text in place of a frame")]
    PlainText,
}

/// The length of the message behind a frame's four length bytes, in bytes.
///
/// # Errors
/// [`FrameError`]. After one, nothing more can be read from the connection.
pub fn message_length(header: [u8; HEADER], max: usize) -> Result<usize, FrameError> {
    let length = u32::from_be_bytes(header);
    let whole = usize::try_from(length).unwrap_or(usize::MAX);
    if whole <= max {
        return if whole > HEADER { Ok(whole - HEADER) } else { Err(FrameError::TooShort(length)) };
    }
    // Four printable bytes as a number are at least 2^29: no honest length.
    let printable = header.iter().all(|b| matches!(b, b' '..=b'~' | b'\r' | b'\n' | b'\t'));
    Err(if printable { FrameError::PlainText } else { FrameError::TooLong { length, max } })
}

/// A message with its length before it.
///
/// # Errors
/// [`crate::EncodeError::TooLong`] when four bytes cannot say the length.
pub fn frame(message: &[u8]) -> Result<Vec<u8>, crate::EncodeError> {
    let length = u32::try_from(message.len() + HEADER).map_err(|_| crate::EncodeError::TooLong)?;
    let mut frame = Vec::with_capacity(message.len() + HEADER);
    frame.extend_from_slice(&length.to_be_bytes());
    frame.extend_from_slice(message);
    Ok(frame)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_counts_its_own_four_bytes() {
        assert_eq!(message_length([0, 0, 0, 5], DEFAULT_MAX), Ok(1));
        assert_eq!(frame(b"x").unwrap(), [0, 0, 0, 5, b'x']);
    }

    #[test]
    fn the_limit_is_for_the_whole_frame() {
        assert_eq!(message_length([0, 0, 0, 100], 100), Ok(96));
        assert_eq!(message_length([0, 0, 0, 101], 100), Err(FrameError::TooLong { length: 101, max: 100 }));
    }

    #[test]
    fn lengths_that_cannot_be_are_told_apart() {
        for length in 0..=4 {
            assert_eq!(
                message_length([0, 0, 0, length], DEFAULT_MAX),
                Err(FrameError::TooShort(length.into()))
            );
        }
        assert_eq!(message_length([0xff; 4], 100), Err(FrameError::TooLong { length: u32::MAX, max: 100 }));
        assert_eq!(message_length(*b"Your", DEFAULT_MAX), Err(FrameError::PlainText));
    }
}
