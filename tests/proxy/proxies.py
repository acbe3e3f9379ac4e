"""Two instances of the service behind real proxies: what a client is told, whatever becomes of the instances.

Started by `tests/proxy/run`, which names the programs. Prints a line for each thing that is looked at, and ends with 1 when
one of them is not as it should be. Linux: its clients ask from several addresses of 127.0.0.0/8.
"""

import base64
import collections
import concurrent.futures
import contextlib
import http.client
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
import uuid

ROOT = pathlib.Path(__file__).resolve().parents[2]

LARGEST_DOCUMENT = 10 * 1024 * 1024
UPLOADS = 20
AT_A_TIME = 8
# Longer than a server that has answered waits for what is still on its way.
SLOW_SECONDS = 7
PATIENCE = 30
PROBLEM = "application/problem+json"

# Who asks: a client, and a proxy on the host of docker-compose.yml, which Caddy and the service believe.
CLIENT, HOST_PROXY = "127.0.0.2", "127.0.0.9"
ELSEWHERE = "203.0.113.7"

failed = []


def check(name, well, told=""):
    """Notes and prints whether something is as it should be."""
    print(f"{'ok    ' if well else 'FAILED'} {name}{': ' if told else ''}{told}", flush=True)
    if not well:
        failed.append(name)


# Processes


def free_address():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{free.getsockname()[1]}"


def wait_until(well, what, process=None, seconds=60):
    deadline = time.monotonic() + seconds
    while not well():
        if time.monotonic() > deadline or (process and process.poll() is not None):
            raise SystemExit(f"tests/proxy: {what} did not become ready")
        time.sleep(0.05)


def answers(address):
    host, port = address.split(":")
    try:
        socket.create_connection((host, int(port)), timeout=1).close()
    except OSError:
        return False
    return True


class Processes(contextlib.ExitStack):
    """Processes that end with this, and a folder for what they write."""

    def __enter__(self):
        self.folder = pathlib.Path(self.enter_context(tempfile.TemporaryDirectory(prefix="nasij-proxy.")))
        self.names = []
        return super().__enter__()

    def start(self, name, *command, **environment):
        with open(self.folder / f"{name}.stdout", "w") as output, open(self.folder / f"{name}.stderr", "w") as errors:
            process = subprocess.Popen(command, env=os.environ | environment, stdout=output, stderr=errors)
        self.names.append(name)
        self.callback(self.end, process)
        return process

    @staticmethod
    def end(process):
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def printed(self, name):
        return (self.folder / f"{name}.stdout").read_text()

    def tell_errors(self):
        for name in self.names:
            print(f"--- {name}", (self.folder / f"{name}.stderr").read_text()[-2000:], sep="\n", file=sys.stderr)


