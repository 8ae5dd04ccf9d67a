//! A session: one task that owns a logged-in connection and everything that happens on it.
//!
//! Others see a [`Handle`]; dropping it ends the session in good order. The task takes commands from the queue itself while
//! it is at work, so nothing waits inside it that could be lost with it. What becomes of a command when the connection
//! ends is decided in one place, `settle`: by whether one of its bytes may have left, and by whether it changes anything.

use std::collections::VecDeque;
use std::future::ready;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use eppgate_epp::frame::HEADER;
use eppgate_epp::poll::Poll;
use eppgate_epp::xml::Document;
use eppgate_epp::{Command, Response, ResultCode, ServerMessage, command};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::time::{Instant, sleep_until, timeout};

use crate::error::{ErrorKind, Fate};
use crate::frames::{ReadError, Wire};
use crate::handle::{Duty, Handle, Shared};
use crate::in_flight::{CloseReason, End, InFlight, What};
use crate::job::{Before, Job};
use crate::limit::Booking;
use crate::metrics::{SessionGauge, SessionState};
use crate::profile::{Keepalive, Quirk};
use crate::queue::Takes;
use crate::roster::Place;
use crate::site::Site;
use crate::state::BreakerState;
use crate::terms::Terms;

/// A connection that is logged in.
pub(crate) struct Opened<S> {
    pub(crate) wire: Wire<S>,
    pub(crate) terms: Arc<Terms>,
    pub(crate) gauge: SessionGauge,
    /// Freed when the connection is closed.
    pub(crate) slot: OwnedSemaphorePermit,
    /// Commands sent so far, the login included.
    pub(crate) sent: u64,
}

/// Starts the session of a connection.
pub(crate) fn start<S: AsyncRead + AsyncWrite + Send + 'static>(
    opened: Opened<S>,
    site: Arc<Site>,
) -> Handle {
    let Opened { mut wire, terms, gauge, slot, sent } = opened;
    wire.rest();
    let shared = Arc::new(Shared::new(site.demand.clone()));
    let (handle, duty) = Handle::new(Arc::clone(&shared), Arc::clone(&terms));
    let sessions = &terms.profile.sessions;
    let now = Instant::now();
    let retire_at = site.retire_at(sessions);
    let keepalive = sessions.idle_limit.mul_f64(sessions.keepalive);
    let session = Session {
        wire,
        in_flight: VecDeque::new(),
        duty,
        shared,
        gauge,
        place: site.roster.enter(&site.recall.load(), &site.kill),
        retiring: None,
        logged_in: true,
        sent,
        born: now,
        last_sent: now,
        hello: None,
        is_penalised: false,
        penalty_until: now,
        keepalive: site.chance.between(keepalive.mul_f64(0.9), keepalive.mul_f64(1.1)),
        ageing_at: now + (retire_at - now).mul_f64(AGEING),
        retire_at,
        site: Arc::clone(&site),
        terms: Arc::clone(&terms),
    };
    site.tasks.spawn(session.run(slot));
    handle
}

struct Session<S> {
    wire: Wire<S>,
    in_flight: VecDeque<InFlight>,
    duty: watch::Receiver<Duty>,
    shared: Arc<Shared>,
    gauge: SessionGauge,
    place: Place,
    /// Why no more commands are taken.
    retiring: Option<CloseReason>,
    logged_in: bool,
    /// Commands sent so far, the login included.
    sent: u64,
    born: Instant,
    last_sent: Instant,
    keepalive: Duration,
    /// The keepalive that is due, and when it may go.
    hello: Option<(Booking, Instant)>,
    /// Whether the registry wants the session to wait, and until when.
    is_penalised: bool,
    penalty_until: Instant,
    /// When a successor is welcome.
    ageing_at: Instant,
    retire_at: Instant,
    site: Arc<Site>,
    terms: Arc<Terms>,
}

impl<S: AsyncRead + AsyncWrite + Send> Session<S> {
    async fn run(mut self, slot: OwnedSemaphorePermit) {
        self.gauge.set(SessionState::Idle);
        let end = self.serve().await;
        self.retire(end.reason);
        let in_order = self.in_flight.is_empty() && self.logged_in && end.reason.is_ours();
        let site = Arc::clone(&self.site);
        // The registry counts the session as long as it is busy with a command.
        let busy_until = match self.in_flight.is_empty() {
            true => self.last_sent,
            false => self.last_sent + self.terms.profile.commands.timeout,
        };
        self.settle(&end);
        if in_order {
            tokio::select! {
                biased;
                () = site.kill.cancelled() => {}
                () = self.log_out() => {}
            }
        }
        tokio::select! {
            biased;
            () = site.kill.cancelled() => {}
            () = self.wire.close(busy_until - Instant::now()) => {}
        }
        let reason = self.retiring.unwrap_or(end.reason).as_str();
        let metrics = &self.site.metrics;
        metrics.closed(reason);
        metrics.session_age.record(self.born.elapsed());
        metrics.session_commands.record(self.sent as f64);
        tracing::debug!(registry = self.site.name, reason, commands = self.sent, "session closed");
        drop(self);
        drop(slot);
    }

