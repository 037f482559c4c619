//! `ResourceHandlingOption`: which resources a simulation of `ec2:RunInstances` must name.
//!
//! AWS: IAM API Reference, `SimulateCustomPolicy`, `ResourceHandlingOption`.

use bailiwick_grammar::Arn;

use super::SimulatePolicyError;

const ACTION: &str = "ec2:RunInstances";

/// The options with the resource types of Amazon EC2 that each needs.
const OPTIONS: [(&str, &[&str]); 4] = [
    (
        "EC2-VPC-InstanceStore",
        &["instance", "image", "security-group", "network-interface"],
    ),
    (
        "EC2-VPC-InstanceStore-Subnet",
        &["instance", "image", "security-group", "network-interface", "subnet"],
    ),
    (
        "EC2-VPC-EBS",
        &["instance", "image", "security-group", "network-interface", "volume"],
    ),
    (
        "EC2-VPC-EBS-Subnet",
        &[
            "instance",
            "image",
            "security-group",
            "network-interface",
            "subnet",
            "volume",
        ],
    ),
];

/// Refuses an option that does not exist, does not fit the actions, or whose resources are missing. `*` stands for all of them.
pub(super) fn check(option: &str, actions: &[&str], resources: &[&str]) -> Result<(), SimulatePolicyError> {
    let refuse = |why: String| {
        let message = format!("Invalid input resource handling options. {why}");
        Err(SimulatePolicyError::invalid_input(message))
    };
    let Some((_, required)) = OPTIONS.iter().find(|(known, _)| *known == option) else {
        return refuse(format!("There is no option {option}."));
    };
    if resources == ["*"] {
        return Ok(());
    }
    if let Some(other) = actions.iter().find(|action| !action.eq_ignore_ascii_case(ACTION)) {
        return refuse(format!("Action does not support resource handling options: {other}."));
    }
    let is_given = |kind: &str| {
        resources.iter().any(|resource| {
            let arn = Arn::parse(resource).ok().filter(|arn| arn.service == "ec2");
            arn.is_some_and(|arn| arn.resource.split('/').next() == Some(kind))
        })
    };
    match required.iter().find(|kind| !is_given(kind)) {
        Some(missing) => refuse(format!("{option} needs the ARN of a resource of type {missing}.")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INSTANCE: &str = "arn:aws:ec2:eu-west-1:111122223333:instance/*";
    const IMAGE: &str = "arn:aws:ec2:eu-west-1::image/ami-0abcdef1234567890";
    const GROUP: &str = "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-1";
    const INTERFACE: &str = "arn:aws:ec2:eu-west-1:111122223333:network-interface/*";
    const SUBNET: &str = "arn:aws:ec2:eu-west-1:111122223333:subnet/subnet-1";
    const VOLUME: &str = "arn:aws:ec2:eu-west-1:111122223333:volume/*";

    #[track_caller]
    fn refused(option: &str, action: &str, resources: &[&str], expected: &str) {
        let error = check(option, &[action], resources).unwrap_err();
        let expected = format!("Invalid input resource handling options. {expected}");
        assert_eq!(
            (error.kind().code(), error.message()),
            ("InvalidInput", expected.as_str())
        );
    }

    /// AWS: the table of options in the description of the parameter.
    #[test]
    fn each_option_needs_its_resources() {
        let all = [INSTANCE, IMAGE, GROUP, INTERFACE, SUBNET, VOLUME];
        for (option, _) in OPTIONS {
            assert_eq!(check(option, &["EC2:runinstances"], &all), Ok(()));
            assert_eq!(check(option, &[ACTION], &["*"]), Ok(()));
        }
        let store = [INSTANCE, IMAGE, GROUP, INTERFACE];
        assert_eq!(check("EC2-VPC-InstanceStore", &[ACTION], &store), Ok(()));
        let missing = |option: &str, kind| format!("{option} needs the ARN of a resource of type {kind}.");
        for (option, kind) in [
            ("EC2-VPC-InstanceStore-Subnet", "subnet"),
            ("EC2-VPC-EBS", "volume"),
            ("EC2-VPC-EBS-Subnet", "subnet"),
        ] {
            refused(option, ACTION, &store, &missing(option, kind));
        }
    }

    #[test]
    fn other_options_and_other_actions_are_refused() {
        refused("EC2-Moon", ACTION, &["*"], "There is no option EC2-Moon.");
        refused(
            "EC2-VPC-EBS",
            "s3:GetObject",
            &["arn:aws:s3:::b/k"],
            "Action does not support resource handling options: s3:GetObject.",
        );
    }
}
