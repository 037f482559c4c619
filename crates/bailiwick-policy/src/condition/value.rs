//! The typed values of conditions: numbers, dates, address ranges, booleans, bytes.
//!
//! AWS: IAM User Guide, "IAM JSON policy elements: Condition operators".

use std::cmp::Ordering;
use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use nom::branch::alt;
use nom::bytes::complete::{tag_no_case, take_while_m_n, take_while1};
use nom::character::complete::{char, one_of};
use nom::combinator::{all_consuming, map_opt, opt, value};
use nom::sequence::preceded;
use nom::{IResult, Parser};

/// A decimal number of any size: `10` and `10.0` are the same.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub struct Number {
    negative: bool,     // INVARIANT: false for zero
    integer: Box<str>,  // INVARIANT: no leading zero
    fraction: Box<str>, // INVARIANT: no trailing zero
}

impl Number {
    /// Reads an optional sign, digits and an optional fraction.
    pub fn parse(text: &str) -> Option<Self> {
        Decimal::parse(text).map(|decimal| Self {
            negative: decimal.negative,
            integer: decimal.integer.into(),
            fraction: decimal.fraction.into(),
        })
    }

    /// The number, for comparing.
    pub(super) fn as_decimal(&self) -> Decimal<'_> {
        Decimal {
            negative: self.negative,
            integer: &self.integer,
            fraction: &self.fraction,
        }
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_decimal().cmp(&other.as_decimal())
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A [`Number`] where it is written.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Decimal<'a> {
    negative: bool,
    integer: &'a str,
    fraction: &'a str,
}

impl<'a> Decimal<'a> {
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        let digits = || take_while1::<_, _, nom::error::Error<&str>>(|c: char| c.is_ascii_digit());
        let (_, (sign, integer, fraction)) =
            all_consuming((opt(one_of("+-")), digits(), opt(preceded(char('.'), digits()))))
                .parse(text)
                .ok()?;
        let integer = integer.trim_start_matches('0');
        let fraction = fraction.unwrap_or_default().trim_end_matches('0');
        let zero = integer.is_empty() && fraction.is_empty();
        Some(Self {
            negative: sign == Some('-') && !zero,
            integer,
            fraction,
        })
    }
}

impl Ord for Decimal<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        let magnitude = (self.integer.len().cmp(&other.integer.len()))
            .then_with(|| self.integer.cmp(other.integer))
            .then_with(|| self.fraction.cmp(other.fraction));
        match (self.negative, other.negative) {
            (false, false) => magnitude,
            (true, true) => magnitude.reverse(),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }
}

impl PartialOrd for Decimal<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A point in time: seconds since 1970-01-01T00:00:00Z and nanoseconds.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct Date {
    seconds: i64,
    nanoseconds: u32,
}

impl Date {
    /// The earliest that can be written: year 0 in the easternmost zone.
    pub(super) const EARLIEST: Self = Self {
        seconds: -62_167_219_200 - (23 * 3600 + 59 * 60),
        nanoseconds: 0,
    };

    /// The latest that can be written, as a number of seconds.
    pub(super) const LATEST: Self = Self {
        seconds: i64::MAX,
        nanoseconds: 0,
    };

    /// Reads a date of the W3C profile of ISO 8601, whose missing parts are the beginning of the period in UTC, or a whole number of
    /// seconds since 1970.
    pub fn parse(text: &str) -> Option<Self> {
        let seconds: IResult<&str, i64> = all_consuming(nom::character::complete::i64).parse(text);
        match seconds {
            Ok((_, seconds)) => (seconds >= 0).then_some(Self {
                seconds,
                nanoseconds: 0,
            }),
            Err(_) => all_consuming(date).parse(text).ok().map(|(_, date)| date),
        }
    }
}

fn number(digits: usize) -> impl Fn(&str) -> IResult<&str, u32> {
    move |input| {
        let digits = take_while_m_n(digits, digits, |c: char| c.is_ascii_digit());
        map_opt(digits, |digits: &str| digits.parse().ok()).parse(input)
    }
}

