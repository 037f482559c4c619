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
    /// What the statements with `Action` list.
    listed: Patterns,
    /// Statements that speak of every service: with `*`, or with `NotAction`.
    broad: Box<[u32]>,
    /// What the statements with `NotAction` except. Few policies have any, and many policies are looked at: they are kept small.
    excepted: Option<Box<Patterns>>,
}

/// Patterns of several statements, by what they are about.
#[derive(Clone, Debug, Default)]
struct Patterns {
    /// The bits of the services.
    services: u64,
    /// Those without wildcard, by the action.
    names: Table,
    /// Those with one, by the service.
    wildcards: Table,
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
        let (mut listed, mut excepted) = (Entries::default(), Entries::default());
        let mut broad = Vec::new();
        for (statement, number) in statements.iter().zip(0..) {
            let element = &statement.action;
            let everything = (element.patterns.iter()).any(|pattern| pattern.node == ActionPattern::Everything);
            match (element.negated, everything) {
                // Every action but all, or an empty list.
                (true, true) => {}
                (true, false) if element.patterns.is_empty() => {}
                (false, true) => broad.push(number),
                (true, false) => {
                    broad.push(number);
                    excepted.add(statement, number);
                }
                (false, false) => listed.add(statement, number),
            }
        }
        Self {
            listed: listed.into(),
            broad: broad.into(),
            excepted: (!excepted.is_empty()).then(|| Box::new(excepted.into())),
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
            let excepted = statement.action.negated
                && (self.excepted.as_ref()).is_some_and(|excepted| excepted.any(statements, action, |it| it == number));
            if !excepted && !visit(statement) {
                return;
            }
        }
        self.listed
            .any(statements, action, |number| !visit(&statements[number as usize]));
    }
}

impl Patterns {
    /// Whether `is_it` says so of any statement that has a pattern for the action. It is not asked further then.
    fn any(&self, statements: &[Statement], action: &RequestAction<'_>, mut is_it: impl FnMut(u32) -> bool) -> bool {
        if self.services & action.service().bit() == 0 {
            return false;
        }
        let mut found = |table: &Table, hash| {
            table.bucket(hash).iter().any(|entry| {
                entry.hash == hash
                    && entry.start == action.start() & entry.mask
                    && entry.pattern(statements).matches(action)
                    && is_it(entry.statement)
            })
        };
        found(&self.names, action.hash()) || found(&self.wildcards, action.service())
    }
}

impl Entry {
    fn pattern<'p>(&self, statements: &'p [Statement]) -> &'p ActionPattern {
        &statements[self.statement as usize].action.patterns[self.pattern as usize].node
    }
}

/// [`Patterns`] in the making.
#[derive(Default)]
struct Entries {
    services: u64,
    names: Vec<Entry>,
    wildcards: Vec<Entry>,
}

impl Entries {
    fn is_empty(&self) -> bool {
        self.names.is_empty() && self.wildcards.is_empty()
    }

    fn add(&mut self, statement: &Statement, number: u32) {
        for (pattern, place) in statement.action.patterns.iter().zip(0..) {
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
                    self.services |= name.service().bit();
                    self.names.push(entry(name.hash(), ""));
                }
                ActionPattern::Service { service, name } => {
                    let service = NameHash::of_ascii(service);
                    self.services |= service.bit();
                    self.wildcards.push(entry(service, name.literal_start()));
                }
            }
        }
    }
}

impl From<Entries> for Patterns {
    fn from(entries: Entries) -> Self {
        Self {
            services: entries.services,
            names: Table::new(entries.names),
            wildcards: Table::new(entries.wildcards),
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
            r#""NotAction": ["x:y", "*"]"#,
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
