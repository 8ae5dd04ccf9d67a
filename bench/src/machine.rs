//! What the machine tells: the time on its cores that this process took, and how much others took meanwhile.

use std::fmt::{self, Display, Formatter};
use std::fs;
use std::time::Duration;

use anyhow::{Context, Result};
use rustix::param::{clock_ticks_per_second, page_size};
use rustix::time::{ClockId, clock_gettime};
use serde::Serialize;
use tokio::time::Instant;

/// The time on cores that this process has taken so far, in all its threads.
pub(crate) fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    // Neither can be negative, and nanoseconds stay below a second's.
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or(0))
}

/// The memory that this process holds, in bytes.
pub(crate) fn resident() -> Result<u64> {
    let pages = fs::read_to_string("/proc/self/statm")?;
    let pages: u64 = pages.split(' ').nth(1).context("/proc/self/statm has no second number")?.parse()?;
    Ok(pages * page_size() as u64)
}

/// Watches what others do on the machine.
pub(crate) struct Watch {
    begun: Instant,
    before: Option<Ticks>,
    load_before: String,
}

/// What others did meanwhile: the noise in the figures.
#[derive(Serialize)]
pub(crate) struct Neighbours {
    /// The load averages before and after.
    load: [String; 2],
    /// Cores that were busy with others, on average.
    cores: Option<f64>,
}

/// Time on cores, in the kernel's unit.
#[derive(Clone, Copy)]
struct Ticks {
    all: u64,
    ours: u64,
}

impl Watch {
    pub(crate) fn begin() -> Self {
        Self { begun: Instant::now(), before: Ticks::now(), load_before: load() }
    }

    /// To be called when the programs that were started have ended: only then is their time known to be ours.
    pub(crate) fn end(self) -> Neighbours {
        let elapsed = self.begun.elapsed().as_secs_f64();
        let cores = self.before.zip(Ticks::now()).map(|(before, after)| {
            let others = (after.all - before.all).saturating_sub(after.ours - before.ours);
            others as f64 / clock_ticks_per_second() as f64 / elapsed
        });
        Neighbours { load: [self.load_before, load()], cores }
    }
}

impl Ticks {
    /// None where the kernel does not tell.
    fn now() -> Option<Self> {
        let stat = fs::read_to_string("/proc/stat").ok()?;
        // user, nice, system, then idle and waiting, then interrupts and what other machines took of ours.
        let numbers: Vec<u64> =
            stat.lines().next()?.split_whitespace().skip(1).map_while(|text| text.parse().ok()).collect();
        let all = numbers.iter().take(8).sum::<u64>() - numbers.get(3)? - numbers.get(4)?;
        let own = fs::read_to_string("/proc/self/stat").ok()?;
        // Behind the name in brackets: our own time, and that of the programs that we started and that have ended.
        let fields = own.rsplit_once(") ")?.1.split(' ').skip(11).take(4);
        Some(Self { all, ours: fields.map_while(|text| text.parse::<u64>().ok()).sum() })
    }
}

impl Display for Neighbours {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let [before, after] = &self.load;
        write!(f, "load {before} before and {after} after")?;
        match self.cores {
            Some(cores) => write!(f, ", {cores:.2} cores busy with others"),
            None => Ok(()),
        }
    }
}

/// Of the last minute.
fn load() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().unwrap_or("unknown").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_on_a_core_grows_with_work_and_memory_is_there() {
        let before = cpu_time();
        let work: u64 = (0..100_000).map(std::hint::black_box).sum();
        assert!(work > 0 && cpu_time() > before);
        assert!(resident().unwrap() > 0);
    }

    #[test]
    fn what_others_took_is_told_where_the_kernel_tells() {
        assert!(Watch::begin().end().cores.is_some());
    }
}
