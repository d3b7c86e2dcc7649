import type { Invitation, RelayConnection } from "@countersign/client";
import { CommandError } from "../command-error.ts";
import type { Context } from "../context.ts";
import { ExitStatus } from "../exit-status.ts";
import { codeLife } from "../limits.ts";
import { defaultName, relayOfLink } from "../options.ts";
import { askCode } from "./ask-code.ts";
import { chosenNetwork, type NewKeyFlags } from "./ceremony-flags.ts";
import { chosenRelay } from "./chosen-relay.ts";
import { keyPassphrase, keySealOf } from "./key-passphrase.ts";
import { makeKey } from "./make-key.ts";
import type { KeygenPurpose } from "./purpose.ts";

/** `countersign join [CODE]`: takes part in making a key. Throws `CommandError`. */
export async function join(typed: string | undefined, flags: NewKeyFlags, context: Context): Promise<void> {
  const { suite, label } = flags;
  const network = chosenNetwork(flags);
  if (label !== undefined) await context.keys.expectFree(label);
  const seal = await keySealOf(keyPassphrase(flags, context));
  const code = await askCode(typed, context, "countersign keygen");
  const chosen = chosenRelay(flags, process.env);
  const relay = flags.relay ?? (code.relay === undefined ? chosen : relayOfLink(code.relay, chosen));
  const { claimInvitation, generateIdentity } = await import("@countersign/client");
  const invite = async (connection: RelayConnection) => {
    const invitation = await claimInvitation(connection, code);
    checkKind(invitation.parameters);
    return invitation;
  };
  const purpose: KeygenPurpose = { command: "keygen", role: "guest", relay, suite, network, ...(label && { label }) };
  await makeKey(
    {
      flags,
      role: "guest",
      introduction: { type: "code", invite },
      purpose,
      self: { label: flags.name ?? defaultName(), identity: generateIdentity() },
      seal,
      // The others may still be typing the code.
      waitSeconds: flags.wait ?? codeLife.default,
      checkpoint: undefined,
    },
    context,
  );
}

function checkKind({ kind }: Invitation["parameters"]): void {
  if (kind === "keygen") return;
  const message = `By what the relay says, this code is not for a key, but for "${kind}". A file is taken with "countersign receive".`;
  throw new CommandError(ExitStatus.mismatch, "relay.other-kind", message);
}
