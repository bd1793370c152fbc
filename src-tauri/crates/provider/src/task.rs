//! What the provider does for one user: assign, update, deactivate, reactivate, entitlements, a whole life.
//!
//! The agent looks a user up by `userName` before it creates one, and reads a user before it replaces it
//! whole by PUT; it neither patches nor deletes (the vendor's documentation of SCIM 2.0, and public records
//! of agents). Entitlements come as the whole list in POST and PUT. That a user who is found by the
//! look-up is replaced at once is a guess.
//!
//! **Invariant:** of a preview no write is sent.

use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};
use ts_rs::TS;

use crate::call::{Call, Severity};
use crate::client::{Answered, Client, Request, by_user_name, encoded};
use crate::discovery;
use crate::findings;
use crate::form::{GivenValue, fill, schemas_of};

/// An entitlement that a user shall have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(rename = "SimulatorEntitlement")]
pub struct GivenEntitlement {
    pub value: String,
    pub display: Option<String>,
    /// The name of its resource type.
    #[serde(rename = "type")]
    pub kind: Option<String>,
}

/// What the provider is to do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[ts(rename = "SimulatorTask")]
pub enum Task {
    /// Reads only: configure, discover, a page, a look-up of nobody, one user.
    Look {
        /// The id of the user that is read; the first one of the page where it is `null`.
        user: Option<String>,
    },
    /// A user is assigned to the application.
    Assign {
        values: Vec<GivenValue>,
        entitlements: Vec<GivenEntitlement>,
    },
    /// A user's profile changes.
    Update {
        user: String,
        values: Vec<GivenValue>,
    },
    Deactivate {
        user: String,
    },
    Reactivate {
        user: String,
    },
    /// A user's entitlements change.
    Entitlements {
        user: String,
        add: Vec<GivenEntitlement>,
        /// By their values.
        remove: Vec<String>,
    },
    /// Assign, update, an entitlement given and taken, deactivate, reactivate, and deactivate again: the
    /// provider never deletes, so that is how a user ends.
    Life {
        values: Vec<GivenValue>,
        change: Vec<GivenValue>,
        entitlement: Option<GivenEntitlement>,
    },
}

impl Task {
    /// Whether it would change anything.
    pub fn writes(&self) -> bool {
        !matches!(self, Self::Look { .. })
    }
}

/// What came of a task.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, TS)]
#[ts(rename = "SimulatorPerformed")]
pub struct Performed {
    /// In order.
    pub calls: Vec<Call>,
    /// The id of the user that it was about, as far as it is known.
    pub user: Option<String>,
    /// Whether the provider would call it a success.
    pub passed: bool,
}

/// Does a task, call by call; each is told to `told` when it is through. It ends at the first call after
/// which the provider would not go on.
pub async fn perform(
    client: &Client,
    task: &Task,
    preview: bool,
    told: &mut (dyn FnMut(&Call) + Send),
) -> Performed {
    let mut run = Run {
        client,
        preview,
        told,
        done: Performed::default(),
    };
    let ended = match task {
        Task::Look { user } => run.look(user.as_deref()).await,
        Task::Assign {
            values,
            entitlements,
        } => run.assign(values, entitlements).await.map(|_| ()),
        Task::Update { user, values } => {
            run.replace("Update the profile", user, |resource| {
                fill(resource, values);
            })
            .await
        }
        Task::Deactivate { user } => run.state(user, false).await,
        Task::Reactivate { user } => run.state(user, true).await,
        Task::Entitlements { user, add, remove } => {
            run.entitlements("Change the entitlements", user, add, remove)
                .await
        }
        Task::Life {
            values,
            change,
            entitlement,
        } => run.life(values, change, entitlement.as_ref()).await,
    };
    run.done.passed = ended.is_some() && run.done.calls.iter().all(Call::passed);
    run.done
}

struct Run<'a> {
    client: &'a Client,
    preview: bool,
    told: &'a mut (dyn FnMut(&Call) + Send),
    done: Performed,
}

/// `None` where the provider would not go on.
type Goes<T = ()> = Option<T>;