def make_database(processes):
    """A new database, which ends with the processes; its URL."""
    url, name = os.environ["TEST_DATABASE_URL"], f"nasij_proxy_{uuid.uuid4().hex[:12]}"
    places = [str(place) for place in sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
    psql = shutil.which("psql", path=":".join([os.environ["PATH"], *places, "/usr/local/pgsql/bin"]))
    if not psql:
        raise SystemExit("tests/proxy: no psql found: please install the client of PostgreSQL")
    execute = lambda statement: subprocess.run([psql, "--quiet", "--command", statement, url], check=True)
    execute(f"CREATE DATABASE {name}")
    processes.callback(execute, f"DROP DATABASE {name} WITH (FORCE)")
    return re.sub(r"/[^/?]*(\?|$)", rf"/{name}\1", url)


def start_instance(processes, name, address, settings):
    process = processes.start(name, os.environ["NASIJ_PROGRAM"], "serve", NASIJ_BIND=address, **settings)
    wait_until(lambda: is_ready(address), name, process)
    return process


def from_compose(text, *replacements):
    """What stands in docker-compose.yml, with other addresses. Each of them must be there."""
    for shipped, here in replacements:
        if shipped not in text:
            raise SystemExit(f"tests/proxy: docker-compose.yml has no '{shipped}' any more where it is looked for")
        text = text.replace(shipped, here)
    return text


def caddyfile(compose, address, instances):
    block = re.search(r"^  caddyfile:\n    content: \|\n((?: {6}.*\n|\n)+)", compose, re.MULTILINE)
    return from_compose(
        textwrap.dedent(block.group(1)),
        ("nasij-1:8080 nasij-2:8080", " ".join(instances)),
        (":8080 {", f":{address.split(':')[1]} {{\n  bind 127.0.0.1"),
        ("172.30.99.1/32", f"{HOST_PROXY}/32"),
    )


def trusted_proxies(compose):
    shipped = re.search(r"^ +NASIJ_TRUSTED_PROXIES: (.*)$", compose, re.MULTILINE).group(1)
    return from_compose(shipped, ("172.30.99.2", "127.0.0.1"), ("172.30.99.1", HOST_PROXY))


def start_caddy(processes, compose, instances):
    address, file = free_address(), processes.folder / "Caddyfile"
    file.write_text(caddyfile(compose, address, instances))
    # It keeps what it writes where the others do.
    home = {name: str(processes.folder) for name in ["HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"]}
    command = [os.environ["CADDY_PROGRAM"], "run", "--adapter", "caddyfile", "--config", str(file)]
    process = processes.start("caddy", *command, **home)
    wait_until(lambda: answers(address), "Caddy", process)
    return address


def start_nginx(processes, instances, buffering):
    address, folder = free_address(), processes.folder / f"nginx-{buffering}"
    folder.mkdir()
    text = (ROOT / "tests/proxy/nginx.conf").read_text()
    filled = {"first": instances[0], "second": instances[1], "address": address, "buffering": buffering}
    for name, value in filled.items():
        text = text.replace("{%s}" % name, value)
    (folder / "nginx.conf").write_text(text)
    # As root it would serve as somebody who may not enter the folder.
    user = ["-g", "user root;"] if os.geteuid() == 0 else []
    command = [os.environ["NGINX_PROGRAM"], "-e", "stderr", "-p", str(folder), "-c", "nginx.conf", *user]
    process = processes.start(f"nginx-{buffering}", *command)
    wait_until(lambda: answers(address), "nginx", process)
    return address


# Clients

Answer = collections.namedtuple("Answer", "status headers body")


def ask(address, method, path, body=None, headers=(), source="127.0.0.1", seconds=0):
    """The answer to a request on a connection of its own. The whole body is sent before a byte is read, as most clients do,
    and it takes so many `seconds`."""
    connection = http.client.HTTPConnection(address, timeout=PATIENCE, source_address=(source, 0))
    with contextlib.closing(connection):
        connection.putrequest(method, path, skip_accept_encoding=True)
        for name, value in dict(headers).items():
            connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders()
        for piece in slowly(body, seconds) if seconds else [body or b""]:
            connection.send(piece)
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())


def slowly(body, seconds):
    """The pieces of a body, each when it is its time."""
    size = len(body) // 100 + 1
    for place in range(0, len(body), size):
        time.sleep(seconds / 100)
        yield body[place : place + size]


def is_ready(address):
    try:
        return ask(address, "GET", "/readyz").status == 200
    except OSError:
        return False


def expect(answer, status):
    if answer.status != status:
        raise SystemExit(f"tests/proxy: {answer.status} instead of {status}: {answer.body.decode(errors='replace')}")
    return json.loads(answer.body)


def post(address, path, token, body):
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    return expect(ask(address, "POST", path, json.dumps(body).encode(), headers), 201)


def access_token(address, printed):
    """An access token for the first start's credential."""
    pair = ":".join(re.findall(r"^client_(?:id|secret): *(.+)$", printed, re.MULTILINE))
    basic = base64.b64encode(pair.encode()).decode()
    headers = {"Authorization": f"Basic {basic}", "Content-Type": "application/x-www-form-urlencoded"}
    return expect(ask(address, "POST", "/oauth/token", b"grant_type=client_credentials", headers), 200)["access_token"]


def make_nomination(address, token):
    """The path of the documents of a new nomination."""
    post(address, "/v1/editions", token, {"year": 2027, "name": {"fr": "Capitale 2027"}})
    nomination = {"kind": "city", "edition_year": 2027, "city_code": "fes", "statement": {"fr": "Un tissu associatif."},
                  "programme": {"fr": "Douze mois."}}
    return f"/v1/nominations/{post(address, '/v1/nominations', token, nomination)['id']}/documents"


