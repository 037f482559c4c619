//! The oracle decides the whole corpus as AWS's pages do.

use bailiwick_grammar::{ParseOptions, PolicyType, check_policy_type, parse_policy};
use bailiwick_testkit::scenario::{Case, NamedPolicy, Oracle, Scenario, load, run, scenarios_dir, table};

#[test]
fn the_oracle_decides_every_scenario() {
    let cases = load(&scenarios_dir()).unwrap();
    let report = run(&cases, &Oracle);
    assert!(report.seen > 0, "no case under {}", scenarios_dir().display());
    assert!(report.is_success(), "{report}");
    assert_eq!(report.unsupported, 0);
}

#[test]
fn the_oracle_agrees_with_the_set_formulas() {
    let cases: Vec<Case> = table().collect();
    let report = run(&cases, &Oracle);
    assert!(report.seen > 10_000, "only {} cases", report.seen);
    assert!(report.is_success(), "{report}");
}

#[test]
fn every_policy_of_the_corpus_is_well_formed_for_its_type() {
    // The table repeats few policies many times.
    for case in load(&scenarios_dir()).unwrap().into_iter().chain(table().step_by(7)) {
        let Scenario { id, action, .. } = &case.scenario;
        let on_resource = if action.starts_with("sts:") && case.scenario.resource.contains(":role/") {
            PolicyType::TrustPolicy
        } else {
            PolicyType::ResourceBasedPolicy
        };
        let scenario = &case.scenario;
        let check = |policies: &[NamedPolicy], policy_type: PolicyType| {
            for policy in policies {
                let parsed = parse_policy(&policy.document, &ParseOptions::default());
                let document = parsed.document.unwrap();
                let found = check_policy_type(&document, policy_type);
                let wrong = parsed
                    .diagnostics
                    .iter()
                    .chain(&found)
                    .find(|diagnostic| diagnostic.is_error());
                assert_eq!(wrong, None, "{id}: {}", policy.name);
            }
        };
        check(&scenario.identity_policies, PolicyType::IdentityBasedPolicy);
        check(&scenario.permissions_boundaries, PolicyType::PermissionsBoundary);
        check(&scenario.session_policies, PolicyType::SessionPolicy);
        check(scenario.resource_policy.as_slice(), on_resource);
        check(
            &scenario.service_control_policies.concat(),
            PolicyType::ServiceControlPolicy,
        );
        check(
            &scenario.resource_control_policies.concat(),
            PolicyType::ResourceControlPolicy,
        );
        check(&scenario.vpc_endpoint_policies, PolicyType::VpcEndpointPolicy);
    }
}
