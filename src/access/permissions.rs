//! What handlers may ask for: one line a permission, with the scope that the token needs and the roles that may use it.

use super::scopes::{Role, Scope};

/// Something that a handler needs its caller to be allowed.
pub trait Permission: 'static {
    /// The scope that the token must have.
    const SCOPE: Scope;
    /// The roles whose accounts may use it.
    const ROLES: &'static [Role];
}

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident: $scope:ident for $($role:ident),+;)*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy)]
            pub struct $name;

            impl Permission for $name {
                const SCOPE: Scope = Scope::$scope;
                const ROLES: &'static [Role] = &[$(Role::$role),+];
            }
        )*

        #[cfg(test)]
        const ALL: &[(&str, Scope, &[Role])] = &[$((stringify!($name), $name::SCOPE, $name::ROLES)),*];
    };
}

permissions! {
    /// Change cities.
    WriteCities: CitiesWrite for Admin, MinistryOfficer, Integration;
    /// Change editions and what belongs to them.
    WriteEditions: EditionsWrite for Admin, MinistryOfficer, IcsoOfficer, Integration;
    /// Add associations to the register and remove them.
    RegisterAssociations: AssociationsWrite for Admin, MinistryOfficer, Integration;
    /// Change associations; a representative only the own one.
    WriteAssociations: AssociationsWrite for Admin, MinistryOfficer, Integration, AssociationRepresentative;
    /// Nominate; a representative only the own city or association.
    SubmitNominations: NominationsSubmit for
        Admin, MinistryOfficer, IcsoOfficer, CityRepresentative, AssociationRepresentative, Integration;
    /// Read the audit trail.
    ReadAudit: AuditRead for Admin, Auditor;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_may_use_a_permission_can_have_its_scope() {
        for (name, scope, roles) in ALL {
            for role in *roles {
                assert!(role.may_have(*scope), "{name} is for {role}, which can never have {scope}");
            }
        }
    }

    #[test]
    fn auditors_write_nothing() {
        let for_auditors = ALL.iter().filter(|(_, _, roles)| roles.contains(&Role::Auditor));
        assert_eq!(for_auditors.map(|(name, ..)| *name).collect::<Vec<_>>(), ["ReadAudit"]);
    }
}
