//! Which statements of a policy speak of an action, without looking at the others.
//!
//! A policy names most actions one by one: those are found by the hash of the name. Patterns with a wildcard are kept by service, and
//! what speaks of every service, `*` and `NotAction`, stands apart. Nothing is looked at of a policy that does not speak of the
//! request's service at all.

use crate::action::{ActionPattern, RequestAction};
use crate::name::{NameHash, folded_start, mask};
use crate::policy::Statement;

/// Statements by action.
#[derive(Clone, Debug, Default)]
pub(crate) struct ActionIndex {
    /// The bits of the services that `names` and `patterns` are about.
    services: u64,
    /// Statements with `*` or `NotAction`.
    broad: Box<[u32]>,
    names: Table,
    patterns: Table,
}

/// Where a pattern of a statement's `Action` stands.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
struct Entry {
    /// Of the action, or of its service.
    hash: NameHash,
    /// How the action's name begins, as far as the pattern says, and which bits that are: most patterns are told apart by them.
    start: u64,
    mask: u64,
    statement: u32,
    pattern: u32,
}

/// Entries in the order of their hashes, in about as many buckets as there are entries.
#[derive(Clone, Debug, Default)]
struct Table {
    entries: Box<[Entry]>,
    /// Where each bucket begins, and the end. Empty where there are no entries.
    buckets: Box<[u32]>,
    /// There are `1 << bits` buckets.
    bits: u32,
}

impl ActionIndex {
    /// Takes time and memory in proportion to the number of patterns.
    pub(crate) fn new(statements: &[Statement]) -> Self {
        let mut broad = Vec::new();
        let (mut names, mut patterns) = (Vec::new(), Vec::new());
        let mut services = 0;
        for (statement, number) in statements.iter().zip(0..) {
            let element = &statement.action;
            let everything = |pattern: &ActionPattern| *pattern == ActionPattern::Everything;
            if element.negated || element.patterns.iter().any(|pattern| everything(&pattern.node)) {
                broad.push(number);
                continue;
            }
            for (pattern, place) in element.patterns.iter().zip(0..) {
                let entry = |hash, start: &str| Entry {
                    hash,
                    start: folded_start(start.as_bytes()) & mask(start.len()),
                    mask: mask(start.len()),
                    statement: number,
                    pattern: place,
                };
                match &pattern.node {
                    ActionPattern::Everything => {}
                    ActionPattern::One(name) => {
                        services |= name.service().bit();
                        names.push(entry(name.hash(), ""));
                    }
                    ActionPattern::Service { service, name } => {
                        let service = NameHash::of_ascii(service);
                        services |= service.bit();
                        patterns.push(entry(service, name.literal_start()));
                    }
                }
            }
        }
        Self {
            services,
            broad: broad.into(),
            names: Table::new(names),
            patterns: Table::new(patterns),
        }
    }

    /// Calls `visit` with the statements whose `Action` or `NotAction` speaks of the action, until it says that it is enough. A
    /// statement may come more than once.
    pub(crate) fn visit<'p>(
        &self,
        statements: &'p [Statement],
        action: &RequestAction<'_>,
        mut visit: impl FnMut(&'p Statement) -> bool,
    ) {
        for &number in &self.broad {
            let statement = &statements[number as usize];
            if statement.action.matches(action) && !visit(statement) {
                return;
            }
        }
        if self.services & action.service().bit() == 0 {
            return;
        }
        for (table, hash) in [(&self.names, action.hash()), (&self.patterns, action.service())] {
            for entry in table.bucket(hash) {
                if entry.hash != hash || entry.start != action.start() & entry.mask {
                    continue;
                }
                let statement = &statements[entry.statement as usize];
                let matches = statement.action.patterns[entry.pattern as usize].node.matches(action);
                if matches && !visit(statement) {
                    return;
                }
            }
        }
    }
}

impl Table {
    fn new(mut entries: Vec<Entry>) -> Self {
        if entries.is_empty() {
            return Self::default();
        }
        entries.sort_unstable();
        let bits = entries.len().next_power_of_two().trailing_zeros();
        let mut buckets = vec![0; (1 << bits) + 1];
        for entry in &entries {
            buckets[entry.hash.bucket(bits) + 1] += 1;
        }
        let mut end = 0;
        for bucket in &mut buckets {
            end += *bucket;
            *bucket = end;
        }
        Self {
            entries: entries.into(),
            buckets: buckets.into(),
            bits,
        }
    }

    fn bucket(&self, hash: NameHash) -> &[Entry] {
        if self.entries.is_empty() {
            return &[];
        }
        let bucket = hash.bucket(self.bits);
        &self.entries[self.buckets[bucket] as usize..self.buckets[bucket + 1] as usize]
    }
}

#[cfg(test)]
mod tests {
    use bailiwick_grammar::PolicyType;

    use super::*;
    use crate::lower::lower_text;

    #[test]
    fn the_index_finds_what_matching_one_by_one_finds() {
        let statement = |action: &str| format!(r#"{{"Effect": "Allow", {action}, "Resource": "*"}}"#);
        let statements = [
            r#""Action": ["s3:GetObject", "S3:getobject", "s3:Get*"]"#,
            r#""Action": ["s3:PutObject", "*"]"#,
            r#""NotAction": ["s3:PutObject", "ec2:*"]"#,
            r#""Action": ["ec2:Describe*", "sqs:SendMessage"]"#,
            r#""Action": "s3:*Object""#,
            r#""Action": "new-service:DoIt""#,
        ];
        let statements: Vec<String> = statements.into_iter().map(statement).collect();
        let text = format!(
            r#"{{"Version": "2012-10-17", "Statement": [{}]}}"#,
            statements.join(", ")
        );
        let policy = lower_text(&text, PolicyType::IdentityBasedPolicy).unwrap();
        for action in [
            "s3:GetObject",
            "s3:putobject",
            "EC2:DescribeInstances",
            "sqs:SendMessage",
            "new-service:doit",
            "x:y",
        ] {
            let action = RequestAction::parse(action).unwrap();
            let mut found: Vec<usize> = Vec::new();
            policy.statements_about(&action, |statement| {
                found.push(statement.index);
                true
            });
            found.sort_unstable();
            found.dedup();
            let all = policy.statements().iter();
            let expected: Vec<usize> = all
                .filter(|statement| statement.action.matches(&action))
                .map(|statement| statement.index)
                .collect();
            assert_eq!(found, expected, "{}", action.as_str());
        }
    }
}
