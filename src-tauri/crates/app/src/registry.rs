//! Every command, stream and work of the console, listed once. The Tauri router, the browser's router
//! and the TypeScript types all come from here.
//!
//! A *command* is answered once and goes on to its end. A *stream* has no end and may be opened again
//! where it broke off. A *work* is long: it tells how far it is, gives one answer, ends where nobody
//! listens any more, and is never repeated by itself.

use std::sync::Arc;

use serde_json::Value;
use tokio::sync::mpsc;

use crate::app::App;
use crate::check::Checked;
use crate::commands::{
    Nothing, configuration, connections, coverage, data, drafts, entitlements, generate, imports,
    kept, operations, overview, portable, procedures, replay, reporting, settings, simulator,
    support, traffic, traffic_files, user_changes, user_exports, users, workspaces, workstation,
};
use crate::generate::{GenerateInput, Generated, Granted, GrantsInput};
use crate::problem::Problem;

macro_rules! registry {
    (
        commands { $($command:literal => $function:path, $input:ty, $output:ty;)* }
        streams { $($stream:literal => $source:path, $filter:ty, $item:ty;)* }
        works { $($work:literal => $worker:path, $order:ty, $progress:ty, $result:ty;)* }
    ) => {
        /// The names of all commands.
        pub const COMMANDS: &[&str] = &[$($command),*];
        /// The names of all streams.
        pub const STREAMS: &[&str] = &[$($stream),*];
        /// The names of all works.
        pub const WORKS: &[&str] = &[$($work),*];

        async fn dispatch(app: Arc<App>, command: &str, input: Value) -> Result<Value, Problem> {
            match command {
                $($command => {
                    let input: $input = read(input)?;
                    let output: $output = $function(app, input).await?;
                    write(&output)
                })*
                unknown => Err(Problem::new("command.unknown", format!("There is no command \"{unknown}\"."), "The screens and the program are of different versions; start Sluice anew.")),
            }
        }

        /// Starts a stream. It ends when the receiver is dropped.
        ///
        /// # Errors
        /// Where there is no such stream, or its input cannot be read.
        pub fn stream(app: Arc<App>, name: &str, input: Value) -> Result<mpsc::Receiver<Value>, Problem> {
            match name {
                $($stream => {
                    let input: $filter = read(input)?;
                    let (items, mut typed) = mpsc::channel::<$item>(16);
                    let (out, receiver) = mpsc::channel(16);
                    tokio::spawn($source(app, input, items));
                    tokio::spawn(async move {
                        loop {
                            let item = tokio::select! {
                                item = typed.recv() => item,
                                // The window was closed while nothing came: the source must end too.
                                () = out.closed() => None,
                            };
                            let Some(item) = item else { return };
                            let Ok(value) = serde_json::to_value(&item) else { return };
                            if out.send(value).await.is_err() {
                                return;
                            }
                        }
                    });
                    Ok(receiver)
                })*
                unknown => Err(Problem::new("stream.unknown", format!("There is no stream \"{unknown}\"."), "The screens and the program are of different versions; start Sluice anew.")),
            }
        }

        /// Begins a work. What comes is `{"progress": …}` any number of times and then once
        /// `{"done": …}` or `{"failed": Problem}`. It ends early when the receiver is dropped, and with it
        /// the statement that it runs.
        ///
        /// # Errors
        /// Where there is no such work, or its input cannot be read.
        pub fn work(app: Arc<App>, name: &str, input: Value) -> Result<mpsc::Receiver<Value>, Problem> {
            match name {
                $($work => {
                    let input: $order = read(input)?;
                    let (progress, told) = mpsc::channel::<$progress>(16);
                    Ok(begin($worker(app, input, progress), told))
                })*
                unknown => Err(Problem::new("work.unknown", format!("There is no work \"{unknown}\"."), "The screens and the program are of different versions; start Sluice anew.")),
            }
        }

        /// The TypeScript of everything above, for `ui/src/api/generated.ts`.
        #[cfg(test)]
        fn typescript(types: &mut crate::registry::tests::Types) -> String {
            let mut text = String::from("export type Commands = {\n");
            $(text.push_str(&format!("  \"{}\": {{ input: {}; output: {} }};\n", $command, types.name::<$input>(), types.name::<$output>()));)*
            text.push_str("};\n\nexport type Streams = {\n");
            $(text.push_str(&format!("  \"{}\": {{ input: {}; item: {} }};\n", $stream, types.name::<$filter>(), types.name::<$item>()));)*
            text.push_str("};\n\nexport type Works = {\n");
            $(text.push_str(&format!("  \"{}\": {{ input: {}; progress: {}; output: {} }};\n", $work, types.name::<$order>(), types.name::<$progress>(), types.name::<$result>()));)*
            text.push_str("};\n");
            text
        }
    };
}

