// A round trip with the TypeScript client that openapi-generator makes. Started by `tests/clients/run`.
import assert from "node:assert/strict";
import {
  AccessApi, AssociationsApi, Configuration, ProblemFromJSON, ResponseError, TerritoryApi,
} from "./generated/typescript-fetch/index.js";

const { NASIJ_URL: basePath = "", NASIJ_CLIENT_ID = "", NASIJ_CLIENT_SECRET = "" } = process.env;
const anyone = new Configuration({ basePath });

// Without a token: a list, and one of its records.
const territory = new TerritoryApi(anyone);
const cities = await territory.listCities({ q: "tetouan", limit: 10 });
assert(cities.items.some((city) => city.code === "01.571.01.11"));
const { name } = await territory.getCity({ code: "01.571.01.11" });
assert(typeof name === "object" && name.fr === "Tétouan");

// With a token: a record is made, read and changed.
const { accessToken } = await new AccessApi(anyone).createToken({
  grantType: "client_credentials",
  clientId: NASIJ_CLIENT_ID,
  clientSecret: NASIJ_CLIENT_SECRET,
});
// As a header of its own: with `accessToken` this client would leave it out of public reads, where others see less.
const headers = { Authorization: `Bearer ${accessToken}` };
const associations = new AssociationsApi(new Configuration({ basePath, headers }));
const { id } = await associations.createAssociation({
  associationInput: { name: { fr: "Client de typescript-fetch" }, internal: { taxId: "7" } },
});
const read = await associations.getAssociationRaw({ id });
assert.equal((await read.value()).internal?.taxId, "7");
const ifMatch = read.raw.headers.get("etag") ?? "";
const changed = await associations.updateAssociation({ id, ifMatch, associationPatch: { acronym: "TF" } });
assert.equal(changed?.acronym, "TF");

// What is refused says where and why.
const associationInput = { name: { fr: "x".repeat(301) } };
const refusal = await associations.createAssociation({ associationInput }).catch((error: unknown) => error);
assert(refusal instanceof ResponseError);
const problem = ProblemFromJSON(await refusal.response.json());
assert.deepEqual([problem.status, problem.errors?.[0]?.pointer], [422, "/name/fr"]);
