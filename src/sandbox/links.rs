//! Who uses what: the answer to "may this go?" without a look at everything there is.

use std::collections::{BTreeMap, BTreeSet};

/// For each thing, those that use it, in order.
#[derive(Default)]
pub(crate) struct Links(BTreeMap<String, BTreeSet<String>>);

impl Links {
    pub(crate) fn add(&mut self, thing: &str, user: &str) {
        match self.0.get_mut(thing) {
            Some(users) => {
                users.insert(user.to_owned());
            }
            None => {
                self.0.insert(thing.to_owned(), BTreeSet::from([user.to_owned()]));
            }
        }
    }

    pub(crate) fn remove(&mut self, thing: &str, user: &str) {
        if let Some(users) = self.0.get_mut(thing) {
            users.remove(user);
            if users.is_empty() {
                self.0.remove(thing);
            }
        }
    }

    pub(crate) fn is_used(&self, thing: &str) -> bool {
        self.0.contains_key(thing)
    }

    pub(crate) fn users(&self, thing: &str) -> impl Iterator<Item = &str> {
        self.0.get(thing).into_iter().flatten().map(String::as_str)
    }
}
