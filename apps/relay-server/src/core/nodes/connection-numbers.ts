/** More nodes never begin in the life of a relay. */
const NODES = 2 ** 21;

/** How the connections of a node are counted, so that no connection of another one has the same number. */
export interface Numbering {
  readonly first: number;
  readonly step: number;
}

/** The numbers of a node that is the only one. */
export const alone: Numbering = { first: 1, step: 1 };

/** The numbers of one node of several. */
export function numbersOf(node: number): Numbering {
  return { first: NODES + node, step: NODES };
}

/** The node of a connection, among several. */
export function nodeOf(connection: number): number {
  return connection % NODES;
}
