//! Addresses and networks: the ranges of `aws:SourceIp`, and the identifiers of VPCs and VPC endpoints.
//!
//! AWS: IAM User Guide, "AWS global condition context keys", `aws:SourceIp`, `aws:SourceVpc` and `aws:SourceVpce`; "IAM JSON policy
//! elements: Condition operators", IP address condition operators.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use bailiwick_grammar::{ConditionOperator, Span};
use bailiwick_policy::{AddressRange, OperatorMeaning, Relation};

use crate::check::{Example, FindingType, PolicyCheck, Run};
use crate::policy_type::PolicyTypes;
use crate::report::Report;
use crate::subject::{Condition, Statement};

pub(super) const CHECKS: &[PolicyCheck] = &[
    PolicyCheck {
        code: "PRIVATE_IP_ADDRESS",
        finding_type: FindingType::Error,
        title: "Private IP address",
        policy_types: PolicyTypes::ALL,
        trigger: "`IpAddress` holds `aws:SourceIp` against private ranges only. `aws:SourceIp` is always a public address, so no request is \
                  in them. Private are the ranges that the registries of the IANA keep from the public internet: 10.0.0.0/8, \
                  172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10, loopback and link-local addresses, and fc00::/7.",
        example: Example {
            fires: r#""IpAddress": {"aws:SourceIp": "10.0.0.0/8"}"#,
            silent: r#""IpAddress": {"aws:VpcSourceIp": "10.0.0.0/8"}"#,
        },
        grammar: &[],
        run: Run::Condition(private_ip_address),
    },
    PolicyCheck {
        code: "PRIVATE_NOT_IP_ADDRESS",
        finding_type: FindingType::Error,
        title: "Private NotIpAddress",
        policy_types: PolicyTypes::ALL,
        trigger: "`NotIpAddress` holds `aws:SourceIp` against private ranges only. `aws:SourceIp` is always a public address, so every \
                  request is outside of them.",
        example: Example {
            fires: r#""NotIpAddress": {"aws:SourceIp": "192.168.0.0/16"}"#,
            silent: r#""NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}"#,
        },
        grammar: &[],
        run: Run::Condition(private_not_ip_address),
    },
    PolicyCheck {
        code: "PRIVATE_IP_ADDRESS_SUBSET",
        finding_type: FindingType::Suggestion,
        title: "Private IP address subset",
        policy_types: PolicyTypes::ALL,
        trigger: "`IpAddress` holds `aws:SourceIp` against private ranges and others. The private ones match no request.",
        example: Example {
            fires: r#""IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "10.0.0.0/8"]}"#,
            silent: r#""IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "198.51.100.0/24"]}"#,
        },
        grammar: &[],
        run: Run::Condition(private_ip_address_subset),
    },
    PolicyCheck {
        code: "PRIVATE_NOT_IP_ADDRESS_SUBSET",
        finding_type: FindingType::Suggestion,
        title: "Private NotIpAddress subset",
        policy_types: PolicyTypes::ALL,
        trigger: "`NotIpAddress` holds `aws:SourceIp` against private ranges and others. The private ones exclude no request.",
        example: Example {
            fires: r#""NotIpAddress": {"aws:SourceIp": ["203.0.113.0/24", "172.16.0.0/12"]}"#,
            silent: r#""NotIpAddress": {"aws:SourceIp": ["203.0.113.0/24", "198.51.100.0/24"]}"#,
        },
        grammar: &[],
        run: Run::Condition(private_not_ip_address_subset),
    },
    PolicyCheck {
        code: "IMPROVE_IP_RANGE",
        finding_type: FindingType::Suggestion,
        title: "Improve IP range",
        policy_types: PolicyTypes::ALL,
        trigger: "A range under `IpAddress` or `NotIpAddress` has bits behind its prefix that are not zero. They do not count.",
        example: Example {
            fires: r#""aws:SourceIp": "203.0.113.7/24""#,
            silent: r#""aws:SourceIp": "203.0.113.0/24""#,
        },
        grammar: &[],
        run: Run::Condition(improve_ip_range),
    },
    PolicyCheck {
        code: "INVALID_VPC_FORMAT",
        finding_type: FindingType::Error,
        title: "Invalid vpc format",
        policy_types: PolicyTypes::ALL,
        trigger: "A string operator holds `aws:SourceVpc` against a value that is not `vpc-` and 8 or 17 letters and digits. Values with \
                  policy variables are not looked at, nor are patterns under `StringLike`.",
        example: Example {
            fires: r#""aws:SourceVpc": "vpc-0a1b2c3d4e5f""#,
            silent: r#""aws:SourceVpc": "vpc-0a1b2c3d4e5f60718""#,
        },
        grammar: &[],
        run: Run::Condition(invalid_vpc_format),
    },
    PolicyCheck {
        code: "INVALID_VPCE_FORMAT",
        finding_type: FindingType::Error,
        title: "Invalid vpce format",
        policy_types: PolicyTypes::ALL,
        trigger: "A string operator holds `aws:SourceVpce` against a value that is not `vpce-` and 8 or 17 letters and digits. Values \
                  with policy variables are not looked at, nor are patterns under `StringLike`.",
        example: Example {
            fires: r#""aws:SourceVpce": "vpc-1a2b3c4d""#,
            silent: r#""aws:SourceVpce": "vpce-1a2b3c4d""#,
        },
        grammar: &[],
        run: Run::Condition(invalid_vpce_format),
    },
];

