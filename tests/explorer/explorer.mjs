// The API explorer as a person uses it: sign in, try an operation, read the live answer.
// Started by `tests/run explorer`, which gives the server and the browser.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";

const { CHROMIUM, NASIJ_URL, NASIJ_CLIENT_ID, NASIJ_CLIENT_SECRET } = process.env;

let browser, page;
const outside = []; // requests to other hosts: the explorer must need none
const complaints = []; // console errors and uncaught exceptions

before(async () => {
  browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: [
      "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ],
  });
  page = await browser.newPage();
  page.setDefaultTimeout(20_000);
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.route((url) => url.origin !== NASIJ_URL, (route) => {
    outside.push(route.request().url());
    return route.abort();
  });
  await page.goto(`${NASIJ_URL}/docs/`);
  await page.locator(".opblock-tag").first().waitFor();
});

after(() => browser?.close());

/** Opens an operation and returns its block, ready to be filled in. */
async function tryOut(operationId) {
  const folded = page.locator('.opblock-tag[data-is-open="false"]');
  while (await folded.count()) await folded.first().click();
  const operation = page.locator(`.opblock[id$="-${operationId}"]`);
  await operation.locator(".opblock-summary-control").click();
  await operation.getByRole("button", { name: "Try it out" }).click();
  return operation;
}

/** Executes the operation and returns the answer that the server gave, once the page shows it. */
async function execute(operation, method) {
  const answer = page.waitForResponse((response) => response.request().method() === method);
  await operation.locator(".btn.execute").click();
  const response = await answer;
  const shown = operation.locator(".live-responses-table .response .response-col_status");
  await shown.waitFor();
  assert.equal(parseInt(await shown.innerText()), response.status());
  return response;
}

test("signs in with client credentials", async () => {
  await page.locator(".auth-wrapper .authorize").click();
  const scheme = page.locator(".auth-container", { hasText: /oauth2.*clientCredentials/i });
  await scheme.getByLabel("client_id:").fill(NASIJ_CLIENT_ID);
  await scheme.getByLabel("client_secret:").fill(NASIJ_CLIENT_SECRET);
  await scheme.locator('label[for^="associations:write-"]').click();
  await scheme.getByRole("button", { name: "Apply given OAuth2 credentials" }).click();
  await scheme.getByRole("button", { name: "Remove authorization" }).waitFor();
  await scheme.getByRole("button", { name: "Close" }).click();
});

test("creates an association from the example and finds it at its Location", async () => {
  const operation = await tryOut("create_association");
  const created = await execute(operation, "POST");
  const association = await created.json();
  assert.equal(created.status(), 201, JSON.stringify(association));

  const found = await fetch(new URL(created.headers().location, NASIJ_URL));
  assert.equal(found.status, 200);
  assert.equal((await found.json()).id, association.id);
});

test("finds Tétouan from a misspelt name", async () => {
  const operation = await tryOut("list_cities");
  await operation.locator('tr[data-param-name="q"] input').fill("tetoan");
  assert.equal((await execute(operation, "GET")).status(), 200);
  assert.match(await operation.locator(".live-responses-table").innerText(), /Tétouan/);
});

test("needs no other host and complains of nothing", () => {
  assert.deepEqual(outside, []);
  assert.deepEqual(complaints, []);
});
