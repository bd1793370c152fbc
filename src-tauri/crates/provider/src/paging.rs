//! Whether pages make up a list: no overlap, no gap, one total, one order.
//!
//! Pure: it is shown page after page and gives its verdict at the end. The ids themselves are kept as
//! numbers by `spool`, which says where one was seen before.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use ts_rs::TS;

use crate::call::Severity;

/// What was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PagingRule {
    /// Every page but the last has as many as were asked for.
    Size,
    /// `itemsPerPage` and `startIndex` say what the page is.
    Figures,
    /// Nobody stands on two pages, or twice on one.
    Overlap,
    /// As many came as `totalResults` says.
    Gap,
    /// `totalResults` is the same on every page.
    Total,
    /// Pages that are asked for again are the same, in the same order.
    Order,
    /// Every resource has an id, and figures are numbers.
    Shape,
    /// Behind the end stands an empty page, not an error.
    End,
    /// Whether the statement itself has an order; known of an endpoint of Sluice only.
    Statement,
}

/// The verdict on one rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct PagingFinding {
    pub rule: PagingRule,
    pub severity: Severity,
    /// One sentence, with figures and the first place where it went wrong.
    pub text: String,
}

/// One page, as far as its paging goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Page {
    /// What was asked.
    pub start: usize,
    pub count: usize,
    pub resources: usize,
    /// Resources without an id, and without `userName` where they are users.
    pub nameless: usize,
    pub total: Figure,
    pub items: Figure,
    pub start_index: Figure,
}

/// A figure of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Figure {
    Number(usize),
    /// A number written as a text: the agent refuses it.
    Text(usize),
    Absent,
    Unreadable,
}

impl Figure {
    pub fn of(value: Option<&Json>) -> Self {
        match value {
            None | Some(Json::Null) => Self::Absent,
            Some(Json::Number(number)) => number
                .as_u64()
                .and_then(|number| usize::try_from(number).ok())
                .map_or(Self::Unreadable, Self::Number),
            Some(Json::String(text)) => text.parse().map_or(Self::Unreadable, Self::Text),
            Some(_) => Self::Unreadable,
        }
    }

    pub fn value(self) -> Option<usize> {
        match self {
            Self::Number(number) | Self::Text(number) => Some(number),
            Self::Absent | Self::Unreadable => None,
        }
    }
}

/// Some that went wrong: how many, and the first in words.
#[derive(Clone, Debug, Default)]
struct Wrong {
    count: usize,
    first: Option<String>,
}

impl Wrong {
    fn add(&mut self, words: impl FnOnce() -> String) {
        self.count += 1;
        if self.first.is_none() {
            self.first = Some(words());
        }
    }

    /// The first one, with how many more there are.
    fn told(&self) -> Option<String> {
        let first = self.first.as_ref()?;
        Some(match self.count {
            1 => first.clone(),
            2 => format!("{first} One more like it."),
            n => format!("{first} {} more like it.", n - 1),
        })
    }
}

/// Looks at pages as they come.
#[derive(Clone, Debug, Default)]
pub(crate) struct PagingCheck {
    pages: usize,
    seen: usize,
    total: Option<usize>,
    size: Wrong,
    figures: Wrong,
    overlap: Wrong,
    totals: Wrong,
    shape: Wrong,
    order: Option<Result<usize, String>>,
    end: Option<Result<(), String>>,
    statement: Option<bool>,
}

impl PagingCheck {
    /// Looks at the next page. `last` is whether nothing is asked for after it.
    pub fn page(&mut self, page: &Page, last: bool) {
        self.pages += 1;
        self.seen += page.resources;
        let start = page.start;
        if page.resources != page.count && !last {
            self.size.add(|| {
                format!(
                    "The page from {start} has {} of the {} that were asked for.",
                    page.resources, page.count
                )
            });
        } else if page.resources > page.count {
            self.size.add(|| {
                format!(
                    "The page from {start} has {}, more than the {} that were asked for.",
                    page.resources, page.count
                )
            });
        }
        let figures = [
            ("totalResults", page.total),
            ("itemsPerPage", page.items),
            ("startIndex", page.start_index),
        ];
        for (name, figure) in figures {
            match figure {
                Figure::Text(_) => self.shape.add(|| {
                    format!("{name} of the page from {start} is a text, and must be a number.")
                }),
                Figure::Unreadable => self.shape.add(|| {
                    format!("{name} of the page from {start} is no number.")
                }),
                // RFC 7644 §3.4.2: both are REQUIRED when partial results are returned due to pagination.
                Figure::Absent if name == "totalResults" => self.shape.add(|| {
                    format!("The page from {start} has no totalResults, so the provider does not know when to stop.")
                }),
                Figure::Absent => self.figures.add(|| {
                    format!("The page from {start} has no {name}.")
                }),
                Figure::Number(_) => {}
            }
        }
        if let Some(items) = page.items.value()
            && items != page.resources
        {
            self.figures.add(|| {
                format!(
                    "The page from {start} says itemsPerPage {items} and has {}.",
                    page.resources
                )
            });
        }
        if let Some(index) = page.start_index.value()
            && index != start
        {
            self.figures.add(|| {
                format!("The page that was asked for from {start} says startIndex {index}.")
            });
        }
        if let Some(total) = page.total.value() {
            match self.total {
                None => self.total = Some(total),
                Some(first) if first != total => self.totals.add(|| {
                    format!("totalResults was {first} and is {total} on the page from {start}.")
                }),
                Some(_) => {}
            }
        }
        for _ in 0..page.nameless {
            self.shape.add(|| {
                format!("A resource on the page from {start} has no id or no userName; the provider cannot take it.")
            });
        }
    }

