//! AWS Regions, and the partition that each belongs to.

/// An AWS Region, such as `eu-west-1`.
///
/// AWS: AWS General Reference, "AWS Regions"; the same list is `partitions.json` of the AWS SDKs, of which this is the state of
/// botocore 1.44.5 (2026-11-17), without the pseudo Regions such as `aws-global`. Regions that an account must opt in to are among
/// them.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Region {
    name: &'static str,
    partition: &'static str,
}

impl Region {
    /// Every Region, sorted by name.
    pub const ALL: &'static [Self] = &[
        Self::new("af-south-1", "aws"),
        Self::new("ap-east-1", "aws"),
        Self::new("ap-east-2", "aws"),
        Self::new("ap-northeast-1", "aws"),
        Self::new("ap-northeast-2", "aws"),
        Self::new("ap-northeast-3", "aws"),
        Self::new("ap-south-1", "aws"),
        Self::new("ap-south-2", "aws"),
        Self::new("ap-southeast-1", "aws"),
        Self::new("ap-southeast-2", "aws"),
        Self::new("ap-southeast-3", "aws"),
        Self::new("ap-southeast-4", "aws"),
        Self::new("ap-southeast-5", "aws"),
        Self::new("ap-southeast-6", "aws"),
        Self::new("ap-southeast-7", "aws"),
        Self::new("ca-central-1", "aws"),
        Self::new("ca-west-1", "aws"),
        Self::new("cn-north-1", "aws-cn"),
        Self::new("cn-northwest-1", "aws-cn"),
        Self::new("eu-central-1", "aws"),
        Self::new("eu-central-2", "aws"),
        Self::new("eu-isoe-west-1", "aws-iso-e"),
        Self::new("eu-north-1", "aws"),
        Self::new("eu-south-1", "aws"),
        Self::new("eu-south-2", "aws"),
        Self::new("eu-west-1", "aws"),
        Self::new("eu-west-2", "aws"),
        Self::new("eu-west-3", "aws"),
        Self::new("eusc-de-east-1", "aws-eusc"),
        Self::new("il-central-1", "aws"),
        Self::new("me-central-1", "aws"),
        Self::new("me-south-1", "aws"),
        Self::new("me-west-1", "aws"),
        Self::new("mx-central-1", "aws"),
        Self::new("sa-east-1", "aws"),
        Self::new("sa-west-1", "aws"),
        Self::new("us-east-1", "aws"),
        Self::new("us-east-2", "aws"),
        Self::new("us-gov-east-1", "aws-us-gov"),
        Self::new("us-gov-west-1", "aws-us-gov"),
        Self::new("us-iso-east-1", "aws-iso"),
        Self::new("us-iso-west-1", "aws-iso"),
        Self::new("us-isob-east-1", "aws-iso-b"),
        Self::new("us-isob-west-1", "aws-iso-b"),
        Self::new("us-isof-east-1", "aws-iso-f"),
        Self::new("us-isof-south-1", "aws-iso-f"),
        Self::new("us-west-1", "aws"),
        Self::new("us-west-2", "aws"),
    ];

    const fn new(name: &'static str, partition: &'static str) -> Self {
        Self { name, partition }
    }

    /// The code of the Region, as `eu-west-1`.
    pub fn name(self) -> &'static str {
        self.name
    }

    /// The partition, as `aws` or `aws-cn`.
    pub fn partition(self) -> &'static str {
        self.partition
    }

    /// The Region of that name, as AWS writes it.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let at = Self::ALL.binary_search_by(|region| region.name.cmp(name)).ok()?;
        Self::ALL.get(at).copied()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_region_is_found_by_its_name() {
        assert!(Region::ALL.is_sorted_by(|a, b| a.name < b.name));
        for &region in Region::ALL {
            assert_eq!(Region::named(region.name()), Some(region));
        }
        for unknown in ["", "us-east-9", "US-EAST-1", "aws-global", "us-east-1a", "*"] {
            assert_eq!(Region::named(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn every_partition_has_regions_of_its_own_shape() {
        let partitions: BTreeSet<&str> = Region::ALL.iter().map(|region| region.partition()).collect();
        let known = "aws aws-cn aws-eusc aws-iso aws-iso-b aws-iso-e aws-iso-f aws-us-gov";
        assert_eq!(partitions.into_iter().collect::<Vec<_>>().join(" "), known);
        for &region in Region::ALL {
            let beginnings = [
                ("cn-", "aws-cn"),
                ("eusc-", "aws-eusc"),
                ("us-iso-", "aws-iso"),
                ("us-isob-", "aws-iso-b"),
                ("eu-isoe-", "aws-iso-e"),
                ("us-isof-", "aws-iso-f"),
                ("us-gov-", "aws-us-gov"),
            ];
            let own = beginnings.iter().find(|(start, _)| region.name().starts_with(start));
            assert_eq!(region.partition(), own.map_or("aws", |&(_, partition)| partition));
        }
    }
}
