//! An input for every command, stream and work of the console that can be answered by the demo as it
//! starts: mostly one that names something which does not exist, so that its failure is seen.
//!
//! A line is missing where a command is new: `tests/headless/parity.rs` says which. The input must be
//! of the command's own type; what cannot be read is a failure of its own and says nothing about the command.

use serde_json::{Value, json};
use sluice_app::registry;

/// What the demo answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// An output: nothing can go wrong that a caller could bring about.
    Output,
    /// A problem, for the reason that the input names.
    Problem,
}

/// How a name of the registry is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    Command,
    Stream,
    Work,
}

/// A call with what comes back.
#[derive(Clone, Debug)]
pub struct Sentinel {
    pub way: Way,
    pub name: &'static str,
    pub input: Value,
    pub answer: Answer,
}

/// Every name of the registry with its way, in the registry's order.
pub fn registered() -> Vec<(Way, &'static str)> {
    let of = |way, names: &'static [&'static str]| names.iter().map(move |name| (way, *name));
    of(Way::Command, registry::COMMANDS)
        .chain(of(Way::Stream, registry::STREAMS))
        .chain(of(Way::Work, registry::WORKS))
        .collect()
}

/// The calls. None of them changes anything that another one reads.
#[allow(clippy::too_many_lines, reason = "a table")]
pub fn sentinels() -> Vec<Sentinel> {
    let nobody = "nobody";
    let nowhere = "nowhere";
    let table = || json!({"schema": null, "name": "NOTHING"});
    let query = || json!({"relation": table(), "conditions": [], "sort": []});
    let choice = || json!({"search": "", "filters": [], "sort": []});
    let mapping = || json!({"kind": "sql", "statement": "SELECT 1"});
    let draft = || json!({"application": nobody, "operation": "get_users", "mapping": mapping()});
    let data_type = || json!({"text": "text", "kind": "text", "length": null, "precision": null, "scale": null, "labels": []});
    let change = || json!({"what": "deactivate"});
    let replay = || json!({"id": "nothing", "request": null, "connection": null});
    // A form in which the server's name is missing.
    let connection = || {
        json!({
            "dialect": "mysql", "environment": "test", "path": null, "odbc": null, "host": null, "port": null,
            "database": "hr", "user": "scim", "statementTimeoutMs": 1, "properties": {}, "pool": {},
            "tls": {"mode": "prefer", "ca_file": null, "certificate_file": null, "key_file": null}
        })
    };
    let application = || {
        json!({
            "connection": nowhere, "profile": "columns", "compatibility": "original", "header": "ignore",
            "delete": "refuse", "userIdColumn": "USER_ID", "attributes": []
        })
    };
    let target = || json!({"kind": "saved", "name": nobody});
    // Other settings than those in use, as if somebody else had saved meanwhile.
    let endpoint =
        || json!({"listen": "127.0.0.1:1", "hostNames": [], "headerLimitKb": 1, "bodyLimitKb": 1});
    let record = || json!({"audit": "normal", "bodyLimitKb": 1, "sampleRows": 1, "keepDays": null, "keepMb": null, "keepExchanges": null});
    let command = |name, input, answer| Sentinel {
        way: Way::Command,
        name,
        input,
        answer,
    };
    let answers = |name, input| command(name, input, Answer::Output);
    let fails = |name, input| command(name, input, Answer::Problem);
    let work = |name, input| Sentinel {
        way: Way::Work,
        name,
        input,
        answer: Answer::Problem,
    };
    vec![
        answers("kept.list", json!({"kind": "layout"})),
        fails(
            "kept.put",
            json!({"kind": "layout", "name": "", "body": null}),
        ),
        answers("kept.remove", json!({"kind": "layout", "name": nobody})),
        answers(
            "configuration.export",
            json!({"form": "toml", "application": nobody}),
        ),
        answers("configuration.bundle", json!({"history": false})),
        fails(
            "configuration.preview_file",
            json!({"name": "x.toml", "content": ""}),
        ),
        fails(
            "configuration.take_file",
            json!({"file": {"name": "x.toml", "content": ""}, "before": ""}),
        ),
        answers(
            "configuration.compare",
            json!({"left": {"kind": "in_use"}, "right": {"kind": "in_use"}}),
        ),
        fails(
            "configuration.parts",
            json!({"source": {"kind": "version", "version": 4_000_000}}),
        ),
        fails(
            "configuration.promotion",
            json!({"source": {"kind": "in_use"}, "from": nobody, "to": nobody, "connection": null, "pool": false}),
        ),
        fails(
            "configuration.promote",
            json!({"promotion": {"source": {"kind": "in_use"}, "from": nobody, "to": nobody, "connection": null, "pool": false}, "before": "", "after": ""}),
        ),
        fails("support.save", json!({"id": 0, "parts": ["about"]})),
        answers("overview.get", json!({})),
        answers("endpoint.start", json!({})),
        answers("credentials.reveal", json!({})),
        answers(
            "traffic.list",
            json!({"filter": "", "before": null, "limit": 1}),
        ),
        fails("traffic.get", json!({"id": "nothing"})),
        answers(
            "traffic.complete",
            json!({"filter": "st", "caret": 2, "zone": "UTC"}),
        ),
        answers("traffic.marks", json!({"ids": ["nothing"]})),
        answers(
            "traffic.mark",
            json!({"ids": ["nothing"], "change": {"pinned": true}}),
        ),
        fails(
            "traffic.import",
            json!({"file": "x.har", "import": null, "first": 0, "entries": [{}]}),
        ),
        answers(
            "traffic.import_remove",
            json!({"file": "x.har", "import": 4_000_000}),
        ),
        fails(
            "traffic.compare",
            json!({"left": "nothing", "right": "nothing"}),
        ),
        fails("replay.plan", replay()),
        fails("replay.cautions", replay()),
        answers("imports.list", json!({})),
        fails(
            "users.list",
            json!({"application": nobody, "start": 1, "count": 1, "choice": choice(), "fresh": false}),
        ),
        fails("users.get", json!({"application": nobody, "id": nobody})),
        fails("data.schemas", json!({"connection": nowhere})),
        fails(
            "data.relations",
            json!({"connection": nowhere, "schema": null}),
        ),
        fails(
            "data.relation",
            json!({"connection": nowhere, "relation": table()}),
        ),
        fails(
            "data.rows",
            json!({"connection": nowhere, "query": query(), "first": 0, "count": 1, "whole": false}),
        ),
        fails(
            "data.count",
            json!({"connection": nowhere, "query": query()}),
        ),
        fails(
            "data.format",
            json!({"connection": nowhere, "format": "csv", "table": table(), "headings": [], "rows": []}),
        ),
        answers("data.exports", json!({})),
        fails(
            "data.export_read",
            json!({"name": "nothing.csv", "start": 0}),
        ),
        answers("data.export_remove", json!({"name": "nothing.csv"})),
        fails(
            "users.ids",
            json!({"application": nobody, "choice": choice(), "ranges": [[0, 1]], "takenAt": 0}),
        ),
        fails(
            "users.copy",
            json!({"application": nobody, "choice": choice(), "ranges": [[0, 1]], "takenAt": 0, "format": "csv"}),
        ),
        fails(
            "users.try",
            json!({"application": nobody, "user": nobody, "change": change(), "inSpite": false}),
        ),
        fails(
            "users.lines",
            json!({"application": nobody, "column": null, "fresh": false}),
        ),
        fails(
            "users.reports",
            json!({"application": nobody, "column": null, "of": null, "start": 1, "count": 1}),
        ),
        fails(
            "users.line",
            json!({"application": nobody, "column": null, "user": nobody}),
        ),
        fails(
            "users.find_in_lines",
            json!({"application": nobody, "column": null, "text": "x"}),
        ),
        fails(
            "entitlements.list",
            json!({"application": nobody, "search": "", "fresh": false}),
        ),
        fails(
            "entitlements.holders",
            json!({"application": nobody, "entitlement": "1", "start": 1, "count": 1}),
        ),
        fails(
            "entitlements.idle",
            json!({"application": nobody, "start": 1, "count": 1}),
        ),
        answers("configuration.history", json!({})),
        fails("configuration.version", json!({"version": 4_000_000})),
        fails("configuration.restore", json!({"version": 4_000_000})),
        fails("configuration.undo", json!({})),
        fails("configuration.redo", json!({})),
        answers("configuration.on_disk", json!({})),
        answers("configuration.take", json!({})),
        answers("connections.list", json!({})),
        answers("connections.pools", json!({})),
        answers("connections.explain", json!({"settings": connection()})),
        fails("connections.read_url", json!({"url": "jdbc:nothing"})),
        fails("connections.read_header", json!({"exchange": "nothing"})),
        fails(
            "connections.save",
            json!({"name": "new", "was": null, "settings": connection()}),
        ),
        fails(
            "connections.remove",
            json!({"name": nowhere, "forgetPassword": false}),
        ),
        fails(
            "applications.save",
            json!({"name": "new", "was": null, "settings": application()}),
        ),
        fails("applications.remove", json!({"name": nobody})),
        fails("operations.list", json!({"application": nobody})),
        fails("operations.check", json!({"application": nobody})),
        fails("operations.coverage", json!({"application": nobody})),
        fails("operations.names", json!({"application": nobody})),
        fails("operations.check_draft", draft()),
        fails(
            "operations.save",
            json!({"application": nobody, "mappings": [{"operation": "get_users", "was": null, "mapping": mapping()}]}),
        ),
        fails(
            "operations.generate",
            json!({"connection": nowhere, "users": "U", "entitlements": "E", "kind": "sql"}),
        ),
        fails("operations.grants", json!({"application": nobody})),
        fails(
            "procedures.list",
            json!({"application": nobody, "schema": null}),
        ),
        fails(
            "procedures.get",
            json!({"application": nobody, "name": table()}),
        ),
        fails(
            "procedures.prepare",
            json!({"application": nobody, "overloads": false, "arguments": [], "routine": {
            "name": table(), "kind": "procedure", "parameters": [], "returns": data_type(), "returnsRows": false,
            "variadic": false, "source": null, "security": null, "comment": null}}),
        ),
        answers(
            "procedures.history",
            json!({"application": nobody, "routine": null}),
        ),
        answers("procedures.cases", json!({"application": nobody})),
        fails(
            "procedures.keep_case",
            json!({"application": nobody, "title": "x", "replaces": null, "case": {
            "routine": table(), "signature": "", "arguments": [], "expectation": {
                "ends": {"how": "succeeds"}, "outs": [], "returned": null, "affected": null, "sets": null, "tables": null}}}),
        ),
        Sentinel {
            way: Way::Stream,
            name: "traffic.live",
            input: json!({"after": 0}),
            answer: Answer::Output,
        },
        answers("overview.figures", json!({"range": "hour"})),
        answers("overview.setup", json!({"application": null})),
        answers("settings.endpoint", json!({})),
        fails(
            "settings.save_endpoint",
            json!({"was": endpoint(), "settings": endpoint()}),
        ),
        answers("record.get", json!({})),
        answers("record.would_go", record()),
        fails(
            "record.save",
            json!({"was": record(), "settings": record()}),
        ),
        answers("log.levels", json!({})),
        fails(
            "log.save_levels",
            json!({"was": [{"area": "sluice", "level": "trace"}], "areas": []}),
        ),
        answers("log.tail", json!({"after": 0})),
        answers("certificate.get", json!({})),
        answers("certificate.bring", json!({})),
        fails("certificate.take", json!({})),
        answers("certificate.discard", json!({})),
        fails("certificate.bring_back", json!({"id": 4_000_000})),
        answers("certificate.forget", json!({"id": 4_000_000})),
        answers("token.get", json!({})),
        fails("token.rotate", json!({"overlapMs": -1})),
        answers("token.end_former", json!({})),
        answers("simulator.targets", json!({})),
        fails(
            "simulator.save_target",
            json!({"name": "", "before": null, "url": "", "environment": "test", "header": null, "authorization": null, "connectorHeader": null, "trust": {"kind": "system"}}),
        ),
        answers("simulator.remove_target", json!({"name": nobody})),
        fails(
            "simulator.certificate",
            json!({"url": "http://127.0.0.1:1"}),
        ),
        fails("simulator.form", json!({"target": target(), "user": null})),
        fails("simulator.runs", json!({"target": target()})),
        fails(
            "simulator.run",
            json!({"target": target(), "run": "nothing"}),
        ),
        fails(
            "simulator.list",
            json!({"target": target(), "run": "nothing", "resources": "users", "kind": "new", "offset": 0, "limit": 1, "search": ""}),
        ),
        fails(
            "simulator.report",
            json!({"target": target(), "run": "nothing", "format": "json"}),
        ),
        fails("simulator.forget", json!({"target": target()})),
        work(
            "simulator.import",
            json!({"target": target(), "pageSize": 100, "again": true, "against": null}),
        ),
        work(
            "simulator.perform",
            json!({"target": target(), "beside": null, "task": {"kind": "look", "user": nobody}, "preview": true, "confirmed": []}),
        ),
        // Stands ready and is taken by nobody.
        Sentinel {
            way: Way::Work,
            name: "certificate.make",
            input: json!({}),
            answer: Answer::Output,
        },
        Sentinel {
            way: Way::Work,
            name: "record.remove_excess",
            input: json!({}),
            answer: Answer::Output,
        },
        answers("workspaces.list", json!({})),
        fails("workspaces.open", json!({"configuration": nowhere})),
        // A server has no dialog; in the window's test its file is there already.
        fails("workspaces.choose", json!({"new": true})),
        fails("workspaces.forget", json!({"configuration": nowhere})),
        answers("workstation.get", json!({})),
        fails(
            "workstation.set",
            json!({"closing": null, "startAtLogin": null}),
        ),
        // The endpoint listens, and nobody confirms that it ends.
        fails("workstation.quit", json!({"whileServing": false})),
        Sentinel {
            way: Way::Stream,
            name: "workstation.asked",
            input: json!({}),
            answer: Answer::Output,
        },
        work("connections.test", json!({"settings": connection()})),
        work(
            "data.export",
            json!({"connection": nowhere, "query": query(), "format": "csv"}),
        ),
        work(
            "traffic.export",
            json!({"filter": "", "zone": "UTC", "ids": ["nothing"]}),
        ),
        Sentinel {
            way: Way::Work,
            name: "support.collect",
            input: json!({}),
            answer: Answer::Output,
        },
        work("operations.try", json!({"draft": draft(), "fields": {}})),
        work(
            "replay.run",
            json!({"id": "nothing", "request": null, "connection": null, "secrets": {}, "dry": true, "inSpite": false, "confirmed": null}),
        ),
        work(
            "procedures.run",
            json!({"application": nobody, "name": table(), "signature": "", "arguments": [], "mode": "dry", "inSpite": false, "confirm": null}),
        ),
        Sentinel {
            way: Way::Work,
            name: "procedures.test",
            input: json!({"application": nobody, "names": []}),
            answer: Answer::Output,
        },
        work(
            "users.export",
            json!({"application": nobody, "choice": choice(), "format": "csv"}),
        ),
        work(
            "users.try_all",
            json!({"application": nobody, "change": change(), "users": [nobody], "confirmation": null}),
        ),
        work(
            "users.change",
            json!({"application": nobody, "change": change(), "users": [nobody], "confirmation": null}),
        ),
        // Last: what listens no more answers none of the others differently, but a reader would wonder.
        answers("endpoint.stop", json!({})),
    ]
}
