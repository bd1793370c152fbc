//! Conditions on the rows of an import and their order, decided cell by cell.
//!
//! **Invariant:** texts compare without regard to letter case, numbers as numbers whatever they are
//! written like, dates as ISO 8601 texts, which is their order in time. NULL is only found by asking for
//! it, and by what is asked for not to be something: a person who wants everybody outside of one
//! department wants those without a department too.
//!
//! To add an operator: a variant of [`RowOperator`], how many values it takes in [`RowOperator::takes`],
//! an arm in [`Condition::holds`].

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::failure::Failure;
use crate::value::Cell;

/// What a condition compares by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RowOperator {
    Contains,
    NotContains,
    StartsWith,
    EndsWith,
    Equals,
    NotEquals,
    OneOf,
    NoneOf,
    Less,
    AtMost,
    Greater,
    AtLeast,
    /// Both ends included.
    Between,
    IsNull,
    IsNotNull,
}

impl RowOperator {
    /// The fewest and the most values it takes.
    fn takes(self) -> (usize, usize) {
        match self {
            Self::IsNull | Self::IsNotNull => (0, 0),
            Self::Between => (2, 2),
            Self::OneOf | Self::NoneOf => (1, usize::MAX),
            _ => (1, 1),
        }
    }
}

/// One condition on a column. Values are text, as they were typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RowFilter {
    /// A column of the rows, or one of those that stand for no column (`@state`).
    pub column: String,
    pub operator: RowOperator,
    pub values: Vec<String>,
}

/// One column of an order; the first of a list counts most. NULL comes before everything.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RowSort {
    pub column: String,
    pub descending: bool,
}

/// A condition, made ready for many cells.
#[derive(Debug)]
pub struct Condition {
    operator: RowOperator,
    values: Vec<Sought>,
}

#[derive(Debug)]
struct Sought {
    text: String,
    number: Option<Number>,
}

impl Condition {
    /// Reads a filter.
    ///
    /// # Errors
    /// 400 where it has too few or too many values.
    pub fn of(filter: &RowFilter) -> Result<Self, Failure> {
        let (fewest, most) = filter.operator.takes();
        if filter.values.len() < fewest || filter.values.len() > most {
            return Err(Failure::new(
                400,
                "filter.values",
                format!(
                    "The condition on {} has {} values.",
                    filter.column,
                    filter.values.len()
                ),
                "Give it the value that it compares with, or take it away.",
            ));
        }
        Ok(Self {
            operator: filter.operator,
            values: filter
                .values
                .iter()
                .map(|value| Sought {
                    text: value.to_lowercase(),
                    number: Number::parse(value),
                })
                .collect(),
        })
    }

    /// Whether it is true of a cell.
    pub fn holds(&self, cell: &Cell<'_>) -> bool {
        use RowOperator as Op;
        let Some(text) = cell.to_text() else {
            return matches!(
                self.operator,
                Op::IsNull | Op::NotContains | Op::NotEquals | Op::NoneOf
            );
        };
        let text = text.to_lowercase();
        let number = number_of(cell);
        let order = |sought: &Sought| match (number, sought.number) {
            (Some(own), Some(sought)) => own.cmp(&sought),
            _ => text.as_str().cmp(&sought.text),
        };
        let first = self.values.first();
        let is = |wanted: &[Ordering]| first.is_some_and(|sought| wanted.contains(&order(sought)));
        let any = || self.values.iter().any(|sought| order(sought).is_eq());
        let part = |found: fn(&str, &str) -> bool| {
            first.is_some_and(|sought| found(text.as_str(), &sought.text))
        };
        match self.operator {
            Op::Contains => part(|text, sought| text.contains(sought)),
            Op::NotContains => !part(|text, sought| text.contains(sought)),
            Op::StartsWith => part(|text, sought| text.starts_with(sought)),
            Op::EndsWith => part(|text, sought| text.ends_with(sought)),
            Op::Equals | Op::OneOf => any(),
            Op::NotEquals | Op::NoneOf => !any(),
            Op::Less => is(&[Ordering::Less]),
            Op::AtMost => is(&[Ordering::Less, Ordering::Equal]),
            Op::Greater => is(&[Ordering::Greater]),
            Op::AtLeast => is(&[Ordering::Greater, Ordering::Equal]),
            Op::Between => match self.values.as_slice() {
                [from, to] => order(from).is_ge() && order(to).is_le(),
                _ => false,
            },
            Op::IsNull => false,
            Op::IsNotNull => true,
        }
    }

    /// Whether it is true of several texts that stand in one place: of any of them, or, where it asks
    /// for something not to be, of all.
    pub fn holds_of<'t>(&self, texts: impl Iterator<Item = &'t str>) -> bool {
        use RowOperator as Op;
        let mut none = true;
        let denies = matches!(self.operator, Op::NotContains | Op::NotEquals | Op::NoneOf);
        for text in texts {
            none = false;
            if self.holds(&Cell::Text(text)) != denies {
                return !denies;
            }
        }
        if none {
            self.holds(&Cell::Null)
        } else {
            denies
        }
    }
}

/// What a cell is ordered by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rank {
    Null,
    Number(Number),
    Text(String),
}

impl Rank {
    /// The rank of a cell.
    pub fn of(cell: &Cell<'_>) -> Self {
        if let Some(number) = number_of(cell) {
            return Self::Number(number);
        }
        cell.to_text()
            .map_or(Self::Null, |text| Self::Text(text.to_lowercase()))
    }
}

/// A number, exact where it is a whole one.
#[derive(Clone, Copy, Debug)]
pub enum Number {
    Whole(i128),
    Float(f64),
}

