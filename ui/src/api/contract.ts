/** The contract with Rust, from one place: the types are generated from the registry of commands. */
export type * from "./generated";