    /// Runs until the session is at its end.
    async fn serve(&mut self) -> End {
        let site = Arc::clone(&self.site);
        let (cut, leave) = (self.place.cut(), self.place.leave());
        let killed = cut.cancelled();
        let recalled = leave.cancelled();
        let timer = sleep_until(self.next_wake());
        tokio::pin!(killed, recalled, timer);
        let mut steps = 0_u64;
        loop {
            if let (Some(reason), true) = (self.retiring, self.in_flight.is_empty()) {
                return End::lost(reason);
            }
            let wake = self.next_wake();
            if wake < timer.deadline() {
                timer.as_mut().reset(wake);
            }
            if self.wire.writer.has_unsent() {
                self.fill(&site);
                // As a rule the connection takes it all at once. If it is broken, that shows below, behind the replies.
                let _ = self.wire.writer.flush_now().await;
            }
            // What cannot be written at once is better off in the queue, where it is not lost with the connection.
            let takes = self.takes().filter(|_| !self.wire.writer.has_unsent());
            // First what each command brings, so that it does not pay for what is rare; now and then only that, since it may
            // never have to wait under load.
            steps += 1;
            let is_usual = !steps.is_multiple_of(RARELY);
            let step = tokio::select! {
                biased;
                frame = self.wire.reader.frame(), if is_usual => self.receive(frame),
                written = self.wire.writer.flush(), if is_usual && self.wire.writer.has_unsent() => {
                    written.map_err(|_| End::lost(CloseReason::ServerClose))
                }
                job = site.queue.pop(takes.unwrap_or(Takes::Reads)), if is_usual && takes.is_some() => {
                    self.send(job);
                    Ok(())
                }
                () = &mut killed => Err(End::lost(match site.kill.is_cancelled() {
                    true => CloseReason::Drain,
                    false => CloseReason::Operator,
                })),
                duty = self.duty.changed(), if self.retiring.is_none() => {
                    match duty.map(|()| *self.duty.borrow_and_update()) {
                        Ok(Duty::Retire(reason)) => self.retire(reason),
                        Ok(Duty::Spare | Duty::Work) => {}
                        Err(_) if site.stop.is_cancelled() => self.retire(CloseReason::Drain),
                        Err(_) => self.retire(CloseReason::Idle),
                    }
                    Ok(())
                }
                () = &mut recalled, if self.retiring.is_none() => {
                    self.retire(match site.breaker.state() {
                        BreakerState::Maintenance => CloseReason::Maintenance,
                        BreakerState::Drained => CloseReason::Drain,
                        _ => CloseReason::Operator,
                    });
                    Ok(())
                }
                () = &mut timer => {
                    let step = self.on_time(Instant::now());
                    timer.as_mut().reset(self.next_wake());
                    step
                }
                () = ready(()), if !is_usual => Ok(()),
            };
            if let Err(end) = step {
                return end;
            }
        }
    }

    /// Before a write, takes what waits and no other session is free for: commands that come together leave together.
    fn fill(&mut self, site: &Site) {
        // Where there is a pace, a command goes in the moment it may.
        while !self.wire.writer.is_stuck()
            && !site.limiter.is_paced()
            && !site.queue.has_takers()
            && let Some(takes) = self.takes()
            && let Some(job) = site.queue.try_pop(takes)
        {
            self.send(job);
        }
    }

    /// What the session has room for now.
    fn takes(&self) -> Option<Takes> {
        let sessions = &self.terms.profile.sessions;
        let has_room = self.retiring.is_none()
            && self.in_flight.len() < sessions.window
            && *self.duty.borrow() == Duty::Work
            && !self.is_penalised;
        if !has_room {
            return None;
        }
        let jobs = || self.in_flight.iter().filter_map(InFlight::frame);
        if jobs().map(|frame| frame.bytes.len()).sum::<usize>() > sessions.window_bytes {
            return None;
        }
        let transforms = jobs().filter(|frame| frame.verb.is_transform()).count();
        Some(if transforms < sessions.transforms { Takes::Anything } else { Takes::Reads })
    }

