import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { gpsd } from '../../../drivers/gnss/gpsd/driver.ts';
import { gpsdEmulator } from '../../../drivers/gnss/gpsd/emulator.ts';
import { describeWithTools } from '../../support/requirements.ts';
import { describeDevice } from '../device/conformance.ts';
import { configOf, createDecoding } from '../device/decoding.ts';
import { createHost } from '../support/host.ts';
import { fixesOf, nmea } from './support.ts';

describeDevice({ driver: gpsd, emulator: gpsdEmulator, rate: 5, hasChecksum: false });

// gpsd 3.17 with a receiver at a serial port, as recorded for gpsdclient's tests (github.com/tfeldmann/gpsdclient); of its
// satellites a few.
const RECORDED = [
  '{"class":"VERSION","release":"3.17","rev":"3.17","proto_major":3,"proto_minor":12}',
  '{"class":"DEVICES","devices":[{"class":"DEVICE","path":"/dev/ttyO4","driver":"NMEA0183","activated":"2021-08-13T09:12:40.028Z","flags":1,"native":0,"bps":9600,"parity":"N","stopbits":1,"cycle":1.00}]}',
  '{"class":"SKY","device":"/dev/ttyO4","xdop":0.54,"ydop":0.77,"vdop":0.85,"tdop":1.00,"hdop":0.89,"gdop":2.12,"pdop":1.23,"satellites":[{"PRN":8,"el":60,"az":294,"ss":16,"used":true},{"PRN":67,"el":43,"az":98,"ss":19,"used":true},{"PRN":138,"el":0,"az":0,"ss":0,"used":false}]}',
  '{"class":"TPV","device":"/dev/ttyO4","mode":3,"time":"2021-08-13T09:12:40.000Z","ept":0.005,"lat":51.813280233,"lon":6.550214200,"alt":30.393,"epx":8.171,"epy":11.499,"epv":19.550,"track":12.4500,"speed":0.000,"climb":0.000,"eps":23.00,"epc":39.10}',
];
const AT = BigInt(Date.parse('2021-08-13T09:12:40Z')) * 1_000_000n;

function heard(lines: readonly (string | object)[], config = {}) {
  const { session, decoded } = createDecoding(gpsd, config);
  for (const line of lines) session.bytes(Buffer.from(`${typeof line === 'string' ? line : JSON.stringify(line)}\r\n`));
  for (let i = 0; i < 5; i += 1) session.tick?.(0 as never, () => undefined);
  return decoded;
}

describe('gpsd', () => {
  it('is read as it was recorded', () => {
    const { frames, dropped, troubles } = heard(RECORDED);
    // Of its altitude nobody knows what it is above; of its errors, how likely they are.
    const fix = { kind: 'fix', latitude: 51.813280233, longitude: 6.5502142, quality: 'fix', service: 3 };
    expect(frames).toEqual([{ stream: 'fix', device: AT, measurement: fix }]);
    expect([dropped, troubles]).toEqual([{}, []]);
    const plane = (0.89 * 4) ** 2 / 2;
    expect(fixesOf(heard(RECORDED, { rangeError: 4 }))[0].covariance).toEqual(
      Float64Array.of(plane, 0, 0, 0, plane, 0, 0, 0, (0.85 * 4) ** 2),
    );
  });

  const tpv = { class: 'TPV', device: 'a', mode: 3, time: '2021-08-13T09:12:40.000Z', lat: 1, lon: 2, altHAE: 3 };

  it('takes height, status and deviations', () => {
    const only = (change: object) => fixesOf(heard([{ ...tpv, ...change }]))[0];
    expect(only({}).altitude).toBe(3);
    expect(only({ altHAE: undefined, altMSL: 10, geoidSep: -2 }).altitude).toBe(8);
    expect(only({ mode: 2 }).altitude).toBeUndefined();
    const quality = [undefined, 0, 1, 2, 3, 4, 5, 6, 8].map((status) => only({ status }).quality);
    expect(quality).toEqual(['fix', 'fix', 'fix', 'sbas', 'gbas', 'gbas', 'none', 'fix', 'fix']);
    const gst = { class: 'GST', device: 'a', time: tpv.time, lat: 2, lon: 1, alt: 3 };
    for (const both of [
      [tpv, gst],
      [gst, tpv],
    ])
      expect(fixesOf(heard(both))[0].covariance).toEqual(Float64Array.of(1, 0, 0, 0, 4, 0, 0, 0, 9));
  });

  it('says what is missing', () => {
    expect(heard([{ ...tpv, time: undefined, mode: 1 }])).toMatchObject({
      frames: [{ device: 0n, measurement: { quality: 'none' } }],
      troubles: ['no time: the receiver does not know it yet'],
    });
    expect(heard([{ ...tpv, mode: 1 }]).troubles).toEqual(['no fix: the antenna must see the sky']);
    expect(heard([{ class: 'DEVICES', devices: [] }]).troubles).toEqual([
      'gpsd has no receiver: is it plugged in, and does gpsd know of it?',
    ]);
    expect(heard([{ class: 'ERROR', message: 'Unrecognized request' }]).troubles).toEqual([
      'gpsd: Unrecognized request',
    ]);
  });

  it('listens to one receiver: the first, or the one that is named', () => {
    const two = [tpv, { ...tpv, device: 'b', lat: 7 }];
    expect(fixesOf(heard(two)).map(({ latitude }) => latitude)).toEqual([1]);
    expect(fixesOf(heard(two, { device: 'b' })).map(({ latitude }) => latitude)).toEqual([7]);
  });

  it('counts what is malformed, and lines without an end', () => {
    expect(heard(['{"class":"TPV"', '[]', '{}', 'x'.repeat(100_000), JSON.stringify(tpv)])).toMatchObject({
      dropped: { malformed: 3, 'too long': 1 },
      frames: [{ device: AT }],
    });
  });
});

