import * as v from "valibot";
import * as field from "./fields.ts";

/** Answers the OpenRPC document of the dialect: all methods, their schemas, errors and examples, and the events. */
export const discover = field.params({});

/** Its answer. */
export const discoverResult = field.reply({
  openrpc: v.string("must be text"),
  info: field.reply({ title: v.string("must be text"), version: v.string("must be text") }),
  methods: v.array(v.unknown(), "must be a list of methods"),
});
