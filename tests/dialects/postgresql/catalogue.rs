//! What PostgreSQL says of itself.
