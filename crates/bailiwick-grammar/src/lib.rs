//! The text of AWS IAM policies: JSON with spans, the policy syntax tree, ARNs, patterns, variables, diagnostics.
