//! The private key of an institution on its officer's own machine, from a PEM file, and signing with it. The service never
//! sees one.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _};
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::pki_types::pem::PemObject as _;

use super::jwk::InstitutionJwk;
use super::signature::{InstitutionSignature, Statement, TYPE};
use crate::access::accounts::Curve;
use crate::access::keys::detached_jws::Unsigned;
use crate::database::types::keyword;
use crate::error::{Error, Result};

/// A private key. No `Debug`: it is a secret.
pub struct PrivateKey {
    pair: Pair,
    jwk: InstitutionJwk,
}

enum Pair {
    P256(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
}

impl PrivateKey {
    /// The key of a PEM text: PKCS #8 (RFC 5958), not encrypted.
    ///
    /// # Errors
    /// A sentence for whoever wants to sign.
    pub fn of_pem(pem: &str) -> Result<Self> {
        let unfit = || {
            Error::configuration(
                "this is no private key on P-256 or Ed25519 as PEM (PKCS #8, not encrypted); `openssl pkcs8 -topk8 \
                 -nocrypt` writes one anew",
            )
        };
        let der = PrivatePkcs8KeyDer::from_pem_slice(pem.as_bytes()).map_err(|_| unfit())?;
        let der = der.secret_pkcs8_der();
        let p256 = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, der).map(Pair::P256);
        let pair =
            p256.or_else(|_| Ed25519KeyPair::from_pkcs8(der).map(Pair::Ed25519)).map_err(|_| unfit())?;
        let jwk = match &pair {
            Pair::P256(pair) => InstitutionJwk::of_bytes(Curve::P256, pair.public_key().as_ref()),
            Pair::Ed25519(pair) => InstitutionJwk::of_bytes(Curve::Ed25519, pair.public_key().as_ref()),
        };
        Ok(Self { pair, jwk: jwk.ok_or_else(unfit)? })
    }

    /// Its public part.
    pub fn jwk(&self) -> &InstitutionJwk {
        &self.jwk
    }

    /// Signs a statement.
    pub fn sign(&self, statement: &Statement) -> Result<InstitutionSignature> {
        let unsigned = Unsigned::new(&keyword(&self.jwk.alg), &self.jwk.kid, TYPE, &statement.payload());
        let message = unsigned.message.as_bytes();
        let signature = match &self.pair {
            Pair::P256(pair) => pair.sign(&SystemRandom::new(), message).map_err(Error::internal)?,
            Pair::Ed25519(pair) => pair.sign(message),
        };
        let signature = self.jwk.only_form(signature.as_ref().to_vec());
        Ok(InstitutionSignature { jws: unsigned.signed(&signature), jwk: self.jwk.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::keys::detached_jws::SignatureFault;
    use crate::database::types::Id;
    use crate::editions::criteria::NominationKind;
    use crate::selection::designations::rules::Institution;

    fn statement() -> Statement {
        Statement {
            designation_id: "01938d6e-6f3c-7c2a-9a51-2f6d1c0b7e11".parse().unwrap(),
            digest: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08".to_owned(),
            edition_year: 2027,
            institution: Institution::Ministry,
            kind: NominationKind::City,
        }
    }

    fn keys() -> [PrivateKey; 2] {
        [&rcgen::PKCS_ECDSA_P256_SHA256, &rcgen::PKCS_ED25519].map(|algorithm| {
            let pair = rcgen::KeyPair::generate_for(algorithm).unwrap();
            PrivateKey::of_pem(&pair.serialize_pem()).unwrap()
        })
    }

    #[test]
    fn the_payload_is_what_the_documents_say() {
        assert_eq!(
            statement().payload(),
            "{\"designation_id\":\"01938d6e-6f3c-7c2a-9a51-2f6d1c0b7e11\",\"digest\":\
             \"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\",\"edition_year\":2027,\
             \"institution\":\"ministry\",\"kind\":\"city\"}"
        );
    }

    #[test]
    fn a_signature_holds_for_its_statement_and_key_alone() {
        for (key, other) in keys().iter().zip(keys()) {
            let signature = key.sign(&statement()).unwrap();
            assert_eq!(signature.verify(&statement()), Ok(()));
            for changed in [
                Statement { designation_id: Id::new(), ..statement() },
                Statement { digest: "0".repeat(64), ..statement() },
                Statement { edition_year: 2028, ..statement() },
                Statement { institution: Institution::Icso, ..statement() },
                Statement { kind: NominationKind::Association, ..statement() },
            ] {
                assert_eq!(signature.verify(&changed), Err(SignatureFault::Forged), "{changed:?}");
            }
            let foreign = InstitutionSignature { jwk: other.jwk().clone(), ..signature.clone() };
            assert_eq!(foreign.verify(&statement()), Err(SignatureFault::WrongKey));
            let disguised = InstitutionJwk { kid: key.jwk().kid.clone(), ..other.jwk().clone() };
            let disguised = InstitutionSignature { jwk: disguised, ..signature };
            assert_eq!(disguised.verify(&statement()), Err(SignatureFault::WrongKey));
        }
    }

    #[test]
    fn what_is_no_private_key_is_told_so() {
        let public = rcgen::KeyPair::generate().unwrap().public_key_pem();
        let other = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384).unwrap().serialize_pem();
        for pem in ["", "sesame", &public, &other] {
            let told = PrivateKey::of_pem(pem).err().unwrap().to_string();
            assert!(told.contains("PKCS #8"), "{told}");
        }
    }
}
