import type { Context } from "../context.ts";
import { spellOut } from "../screens/spell-out.ts";
import type { ListedContact } from "../store/contacts-store.ts";

/** `countersign contacts` or `contacts list`: labels, relay and when each was met last; never a key. */
export async function listContacts(flags: { readonly json?: boolean }, context: Context): Promise<void> {
  const contacts = await context.contacts.list();
  for (const contact of contacts) process.stdout.write(`${flags.json ? spellOut(json(contact)) : line(contact)}\n`);
  if (contacts.length === 0 && !flags.json) {
    context.screen.show({ event: "notice", text: "No contacts yet. Pair with --as LABEL to keep one." });
  }
}

/** `countersign contacts forget LABEL`. Throws `CommandError` if there is none. */
export async function forgetContact(label: string, context: Context): Promise<void> {
  await context.contacts.forget(label);
  context.screen.show({ event: "contact-forgotten", label });
}

function line(listed: ListedContact): string {
  switch (listed.state) {
    case "plain": {
      const { label, relay, created, lastUsed } = listed.contact;
      return [label, relay, `since ${day(created)}`, `last ${day(lastUsed)}`].map(spellOut).join("\t");
    }
    case "sealed":
      return `${spellOut(listed.label)}\tsealed by a passphrase`;
    case "broken":
      return `${spellOut(listed.label)}\tnot usable: ${spellOut(listed.detail)}`;
  }
}

function json(listed: ListedContact): string {
  const { label, state } = listed;
  const details =
    listed.state === "plain"
      ? {
          relay: listed.contact.relay,
          own_label: listed.contact.self.label,
          peer_label: listed.contact.peer.label,
          created: listed.contact.created,
          last_used: listed.contact.lastUsed,
        }
      : {};
  return JSON.stringify({ event: "contact", label, state, ...details });
}

function day(iso: string): string {
  return iso.slice(0, 10);
}
