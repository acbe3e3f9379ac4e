//! TLS to PostgreSQL, as managed databases demand it. The program of these tests is built with it, as that of the image is; the
//! server is one of their own.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::Path;

use reqwest::Method;

use crate::binary::{Home, complaint};
use crate::postgresql_server::Server;

/// Writes a file of the server: it belongs to whoever runs that, and nobody else reads it.
fn write(folder: &Path, name: &str, content: &str) {
    let path = folder.join(name);
    fs::write(&path, content).expect("a file is written");
    let owner = folder.metadata().expect("a folder");
    chown(&path, Some(owner.uid()), Some(owner.gid())).expect("it is the server's");
    fs::set_permissions(&path, Permissions::from_mode(0o600)).expect("nobody else reads it");
}

/// Lets the server speak nothing but TLS, as `localhost`. Returns its certificate.
fn demand_tls(server: &Server) -> String {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let folder = Path::new(&server.cluster).join("data");
    write(&folder, "server.crt", &made.cert.pem());
    write(&folder, "server.key", &made.signing_key.serialize_pem());
    let settings = fs::read_to_string(folder.join("postgresql.conf")).expect("settings");
    write(&folder, "postgresql.conf", &format!("{settings}\nssl = on\n"));
    let clients = fs::read_to_string(folder.join("pg_hba.conf")).expect("rules");
    write(&folder, "pg_hba.conf", &clients.replace("\nhost ", "\nhostssl "));
    server.restart("fast");
    made.cert.pem()
}

#[tokio::test]
async fn the_service_speaks_tls_with_its_database_and_verifies_whom_it_speaks_with() {
    let Some(mut server) = Server::start() else { return };
    let (home, files) = (Home::new(), tempfile::tempdir().expect("a directory"));
    let root = |name: &str, certificate: &str| {
        let path = files.path().join(name);
        fs::write(&path, certificate).expect("a file is written");
        path.display().to_string()
    };
    let right = root("right.pem", &demand_tls(&server));
    let another = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate");
    let another = root("another.pem", &another.cert.pem());
    let plain = server.url.clone();
    let by_name = plain.replace("@127.0.0.1:", "@localhost:");
    assert_ne!(by_name, plain);

    for (url, sign) in [
        (format!("{plain}?sslmode=disable"), "no encryption"),
        (format!("{by_name}?sslmode=verify-full&sslrootcert={another}"), "certificate verify failed"),
        // The certificate is not made out to this address.
        (format!("{plain}?sslmode=verify-full&sslrootcert={right}"), "does not match host name"),
    ] {
        let mut command = home.nasij(["migrate"]);
        command.env("DATABASE_URL", &url);
        let told = complaint(command);
        assert!(told.contains(sign), "{url}: {told}");
    }
    for url in [
        format!("{plain}?sslmode=require"),
        format!("{by_name}?sslmode=verify-full&sslrootcert={right}"),
        // What libpq does unless it is told otherwise: TLS where the server has it.
        plain.clone(),
    ] {
        server.url = url;
        let service = server.serve(&home, []);
        service.request(Method::GET, "/readyz").send().await.expect(200);
    }
}
