//! An import as the provider makes it: configure, discover, every page of users, every page of
//! entitlements; then what it would do with the result.
//!
//! The agent asks for `GET /Users?startIndex=1&count=N`, adds N to the index whatever came, and ends when it
//! is beyond `totalResults` (the vendor's documentation; N is 100 unless `maxItemsPerPage` of the agent says
//! otherwise). The last step asks again for pages and behind the end: that is a check of ours.
//!
//! **Invariant:** a page is dropped before the next one is asked for. An import that failed says so and is
//! never compared with.

mod told;

use std::time::Instant;

use serde_json::{Map, Value as Json};
use sluice_core::exchange::Diagnosis;
use tokio::sync::mpsc;

use crate::call::Call;
use crate::client::{Answered, Client, Request};
use crate::discovery;
use crate::findings;
use crate::paging::{Figure, Page, PagingCheck};
use crate::resource;
use crate::spool::{Counts, ImportFolder, Resources, Spool, SpoolError, Taken};

use told::times;
pub use told::{Import, ImportProgress, PageTimes, Step, StepName};

/// After this many pages in a row without anybody the list is taken for ended, whatever its total says.
const EMPTY_PAGES: usize = 3;

/// How to import.
#[derive(Clone, Copy, Debug)]
pub struct ImportOptions {
    /// How many users a page shall have, from 1.
    pub page_size: usize,
    /// Whether pages are asked for again at the end.
    pub again: bool,
    /// Whether the statement that reads has an order, where that is known.
    pub ordered: Option<bool>,
}

/// Why an import could not be kept.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error(transparent)]
    Spool(#[from] SpoolError),
    #[error("A task of the import ended early: {0}.")]
    Task(#[from] tokio::task::JoinError),
}

/// Imports from a server into `folder`, and holds it against an import `before`.
///
/// # Errors
/// [`ImportError`] where the disk fails. What the server does wrong is in the [`Import`].
pub async fn import(
    client: &Client,
    options: ImportOptions,
    folder: &ImportFolder,
    before: Option<&ImportFolder>,
    progress: mpsc::Sender<ImportProgress>,
) -> Result<Import, ImportError> {
    let mut run = Run {
        client,
        options,
        progress,
        begun: Instant::now(),
        step: Instant::now(),
        told: Instant::now(),
        import: Import {
            steps: Vec::new(),
            calls: Vec::new(),
            failure: None,
            users: Counts::default(),
            entitlements: Counts::default(),
            times: PageTimes::default(),
            paging: Vec::new(),
            capabilities: None,
            duration_us: 0,
        },
        times: Vec::new(),
        pages: 0,
        pages_total: None,
        total: None,
    };
    run.all(folder, before).await?;
    run.import.times = times(&run.times, options.page_size);
    run.import.duration_us = micros(run.begun);
    Ok(run.import)
}

struct Run<'a> {
    client: &'a Client,
    options: ImportOptions,
    progress: mpsc::Sender<ImportProgress>,
    begun: Instant,
    /// When the step under way began.
    step: Instant,
    /// When progress was told last.
    told: Instant,
    import: Import,
    times: Vec<i64>,
    pages: usize,
    pages_total: Option<usize>,
    total: Option<usize>,
}

/// Pages of one endpoint.
struct Pages<'a> {
    endpoint: &'a str,
    resources: Resources,
    title: &'a str,
}

/// A page by the ids on it, in order.
struct Seen {
    start: usize,
    ids: Vec<u128>,
}