impl Number {
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(whole) = text.parse() {
            return Some(Self::Whole(whole));
        }
        let float: f64 = text.parse().ok()?;
        // "nan" and "infinity" are words, not numbers that somebody typed.
        float.is_finite().then_some(Self::Float(float))
    }

    #[allow(clippy::cast_precision_loss)] // beside a float nothing more exact can be meant
    fn float(self) -> f64 {
        match self {
            Self::Whole(whole) => whole as f64,
            Self::Float(float) => float,
        }
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Whole(one), Self::Whole(other)) => one.cmp(other),
            _ => self.float().total_cmp(&other.float()),
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Number {}

fn number_of(cell: &Cell<'_>) -> Option<Number> {
    match cell {
        Cell::Bool(value) => Some(Number::Whole(i128::from(*value))),
        Cell::Integer(value) => Some(Number::Whole(i128::from(*value))),
        Cell::Unsigned(value) => Some(Number::Whole(i128::from(*value))),
        Cell::Float(value) => Some(Number::Float(*value)),
        Cell::Decimal(text) => Number::parse(text),
        Cell::Null | Cell::Text(_) | Cell::Bytes(_) | Cell::Json(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(operator: RowOperator, values: &[&str], cell: &Cell<'_>) -> bool {
        let filter = RowFilter {
            column: "C".into(),
            operator,
            values: values.iter().map(|value| (*value).to_owned()).collect(),
        };
        Condition::of(&filter).unwrap().holds(cell)
    }

    #[test]
    fn texts_compare_without_regard_to_letter_case() {
        let cell = Cell::Text("Padmé Amidala");
        for (operator, value, expected) in [
            (RowOperator::Contains, "MÉ AM", true),
            (RowOperator::NotContains, "mé am", false),
            (RowOperator::StartsWith, "padmé", true),
            (RowOperator::EndsWith, "padmé", false),
            (RowOperator::Equals, "PADMÉ AMIDALA", true),
            (RowOperator::NotEquals, "padmé", true),
            (RowOperator::Less, "q", true),
        ] {
            assert_eq!(
                holds(operator, &[value], &cell),
                expected,
                "{operator:?} {value}"
            );
        }
        assert!(holds(RowOperator::OneOf, &["yoda", "padmé amidala"], &cell));
    }

    #[test]
    fn numbers_compare_as_numbers_and_stay_exact() {
        assert!(holds(RowOperator::Less, &["10"], &Cell::Integer(9)));
        assert!(holds(RowOperator::Equals, &["0.10"], &Cell::Decimal("0.1")));
        assert!(holds(RowOperator::Equals, &["1"], &Cell::Bool(true)));
        let odd = Cell::Unsigned(u64::MAX);
        assert!(holds(RowOperator::Equals, &["18446744073709551615"], &odd));
        assert!(!holds(RowOperator::Equals, &["18446744073709551614"], &odd));
        assert!(holds(
            RowOperator::Between,
            &["2", "3.5"],
            &Cell::Float(3.5)
        ));
        assert!(
            !holds(RowOperator::Less, &["10"], &Cell::Text("9")),
            "a text is one, also where it looks like a number"
        );
    }

    #[test]
    fn dates_compare_as_they_come_in_time() {
        let cell = Cell::Text("2024-02-29 10:00:00");
        assert!(holds(RowOperator::AtLeast, &["2024-02-29"], &cell));
        assert!(holds(
            RowOperator::Between,
            &["2024-01-01", "2024-03-01"],
            &cell
        ));
        assert!(holds(RowOperator::Greater, &["2023-12-31"], &cell));
    }

    #[test]
    fn null_is_found_by_asking_for_it_and_by_asking_for_others_not_to_be() {
        for (operator, values, expected) in [
            (RowOperator::IsNull, &[][..], true),
            (RowOperator::IsNotNull, &[][..], false),
            (RowOperator::Equals, &[""][..], false),
            (RowOperator::NotEquals, &["x"][..], true),
            (RowOperator::NoneOf, &["x", "y"][..], true),
            (RowOperator::Less, &["x"][..], false),
        ] {
            assert_eq!(
                holds(operator, values, &Cell::Null),
                expected,
                "{operator:?}"
            );
        }
    }

    #[test]
    fn of_several_texts_one_is_enough_and_a_denial_means_all() {
        let condition = |operator, value: &str| {
            Condition::of(&RowFilter {
                column: "@holds".into(),
                operator,
                values: vec![value.into()],
            })
            .unwrap()
        };
        let held = || ["1", "3"].into_iter();
        assert!(condition(RowOperator::Equals, "3").holds_of(held()));
        assert!(!condition(RowOperator::Equals, "2").holds_of(held()));
        assert!(condition(RowOperator::NoneOf, "2").holds_of(held()));
        assert!(!condition(RowOperator::NoneOf, "3").holds_of(held()));
        assert!(condition(RowOperator::NoneOf, "3").holds_of([].into_iter()));
    }

    #[test]
    fn a_condition_without_its_values_is_refused() {
        let filter = RowFilter {
            column: "C".into(),
            operator: RowOperator::Between,
            values: vec!["1".into()],
        };
        assert_eq!(Condition::of(&filter).unwrap_err().scim.status, 400);
    }

    #[test]
    fn null_comes_first_then_numbers_by_size_then_texts() {
        let mut cells = [
            Cell::Text("b"),
            Cell::Integer(10),
            Cell::Text("A"),
            Cell::Null,
            Cell::Integer(9),
        ];
        cells.sort_by_key(Rank::of);
        assert_eq!(
            cells,
            [
                Cell::Null,
                Cell::Integer(9),
                Cell::Integer(10),
                Cell::Text("A"),
                Cell::Text("b")
            ]
        );
    }
}
