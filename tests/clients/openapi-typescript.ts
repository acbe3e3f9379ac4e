// What a TypeScript front end writes first, with the types that openapi-typescript makes. Started by `tests/clients/run`; a
// change of the document that would break it does not compile.
import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { paths } from "./generated/schema.js";

// Lists leave as files, too: these are the answers that this client asks for.
type Json = "application/json" | "application/problem+json";
const { NASIJ_URL = "", NASIJ_CLIENT_ID = "", NASIJ_CLIENT_SECRET = "" } = process.env;
const anyone = createClient<paths, Json>({ baseUrl: NASIJ_URL });

// Without a token: a list, and one of its records.
const cities = await anyone.GET("/v1/cities", { params: { query: { q: "tetouan", limit: 10 } } });
if (cities.error) throw new Error(`${cities.error.status} ${cities.error.code}: ${cities.error.detail}`);
assert(cities.data.items.some((city) => city.code === "01.571.01.11"));
const city = await anyone.GET("/v1/cities/{code}", { params: { path: { code: "01.571.01.11" } } });
assert.deepEqual(city.data?.name, { ar: "تطوان", fr: "Tétouan" });

// With a token: a record is made, read and changed.
const token = await anyone.POST("/oauth/token", {
  body: { grant_type: "client_credentials", client_id: NASIJ_CLIENT_ID, client_secret: NASIJ_CLIENT_SECRET },
  headers: { "Content-Type": "application/x-www-form-urlencoded" },
});
const admin = createClient<paths, Json>({
  baseUrl: NASIJ_URL,
  headers: { Authorization: `Bearer ${token.data?.access_token}` },
});
const made = await admin.POST("/v1/associations", {
  body: { name: { fr: "Client d'openapi-typescript" }, internal: { tax_id: "7" } },
});
assert(made.data);
const path = { id: made.data.id };
const read = await admin.GET("/v1/associations/{id}", { params: { path } });
assert.equal(read.data?.internal?.tax_id, "7");
const changed = await admin.PATCH("/v1/associations/{id}", {
  params: { path, header: { "If-Match": read.response.headers.get("etag") ?? "" } },
  headers: { "Content-Type": "application/merge-patch+json" },
  body: { acronym: "OT" },
});
assert.equal(changed.data?.acronym, "OT");

// What is refused says where and why.
const refused = await admin.POST("/v1/associations", { body: { name: { fr: "x".repeat(301) } } });
assert.deepEqual([refused.error?.status, refused.error?.errors?.[0]?.pointer], [422, "/name/fr"]);
