//! `Condition`: operators, set operators, missing keys.

use bailiwick_grammar::ast::{ConditionBlock, ConditionEntry};
use bailiwick_grammar::{OperatorName, SetOperator};

use super::arn::arn_like;
use super::glob::{Piece, matches};
use super::operator::{Comparison, meaning};
use super::request::equal_ignoring_case;
use super::value::{address, boolean, bytes, date, in_range, number, range};
use super::variable::{Scope, substitute};
use crate::answer::ContextValue;

/// C §1: all operators and all keys must hold.
pub(super) fn holds(block: &ConditionBlock, scope: Scope<'_>) -> bool {
    block.operators.iter().all(|operator| {
        let name = operator.operator.node;
        operator.keys.iter().all(|entry| entry_holds(name, entry, scope))
    })
}

/// C §2: one operator on one key.
fn entry_holds(name: OperatorName, entry: &ConditionEntry, scope: Scope<'_>) -> bool {
    let (comparison, negated) = meaning(name.operator());
    let request = scope.request.value(&entry.key);
    let listed: Vec<&str> = entry.values.items.iter().map(|value| value.as_str()).collect();
    let test = Test {
        comparison,
        negated,
        listed: &listed,
        scope,
    };
    match (comparison, name.set()) {
        (Comparison::Null, None) => listed.iter().any(|wanted| null_holds(wanted, request)),
        (Comparison::Null, Some(set)) => set == SetOperator::ForAllValues,
        (_, None) => test.plain(name.if_exists(), request),
        (_, Some(SetOperator::ForAllValues)) => test.for_all_values(request),
        (_, Some(SetOperator::ForAnyValue)) => test.for_any_value(request),
    }
}

/// C §2, `Null`: `true` holds where the key is absent, `false` where it has a value.
fn null_holds(wanted: &str, request: Option<&ContextValue>) -> bool {
    boolean(wanted) == Some(request.is_none_or(is_null))
}

/// C §2, "Present value": an empty string is null; so is a set of nothing but empty strings. A set of nothing is there.
fn is_null(value: &ContextValue) -> bool {
    match value {
        ContextValue::Single(value) => value.is_empty(),
        ContextValue::Multi(values) => !values.is_empty() && values.iter().all(String::is_empty),
    }
}

/// One operator with its policy values.
struct Test<'a> {
    comparison: Comparison,
    negated: bool,
    listed: &'a [&'a str],
    scope: Scope<'a>,
}

impl Test<'_> {
    /// An operator without a set operator.
    fn plain(&self, if_exists: bool, request: Option<&ContextValue>) -> bool {
        match request {
            // C §2, missing keys: IfExists and negated operators hold; an empty list holds with IfExists only.
            None => if_exists || (self.negated && !self.listed.is_empty()),
            Some(ContextValue::Single(value)) => self.value_satisfies(value),
            Some(ContextValue::Multi(_)) => false,
        }
    }

    /// C §2, `ForAllValues`: every value of the request satisfies the operator; true where there is none. `IfExists` adds nothing.
    fn for_all_values(&self, request: Option<&ContextValue>) -> bool {
        match request {
            None => true,
            Some(value) if is_null(value) => true,
            Some(ContextValue::Single(value)) => self.value_satisfies(value),
            Some(ContextValue::Multi(values)) => values.iter().all(|value| self.value_satisfies(value)),
        }
    }

    /// C §2, `ForAnyValue`: a value of the request satisfies the operator; false where there is none. `IfExists` adds nothing.
    fn for_any_value(&self, request: Option<&ContextValue>) -> bool {
        match request {
            None => false,
            Some(ContextValue::Single(value)) => self.value_satisfies(value),
            Some(ContextValue::Multi(values)) => values.iter().any(|value| self.value_satisfies(value)),
        }
    }

    /// C §1 and §2, "Present value": a positive operator wants any of the policy values to match, a negated one that none does,
    /// that all can be read, and that there are some.
    fn value_satisfies(&self, request: &str) -> bool {
        let mut compared = self.listed.iter().map(|policy| self.compare(request, policy));
        if self.negated {
            !self.listed.is_empty() && compared.all(|matched| matched == Some(false))
        } else {
            compared.any(|matched| matched == Some(true))
        }
    }

    /// C §2 and §3: whether the request value matches the policy value; nothing where one of them cannot be read.
    fn compare(&self, request: &str, policy: &str) -> Option<bool> {
        match self.comparison {
            Comparison::Text => Some(self.replaced_text(policy).is_some_and(|policy| policy == request)),
            Comparison::TextIgnoringCase => {
                let policy = self.replaced_text(policy);
                Some(policy.is_some_and(|policy| equal_ignoring_case(&policy, request)))
            }
            Comparison::Pattern => Some(self.replaced(policy).is_some_and(|policy| matches(&policy, request))),
            Comparison::Arn => Some(self.replaced(policy).is_some_and(|policy| arn_like(&policy, request))),
            Comparison::Number(order) => Some(order.holds(number(request)?.cmp(&number(policy)?))),
            Comparison::Date(order) => Some(order.holds(date(request)?.cmp(&date(policy)?))),
            Comparison::Bool => Some(boolean(request)? == boolean(&self.replaced_text(policy)?)?),
            Comparison::Binary => Some(bytes(request)? == bytes(policy)?),
            Comparison::Address => Some(in_range(address(request)?, range(policy)?)),
            Comparison::Null => None,
        }
    }

    /// C §2, column "vars": the policy value with its variables replaced.
    fn replaced(&self, policy: &str) -> Option<Vec<Piece>> {
        substitute(policy, self.scope)
    }

    /// The same for an operator without wildcards.
    fn replaced_text(&self, policy: &str) -> Option<String> {
        Some(self.replaced(policy)?.into_iter().map(Piece::char).collect())
    }
}
