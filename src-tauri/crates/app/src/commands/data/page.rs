//! The rows of a page on their way to the screen.

use std::sync::Arc;

use serde_json::Value as Json;
use sluice_core::DatabaseError;
use sluice_core::ports::{ResultColumn, RowSink};
use sluice_core::secret::MASK;
use sluice_core::value::Value;

use super::CutCell;

/// Characters of a text, or bytes, that a cell of a list shows at most. A screen has room for fewer.
const IN_A_LIST: usize = 400;
/// Characters of a text, or bytes, of a cell that is asked for whole.
const WHOLE: usize = 4 * 1024 * 1024;

/// Rows as cells for the screen, long ones cut.
pub(super) struct Page {
    /// Of each column, whether 1 and 0 stand for a value and none.
    secret: Vec<bool>,
    longest: usize,
    pub rows: Vec<Vec<Json>>,
    pub cut: Vec<CutCell>,
}

impl Page {
    pub fn new(secret: Vec<bool>, whole: bool) -> Self {
        Self {
            secret,
            longest: if whole { WHOLE } else { IN_A_LIST },
            rows: Vec::new(),
            cut: Vec::new(),
        }
    }

    /// The cell, and how long the whole of it is where it is cut.
    fn cell(&self, value: Value) -> (Json, Option<usize>) {
        match value {
            Value::Text(text) if text.len() > self.longest => {
                let length = text.chars().count();
                match text.char_indices().nth(self.longest) {
                    Some((end, _)) => (text[..end].into(), Some(length)),
                    None => (text.into(), None),
                }
            }
            Value::Bytes(bytes) if bytes.len() > self.longest => {
                let beginning = Value::Bytes(bytes[..self.longest].to_vec());
                (beginning.to_json(), Some(bytes.len()))
            }
            Value::Json(json) => {
                let text = json.to_string();
                if text.len() > self.longest {
                    self.cell(Value::Text(text))
                } else {
                    (json, None)
                }
            }
            value => (value.to_json(), None),
        }
    }
}

impl RowSink for Page {
    fn columns(&mut self, _: Arc<[ResultColumn]>) {}

    fn row(&mut self, row: Vec<Value>) -> Result<(), DatabaseError> {
        let at = self.rows.len();
        let mut cells = Vec::with_capacity(row.len());
        for (column, value) in row.into_iter().enumerate() {
            if self.secret.get(column).copied().unwrap_or_default() {
                let there = value.to_text().is_some_and(|text| text != "0");
                cells.push(if there { MASK.into() } else { Json::Null });
                continue;
            }
            let (cell, length) = self.cell(value);
            if let Some(length) = length {
                self.cut.push(CutCell {
                    row: at,
                    column,
                    length,
                });
            }
            cells.push(cell);
        }
        self.rows.push(cells);
        Ok(())
    }
}

/// The single number of a count.
#[derive(Default)]
pub(super) struct Counting(pub u64);

impl RowSink for Counting {
    fn columns(&mut self, _: Arc<[ResultColumn]>) {}

    fn row(&mut self, row: Vec<Value>) -> Result<(), DatabaseError> {
        let text = row.first().and_then(Value::to_text).unwrap_or_default();
        self.0 = text.parse().unwrap_or_default();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_long_cell_is_cut_between_characters_and_a_secret_one_tells_only_whether_it_is_there() {
        let mut page = Page::new(vec![false, true, false], false);
        page.row(vec![
            Value::from("é".repeat(401).as_str()),
            Value::Integer(1),
            Value::Bytes(vec![7; 1000]),
        ])
        .unwrap();
        page.row(vec![
            Value::from("é".repeat(400).as_str()),
            Value::Integer(0),
            Value::Null,
        ])
        .unwrap();
        let cut = |column, length| CutCell {
            row: 0,
            column,
            length,
        };
        assert_eq!(page.cut, [cut(0, 401), cut(2, 1000)]);
        assert_eq!(page.rows[0][0], json!("é".repeat(400)));
        assert_eq!(page.rows[0][1], json!("•••"));
        assert_eq!(
            page.rows[1],
            [json!("é".repeat(400)), json!(null), json!(null)]
        );
    }
}
