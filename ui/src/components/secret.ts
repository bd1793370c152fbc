/** What stands for a secret value on its way from Rust. */
export const SECRET = "•••";
