import { LineCutter } from '../../../src/device/index.ts';
import { LONGEST, type Encoding } from './encoding.ts';

/** JSON in UTF-8; on a line without borders, one object a line of text. */
export const json: Encoding = {
  cutter: ({ object, dropped }) =>
    new LineCutter(LONGEST, { line: (text) => object(parsed(text)), tooLong: () => dropped('too long') }),
  whole: (message) => parsed(Buffer.from(message.buffer, message.byteOffset, message.byteLength).toString('utf8')),
};

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