    /// An id that stood on an earlier page already, or earlier on this one.
    pub fn twice(&mut self, id: &str, first: u32, now: u32) {
        self.overlap.add(|| {
            if first == now {
                format!("{id} stands twice on page {now}.")
            } else {
                format!("{id} stands on page {first} and again on page {now}.")
            }
        });
    }

    /// How many pages were asked for again and were the same, or how one was not.
    pub fn order(&mut self, again: Result<usize, String>) {
        self.order = Some(again);
    }

    /// What stood behind the end.
    pub fn end(&mut self, end: Result<(), String>) {
        self.end = Some(end);
    }

    /// Whether the statement that reads has an order of its own.
    pub fn statement(&mut self, ordered: bool) {
        self.statement = Some(ordered);
    }

    /// Whether as many came as were announced.
    fn gap(&self) -> (Severity, String) {
        match self.total {
            Some(total) if total == self.seen => (
                Severity::Good,
                format!("As many came as totalResults says: {total}."),
            ),
            Some(total) => (
                Severity::Bad,
                format!(
                    "totalResults says {total}, and {} came; {} {}.",
                    self.seen,
                    total.abs_diff(self.seen),
                    if total > self.seen {
                        "are missing"
                    } else {
                        "are too many"
                    }
                ),
            ),
            None => (
                Severity::Bad,
                "No page said totalResults, so nobody knows whether all came.".to_owned(),
            ),
        }
    }

