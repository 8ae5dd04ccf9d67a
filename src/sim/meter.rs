//! The metrics of a run, as a scrape would show them; a breaker's changes go into its place's history as well, at the moment
//! they are counted.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use metrics::{Counter, CounterFn, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};

use crate::history::{History, What};

/// Keeps what a run counts.
#[derive(Default)]
pub(crate) struct Meter {
    histories: Mutex<BTreeMap<String, Arc<History>>>,
    values: Mutex<BTreeMap<String, Value>>,
}

#[derive(Clone)]
enum Value {
    Counter(Arc<AtomicU64>),
    Gauge(Arc<AtomicU64>),
}

/// What was counted, by name and labels in the form of a scrape.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reading(BTreeMap<String, f64>);

impl Meter {
    /// Has the changes of a registry's breaker go into this history.
    pub(crate) fn watch(&self, registry: &str, history: Arc<History>) {
        let mut histories = self.histories.lock().unwrap_or_else(PoisonError::into_inner);
        histories.insert(registry.to_owned(), history);
    }

    /// What is counted of a registry.
    pub(crate) fn read(&self, registry: &str) -> Reading {
        let label = format!("registry=\"{registry}\"");
        let values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
        let of_registry = values.iter().filter(|(name, _)| name.contains(&label));
        let read = of_registry.map(|(name, value)| {
            let value = match value {
                Value::Counter(count) => count.load(Ordering::Relaxed) as f64,
                Value::Gauge(bits) => f64::from_bits(bits.load(Ordering::Relaxed)),
            };
            (name.clone(), value)
        });
        Reading(read.collect())
    }

    fn value(&self, key: &Key, new: fn(Arc<AtomicU64>) -> Value) -> Arc<AtomicU64> {
        let mut values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
        let value = values.entry(name_of(key)).or_insert_with(|| new(Arc::default()));
        match value {
            Value::Counter(value) | Value::Gauge(value) => Arc::clone(value),
        }
    }
}

impl Reading {
    /// The sum of all that have this name and these labels among theirs, written as `key="value"`.
    pub(crate) fn sum(&self, name: &str, labels: &[&str]) -> f64 {
        let wanted = |key: &&String| {
            key.split('{').next() == Some(name) && labels.iter().all(|label| key.contains(label))
        };
        self.0.iter().filter(|(key, _)| wanted(key)).map(|(_, value)| value).sum()
    }
}

fn name_of(key: &Key) -> String {
    let labels = key.labels().map(|label| format!("{}=\"{}\"", label.key(), label.value()));
    format!("{}{{{}}}", key.name(), labels.collect::<Vec<_>>().join(","))
}

impl Recorder for Meter {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        let count = self.value(key, Value::Counter);
        if key.name() == "eppgate_breaker_transitions_total" {
            let label =
                |wanted: &str| key.labels().find(|label| label.key() == wanted).map(|label| label.value());
            let histories = self.histories.lock().unwrap_or_else(PoisonError::into_inner);
            if let (Some(to), Some(history)) =
                (label("to"), label("registry").and_then(|name| histories.get(name)))
            {
                return Counter::from_arc(Arc::new(Transition {
                    to: to.to_owned(),
                    history: Arc::clone(history),
                }));
            }
        }
        Counter::from_arc(count)
    }

    fn register_gauge(&self, key: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::from_arc(self.value(key, Value::Gauge))
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }
}

/// Counts the breaker's changes to one state.
struct Transition {
    to: String,
    history: Arc<History>,
}

impl CounterFn for Transition {
    fn increment(&self, value: u64) {
        if value > 0 {
            self.history.add(What::Breaker(self.to.clone()));
        }
    }

    fn absolute(&self, _: u64) {}
}
