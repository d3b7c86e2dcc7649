import process from "node:process";

/**
 * Node 24 and 25 find out by exceptions what keys they were given unless they are strings or KeyObjects, which takes 10 to
 * 20 microseconds, as long as half a DH.
 */
export const isSlowWithRawKeys = /^v2[45]\./.test(process.version);
