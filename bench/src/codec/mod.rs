//! `codec`: what it costs to write and to read one EPP message, and how often memory is asked for.
//!
//! The sides of a message are driven in turns of a millisecond, in an order that changes from turn to turn, and each is
//! judged by its median turn: what the machine does meanwhile hits all alike. Allocations are counted apart from the
//! times, and belong to one message.
//!
//! | side | |
//! |---|---|
//! | `eppgate` | typed, all of it: envelope, data, extensions. Writing starts in the buffer of the message before |
//! | `instant-epp` | the same by the peer, for messages it has |
//! | `roxmltree` | a tree of the document, nothing typed |
//! | `quick-xml` | a walk over the events of the document, nothing kept, few checks: about the least a reader can do |

mod allocations;
mod messages;
mod peer;
mod table;

use std::hint::black_box;
use std::mem;
use std::time::Duration;

use anyhow::{Context, Result};
use clap::Args;
use quick_xml::Reader;
use quick_xml::events::Event;
use tokio::task::yield_now;
use tokio::time::Instant;

use self::allocations::allocations;
use self::messages::Message;
use self::table::{Direction, Figures, Row, Table};
use crate::report::progress::Progress;

/// How long.
#[derive(Args)]
pub(crate) struct Settings {
    /// Seconds to measure each side of each message
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=3600))]
    seconds: u32,

    /// Only messages whose name holds this
    #[arg(long, value_name = "TEXT", default_value = "")]
    only: String,
}

/// Measures all sides of all messages in both directions.
pub(crate) async fn run(settings: Settings, progress: &Progress) -> Result<Table> {
    let Settings { seconds, only } = settings;
    let turns = seconds * TURNS_PER_SECOND;
    let mut table = Table::new(seconds);
    for message in messages::all()?.into_iter().filter(|message| message.name.contains(&only)) {
        for (direction, sides) in
            [(Direction::Encode, writers(&message)), (Direction::Decode, readers(&message))]
        {
            progress.step(&format!("codec: {direction} {}", message.name));
            table.rows.push(Row {
                message: message.name,
                direction,
                bytes: message.text.len(),
                owned: message.owned,
                figures: measure(sides, turns).await?,
            });
        }
    }
    Ok(table)
}

/// Someone who can do a thing to one message.
struct Side<'m> {
    name: &'static str,
    work: Box<dyn FnMut() -> Result<()> + 'm>,
}

impl<'m> Side<'m> {
    fn new(name: &'static str, work: impl FnMut() -> Result<()> + 'm) -> Self {
        Self { name, work: Box::new(work) }
    }

    /// The time of one message in a turn of so many.
    fn turn(&mut self, count: u32) -> Result<f64> {
        let begun = Instant::now();
        for _ in 0..count {
            (self.work)()?;
        }
        Ok(begun.elapsed().as_secs_f64() * 1e9 / f64::from(count))
    }
}

fn writers(message: &Message) -> Vec<Side<'_>> {
    let mut buffer = Vec::new();
    let typed = move || {
        buffer = (message.encode)(mem::take(&mut buffer))?;
        black_box(&buffer);
        Ok(())
    };
    let mut sides = vec![Side::new(table::EPPGATE, typed)];
    sides.extend(message.peer_encode.as_ref().map(|encode| {
        Side::new(table::INSTANT_EPP, move || {
            black_box(encode()?);
            Ok(())
        })
    }));
    sides
}

fn readers(message: &Message) -> Vec<Side<'_>> {
    let text = message.text.as_str();
    let mut sides = vec![
        Side::new(table::EPPGATE, move || (message.decode)(black_box(text))),
        Side::new(table::ROXMLTREE, move || {
            black_box(roxmltree::Document::parse(black_box(text))?);
            Ok(())
        }),
        Side::new(table::QUICK_XML, move || {
            black_box(walk(black_box(text))?);
            Ok(())
        }),
    ];
    sides.extend(
        message.peer_decode.map(|decode| Side::new(table::INSTANT_EPP, move || decode(black_box(text)))),
    );
    sides
}

/// How many events there are.
fn walk(text: &str) -> Result<usize> {
    let mut reader = Reader::from_str(text);
    let mut events = 0;
    while !matches!(reader.read_event()?, Event::Eof) {
        events += 1;
    }
    Ok(events)
}

async fn measure(mut sides: Vec<Side<'_>>, turns: u32) -> Result<Vec<Figures>> {
    let mut counts = Vec::new();
    for side in &mut sides {
        side.turn(WARM_UP)?;
        let once = side.turn(WARM_UP)?;
        counts.push(in_one_turn(once));
    }
    let mut times = vec![Vec::with_capacity(turns as usize); sides.len()];
    for turn in 0..turns as usize {
        for nth in 0..sides.len() {
            let nth = (nth + turn) % sides.len();
            times[nth].push(sides[nth].turn(counts[nth])?);
        }
        // Lets an interrupt end the run.
        yield_now().await;
    }
    let mut figures = Vec::new();
    for (mut side, mut times) in sides.into_iter().zip(times) {
        times.sort_by(f64::total_cmp);
        figures.push(Figures {
            side: side.name,
            ns: *times.get(times.len() / 2).context("a side without a turn")?,
            allocations: allocations(|| (side.work)())?,
        });
    }
    Ok(figures)
}

/// How many messages fill a turn.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a cast of a float stops at the bounds"
)]
fn in_one_turn(ns: f64) -> u32 {
    ((TURN.as_nanos() as f64 / ns) as u32).max(1)
}

const TURNS_PER_SECOND: u32 = 1000;
const TURN: Duration = Duration::from_millis(1);
const WARM_UP: u32 = 200;
