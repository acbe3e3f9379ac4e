//! The form that a client sends (RFC 6749, 3.2), apart from HTTP.

use std::collections::BTreeMap;

use url::form_urlencoded;

use super::refusal::OAuthError;

/// The parameters of a form, to be taken out one by one; what is left over is ignored. No `Debug`: it holds secrets.
pub(super) struct Form(BTreeMap<String, String>);

impl Form {
    /// Parameters without a value count as left out, repeated ones are refused (RFC 6749, 3.2).
    pub(super) fn parse(body: &[u8]) -> Result<Self, OAuthError> {
        let mut parameters = BTreeMap::new();
        for (name, value) in form_urlencoded::parse(body).into_owned() {
            if parameters.insert(name, value).is_some() {
                return Err(OAuthError::invalid_request("a parameter is repeated"));
            }
        }
        parameters.retain(|_, value| !value.is_empty());
        Ok(Self(parameters))
    }

    /// Takes a parameter out.
    pub(super) fn take(&mut self, name: &str) -> Option<String> {
        self.0.remove(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_decoded_and_empty_ones_left_out() {
        let mut form = Form::parse(b"a=1+2%263&b=&c").ok().unwrap();
        assert_eq!(form.take("a").as_deref(), Some("1 2&3"));
        assert_eq!((form.take("a"), form.take("b"), form.take("c")), (None, None, None));
    }

    #[test]
    fn a_repeated_parameter_is_refused_even_if_empty_or_unknown() {
        for form in ["a=1&a=1", "a=&a=1", "x&x", "a=1&b=2&%61=3"] {
            assert!(Form::parse(form.as_bytes()).is_err(), "{form}");
        }
    }
}