fn date(input: &str) -> IResult<&str, Date> {
    let month_day = (
        preceded(char('-'), number(2)),
        opt((preceded(char('-'), number(2)), opt(time_of_day))),
    );
    map_opt((number(4), opt(month_day)), |(year, rest)| {
        let (month, rest) = rest.map_or((1, None), |(month, rest)| (month, rest));
        let (day, time) = rest.unwrap_or((1, None));
        let (second_of_day, nanoseconds, offset) = time.unwrap_or_default();
        let month = time::Month::try_from(u8::try_from(month).ok()?).ok()?;
        let date = time::Date::from_calendar_date(i32::try_from(year).ok()?, month, u8::try_from(day).ok()?).ok()?;
        let days = i64::from(date.to_julian_day()) - 2_440_588;
        Some(Date {
            seconds: days * 86_400 + second_of_day - offset,
            nanoseconds,
        })
    })
    .parse(input)
}

/// `Thh:mm`, `Thh:mm:ss` or `Thh:mm:ss.s`, each with a zone: the second of the day, nanoseconds, the zone's offset in
/// seconds.
fn time_of_day(input: &str) -> IResult<&str, (i64, u32, i64)> {
    let seconds = preceded(char(':'), (number(2), opt(preceded(char('.'), fraction))));
    let time = (
        preceded(one_of("Tt"), number(2)),
        preceded(char(':'), number(2)),
        opt(seconds),
        zone,
    );
    map_opt(time, |(hour, minute, seconds, zone)| {
        let (second, fraction) = seconds.unwrap_or_default();
        let valid = hour < 24 && minute < 60 && second < 60;
        let second_of_day = i64::from(hour * 3600 + minute * 60 + second);
        valid.then(|| (second_of_day, fraction.unwrap_or_default(), zone))
    })
    .parse(input)
}

/// The digits behind the decimal point, as nanoseconds.
fn fraction(input: &str) -> IResult<&str, u32> {
    let digits = take_while1(|c: char| c.is_ascii_digit());
    map_opt(digits, |digits: &str| {
        let leading = &digits[..digits.len().min(9)];
        let scale = 10_u32.pow(9 - u32::try_from(leading.len()).ok()?);
        Some(leading.parse::<u32>().ok()? * scale)
    })
    .parse(input)
}

/// `Z` or `±hh:mm`, in seconds.
fn zone(input: &str) -> IResult<&str, i64> {
    let sign = alt((value(1, char('+')), value(-1, char('-'))));
    let offset = map_opt(
        (sign, number(2), preceded(char(':'), number(2))),
        |(sign, hours, minutes)| (hours < 24 && minutes < 60).then(|| sign * i64::from(hours * 3600 + minutes * 60)),
    );
    alt((value(0, tag_no_case("Z")), offset)).parse(input)
}

/// A range of addresses of one family.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct AddressRange {
    address: IpAddr,
    prefix: u8, // INVARIANT: at most the number of bits of the family
}

impl AddressRange {
    /// Reads an address, which is a range of one, or `address/prefix`.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let bits = if address.is_ipv4() { 32 } else { 128 };
        let prefix = match prefix {
            Some(prefix) if prefix.bytes().all(|byte| byte.is_ascii_digit()) => prefix.parse().ok()?,
            Some(_) => return None,
            None => bits,
        };
        (prefix <= bits).then_some(Self { address, prefix })
    }

    /// The address as it was written; bits behind the prefix do not count.
    pub fn address(&self) -> IpAddr {
        self.address
    }

    /// The number of leading bits that count.
    pub fn prefix(&self) -> u8 {
        self.prefix
    }

    /// The first address behind the range; none behind the last of the family.
    pub(super) fn next_address(&self) -> Option<IpAddr> {
        match self.address {
            IpAddr::V4(address) => {
                let host = u32::MAX.checked_shr(u32::from(self.prefix)).unwrap_or(0);
                (address.to_bits() | host)
                    .checked_add(1)
                    .map(|bits| IpAddr::V4(bits.into()))
            }
            IpAddr::V6(address) => {
                let host = u128::MAX.checked_shr(u32::from(self.prefix)).unwrap_or(0);
                (address.to_bits() | host)
                    .checked_add(1)
                    .map(|bits| IpAddr::V6(bits.into()))
            }
        }
    }

    /// Whether the range holds an address. An address of the other family is in no range.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(range), IpAddr::V4(address)) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(self.prefix)).unwrap_or(0);
                (range.to_bits() ^ address.to_bits()) & mask == 0
            }
            (IpAddr::V6(range), IpAddr::V6(address)) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(self.prefix)).unwrap_or(0);
                (range.to_bits() ^ address.to_bits()) & mask == 0
            }
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

