import type { Defence } from "./defence.ts";

const attacks = "handshake/test/attacks/";

/** What it rests on who sits in a session (spec 0003). */
export const rosterDefences: readonly Defence[] = [
  {
    against: "a leaked code used to replace a pinned party",
    file: "handshake/src/group/introduction.ts",
    find: "if (pin !== undefined && !(",
    replace: "if (pin === undefined && !(pin !== undefined && ",
    tests: [`${attacks}lying-relay.test.ts`],
  },
  {
    against: "a peer with our own keys or label",
    file: "handshake/src/group/introduction.ts",
    find: "for (const other of [own, ...others]) {",
    replace: "for (const other of others) {",
    tests: [`${attacks}lying-relay.test.ts`],
  },
  {
    against: "edited kind, threshold or parties",
    file: "handshake/src/context.ts",
    find: "    u8(kindByte(parameters.kind)),\n    u16(parameters.parties),\n    u16(parameters.threshold),\n",
    replace: "",
    tests: [`${attacks}lying-relay.test.ts`],
  },
  {
    against: "another group or session",
    file: "handshake/src/context.ts",
    find: "    lp(parameters.group),\n    lp(parameters.session),\n",
    replace: "",
    tests: [`${attacks}lying-relay.test.ts`],
  },
  {
    against: "edited versions",
    file: "handshake/src/group/roster.ts",
    find: "if (!equalBytes(versions, VERSION)) return faults.version(number);",
    replace: "",
    tests: [`${attacks}lying-relay.test.ts`],
  },
  {
    against: "another endpoint in a party's place",
    file: "handshake/src/group/roster.ts",
    find: "if (known !== undefined && (closed || this.complete)) return faults.replaced(number);",
    replace: 'if (known !== undefined && (closed || this.complete)) return { type: "known" };',
    tests: [`${attacks}lying-relay.test.ts`],
  },
  {
    against: "ghost members and numbers that do not exist",
    file: "handshake/src/group/roster.ts",
    find: "if (!valid || ",
    replace: "if (",
    tests: [`${attacks}lying-relay.test.ts`],
  },
];
