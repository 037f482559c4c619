//! What the keys and values of conditions amount to: values that do not count, keys that callers choose, keys that need another one,
//! values that their key never has.
//!
//! AWS: IAM User Guide, "AWS global condition context keys"; `DynamoDB` Developer Guide, "Using IAM policy conditions for fine-grained
//! access control"; S3 User Guide, "Bucket policy examples using condition keys".

use bailiwick_catalog::{Catalog, ConditionKeyType, Region};
use bailiwick_grammar::{ConditionOperator, PrincipalType, Span};
use bailiwick_policy::{Comparison, Number, OperatorMeaning, Relation};

use crate::arn_pattern;
use crate::check::{Example, FindingType, PolicyCheck, Run};
use crate::policy_type::PolicyTypes;
use crate::report::{Report, listed};
use crate::subject::{Action, Condition, Document, Principal, Statement};

pub(super) const CHECKS: &[PolicyCheck] = &[
    PolicyCheck {
        code: "REDUNDANT_CONDITION_VALUE_NUM",
        finding_type: FindingType::Suggestion,
        title: "Redundant condition value num",
        policy_types: PolicyTypes::ALL,
        trigger: "A numeric operator that asks for less or for more has several numbers. Only the greatest counts under `NumericLessThan` \
                  and `NumericLessThanEquals`, only the least under `NumericGreaterThan` and `NumericGreaterThanEquals`.",
        example: Example {
            fires: r#""NumericLessThan": {"aws:MultiFactorAuthAge": ["900", "7200"]}"#,
            silent: r#""NumericLessThan": {"aws:MultiFactorAuthAge": "7200"}"#,
        },
        grammar: &[],
        run: Run::Condition(redundant_condition_value_num),
    },
    PolicyCheck {
        code: "UNTRUSTWORTHY_CONDITION_KEY",
        finding_type: FindingType::SecurityWarning,
        title: "Untrustworthy condition key",
        policy_types: PolicyTypes::ALL,
        trigger: "A condition is on `aws:Referer` or `aws:UserAgent`, which are headers of the request: the caller writes into them what \
                  he likes. Where all principals are services, `RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL` speaks of `aws:Referer`: \
                  SES writes the account into it for which it acts.",
        example: Example {
            fires: r#""aws:Referer": "https://www.example.com/*""#,
            silent: r#""aws:SourceArn": "arn:aws:cloudfront::111122223333:distribution/E1EXAMPLE""#,
        },
        grammar: &[],
        run: Run::Condition(untrustworthy_condition_key),
    },
    PolicyCheck {
        code: "MISSING_PAIRED_CONDITION_KEYS",
        finding_type: FindingType::SecurityWarning,
        title: "Missing paired condition keys",
        policy_types: PolicyTypes::ALL,
        trigger: "A statement has a condition on `aws:VpcSourceIp` and none on `aws:SourceVpc`, `aws:SourceVpce` or `aws:SourceVpcArn`: \
                  other VPCs have the same private addresses. Or an Allow statement has one on `aws:Ec2InstanceSourcePrivateIPv4` and none \
                  on `aws:Ec2InstanceSourceVpc`. A Deny statement that names the addresses it denies is not meant. In an Allow statement the second \
                  condition names values and has no `IfExists`.",
        example: Example {
            fires: r#"{"IpAddress": {"aws:VpcSourceIp": "10.1.0.0/16"}}"#,
            silent: r#"{"IpAddress": {"aws:VpcSourceIp": "10.1.0.0/16"}, "StringEquals": {"aws:SourceVpc": "vpc-0a1b2c3d4e5f60718"}}"#,
        },
        grammar: &[],
        run: Run::Statement(missing_paired_condition_keys),
    },
    PolicyCheck {
        code: "DYNAMODB_ATTRIBUTES_WITHOUT_SELECT",
        finding_type: FindingType::SecurityWarning,
        title: "DynamoDB attributes without select",
        policy_types: PolicyTypes::WITH_RESOURCES,
        trigger: "A statement about actions of DynamoDB that read restricts `dynamodb:Attributes` and does not ask for \
                  `SPECIFIC_ATTRIBUTES` in `dynamodb:Select`. A request that names no attributes then gets them all. Beside a Deny \
                  statement, one that denies every other `dynamodb:Select` does it too.",
        example: Example {
            fires: r#"{"ForAllValues:StringEquals": {"dynamodb:Attributes": ["OrderId", "Status"]}}"#,
            silent: r#""StringEquals": {"dynamodb:Select": "SPECIFIC_ATTRIBUTES"}"#,
        },
        grammar: &[],
        run: Run::Document(dynamodb_attributes_without_select),
    },
    PolicyCheck {
        code: "S3_PREFIX_IN_NEGATIVE_CONTEXT",
        finding_type: FindingType::SecurityWarning,
        title: "S3 prefix in negative context",
        policy_types: PolicyTypes::WITH_RESOURCES,
        trigger: "A Deny statement has `s3:prefix` under a string operator that asks for a match, or an Allow statement has it under one \
                  that asks for none, such as `StringNotLike`. A shorter prefix lists the same objects and does not match.",
        example: Example {
            fires: r#""Condition": {"StringLike": {"s3:prefix": "private/*"}}"#,
            silent: r#""Condition": {"StringNotLike": {"s3:prefix": "public/*"}}"#,
        },
        grammar: &[],
        run: Run::Condition(s3_prefix_in_negative_context),
    },
    PolicyCheck {
        code: "INVALID_REGION",
        finding_type: FindingType::Error,
        title: "Invalid Region",
        policy_types: PolicyTypes::ALL,
        trigger: "A condition on a key whose values are Regions, such as `aws:RequestedRegion`, has a value that is no Region, or a \
                  pattern that fits none. `aws:RequestedRegion` is `unspecified` too, where Bedrock chooses among all Regions.",
        example: Example {
            fires: r#""aws:RequestedRegion": "eu-west-9""#,
            silent: r#""aws:RequestedRegion": "eu-west-3""#,
        },
        grammar: &[],
        run: Run::Condition(invalid_region),
    },
    PolicyCheck {
        code: "INVALID_KMS_KEY_VALUE",
        finding_type: FindingType::Error,
        title: "Invalid kms key value",
        policy_types: PolicyTypes::ALL,
        trigger: "A condition on a key whose values are ARNs of KMS keys, such as `s3:x-amz-server-side-encryption-aws-kms-key-id`, has \
                  a value that is no such ARN, or a pattern that fits none: a key id, an alias.",
        example: Example {
            fires: r#""s3:x-amz-server-side-encryption-aws-kms-key-id": "alias/reports""#,
            silent: r#""s3:x-amz-server-side-encryption-aws-kms-key-id": "arn:aws:kms:eu-west-1:111122223333:key/*""#,
        },
        grammar: &[],
        run: Run::Condition(invalid_kms_key_value),
    },
];

