//! Test support for Bailiwick: oracle, generators, scenario runner.
