//! The canonical text of a policy.
//!
//! Elements come in AWS's order, one to a line, indented by four blanks; what was written as a single value stays one.
//! `parse ∘ print` is the identity on trees, and printing what was printed changes nothing.

use crate::ast::{
    ConditionBlock, ConditionEntry, ConditionValue, OneOrMany, OperatorBlock, PolicyDocument, PrincipalBlock,
    PrincipalEntry, Statement,
};
use crate::json::{JsonValue, Member, write_json, write_string};
use crate::span::Spanned;

/// Prints a policy with one element to a line, without a line feed at the end.
pub fn print_policy(document: &PolicyDocument) -> String {
    let mut printer = Printer {
        out: String::new(),
        depth: 0,
    };
    printer.document(document);
    printer.out
}

struct Printer {
    out: String,
    depth: usize,
}

impl Printer {
    fn document(&mut self, document: &PolicyDocument) {
        self.object(|object| {
            if let Some(version) = &document.version {
                object.member("Version", |p| write_string(&mut p.out, version.as_str()));
            }
            if let Some(id) = &document.id {
                object.member("Id", |p| write_string(&mut p.out, id));
            }
            if let Some(statements) = &document.statements {
                object.member("Statement", |p| p.one_or_many(statements, Self::statement));
            }
            object.extra(&document.extra);
        });
    }

    fn statement(&mut self, statement: &Statement) {
        let form = |negated: bool, plain: &'static str, not: &'static str| {
            if negated { not } else { plain }
        };
        self.object(|object| {
            if let Some(sid) = &statement.sid {
                object.member("Sid", |p| write_string(&mut p.out, sid));
            }
            if let Some(effect) = &statement.effect {
                object.member("Effect", |p| write_string(&mut p.out, effect.as_str()));
            }
            if let Some(principal) = &statement.principal {
                object.member(form(principal.negated, "Principal", "NotPrincipal"), |p| {
                    p.principal(&principal.value);
                });
            }
            if let Some(action) = &statement.action {
                object.member(form(action.negated, "Action", "NotAction"), |p| {
                    p.one_or_many(&action.value, |p, action| {
                        write_string(&mut p.out, action.as_str());
                    });
                });
            }
            if let Some(resource) = &statement.resource {
                object.member(form(resource.negated, "Resource", "NotResource"), |p| {
                    p.one_or_many(&resource.value, |p, resource| {
                        write_string(&mut p.out, resource);
                    });
                });
            }
            if let Some(condition) = &statement.condition {
                object.member("Condition", |p| p.condition(condition));
            }
            object.extra(&statement.extra);
        });
    }

    fn principal(&mut self, principal: &PrincipalBlock) {
        match principal {
            PrincipalBlock::Everyone => self.out.push_str("\"*\""),
            PrincipalBlock::Map { entries, extra } => self.object(|object| {
                for PrincipalEntry { principal_type, values } in entries {
                    object.member(principal_type.as_str(), |p| {
                        p.one_or_many(values, |p, value| write_string(&mut p.out, &value.text));
                    });
                }
                object.extra(extra);
            }),
        }
    }

    fn condition(&mut self, condition: &ConditionBlock) {
        self.object(|object| {
            for OperatorBlock { operator, keys, extra } in &condition.operators {
                object.member(&operator.to_string(), |p| {
                    p.object(|object| {
                        for ConditionEntry { key, values } in keys {
                            object.member(key, |p| {
                                p.one_or_many(values, Printer::condition_value);
                            });
                        }
                        object.extra(extra);
                    });
                });
            }
            object.extra(&condition.extra);
        });
    }

    fn condition_value(&mut self, value: &ConditionValue) {
        match value {
            ConditionValue::String(text) => write_string(&mut self.out, text),
            ConditionValue::Number(_) | ConditionValue::Bool(_) => {
                self.out.push_str(value.as_str());
            }
        }
    }

    /// A single value, or a list: on one line if it has at most one item, else one item to a line.
    fn one_or_many<T>(&mut self, values: &OneOrMany<T>, mut write: impl FnMut(&mut Self, &T)) {
        let mut writers: Vec<Item<'_, T>> = values.items.iter().map(Item::Valid).collect();
        writers.extend(values.invalid.iter().map(Item::Invalid));
        let mut one = |printer: &mut Self, item: &Item<'_, T>| match item {
            Item::Valid(value) => write(printer, &value.node),
            Item::Invalid(value) => write_json(&mut printer.out, value),
        };
        match writers.as_slice() {
            [item] if !values.list => one(self, item),
            [] => self.out.push_str("[]"),
            [item] => {
                self.out.push('[');
                one(self, item);
                self.out.push(']');
            }
            items => {
                self.out.push('[');
                self.depth += 1;
                for (index, item) in items.iter().enumerate() {
                    self.line(index);
                    one(self, item);
                }
                self.depth -= 1;
                self.line(0);
                self.out.push(']');
            }
        }
    }

    fn object(&mut self, members: impl FnOnce(&mut Members<'_>)) {
        self.out.push('{');
        self.depth += 1;
        let mut object = Members {
            printer: self,
            count: 0,
        };
        members(&mut object);
        let count = object.count;
        self.depth -= 1;
        if count > 0 {
            self.line(0);
        }
        self.out.push('}');
    }

    /// Begins a line for item `index` of a list, with a comma before all but the first.
    fn line(&mut self, index: usize) {
        self.out.push_str(if index > 0 { ",\n" } else { "\n" });
        self.out.extend(std::iter::repeat_n("    ", self.depth));
    }
}

enum Item<'a, T> {
    Valid(&'a Spanned<T>),
    Invalid(&'a JsonValue),
}

/// The members of an object that is being printed.
struct Members<'a> {
    printer: &'a mut Printer,
    count: usize,
}

impl Members<'_> {
    fn member(&mut self, name: &str, value: impl FnOnce(&mut Printer)) {
        self.printer.line(self.count);
        self.count += 1;
        write_string(&mut self.printer.out, name);
        self.printer.out.push_str(": ");
        value(self.printer);
    }

    fn extra(&mut self, members: &[Member]) {
        for member in members {
            self.member(&member.key, |printer| {
                write_json(&mut printer.out, &member.value);
            });
        }
    }
}