/// The ranges that no request comes from.
///
/// AWS says "private" and no more; these are the ranges of the IANA's special-purpose address registries (RFC 6890) that are not
/// reachable globally and that networks use for themselves.
const PRIVATE_RANGES: &[(IpAddr, u8)] = &[
    (IpAddr::V4(Ipv4Addr::new(10, 0, 0, 0)), 8),
    (IpAddr::V4(Ipv4Addr::new(100, 64, 0, 0)), 10),
    (IpAddr::V4(Ipv4Addr::new(127, 0, 0, 0)), 8),
    (IpAddr::V4(Ipv4Addr::new(169, 254, 0, 0)), 16),
    (IpAddr::V4(Ipv4Addr::new(172, 16, 0, 0)), 12),
    (IpAddr::V4(Ipv4Addr::new(192, 168, 0, 0)), 16),
    (IpAddr::V6(Ipv6Addr::LOCALHOST), 128),
    (IpAddr::V6(Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0)), 7),
    (IpAddr::V6(Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0)), 10),
];

/// An address without the bits behind a prefix.
fn masked(address: IpAddr, prefix: u8) -> IpAddr {
    match address {
        IpAddr::V4(address) => {
            let mask = u32::MAX.checked_shl(32_u32.saturating_sub(prefix.into())).unwrap_or(0);
            IpAddr::V4(Ipv4Addr::from_bits(address.to_bits() & mask))
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX
                .checked_shl(128_u32.saturating_sub(prefix.into()))
                .unwrap_or(0);
            IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & mask))
        }
    }
}

/// Whether every address of the range is private.
fn is_private(range: &AddressRange) -> bool {
    PRIVATE_RANGES.iter().any(|&(network, prefix)| {
        network.is_ipv4() == range.address().is_ipv4()
            && prefix <= range.prefix()
            && masked(range.address(), prefix) == network
    })
}

/// Where the private ranges stand that the operator holds `aws:SourceIp` against, and whether there are other ranges. Values that are
/// no ranges count as neither.
fn private_ranges(condition: &Condition<'_>, operator: ConditionOperator) -> (Vec<Span>, bool) {
    if condition.base_operator() != operator || !condition.is_on("aws:SourceIp") {
        return (Vec::new(), false);
    }
    let mut private = Vec::new();
    let mut others = false;
    for (text, span) in condition.texts() {
        match AddressRange::parse(text) {
            Some(range) if is_private(&range) => private.push(span),
            Some(_) => others = true,
            None => {}
        }
    }
    (private, others)
}