    fn send(&mut self, job: Job) {
        let start = self.wire.writer.queue(&job.frame.bytes);
        self.site.metrics.transmitted.count(job.frame.bytes.len());
        self.site.metrics.in_flight.increment(1.0);
        let now = job.taken();
        let wait = self.site.metrics.queue_wait.of(job.frame.verb);
        wait.record(job.waited(now));
        self.shared.taken.fetch_add(1, Ordering::Relaxed);
        let epoch = job.epoch;
        self.await_reply(What::Job(job), start, epoch, now);
    }

    fn keep_alive(&mut self, now: Instant) {
        self.wire.rest();
        let (what, bytes) = match self.terms.profile.sessions.keepalive_by {
            Keepalive::Hello => (What::Hello, command::hello()),
            Keepalive::Poll => {
                let id = self.site.ids.next();
                let poll = Command::poll(&Poll::Req).finish(&id).expect("a poll holds no foreign text");
                (What::Poll(id), poll.bytes)
            }
        };
        let start = self.wire.writer.queue(&bytes);
        self.await_reply(what, start, self.site.breaker.epoch(), now);
    }

    fn await_reply(&mut self, what: What, start: u64, epoch: u64, now: Instant) {
        self.in_flight.push_back(InFlight {
            what,
            start,
            epoch,
            sent_at: now,
            overdue_at: now + self.terms.profile.commands.timeout,
        });
        self.last_sent = now;
        self.hello = None;
        self.sent += 1;
        let most = self.terms.profile.sessions.max_commands;
        // The logout is a command too.
        if most > 0 && self.sent + 1 >= most {
            self.retire(CloseReason::Commands);
        } else if most > 0 && self.sent as f64 >= most as f64 * AGEING {
            self.shared.ageing.cancel();
        }
        self.show_state(now);
    }

    fn receive(&mut self, frame: Result<Option<Vec<u8>>, ReadError>) -> Result<(), End> {
        let message = match frame {
            Ok(Some(message)) => message,
            Ok(None) | Err(ReadError::Io(_)) => return Err(End::lost(CloseReason::ServerClose)),
            Err(ReadError::Frame(error)) => {
                return Err(End::new(CloseReason::Error, ErrorKind::Framing(error)));
            }
        };
        self.site.metrics.received.count(message.len() + HEADER);
        match Document::from_bytes(message).and_then(ServerMessage::read) {
            Ok(ServerMessage::Response(response)) => self.answered(response),
            Ok(ServerMessage::Greeting(_)) => self.greeted(),
            Err(error) => Err(End::new(CloseReason::Error, ErrorKind::Garbled(error))),
        }
    }

    fn greeted(&mut self) -> Result<(), End> {
        let hello = self.in_flight.pop_front_if(|head| matches!(head.what, What::Hello));
        let hello = hello.ok_or_else(|| End::new(CloseReason::Desync, ErrorKind::Desync))?;
        self.site.metrics.kept_alive("ok");
        self.site.breaker.is_reached(hello.epoch);
        self.show_state(Instant::now());
        Ok(())
    }

    fn answered(&mut self, response: Response<'static>) -> Result<(), End> {
        let code = response.code();
        let given = response.tr_id.client.as_deref();
        let wanted = self.in_flight.front().and_then(InFlight::cl_trid);
        let is_ours = match (given, wanted) {
            (Some(given), Some(wanted)) => given == wanted,
            (None, Some(_)) => self.terms.profile.has(Quirk::NoClTrid),
            (_, None) => false,
        };
        if !is_ours {
            // Some servers say good-bye without being asked.
            return Err(match given.is_none() && code.ends_session() {
                true => End::lost(CloseReason::ServerClose),
                false => End::new(CloseReason::Desync, ErrorKind::Desync),
            });
        }
        let head = self.in_flight.pop_front().expect("the reply is that of the head");
        if code == ResultCode::USE_ERROR {
            self.logged_in = false;
            self.retire(CloseReason::LoggedOut);
            self.take_back();
        }
        let now = Instant::now();
        match head.what {
            What::Job(job) => self.finish(job, (head.sent_at, now), response),
            What::Poll(_) => self.kept_alive(head.epoch, &response),
            What::Late(_) | What::Hello => self.site.metrics.late_replies.increment(1),
        }
        self.show_state(now);
        match code.ends_session() {
            true => Err(End::lost(CloseReason::ServerClose)),
            false => Ok(()),
        }
    }

