use std::time::Duration;

use super::*;

/// The test command stands in several places that people and CI read; they must be one command.
#[test]
fn the_guide_and_the_ci_script_run_the_test_command_of_this_module() {
    let command = format!("cargo {}", TEST_COMMAND.join(" "));
    for path in ["README.md", "CONTRIBUTING.md", ".ci/run"] {
        let text = workspace::read(&workspace::root().join(path)).unwrap();
        assert!(text.contains(&command), "{path} does not name `{command}`");
    }
}

#[test]
fn the_summary_names_each_step_with_its_time_and_verdict() {
    let results = [
        ("format", Duration::from_millis(1250), Ok(())),
        (
            "clippy",
            Duration::from_secs(61),
            Err("`cargo clippy` failed".to_owned()),
        ),
    ];
    assert_eq!(
        summary(&results),
        "format           1.2 s  ok\nclippy          61.0 s  FAILED"
    );
}

#[test]
fn an_argument_that_ci_does_not_know_is_refused() {
    let error = run(&["--skip-tests".to_owned()]).unwrap_err();
    assert_eq!(error, "ci takes no argument but --skip-test");
}
