//! Asking the store: pages of the list, what stands in the filter's completion, marks.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use sluice_core::exchange::{Exchange, ExchangeSummary};
use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row as _, Sqlite};

use crate::error::StoreError;
use crate::filter::{Ask, Completion, Filter, Now, Place};
use crate::marks::{self, MarkChange, Marked, Marks, marks_columns};
use crate::query::{Page, Query};
use crate::row::{self, summary_columns};
use crate::store::{LARGEST_PAGE, Store, bounded};

/// How long a filter that reads every exchange whole looks on before it gives what it has.
const PATIENCE: Duration = Duration::from_secs(1);
/// How many exchanges it reads between two looks at the clock.
const SLICE: i64 = 2_000;
/// How far back the store looks for values to complete with.
const LATELY: i64 = 20_000;
/// The columns of a summary; marks come after them.
const MARKS_AT: usize = 14;

/// A line of the list and its marks.
type Line = (ExchangeSummary, Option<Marked>);

impl Store {
    /// A page of exchanges, newest first, with the number of all that match.
    ///
    /// # Errors
    /// [`StoreError`] where the file cannot be read.
    pub async fn list(&self, query: &Query) -> Result<Page, StoreError> {
        let limit = query.limit.clamp(1, LARGEST_PAGE);
        let filter = Filter::parse(&query.filter, &Now::new(wall_ms(), &query.zone));
        let (mut lines, end) = self
            .lines(&filter, query, limit + 1)
            .await
            .map_err(|error| StoreError::read(&self.0.path, &error))?;
        let full = lines.len() > limit;
        lines.truncate(limit);
        let next = if full {
            lines.last().map(|(summary, _)| summary.seq)
        } else {
            end
        };
        let whole = query.before.is_none() && query.after.is_none() && next.is_none();
        let everything = filter.is_empty() && query.cleared.is_none() && !filter.names_imports();
        let (total, counted) = if everything {
            (self.0.shared.recorded(), true)
        } else if whole || filter.is_deep() || query.after.is_some() {
            (lines.len() as u64, whole)
        } else {
            let count = self.count(&filter, query).await;
            (
                count.map_err(|error| StoreError::read(&self.0.path, &error))?,
                true,
            )
        };
        let mut page = Page {
            more: next.is_some(),
            next,
            total,
            counted,
            problems: filter.problems().to_vec(),
            ..Page::default()
        };
        for (summary, marked) in lines {
            page.exchanges.push(summary);
            page.marked.extend(marked);
        }
        Ok(page)
    }

    /// The newest `seq` that was recorded, and how many were recorded after `seq`.
    ///
    /// # Errors
    /// [`StoreError`] where the file cannot be read.
    pub async fn since(&self, seq: i64) -> Result<(i64, u64), StoreError> {
        let (newest, count): (Option<i64>, i64) = sqlx::query_as(
            "SELECT max(seq), count(*) FROM exchanges WHERE seq > ? AND import_id IS NULL",
        )
        .bind(seq)
        .fetch_one(&self.0.readers)
        .await
        .map_err(|error| StoreError::read(&self.0.path, &error))?;
        Ok((newest.unwrap_or(seq), count.unsigned_abs()))
    }

    /// What was recorded after `seq`, oldest first.
    ///
    /// # Errors
    /// [`StoreError`] where the file cannot be read.
    pub async fn newer(&self, seq: i64, limit: usize) -> Result<Vec<ExchangeSummary>, StoreError> {
        const TEXT: &str = concat!(
            "SELECT ",
            summary_columns!(),
            " FROM exchanges WHERE seq > ? AND import_id IS NULL ORDER BY seq LIMIT ?"
        );
        let rows = sqlx::query(TEXT)
            .bind(seq)
            .bind(bounded(limit))
            .fetch_all(&self.0.readers)
            .await
            .map_err(|error| StoreError::read(&self.0.path, &error))?;
        let rows: Result<Vec<_>, _> = rows.iter().map(row::summary).collect();
        rows.map_err(|error| StoreError::read(&self.0.path, &error))
    }

