import { randomInt, randomUUID } from "node:crypto";
import { refuse } from "@countersign/relay";
import { dialectLimits, type MethodParams } from "@countersign/rpc";
import { hashSecret } from "../core/hash.ts";
import type { Relay } from "../core/relay.ts";
import type { Found } from "../limits/common-limits.ts";
import type { Handlers, Reply } from "./handler.ts";

/** Numbers that people can say, under which a session is found. */
export function invitationHandlers(relay: Relay): Handlers<"Invitation.create" | "Invitation.claim"> {
  return {
    async "Invitation.create"(caller, { life = dialectLimits.invitationLife.default, ...parameters }) {
      const group = randomUUID();
      const session = randomUUID();
      // The session has to wait for whoever is invited.
      const sessionLife = Math.max(life, relay.sessionLife);
      const { directory, quotas } = relay;
      const answers = await quotas.within(quotas.session(group, caller.address), () =>
        Promise.all([
          directory.append(group, { type: "create", session, ...parameters, life: sessionLife }, caller.address),
          directory.invite({ type: "invite", group, session, life, draw: randomInt(2 ** 32) }),
          directory.listing?.enter(session, group),
        ]),
      );
      if ("ok" in answers) return answers;
      const [created, invited] = answers;
      if (!created.ok) return created;
      if (invited === undefined || !("nameplate" in invited))
        return invited?.ok === false ? invited : refuse("relay.unavailable");
      return { ok: true, result: { nameplate: invited.nameplate, group, session, life } };
    },

    async "Invitation.claim"(caller, params) {
      const answer = await relay.lookups.attempt(caller.address, () => claimInvitation(relay, params));
      return answer ?? refuse("relay.rate-limited");
    },
  };
}

/** Takes a place for who was invited. A guess is what leads to no place, whatever the reason. */
async function claimInvitation(
  { directory }: Relay,
  { nameplate, claim }: MethodParams<"Invitation.claim">,
): Promise<Found<Reply<"Invitation.claim">>> {
  const invitation = directory.invitation(nameplate);
  const host = invitation && directory.find(invitation.group);
  if (invitation === undefined || host === undefined) {
    return { isFound: false, answer: refuse("relay.unknown-invitation") };
  }
  const { group, session } = invitation;
  const answer = await host.append({ type: "claim", session, claim: hashSecret("claim", claim) });
  const state = host.sessions.get(session);
  if (answer.ok && state !== undefined) {
    const { kind, parties, threshold } = state;
    return { isFound: true, answer: { ok: true, result: { group, session, kind, parties, threshold } } };
  }
  return { isFound: false, answer: answer.ok ? refuse("relay.unknown-invitation") : answer };
}