registry! {
    commands {
        "kept.list" => kept::list, kept::KeptQuery, kept::KeptItems;
        "kept.put" => kept::put, kept::Keep, crate::kept::Kept;
        "kept.remove" => kept::remove, kept::KeptByName, kept::Removed;
        "overview.get" => overview::get, Nothing, overview::Overview;
        "overview.figures" => overview::figures::figures, overview::figures::FiguresInput, overview::figures::Figures;
        "overview.setup" => overview::setup::setup, overview::setup::SetupInput, overview::setup::Setup;
        "endpoint.start" => overview::start, Nothing, overview::Endpoint;
        "endpoint.stop" => overview::stop, Nothing, overview::Endpoint;
        "credentials.reveal" => overview::reveal, Nothing, overview::Revealed;
        "traffic.list" => traffic::list, traffic::TrafficQuery, traffic::TrafficPage;
        "traffic.get" => traffic::get, traffic::ById, sluice_core::exchange::Exchange;
        "traffic.complete" => traffic::complete, traffic::CompleteInput, sluice_log::Completion;
        "traffic.marks" => traffic::marks, traffic::MarksQuery, traffic::MarkedList;
        "traffic.mark" => traffic::mark, traffic::MarkInput, traffic::MarkedList;
        "traffic.import" => traffic_files::import, traffic_files::HarImport, traffic_files::HarImported;
        "traffic.import_remove" => traffic_files::remove, traffic_files::HarFile, traffic_files::HarRemoved;
        "traffic.compare" => replay::compare, replay::ComparePair, replay::Compared;
        "replay.plan" => replay::plan, replay::ReplayOf, replay::ReplayPlan;
        "replay.cautions" => replay::cautions, replay::ReplayOf, replay::ReplayCautions;
        "imports.list" => imports::list, Nothing, imports::Imports;
        "users.list" => users::list, users::UsersQuery, users::UsersPage;
        "users.get" => users::get, users::UserById, users::UserDetail;
        "data.schemas" => data::schemas, data::OnConnection, data::Schemas;
        "data.relations" => data::relations, data::InSchema, data::Listed;
        "data.relation" => data::relation, data::OfRelation, data::RelationDetail;
        "data.rows" => data::rows, data::RowsInput, data::RowsPage;
        "data.count" => data::count, data::CountInput, data::Counted;
        "data.format" => data::format, data::FormatInput, data::Formatted;
        "data.exports" => data::exports, Nothing, data::Exports;
        "data.export_read" => data::export_read, data::PartOfExport, data::ExportPart;
        "data.export_remove" => data::export_remove, data::ExportName, data::RemovedExport;
        "users.ids" => users::ids, users::UserIdsQuery, users::UserIds;
        "users.copy" => user_exports::copy, user_exports::UserCopy, data::Formatted;
        "users.try" => user_changes::try_one, user_changes::TryUserChange, user_changes::TriedUserChange;
        "users.lines" => reporting::lines, reporting::LinesQuery, reporting::ReportingTree;
        "users.reports" => reporting::reports, reporting::ReportsQuery, reporting::ReportsPage;
        "users.line" => reporting::line, reporting::LineQuery, reporting::ReportingLine;
        "users.find_in_lines" => reporting::find, reporting::LineSearch, reporting::ReportsPage;
        "entitlements.list" => entitlements::list, entitlements::EntitlementsQuery, entitlements::EntitlementList;
        "entitlements.holders" => entitlements::holders, entitlements::HoldersQuery, entitlements::HoldersPage;
        "entitlements.idle" => entitlements::idle, entitlements::IdleQuery, entitlements::IdlePage;
        "configuration.history" => configuration::history, configuration::HistoryQuery, configuration::Versions;
        "configuration.version" => configuration::version, configuration::VersionInput, configuration::VersionTexts;
        "configuration.restore" => configuration::restore, configuration::VersionInput, configuration::InUse;
        "configuration.undo" => configuration::undo, Nothing, configuration::InUse;
        "configuration.redo" => configuration::redo, Nothing, configuration::InUse;
        "configuration.on_disk" => configuration::on_disk, Nothing, configuration::OnDisk;
        "configuration.take" => configuration::take, Nothing, configuration::InUse;
        "connections.list" => connections::list, Nothing, connections::Connections;
        "connections.pools" => connections::pools, Nothing, connections::Pools;
        "connections.explain" => connections::explain, connections::ExplainInput, connections::Explained;
        "connections.read_url" => connections::read_url, connections::UrlInput, connections::Described;
        "connections.read_header" => connections::read_header, connections::HeaderInput, connections::Described;
        "connections.save" => connections::save, connections::SaveConnection, connections::Saved;
        "connections.remove" => connections::remove, connections::RemoveConnection, configuration::InUse;
        "applications.save" => connections::save_application, connections::SaveApplication, configuration::InUse;
        "applications.remove" => connections::remove_application, connections::ApplicationByName, configuration::InUse;
        "configuration.export" => portable::export, portable::TextInput, portable::ExportedText;
        "configuration.bundle" => portable::bundle, portable::BundleInput, portable::Bundled;
        "configuration.preview_file" => portable::preview, portable::ImportInput, portable::ImportPreview;
        "configuration.take_file" => portable::take, portable::TakeFile, configuration::InUse;
        "configuration.compare" => portable::compare, portable::CompareInput, portable::ComparedTexts;
        "configuration.parts" => portable::parts, portable::SourceInput, portable::SourceParts;
        "configuration.promotion" => portable::plan, portable::PromotionInput, portable::PromotionPlan;
        "configuration.promote" => portable::promote, portable::PromoteInput, configuration::InUse;
        "support.save" => support::save, support::SaveSupport, crate::exports::ExportFile;
        "settings.endpoint" => settings::endpoint, Nothing, settings::EndpointSetup;
        "settings.save_endpoint" => settings::save_endpoint, settings::SaveEndpoint, configuration::InUse;
        "record.get" => settings::record::get, Nothing, settings::record::RecordSetup;
        "record.would_go" => settings::record::would_go, sluice_core::config::edit::RecordSettings, settings::record::WouldGo;
        "record.save" => settings::record::save, settings::record::SaveRecord, configuration::InUse;
        "log.levels" => settings::logging::get, Nothing, settings::logging::LogSetup;
        "log.save_levels" => settings::logging::save, settings::logging::SaveLevels, configuration::InUse;
        "log.tail" => settings::logging::tail, settings::logging::AfterLine, settings::logging::LogLines;
        "certificate.get" => settings::certificate::get, Nothing, settings::certificate::CertificateSetup;
        "certificate.bring" => settings::certificate::bring, settings::certificate::OwnCertificate, settings::certificate::CertificateJudged;
        "certificate.take" => settings::certificate::take, Nothing, settings::certificate::CertificateSetup;
        "certificate.discard" => settings::certificate::discard, Nothing, settings::certificate::CertificateSetup;
        "certificate.bring_back" => settings::certificate::bring_back, settings::certificate::EarlierId, settings::certificate::CertificateSetup;
        "certificate.forget" => settings::certificate::forget, settings::certificate::EarlierId, settings::certificate::CertificateSetup;
        "token.get" => settings::token::get, Nothing, settings::token::TokenSetup;
        "token.rotate" => settings::token::rotate, settings::token::Rotate, settings::token::TokenSetup;
        "token.end_former" => settings::token::end_former, Nothing, settings::token::TokenSetup;
        "operations.list" => operations::list, operations::MappingsInput, operations::Mappings;
        "operations.check" => operations::check, operations::CheckInput, Checked;
        "operations.coverage" => coverage::coverage, coverage::CoverageInput, coverage::Coverage;
        "operations.names" => coverage::names, coverage::CoverageInput, sluice_core::usecase::ObjectNames;
        "operations.check_draft" => drafts::check, drafts::Draft, drafts::DraftChecked;
        "operations.save" => drafts::save, drafts::SaveInput, configuration::InUse;
        "operations.generate" => generate::generate, GenerateInput, Generated;
        "operations.grants" => generate::grants, GrantsInput, Granted;
        "procedures.list" => procedures::list, procedures::ProceduresInput, procedures::Procedures;
        "procedures.get" => procedures::detail, procedures::ProcedureInput, procedures::ProcedureDetail;
        "procedures.prepare" => procedures::prepare, procedures::PrepareInput, procedures::PreparedCall;
        "procedures.history" => procedures::history, procedures::HistoryInput, procedures::PastRuns;
        "procedures.cases" => procedures::cases, procedures::CasesInput, procedures::KeptCases;
        "procedures.keep_case" => procedures::keep_case, procedures::KeepCase, procedures::KeptCase;
        "simulator.targets" => simulator::targets, Nothing, simulator::Targets;
        "simulator.save_target" => simulator::save_target, simulator::SaveTarget, simulator::Targets;
        "simulator.remove_target" => simulator::remove_target, simulator::TargetName, simulator::Targets;
        "simulator.certificate" => simulator::certificate, simulator::AtUrl, sluice_provider::ShownCertificate;
        "simulator.form" => simulator::form, simulator::FormOf, simulator::Form;
        "simulator.runs" => simulator::runs, simulator::OfTarget, simulator::Runs;
        "simulator.run" => simulator::run, simulator::RunOf, simulator::Run;
        "simulator.list" => simulator::list, simulator::ListOf, sluice_provider::DifferencePage;
        "simulator.report" => simulator::report, simulator::ReportOf, simulator::Report;
        "simulator.forget" => simulator::forget, simulator::OfTarget, simulator::Runs;
        "workspaces.list" => workspaces::list, Nothing, workspaces::WorkspaceLines;
        "workspaces.open" => workspaces::open, workspaces::WorkspaceInput, Nothing;
        "workspaces.choose" => workspaces::choose, workspaces::ChooseWorkspace, workspaces::ChosenWorkspace;
        "workspaces.forget" => workspaces::forget, workspaces::WorkspaceInput, Nothing;
        "workstation.get" => workstation::get, Nothing, workstation::InWindow;
        "workstation.set" => workstation::set, workstation::WorkstationChange, workstation::InWindow;
        "workstation.quit" => workstation::quit, workstation::QuitInput, Nothing;
    }
    streams {
        "traffic.live" => traffic::live, traffic::After, traffic::LiveBatch;
        "workstation.asked" => workstation::asked, Nothing, crate::workstation::Asked;
    }
    works {
        "simulator.import" => simulator::import, simulator::ImportOrder, sluice_provider::ImportProgress, simulator::Run;
        "simulator.perform" => simulator::perform, simulator::PerformOrder, simulator::PerformProgress, simulator::Run;
        "replay.run" => replay::run, replay::ReplayInput, replay::ReplayProgress, replay::Replayed;
        "connections.test" => connections::test, connections::TestInput, connections::Testing, connections::Tested;
        "certificate.make" => settings::certificate::make, Nothing, settings::certificate::Making, settings::certificate::CertificateSetup;
        "record.remove_excess" => settings::record::remove_excess, Nothing, settings::record::Removing, settings::record::RemovedExchanges;
        "data.export" => data::export, data::ExportInput, data::ExportProgress, data::Exported;
        "support.collect" => support::collect, Nothing, support::SupportProgress, support::SupportPreview;
        "operations.try" => drafts::try_it, drafts::TryInput, drafts::Trying, sluice_core::dry_run::DryRun;
        "procedures.run" => procedures::run, procedures::RunInput, sluice_core::procedure::RunProgress, procedures::RunOutput;
        "procedures.test" => procedures::test, procedures::RunCases, procedures::CasesProgress, procedures::CasesRun;
        "traffic.export" => traffic_files::export, traffic_files::HarExport, traffic_files::HarProgress, traffic_files::HarExported;
        "users.try_all" => user_changes::try_all, user_changes::UserChangeInput, user_changes::UserChangeProgress, user_changes::UserChangeSummary;
        "users.export" => user_exports::export, user_exports::UserExport, data::ExportProgress, data::Exported;
        "users.change" => user_changes::change, user_changes::UserChangeInput, user_changes::UserChangeProgress, user_changes::UserChangeSummary;
    }
}

