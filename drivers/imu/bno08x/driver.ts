import { defineDevice, serialLink, serialSchema, type SerialConfig } from '../../../src/device/index.ts';
import { createDecoder } from './decode.ts';

/** The mode has no other. */
export const RATE = 100;

/** BNO080, BNO085 and BNO086 in UART-RVC; see docs/drivers/imu.md. */
export const bno08xRvc = defineDevice<SerialConfig>({
  type: 'bno08x-rvc',
  summary: 'CEVA BNO080, BNO085, BNO086 in the mode UART-RVC: orientation and acceleration from power on',
  schema: serialSchema(115_200),
  streams: () => [
    {
      id: 'imu',
      kind: 'imu',
      frameId: 'imu',
      clock: { domain: 'sequence', bits: 8 },
      nominalRate: RATE,
      role: 'sensor',
    },
  ],
  link: serialLink,
  session: (_config, output) => createDecoder(output),
});
