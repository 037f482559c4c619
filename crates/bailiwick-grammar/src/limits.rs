//! How much of a text is read before it is refused.

/// Bounds on what a parser accepts. Each has a diagnostic of its own.
///
/// The defaults are far above what AWS stores (a policy has at most 20 kB of text) and low enough that hostile input costs
/// little.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Limits {
    /// The longest text, in bytes. AWS: the API takes a `PolicyDocument` of at most 131,072 characters.
    pub bytes: usize,
    /// How deep arrays and objects may nest.
    pub depth: usize,
    /// How many statements a policy may have.
    pub statements: usize,
    /// How many diagnostics are reported for one text.
    pub diagnostics: usize,
}

impl Limits {
    /// The limits for one policy document.
    pub const POLICY: Self = Self {
        bytes: 1 << 20,
        depth: 32,
        statements: 10_000,
        diagnostics: 100,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self::POLICY
    }
}
