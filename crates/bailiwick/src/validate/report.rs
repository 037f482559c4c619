//! What was found in policies, in AWS's words, with the places as they are in the files.

use bailiwick_validate::{
    Finding, FindingType, PathElement, PolicyCheck, Position, Span, ValidatePolicyError, ValidatePolicyType,
    validate_policy,
};
use serde::de::IgnoredAny;
use serde::ser::{SerializeMap as _, SerializeStruct as _};
use serde::{Serialize, Serializer};

use super::file_text::FileText;

/// What was found in a number of policies.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ValidateReport {
    /// The policies that were validated.
    pub files: Vec<PolicyReport>,
    /// The JSON files that a folder holds and that are no policies.
    pub skipped: Vec<String>,
    /// What could not be validated.
    pub incomplete: Vec<IncompleteReport>,
}

/// A file, or a part of one, that could not be validated.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct IncompleteReport {
    /// The file.
    pub file: String,
    /// Why.
    pub message: String,
}

/// One policy with what was found in it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PolicyReport {
    /// Where it stands, and whose it is.
    #[serde(flatten)]
    pub place: PolicyPlace,
    /// What it was validated as.
    #[serde(flatten)]
    pub validated_as: ValidatedAs,
    /// Where else the same document stands. It is told of once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also_in: Vec<PolicyPlace>,
    /// What was found, in the order of the text.
    pub findings: Vec<FindingReport>,
    /// The document, where its file holds it as a string: places are counted in it then.
    #[serde(skip)]
    pub decoded: Option<String>,
    /// Which text the file's is, among those that were given together. The first one where one file was given.
    #[serde(skip)]
    pub text: usize,
    /// Whether the text is JSON. Where it is not, `JSON_SYNTAX_ERROR` is all that was found.
    #[serde(skip)]
    pub is_json: bool,
}

/// Where a policy stands: a file, or a part of an export.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct PolicyPlace {
    /// The file.
    pub file: String,
    /// What the policy is to its entity, in an export.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<PolicyHolderKind>,
    /// The ARN of the user, group, role, managed policy or resource; the id of a policy of an organization.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entity: Option<String>,
    /// The policy's name, where it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
    /// The version of a managed policy: its default version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Where in the file the document starts, where it is a part of the file.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "optional_position")]
    pub start: Option<Position>,
    /// Whether the file holds the document as a string, so that places are counted in the document instead of the file.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub encoded: bool,
}

/// What a policy of an export is to its entity.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum PolicyHolderKind {
    /// It is embedded in the user, group or role.
    Inline,
    /// It is the managed policy.
    Managed,
    /// It is the role's trust policy.
    Trust,
    /// It is the resource's policy.
    Resource,
    /// It is the policy of the organization.
    Organization,
}

/// What a document was validated as.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ValidatedAs {
    /// The type.
    pub policy_type: ValidatePolicyType,
    /// Why, where nobody said it.
    pub because: Option<String>,
}

/// One finding.
#[derive(Clone, Debug)]
pub struct FindingReport {
    /// The check that made it.
    pub check: &'static PolicyCheck,
    /// What is wrong and what to do.
    pub details: String,
    /// The places that it is about, the most important first. Never empty.
    pub locations: Vec<FindingLocation>,
}

/// A place that a finding is about.
#[derive(Clone, Debug)]
pub struct FindingLocation {
    /// The way to it from the top of the policy.
    pub path: Vec<PathElement>,
    /// Where it is in the file; in the decoded document where the file holds that as a string.
    pub span: Span,
    /// The same in bytes. A byte-order mark does not count.
    pub bytes: bailiwick_grammar::Span,
}

/// How many findings of each type there are.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct FindingCounts {
    /// In the order of [`FindingType::ALL`].
    counts: [usize; 4],
}

/// Runs every check that applies to policies of this type on a text.
///
/// # Errors
///
/// Where the text is not an object of JSON or exceeds a limit.
pub fn validate_document(
    text: &str,
    policy_type: ValidatePolicyType,
) -> Result<Vec<FindingReport>, ValidatePolicyError> {
    Ok(validate_policy(text, policy_type)?
        .iter()
        .map(FindingReport::of)
        .collect())
}

impl ValidateReport {
    /// How many findings of each type there are.
    pub fn counts(&self) -> FindingCounts {
        let mut counts = FindingCounts::default();
        for policy in &self.files {
            for finding in &policy.findings {
                counts.add(finding.check.finding_type());
            }
        }
        counts
    }
}

impl PolicyReport {
    /// What was found in a file that holds one policy.
    ///
    /// # Errors
    ///
    /// Where the text is not an object of JSON or exceeds a limit.
    pub fn of_file(file: &str, text: &str, validated_as: ValidatedAs) -> Result<Self, IncompleteReport> {
        let findings = validate_document(text, validated_as.policy_type).map_err(|error| {
            let place = FileText::new(text).start_at(error.span().start).position;
            IncompleteReport::of_policy(file, Some(place), &error)
        })?;
        Ok(Self {
            place: PolicyPlace::of_file(file),
            validated_as,
            also_in: Vec::new(),
            is_json: is_json(text),
            findings,
            decoded: None,
            text: 0,
        })
    }
}

impl IncompleteReport {
    /// A policy that cannot be validated; `place` is in the file.
    pub(super) fn of_policy(file: &str, place: Option<Position>, error: &ValidatePolicyError) -> Self {
        let place = place.map_or(String::new(), |place| format!(":{}:{}", place.line, place.column + 1));
        Self {
            file: file.to_owned(),
            message: format!("`{file}{place}` cannot be validated: {error}"),
        }
    }
}

