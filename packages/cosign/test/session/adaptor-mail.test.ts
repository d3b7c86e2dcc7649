import { describe, expect, it } from "vitest";
import { AdaptorMail } from "../../src/session/adaptor-mail.ts";
import type { AdaptorMessage } from "../../src/session/adaptor-message.ts";

const bytes = new Uint8Array(33);
const commitments = (round: string, adaptor?: Uint8Array): AdaptorMessage => {
  return { type: "commitments", round, transaction: bytes, adaptor, commitments: [] };
};
const partials = (round: string): AdaptorMessage => ({ type: "partials", round, partials: [] });
const abort = (round: string): AdaptorMessage => ({ type: "abort", round, reason: "timeout" });

describe("messages of round trips", () => {
  it("begin the newest round, which is followed from then on", () => {
    const mail = new AdaptorMail();
    mail.push(commitments("1", bytes));
    mail.push(commitments("2", bytes));
    mail.push(partials("2"));
    expect(mail.hasOpening).toBe(true);
    expect(mail.takeOpening()).toMatchObject({ round: "2" });
    expect([mail.hasOpening, mail.takeOpening(), mail.take()]).toEqual([false, undefined, undefined]);
    mail.push(partials("1"));
    mail.push(partials("2"));
    expect([mail.take(), mail.take()]).toEqual([partials("2"), undefined]);
  });

  it("begin nothing any more once their sender has let go of it", () => {
    const mail = new AdaptorMail();
    mail.push(commitments("1", bytes));
    mail.push(abort("2"));
    expect(mail.hasOpening).toBe(true);
    mail.push(abort("1"));
    expect(mail.hasOpening).toBe(false);
  });

  it("are not kept if they belong to no round, and no more of one than it has", () => {
    const mail = new AdaptorMail();
    mail.push(commitments("1"));
    mail.push(partials("1"));
    expect([mail.hasOpening, mail.take()]).toEqual([false, undefined]);
    mail.follow("1");
    for (let i = 0; i < 10; i++) mail.push(partials("1"));
    const kept = Array.from({ length: 10 }, () => mail.take()).filter((message) => message !== undefined);
    expect(kept).toHaveLength(4);
    mail.push(partials("1"));
    mail.follow(undefined);
    expect(mail.take()).toBeUndefined();
  });
});
