//! The name that was meant.

use bailiwick_catalog::{Catalog, Service};
use bailiwick_grammar::edit_distance;

/// Names of services that are taken for their prefixes, in lower case.
///
/// AWS: Service Authorization Reference, for the prefixes; the names are those of products, of their APIs and of commands of the AWS CLI.
const ALIASES: [(&str, &str); 36] = [
    ("alb", "elasticloadbalancing"),
    ("api-gateway", "apigateway"),
    ("apigw", "apigateway"),
    ("aurora", "rds"),
    ("beanstalk", "elasticbeanstalk"),
    ("bedrock-runtime", "bedrock"),
    ("certificatemanager", "acm"),
    ("cloudwatch-logs", "logs"),
    ("cloudwatchevents", "events"),
    ("cloudwatchlogs", "logs"),
    ("cognito", "cognito-idp"),
    ("costexplorer", "ce"),
    ("docdb", "rds"),
    ("documentdb", "rds"),
    ("dynamodbstreams", "dynamodb"),
    ("efs", "elasticfilesystem"),
    ("elasticsearch", "es"),
    ("elb", "elasticloadbalancing"),
    ("elbv2", "elasticloadbalancing"),
    ("emr", "elasticmapreduce"),
    ("eventbridge", "events"),
    ("identitycenter", "sso"),
    ("msk", "kafka"),
    ("neptune", "neptune-db"),
    ("nlb", "elasticloadbalancing"),
    ("parameterstore", "ssm"),
    ("resourcegroupstaggingapi", "tag"),
    ("s3api", "s3"),
    ("sfn", "states"),
    ("simpledb", "sdb"),
    ("step-functions", "states"),
    ("stepfunction", "states"),
    ("stepfunctions", "states"),
    ("systems-manager", "ssm"),
    ("systemsmanager", "ssm"),
    ("vpc", "ec2"),
];

/// Tells which names were meant, for as many names of one document as can be looked for in little time.
pub(crate) struct Advice {
    left: usize,
}

impl Default for Advice {
    fn default() -> Self {
        Self { left: 100 }
    }
}

impl Advice {
    /// The prefix of the service that was meant by a prefix that none has.
    pub(crate) fn meant_service(&mut self, prefix: &str) -> Option<&'static str> {
        self.look(|| {
            let alias = ALIASES.iter().find(|(alias, _)| alias.eq_ignore_ascii_case(prefix));
            alias.map(|&(_, service)| service).or_else(|| {
                nearest(prefix, Catalog::services().iter().map(Service::prefix)).filter(|_| prefix.len() > 2)
            })
        })
    }

    /// What `meant` finds; nothing where too much was looked for already.
    pub(crate) fn look<T>(&mut self, meant: impl FnOnce() -> Option<T>) -> Option<T> {
        self.left = self.left.checked_sub(1)?;
        meant()
    }
}

/// The candidate that differs least from `name`, case aside, if it differs by little: by a quarter of the letters, but by no more than
/// three, and by one in any name. A letter too many, one too few and a wrong one count as one. Of several such, the first.
/// Else the only one that begins with `name`, if that has three letters.
pub(crate) fn nearest<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str> + Clone) -> Option<&'c str> {
    let most = (name.len() / 4).clamp(1, 3);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates.clone() {
        let limit = best.map_or(most, |(distance, _)| distance - 1);
        if let Some(distance) = edit_distance(name, candidate, limit) {
            best = Some((distance, candidate));
            if distance == 0 {
                break;
            }
        }
    }
    best.map(|(_, candidate)| candidate)
        .or_else(|| only_beginning(name, candidates))
}

fn only_beginning<'c>(name: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let begins = |candidate: &&str| {
        (candidate.get(..name.len())).is_some_and(|start| name.len() >= 3 && start.eq_ignore_ascii_case(name))
    };
    let mut candidates = candidates.into_iter().filter(begins);
    candidates.next().filter(|_| candidates.next().is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(name: &str, expected: Option<&str>) {
        assert_eq!(
            nearest(name, ["GetObject", "GetObjectAcl", "PutObject", "s3"]),
            expected
        );
    }

    #[test]
    fn names_of_products_are_no_prefixes_and_their_prefixes_exist() {
        for (alias, service) in ALIASES {
            assert!(Catalog::service(alias).is_none(), "{alias}");
            assert!(Catalog::service(service).is_some(), "{service}");
        }
    }

    #[test]
    fn little_differences_are_forgiven() {
        check("GetObjects", Some("GetObject"));
        check("getobjectacls", Some("GetObjectAcl"));
        check("PuObject", Some("PutObject"));
        check("S33", Some("s3"));
        check("GutObject", Some("GetObject"));
        check("put", Some("PutObject"));
        check("Get", None);
        check("Pu", None);
        check("ListBucket", None);
        check("", None);
        check("Größe", None);
    }
}
