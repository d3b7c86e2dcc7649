import { randomInt, randomUUID } from "node:crypto";
import { refuse } from "@countersign/relay";
import { dialectLimits } from "@countersign/rpc";
import { hashSecret } from "../core/hash.ts";
import type { Relay } from "../core/relay.ts";
import type { Handlers } from "./handler.ts";

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
          directory.enlist(session, group),
        ]),
      );
      if ("ok" in answers) return answers;
      const [created, invited] = answers;
      if (!created.ok) return created;
      if (invited === undefined || !("nameplate" in invited))
        return invited?.ok === false ? invited : refuse("relay.unavailable");
      return { ok: true, result: { nameplate: invited.nameplate, group, session, life } };
    },

    async "Invitation.claim"(caller, { nameplate, claim }) {
      const { directory, lookups } = relay;
      if (lookups.isReached(caller.address)) return refuse("relay.rate-limited");
      const invitation = directory.invitation(nameplate);
      const host = invitation && directory.find(invitation.group);
      if (invitation === undefined || host === undefined) {
        lookups.fail(caller.address);
        return refuse("relay.unknown-invitation");
      }
      const { group, session } = invitation;
      const answer = await host.append({ type: "claim", session, claim: hashSecret("claim", claim) });
      const state = host.sessions.get(session);
      if (answer.ok && state !== undefined) {
        const { kind, parties, threshold } = state;
        return { ok: true, result: { group, session, kind, parties, threshold } };
      }
      lookups.fail(caller.address);
      return answer.ok ? refuse("relay.unknown-invitation") : answer;
    },
  };
}
