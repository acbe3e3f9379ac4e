//! Makes requests and writes them down as a page: what is different each time stands as `…`.

use std::collections::HashMap;

use regex::Regex;
use reqwest::Method;
use serde_json::{Map, Value};

use crate::answer::Answer;
use crate::app::App;

/// Somebody who takes part, by the name that the page gives.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    /// Who it is, as the page says: "the city of Fès".
    pub(crate) name: &'static str,
    /// The access token; none for the public.
    pub(crate) token: Option<String>,
    /// The account.
    pub(crate) account_id: String,
}

/// What of an answer the page shows.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shown {
    /// All of it.
    Whole,
    /// These members of the object, or of each item of a list; `…` stands for the others.
    Fields(&'static [&'static str]),
    /// The status alone.
    Status,
}

/// A story that is being lived and written down.
pub(crate) struct Story {
    /// Where it happens.
    pub(crate) app: App,
    page: String,
    names: HashMap<String, String>,
}

impl Story {
    /// A story with a head.
    pub(crate) fn new(app: App, head: &str) -> Self {
        Self { app, page: head.to_owned(), names: HashMap::new() }
    }

    /// The page as it was written.
    pub(crate) fn page(self) -> String {
        self.page
    }

    /// Begins a chapter.
    pub(crate) fn chapter(&mut self, title: &str) {
        self.page.push_str(&format!("\n## {title}\n"));
    }

    /// Tells what happens.
    pub(crate) fn tell(&mut self, text: &str) {
        self.page.push_str(&format!("\n{text}\n"));
    }

    /// The page calls an identifier by this name from here on.
    pub(crate) fn name(&mut self, id: &Value, name: &str) -> String {
        let id = id.as_str().expect("an identifier").to_owned();
        self.names.insert(id.clone(), format!("{{{name}}}"));
        id
    }

    /// `GET`, written down.
    pub(crate) async fn read(&mut self, who: &Person, path: &str, shown: Shown) -> Answer {
        let answer = self.send(Method::GET, who, path, None, None).await;
        self.write_down(&Method::GET, who, path, None, None, &answer, shown);
        answer
    }

    /// `POST` of JSON, written down.
    pub(crate) async fn post(&mut self, who: &Person, path: &str, body: &Value, shown: Shown) -> Answer {
        let answer = self.send(Method::POST, who, path, None, Some(body)).await;
        self.write_down(&Method::POST, who, path, None, Some(body), &answer, shown);
        answer
    }

    /// A change of the version of `record` that is there now, written down.
    pub(crate) async fn change(
        &mut self,
        method: Method,
        who: &Person,
        (record, path): (&str, &str),
        body: &Value,
        shown: Shown,
    ) -> Answer {
        let etag = self.send(Method::GET, who, record, None, None).await.header("etag").to_owned();
        let answer = self.send(method.clone(), who, path, Some(&etag), Some(body)).await;
        self.write_down(&method, who, path, Some(&etag), Some(body), &answer, shown);
        answer
    }

    /// A change of a record's state, written down.
    pub(crate) async fn take(&mut self, who: &Person, record: &str, body: &Value, shown: Shown) -> Answer {
        let transitions = format!("{record}/transitions");
        self.change(Method::POST, who, (record, &transitions), body, shown).await
    }

    /// Any request, not written down.
    pub(crate) async fn send(
        &self,
        method: Method,
        who: &Person,
        path: &str,
        if_match: Option<&str>,
        body: Option<&Value>,
    ) -> Answer {
        let mut request = self.app.request(method.clone(), path);
        if let Some(token) = &who.token {
            request = request.token(token);
        }
        if let Some(etag) = if_match {
            request = request.if_match(etag);
        }
        match body {
            Some(patch) if method == Method::PATCH => request.merge_patch(patch).send().await,
            Some(body) => request.json(body).send().await,
            None => request.send().await,
        }
    }

    #[allow(clippy::too_many_arguments)] // a request has as many parts
    fn write_down(
        &mut self,
        method: &Method,
        who: &Person,
        path: &str,
        if_match: Option<&str>,
        body: Option<&Value>,
        answer: &Answer,
        shown: Shown,
    ) {
        let mut asked = format!("{method} {path}\n");
        if who.token.is_some() {
            asked.push_str(&format!("Authorization: Bearer {{token of {}}}\n", who.name));
        }
        if if_match.is_some() {
            asked.push_str("If-Match: …\n");
        }
        if let Some(body) = body {
            asked.push_str(&format!("\n{}\n", pretty(body)));
        }
        let mut told = format!("{}\n", answer.status);
        if let Some(location) = answer.optional_header("location") {
            told.push_str(&format!("Location: {location}\n"));
        }
        let json: Option<Value> = serde_json::from_slice(&answer.body).ok();
        if let Some(json) = json.filter(|_| !matches!(shown, Shown::Status)) {
            told.push_str(&format!("\n{}\n", pretty(&excerpt(&json, shown))));
        }
        let exchange = format!("\n```http\n{asked}```\n\n```http\n{told}```\n");
        let exchange = self.anonymous(&exchange);
        self.page.push_str(&exchange);
    }

    /// The text with names for known identifiers and `…` for all that differs each time.
    fn anonymous(&self, text: &str) -> String {
        let mut text = text.replace(&self.app.base, "");
        for (id, name) in &self.names {
            text = text.replace(id, name);
        }
        const DIFFERENT: [&str; 7] = [
            r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
            r"20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z",
            r"20[2-9][0-9]-[0-9]{2}-[0-9]{2}",
            // As sentences tell days and instants.
            r"\b[0-9]{1,2}(er)? \p{L}+ 20[0-9]{2}\b( (at|à|على الساعة) [0-9]{2}:[0-9]{2})?",
            r"[0-9a-f]{64}",
            r"eyJ[A-Za-z0-9_.-]+",
            r"juror-[0-9]+",
        ];
        for pattern in DIFFERENT {
            text = Regex::new(pattern).expect("a pattern").replace_all(&text, "…").into_owned();
        }
        text
    }
}

/// The members of `json` that are to be shown.
fn excerpt(json: &Value, shown: Shown) -> Value {
    let Shown::Fields(fields) = shown else { return json.clone() };
    let of_object = |object: &Map<String, Value>| {
        let kept = object.iter().filter(|(name, _)| fields.contains(&name.as_str()));
        let mut kept: Map<String, Value> = kept.map(|(name, value)| (name.clone(), value.clone())).collect();
        if kept.len() < object.len() {
            kept.insert("…".to_owned(), "…".into());
        }
        Value::Object(kept)
    };
    match json {
        Value::Object(object)
            if object.get("items").is_some_and(Value::is_array) && !fields.contains(&"items") =>
        {
            let items = object["items"].as_array().into_iter().flatten();
            let items: Vec<Value> = items
                .map(|item| match item {
                    Value::Object(item) => of_object(item),
                    other => other.clone(),
                })
                .collect();
            serde_json::json!({"items": items, "…": "…"})
        }
        Value::Object(object) => of_object(object),
        other => other.clone(),
    }
}

fn pretty(json: &Value) -> String {
    serde_json::to_string_pretty(json).expect("JSON").replace("\"…\": \"…\"", "…")
}
