//! What is wrong with a text, as data: code, place, message, advice. Only the command line turns it into a picture.

use std::fmt;

use crate::span::Span;

/// How grave a diagnostic is.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Severity {
    /// The document has a meaning, but perhaps not the intended one.
    Warning,
    /// The document is refused: it cannot be lowered, and AWS would not store it.
    Error,
}

/// A second place that explains a diagnostic, such as the first of two equal keys.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What is to be seen there.
    pub message: String,
}

/// One thing that is wrong with a text.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Diagnostic {
    /// Which rule is broken.
    pub code: DiagnosticCode,
    /// Whether the document is refused for it.
    pub severity: Severity,
    /// What is wrong, in one line: lower case, user text in backticks, no final stop.
    pub message: String,
    /// The offending text.
    pub span: Span,
    /// Other places that explain it.
    pub labels: Vec<Label>,
    /// What was expected, or what to do.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error: the document is refused.
    pub fn error(code: DiagnosticCode, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            span,
            labels: Vec::new(),
            help: None,
        }
    }

    /// A warning: the document is accepted.
    pub fn warning(code: DiagnosticCode, span: Span, message: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::error(code, span, message)
        }
    }

    /// Adds advice.
    #[must_use]
    pub fn help(self, help: impl Into<String>) -> Self {
        Self {
            help: Some(help.into()),
            ..self
        }
    }

    /// Adds a second place.
    #[must_use]
    pub fn label(mut self, span: Span, message: impl Into<String>) -> Self {
        self.labels.push(Label {
            span,
            message: message.into(),
        });
        self
    }

    /// Whether the document is refused for it.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])* $name:ident = $text:literal,)*) => {
        /// Which rule a diagnostic is about. The text form (`as_str`) is stable.
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
        #[non_exhaustive]
        pub enum DiagnosticCode {
            $($(#[doc = $doc])* $name,)*
        }

        impl DiagnosticCode {
            /// Every code, in the order of their definition.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The stable name of the code.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }
        }
    };
}

