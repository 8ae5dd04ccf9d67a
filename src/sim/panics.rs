//! Panics of tasks, which a runtime keeps to itself: each thread counts its own.

use std::cell::RefCell;
use std::panic;
use std::sync::Once;

thread_local! {
    static SEEN: RefCell<Vec<String>> = const { RefCell::new(Vec::new()) };
}

/// From now on, panics are seen.
pub(crate) fn watch() {
    static WATCHED: Once = Once::new();
    WATCHED.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            SEEN.with(|seen| seen.borrow_mut().push(panic.to_string()));
            before(panic);
        }));
    });
}

/// Those of this thread since it was last asked.
pub(crate) fn take() -> Vec<String> {
    SEEN.take()
}