impl Run<'_> {
    async fn all(
        &mut self,
        folder: &ImportFolder,
        before: Option<&ImportFolder>,
    ) -> Result<(), ImportError> {
        self.tell(StepName::Configure, true).await;
        let (calls, capabilities) = discovery::configure(self.client).await;
        let told = match &capabilities {
            Some(told) => format!("ServiceProviderConfig, {} capabilities read", told.len()),
            None => "ServiceProviderConfig, all capabilities assumed".to_owned(),
        };
        self.import.capabilities = capabilities;
        if !self.called(StepName::Configure, calls, told) {
            return Ok(());
        }
        self.tell(StepName::Discover, true).await;
        let found = discovery::read_schemas(self.client).await;
        let told = format!(
            "{}, {}",
            counted(found.attributes(), "attribute"),
            counted(found.entitlement_types.len(), "entitlement type")
        );
        let types = found.entitlement_types.clone();
        if !self.called(StepName::Discover, found.calls, told) {
            return Ok(());
        }

        self.tell(StepName::Users, true).await;
        let mut check = PagingCheck::default();
        if let Some(ordered) = self.options.ordered {
            check.statement(ordered);
        }
        let mut spool = Spool::begin(folder, Resources::Users, before)?;
        let mut pages = Vec::new();
        let users = Pages {
            endpoint: "Users",
            resources: Resources::Users,
            title: "Import users",
        };
        let whole;
        (spool, whole) = self
            .pages(&users, spool, Some(&mut check), &mut pages)
            .await?;
        self.import.users = spool.counts;
        let told = format!(
            "{}, {}",
            counted(self.pages, "page"),
            counted(spool.counts.seen, "user")
        );
        self.done(StepName::Users, told, whole);
        if !whole {
            self.import.paging = check.verdict();
            return Ok(());
        }

        self.tell(StepName::Entitlements, true).await;
        let mut held = Spool::begin(folder, Resources::Entitlements, before)?;
        let mut whole = true;
        for one in &types {
            let pages = Pages {
                endpoint: &one.endpoint,
                resources: Resources::Entitlements,
                title: "Import entitlements",
            };
            (held, whole) = self.pages(&pages, held, None, &mut Vec::new()).await?;
            if !whole {
                break;
            }
        }
        let told = if types.is_empty() {
            "no entitlement type".to_owned()
        } else {
            counted(held.counts.seen, "entitlement")
        };
        self.done(StepName::Entitlements, told, whole);
        if !whole {
            self.import.paging = check.verdict();
            return Ok(());
        }

        if self.options.again {
            self.tell(StepName::Paging, true).await;
            let told = self.ask_again(&pages, &mut check).await;
            self.done(StepName::Paging, told, true);
        }
        self.import.paging = check.verdict();

        self.tell(StepName::Compare, true).await;
        let (users, entitlements) =
            tokio::task::spawn_blocking(move || (spool.end(), held.end())).await?;
        self.import.users = users?;
        self.import.entitlements = entitlements?;
        let told = if before.is_some() {
            "compared with the import before".to_owned()
        } else {
            "the first import: everybody is new".to_owned()
        };
        self.done(StepName::Compare, told, true);
        self.tell(StepName::Compare, true).await;
        Ok(())
    }

    /// Every page of an endpoint; whether all came.
    async fn pages(
        &mut self,
        of: &Pages<'_>,
        mut spool: Spool,
        mut check: Option<&mut PagingCheck>,
        seen: &mut Vec<Seen>,
    ) -> Result<(Spool, bool), ImportError> {
        let users = of.resources == Resources::Users;
        let size = self.options.page_size;
        let (mut start, mut number, mut empty) = (1_usize, 1_u32, 0_usize);
        loop {
            let Some(answered) = self.page(of, start).await else {
                return Ok((spool, false));
            };
            let (mut call, page, resources) = taken(answered, start, size);
            if users {
                self.times.push(call.duration_us);
                self.pages += 1;
            }
            let total = page.total.value();
            if users {
                self.total = total;
                self.pages_total = total.map(|total| total.div_ceil(size).max(1));
            }
            empty = if resources.is_empty() { empty + 1 } else { 0 };
            let last = match total {
                Some(total) => start + size > total,
                None => resources.is_empty(),
            } || empty >= EMPTY_PAGES;
            let (back, ids, twice) = tokio::task::spawn_blocking(move || {
                let mut twice = Vec::new();
                let mut nameless = 0;
                let mut ids = Vec::with_capacity(resources.len());
                for resource in &resources {
                    ids.push(id_of(resource));
                    match spool.take(resource, number)? {
                        Taken::Once => {}
                        Taken::Twice { id, first } => twice.push((id, first)),
                        Taken::Nameless => nameless += 1,
                    }
                }
                Ok::<_, SpoolError>((spool, ids, (twice, nameless)))
            })
            .await??;
            spool = back;
            let (twice, nameless) = twice;
            if let Some(check) = check.as_deref_mut() {
                check.page(&Page { nameless, ..page }, last);
                for (id, first) in twice {
                    check.twice(&id, first, number);
                }
                seen.push(Seen { start, ids });
            }
            if users {
                self.import.users = spool.counts;
            }
            if number == 1 {
                of.title.clone_into(&mut call.title);
                self.import.calls.push(call);
            }
            if last {
                return Ok((spool, true));
            }
            let stage = if users {
                StepName::Users
            } else {
                StepName::Entitlements
            };
            self.tell(stage, false).await;
            start += size;
            number += 1;
        }
    }

    async fn page(&mut self, of: &Pages<'_>, start: usize) -> Option<Answered> {
        let size = self.options.page_size;
        let path = format!("{}?startIndex={start}&count={size}", of.endpoint);
        let title = format!("{}, from {start}", of.title);
        let mut answered = self.client.send(&Request::get(title, path)).await;
        if let Some(problem) = answered.call.problem.clone() {
            self.import.failure = Some(problem);
            self.import.calls.push(answered.call);
            return None;
        }
        // What a list is not is what the import fails by.
        if !findings::is_list(&mut answered) {
            let cause = answered
                .call
                .findings
                .last()
                .map_or_else(String::new, |finding| finding.text.clone());
            self.import.failure = Some(Diagnosis {
                code: "simulator.page".to_owned(),
                cause: format!("The page from {start} could not be read. {cause}"),
                remedy: "Look at the answer, and at its exchange where the endpoint is Sluice's own. The provider would try the whole import again.".to_owned(),
                place: Some(answered.call.path.clone()),
            });
            self.import.calls.push(answered.call);
            return None;
        }
        Some(answered)
    }

    /// Asks for some pages again and behind the end, and tells in a few words what was done.
    async fn ask_again(&mut self, pages: &[Seen], check: &mut PagingCheck) -> String {
        let size = self.options.page_size;
        // The first page comes last: with many servers it begins a new reading.
        let mut places = vec![pages.len() / 2, pages.len().saturating_sub(1), 0];
        places.dedup();
        if places.len() > 1 && places[0] == 0 {
            places.remove(0);
        }
        let mut order = Ok(0);
        for place in places {
            let Some(page) = pages.get(place) else {
                continue;
            };
            let start = page.start;
            let path = format!("Users?startIndex={start}&count={size}");
            let mut answered = self
                .client
                .send(&Request::get("Ask for a page again", path))
                .await;
            let Some(listed) = findings::list(&mut answered) else {
                order = Err(format!(
                    "The page from {start} could not be read a second time."
                ));
                break;
            };
            let ids: Vec<u128> = listed
                .iter()
                .filter_map(Json::as_object)
                .map(id_of)
                .collect();
            if ids == page.ids {
                order = order.map(|pages: usize| pages + 1);
                continue;
            }
            let (mut one, mut other) = (ids.clone(), page.ids.clone());
            one.sort_unstable();
            other.sort_unstable();
            order = Err(if one == other {
                format!(
                    "The page from {start}, asked for again, has the same users in another order."
                )
            } else {
                format!(
                    "The page from {start}, asked for again, has other users: some would be imported twice and some never."
                )
            });
            break;
        }
        let told = match &order {
            Ok(pages) => format!("{} asked for again", counted(*pages, "page")),
            Err(_) => "pages asked for again differ".to_owned(),
        };
        check.order(order);
        let behind = self.total.unwrap_or_default() + 1;
        let path = format!("Users?startIndex={behind}&count={size}");
        let mut answered = self
            .client
            .send(&Request::get("Ask behind the end", path))
            .await;
        check.end(match findings::list(&mut answered) {
            Some(listed) if listed.is_empty() => Ok(()),
            Some(listed) => Err(format!(
                "Behind the end, from {behind}, stand {} users.",
                listed.len()
            )),
            None => Err(format!(
                "Behind the end, from {behind}, the server answers {} and not an empty page.",
                answered
                    .call
                    .status
                    .map_or_else(|| "nothing".to_owned(), |status| status.to_string())
            )),
        });
        told
    }

    /// Ends a step of single calls; whether the import goes on.
    fn called(&mut self, name: StepName, calls: Vec<Call>, told: String) -> bool {
        // Without the lists themselves nothing can be imported; a warning stops nothing.
        let failed = calls.iter().find(|call| !call.passed());
        let failure = failed.map(|call| {
            call.problem.clone().unwrap_or_else(|| Diagnosis {
                code: "simulator.call".to_owned(),
                cause: call
                    .findings
                    .iter()
                    .find(|finding| finding.severity == crate::call::Severity::Bad)
                    .map_or_else(String::new, |finding| finding.text.clone()),
                remedy: "Look at the answer of this call; the provider's set-up would stop here."
                    .to_owned(),
                place: Some(call.path.clone()),
            })
        });
        let passed = failure.is_none();
        let told = failure
            .as_ref()
            .map_or(told, |failure| failure.cause.clone());
        self.import.calls.extend(calls);
        self.import.failure = failure;
        self.done(name, told, passed);
        passed
    }

    fn done(&mut self, name: StepName, detail: String, passed: bool) {
        self.import.steps.push(Step {
            name,
            detail,
            passed,
            duration_us: micros(self.step),
        });
        self.step = Instant::now();
    }

    /// Tells how far it is; between steps at most ten times a second.
    async fn tell(&mut self, stage: StepName, step: bool) {
        if !step && self.told.elapsed().as_millis() < 100 {
            return;
        }
        self.told = Instant::now();
        let told = ImportProgress {
            stage,
            steps: self.import.steps.clone(),
            pages: self.pages,
            pages_total: self.pages_total,
            users: self.import.users,
            total: self.total,
            times: times(&self.times, self.options.page_size),
            elapsed_us: micros(self.begun),
        };
        // Nobody listens any more: the work is dropped with the next step.
        let _ = self.progress.send(told).await;
    }
}