fn redundant_condition_value_num(_: &Statement<'_>, condition: &Condition<'_>, report: &mut Report<'_>) {
    let greatest = match OperatorMeaning::of(condition.base_operator()).relation {
        Relation::Numeric(Comparison::Less | Comparison::LessOrEqual) => true,
        Relation::Numeric(Comparison::Greater | Comparison::GreaterOrEqual) => false,
        _ => return,
    };
    let mut best: Option<(Number, &str, Span)> = None;
    let mut redundant = Vec::new();
    for (text, span) in condition.texts() {
        let Some(number) = Number::parse(text) else { continue };
        let better = |kept: &Number| if greatest { number > *kept } else { number < *kept };
        match &best {
            Some((kept, ..)) if !better(kept) => redundant.push(span),
            _ => redundant.extend(best.replace((number, text, span)).map(|(_, _, span)| span)),
        }
    }
    if let (Some((_, kept, _)), Some((&first, others))) = (best, redundant.split_first()) {
        let which = if greatest { "greatest" } else { "least" };
        let details = format!(
            "Of several numbers under `{}` only the {which} counts. Keep `{kept}` alone.",
            condition.operator.node
        );
        let found = report.at(first, details);
        for &other in others {
            found.and(other);
        }
    }
}

/// The keys whose value is a header of the request.
///
/// AWS: "AWS global condition context keys", the warnings at `aws:referer` and `aws:UserAgent`. The page of the checks names no key.
const CHOSEN_BY_THE_CALLER: [&str; 2] = ["aws:Referer", "aws:UserAgent"];

fn untrustworthy_condition_key(statement: &Statement<'_>, condition: &Condition<'_>, report: &mut Report<'_>) {
    if condition.is_on("aws:Referer") && is_for_services_only(statement) {
        return;
    }
    if CHOSEN_BY_THE_CALLER.iter().any(|key| condition.is_on(key)) {
        let details = format!(
            "The caller chooses the value of `{}`, so that it keeps nobody out. Use a key whose value AWS vouches for, such as \
             `aws:PrincipalArn` or `aws:SourceArn`.",
            condition.key.as_str()
        );
        report.at(condition.key.span, details);
    }
}

