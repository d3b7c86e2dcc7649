// One story runs through all examples: who invites is member 1, who was invited member 2; the group of three is another.

export const invited = {
  group: "33d5cc94-6f0e-4b0b-9d2f-52b1f7c0e9a1",
  session: "401158bf-1c8b-4a2e-8f0d-6f5a5b9d7c32",
} as const;

export const group = "7c9f2d10-4f43-4d7a-9a59-0b6f0a5f2e44";
export const keygen = "9b2a6c70-31f5-4d8b-8a7e-4f1f1d3c5b66";
export const signing = "c0ffee00-5a1d-4e0f-b1a2-8d9e7f6a5b77";

/** 32 bytes of the same value. */
export const bytes = {
  1: "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE",
  2: "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI",
  3: "AwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwM",
  4: "BAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQ",
} as const;

export const claim = "BQUFBQUFBQUFBQUFBQUFBQ";

export const member = (number: 1 | 2) => ({ number, eid: bytes[number], versions: "AQ", online: true });
