import { utf8 } from "@countersign/wire";
import { generateKeyPair, SignJWT } from "jose";
import { expect, it } from "vitest";
import { checkTicket, issueTicket } from "../src/ticket.ts";

const ticket = { issuer: "the club", guest: "guest's hashname", host: "host's hashname" };
const { publicKey, privateKey } = await generateKeyPair("Ed25519");

it("lets its guest in to its host until it expires", async () => {
  const token = await issueTicket({ ...ticket, key: privateKey, validFor: "1h" });
  const inspection = await checkTicket(token, publicKey, ticket);
  expect(inspection).toMatchObject({ ok: true });
  expect(inspection.ok && inspection.until.getTime()).toBeGreaterThan(Date.now());
});

it("lets nobody else in, nowhere else, not later, and not in the name of another issuer", async () => {
  const token = await issueTicket({ ...ticket, key: privateKey, validFor: "1h" });
  const expired = await issueTicket({ ...ticket, key: privateKey, validFor: "-1s" });
  const forged = await issueTicket({ ...ticket, key: (await generateKeyPair("Ed25519")).privateKey, validFor: "1h" });
  expect(await checkTicket(token, publicKey, { ...ticket, guest: "a thief" })).toMatchObject({ ok: false });
  expect(await checkTicket(token, publicKey, { ...ticket, host: "another" })).toMatchObject({ ok: false });
  expect(await checkTicket(token, publicKey, { ...ticket, issuer: "another club" })).toMatchObject({ ok: false });
  expect(await checkTicket(expired, publicKey, ticket)).toMatchObject({ ok: false });
  expect(await checkTicket(forged, publicKey, ticket)).toEqual({ ok: false, why: "signature verification failed" });
});

it("lets nobody in by what is no token, an unsigned one, or one without an end", async () => {
  const endless = new SignJWT().setProtectedHeader({ alg: "Ed25519" }).setIssuer(ticket.issuer);
  endless.setSubject(ticket.guest).setAudience(ticket.host);
  const claims = { iss: ticket.issuer, sub: ticket.guest, aud: ticket.host, exp: 4_000_000_000 };
  const parts = [{ alg: "none" }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"));
  for (const text of ["", "a.b.c", `${parts.join(".")}.`, await endless.sign(privateKey)]) {
    expect(await checkTicket(utf8(text), publicKey, ticket), text).toMatchObject({ ok: false });
  }
  expect(await checkTicket(Uint8Array.of(0xff), publicKey, ticket)).toEqual({ ok: false, why: "it is no text" });
});