codes! {
    /// The bytes are not UTF-8.
    InvalidUtf8 = "invalid-utf8",
    /// The text starts with a byte-order mark.
    ByteOrderMark = "byte-order-mark",
    /// The text is larger than `Limits::bytes`.
    DocumentTooLarge = "document-too-large",
    /// Arrays and objects nest deeper than `Limits::depth`.
    NestingTooDeep = "nesting-too-deep",
    /// There are more statements than `Limits::statements`.
    TooManyStatements = "too-many-statements",
    /// There are more diagnostics than `Limits::diagnostics`; the rest is not reported.
    TooManyDiagnostics = "too-many-diagnostics",
    /// The text ends before its value is complete.
    UnexpectedEnd = "unexpected-end",
    /// A character stands where another token must.
    UnexpectedCharacter = "unexpected-character",
    /// Two values or members follow each other without a comma.
    MissingComma = "missing-comma",
    /// A comma precedes a closing bracket.
    TrailingComma = "trailing-comma",
    /// A member name is not followed by a colon.
    MissingColon = "missing-colon",
    /// Something follows the value.
    TrailingContent = "trailing-content",
    /// JSON has no comments.
    Comment = "comment",
    /// A number is not written as JSON writes numbers.
    InvalidNumber = "invalid-number",
    /// An escape sequence of a string is unknown, incomplete or half of a surrogate pair.
    InvalidEscape = "invalid-escape",
    /// A control character stands unescaped in a string.
    ControlCharacter = "control-character",
    /// One object has a key twice.
    DuplicateKey = "duplicate-key",
    /// The document is not a JSON object.
    NotAnObject = "not-an-object",
    /// An element that the policy language does not know.
    UnknownElement = "unknown-element",
    /// An element of the wrong JSON type.
    WrongType = "wrong-type",
    /// The policy has no statement.
    MissingStatement = "missing-statement",
    /// A statement has no `Effect`.
    MissingEffect = "missing-effect",
    /// A statement has neither `Action` nor `NotAction`.
    MissingAction = "missing-action",
    /// A statement has neither `Principal` nor `NotPrincipal`, and its policy type requires one.
    MissingPrincipal = "missing-principal",
    /// A statement has neither `Resource` nor `NotResource`, and its policy type requires one.
    MissingResource = "missing-resource",
    /// Two elements exclude each other.
    ConflictingElements = "conflicting-elements",
    /// A list that must not be empty is.
    EmptyList = "empty-list",
    /// The policy type has no principals, or not this one.
    PrincipalNotAllowed = "principal-not-allowed",
    /// The policy type has no `NotPrincipal`.
    NotPrincipalNotAllowed = "not-principal-not-allowed",
    /// The policy type has no resources.
    ResourceNotAllowed = "resource-not-allowed",
    /// The policy type does not take this action.
    ActionNotAllowed = "action-not-allowed",
    /// The policy type has no `NotAction`.
    NotActionNotAllowed = "not-action-not-allowed",
    /// The policy type only denies.
    AllowNotAllowed = "allow-not-allowed",
    /// `Version` is neither `2012-10-17` nor `2008-10-17`.
    InvalidVersion = "invalid-version",
    /// `Effect` is neither `Allow` nor `Deny`.
    InvalidEffect = "invalid-effect",
    /// A statement id has characters that this policy type does not allow.
    InvalidSid = "invalid-sid",
    /// Two statements have the same id.
    DuplicateSid = "duplicate-sid",
    /// An action is not `*` or `service:name`.
    InvalidAction = "invalid-action",
    /// The service prefix of an action has other characters than a service prefix has.
    InvalidServicePrefix = "invalid-service-prefix",
    /// A resource is neither `*` nor begins with `arn:`.
    InvalidArnPrefix = "invalid-arn-prefix",
    /// A resource is no ARN, in a policy whose service may understand it all the same; here it matches nothing.
    UnmatchedResource = "unmatched-resource",
    /// The partition of an ARN does not exist.
    InvalidPartition = "invalid-partition",
    /// An ARN has fewer segments than its policy type takes, or no service.
    MissingArnField = "missing-arn-field",
    /// An ARN has a Region, of a service whose ARNs have none.
    RegionNotAllowed = "region-not-allowed",
    /// The last segment of an ARN names nothing that its service has.
    InvalidArnResource = "invalid-arn-resource",
    /// A principal that AWS cannot resolve.
    InvalidPrincipal = "invalid-principal",
    /// A principal type that does not exist.
    UnknownPrincipalType = "unknown-principal-type",
    /// A wildcard where a principal has none.
    WildcardInPrincipal = "wildcard-in-principal",
    /// A policy variable in a principal that is nothing without its value.
    VariableInPrincipal = "variable-in-principal",
    /// A service principal that is not written as one.
    InvalidServicePrincipal = "invalid-service-principal",
    /// A federated principal that is not written as one.
    InvalidFederatedPrincipal = "invalid-federated-principal",
    /// A condition operator that does not exist.
    InvalidOperator = "invalid-operator",
    /// `NullIfExists`.
    NullIfExists = "null-if-exists",
    /// A condition key without a service prefix.
    InvalidConditionKey = "invalid-condition-key",
    /// A condition value that its operator cannot read; dates have a rule of their own.
    InvalidConditionValue = "invalid-condition-value",
    /// A condition value that a date operator cannot read.
    InvalidDate = "invalid-date",
    /// A policy variable whose name is no condition key.
    InvalidVariable = "invalid-variable",
    /// A policy variable without its closing brace.
    MissingBraceInVariable = "missing-brace-in-variable",
    /// A policy variable without a name.
    EmptyVariable = "empty-variable",
    /// A policy variable with a space where it has none.
    SpaceInVariable = "space-in-variable",
    /// A policy variable whose default value is not in single quotes.
    MissingQuoteInVariable = "missing-quote-in-variable",
    /// A policy variable in a version of the policy language that has none.
    VariableInVersion = "variable-in-version",
    /// A policy variable as the value of a date operator.
    VariableInDate = "variable-in-date",
    /// A policy variable where AWS documents none.
    MisplacedVariable = "misplaced-variable",
    /// A character that AWS does not store in policies.
    InvalidCharacter = "invalid-character",
}

impl fmt::Display for DiagnosticCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Collects diagnostics up to a limit, so that hostile input costs bounded memory.
#[derive(Debug)]
pub(crate) struct Diagnostics {
    found: Vec<Diagnostic>,
    limit: usize,
}

impl Diagnostics {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            found: Vec::new(),
            limit: limit.max(1),
        }
    }

    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        if self.found.len() < self.limit {
            return self.found.push(diagnostic);
        }
        // What is not reported still counts: an error among it refuses the document.
        let marker = Diagnostic {
            severity: diagnostic.severity,
            ..Diagnostic::error(
                DiagnosticCode::TooManyDiagnostics,
                diagnostic.span,
                format!("more than {} problems: the rest is not reported", self.limit),
            )
        };
        match self.found.get_mut(self.limit) {
            Some(before) => before.severity = before.severity.max(marker.severity),
            None => self.found.push(marker),
        }
    }

    pub(crate) fn error(&mut self, code: DiagnosticCode, span: Span, message: impl Into<String>) {
        self.push(Diagnostic::error(code, span, message));
    }

    pub(crate) fn into_vec(self) -> Vec<Diagnostic> {
        self.found
    }
}
