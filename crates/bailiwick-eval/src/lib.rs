//! The decision of AWS IAM: request in, decision and explanation out.
