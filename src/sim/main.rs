//! Plays many seeds, one thread per core, until one breaks a promise; or one seed, with all that happens.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread::{available_parallelism, scope};
use std::time::Duration;

use clap::Parser;
use eppgate_sim::{Report, isolation, overload, run};

/// Plays registry accounts against the sandbox and holds them to what is promised.
#[derive(Debug, Parser)]
struct Args {
    /// How many seeds to play
    #[arg(long, default_value_t = 1000)]
    seeds: u64,
    /// The first of them
    #[arg(long, default_value_t = 0)]
    from: u64,
    /// This seed only
    #[arg(long, conflicts_with_all = ["seeds", "from"])]
    seed: Option<u64>,
    /// Show everything that happens
    #[arg(long, requires = "seed")]
    trace: bool,
    /// Go on after a seed that breaks a promise
    #[arg(long)]
    keep_going: bool,
}

fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    match args.seed {
        Some(seed) => play_one(seed, args.trace),
        None => play_many(&args),
    }
}

#[expect(clippy::print_stdout, reason = "the command's output")]
fn play_one(seed: u64, trace: bool) -> anyhow::Result<()> {
    let Report { broken, trace: lines, commands } = run(seed);
    if trace {
        lines.iter().for_each(|line| println!("{line}"));
    }
    broken.iter().chain(&beside(seed)).for_each(|broken| println!("{broken}"));
    println!("seed {seed}: {commands} commands, {} promises broken", broken.len());
    anyhow::ensure!(broken.is_empty(), "seed {seed} breaks a promise");
    Ok(())
}

/// What the threads share.
#[derive(Default)]
struct Progress {
    next: AtomicU64,
    done: AtomicU64,
    commands: AtomicUsize,
    failed: Mutex<Vec<u64>>,
}

#[expect(clippy::print_stdout, reason = "the command's output")]
fn play_many(args: &Args) -> anyhow::Result<()> {
    let begun = tokio::time::Instant::now();
    let progress = Progress::default();
    let has_failed = || !progress.failed.lock().unwrap_or_else(PoisonError::into_inner).is_empty();
    let play = || {
        while args.keep_going || !has_failed() {
            let number = progress.next.fetch_add(1, Ordering::Relaxed);
            if number >= args.seeds {
                break;
            }
            let seed = args.from + number;
            let report = run(seed);
            let mut broken = report.broken;
            broken.extend(beside(seed));
            progress.commands.fetch_add(report.commands, Ordering::Relaxed);
            let done = progress.done.fetch_add(1, Ordering::Relaxed) + 1;
            if !broken.is_empty() {
                broken.iter().for_each(|broken| println!("seed {seed}: {broken}"));
                println!("again: cargo run --release -p eppgate-sim -- --seed {seed} --trace");
                progress.failed.lock().unwrap_or_else(PoisonError::into_inner).push(seed);
            }
            if done % EVERY == 0 {
                println!("{done} of {} seeds, {:.0} s", args.seeds, begun.elapsed().as_secs_f64());
            }
        }
    };
    scope(|threads| {
        for _ in 0..available_parallelism().map_or(1, usize::from) {
            threads.spawn(play);
        }
    });
    let failed = progress.failed.into_inner().unwrap_or_else(PoisonError::into_inner);
    let (done, commands) = (progress.done.into_inner(), progress.commands.into_inner());
    let took = Duration::from_secs(begun.elapsed().as_secs());
    println!("{done} seeds, {commands} commands, {took:?}: {} seeds broke a promise", failed.len());
    anyhow::ensure!(failed.is_empty(), "these seeds break a promise: {failed:?}");
    Ok(())
}

/// Now and then a seed is played beside a black hole as well, and under far too much.
fn beside(seed: u64) -> Vec<eppgate_sim::Broken> {
    if seed.is_multiple_of(BESIDE) { [isolation(seed), overload(seed)].concat() } else { Vec::new() }
}

/// Seeds between two lines of progress.
const EVERY: u64 = 200;
/// One of so many.
const BESIDE: u64 = 25;