/// Runs a command in a task of its own: a window that is closed never cuts a statement short.
///
/// # Errors
/// The command's own [`Problem`]; one of a code `command.…` where it does not exist, its input
/// cannot be read, or it ended early.
pub async fn call(app: Arc<App>, command: &str, input: Value) -> Result<Value, Problem> {
    let name = command.to_owned();
    match tokio::spawn(async move { dispatch(app, &name, input).await }).await {
        Ok(result) => result,
        Err(error) => {
            tracing::error!(%error, command, "a command ended early");
            Err(Problem::new(
                "command.broken",
                "The command could not be finished.",
                "Try again; the program's log has the cause.",
            ))
        }
    }
}

/// What a work sends.
#[derive(serde::Serialize)]
#[serde(rename_all = "lowercase")]
enum Told<P, R> {
    Progress(P),
    Done(R),
    Failed(Problem),
}

/// Runs a work in a task of its own for as long as somebody listens.
fn begin<P, R>(
    work: impl Future<Output = Result<R, Problem>> + Send + 'static,
    mut told: mpsc::Receiver<P>,
) -> mpsc::Receiver<Value>
where
    P: serde::Serialize + Send + 'static,
    R: serde::Serialize + Send + 'static,
{
    let (out, receiver) = mpsc::channel(16);
    tokio::spawn(async move {
        let mut work = std::pin::pin!(work);
        let result = loop {
            let item = tokio::select! {
                biased;
                Some(progress) = told.recv() => Told::<P, R>::Progress(progress),
                result = &mut work => break result,
                // Nobody waits any more: the work is dropped where it stands.
                () = out.closed() => return,
            };
            let Ok(value) = write(&item) else { continue };
            if out.send(value).await.is_err() {
                return;
            }
        };
        while let Ok(progress) = told.try_recv() {
            if let Ok(value) = write(&Told::<P, R>::Progress(progress)) {
                let _ = out.send(value).await;
            }
        }
        let last = match result {
            Ok(result) => write(&Told::<P, R>::Done(result)),
            Err(problem) => write(&Told::<P, R>::Failed(problem)),
        };
        let last = last.or_else(|problem| write(&Told::<P, R>::Failed(problem)));
        if let Ok(value) = last {
            let _ = out.send(value).await;
        }
    });
    receiver
}