/** A port that is free. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describeWithTools(['gpsd', 'gpsfake'], 'the real gpsd', () => {
  it('reads a receiver for us', async () => {
    const seconds = Array.from({ length: 40 }, (_, i) => `1200${String(i).padStart(2, '0')}.00`);
    const place = '4656.79600,N,00726.62800,E';
    const log = seconds.map(
      (time) =>
        nmea(`GPRMC,${time},A,${place},1.0,90.0,010524,,,A`) +
        nmea(`GPGGA,${time},${place},1,08,0.90,548.8,M,49.6,M,,`) +
        nmea('GPGSA,A,3,02,05,13,15,18,29,30,31,,,,,1.50,0.90,1.20') +
        nmea(`GPGST,${time},12,,,,1.2,0.9,2.1`),
    );
    const folder = mkdtempSync(join(tmpdir(), 'sensorium-gpsd-'));
    writeFileSync(join(folder, 'walk.nmea'), log.join(''));
    const port = await freePort();
    // A group of its own: the daemon that it starts ends with it.
    const fake = spawn('gpsfake', ['-c', '0.02', '-P', `${port}`, join(folder, 'walk.nmea')], {
      stdio: 'ignore',
      detached: true,
      env: { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin` },
    });
    const ended = once(fake, 'exit');
    const host = createHost();
    const driver = gpsd.create('gnss', configOf(gpsd, { host: '127.0.0.1', port, retrySeconds: 0.1 }));
    try {
      // It answers a while after it was started.
      for (;;) {
        const opened = await driver.start(host, new AbortController().signal).then(
          () => true,
          () => false,
        );
        if (opened) break;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      await host.until(() => host.frames().length >= 5);
      const [frame] = host.frames().slice(-1);
      expect(Number(frame.device) / 1e9).toBeGreaterThanOrEqual(Date.parse('2024-05-01T12:00:00Z') / 1000);
      expect(Number(frame.device) / 1e9).toBeLessThan(Date.parse('2024-05-01T12:00:40Z') / 1000);
      const fix = frame.measurement;
      if (fix.kind !== 'fix') throw new Error('no fix');
      expect(fix.latitude).toBeCloseTo(46 + 56.796 / 60, 8);
      expect(fix.altitude).toBeCloseTo(598.4, 3);
      expect(fix.quality).toBe('fix');
      expect([fix.covariance?.[0], fix.covariance?.[4], fix.covariance?.[8]]).toEqual([0.9 ** 2, 1.2 ** 2, 2.1 ** 2]);
    } finally {
      await driver.close();
      if (fake.pid !== undefined) process.kill(-fake.pid, 'SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