/// Reads `true` or `false`, in any case.
pub fn parse_bool(text: &str) -> Option<bool> {
    match text {
        _ if text.eq_ignore_ascii_case("true") => Some(true),
        _ if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// Whether a text is bytes written in base64, with padding. Equal bytes are written alike.
pub fn is_binary(text: &str) -> bool {
    const BLOCK: usize = 1024;
    let mut bytes = [0; BLOCK];
    let blocks = text.as_bytes().chunks(BLOCK);
    let last = blocks.len().saturating_sub(1);
    // Padding stands at the end only.
    let padded_within = |at: usize, block: &[u8]| at < last && block.contains(&b'=');
    blocks
        .enumerate()
        .all(|(at, block)| !padded_within(at, block) && STANDARD.decode_slice(block, &mut bytes).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn number_order(a: &str, b: &str, expected: Ordering) {
        assert_eq!(
            Number::parse(a).unwrap().cmp(&Number::parse(b).unwrap()),
            expected,
            "{a} {b}"
        );
    }

    #[test]
    fn numbers_compare_by_value_at_any_size() {
        number_order("10", "10.0", Ordering::Equal);
        number_order("+007.50", "7.5", Ordering::Equal);
        number_order("-0", "0.0", Ordering::Equal);
        number_order("-2", "1", Ordering::Less);
        number_order("-2", "-10", Ordering::Greater);
        number_order("0.09", "0.1", Ordering::Less);
        number_order("9007199254740993", "9007199254740992", Ordering::Greater);
        for wrong in ["", "x", "1e3", ".5", "1.", "1 ", "--1", "0x1"] {
            assert_eq!(Number::parse(wrong), None, "{wrong}");
        }
    }

    #[track_caller]
    fn same_time(a: &str, b: &str) {
        assert_eq!(Date::parse(a).unwrap(), Date::parse(b).unwrap(), "{a} {b}");
    }

    #[test]
    fn missing_parts_of_a_date_are_the_beginning_of_the_period() {
        same_time("2020-01-01", "2020-01-01T00:00:00Z");
        same_time("2020-04", "2020-04-01T00:00Z");
        same_time("2020-04-01T00:00:00Z", "1585699200");
        same_time("1970-01-01T00:00:00Z", "0");
        same_time("2020-04-01T02:00:00+02:00", "2020-04-01T00:00:00Z");
        same_time("2020-03-31T19:30:00.50-04:30", "2020-04-01t00:00:00.5z");
        assert!(Date::parse("2020-01-01T00:00:00.1Z") > Date::parse("2020-01-01T00:00:00Z"));
        assert_eq!(Date::parse("0000-01-01T00:00+23:59"), Some(Date::EARLIEST));
        assert_eq!(Date::parse("9223372036854775807"), Some(Date::LATEST));
        for wrong in [
            "",
            "2020-13-01",
            "2020-02-30",
            "2020-1-1",
            "2020-01-01T25:00Z",
            "tomorrow",
            "2020-01-01T00:00:00+0200",
            "2020-01-01T00:00:00",
            "2020-01-01T00:00:60Z",
            "-1",
        ] {
            assert_eq!(Date::parse(wrong), None, "{wrong}");
        }
    }

    #[track_caller]
    fn in_range(range: &str, address: &str, expected: bool) {
        let range = AddressRange::parse(range).unwrap();
        assert_eq!(range.contains(address.parse().unwrap()), expected);
    }

    #[test]
    fn address_ranges_ignore_host_bits_and_the_other_family() {
        in_range("203.0.113.0/24", "203.0.113.255", true);
        in_range("203.0.113.77/24", "203.0.113.1", true);
        in_range("203.0.113.0/24", "203.0.114.0", false);
        in_range("203.0.113.1", "203.0.113.1", true);
        in_range("0.0.0.0/0", "255.255.255.255", true);
        in_range("0.0.0.0/0", "::1", false);
        in_range("2001:db8::/32", "2001:db8:1::", true);
        in_range("2001:db8::1", "2001:db8::2", false);
        in_range("::/0", "::1", true);
        for wrong in ["", "10.0.0.0/33", "10.0.0", "10.0.0.0/", "10.0.0.0/+8", "::/129"] {
            assert_eq!(AddressRange::parse(wrong), None, "{wrong}");
        }
    }
}
