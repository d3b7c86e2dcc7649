import { channelTransitions, conversationTransitions } from "../../packages/handshake/src/channel/transitions.ts";
import { channelTransitions as e3xChannelTransitions } from "../../packages/handshake/src/e3x-channels/transitions.ts";
import { runTransitions } from "../../packages/handshake/src/exchange/transitions.ts";
import { groupTransitions } from "../../packages/handshake/src/group/transitions.ts";
import { groupLinkTransitions } from "../../packages/handshake/src/group-link/transitions.ts";
import { transitions as sasTransitions } from "../../packages/handshake/src/sas/transitions.ts";
import { transitions as sessionTransitions } from "../../packages/relay/src/transitions.ts";
import { ceremonyTransitions } from "../../packages/session/src/transitions.ts";
import { type Edge, edgesOf, edgesOfPhases } from "./edges.ts";

/** A machine with a table of its own. */
export interface Drawing {
  /** As in the marker `<!-- transitions:NAME -->`. */
  readonly name: string;
  /** Where the table stands. */
  readonly source: string;
  /** States in which it may begin. */
  readonly start: readonly string[];
  readonly edges: readonly Edge[];
}

const handshake = "packages/handshake/src";

export const machines: readonly Drawing[] = [
  {
    name: "exchange",
    source: `${handshake}/exchange/transitions.ts`,
    start: ["calling", "answering"],
    edges: edgesOf(runTransitions),
  },
  {
    name: "channel",
    source: `${handshake}/channel/transitions.ts`,
    start: ["tentative", "live"],
    edges: edgesOf(channelTransitions),
  },
  {
    name: "conversation",
    source: `${handshake}/channel/transitions.ts`,
    start: ["open"],
    edges: edgesOf(conversationTransitions),
  },
  {
    name: "e3x-channel",
    source: `${handshake}/e3x-channels/transitions.ts`,
    start: ["opening", "offered"],
    edges: edgesOf(e3xChannelTransitions),
  },
  { name: "sas", source: `${handshake}/sas/transitions.ts`, start: ["created"], edges: edgesOf(sasTransitions) },
  {
    name: "peer-group",
    source: `${handshake}/group/transitions.ts`,
    start: ["gathering"],
    edges: edgesOf(groupTransitions),
  },
  {
    name: "group-link",
    source: `${handshake}/group-link/transitions.ts`,
    start: ["waiting"],
    edges: edgesOf(groupLinkTransitions),
  },
  {
    name: "ceremony",
    source: "packages/session/src/transitions.ts",
    start: ["created"],
    edges: edgesOf(ceremonyTransitions),
  },
  {
    name: "relay-session",
    source: "packages/relay/src/transitions.ts",
    start: ["gathering"],
    edges: edgesOfPhases(sessionTransitions),
  },
];
