//! `sluice-odbc`: one ODBC connection in a process of its own.
//!
//! **Purpose:** `sluice-db` starts it for each connection of its pool and speaks with it in lines of
//! JSON (the library of this package has the words). `sluice-odbc drivers` lists what is installed.
//!
//! **Invariant:** what goes wrong here, and be it inside a driver, ends this process only. Closing
//! its input ends it: at once where it is idle, after [`GRACE`] where the driver is still busy.
//!
//! **To answer a new request:** an arm in [`answer`]; what speaks with the driver stands in a file of
//! its own.

mod describe;
mod diagnostics;
mod fetch;
mod login;
mod outputs;
mod run;
mod talk;

use std::io::BufRead as _;
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use odbc_api::{Connection, Environment};
use sluice_odbc::{Done, Failed, Reply, Request};

use crate::talk::Talk;

/// How long the driver may go on after the input was closed. The server then sees the connection
/// break, which ends the statement and rolls back.
const GRACE: Duration = Duration::from_secs(2);

fn main() -> ExitCode {
    diagnostics::listen();
    match std::env::args().nth(1).as_deref() {
        None => serve(),
        Some("drivers") => login::print_installed(),
        Some("--version" | "-V") => {
            let _ = talk::line(concat!("sluice-odbc ", env!("CARGO_PKG_VERSION")));
            ExitCode::SUCCESS
        }
        Some(_) => {
            eprintln!(
                "usage: sluice-odbc [drivers]\n\nWithout an argument it takes requests of Sluice on its \
                 standard input; \"drivers\" lists the ODBC drivers and data sources that are installed."
            );
            ExitCode::from(2)
        }
    }
}

/// Takes requests until the input ends.
fn serve() -> ExitCode {
    let (sender, requests) = sync_channel(1);
    std::thread::spawn(move || listen(sender));
    let mut talk = Talk::new();
    let environment = match Environment::new() {
        Ok(environment) => environment,
        Err(error) => {
            let _ = talk.say(&Reply::Failed(diagnostics::failed(&error)));
            return ExitCode::FAILURE;
        }
    };
    let connection = match requests.recv() {
        Ok(Request::Connect(connect)) => match login::connect(&environment, &connect) {
            Ok((connection, connected)) => {
                if talk.say(&Reply::Connected(connected)).is_err() {
                    return ExitCode::FAILURE;
                }
                connection
            }
            Err(failed) => {
                let _ = talk.say(&Reply::Failed(failed));
                return ExitCode::FAILURE;
            }
        },
        Ok(_) => return ExitCode::FAILURE,
        Err(_) => return ExitCode::SUCCESS,
    };
    converse(&connection, &requests, &mut talk)
}

/// Answers one request after the other. Who asked is gone when nothing can be said any more.
fn converse(
    connection: &Connection<'_>,
    requests: &Receiver<Request>,
    talk: &mut Talk,
) -> ExitCode {
    while let Ok(request) = requests.recv() {
        diagnostics::forget();
        let reply = match answer(connection, request, talk) {
            Ok(done) => Reply::Done(Done {
                messages: diagnostics::warnings(),
                ..done
            }),
            Err(failed) => Reply::Failed(failed),
        };
        if talk.say(&reply).is_err() {
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn answer(connection: &Connection<'_>, request: Request, talk: &mut Talk) -> Result<Done, Failed> {
    let done = match request {
        Request::Run(run) => return run::run(connection, run, talk),
        Request::Describe(what) => return describe::describe(connection, &what, talk),
        Request::Ping => connection.is_dead().map(|dead| Done {
            alive: !dead,
            ..Done::default()
        }),
        Request::Begin => connection.set_autocommit(false).map(|()| Done::default()),
        Request::Commit => connection
            .commit()
            .and_then(|()| connection.set_autocommit(true))
            .map(|()| Done::default()),
        Request::Rollback => connection
            .rollback()
            .and_then(|()| connection.set_autocommit(true))
            .map(|()| Done::default()),
        Request::Connect(_) => return Err(diagnostics::told("The connection is open already.")),
    };
    done.map_err(|error| diagnostics::failed(&error))
}

/// Reads requests in a thread of its own, so that the end of the input is seen while a driver works.
fn listen(requests: SyncSender<Request>) {
    for line in std::io::stdin().lock().lines() {
        let Ok(line) = line else { break };
        match serde_json::from_str(&line) {
            Ok(request) => {
                if requests.send(request).is_err() {
                    return;
                }
            }
            Err(error) => {
                // The line itself may hold a password.
                eprintln!("a request cannot be read: {error}");
                std::process::exit(2);
            }
        }
    }
    // Without a sender an idle program comes to its end by itself; one whose driver does not come back
    // is ended here.
    drop(requests);
    std::thread::sleep(GRACE);
    std::process::exit(1);
}
