//! Whether the protocol is right, by measures that are not our own: the suites of others, what the
//! provider publishes as its test, malformed requests, and conversations that a person can read.

mod suites;