impl Run<'_> {
    fn keep(&mut self, call: Call) -> Goes {
        let passed = call.passed();
        (self.told)(&call);
        self.done.calls.push(call);
        passed.then_some(())
    }

    async fn look(&mut self, user: Option<&str>) -> Goes {
        let (calls, _) = discovery::configure(self.client).await;
        let mut reached = true;
        for call in calls {
            reached &= call.status.is_some();
            // What one call lacks does not keep the others from being looked at.
            let _ = self.keep(call);
        }
        if !reached {
            return None;
        }
        let found = discovery::read_schemas(self.client).await;
        for call in found.calls {
            let _ = self.keep(call);
        }
        let request = Request::get("Read a page of users", "Users?startIndex=1&count=100");
        let mut page = self.client.send(&request).await;
        let listed = findings::list(&mut page).unwrap_or_default();
        let _ = self.keep(page.call);
        for one in &found.entitlement_types {
            let path = format!("{}?startIndex=1&count=100", one.endpoint);
            let mut answered = self
                .client
                .send(&Request::get("Read the entitlements", path))
                .await;
            findings::is_list(&mut answered);
            let _ = self.keep(answered.call);
        }
        let nobody = "nobody.is.called.this@example.invalid";
        let request = Request::get("Look up somebody who is not there", by_user_name(nobody));
        let mut answered = self.client.send(&request).await;
        // The vendor's server answers a miss with 200 and none since its release 1.9.
        if let Some(found) = findings::list(&mut answered) {
            if found.is_empty() {
                answered.call.find(
                    Severity::Good,
                    "Nobody is found, which the provider takes as free to be created.",
                );
            } else {
                answered.call.find(
                    Severity::Bad,
                    format!(
                        "{} users came for a name that nobody has: the filter is not kept to.",
                        found.len()
                    ),
                );
            }
        }
        let _ = self.keep(answered.call);
        let first = listed
            .first()
            .and_then(|user| user["id"].as_str())
            .map(str::to_owned);
        if let Some(id) = user.map(str::to_owned).or(first) {
            let _ = self.read(&id).await;
            self.done.user = Some(id);
        }
        Some(())
    }

    /// Looks a user up and creates it, or replaces the one that is there. Gives the id.
    async fn assign(
        &mut self,
        values: &[GivenValue],
        entitlements: &[GivenEntitlement],
    ) -> Goes<String> {
        let mut user = Map::new();
        fill(&mut user, values);
        let user_name = user
            .get("userName")
            .and_then(Json::as_str)
            .unwrap_or_default()
            .to_owned();
        let request = Request::get("Look up by userName", by_user_name(&user_name));
        let mut found = self.client.send(&request).await;
        let there = if found.call.status == Some(404) {
            // The provider accepts that for "nobody" too (the vendor's documentation).
            found.call.find(
                Severity::Warning,
                "404 is taken for nobody found; 200 with an empty list is what the RFC asks for.",
            );
            Vec::new()
        } else {
            findings::list(&mut found).unwrap_or_default()
        };
        let there = there
            .iter()
            .find_map(|one| one["id"].as_str())
            .map(str::to_owned);
        found.call.find(
            Severity::Good,
            match &there {
                Some(id) => format!("The user is there already, as {id}."),
                None => "Nobody has this name yet.".to_owned(),
            },
        );
        self.keep(found.call)?;
        if let Some(id) = there {
            self.replace("Replace the user who is there", &id, |resource| {
                fill(resource, values);
                resource.insert("active".to_owned(), true.into());
                if !entitlements.is_empty() {
                    resource.insert("entitlements".to_owned(), json!(entitlements));
                }
            })
            .await?;
            return Some(id);
        }
        user.insert("active".to_owned(), true.into());
        if !entitlements.is_empty() {
            user.insert("entitlements".to_owned(), json!(entitlements));
        }
        // A creation always carries a password that nobody uses (the vendor's documentation).
        user.insert("password".to_owned(), placeholder().into());
        user.insert("schemas".to_owned(), schemas_of(&user));
        user.move_to_front();
        let body = Json::Object(user);
        let request = Request::write(Method::POST, "Create the user", "Users", body.clone());
        if self.preview {
            self.keep(self.client.shown(&request))?;
            return Some(user_name);
        }
        let mut answered = self.client.send(&request).await;
        let id = findings::written(&mut answered, &body);
        self.done.user.clone_from(&id);
        self.keep(answered.call)?;
        id
    }

    async fn read(&mut self, id: &str) -> Goes<Map<String, Json>> {
        let path = format!("Users/{}", encoded(id));
        let mut answered: Answered = self.client.send(&Request::get("Read the user", path)).await;
        let mut user = None;
        if findings::success(&mut answered) {
            user = findings::user(&answered).cloned();
            if user.is_none() {
                answered
                    .call
                    .find(Severity::Bad, "The answer holds no user.");
            }
        }
        self.keep(answered.call)?;
        user
    }

    /// Reads a user, changes it and sends the whole of it back.
    async fn replace(
        &mut self,
        title: &str,
        id: &str,
        change: impl FnOnce(&mut Map<String, Json>) + Send,
    ) -> Goes {
        self.done.user = Some(id.to_owned());
        // Of a preview nobody was created, so nobody is there to be read.
        let born = self.preview && self.done.calls.iter().any(|call| call.method == "POST");
        let mut user = if born {
            let mut user = Map::new();
            user.insert("id".to_owned(), id.into());
            user
        } else {
            self.read(id).await?
        };
        user.remove("meta");
        change(&mut user);
        user.insert("schemas".to_owned(), schemas_of(&user));
        user.move_to_front();
        let body = Json::Object(user);
        let path = format!("Users/{}", encoded(id));
        let request = Request::write(Method::PUT, title, path, body.clone());
        if self.preview {
            return self.keep(self.client.shown(&request));
        }
        let mut answered = self.client.send(&request).await;
        findings::written(&mut answered, &body);
        self.keep(answered.call)
    }

    async fn state(&mut self, id: &str, active: bool) -> Goes {
        let title = if active {
            "Reactivate the user"
        } else {
            "Deactivate the user"
        };
        self.replace(title, id, |user| {
            user.insert("active".to_owned(), active.into());
        })
        .await
    }

    async fn entitlements(
        &mut self,
        title: &str,
        id: &str,
        add: &[GivenEntitlement],
        remove: &[String],
    ) -> Goes {
        self.replace(title, id, |user| {
            let held = user.remove("entitlements");
            let mut held = held
                .and_then(|held| held.as_array().cloned())
                .unwrap_or_default();
            let value = |one: &Json| match &one["value"] {
                Json::String(text) => text.clone(),
                other => other.to_string(),
            };
            held.retain(|one| !remove.contains(&value(one)));
            for one in add {
                if !held.iter().any(|other| value(other) == one.value) {
                    held.push(json!(one));
                }
            }
            user.insert("entitlements".to_owned(), Json::Array(held));
        })
        .await
    }

    async fn life(
        &mut self,
        values: &[GivenValue],
        change: &[GivenValue],
        entitlement: Option<&GivenEntitlement>,
    ) -> Goes {
        let id = self.assign(values, &[]).await?;
        if !change.is_empty() {
            self.replace("Update the profile", &id, |user| fill(user, change))
                .await?;
        }
        if let Some(one) = entitlement {
            self.entitlements("Give an entitlement", &id, std::slice::from_ref(one), &[])
                .await?;
            let remove = [one.value.clone()];
            self.entitlements("Take the entitlement away", &id, &[], &remove)
                .await?;
        }
        self.state(&id, false).await?;
        self.state(&id, true).await?;
        self.state(&id, false).await
    }
}

/// A password that nobody ever uses, of a length and with characters that rules ask for, and other each time.
fn placeholder() -> String {
    let random = std::hash::BuildHasher::hash_one(&std::hash::RandomState::new(), 0_u8);
    format!("Sim-{random:016x}-Aa1!")
}

/// Puts what a reader looks for first to the front.
trait Front {
    fn move_to_front(&mut self);
}

impl Front for Map<String, Json> {
    fn move_to_front(&mut self) {
        let mut ordered = Map::new();
        for name in ["schemas", "id", "userName", "active"] {
            if let Some(value) = self.remove(name) {
                ordered.insert(name.to_owned(), value);
            }
        }
        ordered.append(self);
        *self = ordered;
    }
}