def pdf(words, size):
    """A PDF of one empty page, filled up to `size`."""
    file, places = b"%%PDF-1.7\n%%%s\n" % words.encode(), []
    for number, content in enumerate(
        [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
         b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>"], 1):
        places.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"xref\n0 4\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    file += table + b"trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(file)
    return file.ljust(size)


# Refused uploads


def upload_of_curl(address, path, headers, file):
    """What curl gets when it does not ask first whether it may send."""
    command = ["curl", "--silent", "--max-time", str(PATIENCE), "--header", "Expect:", "--data-binary", f"@{file}"]
    for name, value in headers.items():
        command += ["--header", f"{name}: {value}"]
    command += ["--write-out", "\n%{http_code} %{content_type}", f"http://{address}{path}"]
    told = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if told.returncode:
        return f"no answer (curl {told.returncode})"
    body, _, last = told.stdout.rpartition("\n")
    status, _, media_type = last.partition(" ")
    return outcome(int(status), media_type, body)


def upload_of_python(address, path, headers, file, seconds=0):
    """What a program gets that sends the whole file first, in so many seconds."""
    try:
        answer = ask(address, "POST", path, file.read_bytes(), headers, seconds=seconds)
    except (OSError, http.client.HTTPException) as cause:
        return f"no answer ({type(cause).__name__})"
    return outcome(answer.status, answer.headers["Content-Type"], answer.body)


def upload_on_slow_line(*upload):
    """The same on a slow line."""
    return upload_of_python(*upload, seconds=SLOW_SECONDS)


def outcome(status, media_type, body):
    """What a client got, in a word: the status that a problem document tells, or else what was wrong."""
    try:
        if media_type == PROBLEM and json.loads(body)["status"] == status:
            return str(status)
    except ValueError:
        pass
    return f"{status} without a problem document"


def refused_uploads(proxies, token, path, folder):
    """Whoever sends too much, or what is not taken, is told so through each proxy, and not that the service was away."""
    file = folder / "too-large.pdf"
    file.write_bytes(pdf("too large", LARGEST_DOCUMENT + 1))
    bearer = {"Authorization": f"Bearer {token}"}
    kinds = [("too large", 413, {"Content-Type": "application/pdf"} | bearer),
             ("without a token", 401, {"Content-Type": "application/pdf"}),
             ("of another media type", 415, {"Content-Type": "text/plain"} | bearer)]

    def upload(client, address, headers):
        return client(address, f"{path}?name=a.pdf", headers, file)

    def look(name, outcomes, status):
        told = ", ".join(f"{outcome} ({times})" for outcome, times in collections.Counter(outcomes).most_common())
        check(name, set(outcomes) == {str(status)}, told)

    for proxy, address in proxies.items():
        for kind, status, headers in kinds:
            for client, by in [(upload_of_curl, "curl"), (upload_of_python, "Python")]:
                with concurrent.futures.ThreadPoolExecutor(AT_A_TIME) as pool:
                    uploads = [pool.submit(upload, client, address, headers) for _ in range(UPLOADS)]
                look(f"{proxy}: {UPLOADS} uploads {kind}, by {by}", [each.result() for each in uploads], status)
    slow = [(proxy, kind) for proxy in proxies.items() for kind in kinds]
    # All at once: they hardly do anything.
    with concurrent.futures.ThreadPoolExecutor(len(slow)) as pool:
        uploads = [pool.submit(upload, upload_on_slow_line, address, headers) for (_, address), (_, _, headers) in slow]
    for ((proxy, _), (kind, status, _)), each in zip(slow, uploads):
        look(f"{proxy}: an upload {kind}, on a slow line", [each.result()], status)


# Documents, validators and addresses


def documents_pass(proxies, token, path):
    """The largest document goes up through each proxy, and comes back as it was, though packed answers are taken."""
    bearer = {"Authorization": f"Bearer {token}"}
    for proxy, address in proxies.items():
        file = pdf(proxy, LARGEST_DOCUMENT)
        made = ask(address, "POST", f"{path}?name=a.pdf", file, {"Content-Type": "application/pdf"} | bearer)
        back = made
        if made.status == 201:
            content = f"{path}/{json.loads(made.body)['id']}/content"
            back = ask(address, "GET", content, headers={"Accept-Encoding": "gzip"} | bearer)
        well = (made.status, back.status) == (201, 200) and back.body == file and not back.headers["Content-Encoding"]
        check(f"{proxy}: a document of 10 MiB goes up and comes back", well, f"{made.status}, {back.status}")


def answers_pass_unchanged(proxies, instance):
    """No proxy packs or unpacks: what it passes on is what the instance answers, under the same ETag."""
    path = "/v1/cities?limit=100&lang=fr"
    for coding in [None, "identity", "gzip"]:
        headers = {"Accept-Encoding": coding} if coding else {}
        facts = lambda answer: (answer.status, answer.body, *map(answer.headers.get, ["ETag", "Content-Encoding", "Vary"]))
        direct = ask(instance, "GET", path, headers=headers)
        for proxy, address in proxies.items():
            through = ask(address, "GET", path, headers=headers)
            check(f"{proxy}: the answer is that of the instance, {coding or 'no coding'} accepted",
                  facts(through) == facts(direct), f"{through.headers['ETag']}, {through.headers['Content-Encoding']}")
            known = ask(address, "GET", path, headers=headers | {"If-None-Match": through.headers["ETag"]})
            check(f"{proxy}: and is known by its ETag", known.status == 304, str(known.status))


def addresses_are_right(proxies, instance, token):
    """Whom the audit trail names: the client, whatever it says of itself, unless a proxy says it that is trusted."""
    for proxy, address in proxies.items():
        for source, expected in [(CLIENT, CLIENT), (HOST_PROXY, ELSEWHERE)]:
            request_id = uuid.uuid4().hex
            headers = {"X-Forwarded-For": ELSEWHERE, "X-Request-Id": request_id}
            ask(address, "POST", "/v1/editions", b"", headers, source)
            named = address_in_audit(instance, token, request_id)
            check(f"{proxy}: {source} says that it asks for {ELSEWHERE}", named == expected, f"noted as {named}")


def address_in_audit(instance, token, request_id):
    """The address of a refused request, which is recorded within moments."""
    for _ in range(50):
        path = f"/v1/audit?request_id={request_id}"
        items = expect(ask(instance, "GET", path, headers={"Authorization": f"Bearer {token}"}), 200)["items"]
        if items:
            return items[0].get("address")
        time.sleep(0.1)
    return None


# Outages


class Load:
    """Clients that ask through a proxy, some times a second, until they are stopped."""

    PAUSE = 0.02
    CLIENTS = 2

    def __init__(self, address):
        self.address, self.outcomes, self.worst = address, collections.Counter(), 0.0
        self.stopped = threading.Event()
        self.threads = [threading.Thread(target=self.run, daemon=True) for _ in range(self.CLIENTS)]
        for thread in self.threads:
            thread.start()

    def run(self):
        while not self.stopped.wait(self.PAUSE):
            begun = time.monotonic()
            try:
                told = ask(self.address, "GET", "/v1/cities?limit=5").status
            except (OSError, http.client.HTTPException) as cause:
                told = type(cause).__name__
            self.outcomes[told] += 1
            self.worst = max(self.worst, time.monotonic() - begun)

    def stop(self):
        self.stopped.set()
        for thread in self.threads:
            thread.join()


def one_instance_dies(proxies, process):
    """No request is lost with an instance, and none waits long."""
    loads = {proxy: Load(address) for proxy, address in proxies.items()}
    time.sleep(1)
    process.kill()
    process.wait()
    # Beyond the time after which a proxy asks the dead instance again.
    time.sleep(7)
    for proxy, load in loads.items():
        load.stop()
        check(f"{proxy}: an instance is killed under load", set(load.outcomes) == {200} and load.worst < 5,
              f"{dict(load.outcomes)}, the longest {load.worst:.2f} s")


def both_are_dead(proxies, process):
    """Without an instance, a proxy tells so as the service would."""
    process.kill()
    process.wait()
    for proxy, address in proxies.items():
        begun = time.monotonic()
        answer = ask(address, "GET", "/v1/cities?limit=5")
        problem = answer.headers["Content-Type"] == PROBLEM and json.loads(answer.body)
        well = (answer.status == 503 and problem and problem["status"] == 503 and problem["code"] == "unavailable"
                and answer.headers["Retry-After"] and answer.headers["Cache-Control"] == "no-store")
        check(f"{proxy}: no instance is left", well, f"{answer.status} after {time.monotonic() - begun:.1f} s, "
              f"{answer.headers['Content-Type']}, Retry-After: {answer.headers['Retry-After']}")


def look_at_all(processes):
    compose = (ROOT / "docker-compose.yml").read_text()
    instances = [free_address(), free_address()]
    settings = {f"NASIJ_LIMIT_{name}": "0" for name in ["ANONYMOUS", "AUTHENTICATED", "TOKEN", "FAILED"]}
    settings |= {
        "DATABASE_URL": make_database(processes),
        "NASIJ_DATA_DIR": str(processes.folder / "data"),
        "NASIJ_PUBLIC_URL": "https://api.example.ma",
        "NASIJ_TRUSTED_PROXIES": trusted_proxies(compose),
        "NASIJ_METRICS_BIND": "127.0.0.1:0",
        "NASIJ_LOG": "warn",
        # An account has a quarter of them: no upload is refused for their sake.
        "NASIJ_TRANSFERS": str(8 * AT_A_TIME),
    }
    running = [start_instance(processes, f"instance-{number}", address, settings)
               for number, address in enumerate(instances, 1)]
    proxies = {"Caddy": start_caddy(processes, compose, instances),
               "nginx": start_nginx(processes, instances, "on"),
               "nginx without buffering": start_nginx(processes, instances, "off")}
    token = access_token(instances[0], processes.printed("instance-1"))
    path = make_nomination(instances[0], token)

    documents_pass(proxies, token, path)
    answers_pass_unchanged(proxies, instances[0])
    addresses_are_right(proxies, instances[0], token)
    refused_uploads(proxies, token, path, processes.folder)
    one_instance_dies(proxies, running[0])
    both_are_dead(proxies, running[1])
    if failed:
        raise SystemExit(f"tests/proxy: {len(failed)} of the above are not as they should be")


def main():
    # A run that is ended ends its processes, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with Processes() as processes:
        try:
            look_at_all(processes)
        except (Exception, SystemExit):
            processes.tell_errors()
            raise


if __name__ == "__main__":
    main()
