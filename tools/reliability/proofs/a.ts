import { SeededRandom } from "@countersign/testkit";
import { guess } from "../authority/guesses.ts";
import { openLiveSessions } from "../authority/live-sessions.ts";
import { tryAll } from "../authority/matrix.ts";
import { replay } from "../authority/replays.ts";
import { openSessions } from "../authority/sessions.ts";
import type { Figure, Proof } from "../proof.ts";
import { Relay, temporaryFolder } from "../relay.ts";

const none = { atMost: 0 };
const some = { atLeast: 1 };

/** Who is no member has no say: in whatever words, however often, and whatever it knows but a token. */
export const a: Proof = {
  id: "a",
  title: "authorization: who has no say in a session",
  async run(scale, { seed, progress, note }): Promise<readonly Figure[]> {
    const random = new SeededRandom(seed);
    const relay = new Relay({ data: temporaryFolder(), args: ["--drain", "1"] });
    const { url } = await relay.ready();

    progress("countersign.v1");
    const scenes = [await openSessions(url, "session"), await openSessions(url, "live group")];
    let [attempts, accepted, left, heard] = [0, 0, 0, 0];
    for (const scene of scenes) {
      const before = await scene.newest();
      const matrix = await tryAll(scene.attempts, scene.outsiders);
      attempts += matrix.cells;
      accepted += matrix.accepted;
      heard += scene.heard.length;
      left += (await scene.newest()) - before;
      note(`countersign.v1, on a ${scene.kind}\n${matrix.table}\n`);
    }

    progress("mpc-websocket");
    const mpc = await openLiveSessions(url);
    const outside = await tryAll(mpc.attempts, mpc.outsiders);
    const inside = await tryAll(mpc.insiderAttempts, mpc.insiders);
    note(`mpc-websocket\n${outside.table}\n\n${inside.table}\n`);
    // Proposals are heard, by design; of all else nothing is.
    const told = mpc.heard.filter(({ name }) => name !== "notifyProposal").length;

    progress("replays");
    const replayed = await replay(url, scale === "quick" ? 5_000 : 100_000, random);
    progress("guesses");
    const guessed = await guess(url, scale === "quick" ? 1_000 : 20_000, random);
    const status = await relay.end("SIGTERM");
    return [
      { name: "countersign.v1: attempts by outsiders", value: attempts, unit: "", target: some },
      { name: "countersign.v1: accepted", value: accepted, unit: "", target: none },
      { name: "countersign.v1: events that they left", value: left, unit: "", target: none },
      { name: "countersign.v1: events that members heard", value: heard, unit: "", target: none },
      { name: "mpc-websocket: attempts by outsiders", value: outside.cells + inside.cells, unit: "", target: some },
      { name: "mpc-websocket: accepted", value: outside.accepted + inside.accepted, unit: "", target: none },
      { name: "mpc-websocket: events but proposals that parties heard", value: told, unit: "", target: none },
      { name: "replays: calls of members by others", value: replayed.sent, unit: "", target: some },
      { name: "replays: accepted", value: replayed.accepted, unit: "", target: none },
      { name: "replays: without an answer", value: replayed.unanswered, unit: "", target: none },
      { name: "replays: events that members heard", value: replayed.heard, unit: "", target: none },
      { name: "guesses at a token", value: guessed.tokens, unit: "", target: some },
      { name: "guesses at a token: accepted", value: guessed.tokensAccepted, unit: "", target: none },
      {
        name: "guesses at an invitation that an address has",
        value: guessed.invitations,
        unit: "",
        target: { atMost: 5 },
      },
      {
        name: "right numbers accepted from there afterwards",
        value: guessed.invitationsAccepted,
        unit: "",
        target: none,
      },
      { name: "right numbers accepted from elsewhere", value: guessed.othersServed, unit: "", target: some },
      { name: "exit status afterwards", value: status, unit: "", target: none },
    ];
  },
};