    /// The exchanges of a page, whole, oldest of them last, with what to ask for next.
    ///
    /// # Errors
    /// [`StoreError`] where the file cannot be read.
    pub async fn whole(
        &self,
        query: &Query,
    ) -> Result<(Vec<(Exchange, Marks)>, Option<i64>), StoreError> {
        let page = self.list(query).await?;
        let mut found = Vec::with_capacity(page.exchanges.len());
        for summary in &page.exchanges {
            let Some(exchange) = self.get(&summary.id).await? else {
                continue;
            };
            let marks = page.marked.iter().find(|marked| marked.id == summary.id);
            let marks = marks.map(|marked| marked.marks.clone()).unwrap_or_default();
            found.push((exchange, marks));
        }
        Ok((found, page.next))
    }

    /// The marks of some exchanges; those that have none are left out.
    ///
    /// # Errors
    /// [`StoreError`] where the file cannot be read.
    pub async fn marks(&self, ids: &[String]) -> Result<Vec<Marked>, StoreError> {
        const TEXT: &str = concat!(
            "SELECT ",
            marks_columns!(),
            " FROM exchanges LEFT JOIN marks ON marks.seq = exchanges.seq \
             LEFT JOIN imports ON imports.import_id = exchanges.import_id WHERE exchanges.id = ?"
        );
        let failed = |error: sqlx::Error| StoreError::read(&self.0.path, &error);
        let mut found = Vec::new();
        for id in ids {
            let row = sqlx::query(TEXT)
                .bind(id)
                .fetch_optional(&self.0.readers)
                .await;
            if let Some(row) = row.map_err(failed)? {
                found.extend(marks::read(&row, 0, id).map_err(failed)?);
            }
        }
        Ok(found)
    }

    /// Changes the marks of some exchanges, all of them or none; gives what they are now. Ids that are not in
    /// the store are passed over.
    ///
    /// # Errors
    /// [`StoreError`] where the file cannot be written.
    pub async fn mark(
        &self,
        ids: &[String],
        change: &MarkChange,
    ) -> Result<Vec<Marked>, StoreError> {
        let written = async {
            let mut transaction = self.0.editor.begin_with("BEGIN IMMEDIATE").await?;
            marks::change(&mut transaction, ids, change).await?;
            transaction.commit().await
        };
        written
            .await
            .map_err(|error| StoreError::write(&self.0.path, &error))?;
        self.marks(ids).await
    }

    /// How a filter reads, and what may stand at its caret, which is counted in UTF-16 units.
    ///
    /// # Errors
    /// [`StoreError`] where the file cannot be read.
    pub async fn complete(
        &self,
        text: &str,
        caret: usize,
        zone: &str,
    ) -> Result<Completion, StoreError> {
        let filter = Filter::parse(text, &Now::new(wall_ms(), zone));
        let place = Place::at(text, caret);
        let mut known = Vec::new();
        for ask in place.asks() {
            let values = self.values(*ask, &place.typed).await;
            known.push((
                *ask,
                values.map_err(|error| StoreError::read(&self.0.path, &error))?,
            ));
        }
        let choices = place.choices(&known);
        Ok(filter.completion(&place, choices))
    }

    /// Lines of the list, and where to go on where not everything was looked at.
    async fn lines(
        &self,
        filter: &Filter,
        query: &Query,
        limit: usize,
    ) -> Result<(Vec<Line>, Option<i64>), sqlx::Error> {
        let before = query.before.unwrap_or(i64::MAX);
        let after = query.after.unwrap_or(0);
        if !filter.is_deep() {
            return Ok((
                self.slice(filter, query, (after, before), limit).await?,
                None,
            ));
        }
        let newest: Option<i64> = sqlx::query_scalar("SELECT max(seq) FROM exchanges")
            .fetch_one(&self.0.readers)
            .await?;
        let begin = Instant::now();
        let mut end = before.min(newest.unwrap_or_default().saturating_add(1));
        let mut lines = Vec::new();
        while end > after + 1 {
            let start = after.max(end - SLICE - 1);
            let missing = limit - lines.len();
            lines.extend(self.slice(filter, query, (start, end), missing).await?);
            end = start + 1;
            if lines.len() >= limit {
                return Ok((lines, None));
            }
            if begin.elapsed() > PATIENCE && end > after + 1 {
                return Ok((lines, Some(end)));
            }
        }
        Ok((lines, None))
    }

