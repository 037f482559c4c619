//! The entities of AWS IAM: accounts, users, groups, roles, policies, organizations, resources, and the import of AWS's exports.
