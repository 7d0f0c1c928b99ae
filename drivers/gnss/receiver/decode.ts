import type { DeviceOutput, DeviceSession } from '../../../src/device/index.ts';
import { FixReporter, STREAM } from '../fix.ts';
import { MessageCutter } from './messages.ts';
import { NmeaReceiver } from './nmea.ts';
import { NAV_PVT, UbxReceiver } from './ubx.ts';

/** Ticks without a byte after which a message, and an epoch, are over: 0.2 to 0.3 s. */
const SILENT_TICKS = 3;
/** NMEA's epochs for which UBX's, which say more, are still taken to come. */
const UBX_LASTS = 3;
/** Messages without a position among them, after which that is told. */
const MOST_OTHERS = 200;

/**
 * Decodes a receiver's NMEA and UBX, one fix a moment. Where both tell positions, UBX's are taken; corrections that come along
 * (RTCM 3) are recognised and left.
 * @param rangeError see covarianceByDilution
 */
export function createDecoder(rangeError: number | undefined, output: DeviceOutput): DeviceSession {
  const reporter = new FixReporter(output);
  let others = 0;
  let ubxLasts = 0;
  let silentTicks = 0;

  const nmea = new NmeaReceiver(rangeError, (time, fix) => {
    others = 0;
    if (ubxLasts > 0) ubxLasts -= 1;
    else reporter.fix(time, fix);
  });
  const ubx = new UbxReceiver((time, fix) => {
    others = 0;
    reporter.fix(time, { ...fix, service: nmea.service });
  });
  const cutter = new MessageCutter({
    message(message) {
      output.alive();
      others += 1;
      if (message.protocol === 'nmea') nmea.sentence(message.text);
      else if (message.protocol === 'ubx') {
        if (message.type === NAV_PVT) ubxLasts = UBX_LASTS;
        ubx.message(message.type, message.payload);
      }
      if (others === MOST_OTHERS) reporter.complain('no positions: GGA, RMC or UBX-NAV-PVT must be on');
    },
    damaged: (why) => output.dropped(STREAM.id, why),
  });

  return {
    bytes(chunk) {
      silentTicks = 0;
      cutter.bytes(chunk);
    },
    tick() {
      silentTicks += 1;
      if (silentTicks !== SILENT_TICKS) return;
      cutter.end();
      nmea.silence();
      ubx.silence();
    },
  };
}
