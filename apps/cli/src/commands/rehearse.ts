import { randomBytes } from "node:crypto";
import { claimInvitation, createInvitation, parseCode, RelayError } from "@countersign/client";
import { frostKeygen, frostSign, type KeyShare, keyGroup } from "@countersign/signing";
import { CommandError, usageError } from "../command-error.ts";
import type { Context } from "../context.ts";
import { ExitStatus } from "../exit-status.ts";
import { Player, type Scene } from "../rehearsal/player.ts";
import { relayEnding } from "../session/endings.ts";
import { unlessAborted } from "../session/wait.ts";
import { readAccessToken } from "./access-token.ts";
import { chosenRelay } from "./chosen-relay.ts";
import type { DoctorFlags } from "./doctor.ts";

const fresh = (length: number) => new Uint8Array(randomBytes(length));

/**
 * `countersign rehearse`: the whole ceremony with all its parties in this process, at the relay that was chosen, with
 * keys that nobody keeps. Says how long each step takes, and what people would be asked. Throws `CommandError`.
 */
export async function rehearse(flags: DoctorFlags, context: Context): Promise<void> {
  const { parties, threshold } = flags;
  if (threshold < 2 || threshold > parties) {
    throw usageError("usage.threshold", `The threshold of ${parties} parties is 2 to ${parties}, not ${threshold}.`);
  }
  const url = chosenRelay(flags, process.env);
  const accessToken = await readAccessToken(flags, { relay: url, environment: process.env });
  const players = Array.from({ length: parties }, (_, index) => new Player(`party-${index + 1}`, { url, accessToken }));
  try {
    await unlessAborted(perform(players, threshold, context), context.interruption);
  } catch (error) {
    throw error instanceof RelayError ? relayEnding(error, url) : error;
  } finally {
    for (const { relay } of players) relay.close();
  }
}

async function perform(players: readonly Player[], threshold: number, { screen }: Context): Promise<void> {
  let began = performance.now();
  const tell = (step: string, asked: string) => {
    const now = performance.now();
    screen.show({ event: "rehearsed", step, ms: Math.round(now - began), asked });
    began = now;
  };
  const all = players.length;
  const scenes = await gather(players, threshold);
  tell("connect", `one says a code of four words to ${all === 2 ? "the other" : `the ${all - 1} others`}, who type it`);
  const seen = await Promise.all(scenes.map((scene) => scene.compare()));
  if (new Set(seen.map(({ words, digits }) => `${words} ${digits}`)).size !== 1) {
    const message =
      "The words differ within one process: somebody at or before the relay is in between. Use another one.";
    throw new CommandError(ExitStatus.mismatch, "peer.sas-mismatch", message);
  }
  tell(
    "pair",
    `everybody reads five words aloud (${seen[0]?.words.replaceAll("-", " ")}), and says of each of the others: heard`,
  );
  await Promise.all(scenes.map((scene) => scene.agree()));
  tell("confirm", "nothing");
  const shares = await Promise.all(scenes.map(makeShare));
  tell("key", "a passphrase for the share, in the beginning");
  const signers = players.slice(0, threshold);
  await sign(signers, shares, scenes);
  tell("sign", "what is signed, with a digest that is the same for all: yes or no");
  screen.show({ event: "notice", text: "It works. Nothing was kept: neither keys nor signature." });
}

async function gather(players: readonly Player[], threshold: number): Promise<readonly Scene[]> {
  const [host, ...guests] = players;
  if (host === undefined) return [];
  const invitation = await createInvitation(host.relay, { kind: "keygen", parties: players.length, threshold });
  const parsed = parseCode(invitation.spoken);
  if (!parsed.ok) throw new Error(parsed.detail);
  const entered = guests.map(async (guest) =>
    guest.enter({ invitation: await claimInvitation(guest.relay, parsed.code) }),
  );
  return await Promise.all([host.enter({ invitation }), ...entered]);
}

async function makeShare(scene: Scene): Promise<KeyShare> {
  const { session, ready } = scene;
  const { parties, threshold } = session.parameters;
  const numbers = Array.from({ length: parties }, (_, index) => index + 1);
  const { transcript } = ready;
  const options = { suite: "secp256k1-taproot", numbers, self: session.number, threshold, transcript } as const;
  return await scene.play(frostKeygen({ ...options, randomBytes: fresh }));
}

/** Those who sign meet by the keys that they have of each other, and not by a code. */
async function sign(signers: readonly Player[], shares: readonly KeyShare[], scenes: readonly Scene[]): Promise<void> {
  const session = fresh(16);
  const numbers = scenes.slice(0, signers.length).map((scene) => scene.session.number);
  const sorted = [...numbers].sort((a, b) => a - b);
  const text = "A rehearsal. This signature is for nothing.";
  await Promise.all(
    signers.map(async (player, index) => {
      const share = shares[index];
      const scene = scenes[index];
      if (share === undefined || scene === undefined) return;
      const { number, threshold } = share;
      const key = {
        group: keyGroup(share),
        session,
        number,
        kind: "sign",
        parties: signers.length,
        threshold,
      } as const;
      const meeting = await player.enter({ key: { ...key, pins: scene.ready.pins } });
      const { transcript } = await meeting.agree();
      const proposal = index === 0 ? { proposal: { kind: "text", text } as const } : {};
      const options = { share, signers: sorted, transcript, approve: () => true, randomBytes: fresh };
      await meeting.play(frostSign({ ...options, ...proposal }));
    }),
  );
}