fn read<T: serde::de::DeserializeOwned>(input: Value) -> Result<T, Problem> {
    serde_json::from_value(input).map_err(|error| {
        Problem::new(
            "command.input",
            format!("The input cannot be read: {error}."),
            "The screens and the program are of different versions; start Sluice anew.",
        )
    })
}

fn write<T: serde::Serialize>(output: &T) -> Result<Value, Problem> {
    serde_json::to_value(output).map_err(|error| {
        Problem::new(
            "command.output",
            format!("The answer cannot be written: {error}."),
            "Report this with the program's log.",
        )
    })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use ts_rs::{Config, TS, TypeVisitor};

    const GENERATED: &str = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../ui/src/api/generated.ts"
    );

    /// Gathers the declarations of types and of those they use.
    pub(crate) struct Types {
        config: Config,
        declarations: BTreeMap<String, String>,
    }

    impl Types {
        pub(crate) fn name<T: TS + 'static>(&mut self) -> String {
            self.visit::<T>();
            T::name(&self.config)
        }
    }

    impl TypeVisitor for Types {
        fn visit<T: TS + 'static + ?Sized>(&mut self) {
            if T::output_path().is_some() {
                let ident = T::ident(&self.config);
                let docs = T::docs().unwrap_or_default();
                let declaration = format!("{docs}export {}", T::decl(&self.config));
                if let Some(known) = self.declarations.get(&ident) {
                    assert!(known == &declaration, "two types are called {ident}");
                    return;
                }
                self.declarations.insert(ident, declaration);
            }
            T::visit_dependencies(self);
            T::visit_generics(self);
        }
    }

    fn generate() -> String {
        let mut types = Types {
            config: Config::default().with_large_int("number"),
            declarations: BTreeMap::new(),
        };
        let commands = typescript(&mut types);
        let mut text = String::from(
            "// Generated from the registry of commands by `UPDATE=1 cargo test -p sluice-app`. Do not edit.\n\n\
             export type JsonValue = null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };\n",
        );
        for declaration in types.declarations.values() {
            text.push('\n');
            text.push_str(declaration);
            text.push('\n');
        }
        text.push('\n');
        text.push_str(&commands);
        text
    }

    async fn all(mut receiver: mpsc::Receiver<Value>) -> Vec<Value> {
        let mut items = Vec::new();
        while let Some(item) = receiver.recv().await {
            items.push(item);
        }
        items
    }

    #[tokio::test]
    async fn a_work_tells_how_far_it_is_and_then_its_answer() {
        let (progress, told) = mpsc::channel::<u32>(16);
        let work = async move {
            for n in 1..=3 {
                let _ = progress.send(n).await;
            }
            Ok("all")
        };
        assert_eq!(
            all(begin(work, told)).await,
            [
                serde_json::json!({"progress": 1}),
                serde_json::json!({"progress": 2}),
                serde_json::json!({"progress": 3}),
                serde_json::json!({"done": "all"}),
            ]
        );
    }

    #[tokio::test]
    async fn a_work_that_fails_ends_with_its_problem() {
        let (_progress, told) = mpsc::channel::<u32>(16);
        let work = async { Err::<u32, _>(Problem::new("disk", "The disk is full.", "Make room.")) };
        let items = all(begin(work, told)).await;
        assert_eq!(items.len(), 1);
        assert_eq!(items[0]["failed"]["code"], "disk");
        assert_eq!(items[0]["failed"]["hint"], "Make room.");
    }

    #[tokio::test]
    async fn a_work_ends_where_nobody_listens_any_more() {
        struct Ends(Option<tokio::sync::oneshot::Sender<()>>);
        impl Drop for Ends {
            fn drop(&mut self) {
                let _ = self.0.take().map(|ended| ended.send(()));
            }
        }
        let (ended, end) = tokio::sync::oneshot::channel();
        let (progress, told) = mpsc::channel::<u32>(16);
        let work = async move {
            let _ends = Ends(Some(ended));
            let _ = progress.send(1).await;
            std::future::pending::<Result<u32, Problem>>().await
        };
        let mut receiver = begin(work, told);
        assert_eq!(receiver.recv().await.unwrap()["progress"], 1);
        drop(receiver);
        end.await.unwrap();
    }

    #[test]
    fn the_typescript_types_are_those_of_the_registry() {
        let generated = generate();
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(GENERATED, &generated).unwrap();
        }
        let kept = std::fs::read_to_string(GENERATED).unwrap_or_default();
        assert!(
            kept == generated,
            "ui/src/api/generated.ts is not current. Run: UPDATE=1 cargo test -p sluice-app"
        );
    }
}
