// What to do next, alike in all endings.

export const AGAIN = "Start again with a new code.";
export const SOMEBODY = "If it was not a slip, somebody is in between: nothing was sent, and this code is void.";

/** Where two of those who meet go by one name. */
export const RENAME = "Give one of them another name (keygen, join: --name; send, receive: --label), and start again.";

/** After an end that says nothing about who is there. */
export function again(contact: string | undefined): string {
  return contact === undefined ? AGAIN : "Start again when both are ready.";
}

/** What to do when nothing is proven, neither for nor against the contact. */
export function patience(contact: string | undefined): string {
  return `Try again; only if it stays so, talk to ${contact ?? "the other person"} in person about pairing anew.`;
}
