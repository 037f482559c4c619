//! Pieces that several exports share.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::source::Source;
use crate::id::Timestamp;
use crate::tag::{Tag, TagKey, TagValue, Tags};

/// A JSON string, borrowed from the file unless it has escapes.
#[derive(Clone, Debug, Deserialize)]
#[serde(transparent)]
pub(super) struct Text<'t>(#[serde(borrow)] Cow<'t, str>);

impl std::ops::Deref for Text<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

/// A list of values that are read one by one, so that a wrong one does not cost the others.
pub(super) type RawList<'t> = Option<Vec<&'t RawValue>>;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", expecting = "a tag: an object with `Key` and `Value`")]
struct TagEntry<'t> {
    #[serde(borrow)]
    key: Text<'t>,
    #[serde(borrow)]
    value: Option<Text<'t>>,
}

/// A time, if it can be read; `entity` is told of otherwise.
pub(super) fn time(source: &mut Source<'_>, value: Option<&RawValue>, entity: &str) -> Option<Timestamp> {
    let raw = value?.get();
    if raw == "null" {
        return None;
    }
    let text = serde_json::from_str::<Cow<'_, str>>(raw).ok();
    let seconds = || serde_json::from_str::<f64>(raw).ok().and_then(whole_seconds);
    let time = match text {
        Some(text) => Timestamp::parse(&text),
        None => seconds().and_then(Timestamp::from_unix_seconds),
    };
    if time.is_none() {
        source.warning(raw, entity, format!("{raw} is not a time; it is taken as unknown"));
    }
    time
}

/// Times as seconds since 1970, which the JSON protocols of AWS print.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the range is checked first, and a fraction is meant to go"
)]
fn whole_seconds(seconds: f64) -> Option<i64> {
    (-1e12..1e12).contains(&seconds).then_some(seconds as i64)
}

/// Reads tags into `tags`; what is no tag is reported. Gives whether all could be read.
pub(super) fn tags<'t>(source: &mut Source<'t>, list: RawList<'t>, entity: &str, tags: &mut Tags) {
    for raw in list.into_iter().flatten() {
        let read = source.read::<TagEntry<'t>>(raw).map(|entry| {
            let value = entry.value.as_deref().unwrap_or_default();
            let key = TagKey::new(&entry.key);
            key.and_then(|key| TagValue::new(value).map(|value| Tag { key, value }))
        });
        match read {
            Err(problem) => source.report(problem.about(entity)),
            Ok(Err(error)) => source.error(raw.get(), entity, format!("not a tag: {error}")),
            Ok(Ok(tag)) => {
                if let Some(replaced) = tags.put(tag) {
                    let message = format!("tag `{}` occurs twice; the last one counts", replaced.key);
                    source.warning(raw.get(), entity, message);
                }
            }
        }
    }
}

/// Tags as `{"key": "value"}`, or as the list of `{"Key": …, "Value": …}` that AWS's commands print.
pub(super) fn tag_map<'t>(
    source: &mut Source<'t>,
    value: Option<&'t RawValue>,
    entity: &str,
) -> BTreeMap<Box<str>, Box<str>> {
    let Some(value) = value else { return BTreeMap::new() };
    let read = if value.get().starts_with('[') {
        source.read_list::<TagEntry<'t>>(value).map(|entries| {
            let pair = |entry: TagEntry<'t>| (owned(&entry.key), owned(entry.value.as_deref().unwrap_or_default()));
            entries.into_iter().map(pair).collect()
        })
    } else {
        source
            .read::<Option<BTreeMap<Box<str>, Box<str>>>>(value)
            .map(Option::unwrap_or_default)
    };
    read.unwrap_or_else(|problem| {
        source.report(problem.about(entity));
        BTreeMap::new()
    })
}

pub(super) fn owned(text: &str) -> Box<str> {
    text.into()
}