    /// The verdicts, in the order of [`PagingRule`].
    pub fn verdict(&self) -> Vec<PagingFinding> {
        let mut findings = Vec::new();
        let mut say = |rule, severity, text: String| {
            findings.push(PagingFinding {
                rule,
                severity,
                text,
            });
        };
        let (good, warning, bad) = (Severity::Good, Severity::Warning, Severity::Bad);
        let judge = |wrong: &Wrong, severity, right: &str| match wrong.told() {
            Some(text) => (severity, text),
            None => (good, right.to_owned()),
        };
        let (severity, text) = judge(
            &self.size,
            bad,
            "Every page has the size that was asked for.",
        );
        // A server may give fewer than were asked for (RFC 7644 §3.4.2.4); the agent's next startIndex
        // grows by what it asked, so it skips what stands between (the vendor's documentation).
        say(PagingRule::Size, severity, text);
        let (severity, text) = judge(
            &self.figures,
            warning,
            "startIndex and itemsPerPage say what each page is.",
        );
        say(PagingRule::Figures, severity, text);
        let (severity, text) = judge(&self.overlap, bad, "Nobody stands on two pages.");
        say(PagingRule::Overlap, severity, text);
        let (severity, text) = self.gap();
        say(PagingRule::Gap, severity, text);
        let (severity, text) = judge(&self.totals, bad, "totalResults is the same on every page.");
        say(PagingRule::Total, severity, text);
        match &self.order {
            Some(Ok(pages)) => say(
                PagingRule::Order,
                good,
                match pages {
                    1 => {
                        "A page that was asked for again is the same, in the same order.".to_owned()
                    }
                    n => format!(
                        "{n} pages that were asked for again are the same, in the same order."
                    ),
                },
            ),
            Some(Err(how)) => say(PagingRule::Order, bad, how.clone()),
            None => {}
        }
        let (severity, text) = judge(
            &self.shape,
            bad,
            "Numbers are numbers, and everybody has an id.",
        );
        say(PagingRule::Shape, severity, text);
        match &self.end {
            Some(Ok(())) => say(
                PagingRule::End,
                good,
                "Behind the end stands an empty page.".to_owned(),
            ),
            Some(Err(how)) => say(PagingRule::End, warning, how.clone()),
            None => {}
        }
        match self.statement {
            Some(true) => say(
                PagingRule::Statement,
                good,
                "The statement of Get users has an ORDER BY.".to_owned(),
            ),
            Some(false) => say(
                PagingRule::Statement,
                warning,
                "Get users has no ORDER BY that can be seen: pages hold because an import is a snapshot, and two imports may differ in their order."
                    .to_owned(),
            ),
            None => {}
        }
        findings
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn page(start: usize, count: usize, resources: usize, total: usize) -> Page {
        Page {
            start,
            count,
            resources,
            nameless: 0,
            total: Figure::Number(total),
            items: Figure::Number(resources),
            start_index: Figure::Number(start),
        }
    }

    fn of(check: &PagingCheck, rule: PagingRule) -> (Severity, String) {
        let verdict = check.verdict();
        let found = verdict.into_iter().find(|finding| finding.rule == rule);
        found
            .map(|finding| (finding.severity, finding.text))
            .unwrap()
    }

    #[test]
    fn pages_that_make_up_a_list_are_good() {
        let mut check = PagingCheck::default();
        check.page(&page(1, 2, 2, 5), false);
        check.page(&page(3, 2, 2, 5), false);
        check.page(&page(5, 2, 1, 5), true);
        check.order(Ok(2));
        check.end(Ok(()));
        assert!(
            check
                .verdict()
                .iter()
                .all(|finding| finding.severity == Severity::Good),
            "{:?}",
            check.verdict()
        );
    }

    #[test]
    fn a_server_that_gives_less_than_was_asked_for_makes_the_agent_skip_users() {
        let mut check = PagingCheck::default();
        check.page(&page(1, 100, 50, 120), false);
        check.page(&page(101, 100, 20, 120), true);
        let (severity, text) = of(&check, PagingRule::Size);
        assert_eq!(severity, Severity::Bad);
        assert!(text.contains("from 1 has 50 of the 100"), "{text}");
        let (severity, text) = of(&check, PagingRule::Gap);
        assert_eq!(severity, Severity::Bad);
        assert!(
            text.contains("says 120, and 70 came; 50 are missing"),
            "{text}"
        );
    }

    #[test]
    fn an_overlap_and_a_total_that_moves_are_told_with_their_place() {
        let mut check = PagingCheck::default();
        check.page(&page(1, 2, 2, 4), false);
        check.page(&page(3, 2, 2, 5), true);
        check.twice("luke", 1, 2);
        check.twice("leia", 1, 2);
        let (severity, text) = of(&check, PagingRule::Overlap);
        assert_eq!(severity, Severity::Bad);
        assert_eq!(
            text,
            "luke stands on page 1 and again on page 2. One more like it."
        );
        let (severity, text) = of(&check, PagingRule::Total);
        assert_eq!(severity, Severity::Bad);
        assert!(text.contains("was 4 and is 5 on the page from 3"), "{text}");
    }

    #[test]
    fn a_figure_that_is_a_text_is_refused_as_the_agent_refuses_it() {
        assert_eq!(Figure::of(Some(&json!("12"))), Figure::Text(12));
        assert_eq!(Figure::of(Some(&json!(12))), Figure::Number(12));
        assert_eq!(Figure::of(Some(&json!(1.5))), Figure::Unreadable);
        assert_eq!(Figure::of(None), Figure::Absent);
        let mut check = PagingCheck::default();
        let mut wrong = page(1, 2, 2, 2);
        wrong.total = Figure::Text(2);
        check.page(&wrong, true);
        let (severity, text) = of(&check, PagingRule::Shape);
        assert_eq!(severity, Severity::Bad);
        assert!(
            text.contains("totalResults of the page from 1 is a text"),
            "{text}"
        );
    }

    #[test]
    fn a_resource_without_a_name_and_a_page_that_says_something_else_are_told() {
        let mut check = PagingCheck::default();
        let mut wrong = page(1, 2, 2, 2);
        wrong.nameless = 1;
        wrong.items = Figure::Number(3);
        wrong.start_index = Figure::Number(0);
        check.page(&wrong, true);
        assert_eq!(of(&check, PagingRule::Shape).0, Severity::Bad);
        let (severity, text) = of(&check, PagingRule::Figures);
        assert_eq!(severity, Severity::Warning);
        assert!(text.contains("itemsPerPage 3 and has 2"), "{text}");
    }
}
