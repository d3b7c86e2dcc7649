import type { Invitation, KeyMeeting, RelayConnection, SessionRecord } from "@countersign/client";
import type { Contact } from "../store/contact.ts";
import type { SealedJournal } from "../store/sealed-journal.ts";

/**
 * How two come together at a relay: by a code, as the one who makes it or the one who has it, as contacts or holders of a key, or because
 * another process of this program has met somebody and was ended before it was done.
 */
export type Introduction =
  | {
      readonly type: "code";
      /** Makes or claims the invitation, and says so to the user. */
      readonly invite: (relay: RelayConnection) => Promise<Invitation>;
    }
  | { readonly type: "contact"; readonly contact: Contact }
  /** As holders of a key, of whom as many as sign take part. */
  | { readonly type: "key"; readonly meeting: KeyMeeting }
  | {
      readonly type: "resumed";
      readonly record: SessionRecord;
      readonly journal: SealedJournal;
      /** Whom the user calls by this name. */
      readonly contact: string | undefined;
    };

/** The label of the contact that is met, if it is one. */
export function contactOf(introduction: Introduction): string | undefined {
  if (introduction.type === "code" || introduction.type === "key") return undefined;
  return introduction.type === "contact" ? introduction.contact.label : introduction.contact;
}
