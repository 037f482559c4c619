//! From the ARN of a request to the resource whose policy decides: an object to its bucket, an index to its table.

use std::collections::BTreeMap;

use bailiwick_grammar::Arn;

/// The entry of `resources` (by ARN) that an ARN names or that owns what it names: the longest that fits.
///
/// Only where a service says that a longer ARN lies within a shorter one is the shorter one an owner: the log group `/app` does not
/// own the log group `/app/web`.
pub(crate) fn owning_resource<'a, T>(resources: &'a BTreeMap<Box<str>, T>, arn: &str) -> Option<&'a T> {
    if let Some(exact) = resources.get(arn) {
        return Some(exact);
    }
    let parsed = Arn::parse(arn).ok()?;
    let start = arn.len() - parsed.resource.len();
    let prefix = |length: usize| arn.get(..start + length).and_then(|prefix| resources.get(prefix));
    let resource = parsed.resource;
    match parsed.service {
        "s3" if resource.starts_with("accesspoint/") => segments(resource, '/', 2).and_then(prefix),
        "s3" | "execute-api" | "sns" | "sqs" => first_cut(resource, &['/', ':']).and_then(prefix),
        "s3express" | "s3tables" | "s3vectors" | "dynamodb" | "kinesis" | "es" | "aoss" | "mediastore"
        | "elasticfilesystem" | "vpc-lattice" => segments(resource, '/', 2).and_then(prefix),
        "lambda" | "states" | "backup" | "redshift-serverless" => segments(resource, ':', 2).and_then(prefix),
        "logs" => log_group(resource).and_then(|length| {
            // A log group is written with and without `:*` at its end.
            prefix(length).or_else(|| resources.get(format!("{}:*", &arn[..start + length]).as_str()))
        }),
        "secretsmanager" => with_random_suffix(resources, arn),
        "glue" => resources.get(format!("{}catalog", &arn[..start]).as_str()),
        _ => None,
    }
}

/// Where the first of these characters stands.
fn first_cut(resource: &str, separators: &[char]) -> Option<usize> {
    resource.find(separators)
}

/// The length of the first `count` segments, if there are more.
fn segments(resource: &str, separator: char, count: usize) -> Option<usize> {
    resource.match_indices(separator).nth(count - 1).map(|(at, _)| at)
}

/// The length of `log-group:NAME`.
fn log_group(resource: &str) -> Option<usize> {
    let name = resource.strip_prefix("log-group:")?;
    Some("log-group:".len() + name.find(':').unwrap_or(name.len()))
}

/// A secret may be named without the hyphen and six characters that AWS Secrets Manager puts after its name.
fn with_random_suffix<'a, T>(resources: &'a BTreeMap<Box<str>, T>, arn: &str) -> Option<&'a T> {
    let start = format!("{arn}-");
    let mut found = resources
        .range::<str, _>((std::ops::Bound::Included(start.as_str()), std::ops::Bound::Unbounded))
        .take_while(|(key, _)| key.starts_with(&start))
        .filter(|(key, _)| key.len() == start.len() + 6 && !key[start.len()..].contains('-'));
    let first = found.next()?.1;
    // Two secrets `name-aaaaaa` and `name-bbbbbb`: the text names neither.
    found.next().is_none().then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HELD: &[&str] = &[
        "arn:aws:s3:::data",
        "arn:aws:s3:eu-west-1:111122223333:accesspoint/ap",
        "arn:aws:dynamodb:eu-west-1:111122223333:table/orders",
        "arn:aws:lambda:eu-west-1:111122223333:function:ingest",
        "arn:aws:lambda:eu-west-1:111122223333:function:ingest:live",
        "arn:aws:logs:eu-west-1:111122223333:log-group:/app",
        "arn:aws:logs:eu-west-1:111122223333:log-group:/web:*",
        "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db/password-AbCdEf",
        "arn:aws:ecr:eu-west-1:111122223333:repository/team",
        "arn:aws:kinesis:eu-west-1:111122223333:stream/clicks",
        "arn:aws:sns:eu-west-1:111122223333:alerts",
    ];

    #[track_caller]
    fn check(arn: &str, owner: Option<&str>) {
        let held: BTreeMap<Box<str>, &str> = HELD.iter().map(|&arn| (arn.into(), arn)).collect();
        assert_eq!(owning_resource(&held, arn).copied(), owner);
    }

    #[test]
    fn a_part_is_owned_by_its_whole() {
        check("arn:aws:s3:::data", Some(HELD[0]));
        check("arn:aws:s3:::data/a/b/c.csv", Some(HELD[0]));
        check(
            "arn:aws:s3:eu-west-1:111122223333:accesspoint/ap/object/a/b",
            Some(HELD[1]),
        );
        check(
            "arn:aws:dynamodb:eu-west-1:111122223333:table/orders/index/by-date",
            Some(HELD[2]),
        );
        check("arn:aws:lambda:eu-west-1:111122223333:function:ingest:7", Some(HELD[3]));
        check(
            "arn:aws:lambda:eu-west-1:111122223333:function:ingest:live",
            Some(HELD[4]),
        );
        check("arn:aws:logs:eu-west-1:111122223333:log-group:/app:*", Some(HELD[5]));
        check(
            "arn:aws:logs:eu-west-1:111122223333:log-group:/app:log-stream:x",
            Some(HELD[5]),
        );
        check("arn:aws:logs:eu-west-1:111122223333:log-group:/web", Some(HELD[6]));
        check(
            "arn:aws:logs:eu-west-1:111122223333:log-group:/web:log-stream:x",
            Some(HELD[6]),
        );
        check(
            "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db/password",
            Some(HELD[7]),
        );
        check(
            "arn:aws:kinesis:eu-west-1:111122223333:stream/clicks/consumer/c:1",
            Some(HELD[9]),
        );
        check(
            "arn:aws:sns:eu-west-1:111122223333:alerts:0b8a1b50-0f1a-4a0d-8d0a-111111111111",
            Some(HELD[10]),
        );
    }

    #[test]
    fn what_only_begins_alike_is_owned_by_nobody() {
        check("arn:aws:s3:::data2/x", None);
        check("arn:aws:logs:eu-west-1:111122223333:log-group:/app/web", None);
        check("arn:aws:ecr:eu-west-1:111122223333:repository/team/image", None);
        check("arn:aws:dynamodb:eu-west-1:111122223333:table/orders2", None);
        check("arn:aws:lambda:us-east-1:111122223333:function:ingest:7", None);
        check("arn:aws:secretsmanager:eu-west-1:111122223333:secret:db", None);
        check("not an arn", None);
        check("*", None);
    }
}
