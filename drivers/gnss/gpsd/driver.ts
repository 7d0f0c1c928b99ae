import { integerIn, numberIn, optional, text } from '../../../src/contract/index.ts';
import { defineDevice, tcpLink } from '../../../src/device/index.ts';
import { RANGE_ERROR_DOC, STREAM } from '../fix.ts';
import { createDecoder } from './decode.ts';

interface GpsdConfig {
  readonly host: string;
  readonly port: number;
  readonly device?: string;
  readonly rangeError?: number;
}

/** Whatever receiver gpsd reads; see docs/drivers/gnss.md. */
export const gpsd = defineDevice<GpsdConfig>({
  type: 'gpsd',
  summary: 'satellite receivers through gpsd',
  schema: {
    host: {
      doc: 'Name or address of the machine that gpsd runs on.',
      format: text(/^\S+$/, 'a host name or address'),
      default: 'localhost',
    },
    port: { doc: 'Its TCP port.', format: integerIn(1, 65_535), default: 2947 },
    device: {
      doc: 'Path of the receiver, as gpsd names it, where it reads several. Unset: the first one that reports.',
      format: optional(text(/^\S+$/, 'a path, such as /dev/ttyACM0')),
      default: undefined,
    },
    rangeError: { doc: RANGE_ERROR_DOC, format: optional(numberIn(0.1, 100)), default: undefined },
  },
  streams: () => [STREAM],
  link: ({ host, port }) => tcpLink(host, port),
  session: ({ device, rangeError }, output) => createDecoder({ device, rangeError }, output),
});