    /// A keepalive that needs the login shows whether there still is one.
    fn kept_alive(&mut self, epoch: u64, response: &Response<'_>) {
        let code = response.code();
        self.site.metrics.kept_alive(if code.is_success() { "ok" } else { "failed" });
        if self.terms.profile.rate.refuses(response) {
            return self.site.limiter.exceeded();
        }
        match code {
            ResultCode::USE_ERROR => {}
            code if code >= ResultCode::COMMAND_FAILED => {
                let trouble = format_args!("the registry answered {code}");
                self.site.breaker.fail_softly(epoch, &trouble);
            }
            _ => self.site.breaker.succeed(epoch),
        }
    }

    fn finish(&mut self, mut job: Job, (sent_at, now): (Instant, Instant), response: Response<'static>) {
        let (site, code) = (Arc::clone(&self.site), response.code());
        let trouble = format_args!("the registry answered {code}");
        site.metrics.in_flight.decrement(1.0);
        site.metrics.response(code);
        let took = now - sent_at;
        site.queue.took(took);
        site.metrics.command_duration.of(job.frame.verb).record(took);
        let penalty = self.terms.profile.rate.penalty(code);
        let is_slow = penalty.is_none() && took >= self.terms.profile.commands.slow;
        if let Some(time) = penalty {
            self.is_penalised = true;
            self.penalty_until = now + time;
            self.place.penalised(self.penalty_until);
        }
        if self.terms.profile.rate.refuses(&response) {
            site.limiter.exceeded();
            if job.retry(Before::Refused, now) {
                site.metrics.retried("rate_limit");
                return site.put_back(job);
            }
            return drop(job.answer(response, sent_at, now));
        }
        match code {
            ResultCode::USE_ERROR => match job.retry(Before::Refused, now) {
                true => {
                    site.metrics.retried("logged_out");
                    site.put_back(job);
                }
                false => job.fail(ErrorKind::NotLoggedIn.not_sent()),
            },
            ResultCode::FAILED_CLOSING | ResultCode::AUTHENTICATION_CLOSING | ResultCode::SESSION_LIMIT => {
                if code == ResultCode::FAILED_CLOSING {
                    site.breaker.fail(job.epoch, &trouble);
                }
                job.fail(ErrorKind::SessionEnded(code).with(Fate::Refused(code)));
            }
            _ => {
                match code {
                    ResultCode::COMMAND_FAILED => site.breaker.fail_softly(job.epoch, &trouble),
                    _ if is_slow => site.breaker.succeed_slowly(job.epoch),
                    _ => site.breaker.succeed(job.epoch),
                }
                if let Some(halves) = job.answer(response, sent_at, now) {
                    halves.into_iter().rev().for_each(|half| site.put_back(half));
                }
            }
        }
    }

    fn on_time(&mut self, now: Instant) -> Result<(), End> {
        if let Some(overdue) = self.in_flight.pop_front_if(|head| head.overdue_at <= now) {
            self.overdue(overdue, now)?;
        }
        if self.is_penalised && now >= self.penalty_until {
            self.is_penalised = false;
            self.show_state(now);
        }
        if self.retiring.is_none() {
            if now >= self.ageing_at {
                self.shared.ageing.cancel();
            }
            if now >= self.retire_at {
                self.retire(CloseReason::Lifetime);
            } else if self.in_flight.is_empty() && now >= self.last_sent + self.keepalive {
                let (booking, at) = self.hello.get_or_insert_with(|| (self.site.limiter.book(), now));
                match booking.draw() {
                    Ok(()) => self.keep_alive(now),
                    Err(later) => *at = later,
                }
            }
        }
        Ok(())
    }

    /// Gives a command up, and still waits a while for its reply: behind that, the session can log out in good order.
    fn overdue(&mut self, mut overdue: InFlight, now: Instant) -> Result<(), End> {
        match overdue.what {
            What::Job(job) => {
                overdue.what = What::Late(job.frame.cl_trid.clone());
                overdue.overdue_at = now + self.terms.profile.commands.late_grace;
                self.site.breaker.fail(overdue.epoch, &ErrorKind::Timeout);
                self.in_flight.push_front(overdue);
                self.retire(CloseReason::Error);
                self.take_back();
                self.give_up(job, &End::lost(CloseReason::Error), ErrorKind::Timeout);
                Ok(())
            }
            What::Late(_) | What::Hello | What::Poll(_) => {
                self.in_flight.push_front(overdue);
                Err(End::new(CloseReason::Error, ErrorKind::Timeout))
            }
        }
    }