fn is_for_services_only(statement: &Statement<'_>) -> bool {
    let is_service = |principal: &Principal<'_>| principal.principal_type == PrincipalType::Service;
    !statement.has_not_principal() && !statement.principals.is_empty() && statement.principals.iter().all(is_service)
}

/// AWS: "AWS global condition context keys": `aws:VpcSourceIp` always goes with one of these three.
const OF_THE_VPC: [&str; 3] = ["aws:SourceVpc", "aws:SourceVpce", "aws:SourceVpcArn"];

fn missing_paired_condition_keys(statement: &Statement<'_>, report: &mut Report<'_>) {
    // What denies can be for everything but some networks.
    let names_network = |condition: &Condition<'_>| statement.denies() || condition.requires_values();
    let is_there = |keys: &[&str]| (keys.iter()).any(|key| statement.conditions_on(key).any(names_network));
    let compares =
        |condition: &Condition<'_>| OperatorMeaning::of(condition.base_operator()).relation != Relation::Null;
    let grants = |condition: &Condition<'_>| {
        let negated = OperatorMeaning::of(condition.base_operator()).negated;
        compares(condition) && (statement.allows() || negated)
    };
    if !is_there(&OF_THE_VPC) {
        let of_a_vpc = statement
            .conditions_on("aws:VpcSourceIp")
            .filter(|condition| grants(condition));
        of_a_vpc.for_each(|condition| report_unpaired(condition, &OF_THE_VPC, report));
    }
    // AWS's own example has this one alone in a Deny statement, beside a second one on the VPC.
    let companions = ["aws:Ec2InstanceSourceVpc"];
    if statement.allows() && !is_there(&companions) {
        let of_an_instance = statement
            .conditions_on("aws:Ec2InstanceSourcePrivateIPv4")
            .filter(|condition| compares(condition));
        of_an_instance.for_each(|condition| report_unpaired(condition, &companions, report));
    }
}

fn report_unpaired(condition: &Condition<'_>, companions: &[&str], report: &mut Report<'_>) {
    let companions: Vec<String> = companions.iter().map(|key| format!("`{key}`")).collect();
    let details = format!(
        "Private addresses are not unique: without the VPC, `{}` also stands for addresses of other networks. Name yours in a \
         condition on {} in this statement.",
        condition.key.as_str(),
        listed(&companions, "or").unwrap_or_default()
    );
    report.at(condition.key.span, details);
}

fn dynamodb_attributes_without_select(document: &Document<'_>, report: &mut Report<'_>) {
    let denies_the_rest = document
        .statements
        .iter()
        .any(|statement| statement.denies() && selects_attributes(statement, true));
    for statement in &document.statements {
        let restricted =
            |condition: &&Condition<'_>| OperatorMeaning::of(condition.base_operator()).relation != Relation::Null;
        let Some(condition) = statement.conditions_on("dynamodb:Attributes").find(restricted) else {
            continue;
        };
        if selects_attributes(statement, false)
            || (statement.denies() && denies_the_rest)
            || !reads_from_dynamodb(statement)
        {
            continue;
        }
        let remedy = if statement.denies() {
            "Deny requests whose `dynamodb:Select` is not `SPECIFIC_ATTRIBUTES` in another statement."
        } else {
            "Add the condition that `dynamodb:Select` is `SPECIFIC_ATTRIBUTES` to this statement."
        };
        let details = format!(
            "A request that names no attributes gets all of them, and this condition does not speak of it. {remedy}"
        );
        report.at(condition.key.span, details);
    }
}

/// Whether a condition of the statement asks for requests that name their attributes; negated, for all others. `COUNT` gives none.
fn selects_attributes(statement: &Statement<'_>, negated: bool) -> bool {
    statement.conditions_on("dynamodb:Select").any(|condition| {
        let meaning = OperatorMeaning::of(condition.base_operator());
        let mut values = condition.texts().peekable();
        meaning.negated == negated
            && matches!(
                meaning.relation,
                Relation::Equals | Relation::EqualsIgnoreCase | Relation::Like
            )
            && values.peek().is_some()
            && values.all(|(text, _)| ["SPECIFIC_ATTRIBUTES", "COUNT"].contains(&text))
    })
}

/// Whether the statement is about actions that `dynamodb:Select` goes with.
fn reads_from_dynamodb(statement: &Statement<'_>) -> bool {
    let Some(dynamodb) = Catalog::service("dynamodb") else {
        return false;
    };
    let mut reads = dynamodb
        .actions()
        .iter()
        .filter(|action| action.condition_keys().any(|key| key.name() == "dynamodb:Select"));
    let names = |action: &Action<'_>, read: &bailiwick_catalog::Action| {
        action.is_everything()
            || action.service.is_some_and(|service| {
                service.prefix() == dynamodb.prefix()
                    && service
                        .actions_matching(action.name())
                        .any(|action| action.name() == read.name())
            })
    };
    reads.any(|read| statement.actions.iter().any(|action| names(action, read)) != statement.has_not_action())
}

