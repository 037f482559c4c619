//! The part of JSON Schema 2020-12 that `docs/schemas/` uses, and of draft 7 that the schema of SARIF uses. A keyword that is not known
//! here fails, so none is passed over.

use serde_json::Value;

/// Says where and why a value does not conform, or nothing.
pub(crate) fn check(schema: &Value, value: &Value) -> Result<(), String> {
    Checker { root: schema }.check(schema, value, "")
}

struct Checker<'a> {
    root: &'a Value,
}

impl Checker<'_> {
    fn check(&self, schema: &Value, value: &Value, at: &str) -> Result<(), String> {
        let fail = |why: String| Err(format!("{at}: {why}: {value}"));
        if schema == &Value::Bool(true) {
            return Ok(());
        }
        for (keyword, operand) in schema.as_object().expect("a schema is an object") {
            match keyword.as_str() {
                // `format` is no more than a remark unless one asks for more.
                "$schema" | "$id" | "$defs" | "definitions" | "title" | "description" | "format" => {}
                "$ref" => {
                    let pointer = operand.as_str().unwrap().strip_prefix('#').unwrap();
                    let target = self.root.pointer(pointer).expect("a reference has a target");
                    self.check(target, value, at)?;
                }
                "type" => {
                    let types = operand.as_array().map_or(std::slice::from_ref(operand), Vec::as_slice);
                    if !types.iter().any(|name| has_type(value, name.as_str().unwrap())) {
                        return fail(format!("not {operand}"));
                    }
                }
                "enum" => {
                    if !operand.as_array().unwrap().contains(value) {
                        return fail(format!("none of {operand}"));
                    }
                }
                "anyOf" | "oneOf" => {
                    let branches = operand.as_array().unwrap().iter();
                    let results: Vec<_> = branches.map(|branch| self.check(branch, value, at)).collect();
                    let conforming = results.iter().filter(|result| result.is_ok()).count();
                    if conforming == 0 || (keyword == "oneOf" && conforming > 1) {
                        return fail(format!("conforms to {conforming} branches of {keyword}: {results:?}"));
                    }
                }
                "required" => {
                    for name in operand.as_array().unwrap() {
                        if value.is_object() && value.get(name.as_str().unwrap()).is_none() {
                            return fail(format!("lacks {name}"));
                        }
                    }
                }
                "properties" => {
                    for (name, member) in value.as_object().into_iter().flatten() {
                        if let Some(schema) = operand.get(name) {
                            self.check(schema, member, &format!("{at}/{name}"))?;
                        }
                    }
                }
                "additionalProperties" => {
                    let properties = schema.get("properties");
                    for (name, member) in value.as_object().into_iter().flatten() {
                        if properties.is_some_and(|properties| properties.get(name).is_some()) {
                            continue;
                        }
                        if operand == &Value::Bool(false) {
                            return fail(format!("has the unknown member {name}"));
                        }
                        self.check(operand, member, &format!("{at}/{name}"))?;
                    }
                }
                "items" => {
                    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                        self.check(operand, item, &format!("{at}/{index}"))?;
                    }
                }
                _ => bound(keyword, operand, value).map_err(|why| format!("{at}: {why}: {value}"))?,
            }
        }
        Ok(())
    }
}

/// Says which bound a value exceeds, or nothing.
fn bound(keyword: &str, operand: &Value, value: &Value) -> Result<(), String> {
    match keyword {
        "minLength" | "maxLength" => {
            let length = value.as_str().map(|text| text.chars().count() as u64);
            let limit = operand.as_u64().unwrap();
            if length.is_some_and(|length| {
                if keyword == "minLength" {
                    length < limit
                } else {
                    length > limit
                }
            }) {
                return Err(format!("{keyword} is {limit}"));
            }
        }
        "minItems" => {
            if value
                .as_array()
                .is_some_and(|items| (items.len() as u64) < operand.as_u64().unwrap())
            {
                return Err(format!("has less than {operand} items"));
            }
        }
        "uniqueItems" => {
            let items = value.as_array().map_or(&[][..], Vec::as_slice);
            let repeated = (1..items.len()).any(|at| items[..at].contains(&items[at]));
            if operand == &Value::Bool(true) && repeated {
                return Err("has an item twice".to_owned());
            }
        }
        "minimum" | "maximum" => {
            let limit = operand.as_f64().unwrap();
            if value.as_f64().is_some_and(|number| {
                if keyword == "minimum" {
                    number < limit
                } else {
                    number > limit
                }
            }) {
                return Err(format!("{keyword} is {limit}"));
            }
        }
        "pattern" => assert!(!value.is_string(), "patterns are not checked here"),
        unknown => panic!("the checker does not know the keyword `{unknown}`"),
    }
    Ok(())
}

fn has_type(value: &Value, name: &str) -> bool {
    match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        unknown => panic!("there is no type `{unknown}`"),
    }
}