    fn next_wake(&self) -> Instant {
        let overdue_at = self.in_flight.front().map(|head| head.overdue_at);
        let wake = match (overdue_at, self.retiring) {
            (Some(overdue_at), Some(_)) => overdue_at,
            (Some(overdue_at), None) => overdue_at.min(self.retire_at),
            (None, _) => {
                let hello_at = self.hello.as_ref().map(|(_, at)| *at);
                let silent_until = hello_at.unwrap_or(self.last_sent + self.keepalive);
                self.retire_at.min(silent_until)
            }
        };
        let wake = match self.is_penalised {
            true => wake.min(self.penalty_until),
            false => wake,
        };
        match self.shared.ageing.is_cancelled() || self.retiring.is_some() {
            true => wake,
            false => wake.min(self.ageing_at),
        }
    }

    /// Takes no more commands from now on; the first reason stays.
    fn retire(&mut self, reason: CloseReason) {
        if self.retiring.is_none() {
            self.retiring = Some(reason);
            self.gauge.set(SessionState::Draining);
            self.show_state(Instant::now());
            self.shared.retire();
            self.site.retired.notify_one();
        }
    }

    /// Puts back the commands that no byte was written of: nothing more is begun on this session.
    fn take_back(&mut self) {
        let Self { in_flight, wire, .. } = self;
        let mut unwritten = Vec::new();
        while let Some(last) = in_flight.pop_back_if(|one| !wire.writer.touched(one.start)) {
            wire.writer.take_back(last.start);
            unwritten.push(last.what);
        }
        for what in unwritten {
            if let What::Job(job) = what {
                self.put_back(job);
            }
        }
    }

    fn put_back(&self, job: Job) {
        self.site.metrics.in_flight.decrement(1.0);
        self.site.metrics.retried("not_written");
        job.unstart();
        self.site.put_back(job);
    }

    /// Decides what becomes of each command in flight.
    fn settle(&mut self, end: &End) {
        let site = Arc::clone(&self.site);
        if end.reason == CloseReason::Desync {
            site.metrics.desyncs.increment(1);
            tracing::error!(registry = site.name, "a reply belongs to another command");
        }
        let awaited = self.in_flight.iter().find(|one| !matches!(one.what, What::Late(_)));
        if let Some(InFlight { epoch, .. }) = awaited.filter(|_| !end.reason.is_wanted()) {
            match end.told {
                ErrorKind::ConnectionLost => site.breaker.lose(*epoch, self.born, &end.told),
                _ => site.breaker.fail(*epoch, &end.told),
            }
        }
        // Last first, so that those that go back to the head of the queue stand in their order.
        while let Some(InFlight { what, start, .. }) = self.in_flight.pop_back() {
            let job = match what {
                What::Job(job) => job,
                what if what.is_keepalive() => {
                    site.metrics.kept_alive("failed");
                    continue;
                }
                _ => continue,
            };
            if self.wire.writer.touched(start) {
                self.give_up(job, end, end.told.clone());
            } else {
                self.put_back(job);
            }
        }
    }

    /// A command whose reply will not come: asked again if that is harmless, else its outcome is unknown.
    fn give_up(&self, mut job: Job, end: &End, told: ErrorKind) {
        self.site.metrics.in_flight.decrement(1.0);
        if end.allows_retry() && self.site.breaker.admit().is_ok() && job.retry(Before::Lost, Instant::now())
        {
            self.site.metrics.retried("lost");
            self.site.queue.requeue(job);
        } else {
            job.fail(told.with(Fate::Unknown));
        }
    }

    /// As patient as with any command: the registry counts the session as long as it is busy with it.
    async fn log_out(&mut self) {
        let patience = self.terms.profile.commands.timeout;
        if timeout(patience, self.site.limiter.token()).await.is_err() {
            return;
        }
        let id = self.site.ids.next();
        let logout = Command::logout().finish(&id).expect("a logout holds no foreign text");
        self.wire.writer.queue(&logout.bytes);
        // The server may hang up first: the session is over either way.
        let _ = timeout(patience, async {
            self.wire.writer.flush().await?;
            self.wire.reader.frame().await.map(drop)
        })
        .await;
    }

    fn show_state(&mut self, now: Instant) {
        if self.retiring.is_none() {
            self.gauge.set(match (self.in_flight.is_empty(), self.is_penalised) {
                (false, _) => SessionState::Busy,
                (true, true) => SessionState::Penalised,
                (true, false) => SessionState::Idle,
            });
        }
        self.place.show(self.gauge.state(), self.sent, self.in_flight.len(), now);
    }
}

/// The part of a session's life after which a successor is welcome.
const AGEING: f64 = 0.95;
/// A step in so many looks at what is rare, however much there is to do.
const RARELY: u64 = 64;
