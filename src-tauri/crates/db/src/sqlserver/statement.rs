//! The values of an SQL statement, in the types that the server infers for them
//! (`sp_describe_undeclared_parameters`).
//!
//! **Invariant:** a value is refused only by types read in the same moment; kept ones only let it
//! pass. What the server cannot tell is not checked, and goes as it is.

use mssql_tds::connection::tds_client::TdsClient;
use mssql_tds::message::parameters::rpc_parameters::RpcParameter;
use sluice_core::catalogue::{DataType, TypeKind};
use sluice_core::config::Dialect;
use sluice_core::plan::{BoundParameter, Statement};
use sluice_core::ports::Access;
use sluice_core::signature::check_value;
use sluice_core::sql::{Target, targets};
use sluice_core::{DatabaseError, DatabaseErrorKind};

use super::{SqlServer, catalogue, value};
use crate::text::Text;

/// What the placeholders of a text are.
#[derive(Default)]
pub(super) struct Inferred {
    /// Empty where the server cannot tell.
    types: Vec<Option<DataType>>,
    /// The columns they meet, as far as the text says it.
    targets: Vec<Option<Target>>,
}

impl Inferred {
    fn data_type(&self, index: usize) -> Option<&DataType> {
        self.types.get(index).and_then(Option::as_ref)
    }

    fn check(&self, parameters: &[BoundParameter]) -> Result<(), DatabaseError> {
        for (index, parameter) in parameters.iter().enumerate() {
            let Some(data_type) = self.data_type(index) else {
                continue;
            };
            match self.targets.get(index).and_then(Option::as_ref) {
                Some(target) => target.check(parameter, data_type)?,
                // The length of a text is left to the server: what is compared may be longer.
                None if matches!(data_type.kind, TypeKind::Text | TypeKind::Bytes) => {}
                None => check_value(parameter, &parameter.name, data_type)?,
            }
        }
        Ok(())
    }

    fn bind(&self, parameters: &[BoundParameter]) -> Vec<RpcParameter> {
        let bind = |(index, parameter): (usize, &BoundParameter)| {
            let name = Some(format!("@P{}", index + 1));
            value::bind(name, &parameter.value, self.data_type(index))
        };
        parameters.iter().enumerate().map(bind).collect()
    }
}

/// The values as they are sent: `@P1`, `@P2`, …
///
/// # Errors
/// `InvalidValue` or `TooLong` where one cannot fit; nothing was sent then.
pub(super) async fn bound(
    database: &SqlServer,
    client: &mut TdsClient,
    statement: &Statement,
    text: &Text,
    access: Access,
) -> Result<Vec<RpcParameter>, DatabaseError> {
    let parameters = statement.parameters.as_slice();
    if parameters.is_empty() {
        return Ok(Vec::new());
    }
    if let Some(kept) = database.inferred.get(&statement.text)
        && kept.check(parameters).is_ok()
    {
        return Ok(kept.bind(parameters));
    }
    let inferred = match catalogue::infer(client, text).await {
        Ok(types) => Inferred {
            types,
            targets: targets(Dialect::SqlServer, &statement.text),
        },
        // With XACT_ABORT even this ends the transaction, and what came next would be kept.
        Err(error)
            if error.kind == DatabaseErrorKind::ConnectionLost
                || (access == Access::Write && !client.has_active_transaction()) =>
        {
            return Err(error);
        }
        Err(error) => {
            tracing::debug!(%error, "the server cannot tell the types of a statement's parameters");
            if error.kind == DatabaseErrorKind::MissingObject {
                // It may come; until then the statement itself says so.
                return Ok(Inferred::default().bind(parameters));
            }
            Inferred::default()
        }
    };
    inferred.check(parameters)?;
    let bound = inferred.bind(parameters);
    database.inferred.insert(statement.text.clone(), inferred);
    Ok(bound)
}
