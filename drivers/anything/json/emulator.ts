import type { EmulatorDefinition } from '../../../src/device/index.ts';

/** Lines a second. */
const RATE = 5;

/** A program at a TCP port that counts aloud. */
export const jsonEmulator: EmulatorDefinition = {
  device: 'json',
  summary: 'a program that counts aloud, in lines of JSON',
  line: { kind: 'tcp', port: 2950 },
  create() {
    let said = 0;
    return {
      until(seconds) {
        let lines = '';
        for (; said < Math.floor(seconds * RATE); said += 1)
          lines += `${JSON.stringify({ stream: 'text', text: `number ${said}`, language: 'en', duration: 0.1 })}\n`;
        return new TextEncoder().encode(lines);
      },
    };
  },
};
