//! `overlay.tsv`: reviewed corrections of what the packages get wrong or lack.

use super::facts::{ConditionKey, Facts, Service};

/// Applies every row; a row that changes nothing is stale, and an error.
pub(super) fn apply(overlay: &str, facts: &mut Facts) -> Result<(), String> {
    for (number, line) in overlay.lines().enumerate() {
        if !line.starts_with('#') && !line.is_empty() {
            apply_row(line, facts).map_err(|wrong| format!("overlay.tsv:{}: {wrong}", number + 1))?;
        }
    }
    Ok(())
}

fn apply_row(line: &str, facts: &mut Facts) -> Result<(), String> {
    let [kind, page, name, value, reason] = line.split('\t').collect::<Vec<_>>()[..] else {
        return Err("a row has five fields".to_owned());
    };
    if reason.is_empty() {
        return Err("a row needs a reason".to_owned());
    }
    let changed = match kind {
        "key" => {
            let key = ConditionKey {
                name: name.to_owned(),
                types: value.to_owned(),
            };
            let table = match page {
                "global" => &mut facts.global_condition_keys,
                "oidc" => &mut facts.oidc_condition_keys,
                prefix => &mut service(facts, prefix)?.condition_keys,
            };
            table.insert(name.to_ascii_lowercase(), key.clone()) != Some(key)
        }
        "arn" => {
            let resource_type = service(facts, page)?.resource_types.get_mut(&name.to_ascii_lowercase());
            let resource_type = resource_type.ok_or_else(|| format!("no resource type `{name}`"))?;
            std::mem::replace(&mut resource_type.arn_formats, value.to_owned()) != value
        }
        unknown => return Err(format!("no kind of row `{unknown}`")),
    };
    if changed {
        Ok(())
    } else {
        Err(format!("`{name}` is right without this row: remove it"))
    }
}

fn service<'f>(facts: &'f mut Facts, prefix: &str) -> Result<&'f mut Service, String> {
    facts
        .services
        .get_mut(prefix)
        .ok_or_else(|| format!("no service `{prefix}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_that_changes_nothing_is_stale() {
        let row = "key\tglobal\taws:TagKeys\tArrayOfString\twhy\n";
        let mut facts = Facts::default();
        assert_eq!(apply(row, &mut facts), Ok(()));
        assert_eq!(
            apply(row, &mut facts).unwrap_err(),
            "overlay.tsv:1: `aws:TagKeys` is right without this row: remove it"
        );
    }

    #[test]
    fn a_row_needs_a_reason_and_a_service() {
        assert!(apply("key\tglobal\taws:TagKeys\tArrayOfString\t\n", &mut Facts::default()).is_err());
        assert!(
            apply("arn\tnone\tx\ty\twhy\n", &mut Facts::default())
                .unwrap_err()
                .contains("no service `none`")
        );
    }
}
