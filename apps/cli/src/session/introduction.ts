import type { Invitation, RelayConnection } from "@countersign/client";
import type { Contact } from "../store/contact.ts";

/** How two come together at a relay: by a code, as the one who makes it or the one who has it, or as contacts. */
export type Introduction =
  | {
      readonly type: "code";
      /** Makes or claims the invitation, and says so to the user. */
      readonly invite: (relay: RelayConnection) => Promise<Invitation>;
    }
  | { readonly type: "contact"; readonly contact: Contact };