/// Whether a text is JSON. An object that has a key twice is.
pub fn is_json(text: &str) -> bool {
    // Nothing is built of what is ignored, and no nesting is too deep.
    serde_json::from_str::<IgnoredAny>(text).is_ok()
}

impl PolicyPlace {
    /// A file that holds one policy.
    pub fn of_file(file: &str) -> Self {
        Self {
            file: file.to_owned(),
            kind: None,
            entity: None,
            policy: None,
            version: None,
            start: None,
            encoded: false,
        }
    }

    /// The policy as people call it: `inline policy p of arn:…`. Nothing for a file that holds one policy.
    pub fn title(&self) -> Option<String> {
        let entity = self.entity.as_deref()?;
        let policy = self.policy.as_deref().unwrap_or_default();
        Some(match self.kind? {
            PolicyHolderKind::Inline => format!("inline policy {policy} of {entity}"),
            PolicyHolderKind::Managed => match &self.version {
                Some(version) => format!("managed policy {entity}, version {version}"),
                None => format!("managed policy {entity}"),
            },
            PolicyHolderKind::Trust => format!("trust policy of {entity}"),
            PolicyHolderKind::Resource => format!("policy of {entity}"),
            PolicyHolderKind::Organization => format!("policy {policy} ({entity}) of the organization"),
        })
    }
}

impl ValidatedAs {
    /// The type as people call it: `resource policy of an AWS::S3::Bucket`.
    pub fn title(&self) -> String {
        match self.policy_type {
            ValidatePolicyType::IdentityPolicy => "identity policy".to_owned(),
            ValidatePolicyType::TRUST_POLICY => "role trust policy".to_owned(),
            ValidatePolicyType::ResourcePolicy(None) => "resource policy".to_owned(),
            ValidatePolicyType::ResourcePolicy(Some(resource)) => format!("resource policy of {resource}"),
            ValidatePolicyType::ServiceControlPolicy => "service control policy".to_owned(),
            ValidatePolicyType::ResourceControlPolicy => "resource control policy".to_owned(),
        }
    }
}

impl Serialize for ValidatedAs {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("policyType", self.policy_type.as_str())?;
        if let Some(resource) = self.policy_type.resource_type() {
            map.serialize_entry("validatePolicyResourceType", resource.as_str())?;
        }
        if let Some(because) = &self.because {
            map.serialize_entry("policyTypeReason", because)?;
        }
        map.end()
    }
}

impl FindingReport {
    pub(super) fn of(finding: &Finding) -> Self {
        let locations = finding.locations().iter().map(|location| FindingLocation {
            path: location.path.clone(),
            span: location.span,
            bytes: location.bytes,
        });
        Self {
            check: finding.check(),
            details: finding.details().to_owned(),
            locations: locations.collect(),
        }
    }
}

impl Serialize for FindingReport {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut finding = serializer.serialize_struct("ValidatePolicyFinding", 5)?;
        finding.serialize_field("findingDetails", &self.details)?;
        finding.serialize_field("findingType", self.check.finding_type().as_str())?;
        finding.serialize_field("issueCode", self.check.code())?;
        finding.serialize_field("learnMoreLink", &self.check.learn_more_link())?;
        finding.serialize_field("locations", &self.locations)?;
        finding.end()
    }
}

impl Serialize for FindingLocation {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let path: Vec<Step<'_>> = self.path.iter().map(Step).collect();
        let mut location = serializer.serialize_struct("Location", 2)?;
        location.serialize_field("path", &path)?;
        location.serialize_field("span", &Range(self.span))?;
        location.end()
    }
}

/// A union: exactly one member.
struct Step<'a>(&'a PathElement);

impl Serialize for Step<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Substring {
            start: usize,
            length: usize,
        }
        let mut step = serializer.serialize_map(Some(1))?;
        match *self.0 {
            PathElement::Index(index) => step.serialize_entry("index", &index)?,
            PathElement::Key(ref key) => step.serialize_entry("key", key)?,
            PathElement::Substring { start, length } => {
                step.serialize_entry("substring", &Substring { start, length })?;
            }
            PathElement::Value(ref value) => step.serialize_entry("value", value)?,
        }
        step.end()
    }
}

struct Range(Span);

impl Serialize for Range {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut span = serializer.serialize_struct("Span", 2)?;
        span.serialize_field("start", &Place(self.0.start))?;
        span.serialize_field("end", &Place(self.0.end))?;
        span.end()
    }
}

struct Place(Position);

impl Serialize for Place {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut position = serializer.serialize_struct("Position", 3)?;
        position.serialize_field("line", &self.0.line)?;
        position.serialize_field("column", &self.0.column)?;
        position.serialize_field("offset", &self.0.offset)?;
        position.end()
    }
}

#[expect(clippy::ref_option, reason = "serde asks for a reference")]
fn optional_position<S: Serializer>(position: &Option<Position>, serializer: S) -> Result<S::Ok, S::Error> {
    position.map(Place).serialize(serializer)
}

impl FindingCounts {
    fn add(&mut self, finding_type: FindingType) {
        for (count, known) in self.counts.iter_mut().zip(FindingType::ALL) {
            *count += usize::from(known == finding_type);
        }
    }

    /// The types with their counts, the gravest first.
    pub fn iter(&self) -> impl Iterator<Item = (FindingType, usize)> {
        FindingType::ALL.into_iter().zip(self.counts)
    }

    /// How many there are at this level or above it.
    pub fn at_or_above(&self, level: FindingType) -> usize {
        self.iter()
            .filter(|&(finding_type, _)| finding_type >= level)
            .map(|(_, count)| count)
            .sum()
    }

    /// How many there are.
    pub fn total(&self) -> usize {
        self.at_or_above(FindingType::Suggestion)
    }
}
