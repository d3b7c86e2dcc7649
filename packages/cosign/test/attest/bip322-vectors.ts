// Of BIP-322: basic-test-vectors.json and generated-test-vectors.json; those of the simple form with one key, and what
// is refused. Where a message has two signatures, both are valid.

export const transactions = [
  {
    message: "",
    toSpend: "c5680aa69bb8d860bf82d4e9cd3504b55dde018de765a91bb566283c545a99a7",
    toSign: "1e9654e951a5ba44c8604c4de6c67fd78a27e81dcadcfe1edf638ba3aaebaed6",
  },
  {
    message: "Hello World",
    toSpend: "b79d196740ad5217771c1098fc4a4b51e0535c32236c71f1ea4d61a2d603352b",
    toSign: "88737ae86f2077145f93cc4b153ae9a1cb8d56afa511988c149c5c8c9d93bddf",
  },
  {
    message: "UTF-8 support: öäüéàè 测试文本 \u{1F604}",
    toSpend: "c8f4f525fe8afb1bc09b44175bd2096f079c98425e8a1be676b712add1fb62f0",
    toSign: "8f488e06b89eafd019ec528109eafaf7f1d1811fd617aa1eeb9658f1c1be6586",
  },
];

const first = "bc1q9vza2e8x573nczrlzms0wvx3gsqjx7vavgkx0l";
const empty =
  "smpAkcwRAIgM2gBAQqvZX15ZiysmKmQpDrG83avLIT492QBzLnQIxYCIBaTpOaD20qRlEylyxFSeEA2ba9YOixpX8z46TSDtS40ASECx/EgAxlkQpQ9hYjgGu6EBCPMVPwVIVJqO4XCsMvViHI=";
const keyHash = {
  message: "ESHJI7MWUL64AXHBI42L3UR4QA",
  address: "bc1qkntwc3c4dzxh9xh6875l03fn3vkk023jgak3u7",
  signature:
    "AkcwRAIgCYHF/vn67iZX5WBimh84kqD6pTME6eNCMGhfFnnwCNECIAF3nMCk/RfLit+uv8a8FgfQIw0f0ASE21GSz7rX17PsASEDTA2vM8bOtUFgvenSDUmvkq7aWNwoTB0CMiM6carHY1s=",
};
const taproot = {
  message: "TPIZPITUIHEUHO5ACOL6W6MBVD",
  address: "bc1p9cyuceaazr8cz46mvgkzl94wy397mwpqsrk84su37t72jvkg6wzqv52nfp",
  signature: "AUBay6NwR4LEYedkTG+vE9F7C0RTOCB5NH6ZAqf+3hudjHIkOzSZk1jW/5Kt0wRKX3llJ25os+0qktdou4/Y8516",
};

export const valid = [
  { message: "", address: first, signature: empty },
  {
    message: "",
    address: first,
    signature:
      "smpAkgwRQIhAPkJ1Q4oYS0htvyuSFHLxRQpFAY56b70UvE7Dxazen0ZAiAtZfFz1S6T6I23MWI2lK/pcNTWncuyL8UL+oMdydVgzAEhAsfxIAMZZEKUPYWI4BruhAQjzFT8FSFSajuFwrDL1Yhy",
  },
  {
    message: "Hello World",
    address: first,
    signature:
      "smpAkcwRAIgZRfIY3p7/DoVTty6YZbWS71bc5Vct9p9Fia83eRmw2QCICK/ENGfwLtptFluMGs2KsqoNSk89pO7F29zJLUx9a/sASECx/EgAxlkQpQ9hYjgGu6EBCPMVPwVIVJqO4XCsMvViHI=",
  },
  {
    message: "Hello World",
    address: first,
    signature:
      "smpAkgwRQIhAOzyynlqt93lOKJr+wmmxIens//zPzl9tqIOua93wO6MAiBi5n5EyAcPScOjf1lAqIUIQtr3zKNeavYabHyR8eGhowEhAsfxIAMZZEKUPYWI4BruhAQjzFT8FSFSajuFwrDL1Yhy",
  },
  {
    message: "No prefix fallback",
    address: "bc1pss0zhytly75awhm6x2hhvd5lnzv3vssgrf9axfheq8ldyzn88ges79fler",
    signature: "AUCJYOwOjxYAvatTAGYaVlNXBVyFuc4MwNQkOuK2tl8xhfKDONd0NjfYyNSYcRqeCp8hsAnCEPHAVEkO9h6vbQ/R",
  },
  keyHash,
  taproot,
];

export const invalid = [
  { why: "no base64", message: "", address: first, signature: "not-valid-base64!!!" },
  { why: "no signature", message: "", address: first, signature: "" },
  { why: "an empty witness", message: "", address: first, signature: "smpAA==" },
  { why: "an unknown prefix", message: "", address: first, signature: "fooAA==" },
  { why: "another message", message: "Wrong message that was not signed", address: first, signature: empty },
  { ...keyHash, why: "another message by P2WPKH", message: "OVKTTPEFKLUOTAOJSPCKIHCQZW" },
  { ...keyHash, why: "another signer by P2WPKH", address: "bc1qx3f9s3scavc92s3g2fhwzqzn7qucd37ez03jpf" },
  { ...taproot, why: "another message by P2TR", message: "IHUVDIXOZV7EE7RU6CP7JUS57N" },
  {
    ...taproot,
    why: "another signer by P2TR",
    address: "bc1pr72av8sh7qc2ssxs8w0hlj0cl82g2q2dvypngzgsrmd4plml84ksmfyv0q",
  },
  {
    why: "the prefix of the full form",
    message: "incorrect prefix",
    address: "bc1pyrgrm6cu6n54jrvkdjd9rvyd3xfyu84s2623awu2srn6mxhscwpsm5644w",
    signature: "fulAUDZwFXUp+adN+/UZj5dVrGAbB3zKs1Vcalz5fCF9srxS63eSWNGvH1NYbrBkPt1BJDUyWUz9zgUxfc63/QheT6M",
  },
];

/** Of several keys: such an address is refused whatever stands behind it. */
export const multisig = "bc1qp0ahvfh83088w49k405szqgg4f3pptr7p2g06tdxfjcd40z4lh4q95lsz9";
