//! The facts of AWS IAM: services, actions, resource types, condition keys, AWS managed policies.
