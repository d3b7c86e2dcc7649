import type { RelayConnection } from "@countersign/client";
import { usageError } from "../command-error.ts";
import type { Context } from "../context.ts";
import { codeLife } from "../limits.ts";
import { defaultName } from "../options.ts";
import { chosenNetwork, type NewKeyFlags } from "./ceremony-flags.ts";
import { chosenRelay } from "./chosen-relay.ts";
import { keyPassphrase, keySealOf } from "./key-passphrase.ts";
import { makeKey } from "./make-key.ts";
import { commandFor } from "./other-side.ts";
import type { KeygenPurpose } from "./purpose.ts";

export interface KeygenFlags extends NewKeyFlags {
  readonly parties: number;
  readonly threshold: number;
  readonly codeLife?: number;
  readonly words?: number;
}

/** `countersign keygen`: makes a key with all who come by the code that is shown. Throws `CommandError`. */
export async function keygen(flags: KeygenFlags, context: Context): Promise<void> {
  const { parties, threshold, suite, label } = flags;
  const network = chosenNetwork(flags);
  if (threshold < 2 || threshold > parties) {
    throw usageError("usage.threshold", `The threshold of ${parties} parties is 2 to ${parties}, not ${threshold}.`);
  }
  if (label !== undefined) await context.keys.expectFree(label);
  // While there is time to type it, and before there is a secret that nobody could seal.
  const seal = await keySealOf(keyPassphrase(flags, context));
  const relay = chosenRelay(flags, process.env);
  const lifeSeconds = flags.codeLife ?? codeLife.default;
  const { generateIdentity } = await import("@countersign/client");
  const purpose: KeygenPurpose = { command: "keygen", role: "host", relay, suite, network, ...(label && { label }) };
  const invite = (connection: RelayConnection) => invited(connection, { flags, lifeSeconds, relay, context });
  await makeKey(
    {
      flags,
      role: "host",
      introduction: { type: "code", invite },
      purpose,
      self: { label: flags.name ?? defaultName(), identity: generateIdentity() },
      seal,
      waitSeconds: flags.wait ?? lifeSeconds,
      checkpoint: undefined,
    },
    context,
  );
}

interface InviteOptions {
  readonly flags: KeygenFlags;
  readonly lifeSeconds: number;
  readonly relay: string;
  readonly context: Context;
}

async function invited(connection: RelayConnection, { flags, lifeSeconds, relay, context }: InviteOptions) {
  const [{ createInvitation }, { formatLink }] = await Promise.all([
    import("@countersign/client"),
    import("@countersign/handshake"),
  ]);
  const { parties, threshold, suite } = flags;
  const words = flags.words === undefined ? {} : { words: flags.words };
  const invitation = await createInvitation(connection, { kind: "keygen", parties, threshold, lifeSeconds, ...words });
  // What all have to say alike goes along with the code, in the command that the others are told.
  const options = [
    ...(suite === "secp256k1-taproot" ? [] : ["--suite", suite]),
    ...(flags.network === undefined || flags.network === "mainnet" ? [] : ["--network", flags.network]),
  ];
  context.screen.show({
    event: "code",
    code: invitation.spoken,
    link: formatLink(relay, invitation.spoken),
    command: commandFor("join", relay, options),
    life_seconds: lifeSeconds,
    joiners: parties - 1,
  });
  return invitation;
}
