//! A small server that speaks enough TDS to be answered to: it takes requests apart and sends tokens,
//! both by [MS-TDS] alone and by nothing of the driver under test. What the mock server of the driver's
//! own makers lacks stands here: return codes, OUTPUT values, messages, every type.
//!
//! To add a type: its TYPE_INFO and value in [`Typed`], after [MS-TDS] 2.2.5.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// A request, taken apart.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Seen {
    Login {
        user: String,
        database: String,
        application: String,
    },
    Batch(String),
    /// A procedure by name; those with a number are `#10` (sp_executesql).
    Call(String, Vec<Sent>),
    Attention,
    Closed,
}

/// A parameter of a call.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Sent {
    pub name: String,
    pub by_ref: bool,
    /// The type's byte: 0xE7 is NVARCHAR.
    pub kind: u8,
    /// Precision and scale, or the scale alone, or nothing.
    pub digits: Vec<u8>,
    /// `None` is NULL.
    pub bytes: Option<Vec<u8>>,
}

impl Sent {
    pub(super) fn text(&self) -> Option<String> {
        self.bytes.as_ref().map(|bytes| utf16(bytes))
    }
}

type Script = dyn Fn(&Seen) -> Option<Vec<u8>> + Send + Sync;

/// A server on loopback, which ends with its last connection.
pub(super) struct Responder {
    pub port: u16,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Responder {
    /// `script` gives the tokens that answer a request; none leaves it without an answer.
    pub(super) async fn start(
        script: impl Fn(&Seen) -> Option<Vec<u8>> + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (script, noted): (Arc<Script>, _) = (Arc::new(script), Arc::clone(&seen));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (script, noted) = (Arc::clone(&script), Arc::clone(&noted));
                tokio::spawn(async move {
                    // The client may go at any time.
                    let _ = serve(stream, &*script, &noted).await;
                    noted.lock().unwrap().push(Seen::Closed);
                });
            }
        });
        Self { port, seen }
    }

    pub(super) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// The last call of a procedure that is not sp_executesql.
    pub(super) fn call(&self) -> (String, Vec<Sent>) {
        let found = self.seen().into_iter().rev().find_map(|seen| match seen {
            Seen::Call(name, sent) => Some((name, sent)),
            _ => None,
        });
        found.unwrap()
    }
}

async fn serve(
    mut stream: TcpStream,
    script: &Script,
    noted: &Mutex<Vec<Seen>>,
) -> std::io::Result<()> {
    loop {
        let (kind, body) = message(&mut stream).await?;
        let seen = match kind {
            // PRELOGIN: options as (token, offset, length), big-endian; no encryption here.
            0x12 => {
                let reply = [
                    0, 0, 11, 0, 6, 1, 0, 17, 0, 1, 0xFF, 16, 0, 16, 0x4B, 0, 0, 2,
                ];
                send(&mut stream, &reply).await?;
                continue;
            }
            0x10 => login(&body),
            0x01 => Seen::Batch(utf16(behind_headers(&body))),
            0x03 => call(behind_headers(&body)),
            0x06 => Seen::Attention,
            other => panic!("a packet of type {other:#x}"),
        };
        noted.lock().unwrap().push(seen.clone());
        let answer = match (&seen, script(&seen)) {
            (_, Some(answer)) => answer,
            (Seen::Login { .. }, None) => [settings(), login_ack(), done(0, 0)].concat(),
            (Seen::Attention, None) => done(0x20, 0),
            (Seen::Batch(sql), None) => {
                transaction(sql).map_or_else(Vec::new, |change| [change, done(0, 0)].concat())
            }
            _ => Vec::new(),
        };
        if !answer.is_empty() {
            send(&mut stream, &answer).await?;
        }
    }
}

/// A message of one or more packets: 8 bytes of header, of which the second says whether it is the last.
async fn message(stream: &mut TcpStream) -> std::io::Result<(u8, Vec<u8>)> {
    let mut body = Vec::new();
    loop {
        let mut header = [0; 8];
        stream.read_exact(&mut header).await?;
        let length = usize::from(u16::from_be_bytes([header[2], header[3]])) - 8;
        let start = body.len();
        body.resize(start + length, 0);
        stream.read_exact(&mut body[start..]).await?;
        if header[1] & 1 == 1 {
            return Ok((header[0], body));
        }
    }
}

