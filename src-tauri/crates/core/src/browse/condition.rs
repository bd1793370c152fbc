//! A condition as an expression with bound values.

use sea_query::{Alias, Condition as All, Expr, ExprTrait as _, Func, IntoIden as _, LikeExpr};

use super::form::{self, Form};
use super::{Condition, Operator, Refusal};
use crate::catalogue::Column;
use crate::config::Dialect;
use crate::value::Value;

/// Makes the wildcards of LIKE mean themselves. Not the backslash, which MySQL reads by its mode.
const ESCAPE: char = '!';

/// A condition on a column that may be compared.
///
/// # Errors
/// [`Refusal`] where operator, column and values do not fit each other.
pub(super) fn expression(
    dialect: Dialect,
    column: &Column,
    condition: &Condition,
) -> Result<All, Refusal> {
    let name = || Expr::col(Alias::new(column.name.clone()).into_iden());
    let all = |expr: Expr| All::all().add(expr);
    let or_null = |expr: Expr| All::any().add(expr).add(name().is_null());
    let form = form::of(column);
    match condition.operator {
        Operator::IsNull => return Ok(all(name().is_null())),
        Operator::IsNotNull => return Ok(all(name().is_not_null())),
        _ if form == Form::Opaque => {
            return Err(Refusal::Incomparable {
                column: column.name.clone(),
                data_type: column.data_type.text.clone(),
            });
        }
        _ => {}
    }
    let value = |text: &String| form::value(column, text);
    let one = || match condition.values.as_slice() {
        [text] => Ok(text),
        values => Err(arity(column, "one value", values.len())),
    };
    let bound = |value: Value| Expr::val(to_sea(value));
    let like = |before: &str, after: &str| -> Result<Expr, Refusal> {
        if form != Form::Text {
            return Err(Refusal::Incomparable {
                column: column.name.clone(),
                data_type: column.data_type.text.clone(),
            });
        }
        let pattern = format!("{before}{}{after}", literally(dialect, one()?));
        if folds_by_itself(dialect) {
            return Ok(name().like(LikeExpr::new(pattern).escape(ESCAPE)));
        }
        let folded = pattern.to_lowercase();
        Ok(Expr::from(Func::lower(name())).like(LikeExpr::new(folded).escape(ESCAPE)))
    };
    let each = || {
        if condition.values.is_empty() {
            return Err(arity(column, "at least one value", 0));
        }
        let values: Result<Vec<Expr>, Refusal> = condition
            .values
            .iter()
            .map(|text| value(text).map(bound))
            .collect();
        values
    };
    Ok(match condition.operator {
        Operator::Contains => all(like("%", "%")?),
        Operator::NotContains => or_null(like("%", "%")?.not()),
        Operator::StartsWith => all(like("", "%")?),
        Operator::EndsWith => all(like("%", "")?),
        Operator::Equals => all(name().eq(bound(value(one()?)?))),
        Operator::NotEquals => or_null(name().ne(bound(value(one()?)?))),
        Operator::OneOf => all(name().is_in(each()?)),
        Operator::NoneOf => or_null(name().is_not_in(each()?)),
        Operator::Less => all(name().lt(bound(value(one()?)?))),
        Operator::AtMost => all(name().lte(bound(value(one()?)?))),
        Operator::Greater => all(name().gt(bound(value(one()?)?))),
        Operator::AtLeast => all(name().gte(bound(value(one()?)?))),
        Operator::Between => match condition.values.as_slice() {
            [low, high] => all(name().between(bound(value(low)?), bound(value(high)?))),
            values => return Err(arity(column, "two values", values.len())),
        },
        Operator::IsNull | Operator::IsNotNull => All::all(),
    })
}

fn arity(column: &Column, wanted: &'static str, given: usize) -> Refusal {
    Refusal::Arity {
        column: column.name.clone(),
        wanted,
        given,
    }
}

/// Whether LIKE leaves letter case out by itself: SQLite for ASCII, MySQL and SQL Server as the
/// column's collation says, where folding both sides would keep an index from being used.
fn folds_by_itself(dialect: Dialect) -> bool {
    matches!(
        dialect,
        Dialect::Sqlite | Dialect::Mysql | Dialect::SqlServer
    )
}

/// The text as a pattern of LIKE that matches nothing else.
fn literally(dialect: Dialect, text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        // SQL Server has sets of characters in brackets.
        if matches!(c, '%' | '_' | ESCAPE) || (c == '[' && dialect == Dialect::SqlServer) {
            pattern.push(ESCAPE);
        }
        pattern.push(c);
    }
    pattern
}

/// A value as the library carries it from here to the list of bound values.
pub(super) fn to_sea(value: Value) -> sea_query::Value {
    match value {
        Value::Null => sea_query::Value::String(None),
        Value::Bool(value) => value.into(),
        Value::Integer(value) => value.into(),
        Value::Unsigned(value) => value.into(),
        Value::Float(value) => value.into(),
        Value::Decimal(text) | Value::Text(text) => text.into(),
        Value::Bytes(bytes) => bytes.into(),
        Value::Json(json) => json.to_string().into(),
    }
}

/// The value back out of the library's list.
pub(super) fn from_sea(value: sea_query::Value) -> Value {
    use sea_query::Value as Sea;
    match value {
        Sea::Bool(Some(value)) => Value::Bool(value),
        Sea::TinyInt(Some(value)) => Value::Integer(value.into()),
        Sea::SmallInt(Some(value)) => Value::Integer(value.into()),
        Sea::Int(Some(value)) => Value::Integer(value.into()),
        Sea::BigInt(Some(value)) => Value::Integer(value),
        Sea::TinyUnsigned(Some(value)) => Value::Unsigned(value.into()),
        Sea::SmallUnsigned(Some(value)) => Value::Unsigned(value.into()),
        Sea::Unsigned(Some(value)) => Value::Unsigned(value.into()),
        // What counts rows is nowhere beyond this.
        Sea::BigUnsigned(Some(value)) => {
            i64::try_from(value).map_or(Value::Unsigned(value), Value::Integer)
        }
        Sea::Float(Some(value)) => Value::Float(value.into()),
        Sea::Double(Some(value)) => Value::Float(value),
        Sea::Char(Some(value)) => Value::Text(value.to_string()),
        Sea::String(Some(value)) => Value::Text(value),
        Sea::Bytes(Some(value)) => Value::Bytes(value),
        _ => Value::Null,
    }
}