fn private_ip_address(_: &Statement<'_>, condition: &Condition<'_>, report: &mut Report<'_>) {
    if let (private, false) = private_ranges(condition, ConditionOperator::IpAddress)
        && !private.is_empty()
    {
        let details = "`aws:SourceIp` is always a public address, and all these ranges are private, so that no address is in \
                       them. Write public ranges, or use `aws:VpcSourceIp` for requests through a VPC endpoint.";
        report.at(condition.values.span, details);
    }
}

fn private_not_ip_address(_: &Statement<'_>, condition: &Condition<'_>, report: &mut Report<'_>) {
    if let (private, false) = private_ranges(condition, ConditionOperator::NotIpAddress)
        && !private.is_empty()
    {
        let details = "`aws:SourceIp` is always a public address, and all these ranges are private, so that they exclude no \
                       address. Write public ranges, or use `aws:VpcSourceIp` for requests through a VPC endpoint.";
        report.at(condition.values.span, details);
    }
}

fn private_ip_address_subset(_: &Statement<'_>, condition: &Condition<'_>, report: &mut Report<'_>) {
    let details = "`aws:SourceIp` is always a public address, so that private ranges match no request. Remove them, or use \
                   `aws:VpcSourceIp` in a statement of its own.";
    private_subset(condition, ConditionOperator::IpAddress, details, report);
}

fn private_not_ip_address_subset(_: &Statement<'_>, condition: &Condition<'_>, report: &mut Report<'_>) {
    let details = "`aws:SourceIp` is always a public address, so that private ranges exclude no request. Remove them, or use \
                   `aws:VpcSourceIp` for requests through a VPC endpoint.";
    private_subset(condition, ConditionOperator::NotIpAddress, details, report);
}

fn private_subset(condition: &Condition<'_>, operator: ConditionOperator, details: &str, report: &mut Report<'_>) {
    if let (private, true) = private_ranges(condition, operator)
        && let Some((&first, others)) = private.split_first()
    {
        let found = report.at(first, details);
        for &other in others {
            found.and(other);
        }
    }
}

fn improve_ip_range(_: &Statement<'_>, condition: &Condition<'_>, report: &mut Report<'_>) {
    if OperatorMeaning::of(condition.base_operator()).relation != Relation::IpAddress {
        return;
    }
    for (text, span) in condition.texts() {
        let Some(range) = AddressRange::parse(text) else {
            continue;
        };
        let address = masked(range.address(), range.prefix());
        if address != range.address() {
            let better = format!("{address}/{}", range.prefix());
            let details = format!("The bits behind the prefix of `{text}` do not count. Write `{better}`.");
            report.at(span, details);
        }
    }
}

fn invalid_vpc_format(_: &Statement<'_>, condition: &Condition<'_>, report: &mut Report<'_>) {
    identifier(condition, "aws:SourceVpc", "vpc-", report);
}

fn invalid_vpce_format(_: &Statement<'_>, condition: &Condition<'_>, report: &mut Report<'_>) {
    identifier(condition, "aws:SourceVpce", "vpce-", report);
}

fn identifier(condition: &Condition<'_>, key: &str, prefix: &str, report: &mut Report<'_>) {
    if !condition.is_on(key) {
        return;
    }
    let is_id = |text: &str| {
        text.strip_prefix(prefix)
            .is_some_and(|id| matches!(id.len(), 8 | 17) && id.bytes().all(|byte| byte.is_ascii_alphanumeric()))
    };
    // Where another check speaks of wildcards, the identifier is not yet known.
    let is_valid = |text: &str| match OperatorMeaning::of(condition.base_operator()).relation {
        Relation::Equals => is_id(text),
        Relation::EqualsIgnoreCase => is_id(&text.to_ascii_lowercase()),
        Relation::Like => is_id(text) || text.contains(['*', '?']),
        Relation::Numeric(_)
        | Relation::Date(_)
        | Relation::Bool
        | Relation::Binary
        | Relation::IpAddress
        | Relation::Arn
        | Relation::Null => true,
    };
    for (text, span) in condition.texts() {
        if !text.contains("${") && !is_valid(text) {
            let details = format!(
                "`{text}` is not the form of an identifier of `{key}`. Write `{prefix}` and the 8 or 17 letters and digits that \
                 follow."
            );
            report.at(span, details);
        }
    }
}
