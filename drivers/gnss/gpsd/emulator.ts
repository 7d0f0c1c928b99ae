import type { EmulatorDefinition } from '../../../src/device/index.ts';
import { walkAt } from '../walk.ts';

/** Fixes a second. */
const RATE = 5;
/** From a fix to its report, s. */
const DELAY = 0.08;
/** Unix time when it is switched on, ms. */
const START = Date.UTC(2026, 4, 1, 23, 59, 50);
const DEVICE = '/dev/ttyACM0';
/** How long it keeps what it is told of a command without an end. */
const LONGEST_COMMAND = 1024;

/** gpsd with one receiver on a walk; like the real one it says nothing before it is asked to. */
export const gpsdEmulator: EmulatorDefinition = {
  device: 'gpsd',
  summary: 'gpsd with a receiver on a walk, 5 fixes a second',
  line: { kind: 'tcp', port: 2947 },
  create() {
    let told = '';
    let isWatched = false;
    let answers: object[] = [];
    let epoch = 0;
    return {
      told(bytes) {
        told = (told + Buffer.from(bytes).toString('utf8')).slice(-LONGEST_COMMAND);
        if (!/\?WATCH=\{"enable":true,"json":true\};/.test(told)) return;
        told = '';
        isWatched = true;
        answers = [...GREETING];
      },
      until(seconds) {
        const reports = answers;
        answers = [];
        for (; seconds >= epoch / RATE + DELAY; epoch += 1) if (isWatched) reports.push(...reportsOf(epoch));
        return new TextEncoder().encode(reports.map((report) => `${JSON.stringify(report)}\n`).join(''));
      },
    };
  },
};

const GREETING = [
  { class: 'VERSION', release: '3.22', rev: '3.22', proto_major: 3, proto_minor: 14 },
  {
    class: 'DEVICES',
    devices: [{ class: 'DEVICE', path: DEVICE, driver: 'u-blox', activated: '2026-05-01T23:59:50.000Z', flags: 1 }],
  },
  {
    class: 'WATCH',
    enable: true,
    json: true,
    nmea: false,
    raw: 0,
    scaled: false,
    timing: false,
    split24: false,
    pps: false,
  },
];

function reportsOf(number: number): object[] {
  const { latitude, longitude, altitude, separation, deviation } = walkAt(number / RATE);
  const time = new Date(START + (number * 1000) / RATE).toISOString();
  const satellite = (gnssid: number, svid: number) => ({ PRN: svid, gnssid, svid, az: 90, el: 45, ss: 40, used: true });
  return [
    {
      class: 'SKY',
      device: DEVICE,
      time,
      hdop: 0.6,
      vdop: 0.92,
      pdop: 1.1,
      satellites: [satellite(0, 2), satellite(0, 5), satellite(2, 3), satellite(2, 8)],
    },
    { class: 'GST', device: DEVICE, time, rms: 12, lat: deviation.north, lon: deviation.east, alt: deviation.up },
    {
      class: 'TPV',
      device: DEVICE,
      status: 1,
      mode: 3,
      time,
      leapseconds: 18,
      lat: Number(latitude.toFixed(9)),
      lon: Number(longitude.toFixed(9)),
      altHAE: Number(altitude.toFixed(4)),
      altMSL: Number((altitude - separation).toFixed(4)),
      geoidSep: separation,
    },
  ];
}
