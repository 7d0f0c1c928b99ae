import { integerIn, numberIn, optional, text } from '../../../src/contract/index.ts';
import { defineDevice, serialLink, serialSchema, tcpLink, type SerialConfig } from '../../../src/device/index.ts';
import { createDecoder, TICKS_PER_SECOND, TIME_BITS } from './decode.ts';

interface HokuyoConfig extends SerialConfig {
  readonly host?: string | null;
  readonly tcpPort: number;
  readonly scanRate: number;
  readonly skip: number;
}

/** Hokuyo's scanners with SCIP 2.0, over USB, RS-232 or Ethernet; see docs/drivers/lidar2d.md. */
export const hokuyo = defineDevice<HokuyoConfig>({
  type: 'hokuyo',
  summary: 'Hokuyo URG, UHG, UTM, UST: 2D lidars with SCIP 2.0, serial or over TCP',
  schema: {
    ...serialSchema(19_200),
    host: {
      doc: 'Address of a scanner with Ethernet, which has 192.168.0.10 from the factory; unset: it is on the serial port.',
      format: optional(text(/^\S+$/, 'a host name or an address')),
      default: undefined,
    },
    tcpPort: { doc: 'Its TCP port.', format: integerIn(1, 65_535), default: 10_940 },
    scanRate: {
      doc:
        'Scans a second of the model (URG-04LX 10, UHG-08LX 15, UTM-30LX and UST 40), which say when the stream is stale; the scanner ' +
        'has its own. Too small: a stale stream is seen late; too large: one that is well is called stale.',
      format: numberIn(0.1, 200),
      default: 10,
    },
    skip: {
      doc: 'Scans that are left out between two. Too small: more than a slow line carries; too large: few scans.',
      format: integerIn(0, 9),
      default: 0,
    },
  },
  streams: ({ scanRate, skip }) => [
    {
      id: 'scan',
      kind: 'scan',
      frameId: 'laser',
      clock: { domain: 'counter', hz: TICKS_PER_SECOND, bits: TIME_BITS },
      nominalRate: scanRate / (1 + skip),
      role: 'sensor',
    },
  ],
  link: (config) => (typeof config.host === 'string' ? tcpLink(config.host, config.tcpPort) : serialLink(config)),
  session: createDecoder,
});
