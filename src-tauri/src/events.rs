//! Streams and works to the window, through channels: an event would compile a script for each.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use serde_json::Value;
use sluice_app::{Problem, registry};
use tauri::State;
use tauri::async_runtime::JoinHandle;
use tauri::ipc::Channel;
use tokio::sync::mpsc;

use crate::shell::Shell;

/// The streams that are open, by their number.
#[derive(Default)]
pub struct Streams {
    open: Mutex<(u32, HashMap<u32, JoinHandle<()>>)>,
}

impl Streams {
    fn add(&self, task: JoinHandle<()>) -> u32 {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.1.retain(|_, task| !task.inner().is_finished());
        open.0 += 1;
        let id = open.0;
        open.1.insert(id, task);
        id
    }

    fn stop(&self, id: u32) {
        if let Some(task) = self
            .open
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .1
            .remove(&id)
        {
            task.abort();
        }
    }

    /// Ends all streams.
    pub fn stop_all(&self) {
        for (_, task) in self
            .open
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .1
            .drain()
        {
            task.abort();
        }
    }
}

/// Opens a stream of the registry into a channel and returns its number.
#[tauri::command]
pub async fn stream(
    shell: State<'_, Shell>,
    name: String,
    input: Value,
    channel: Channel<Value>,
) -> Result<u32, Problem> {
    let receiver = registry::stream(shell.app().await?, &name, input)?;
    Ok(shell.streams.add(forward(receiver, channel)))
}

/// Begins a work of the registry, told into a channel, and returns its number. Ended as a stream is.
#[tauri::command]
pub async fn work(
    shell: State<'_, Shell>,
    name: String,
    input: Value,
    channel: Channel<Value>,
) -> Result<u32, Problem> {
    let receiver = registry::work(shell.app().await?, &name, input)?;
    Ok(shell.streams.add(forward(receiver, channel)))
}

fn forward(mut receiver: mpsc::Receiver<Value>, channel: Channel<Value>) -> JoinHandle<()> {
    tauri::async_runtime::spawn(async move {
        while let Some(item) = receiver.recv().await {
            // The window was reloaded or closed: nobody listens any more.
            if channel.send(item).is_err() {
                return;
            }
        }
    })
}

/// Ends a stream or a work.
#[tauri::command]
pub async fn stream_stop(shell: State<'_, Shell>, id: u32) -> Result<(), Problem> {
    shell.streams.stop(id);
    Ok(())
}
