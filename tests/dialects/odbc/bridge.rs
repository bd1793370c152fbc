//! The program that holds an ODBC connection, spoken with in its own words: what `sluice-db` asks of
//! it only where a database is not known by name, and how it ends.

use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};

use sluice_odbc::{
    Cell, Connect, Direction, Done, Failed, Parameter, Password, Reply, Request, Run,
};
use sluice_tests::support::{mariadb, odbc};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

struct Bridge {
    child: Child,
    requests: ChildStdin,
    replies: Lines<BufReader<ChildStdout>>,
}

impl Bridge {
    /// A connection to a fresh demo database with procedures of the test's own.
    async fn open(extra: &[&str]) -> Self {
        use mysql_async::prelude::Queryable as _;
        let server = mariadb::shared().await.unwrap();
        let name = server.fresh_database().await.unwrap();
        let mut conn = server.connect(&name).await.unwrap();
        for sql in extra {
            conn.query_drop(*sql).await.unwrap();
        }
        let mut bridge = Self::start().await;
        bridge
            .send(&Request::Connect(Connect {
                connection_string: odbc::to_mariadb(server, &name).unwrap(),
                user: Some(server.user.clone()),
                password: Some(Password(server.password.clone())),
                login_timeout: 30,
            }))
            .await;
        match bridge.reply().await {
            Reply::Connected(connected) => assert_eq!(connected.dbms, "MariaDB"),
            other => panic!("{other:?}"),
        }
        bridge
    }

    async fn start() -> Self {
        let mut child = Command::new(odbc::bridge().await.unwrap())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let (requests, replies) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        Self {
            child,
            requests,
            replies: BufReader::new(replies).lines(),
        }
    }

    async fn send(&mut self, request: &Request) {
        let line = serde_json::to_string(request).unwrap() + "\n";
        self.requests.write_all(line.as_bytes()).await.unwrap();
    }

    async fn reply(&mut self) -> Reply {
        let line = self.replies.next_line().await.unwrap().unwrap();
        serde_json::from_str(&line).unwrap()
    }

    /// Runs a statement, and gives its sets as lists of rows.
    async fn run(
        &mut self,
        sql: &str,
        parameters: Vec<Parameter>,
    ) -> Result<(Vec<Vec<Vec<Cell>>>, Done), Failed> {
        let run = Run {
            sql: sql.to_owned(),
            parameters,
            timeout: 0,
        };
        self.send(&Request::Run(run)).await;
        let mut sets: Vec<Vec<Vec<Cell>>> = Vec::new();
        loop {
            match self.reply().await {
                Reply::Columns(_) => sets.push(Vec::new()),
                Reply::Rows(rows) => sets.last_mut().unwrap().extend(rows),
                Reply::Done(done) => return Ok((sets, done)),
                Reply::Failed(failed) => return Err(failed),
                Reply::Connected(_) => panic!("connected twice"),
            }
        }
    }

    /// Closes the input and says how the program ended, and after what time.
    async fn end(self) -> (ExitStatus, Duration) {
        let Self {
            mut child,
            requests,
            replies,
        } = self;
        let began = Instant::now();
        drop(requests);
        let status = child.wait().await.unwrap();
        drop(replies);
        (status, began.elapsed())
    }
}

fn bound(value: Option<&str>, direction: Direction) -> Parameter {
    Parameter {
        value: value.map_or(Cell::Null, |text| Cell::Text(text.to_owned())),
        direction,
    }
}

#[tokio::test]
async fn output_parameters_are_bound_as_text() {
    let mut bridge = Bridge::open(&[
        "CREATE PROCEDURE OUTS(IN P INT, IN S VARCHAR(20), OUT A BIGINT, OUT B VARCHAR(40), OUT C DECIMAL(10,2), \
         OUT D DATE) BEGIN SET A = P * 2; SET B = CONCAT(S, ' Padmé 😀'); SET C = 12.3; \
         SET D = '2024-05-06'; END",
        "CREATE PROCEDURE BOTH_WAYS(IN P INT, INOUT Q VARCHAR(40)) SET Q = CONCAT(Q, P)",
    ])
    .await;
    let mut parameters = vec![
        bound(Some("21"), Direction::In),
        bound(Some("hello"), Direction::In),
    ];
    parameters.resize_with(6, || bound(None, Direction::Out));
    let (_, done) = bridge
        .run("{CALL OUTS(?, ?, ?, ?, ?, ?)}", parameters)
        .await
        .unwrap();
    let text = |text: &str| Cell::Text(text.to_owned());
    // NULL is not among them: this driver says that it is an empty text.
    assert_eq!(
        done.outs,
        [
            text("42"),
            text("hello Padmé 😀"),
            text("12.30"),
            text("2024-05-06"),
        ]
    );
    let parameters = vec![
        bound(Some("7"), Direction::In),
        bound(Some("x"), Direction::InOut),
    ];
    let (_, done) = bridge
        .run("{CALL BOTH_WAYS(?, ?)}", parameters)
        .await
        .unwrap();
    assert_eq!(done.outs, [text("x7")]);
    let parameters = vec![bound(None, Direction::Out), bound(Some("7"), Direction::In)];
    let mixed = [bound(None, Direction::Out)];
    let refused = bridge
        .run(
            "{CALL BOTH_WAYS(?, ?, ?)}",
            parameters.into_iter().chain(mixed).collect(),
        )
        .await
        .unwrap_err();
    assert!(refused.unsupported, "{refused:?}");
    let (sets, _) = bridge.run("SELECT 1", Vec::new()).await.unwrap();
    assert_eq!(sets, [[[text("1")]]]);
}

#[tokio::test]
async fn an_idle_program_ends_at_once_with_its_input_and_a_busy_one_soon() {
    let mut idle = Bridge::open(&[]).await;
    idle.run("SELECT 1", Vec::new()).await.unwrap();
    let (status, after) = idle.end().await;
    assert!(status.success(), "{status}");
    assert!(after < Duration::from_millis(1500), "{after:?}");
    let mut busy = Bridge::open(&[]).await;
    let run = Run {
        sql: "SELECT SLEEP(20)".to_owned(),
        parameters: Vec::new(),
        timeout: 0,
    };
    busy.send(&Request::Run(run)).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    let (_, after) = busy.end().await;
    assert!(after < Duration::from_secs(10), "{after:?}");
}

#[tokio::test]
async fn a_line_that_cannot_be_read_ends_the_program_without_being_repeated() {
    let mut bridge = Bridge::start().await;
    bridge
        .requests
        .write_all(b"{\"Connect\": {\"password\": \"hunter2\"}}\n")
        .await
        .unwrap();
    let output = bridge.child.wait_with_output().await.unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("cannot be read"), "{said}");
    assert!(!said.contains("hunter2"), "{said}");
}

#[tokio::test]
async fn the_installed_drivers_are_listed() {
    let output = Command::new(odbc::bridge().await.unwrap())
        .arg("drivers")
        .output()
        .await
        .unwrap();
    assert!(output.status.success());
    let listed = String::from_utf8_lossy(&output.stdout);
    let registered = std::fs::read_to_string("/etc/odbcinst.ini").unwrap_or_default();
    for name in registered.lines().filter_map(|line| {
        line.strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
    }) {
        let line = format!("Driver={{{name}}}");
        assert!(listed.lines().any(|listed| listed == line), "{listed}");
    }
}
