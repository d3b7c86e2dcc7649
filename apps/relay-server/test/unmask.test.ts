import { expect, it } from "vitest";
import { unmask } from "../src/protocol/unmask.ts";

const KEY = [0x11, 0x22, 0x44, 0x88];

it("undoes the mask of just these bytes, wherever they begin and however many they are", () => {
  const memory = new Uint8Array(128);
  for (let offset = 0; offset < 9; offset++) {
    for (let start = 4; start < 14; start++) {
      for (let size = 0; size < 45; size++) {
        const bytes = memory.subarray(offset, offset + 80);
        for (let i = 0; i < bytes.length; i++) bytes[i] = 3 * i;
        bytes.set(KEY, start - 4);
        const wanted = bytes.map(
          (byte, i) => byte ^ (i < start || i >= start + size ? 0 : (KEY[(i - start) & 3] ?? 0)),
        );
        unmask(bytes, start, start + size);
        expect(bytes).toEqual(wanted);
        unmask(bytes, start, start + size);
        expect(bytes[start]).toBe((3 * start) & 0xff);
      }
    }
  }
});
