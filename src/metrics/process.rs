//! The process as its machine sees it, under the names that Prometheus's own libraries give: processor time, memory, files;
//! and how busy the runtime's workers are. Where the machine does not tell, there is nothing to see.

use std::fs;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use metrics::{Counter, Gauge, counter, gauge};
use tokio::runtime::{Handle, RuntimeMetrics};
use tokio::time::Instant;

/// Follows the process.
pub(super) struct Process {
    cpu: Counter,
    memory: Gauge,
    open_files: Gauge,
    most_files: Gauge,
    threads: Gauge,
    busy: Gauge,
    runtime: RuntimeMetrics,
    looked_at: Instant,
    worked: Duration,
}

impl Process {
    /// Must be called within a runtime.
    pub(super) fn new() -> Self {
        gauge!("process_start_time_seconds").set(wall_clock());
        let runtime = Handle::current().metrics();
        let process = Self {
            cpu: counter!("process_cpu_seconds_total"),
            memory: gauge!("process_resident_memory_bytes"),
            open_files: gauge!("process_open_fds"),
            most_files: gauge!("process_max_fds"),
            threads: gauge!("process_threads"),
            busy: gauge!("eppgate_tokio_worker_busy_ratio"),
            looked_at: Instant::now(),
            worked: worked(&runtime),
            runtime,
        };
        process.cpu.increment(0);
        process.busy.set(0.0);
        process
    }

    /// Takes a look.
    pub(super) fn look(&mut self) {
        let (now, worked) = (Instant::now(), worked(&self.runtime));
        let passed = (now - self.looked_at).as_secs_f64() * self.runtime.num_workers() as f64;
        if passed > 0.0 {
            self.busy.set(((worked - self.worked).as_secs_f64() / passed).min(1.0));
        }
        (self.looked_at, self.worked) = (now, worked);
        if let Some(ticks) = cpu_ticks() {
            self.cpu.absolute(ticks / TICKS);
        }
        if let Some(kibibytes) = status("VmRSS:") {
            self.memory.set(kibibytes * 1024.0);
        }
        if let Some(threads) = status("Threads:") {
            self.threads.set(threads);
        }
        if let Ok(files) = fs::read_dir("/proc/self/fd") {
            self.open_files.set(files.count() as f64);
        }
        if let Some(most) = most_files() {
            self.most_files.set(most);
        }
    }
}

/// Seconds since 1970.
#[expect(
    clippy::disallowed_methods,
    reason = "metrics tell the time of the outside, and nothing depends on it"
)]
pub(super) fn wall_clock() -> f64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs_f64()
}

fn worked(runtime: &RuntimeMetrics) -> Duration {
    (0..runtime.num_workers()).map(|worker| runtime.worker_total_busy_duration(worker)).sum()
}

/// User and system time. They stand behind the command's name, which is in brackets and may hold anything.
fn cpu_ticks() -> Option<u64> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(11);
    Some(fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?)
}

fn status(key: &str) -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find_map(|line| line.strip_prefix(key))?.split_whitespace().next()?.parse().ok()
}

fn most_files() -> Option<f64> {
    let limits = fs::read_to_string("/proc/self/limits").ok()?;
    limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"))?
        .split_whitespace()
        .next()?
        .parse()
        .ok()
}

/// In a second, as Linux counts for its users.
const TICKS: u64 = 100;

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_machine_tells_about_this_process() {
        assert!(status("VmRSS:").unwrap() > 100.0 && status("Threads:").unwrap() >= 1.0);
        assert!(cpu_ticks().is_some() && most_files().unwrap() >= 3.0);
    }
}