/// A page with its resources.
fn taken(answered: Answered, start: usize, count: usize) -> (Call, Page, Vec<Map<String, Json>>) {
    let json = answered.json.unwrap_or(Json::Null);
    let mut page = Page {
        start,
        count,
        resources: 0,
        nameless: 0,
        total: Figure::of(json.get("totalResults")),
        items: Figure::of(json.get("itemsPerPage")),
        start_index: Figure::of(json.get("startIndex")),
    };
    let listed = match json {
        Json::Object(mut json) => json.remove("Resources").unwrap_or(Json::Null),
        other => other,
    };
    let mut resources = Vec::new();
    if let Json::Array(listed) = listed {
        page.resources = listed.len();
        resources.extend(listed.into_iter().filter_map(|one| match one {
            Json::Object(one) => Some(one),
            _ => None,
        }));
    }
    (answered.call, page, resources)
}

fn id_of(resource: &Map<String, Json>) -> u128 {
    resource::key(
        resource
            .get("id")
            .and_then(Json::as_str)
            .unwrap_or_default(),
    )
}

fn counted(number: usize, one: &str) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    format!("{text} {one}{}", if number == 1 { "" } else { "s" })
}

fn micros(since: Instant) -> i64 {
    i64::try_from(since.elapsed().as_micros()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_written_with_commas() {
        assert_eq!(counted(1, "user"), "1 user");
        assert_eq!(counted(999, "user"), "999 users");
        assert_eq!(counted(1_000, "user"), "1,000 users");
        assert_eq!(counted(1_234_567, "user"), "1,234,567 users");
    }
}
