//! What the documents for users say is true: every request of README.md and docs/guide.md is made in their order and
//! must be answered as they show it, those of docs/operations.md succeed; the README's table of options is complete.
//!
//! A block `sh` with one curl command is followed by a block `http` (status and some headers), a block `json` (the
//! whole body), or both. `…` in them stands for anything.

use std::collections::HashMap;

use clap::Args as _;
use nasij::access::Role;
use nasij::config::Config;
use reqwest::Method;
use serde_json::Value;

use crate::answer::Answer;
use crate::app::{App, Credentials};

const README: &str = include_str!("../../README.md");
const GUIDE: &str = include_str!("../../docs/guide.md");
const OPERATIONS: &str = include_str!("../../docs/operations.md");

/// Where the documents find the service.
const DOCUMENTED_BASE: &str = "http://127.0.0.1:8080";

const ANYTHING: char = '…';

#[tokio::test]
async fn every_request_of_the_readme_is_answered_as_it_says() {
    follow(README).await;
}

#[tokio::test]
async fn every_request_of_the_guide_is_answered_as_it_says() {
    follow(GUIDE).await;
}

#[tokio::test]
async fn every_request_of_the_operations_manual_succeeds() {
    let app = App::start().await;
    let token = app.token(Role::Auditor).await;
    let variables = [("NASIJ_PUBLIC_URL", DOCUMENTED_BASE.to_owned()), ("TOKEN", token)];
    let variables = variables.map(|(name, value)| (name.to_owned(), value)).into();
    let exchanges = exchanges(OPERATIONS);
    assert!(!exchanges.is_empty(), "the document has no requests");
    for exchange in exchanges {
        Curl::parse(&exchange.command, &variables).send(&app).await.expect(200);
    }
}

#[test]
fn the_operators_page_lists_every_option_with_its_default() {
    for option in Config::augment_args(clap::Command::new("nasij")).get_arguments() {
        let (Some(long), Some(variable)) =
            (option.get_long(), option.get_env().and_then(|name| name.to_str()))
        else {
            continue;
        };
        let row = OPERATIONS
            .lines()
            .find(|line| line.starts_with(&format!("| `{variable}` | `--{long}` |")))
            .unwrap_or_else(|| panic!("the page has no row for {variable}, --{long}"));
        for default in option.get_default_values().iter().filter_map(|value| value.to_str()) {
            let shown = default.is_empty() || row.contains(&format!("| `{default}` |"));
            assert!(shown, "the default of {variable} is {default}: {row}");
        }
    }
}

/// Makes the requests of a document as a reader would: what later ones need is taken from earlier answers.
async fn follow(document: &str) {
    let app = App::start().await;
    let Credentials { client_id, client_secret } = app.admin().clone();
    let mut variables =
        HashMap::from([("CLIENT_ID".to_owned(), client_id), ("CLIENT_SECRET".to_owned(), client_secret)]);
    let exchanges = exchanges(document);
    assert!(!exchanges.is_empty(), "the document has no requests");
    for exchange in exchanges {
        let answer = Curl::parse(&exchange.command, &variables).send(&app).await;
        exchange.compare(&answer, &app.base);
        learn(&mut variables, &answer);
    }
}

fn learn(variables: &mut HashMap<String, String>, answer: &Answer) {
    for (name, header) in [("ETAG", "etag"), ("LOCATION", "location")] {
        if let Some(value) = answer.optional_header(header) {
            variables.insert(name.to_owned(), value.to_owned());
        }
    }
    let body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
    if let Some(token) = body["access_token"].as_str() {
        variables.insert("TOKEN".to_owned(), token.to_owned());
    }
}

/// A request of a document and the answer that it shows.
#[derive(Debug, Default)]
struct Exchange {
    command: String,
    head: Option<String>,
    body: Option<String>,
}

/// The exchanges of a document in their order.
fn exchanges(document: &str) -> Vec<Exchange> {
    let mut exchanges: Vec<Exchange> = Vec::new();
    for (language, text) in blocks(document) {
        match (language, exchanges.last_mut()) {
            ("sh", _) if text.starts_with("curl ") => {
                exchanges.push(Exchange { command: text, ..Exchange::default() });
            }
            ("http", Some(exchange)) => exchange.head = Some(text),
            ("json", Some(exchange)) => exchange.body = Some(text),
            _ => {}
        }
    }
    exchanges
}

/// The fenced blocks of a Markdown document: language and text.
fn blocks(document: &str) -> Vec<(&str, String)> {
    let mut blocks = Vec::new();
    let mut lines = document.lines();
    while let Some(line) = lines.next() {
        if let Some(language) = line.strip_prefix("```") {
            let text: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            blocks.push((language, text.join("\n")));
        }
    }
    blocks
}

impl Exchange {
    /// Holds the answer of the service at `base` against what the document shows.
    fn compare(&self, answer: &Answer, base: &str) {
        let told = |what: String| {
            format!("{}\n{what}\nThe answer: {} {}", self.command, answer.status, answer.text())
        };
        assert!(self.head.is_some() || self.body.is_some(), "{}", told("shows no answer".to_owned()));
        for line in self.head.iter().flat_map(|head| head.lines()) {
            assert!(has_head_line(answer, line), "{}", told(format!("does not have `{line}`")));
        }
        if let Some(body) = &self.body {
            let shown =
                serde_json::from_str(body).unwrap_or_else(|error| panic!("{}", told(error.to_string())));
            let given = answer.text().replace(base, DOCUMENTED_BASE);
            let given =
                serde_json::from_str(&given).unwrap_or_else(|error| panic!("{}", told(error.to_string())));
            if let Some(difference) = difference(&shown, &given, "") {
                panic!("{}", told(difference));
            }
        }
    }
}