async fn send(stream: &mut TcpStream, tokens: &[u8]) -> std::io::Result<()> {
    let pieces: Vec<&[u8]> = tokens.chunks(4096 - 8).collect();
    for (index, piece) in pieces.iter().enumerate() {
        let last = u8::from(index + 1 == pieces.len());
        let length = u16::try_from(piece.len() + 8).unwrap().to_be_bytes();
        let number = u8::try_from(index % 256).unwrap();
        let header = [4, last, length[0], length[1], 0, 0, number, 0];
        stream.write_all(&header).await?;
        stream.write_all(piece).await?;
    }
    stream.flush().await
}

/// LOGIN7: places and lengths (in characters) stand from byte 36, four bytes each.
fn login(body: &[u8]) -> Seen {
    let field = |at: usize| {
        let word = |at: usize| usize::from(u16::from_le_bytes([body[at], body[at + 1]]));
        let (start, length) = (word(at), word(at + 2));
        utf16(&body[start..start + 2 * length])
    };
    Seen::Login {
        user: field(40),
        database: field(68),
        application: field(48),
    }
}

/// ALL_HEADERS begins with its own length.
fn behind_headers(body: &[u8]) -> &[u8] {
    let length = u32::from_le_bytes(body[..4].try_into().unwrap());
    &body[usize::try_from(length).unwrap()..]
}

fn call(body: &[u8]) -> Seen {
    let mut read = Reader(body);
    let name = match read.word() {
        0xFFFF => format!("#{}", read.word()),
        length => utf16(read.take(2 * usize::from(length))),
    };
    read.word(); // OptionFlags
    let mut sent = Vec::new();
    while !read.0.is_empty() {
        sent.push(read.parameter());
    }
    Seen::Call(name, sent)
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(length);
        self.0 = rest;
        taken
    }

    fn byte(&mut self) -> u8 {
        self.take(1)[0]
    }

    fn word(&mut self) -> u16 {
        u16::from_le_bytes(self.take(2).try_into().unwrap())
    }

    /// ParameterData of an RPC request, 2.2.6.6.
    fn parameter(&mut self) -> Sent {
        let length = usize::from(self.byte());
        let name = utf16(self.take(2 * length));
        let by_ref = self.byte() & 1 == 1;
        let kind = self.byte();
        let mut digits = Vec::new();
        let bytes = match kind {
            // INTN, BITN, FLTN, MONEYN, DATETIMN, GUID: a length, then a length and the value.
            0x26 | 0x68 | 0x6D | 0x6E | 0x6F | 0x24 => {
                self.byte();
                self.short()
            }
            0x6A | 0x6C => {
                self.byte();
                digits = self.take(2).to_vec();
                self.short()
            }
            0x28 => self.short(),
            0x29..=0x2B => {
                digits = self.take(1).to_vec();
                self.short()
            }
            // BIGVARBINARY, and NVARCHAR with five bytes of collation; 0xFFFF is MAX.
            0xA5 | 0xE7 => {
                let limit = self.word();
                if kind == 0xE7 {
                    self.take(5);
                }
                if limit == 0xFFFF {
                    self.chunks()
                } else {
                    match self.word() {
                        0xFFFF => None,
                        length => Some(self.take(usize::from(length)).to_vec()),
                    }
                }
            }
            other => panic!("a parameter of type {other:#x}"),
        };
        Sent {
            name,
            by_ref,
            kind,
            digits,
            bytes,
        }
    }

    fn short(&mut self) -> Option<Vec<u8>> {
        match self.byte() {
            0 => None,
            length => Some(self.take(usize::from(length)).to_vec()),
        }
    }

    /// Partially length-prefixed: a length in all, then pieces until one of length 0.
    fn chunks(&mut self) -> Option<Vec<u8>> {
        let total = u64::from_le_bytes(self.take(8).try_into().unwrap());
        if total == u64::MAX {
            return None;
        }
        let mut bytes = Vec::new();
        loop {
            let length = u32::from_le_bytes(self.take(4).try_into().unwrap());
            if length == 0 {
                return Some(bytes);
            }
            bytes.extend_from_slice(self.take(usize::try_from(length).unwrap()));
        }
    }
}

