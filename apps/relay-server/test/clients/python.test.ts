import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, describe, expect, it } from "vitest";
import { placesOf, pythonWith } from "../installed.ts";
import { relayForEachTest } from "../relay-for-each-test.ts";

const python = pythonWith("websockets");
const [openssl] = placesOf("openssl");

const directory = mkdtempSync(join(tmpdir(), "countersign-relay-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** What the script prints about a run with this relay. */
async function run(script: string, url: string, more: NodeJS.ProcessEnv = {}): Promise<unknown> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const env = { PATH: process.env["PATH"], PYTHONDONTWRITEBYTECODE: "1", ...more };
  const { stdout } = await promisify(execFile)(python ?? "", [path, url], { env, timeout: 40_000 });
  return JSON.parse(stdout);
}

/** A certificate for this machine, that nobody has signed but itself. */
function makeCertificate(): { readonly cert: string; readonly key: string } {
  const files = { cert: join(directory, "cert.pem"), key: join(directory, "key.pem") };
  const names = ["-subj", "/CN=relay", "-addext", "subjectAltName=IP:127.0.0.1"];
  const places = ["-keyout", files.key, "-out", files.cert];
  const request = ["req", "-x509", "-newkey", "ed25519", "-nodes", "-days", "2", ...names, ...places];
  execFileSync(openssl ?? "", request, { stdio: "ignore" });
  return files;
}

const met = {
  numbers: [1, 2, 2],
  heard: true,
  caughtUp: true,
  seen: expect.arrayContaining(["memberJoined", "memberOffline", "memberOnline", "memberFinished", "sessionClosed"]),
  closeCodes: [1000, 1000],
};

describe.skipIf(python === undefined)("a client in Python (needs python3-websockets)", () => {
  const each = relayForEachTest();

  it("meets another one by an invitation, and misses nothing while its connection is gone", async () => {
    expect(await run("countersign_v1.py", each.relay.url)).toEqual(met);
  });

  it.skipIf(openssl === undefined)("does so over TLS, if it knows the certificate (needs openssl)", async () => {
    const tls = makeCertificate();
    await each.replace({ tls });
    expect(await run("countersign_v1.py", each.relay.url, { SSL_CERT_FILE: tls.cert })).toEqual(met);
    await expect(run("countersign_v1.py", each.relay.url)).rejects.toThrow("CERTIFICATE_VERIFY_FAILED");
  });

  it("makes a key with two others as clients of mpc-websocket do", async () => {
    expect(await run("mpc_keygen.py", each.relay.url)).toEqual({
      labels: ["python", "python"],
      numbers: [1, 2, 3],
      commitments: [
        { 2: { commitment: 222 }, 3: { commitment: 333 } },
        { 1: { commitment: 111 }, 3: { commitment: 333 } },
        { 1: { commitment: 111 }, 2: { commitment: 222 } },
      ],
      shares: [
        { 2: "share of 2 for 1", 3: "share of 3 for 1" },
        { 1: "share of 1 for 2", 3: "share of 3 for 2" },
        { 1: "share of 1 for 3", 2: "share of 2 for 3" },
      ],
      closed: [
        [1, 2, 3],
        [1, 2, 3],
        [1, 2, 3],
      ],
    });
  });
});