/// Whether the answer has a status line or a header such as `line`.
fn has_head_line(answer: &Answer, line: &str) -> bool {
    if let Some(status) = line.strip_prefix("HTTP/1.1 ") {
        return status.split(' ').next() == Some(&answer.status.to_string());
    }
    let (name, pattern) = line.split_once(": ").expect("a header has a name and a value");
    answer.optional_header(name).is_some_and(|value| is_like(value, pattern))
}

/// The first place at which `given` is not what the document shows.
fn difference(shown: &Value, given: &Value, pointer: &str) -> Option<String> {
    match (shown, given) {
        (Value::String(pattern), _) if pattern.chars().eq([ANYTHING]) => None,
        (Value::String(pattern), Value::String(text)) if is_like(text, pattern) => None,
        (Value::Object(shown), Value::Object(given)) if shown.keys().all(|name| given.contains_key(name)) => {
            given.iter().find_map(|(name, value)| {
                let pointer = format!("{pointer}/{name}");
                let Some(shown) = shown.get(name) else { return Some(format!("{pointer} is not shown")) };
                difference(shown, value, &pointer)
            })
        }
        (Value::Array(shown), Value::Array(given)) if shown.len() == given.len() => shown
            .iter()
            .zip(given)
            .enumerate()
            .find_map(|(place, (shown, given))| difference(shown, given, &format!("{pointer}/{place}"))),
        _ if shown == given => None,
        _ => Some(format!("at {pointer:?} it shows {shown}, but {given} was given")),
    }
}

/// Whether `text` is `pattern` with anything in the places of `…`.
fn is_like(text: &str, pattern: &str) -> bool {
    let mut parts = pattern.split(ANYTHING);
    let Some(mut rest) = parts.next().and_then(|first| text.strip_prefix(first)) else { return false };
    let mut parts = parts.peekable();
    if parts.peek().is_none() {
        return rest.is_empty();
    }
    while let Some(part) = parts.next() {
        if parts.peek().is_none() {
            return rest.ends_with(part);
        }
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    true
}

/// A curl command, as far as the documents use it.
#[derive(Debug, Default)]
struct Curl {
    path: String,
    method: Option<Method>,
    headers: Vec<(String, String)>,
    data: Vec<String>,
    data_in_query: bool,
    user: Option<Credentials>,
}

impl Curl {
    fn parse(command: &str, variables: &HashMap<String, String>) -> Self {
        let mut curl = Self::default();
        let mut words = words(command, variables).into_iter().skip(1);
        while let Some(word) = words.next() {
            let mut argument =
                || words.next().unwrap_or_else(|| panic!("{word} needs an argument: {command}"));
            match word.as_str() {
                "-i" => {}
                "-G" => curl.data_in_query = true,
                "-d" => curl.data.push(argument()),
                "--data-urlencode" => {
                    let (name, value) = pair(&argument(), '=');
                    let value: String = url::form_urlencoded::byte_serialize(value.as_bytes()).collect();
                    curl.data.push(format!("{name}={value}"));
                }
                "-H" => {
                    let (name, value) = pair(&argument(), ':');
                    curl.headers.push((name.to_lowercase(), value.trim().to_owned()));
                }
                "-X" => curl.method = Some(argument().parse().expect("a method")),
                "-u" => {
                    let (client_id, client_secret) = pair(&argument(), ':');
                    curl.user = Some(Credentials { client_id, client_secret });
                }
                url => {
                    assert!(!url.contains(['[', ']', '{', '}']), "curl takes it for several URLs: {url}");
                    let path = url.strip_prefix(DOCUMENTED_BASE);
                    curl.path = path.unwrap_or_else(|| panic!("no URL of the service: {url}")).to_owned();
                }
            }
        }
        curl
    }

    async fn send(self, app: &App) -> Answer {
        let data = self.data.join("&");
        let (path, body) = match (data.is_empty(), self.data_in_query) {
            (true, _) => (self.path, None),
            (false, true) => (format!("{}?{data}", self.path), None),
            (false, false) => (self.path, Some(data)),
        };
        let natural = if body.is_some() { Method::POST } else { Method::GET };
        let mut request = app.request(self.method.unwrap_or(natural), &path);
        let mut media_type = "application/x-www-form-urlencoded";
        for (name, value) in &self.headers {
            match name.as_str() {
                "content-type" => media_type = value,
                _ => request = request.header(name, value),
            }
        }
        if let Some(user) = &self.user {
            request = request.basic(user);
        }
        if let Some(body) = body {
            request = request.body(media_type, body);
        }
        request.send().await
    }
}

fn pair(text: &str, separator: char) -> (String, String) {
    let (one, other) = text.split_once(separator).unwrap_or_else(|| panic!("no `{separator}` in {text}"));
    (one.to_owned(), other.to_owned())
}

/// The words of a shell command: quotes, backslashes and variables are understood, nothing else.
fn words(command: &str, variables: &HashMap<String, String>) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    let mut letters = command.chars().peekable();
    while let Some(letter) = letters.next() {
        match (quote, letter) {
            (Some(open), _) if open == letter => quote = None,
            (None, '\'' | '"') => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (None | Some('"'), '\\') => {
                if let Some(escaped) = letters.next().filter(|escaped| *escaped != '\n') {
                    word.get_or_insert_default().push(escaped);
                }
            }
            (None | Some('"'), '$') => {
                let mut name = String::new();
                while let Some(letter) =
                    letters.next_if(|letter| letter.is_ascii_uppercase() || *letter == '_')
                {
                    name.push(letter);
                }
                let value =
                    variables.get(&name).unwrap_or_else(|| panic!("${name} is not known yet: {command}"));
                word.get_or_insert_default().push_str(value);
            }
            (None, space) if space.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    words
}