    /// The newest lines between two places, both excluded.
    async fn slice(
        &self,
        filter: &Filter,
        query: &Query,
        (after, before): (i64, i64),
        limit: usize,
    ) -> Result<Vec<Line>, sqlx::Error> {
        let mut sql = QueryBuilder::<Sqlite>::new(concat!(
            "SELECT ",
            summary_columns!(),
            ", ",
            marks_columns!(),
            " FROM (SELECT * FROM exchanges WHERE exchanges.seq < "
        ));
        sql.push_bind(before);
        sql.push(" AND exchanges.seq > ").push_bind(after);
        narrow(&mut sql, filter, query);
        sql.push(" ORDER BY exchanges.seq DESC LIMIT ")
            .push_bind(bounded(limit));
        sql.push(
            ") AS exchanges LEFT JOIN marks ON marks.seq = exchanges.seq \
             LEFT JOIN imports ON imports.import_id = exchanges.import_id \
             ORDER BY exchanges.seq DESC",
        );
        let rows = sql.build().fetch_all(&self.0.readers).await?;
        rows.iter().map(line).collect()
    }

    async fn count(&self, filter: &Filter, query: &Query) -> Result<u64, sqlx::Error> {
        let mut sql = QueryBuilder::<Sqlite>::new("SELECT count(*) FROM exchanges WHERE true");
        narrow(&mut sql, filter, query);
        let count: i64 = sql.build_query_scalar().fetch_one(&self.0.readers).await?;
        Ok(count.unsigned_abs())
    }

    /// The values of a kind that hold what was typed, the one used last first, with how often each came lately.
    async fn values(&self, ask: Ask, typed: &str) -> Result<Vec<(String, u64)>, sqlx::Error> {
        const APPLICATIONS: &str = "SELECT application, count(*), max(seq) AS latest FROM \
             (SELECT seq, application FROM exchanges WHERE import_id IS NULL ORDER BY seq DESC LIMIT ?) \
             WHERE instr(lower(application), ?) > 0 GROUP BY application ORDER BY latest DESC LIMIT 12";
        // Whom an exchange is about is a user only where its request names one.
        const USERS: &str = "SELECT subject, count(*), max(seq) AS latest FROM \
             (SELECT seq, subject, subject_search FROM exchanges WHERE import_id IS NULL AND action IN \
             ('look_up_user', 'get_user', 'create_user', 'replace_user', 'patch_user', 'delete_user', \
             'deactivate_user', 'activate_user') ORDER BY seq DESC LIMIT ?) \
             WHERE instr(subject_search, ?) > 0 GROUP BY subject ORDER BY latest DESC LIMIT 12";
        const FILES: &str = "SELECT file, count(*), import_id AS latest FROM \
             (SELECT * FROM imports ORDER BY import_id DESC LIMIT ?) \
             WHERE instr(file_search, ?) > 0 GROUP BY file ORDER BY latest DESC LIMIT 12";
        let text = match ask {
            Ask::Applications => APPLICATIONS,
            Ask::Users => USERS,
            Ask::Files => FILES,
        };
        let rows = sqlx::query(text)
            .bind(LATELY)
            .bind(typed)
            .fetch_all(&self.0.readers)
            .await?;
        let value = |row: &SqliteRow| {
            let count: i64 = row.try_get(1)?;
            // A file's number of exchanges is not counted here.
            let count = if ask == Ask::Files {
                0
            } else {
                count.unsigned_abs()
            };
            Ok((row.try_get(0)?, count))
        };
        rows.iter().map(value).collect()
    }
}

fn narrow(sql: &mut QueryBuilder<Sqlite>, filter: &Filter, query: &Query) {
    if let Some(cleared) = query.cleared {
        sql.push(" AND (exchanges.seq > ").push_bind(cleared);
        sql.push(
            " OR EXISTS (SELECT 1 FROM marks WHERE marks.seq = exchanges.seq AND pinned = 1))",
        );
    }
    filter.push(sql);
}

fn line(row: &SqliteRow) -> Result<Line, sqlx::Error> {
    let summary = row::summary(row)?;
    let marked = marks::read(row, MARKS_AT, &summary.id)?;
    Ok((summary, marked))
}

pub(crate) fn wall_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    })
}
