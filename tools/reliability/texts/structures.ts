// Arrays, objects and white space of RFC 8259, and what is one step away from them.

/** Arrays. */
export const arrays = [
  ...[
    "[]",
    "[ ]",
    "[1]",
    "[ 1 ]",
    "[1,2]",
    "[1 , 2]",
    "[[]]",
    "[[],[[]]]",
    '[null,true,{},[],"",0]',
    "[[[[[]]]]]",
    '[{"a":1},{"a":1}]',
  ],
  `[${"0,".repeat(10_000)}0]`,
];
/** Arrays with a comma, bracket or value too many or too few. */
export const notArrays = [
  ...[
    "[",
    "]",
    "[[",
    "]]",
    "[]]",
    "[[]",
    "][",
    "[1",
    "1]",
    "[,",
    "[,]",
    "[,1]",
    "[1,]",
    "[1,,2]",
    "[,,]",
    "[1 2]",
    "[1;2]",
  ],
  ...[
    "[1:2]",
    "[1}",
    "{1]",
    "(1)",
    "<1>",
    "[1)",
    "[1],,",
    "[1]x",
    "[...]",
    '["a"',
    '["a]',
    '["a",',
    '["a":1]',
    "[-]",
    "[1,\u000b2]",
  ],
];

/** Objects. */
export const objects = [
  ...["{}", "{ }", '{"a":1}', '{ "a" : 1 }', '{"a":1,"b":2}', '{"":0}', '{"a":{"a":{"a":1}}}'],
  // Names that only look the same are two.
  ...['{"a":1,"A":2}', '{"\u00e9":1,"e\u0301":2}', '{"a":1,"a ":2}', '{"\\ud800":1,"\\udc00":2}', '{"1":1,"01":2}'],
  ...[
    '{"a":[{"a":1}]}',
    '{"}":"{"}',
    '{"\\"":1}',
    '{"\\u0000":1}',
    '{"a":"a"}',
    '{"a":"\\"a\\":1"}',
    '{"a,b":1,"a:b":2}',
  ],
  `{${Array.from({ length: 2_000 }, (_, i) => `"k${i}":${i}`).join()}}`,
];
/** Objects with a mark or name too many, too few, or of another kind. */
export const notObjects = [
  ...[
    "{",
    "}",
    "{{",
    "{}}",
    "{{}",
    "{{}}",
    '{"a"}',
    '{"a":}',
    '{"a" 1}',
    '{"a",1}',
    '{"a"::1}',
    '{"a"=1}',
    '{"a"=>1}',
    "{:1}",
    "{:}",
  ],
  ...[
    "{a:1}",
    "{'a':1}",
    "{1:1}",
    "{null:1}",
    "{[]:1}",
    "{{}:1}",
    '{["a"]:1}',
    '{"a":1,}',
    '{,"a":1}',
    "{,}",
    '{"a":1,,"b":2}',
  ],
  ...[
    '{"a":1 "b":2}',
    '{"a":1;"b":2}',
    '{"a":1',
    '{"a":',
    '{"a',
    '{"',
    '{"a":1]',
    '{"a":1}}',
    '{"a":1},',
    '{"a":1 /**/}',
    '{"a":1}x',
    '{"a":b}',
  ],
];

/** Values with all white space that there is around them. */
export const spaces = [
  " 1",
  "1 ",
  "\t1",
  "\n1",
  "\r1",
  "\r\n\t 1 \r\n",
  " [ ] ",
  '{\n"a"\n:\n1\n}',
  " \n ".repeat(500).concat("1"),
];
/** Values with something around them that is no white space here, comments included. */
export const notSpaces = [
  ...[
    "\u000b1",
    "\u000c1",
    "\u00a01",
    "\u16801",
    "\u20031",
    "\u20281",
    "\u30001",
    "\u180e1",
    "\u200b1",
    "\ufeff1",
    "\u00001",
    "1\u0000",
    "1\u001a",
  ],
  ...["/**/1", "1/**/", "//\n1", "#\n1", "1#", "1//", "<!--1-->", "\\n1", "1\\n", "%1", "&1", "1\u0008"],
];
