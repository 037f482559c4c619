//! Values that are more than text: numbers, dates, booleans, bytes, addresses (C §3).

use std::cmp::Ordering;
use std::net::IpAddr;

/// A decimal number of any size.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Number {
    negative: bool,
    /// Digits before the point, without leading zeros.
    integer: String,
    /// Digits after the point, without trailing zeros.
    fraction: String,
}

impl Number {
    fn magnitude(&self) -> (usize, &str, &str) {
        (self.integer.len(), &self.integer, &self.fraction)
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (false, false) => self.magnitude().cmp(&other.magnitude()),
            (true, true) => other.magnitude().cmp(&self.magnitude()),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// C §3: an optional sign, digits, an optional fraction.
pub(super) fn number(text: &str) -> Option<Number> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (integer, fraction) = match unsigned.split_once('.') {
        Some((integer, fraction)) => (digits(integer)?, digits(fraction)?),
        None => (digits(unsigned)?, ""),
    };
    let integer = integer.trim_start_matches('0').to_owned();
    let fraction = fraction.trim_end_matches('0').to_owned();
    let zero = integer.is_empty() && fraction.is_empty();
    Some(Number {
        negative: text.starts_with('-') && !zero,
        integer,
        fraction,
    })
}

/// One or more digits and nothing else.
fn digits(text: &str) -> Option<&str> {
    (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())).then_some(text)
}

/// A point in time: whole seconds since 1970, and the digits of what is left.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) struct Date {
    seconds: i128,
    /// Without trailing zeros.
    fraction: String,
}

/// C §3: the W3C profile of ISO 8601, or epoch seconds. A time of day has its zone.
pub(super) fn date(text: &str) -> Option<Date> {
    if digits(text).is_some() {
        return Some(Date {
            seconds: text.parse().ok()?,
            fraction: String::new(),
        });
    }
    let (day, time) = match text.split_once(['T', 't']) {
        Some((day, time)) if day.len() == "YYYY-MM-DD".len() => (day, Some(time)),
        Some(_) => return None,
        None => (text, None),
    };
    let days = i128::from(day_number(day)?);
    let (seconds, fraction) = time.map_or(Some((0, "")), time_of_day)?;
    Some(Date {
        seconds: days * 86_400 + i128::from(seconds),
        fraction: fraction.trim_end_matches('0').to_owned(),
    })
}

/// `YYYY-MM` or `YYYY-MM-DD`, in days since 1970-01-01. (`YYYY` alone reads as epoch seconds.)
fn day_number(text: &str) -> Option<i64> {
    let mut parts = text.split('-');
    let year = number_of(parts.next()?, 4)?;
    let month = number_of(parts.next()?, 2)?;
    let day = parts.next().map_or(Some(1), |day| number_of(day, 2))?;
    if parts.next().is_some() || !(1..=12).contains(&month) || !(1..=days_of_month(year, month)).contains(&day) {
        return None;
    }
    let since_year_0 = |year: i64| (0..year).map(days_of_year).sum::<i64>();
    let before_month: i64 = (1..month).map(|month| days_of_month(year, month)).sum();
    Some(since_year_0(year) - since_year_0(1970) + before_month + day - 1)
}

/// `hh:mmTZD`, `hh:mm:ssTZD` or `hh:mm:ss.sTZD`: seconds since midnight UTC, and the digits of the fraction.
fn time_of_day(text: &str) -> Option<(i64, &str)> {
    let zone_at = text.find(['Z', 'z', '+', '-'])?;
    let (clock, zone) = text.split_at(zone_at);
    let (clock, fraction) = match clock.split_once('.') {
        Some((clock, fraction)) if clock.len() == "hh:mm:ss".len() => (clock, digits(fraction)?),
        Some(_) => return None,
        None => (clock, ""),
    };
    let mut parts = clock.split(':');
    let hours = below(24, parts.next()?)?;
    let minutes = below(60, parts.next()?)?;
    let seconds = parts.next().map_or(Some(0), |seconds| below(60, seconds))?;
    if parts.next().is_some() {
        return None;
    }
    Some((hours * 3600 + minutes * 60 + seconds - zone_offset(zone)?, fraction))
}

