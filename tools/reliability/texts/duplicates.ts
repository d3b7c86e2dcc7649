import { type Case, carrier, inBoth, unreadable } from "./case.ts";

// Of two members with one name, parsers keep different ones: what one reader checked, another would not act on.

const call = (members: string) => `{"jsonrpc":"2.0",${members}}`;

const texts: readonly string[] = [
  call('"id":1,"id":2,"method":"?"'),
  call('"id":1,"id":1,"method":"?"'),
  call('"id":1,"method":"?","method":"Relay.info"'),
  call('"id":1,"method":"Relay.info","params":{},"params":{}'),
  call('"id":1,"method":"?","jsonrpc":"2.0"'),
  // The same name in another spelling.
  call('"id":1,"\\u0069d":2,"method":"?"'),
  call('"id":1,"method":"?","\\u006d\\u0065thod":"Relay.info"'),
  call('"id":1,"meth\\u006Fd":"?","meth\\u006fd":"Relay.info"'),
  call('"id":1,"method":"?","par\\u0061ms":[],"params":[]'),
  carrier('{"a":1,"a":2}'),
  carrier('{"a":1,"b":2,"a":1}'),
  carrier('{"a":1,"\\u0061":2}'),
  carrier('{"\\/":1,"/":2}'),
  carrier('{"\\u000a":1,"\\n":2}'),
  carrier('{"\\ud83d\\ude00":1,"\u{1f600}":2}'),
  carrier('{"\\ud800":1,"\\uD800":2}'),
  carrier('{"":1,"":2}'),
  carrier('{"__proto__":1,"__proto__":2}'),
  carrier('{"__proto__":1,"\\u005f_proto__":2}'),
  carrier('[{"a":{"b":1,"b":2}}]'),
  carrier('[[[[[{"a":[],"a":{}}]]]]]'),
  carrier('{"a":{"x":1},"b":{"x":1},"a":{"x":1}}'),
  carrier('{"a":"}","a":1}'),
  carrier('{"a":"\\"","a":1}'),
  carrier('{ "a" : 1 , "a" : 2 }'),
  carrier(`{${Array.from({ length: 3_000 }, (_, i) => `"k${i}":0`).join()},"k0":1}`),
];

/** An object with a name twice, in both dialects. */
export const duplicates: readonly Case[] = texts.flatMap((text, i) =>
  inBoth(`name twice, case ${i + 1}`, text, unreadable),
);
