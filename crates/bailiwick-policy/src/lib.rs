//! The meaning of AWS IAM policies: the intermediate representation, condition operators, matching.
