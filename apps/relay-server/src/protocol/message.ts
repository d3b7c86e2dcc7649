/**
 * A text of a client, or the bytes of what was no text. Nothing more, because a chunk of a socket holds thousands of
 * the smallest ones.
 */
export type Message = string | number;
