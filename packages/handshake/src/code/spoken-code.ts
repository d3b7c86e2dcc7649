import { sayBytes, wordFits, wordsLike } from "../spoken-words.ts";

/** Words of a code unless the user asks for more: 8 bits each. */
export const DEFAULT_CODE_WORDS = 4;
const SAS_WORDS = 5;
const MOST_CODE_WORDS = 16;
const NAMEPLATE = /^[1-9][0-9]{0,5}$/;
const LINK = /^https?:\/\/[^\s/]+\/(?:[^\s#]*)#(.*)$/i;

/** A code that a user typed or scanned. */
export interface ParsedCode {
  /** Where the two meet at the relay: 1 to 6 digits. Public. */
  readonly nameplate: string;
  /** What proves that they meant each other: words joined by "-", or 32 hexadecimal digits of a link. Secret. */
  readonly secret: string;
  /** The relay that a link named, as a WebSocket URL. Public and not to be trusted, as any relay. */
  readonly relay?: string;
}

/** Why a code cannot be right; found before it costs a guess. */
export type CodeFault =
  | "empty"
  | "looks-like-sas"
  | "no-nameplate"
  | "unknown-word"
  | "wrong-order"
  | "too-few-words"
  | "too-many-words"
  | "malformed-link";

export type ParseCodeResult =
  | { readonly ok: true; readonly code: ParsedCode }
  | {
      readonly ok: false;
      readonly reason: CodeFault;
      /** A sentence for the user; says at most the word that was not understood. */
      readonly detail: string;
      /** Words of the list that begin alike. */
      readonly suggestions: readonly string[];
    };

/** Makes the secret part of a code: one uniform byte per word. 4 to 16 words; secret. */
export function makeCode(randomBytes: (length: number) => Uint8Array, words = DEFAULT_CODE_WORDS): string {
  return sayBytes(randomBytes(Math.min(MOST_CODE_WORDS, Math.max(DEFAULT_CODE_WORDS, words))));
}

/**
 * Reads what a user typed where a code is asked for (spec 0003, section 4): NFKD, lower case; runs of spaces, hyphens
 * and dashes become one "-"; each word must be of the list that its position asks for. A link is read, too.
 */
export function parseCode(text: string): ParseCodeResult {
  const trimmed = text.trim();
  if (/^[a-z]+:\/\//i.test(trimmed)) return parseLink(trimmed);
  return parseSpoken(trimmed);
}

/** The link form of a code, for a QR code: the secret is in the fragment, which a browser never sends to a server. */
export function formatLink(relayUrl: string, spoken: string): string {
  return `${relayUrl.replace(/^ws/, "http").replace(/\/+$/, "")}/#${spoken}`;
}

function normalize(text: string): string {
  return text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[\s\p{Pd}_\u2212]+/gu, "-")
    .replace(/^-+|-+$/g, "");
}

function parseSpoken(text: string): ParseCodeResult {
  const normalized = normalize(text);
  if (normalized === "") return fault("empty", "No code was entered.");
  const [first = "", ...rest] = normalized.split("-");
  if (!NAMEPLATE.test(first)) return withoutNameplate([first, ...rest]);
  if (rest.length === 0) return looksLikeDigits(first);
  return checkWords(first, rest);
}

function withoutNameplate(words: readonly string[]): ParseCodeResult {
  if (words.length === SAS_WORDS && words.every((word, position) => wordFits(word, position))) {
    return fault(
      "looks-like-sas",
      "These five words are the ones to compare at the end. The code to type begins with a number and has four words.",
    );
  }
  return fault("no-nameplate", "A code begins with a number, like 7-revenge-guitarist-….");
}

function looksLikeDigits(digits: string): ParseCodeResult {
  if (digits.length === 6) {
    return fault(
      "looks-like-sas",
      "These six digits are the ones to compare at the end. The code to type is a number and four words.",
    );
  }
  return fault("too-few-words", "The words of the code are missing behind its number.");
}

function checkWords(nameplate: string, words: readonly string[]): ParseCodeResult {
  for (const [position, word] of words.entries()) {
    if (wordFits(word, position)) continue;
    if (wordFits(word, position + 1)) {
      return fault("wrong-order", `"${word}" cannot stand at this place: two words are swapped, or one is missing.`);
    }
    const suggestions = wordsLike(word.slice(0, 3), position);
    return fault("unknown-word", `"${word}" is not a word of a code.`, suggestions);
  }
  if (words.length < DEFAULT_CODE_WORDS) return fault("too-few-words", "A code has at least four words.");
  if (words.length > MOST_CODE_WORDS) return fault("too-many-words", "A code has at most sixteen words.");
  return { ok: true, code: { nameplate, secret: words.join("-") } };
}

function parseLink(text: string): ParseCodeResult {
  const fragment = LINK.exec(text)?.[1];
  if (fragment === undefined) return fault("malformed-link", "This link holds no code behind a #.");
  const relay = text.slice(0, text.indexOf("#")).replace(/^http/i, "ws").replace(/\/$/, "");
  const secret = /^([1-9][0-9]{0,5})-([0-9a-f]{32})$/.exec(fragment);
  if (secret?.[1] !== undefined && secret[2] !== undefined) {
    return { ok: true, code: { nameplate: secret[1], secret: secret[2], relay } };
  }
  const spoken = parseSpoken(fragment);
  return spoken.ok ? { ok: true, code: { ...spoken.code, relay } } : spoken;
}

function fault(reason: CodeFault, detail: string, suggestions: readonly string[] = []): ParseCodeResult {
  return { ok: false, reason, detail, suggestions };
}
