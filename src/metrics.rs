//! The Prometheus side of the metrics: the recorder that all crates count into, and its buckets.
//!
//! There is one recorder in a process. Names are given where things are counted; here stands only what concerns all.

mod process;

use std::sync::OnceLock;
use std::time::Duration;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tokio_util::sync::CancellationToken;

/// The process's recorder, installed on the first call. Handles resolved before that count nowhere.
pub fn install() -> PrometheusHandle {
    INSTALLED.get_or_init(new_recorder).clone()
}

/// Moves what was recorded into the histograms now and then: without it they grow until somebody scrapes.
pub async fn keep_up(handle: PrometheusHandle, stopping: CancellationToken) {
    let mut due = tokio::time::interval(UPKEEP_INTERVAL);
    let mut process = process::Process::new();
    loop {
        tokio::select! {
            _ = due.tick() => {
                handle.run_upkeep();
                process.look();
            }
            () = stopping.cancelled() => return,
        }
    }
}

/// Tell how the last reading of the configuration went.
pub struct ReloadGauges {
    success: metrics::Gauge,
    success_at: metrics::Gauge,
}

impl ReloadGauges {
    /// After the first reading, which went well.
    #[must_use]
    pub fn new() -> Self {
        let gauges = Self {
            success: metrics::gauge!("eppgate_config_last_reload_success"),
            success_at: metrics::gauge!("eppgate_config_last_reload_success_timestamp_seconds"),
        };
        gauges.set(true);
        gauges
    }

    /// After another one.
    pub fn set(&self, is_success: bool) {
        self.success.set(f64::from(u8::from(is_success)));
        if is_success {
            self.success_at.set(process::wall_clock());
        }
    }
}

impl Default for ReloadGauges {
    fn default() -> Self {
        Self::new()
    }
}

fn new_recorder() -> PrometheusHandle {
    let mut builder = PrometheusBuilder::new();
    for (suffix, buckets) in BUCKETS {
        let matcher = Matcher::Suffix((*suffix).to_owned());
        builder = builder.set_buckets_for_metric(matcher, buckets).expect("no list of buckets is empty");
    }
    let recorder = builder.build_recorder();
    let handle = recorder.handle();
    if metrics::set_global_recorder(recorder).is_err() {
        tracing::error!("another metrics recorder is installed: ours sees nothing");
    }
    describe();
    handle
}

fn describe() {
    metrics::describe_counter!("eppgate_http_requests_total", "HTTP requests answered");
    metrics::describe_histogram!(
        "eppgate_http_request_duration_seconds",
        "From a request's headers to its answer"
    );
    metrics::describe_counter!(
        "eppgate_news_unreadable_total",
        "News set aside that make no sense as stored"
    );
    metrics::describe_gauge!("eppgate_build_info", "Always 1; which build this is");
    let commit = option_env!("EPPGATE_COMMIT").unwrap_or("unknown");
    let (version, rustc) = (env!("CARGO_PKG_VERSION"), env!("EPPGATE_RUSTC"));
    metrics::gauge!("eppgate_build_info", "version" => version, "commit" => commit, "rustc" => rustc)
        .set(1.0);
}

static INSTALLED: OnceLock<PrometheusHandle> = OnceLock::new();

const UPKEEP_INTERVAL: Duration = Duration::from_secs(5);

/// Upper bounds in the metric's unit. The longest suffix that fits is taken; a histogram that fits none would come out
/// as a summary, which cannot be added up over processes.
const BUCKETS: &[(&str, &[f64])] = &[
    ("command_duration_seconds", COMMAND),
    ("session_connect_duration_seconds", COMMAND),
    ("http_request_duration_seconds", REQUEST),
    ("queue_wait_duration_seconds", &[0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0]),
    ("gateway_overhead_seconds", OVERHEAD),
    ("session_age_seconds", &[1.0, 10.0, 60.0, 600.0, 3_600.0, 14_400.0, 86_400.0]),
    ("session_commands", &[1.0, 10.0, 100.0, 1_000.0, 10_000.0, 100_000.0]),
    ("check_batch_size", &[1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0]),
    ("frame_bytes", &[256.0, 512.0, 1_024.0, 2_048.0, 4_096.0, 16_384.0, 65_536.0, 1_048_576.0]),
];

/// A registry takes from a few milliseconds to many seconds.
const COMMAND: &[f64] = &[0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.35, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

/// Our own work takes microseconds; what takes longer waited for the database.
const OVERHEAD: &[f64] =
    &[0.000_01, 0.000_025, 0.000_06, 0.000_15, 0.000_4, 0.001, 0.002_5, 0.006, 0.015, 0.05, 0.25, 1.0];

/// An answer from our own store takes well below one.
const REQUEST: &[f64] =
    &[0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.35, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_rendered_as_histograms_and_the_build_is_told() {
        let handle = install();
        metrics::histogram!("eppgate_http_request_duration_seconds", "route" => "/x").record(0.003);
        metrics::histogram!("eppgate_command_duration_seconds", "registry" => "x").record(0.003);
        let text = handle.render();
        for part in [
            r#"eppgate_http_request_duration_seconds_bucket{route="/x",le="0.005"} 1"#,
            r#"eppgate_command_duration_seconds_bucket{registry="x",le="0.005"} 1"#,
            r#"eppgate_build_info{version="#,
        ] {
            assert!(text.contains(part), "{part} in\n{text}");
        }
        assert!(!text.contains("quantile="), "{text}");
    }
}
