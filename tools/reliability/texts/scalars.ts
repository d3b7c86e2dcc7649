// Literals, numbers and strings of RFC 8259, and what is one step away from them.

/** Words that are values. */
export const literals = ["null", "true", "false"];
/** Words that are none. */
export const notLiterals = [
  "nul",
  "nulll",
  "Null",
  "NULL",
  "True",
  "tru",
  "truefalse",
  "undefined",
  "nil",
  "None",
  "yes",
  "@",
];

/** Numbers, also those that no double holds. */
export const numbers = [
  ...["0", "-0", "1", "-1", "10", "1234567890", "0.5", "-0.5", "0.10", "1.0", "3.14159"],
  ...["1e5", "1E5", "1e+5", "1E+5", "1e-5", "1E-05", "0e0", "-0e-0", "0.1e1", "1.5E10", "1e00"],
  // What no double holds exactly, or at all, is a number nevertheless.
  ...["9007199254740993", "123456789012345678901234567890", "1e400", "-1e400", "1e-400", "1e999999999"],
  `0.${"3".repeat(400)}`,
  "9".repeat(1_000),
  `1e${"0".repeat(300)}1`,
];
/** What other notations call a number. */
export const notNumbers = [
  ...["+1", "-", "--1", "+-1", "01", "-01", "00", "1.", "-1.", ".5", "-.5", "1..2", "1.2.3", "1.e5", "-a"],
  ...[
    "1e",
    "1e+",
    "1E-",
    "1e1.5",
    "1e+-5",
    "1ee5",
    "e5",
    "0x10",
    "0b1",
    "0o7",
    "1_000",
    "1'000",
    "1 000",
    "1x",
    "1f",
    "1n",
  ],
  ...[
    "NaN",
    "-NaN",
    "Infinity",
    "-Infinity",
    "inf",
    "∞",
    "１",
    "٣",
    "½",
    "1\u00a0",
    "1,",
    ",1",
    "1;",
    "$1",
    "1-1",
    "1+1",
  ],
];

/** Strings, with every escape there is. */
export const strings = [
  ...['""', '" "', '"a"', '"\\""', '"\\\\"', '"\\\\\\""', '"\\/"', '"/"', '"\\b\\f\\n\\r\\t"', '"\'"', '"//"', '"/*"'],
  ...[
    '"\\u0041"',
    '"\\u00e9"',
    '"\\u00E9"',
    '"\\u0000"',
    '"\\u001f"',
    '"\\u2028\\u2029"',
    '"\\ud83d\\ude00"',
    '"\\uFEFF"',
  ],
  // Halves of pairs: the grammar lets them through, and nothing but their escapes may come of them.
  ...['"\\ud800"', '"\\udfff"', '"\\udc00\\ud800"', '"\\ud800\\u0041"', '"\\ud800\\ud800\\udc00"', '"\\uDAAA\\""'],
  ...[
    '"\u007f"',
    '"\u0080"',
    '"\u00a0"',
    '"\u2028"',
    '"\ufeff"',
    '"\uffff"',
    '"\u{10ffff}"',
    '"\u{1f600}"',
    '"e\u0301"',
  ],
  // Nothing in a string is structure.
  ...['"[{[{[{"', '"}]}]"', '"\\"[[[["', '",,,:::"', `"${"[".repeat(100)}"`, `"${'\\"{'.repeat(100)}"`, '"\\\\"'],
  `"${"a".repeat(40_000)}"`,
  `"${"\\u0061".repeat(5_000)}"`,
];
/** Strings that are not closed, or hold what has to be escaped, or escape what cannot be. */
export const notStrings = [
  ...['"', '"a', 'a"', '"\\"', '"\\', '"a\\', '"a"b"', '"a""b"', "'a'", "`a`", "“a”", "a", '"a" "b"', '"a"+"b"'],
  ...[
    '"\\x41"',
    '"\\a"',
    '"\\0"',
    '"\\\'"',
    '"\\v"',
    '"\\ "',
    '"\\U0041"',
    '"\\u"',
    '"\\u1"',
    '"\\u12"',
    '"\\u123"',
    '"\\\u00e9"',
  ],
  ...[
    '"\\u00G0"',
    '"\\u{41}"',
    '"\\u+041"',
    '"\\u 041"',
    '"\\u004"',
    '"\\uD83D\\u"',
    '"\\ud800\\"',
    '"\\\n"',
    '"\\\u0000"',
  ],
  ...['"\u0000"', '"\u0001"', '"\u0008"', '"\t"', '"\n"', '"\r"', '"\u001f"', '"a\u0000b"', '"a\r\nb"'],
];
