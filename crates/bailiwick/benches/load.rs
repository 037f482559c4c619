//! Loading an organization: the five accounts of testdata/acme, and a hundred made of them.

#![expect(clippy::disallowed_methods, reason = "a benchmark reads its data")]

use std::fs;
use std::path::Path;

use bailiwick::{ExportFile, Question, can, load_exports};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};

/// The files of acme, `copies` times: copy `n` has account ids of its own. The organization is that of the first.
fn organization(copies: usize) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/acme");
    let mut files = vec![("org.json".to_owned(), read(&folder.join("org.json")))];
    let accounts = [
        "111122223333",
        "222233334444",
        "333344445555",
        "444455556666",
        "555566667777",
    ];
    for copy in 0..copies {
        for (index, account) in accounts.iter().enumerate() {
            let id = format!("{:012}", 100_000_000_000 + copy * accounts.len() + index);
            for kind in ["gaad.json", "resources.json", "credential-report.csv"] {
                let text = read(&folder.join(format!("accounts/{account}.{kind}")));
                files.push((format!("accounts/{id}.{kind}"), text.replace(account, &id)));
            }
        }
    }
    files
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).expect("testdata/acme is there")
}

fn load(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("load");
    for copies in [1, 20] {
        let files = organization(copies);
        let files: Vec<_> = files
            .iter()
            .map(|(name, text)| ExportFile {
                name,
                bytes: text.as_bytes(),
            })
            .collect();
        let bytes: usize = files.iter().map(|file| file.bytes.len()).sum();
        group.throughput(Throughput::Bytes(bytes as u64)).sample_size(20);
        group.bench_function(format!("{} accounts", 5 * copies), |bencher| {
            bencher.iter(|| load_exports(&files));
        });
    }
    group.finish();
}

fn ask(criterion: &mut Criterion) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testdata/acme");
    let names = [
        "org.json",
        "accounts/444455556666.gaad.json",
        "accounts/444455556666.resources.json",
    ];
    let texts = names.map(|name| read(&folder.join(name)));
    let files: Vec<_> = names
        .iter()
        .zip(&texts)
        .map(|(name, text)| ExportFile {
            name,
            bytes: text.as_bytes(),
        })
        .collect();
    let environment = load_exports(&files);
    let question = Question {
        principal: "arn:aws:iam::444455556666:user/dana",
        action: "s3:PutObject",
        resource: "arn:aws:s3:::acme-research-archive/today.md",
        context: &[],
    };
    criterion.bench_function("can, explained", |bencher| {
        bencher.iter(|| can(&environment, &question));
    });
}

criterion_group!(benches, load, ask);
criterion_main!(benches);
