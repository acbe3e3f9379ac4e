//! The one form of an ECDSA signature on P-256. Whoever has a signature (r, s) can make another, (r, n − s), that verifies
//! as well, without the key. Of the two only the one with the low s counts: a signature that was altered never holds.

use std::cmp::Ordering;

/// The order n of the curve, big-endian (FIPS 186-5; SEC 2, 2.4.2).
const ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc,
    0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

/// Half of it, rounded down: the largest s that is low.
const HALF: [u8; 32] = [
    0x7f, 0xff, 0xff, 0xff, 0x80, 0x00, 0x00, 0x00, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xde,
    0x73, 0x7d, 0x56, 0xd3, 0x8b, 0xcf, 0x42, 0x79, 0xdc, 0xe5, 0x61, 0x7e, 0x31, 0x92, 0xa8,
];

/// Whether a signature of 64 bytes, r and s (RFC 7518, 3.4), has a low s.
pub(crate) fn is_low(signature: &[u8]) -> bool {
    signature.len() == 64 && signature[32..].cmp(&HALF) != Ordering::Greater
}

/// The form with the low s of a signature that verifies. What is no signature stays as it is.
pub(crate) fn lowered(mut signature: Vec<u8>) -> Vec<u8> {
    if signature.len() == 64 && !is_low(&signature) && signature[32..] < ORDER[..] {
        negate(&mut signature[32..]);
    }
    signature
}

/// s becomes n − s.
fn negate(s: &mut [u8]) {
    let mut borrow = false;
    for (digit, of_order) in s.iter_mut().zip(ORDER).rev() {
        let (difference, first) = of_order.overflowing_sub(*digit);
        let (difference, second) = difference.overflowing_sub(u8::from(borrow));
        (*digit, borrow) = (difference, first || second);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_s(s: [u8; 32]) -> Vec<u8> {
        [[7; 32], s].concat()
    }

    fn small(s: u8) -> [u8; 32] {
        let mut number = [0; 32];
        number[31] = s;
        number
    }

    #[test]
    fn half_is_half() {
        let mut doubled = [0; 32];
        let mut carry = 0;
        for place in (0..32).rev() {
            let sum = u16::from(HALF[place]) * 2 + carry;
            (doubled[place], carry) = ((sum & 0xff) as u8, sum >> 8);
        }
        doubled[31] += 1;
        assert_eq!((doubled, carry), (ORDER, 0), "the order is odd");
    }

    #[test]
    fn of_two_forms_one_is_low() {
        let mut above = HALF;
        above[31] += 1;
        assert!(is_low(&with_s(HALF)) && !is_low(&with_s(above)));
        assert_eq!(lowered(with_s(above)), with_s(HALF));
        let mut high = ORDER;
        high[31] -= 5;
        assert_eq!(lowered(with_s(high)), with_s(small(5)));
        assert_eq!(lowered(with_s(small(5))), with_s(small(5)));
    }

    #[test]
    fn what_is_no_signature_is_not_made_one() {
        for other in [vec![], vec![0xff; 63], with_s(ORDER), vec![0xff; 64], vec![0xff; 65]] {
            assert_eq!(lowered(other.clone()), other);
            assert!(!is_low(&other), "{other:?}");
        }
    }
}
