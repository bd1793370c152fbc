//! What an administrator adds to an exchange: a pin, a colour, a note. It stands apart from the record, which
//! never changes.

use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};
use ts_rs::TS;

use crate::row;

/// How long a note may be, in characters.
pub const LONGEST_NOTE: usize = 2000;

/// A colour of a line of the list; its order is that of the keys 1 to 5.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Colour {
    #[default]
    None,
    Red,
    Orange,
    Green,
    Blue,
    Violet,
}

/// The marks of an exchange.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Marks {
    /// Kept, whatever removes old exchanges.
    pub pinned: bool,
    pub colour: Colour,
    /// Empty for none.
    pub note: String,
}

/// An exchange that has marks, or was imported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Marked {
    pub id: String,
    pub marks: Marks,
    /// The file it came from; `None` where this endpoint recorded it.
    pub imported: Option<String>,
}

/// What to change; what is `None` stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MarkChange {
    #[serde(default)]
    #[ts(optional)]
    pub pinned: Option<bool>,
    #[serde(default)]
    #[ts(optional)]
    pub colour: Option<Colour>,
    /// Empty removes it. Cut at [`LONGEST_NOTE`] characters.
    #[serde(default)]
    #[ts(optional)]
    pub note: Option<String>,
}

/// The columns that [`read`] reads, of `marks` and `imports`.
macro_rules! marks_columns {
    () => {
        "marks.pinned, marks.colour, marks.note, imports.file"
    };
}
pub(crate) use marks_columns;

/// `None` where there is nothing to tell. `first` is the place of the first of [`marks_columns`].
pub(crate) fn read(row: &SqliteRow, first: usize, id: &str) -> Result<Option<Marked>, sqlx::Error> {
    let pinned: Option<bool> = row.try_get(first)?;
    let colour: Option<String> = row.try_get(first + 1)?;
    let note: Option<String> = row.try_get(first + 2)?;
    let imported: Option<String> = row.try_get(first + 3)?;
    if pinned.is_none() && imported.is_none() {
        return Ok(None);
    }
    Ok(Some(Marked {
        id: id.to_owned(),
        marks: Marks {
            pinned: pinned.unwrap_or_default(),
            colour: colour.and_then(row::variant).unwrap_or_default(),
            note: note.unwrap_or_default(),
        },
        imported,
    }))
}

const ENSURE: &str =
    "INSERT INTO marks (seq) SELECT seq FROM exchanges WHERE id = ? ON CONFLICT (seq) DO NOTHING";
const PIN: &str =
    "UPDATE marks SET pinned = ? WHERE seq = (SELECT seq FROM exchanges WHERE id = ?)";
const PAINT: &str =
    "UPDATE marks SET colour = ? WHERE seq = (SELECT seq FROM exchanges WHERE id = ?)";
const ANNOTATE: &str = "UPDATE marks SET note = ?, note_search = ? WHERE seq = (SELECT seq FROM exchanges WHERE id = ?)";
const SWEEP: &str = "DELETE FROM marks WHERE pinned = 0 AND colour IS NULL AND note IS NULL";

/// Changes the marks of some exchanges. Ids that are not in the store are passed over.
pub(crate) async fn change(
    connection: &mut SqliteConnection,
    ids: &[String],
    change: &MarkChange,
) -> Result<(), sqlx::Error> {
    for id in ids {
        sqlx::query(ENSURE)
            .bind(id)
            .execute(&mut *connection)
            .await?;
        if let Some(pinned) = change.pinned {
            sqlx::query(PIN)
                .bind(pinned)
                .bind(id)
                .execute(&mut *connection)
                .await?;
        }
        if let Some(colour) = change.colour {
            let word = (colour != Colour::None).then(|| row::word(&colour));
            sqlx::query(PAINT)
                .bind(word)
                .bind(id)
                .execute(&mut *connection)
                .await?;
        }
        if let Some(note) = &change.note {
            let note: String = note.trim().chars().take(LONGEST_NOTE).collect();
            let note = (!note.is_empty()).then_some(note);
            let folded = note.as_ref().map(|note| note.to_lowercase());
            sqlx::query(ANNOTATE)
                .bind(note)
                .bind(folded)
                .bind(id)
                .execute(&mut *connection)
                .await?;
        }
    }
    sqlx::query(SWEEP).execute(&mut *connection).await?;
    Ok(())
}
