//! AWS Identity and Access Management in Rust: the policy language, the entities, the decision.
