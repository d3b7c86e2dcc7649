// 03: who wants in says a JSON Web Token beside the link, in the same handshake: node examples/03-require-a-token.ts
// The host waits until both are there, checks the token with jose, and only then accepts or refuses. To somebody without
// a token, and to somebody with the token of another, it is as if there were nobody.
import { generateKeyPair } from "jose";
import { type Judge, receive } from "./src/door.ts";
import { sayOn, short } from "./src/screen.ts";
import { withTemporaryFolder } from "./src/temporary-folder.ts";
import { checkTicket, issueTicket } from "./src/ticket.ts";

const say = sayOn(process.stdout);
const issuer = "https://club.example";
const { publicKey, privateKey } = await generateKeyPair("Ed25519");

/** Made for Bob; Mallory has got hold of it. */
let token: Uint8Array = new Uint8Array(0);

const judge: Judge = async ({ hashname: guest, messages }, host) => {
  const jwt = messages.get("jwt");
  if (jwt === undefined || !messages.has("link")) {
    say("waits", `for more of ${short(guest)}, without a word`);
    return "wait";
  }
  const ticket = await checkTicket(jwt.body, publicKey, { issuer, guest, host });
  say(ticket.ok ? "accepts" : "refuses", ticket.ok ? short(guest) : `${short(guest)}: ${ticket.why}`);
  return ticket.ok ? "accept" : "refuse";
};

await withTemporaryFolder((folder) =>
  receive({
    folder,
    say,
    judge,
    guests: [
      {
        name: "bob",
        async messages(guest, host) {
          token = await issueTicket({ issuer, guest, host, key: privateKey, validFor: "1h" });
          return [{ type: "jwt", head: {}, body: token }];
        },
        ends: "accept",
      },
      { name: "carol", messages: async () => [], ends: "wait" },
      { name: "mallory", messages: async () => [{ type: "jwt", head: {}, body: token }], ends: "refuse" },
    ],
  }),
);
