//! ARN formats of the Service Authorization Reference, and which of them an ARN fits best.
//!
//! The reference does not say where a placeholder ends: `${BucketName}` of `arn:${Partition}:s3:::${BucketName}` holds
//! no slash, `${RoleNameWithPath}` and `${ObjectName}` do, `${LogGroupName}` may. So a format is read in two ways —
//! *narrowly*, where a placeholder of the resource part ends at the next slash or colon, and *widely*, where it does
//! not — and formats are compared: the object's format says more than the bucket's.

use crate::ResourceType;
use crate::glob::Notation;

/// A form that the ARNs of a resource type have, in its segments, with placeholders as `${BucketName}`.
///
/// AWS: Service Authorization Reference, "Resource types" table of each service.
#[derive(Clone, Copy, Debug)]
pub struct ArnFormat {
    resource_type: &'static ResourceType,
    segments: [&'static str; 6],
}

impl ArnFormat {
    pub(crate) fn new(resource_type: &'static ResourceType, format: &'static str) -> Option<Self> {
        let segments = segments(format)?;
        Some(Self {
            resource_type,
            segments,
        })
    }

    /// The resource type.
    pub fn resource_type(&self) -> &'static ResourceType {
        self.resource_type
    }

    /// The segment for the partition.
    pub fn partition(&self) -> &'static str {
        self.segments[1]
    }

    /// The segment for the service.
    pub fn service(&self) -> &'static str {
        self.segments[2]
    }

    /// The segment for the Region.
    pub fn region(&self) -> &'static str {
        self.segments[3]
    }

    /// The segment for the account.
    pub fn account(&self) -> &'static str {
        self.segments[4]
    }

    /// The rest, with its colons.
    pub fn resource(&self) -> &'static str {
        self.segments[5]
    }
}

/// Whether the ARN fits when a placeholder of the resource part may hold slashes and colons.
pub(crate) fn matches_widely(format: &str, arn: &str) -> bool {
    matches(format, arn, |format, resource| Notation::Arn.matches(format, resource))
}

/// Whether the ARN fits when a placeholder of the resource part ends at the next slash or colon.
pub(crate) fn matches_narrowly(format: &str, arn: &str) -> bool {
    matches(format, arn, resource_matches_narrowly)
}

/// Whether every ARN of `narrow` is one of `wide`, and not the other way round.
///
/// A placeholder stands for any text, so a character that no format contains stands for the placeholder.
pub(crate) fn is_more_specific(narrow: &str, wide: &str) -> bool {
    matches_widely(wide, &generic(narrow)) && !matches_widely(narrow, &generic(wide))
}

/// The six segments of an ARN; the last keeps its colons.
fn segments(arn: &str) -> Option<[&str; 6]> {
    let mut parts = arn.splitn(6, ':');
    let mut segments = [""; 6];
    for segment in &mut segments {
        *segment = parts.next()?;
    }
    Some(segments)
}

/// The service segment of an ARN or of a format.
pub(crate) fn service_segment(arn: &str) -> Option<&str> {
    segments(arn).map(|[_, _, service, ..]| service)
}

fn matches(format: &str, arn: &str, resource_matches: impl Fn(&str, &str) -> bool) -> bool {
    let (Some(format), Some(arn)) = (segments(format), segments(arn)) else {
        return false;
    };
    format[..5]
        .iter()
        .zip(&arn[..5])
        .all(|(format, segment)| Notation::Arn.matches(format, segment))
        && resource_matches(format[5], arn[5])
}

fn resource_matches_narrowly(format: &str, resource: &str) -> bool {
    let (mut format, mut resource) = (format, resource);
    while format != "*" {
        let (format_piece, format_rest) = cut(format);
        let (piece, rest) = cut(resource);
        if !Notation::Arn.matches(format_piece, piece) {
            return false;
        }
        match (format_rest, rest) {
            (None, None) => return true,
            (Some((left, after)), Some((right, rest))) if left == right => (format, resource) = (after, rest),
            _ => return false,
        }
    }
    true
}

/// The text up to the first slash or colon; then that character and what follows it.
fn cut(text: &str) -> (&str, Option<(u8, &str)>) {
    match text.find(['/', ':']) {
        Some(at) => (&text[..at], Some((text.as_bytes()[at], &text[at + 1..]))),
        None => (text, None),
    }
}

fn generic(format: &str) -> String {
    let mut generic = String::with_capacity(format.len());
    let mut rest = format;
    while let Some(at) = rest.find(['$', '*']) {
        let (literal, tail) = rest.split_at(at);
        generic.push_str(literal);
        generic.push('\u{1}');
        let placeholder = if tail.starts_with("${") { tail.find('}') } else { None };
        rest = &tail[placeholder.unwrap_or(0) + 1..];
    }
    generic.push_str(rest);
    generic
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUCKET: &str = "arn:${Partition}:s3:::${BucketName}";
    const OBJECT: &str = "arn:${Partition}:s3:::${BucketName}/${ObjectName}";
    const BACKEND: &str = "arn:${Partition}:amplifybackend:${Region}:${Account}:/backend/${AppId}/*";

    #[test]
    fn a_narrow_placeholder_ends_at_a_slash() {
        assert!(matches_narrowly(BUCKET, "arn:aws:s3:::bucket"));
        assert!(!matches_narrowly(BUCKET, "arn:aws:s3:::bucket/key"));
        assert!(matches_narrowly(OBJECT, "arn:aws:s3:::bucket/key"));
        assert!(!matches_narrowly(OBJECT, "arn:aws:s3:::bucket/a/b"));
        assert!(matches_widely(OBJECT, "arn:aws:s3:::bucket/a/b"));
        assert!(!matches_widely(OBJECT, "arn:aws:s3:::bucket/"));
    }

    #[test]
    fn a_star_of_the_format_spans_slashes() {
        assert!(matches_narrowly(
            BACKEND,
            "arn:aws:amplifybackend:eu-west-1:123456789012:/backend/a/b/c"
        ));
        assert!(!matches_narrowly(
            BACKEND,
            "arn:aws:amplifybackend:eu-west-1:123456789012:/backend/a"
        ));
    }

    #[test]
    fn the_other_segments_must_fit() {
        assert!(!matches_widely(BUCKET, "arn:aws:s3:eu-west-1::bucket"));
        assert!(!matches_widely(BUCKET, "arn::s3:::bucket"));
        assert!(!matches_widely(BUCKET, "arn:aws:S3:::bucket"));
        assert!(!matches_widely(BUCKET, "arn:aws:s3:::"));
        assert!(!matches_widely(BUCKET, "bucket"));
        assert!(!matches_widely(BUCKET, ""));
    }

    #[test]
    fn an_object_is_more_specific_than_a_bucket() {
        assert!(is_more_specific(OBJECT, BUCKET));
        assert!(!is_more_specific(BUCKET, OBJECT));
        assert!(!is_more_specific(BUCKET, BUCKET));
    }
}
