import type { Context } from "../context.ts";
import type { ListedContact } from "../store/contacts-store.ts";

/** `countersign contacts list`: labels, relay and when each was met last; never a key. */
export async function listContacts(flags: { readonly json?: boolean }, context: Context): Promise<void> {
  const contacts = await context.contacts.list();
  for (const contact of contacts) process.stdout.write(flags.json ? json(contact) : line(contact));
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
      return `${label}\t${relay}\tsince ${day(created)}\tlast ${day(lastUsed)}\n`;
    }
    case "sealed":
      return `${listed.label}\tsealed by a passphrase\n`;
    case "broken":
      return `${listed.label}\tnot usable: ${listed.detail}\n`;
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
  return `${JSON.stringify({ event: "contact", label, state, ...details })}\n`;
}

function day(iso: string): string {
  return iso.slice(0, 10);
}
