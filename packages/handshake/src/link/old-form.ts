import { encodeLob, type JsonObject, writeLobHead } from "@countersign/wire";

/** CSIDs as JSON has them: two digits of lower-case hexadecimal. */
export const CSID_KEY = /^[0-9a-f]{2}$/;

/**
 * What a `link` was before it had a name of its own: type `key`, the intermediates among the keys of the head, the CSK as
 * the body. Implementations send it to this day where they are given nothing else to send; here it becomes a `link`.
 */
export function fromOldForm({ head, body }: { readonly head: JsonObject; readonly body: Uint8Array }) {
  const others = Object.entries(head);
  // Only texts: another value could be longer when it is written again, and no head may grow above its limit here.
  const intermediates = Object.fromEntries(
    others.filter(([key, value]) => CSID_KEY.test(key) && typeof value === "string"),
  );
  return {
    type: "link",
    head: Object.fromEntries(others.filter(([key]) => !CSID_KEY.test(key))),
    body: encodeLob({ head: writeLobHead(intermediates), body }),
  };
}
