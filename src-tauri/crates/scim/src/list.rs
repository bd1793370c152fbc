//! Pages and list answers (RFC 7644 §3.4.2).

use serde::Serialize;

use crate::{ScimError, ScimType, uri};

/// Which part of a list a client asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// 1-based position of the first resource; RFC 7644 §3.4.2.4 reads anything below 1 as 1.
    pub start_index: usize,
    /// How many resources at most; `None` where the client set no limit. Negative reads as 0.
    pub count: Option<usize>,
}

impl Page {
    /// The whole list.
    pub const ALL: Self = Self {
        start_index: 1,
        count: None,
    };

    /// Reads `startIndex` and `count` as they stand in the query.
    ///
    /// # Errors
    /// 400 `invalidValue` where one is not an integer.
    pub fn parse(start_index: Option<&str>, count: Option<&str>) -> Result<Self, ScimError> {
        let integer = |name: &str, text: Option<&str>| -> Result<Option<i64>, ScimError> {
            text.map(|text| {
                text.trim().parse::<i64>().map_err(|_| {
                    ScimError::new(
                        400,
                        format!("{name} must be an integer, and is \"{text}\". Send a number."),
                    )
                    .with_type(ScimType::InvalidValue)
                })
            })
            .transpose()
        };
        let clamp =
            |value: i64, least: i64| usize::try_from(value.max(least)).unwrap_or(usize::MAX);
        Ok(Self {
            start_index: clamp(integer("startIndex", start_index)?.unwrap_or(1), 1),
            count: integer("count", count)?.map(|count| clamp(count, 0)),
        })
    }

    /// The range of positions (0-based) that this page takes of a list of `total`.
    pub fn range(self, total: usize) -> std::ops::Range<usize> {
        let start = (self.start_index - 1).min(total);
        let end = self
            .count
            .map_or(total, |count| start.saturating_add(count).min(total));
        start..end
    }
}

/// A list answer; `totalResults` counts all matches, `itemsPerPage` the resources in this answer.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ListResponse<T> {
    schemas: [&'static str; 1],
    total_results: usize,
    start_index: usize,
    items_per_page: usize,
    #[serde(rename = "Resources")]
    resources: Vec<T>,
}

impl<T> ListResponse<T> {
    /// A page that begins at `start_index` (from 1) of `total` resources.
    pub fn new(resources: Vec<T>, total: usize, start_index: usize) -> Self {
        Self {
            schemas: [uri::LIST_RESPONSE],
            total_results: total,
            start_index,
            items_per_page: resources.len(),
            resources,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_start_below_one_is_one_and_a_negative_count_is_zero() {
        let page = Page::parse(Some("-3"), Some("-1")).unwrap();
        assert_eq!(
            page,
            Page {
                start_index: 1,
                count: Some(0)
            }
        );
        assert_eq!(page.range(15), 0..0);
    }

    #[test]
    fn a_page_never_reaches_past_the_end() {
        let page = Page::parse(Some("14"), Some("100")).unwrap();
        assert_eq!(page.range(15), 13..15);
        assert_eq!(
            Page {
                start_index: 99,
                count: None
            }
            .range(15),
            15..15
        );
    }

    #[test]
    fn a_count_that_is_no_integer_is_refused() {
        let error = Page::parse(None, Some("ten")).unwrap_err();
        assert_eq!(error.status, 400);
        assert!(error.detail.contains("count"), "{}", error.detail);
    }

    #[test]
    fn items_per_page_counts_what_is_in_the_answer() {
        let list =
            serde_json::to_value(ListResponse::new(vec![json!({"id": "a"})], 15, 15)).unwrap();
        assert_eq!(list["itemsPerPage"], json!(1));
        assert_eq!(list["totalResults"], json!(15));
    }
}
