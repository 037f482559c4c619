//! Generators: proptest strategies for policies and for questions about them.
//!
//! - [`syntax::documents`]: trees of every shape that a text can give, wrong ones included. For what is true of all texts.
//! - [`world::requests`]: requests with policies of every type, all well-formed. Names come from small alphabets, so that things
//!   match; values lean towards the edges: missing keys, empty sets, wildcards, variables, unreadable numbers.
//! - [`world::alike`]: other questions to the policies of a request, for far less than another world costs.
//! - [`bytes::question`]: what any bytes ask, for fuzzing; [`bytes::mutated`]: a text changed here and there.
//! - [`variation`]: other policies that must decide the same, or no more, or no less.
//! - [`about::requests_about`]: requests about a policy that comes from elsewhere, such as a corpus.

pub mod about;
pub mod bytes;
mod condition;
mod statement;
pub mod syntax;
pub mod variation;
pub mod world;