pub(super) fn utf16(bytes: &[u8]) -> String {
    let units: Vec<u16> = bytes
        .chunks_exact(2)
        .map(|pair| u16::from_le_bytes([pair[0], pair[1]]))
        .collect();
    String::from_utf16(&units).unwrap()
}

pub(super) fn units(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// A length in characters in one byte, and the text.
fn b_varchar(text: &str) -> Vec<u8> {
    let length = u8::try_from(text.encode_utf16().count()).unwrap();
    [vec![length], units(text)].concat()
}

/// A length in characters in two bytes, and the text.
fn us_varchar(text: &str) -> Vec<u8> {
    let length = u16::try_from(text.encode_utf16().count()).unwrap();
    [length.to_le_bytes().to_vec(), units(text)].concat()
}

/// A token with the length of the rest behind its byte.
fn with_length(token: u8, rest: &[u8]) -> Vec<u8> {
    let length = u16::try_from(rest.len()).unwrap().to_le_bytes();
    [&[token][..], &length, rest].concat()
}

fn login_ack() -> Vec<u8> {
    let rest = [
        vec![1, 0x74, 0, 0, 4],
        b_varchar("Microsoft SQL Server"),
        vec![16, 0, 0x10, 0x27],
    ];
    with_length(0xAD, &rest.concat())
}

/// What a session begins with, ENVCHANGE 1, 2, 4 and 7: database, language, packet size, collation.
fn settings() -> Vec<u8> {
    let named = |kind: u8, new: &str, old: &str| {
        with_length(0xE3, &[vec![kind], b_varchar(new), b_varchar(old)].concat())
    };
    [
        named(1, "hr", "master"),
        with_length(0xE3, &[&[7, 5][..], &LATIN, &[0]].concat()),
        named(2, "us_english", ""),
        named(4, "4096", "4096"),
    ]
    .concat()
}

/// ENVCHANGE 8, 9 and 10: a transaction begins, is committed, is rolled back.
fn transaction(sql: &str) -> Option<Vec<u8>> {
    let descriptor = [8, 1, 2, 3, 4, 5, 6, 7, 8];
    let rest = match sql {
        "BEGIN TRANSACTION" => [&[8][..], &descriptor, &[0]].concat(),
        "COMMIT TRANSACTION" => [&[9, 0][..], &descriptor].concat(),
        _ if sql.ends_with("ROLLBACK TRANSACTION") => [&[10, 0][..], &descriptor].concat(),
        _ => return None,
    };
    Some(with_length(0xE3, &rest))
}

/// The server rolled back by itself.
pub(super) fn rolled_back() -> Vec<u8> {
    transaction("ROLLBACK TRANSACTION").unwrap()
}

fn end(token: u8, status: u16, count: u64, command: u16) -> Vec<u8> {
    [
        &[token][..],
        &status.to_le_bytes(),
        &command.to_le_bytes(),
        &count.to_le_bytes(),
    ]
    .concat()
}

/// The end of a batch. Status: 1 more follows, 2 error, 0x10 the count is valid, 0x20 ATTENTION was heard.
pub(super) fn done(status: u16, count: u64) -> Vec<u8> {
    end(0xFD, status, count, 0)
}

/// The end of a statement in a procedure that gave (0xC1, SELECT) or changed (0xC3, INSERT) rows.
pub(super) fn done_in_proc(count: u64, command: u16) -> Vec<u8> {
    end(0xFF, 0x11, count, command)
}

pub(super) fn done_proc(status: u16) -> Vec<u8> {
    end(0xFE, status, 0, 0xE0)
}

pub(super) fn return_status(status: i32) -> Vec<u8> {
    [&[0x79][..], &status.to_le_bytes()].concat()
}

/// INFO (0xAB) or ERROR (0xAA).
pub(super) fn said(
    token: u8,
    number: i32,
    state: u8,
    class: u8,
    text: &str,
    procedure: &str,
) -> Vec<u8> {
    let rest = [
        number.to_le_bytes().to_vec(),
        vec![state, class],
        us_varchar(text),
        b_varchar("db1"),
        b_varchar(procedure),
        7_i32.to_le_bytes().to_vec(),
    ];
    with_length(token, &rest.concat())
}

/// A type as TYPE_INFO has it, and a value as a row has it.
#[derive(Clone)]
pub(super) struct Typed {
    pub user_type: u32,
    pub info: Vec<u8>,
    pub value: Vec<u8>,
}

/// Code page 1252, as SQL_Latin1_General_CP1_CI_AS sends it.
pub(super) const LATIN: [u8; 5] = [0x09, 0x04, 0xD0, 0x00, 0x34];

impl Typed {
    pub(super) fn new(info: &[u8], value: &[u8]) -> Self {
        Self {
            user_type: 0,
            info: info.to_vec(),
            value: value.to_vec(),
        }
    }

    /// A type whose values have a length in one byte.
    pub(super) fn short(info: &[u8], value: &[u8]) -> Self {
        let length = u8::try_from(value.len()).unwrap();
        Self::new(info, &[&[length], value].concat())
    }

    /// A type whose values have a length in two bytes.
    pub(super) fn long(info: &[u8], value: &[u8]) -> Self {
        let length = u16::try_from(value.len()).unwrap().to_le_bytes();
        Self::new(info, &[&length, value].concat())
    }

    /// A value in pieces, here in one.
    pub(super) fn chunked(info: &[u8], value: &[u8]) -> Self {
        let total = u64::try_from(value.len()).unwrap().to_le_bytes();
        let length = u32::try_from(value.len()).unwrap().to_le_bytes();
        Self::new(info, &[&total[..], &length, value, &[0; 4]].concat())
    }

    pub(super) fn int(value: Option<i32>) -> Self {
        match value {
            Some(value) => Self::short(&[0x26, 4], &value.to_le_bytes()),
            None => Self::short(&[0x26, 4], &[]),
        }
    }

    pub(super) fn bit(value: bool) -> Self {
        Self::short(&[0x68, 1], &[u8::from(value)])
    }

    pub(super) fn nvarchar(text: &str) -> Self {
        Self::long(&[&[0xE7, 0x40, 0x1F][..], &LATIN].concat(), &units(text))
    }

    pub(super) fn null_text() -> Self {
        let info = [&[0xE7, 0x40, 0x1F][..], &LATIN].concat();
        Self::new(&info, &[0xFF, 0xFF])
    }
}

/// RETURNVALUE of an OUTPUT parameter.
pub(super) fn return_value(ordinal: u16, name: &str, value: &Typed) -> Vec<u8> {
    [
        &[0xAC][..],
        &ordinal.to_le_bytes(),
        &b_varchar(name),
        &[1],
        &value.user_type.to_le_bytes(),
        &[0, 0],
        &value.info,
        &value.value,
    ]
    .concat()
}

/// COLMETADATA and ROWs; the first row's types count.
pub(super) fn rows(names: &[&str], rows: &[Vec<Typed>]) -> Vec<u8> {
    let mut tokens = columns(names, &rows[0]);
    for row in rows {
        tokens.push(0xD1);
        for cell in row {
            tokens.extend_from_slice(&cell.value);
        }
    }
    tokens
}

pub(super) fn columns(names: &[&str], types: &[Typed]) -> Vec<u8> {
    let count = u16::try_from(names.len()).unwrap().to_le_bytes();
    let mut tokens = [&[0x81][..], &count].concat();
    for (name, typed) in names.iter().zip(types) {
        tokens.extend_from_slice(&typed.user_type.to_le_bytes());
        tokens.extend_from_slice(&[1, 0]);
        tokens.extend_from_slice(&typed.info);
        // TEXT, NTEXT and IMAGE say which table they come from: one part, empty.
        if matches!(typed.info[0], 0x22 | 0x23 | 0x63) {
            tokens.extend_from_slice(&[1, 0, 0]);
        }
        tokens.extend_from_slice(&b_varchar(name));
    }
    tokens
}
