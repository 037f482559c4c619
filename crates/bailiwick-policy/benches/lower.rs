//! Parsing and lowering the AWS managed policies, all of them and one of usual size.

use std::hint::black_box;

use bailiwick_catalog::Catalog;
use bailiwick_grammar::{ParseOptions, PolicyType, parse_policy};
use bailiwick_policy::lower_text;
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};

fn managed_policies(criterion: &mut Criterion) {
    let texts: Vec<&str> = Catalog::managed_policies()
        .iter()
        .map(bailiwick_catalog::ManagedPolicy::document)
        .collect();
    let bytes: usize = texts.iter().map(|text| text.len()).sum();
    let mut group = criterion.benchmark_group("managed policies");
    group.throughput(Throughput::Bytes(bytes as u64)).sample_size(20);
    group.bench_function("parse", |bencher| {
        bencher.iter(|| {
            texts
                .iter()
                .map(|text| parse_policy(text, &ParseOptions::default()))
                .filter(|p| !p.has_errors())
                .count()
        });
    });
    group.bench_function("parse and lower", |bencher| {
        let lower = |text: &&str| lower_text(text, PolicyType::IdentityBasedPolicy).is_ok();
        bencher.iter(|| texts.iter().filter(|text| lower(black_box(text))).count());
    });
    group.bench_function("parse and lower, kept", |bencher| {
        let lower = |text: &&str| lower_text(text, PolicyType::IdentityBasedPolicy);
        bencher.iter_batched(
            Vec::new,
            |mut kept| {
                kept.extend(texts.iter().map(lower));
                kept
            },
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

criterion_group!(benches, managed_policies);
criterion_main!(benches);
