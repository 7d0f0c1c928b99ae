import { numberIn, optional } from '../../../src/contract/index.ts';
import { defineDevice, serialLink, serialSchema, type SerialConfig } from '../../../src/device/index.ts';
import { RANGE_ERROR_DOC, STREAM } from '../fix.ts';
import { createDecoder } from './decode.ts';

interface GnssConfig extends SerialConfig {
  readonly rangeError?: number;
}

/** Receivers that speak NMEA 0183, UBX, or both; see docs/drivers/gnss.md. */
export const gnss = defineDevice<GnssConfig>({
  type: 'gnss',
  summary: 'satellite receivers that speak NMEA 0183 or UBX',
  schema: {
    ...serialSchema(9600),
    rangeError: { doc: RANGE_ERROR_DOC, format: optional(numberIn(0.1, 100)), default: undefined },
  },
  streams: () => [STREAM],
  link: serialLink,
  session: ({ rangeError }, output) => createDecoder(rangeError, output),
});
