//! Counts the findings on the AWS managed policies; with issue codes as arguments, shows each finding of these.

use std::collections::BTreeMap;

use bailiwick_catalog::Catalog;
use bailiwick_validate::{ValidatePolicyType, validate_policy};

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let mut count: BTreeMap<_, usize> = BTreeMap::new();
    for policy in Catalog::managed_policies() {
        let text = policy.document();
        let Ok(findings) = validate_policy(text, ValidatePolicyType::IdentityPolicy) else {
            println!("{}: not validated", policy.name());
            continue;
        };
        for finding in findings {
            let code = finding.check().code();
            *count.entry((finding.check().finding_type(), code)).or_default() += 1;
            if wanted.iter().any(|wanted| wanted == code) {
                let place = &finding.locations()[0];
                let about: String = text[place.bytes.range()].chars().take(120).collect();
                println!(
                    "{code} {} {}: {about}\n    {}",
                    policy.name(),
                    place.span.start.line,
                    finding.details()
                );
            }
        }
    }
    for ((finding_type, code), count) in count.into_iter().rev() {
        println!("{count:6} {finding_type:16} {code}");
    }
}
