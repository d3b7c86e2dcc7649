import { existsSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import * as client from "@countersign/client";
import { type RunningRelay, startRelay } from "@countersign/relay-server";
import { build } from "esbuild";
import { type Browser, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const executablePath = ["/usr/bin/chromium", "/usr/local/bin/chromium"].find((path) => existsSync(path));
const root = new URL("../../../", import.meta.url);

/** What a party saw, and the session that it is in. */
interface Course {
  words: string;
  heard: string;
  last: string;
}

type Party = { readonly relay: client.RelayConnection; readonly invitation: client.Invitation; readonly label: string };

/**
 * Goes through a session: confirms, says its label, hears the other's. Is run by Node and, as text, in the page, where
 * the client is a global.
 */
async function attend(party: Party, { openSession, generateIdentity, MemoryJournal }: typeof client): Promise<Course> {
  const { relay, invitation, label } = party;
  const self = { label, identity: generateIdentity() };
  const session = await openSession({ relay, invitation, self, journal: new MemoryJournal() });
  const course = { words: "", heard: "", last: "" };
  for await (const event of session.events()) {
    course.last = event.type;
    if (event.type === "sas") {
      course.words = event.words;
      session.confirm(true);
    } else if (event.type === "ready") session.send({ bytes: new TextEncoder().encode(`I am ${label}`) });
    else if (event.type === "message") {
      course.heard = new TextDecoder().decode(event.bytes);
      await session.delivered();
      await session.close();
    }
  }
  relay.close();
  return course;
}

/** The client as one script for a page. */
async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("packages/client/src/index.ts", root))],
    tsconfig: fileURLToPath(new URL("tsconfig.json", root)),
    bundle: true,
    write: false,
    platform: "browser",
    format: "iife",
    globalName: "countersign",
  });
  return outputFiles[0]?.text ?? "";
}

describe.skipIf(executablePath === undefined)("the client in a browser (needs chromium)", () => {
  let browser: Browser;
  let site: Server;
  let relay: RunningRelay;
  let script: string;
  beforeAll(async () => {
    site = createServer((_request, response) => {
      response.setHeader("content-type", "text/html");
      response.end("<!doctype html><title>a party</title>");
    });
    const listening = new Promise<void>((resolve) => site.listen({ host: "127.0.0.1", port: 0 }, resolve));
    const launched = chromium.launch({ executablePath: executablePath ?? "", chromiumSandbox: false });
    [browser, relay, script] = await Promise.all([launched, startRelay(), bundle(), listening]);
  });
  afterAll(async () => {
    await browser?.close();
    await relay?.close();
    site?.close();
  });

  test("pairs with one in Node by a spoken code, both see the same words, and each hears the other", async () => {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(site.address() as AddressInfo).port}`);
    await page.addScriptTag({ content: script });
    // The page invites; what it says is all that the other one gets to know.
    const inPage = await page.evaluateHandle(
      async ({ url, attending }) => {
        const { countersign } = globalThis as unknown as { countersign: typeof client };
        const relay = new countersign.RelayConnection({ url });
        const invitation = await countersign.createInvitation(relay, { kind: "exchange" });
        const attend = new Function(`return ${attending}`)() as (party: Party, api: typeof client) => Promise<Course>;
        return { spoken: invitation.spoken, course: attend({ relay, invitation, label: "browser" }, countersign) };
      },
      { url: relay.url, attending: attend.toString() },
    );
    const parsed = client.parseCode(await inPage.evaluate(({ spoken }) => spoken));
    if (!parsed.ok) throw new Error(parsed.detail);
    const connection = new client.RelayConnection({ url: relay.url });
    const invitation = await client.claimInvitation(connection, parsed.code);
    const [browserSaw, nodeSaw] = await Promise.all([
      inPage.evaluate(({ course }) => course),
      attend({ relay: connection, invitation, label: "node" }, client),
    ]);
    expect(nodeSaw.words).toMatch(/^[a-z]+(-[a-z]+){4}$/);
    expect(browserSaw).toEqual({ words: nodeSaw.words, heard: "I am node", last: "ended" });
    expect(nodeSaw).toEqual({ words: nodeSaw.words, heard: "I am browser", last: "ended" });
  });
});