fn s3_prefix_in_negative_context(statement: &Statement<'_>, condition: &Condition<'_>, report: &mut Report<'_>) {
    let meaning = OperatorMeaning::of(condition.base_operator());
    let is_text = matches!(
        meaning.relation,
        Relation::Equals | Relation::EqualsIgnoreCase | Relation::Like
    );
    if !condition.is_on("s3:prefix") || !is_text {
        return;
    }
    let remedy = if statement.denies() && !meaning.negated {
        "Deny with `StringNotLike` and the prefixes that may be listed."
    } else if statement.allows() && meaning.negated {
        "Allow with `StringLike` and the prefixes that may be listed."
    } else {
        return;
    };
    let details = format!(
        "Who asks for a shorter prefix lists the same objects, and `{}` does not see it. {remedy}",
        condition.operator.node
    );
    report.at(condition.key.span, details);
}

/// The keys whose values are Regions.
///
/// AWS: IAM User Guide, "AWS global condition context keys"; Service Authorization Reference, "Condition keys" table of each service.
const REGION_KEYS: [&str; 13] = [
    "aws:RequestedRegion",
    "account:TargetRegion",
    "batch:AWSLogsRegion",
    "cloudformation:TargetRegion",
    "dsql:WitnessRegion",
    "ec2:Region",
    "ec2:VpceServiceRegion",
    "kms:PrimaryRegion",
    "kms:ReplicaRegion",
    "s3:destinationRegion",
    "secretsmanager:AddReplicaRegions",
    "secretsmanager:SecretPrimaryRegion",
    "ses:ReplicaRegion",
];

fn invalid_region(_: &Statement<'_>, condition: &Condition<'_>, report: &mut Report<'_>) {
    if !REGION_KEYS.iter().any(|key| condition.is_on(key)) || !compares_text(condition.base_operator()) {
        return;
    }
    let ignores_case = matches!(
        condition.base_operator(),
        ConditionOperator::StringEqualsIgnoreCase | ConditionOperator::StringNotEqualsIgnoreCase
    );
    // AWS: Bedrock User Guide, "Global cross-Region inference".
    let unspecified = condition.is_on("aws:RequestedRegion").then_some("unspecified");
    for (value, span) in condition.texts() {
        let lower = value.to_ascii_lowercase();
        let pattern = if ignores_case { &lower } else { value };
        let mut known = Region::ALL.iter().map(|region| region.name()).chain(unspecified);
        if !known.any(|known| arn_pattern::matches(pattern, known)) {
            let details = format!(
                "There is no Region `{value}`. Write the code of a Region for `{}`, as `eu-west-1`.",
                condition.key.as_str()
            );
            report.at(span, details);
        }
    }
}

fn invalid_kms_key_value(_: &Statement<'_>, condition: &Condition<'_>, report: &mut Report<'_>) {
    if !is_kms_key_arn(condition) || !compares_text(condition.base_operator()) {
        return;
    }
    for (value, span) in condition.texts() {
        let fits = arn_pattern::fits(value, "arn:${Partition}:kms:${Region}:${Account}:key/${KeyId}");
        // Where there are fewer segments, one `*` stands for several.
        let has_account = arn_pattern::arn(value).is_none_or(|arn| arn_pattern::can_be_account(arn.account));
        if !fits || !has_account {
            let details = format!(
                "`{value}` is not the ARN of a KMS key, which `{}` always is. Write it as `arn:aws:kms:eu-west-1:111122223333:key/KEY-ID`.",
                condition.key.as_str()
            );
            report.at(span, details);
        }
    }
}

/// Whether the values of the key are ARNs of KMS keys: it is named after a KMS key, and its type or its name says ARN.
fn is_kms_key_arn(condition: &Condition<'_>) -> bool {
    condition.known.is_some_and(|known| {
        let name = known.name().to_ascii_lowercase();
        let of_key = name.contains("kmskey") || name.contains("kms-key");
        of_key && (known.key_type() == ConditionKeyType::Arn || name.contains("keyarn"))
    })
}

/// Whether the operator looks at the text of values; what others make of them, other checks say.
fn compares_text(operator: ConditionOperator) -> bool {
    operator.as_str().starts_with("String") || operator.as_str().starts_with("Arn")
}
