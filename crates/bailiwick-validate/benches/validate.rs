//! Validating the AWS managed policies, with every check.

use std::hint::black_box;

use bailiwick_catalog::Catalog;
use bailiwick_validate::{ValidatePolicyType, validate_policy};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

fn managed_policies(criterion: &mut Criterion) {
    let texts: Vec<&str> = Catalog::managed_policies()
        .iter()
        .map(bailiwick_catalog::ManagedPolicy::document)
        .collect();
    let bytes: usize = texts.iter().map(|text| text.len()).sum();
    let validate =
        |text: &&str| validate_policy(text, ValidatePolicyType::IdentityPolicy).map_or(0, |findings| findings.len());
    let mut group = criterion.benchmark_group("managed policies");
    group.throughput(Throughput::Bytes(bytes as u64)).sample_size(20);
    group.bench_function("validate", |bencher| {
        bencher.iter(|| texts.iter().map(|text| validate(black_box(text))).sum::<usize>());
    });
    group.finish();
}

criterion_group!(benches, managed_policies);
criterion_main!(benches);