/// `Z`, `+hh:mm` or `-hh:mm`, in seconds east of UTC.
fn zone_offset(zone: &str) -> Option<i64> {
    if matches!(zone, "Z" | "z") {
        return Some(0);
    }
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let (hours, minutes) = zone.get(1..)?.split_once(':')?;
    Some(sign * (below(24, hours)? * 3600 + below(60, minutes)? * 60))
}

fn below(limit: i64, text: &str) -> Option<i64> {
    number_of(text, 2).filter(|&number| number < limit)
}

/// Exactly `width` digits.
fn number_of(text: &str, width: usize) -> Option<i64> {
    digits(text).filter(|text| text.len() == width)?.parse().ok()
}

fn is_leap(year: i64) -> bool {
    (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
}

fn days_of_year(year: i64) -> i64 {
    if is_leap(year) { 366 } else { 365 }
}

fn days_of_month(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// C §3: `true` or `false`, in any case.
pub(super) fn boolean(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// C §3: base64 with its padding.
pub(super) fn bytes(text: &str) -> Option<Vec<u8>> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    if !text.len().is_multiple_of(4) {
        return None;
    }
    let unpadded = text
        .strip_suffix("==")
        .or_else(|| text.strip_suffix('='))
        .unwrap_or(text);
    let mut bits: Vec<bool> = Vec::new();
    for byte in unpadded.bytes() {
        let value = ALPHABET.iter().position(|&letter| letter == byte)?;
        bits.extend((0..6).rev().map(|bit| value >> bit & 1 == 1));
    }
    let whole = bits.chunks_exact(8);
    // What is left over of the last letter must be zeros.
    if whole.remainder().len() >= 6 || whole.remainder().contains(&true) {
        return None;
    }
    let byte_of = |bits: &[bool]| bits.iter().fold(0, |byte, &bit| byte << 1 | u8::from(bit));
    Some(whole.map(byte_of).collect())
}

/// C §3: an IPv4 or IPv6 address.
pub(super) fn address(text: &str) -> Option<IpAddr> {
    text.parse().ok()
}

/// C §3: an address with the number of bits that count; without a prefix length, all of them.
pub(super) fn range(text: &str) -> Option<(IpAddr, u32)> {
    let (start, prefix) = match text.split_once('/') {
        Some((start, prefix)) => (address(start)?, Some(digits(prefix)?.parse().ok()?)),
        None => (address(text)?, None),
    };
    let bits = if start.is_ipv4() { 32 } else { 128 };
    let prefix = prefix.unwrap_or(bits);
    (prefix <= bits).then_some((start, prefix))
}

/// C §3: whether the first bits agree. An address of the other family is not in the range.
pub(super) fn in_range(address: IpAddr, (start, prefix): (IpAddr, u32)) -> bool {
    match (address, start) {
        (IpAddr::V4(address), IpAddr::V4(start)) => {
            let other = 32 - prefix;
            u64::from(address.to_bits()) >> other == u64::from(start.to_bits()) >> other
        }
        (IpAddr::V6(address), IpAddr::V6(start)) => {
            prefix == 0 || address.to_bits() >> (128 - prefix) == start.to_bits() >> (128 - prefix)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_compared_exactly() {
        let compare = |a: &str, b: &str| number(a).unwrap().cmp(&number(b).unwrap());
        assert_eq!(compare("10", "10.0"), Ordering::Equal);
        assert_eq!(compare("-0", "+0.00"), Ordering::Equal);
        assert_eq!(compare("007", "7"), Ordering::Equal);
        assert_eq!(compare("9", "10"), Ordering::Less);
        assert_eq!(compare("-9", "-10"), Ordering::Greater);
        assert_eq!(compare("-1", "1"), Ordering::Less);
        assert_eq!(compare("1.5", "1.45"), Ordering::Greater);
        assert_eq!(compare("9007199254740993", "9007199254740992"), Ordering::Greater);
        for wrong in [
            "", "+", ".5", "5.", "1e3", " 1", "1 ", "0x1", "NaN", "--1", "1.2.3", "١",
        ] {
            assert_eq!(number(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn dates_are_read_in_every_form() {
        let seconds = |text: &str| date(text).unwrap().seconds;
        assert_eq!(seconds("1970-01-01"), 0);
        assert_eq!(seconds("2000-03-01T00:00:00Z"), 951_868_800);
        assert_eq!(seconds("2024-02-29T12:00Z"), 1_709_208_000);
        assert_eq!(seconds("2024-02"), 1_706_745_600);
        assert_eq!(seconds("2024-02-29T14:00:00+02:00"), 1_709_208_000);
        assert_eq!(seconds("2024-02-29T11:30:00-00:30"), 1_709_208_000);
        assert_eq!(seconds("1969-12-31T23:59:59Z"), -1);
        assert_eq!(seconds("1709208000"), 1_709_208_000);
        assert_eq!(seconds("2024"), 2024);
        assert_eq!(seconds("2024-02-29t12:00:00z"), 1_709_208_000);
        assert!(date("2024-01-01T00:00:00.5Z") > date("2024-01-01T00:00:00.45Z"));
        assert_eq!(date("2024-01-01T00:00:00.50Z"), date("2024-01-01T00:00:00.5Z"));
        for wrong in [
            "",
            "1.5",
            "-5",
            "2024-13",
            "2023-02-29",
            "24-01-01",
            "2024-01-01T24:00Z",
            "2024-01-01T00Z",
            "2024-01T00:00Z",
            "2024-01-01 00:00Z",
            "2024-01-01T00:00:00.Z",
            "2024-01-01T00:00.5Z",
            "2024-01-01T00:00:60Z",
            "2024-01-01T00:00:00",
            "tomorrow",
        ] {
            assert_eq!(date(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn base64_is_read_strictly() {
        assert_eq!(bytes(""), Some(vec![]));
        assert_eq!(bytes("QQ=="), Some(b"A".to_vec()));
        assert_eq!(bytes("QUI="), Some(b"AB".to_vec()));
        assert_eq!(bytes("QUJD"), Some(b"ABC".to_vec()));
        for wrong in ["Q", "QQ", "QQ=", "QR==", "Q===", "====", "QU J", "QU-_"] {
            assert_eq!(bytes(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn ranges_hold_addresses_of_their_family() {
        let check = |value: &str, policy: &str, expected: bool| {
            assert_eq!(
                in_range(address(value).unwrap(), range(policy).unwrap()),
                expected,
                "{value} in {policy}"
            );
        };
        check("10.1.2.3", "10.0.0.0/8", true);
        check("10.1.2.3", "10.9.9.9/8", true);
        check("11.1.2.3", "10.0.0.0/8", false);
        check("10.1.2.3", "10.1.2.3", true);
        check("10.1.2.4", "10.1.2.3", false);
        check("10.1.2.4", "0.0.0.0/0", true);
        check("2001:db8::1", "2001:DB8::/32", true);
        check("2001:db8::1", "2001:db8::", false);
        check("2001:db8::1", "::/0", true);
        check("10.1.2.3", "::/0", false);
        check("::ffff:10.1.2.3", "10.0.0.0/8", false);
        for wrong in [
            "",
            "10.0.0",
            "10.0.0.0/33",
            "10.0.0.0/",
            "10.0.0.0/+8",
            "::/129",
            "10.0.0.0/8/8",
            "10.0.0.*",
        ] {
            assert_eq!(range(wrong), None, "{wrong}");
        }
    }
}
