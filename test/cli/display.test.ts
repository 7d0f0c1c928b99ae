import { describe, expect, it } from 'vitest';
import { display } from '../../src/cli/live/display.ts';
import { createPainter } from '../../src/cli/live/painter.ts';
import type { LiveView, StreamView } from '../../src/cli/live/view.ts';

const STREAM: StreamView = {
  kind: 'imu',
  role: 'sensor',
  rate: 199.96,
  ageMs: 3.4,
  state: 'ok',
  received: 12345,
  used: 12345,
  held: 0,
  dropped: {},
  lost: {},
};

const VIEW: LiveView = {
  robot: 'robot',
  seconds: 3723.4,
  inputs: 54321,
  published: 999,
  streams: {
    imu: STREAM,
    lidar: { ...STREAM, kind: 'scan', rate: 10, ageMs: 61, dropped: { 'queue full': 2 }, lost: { overrun: 5 } },
    wheels: { ...STREAM, kind: 'odometry', state: 'stale', why: 'no frame for 512 ms', ageMs: 512 },
    truth: { ...STREAM, kind: 'odometry', role: 'reference', rate: undefined, ageMs: undefined },
  },
  sets: { count: 40, incomplete: 1, perSecond: 9.98, spreadMs: 4.04, pivot: 'lidar' },
  pose: { x: 1.2345, y: -0.5, z: 0, yaw: 1.5708, frameId: 'odom' },
  reference: { x: 1.24, y: -0.51, z: 0, yaw: 1.56, frameId: 'odom' },
  error: { distance: 0.0114, yaw: 0.0108 },
  subscribe: {
    mqtt: {
      address: 'a',
      command: "mosquitto_sub -v -L 'mqtt://127.0.0.1:1884/#'",
      connected: true,
      sent: 9,
      dropped: 0,
    },
    zeromq: { address: 'b', command: 'npx sensorium topic echo pose', connected: true, sent: 9, dropped: 3 },
  },
  notices: ['mqtt: port 1883 is taken, using 1884'],
};

describe('the display', () => {
  it('shows everything on a wide terminal', () => {
    expect(display(VIEW, { columns: 110, colour: false }).join('\n')).toMatchInlineSnapshot(`
      "Sensorium  robot  1:02:03  54321 inputs  999 published

      stream           kind                rate      age  received   drops state     why
      imu              imu             200.0 Hz     3 ms     12345       0 ok
      lidar            scan             10.0 Hz    61 ms     12345       7 ok        5 overrun
      wheels           odometry        200.0 Hz   512 ms     12345       0 stale     no frame for 512 ms
      truth            odometry               -        -     12345       0 reference

      sets       10.0 /s around lidar, spread 4.0 ms, 40 so far, 1 incomplete

      pose       x    1.234  y   -0.500  z    0.000 m  yaw   90.0°  in odom
      reference  x    1.240  y   -0.510  z    0.000 m  yaw   89.4°  in odom
      error      0.011 m, 0.6°

      mqtt       mosquitto_sub -v -L 'mqtt://127.0.0.1:1884/#'
      zeromq     npx sensorium topic echo pose  (3 dropped)
      notice     mqtt: port 1883 is taken, using 1884"
    `);
  });

  it('leaves columns out on a narrow one, and never exceeds it', () => {
    const lines = display(VIEW, { columns: 58, colour: false });
    expect(lines.join('\n')).toMatchInlineSnapshot(`
      "Sensorium  robot  1:02:03  54321 inputs  999 published

      stream                rate      age   drops state
      imu               200.0 Hz     3 ms       0 ok
      lidar              10.0 Hz    61 ms       7 ok
      wheels            200.0 Hz   512 ms       0 stale
      truth                    -        -       0 reference

      sets       10.0 /s around lidar, spread 4.0 ms, 40 so far…

      pose       x    1.234  y   -0.500  z    0.000 m  yaw   90…
      reference  x    1.240  y   -0.510  z    0.000 m  yaw   89…
      error      0.011 m, 0.6°

      mqtt       mosquitto_sub -v -L 'mqtt://127.0.0.1:1884/#'
      zeromq     npx sensorium topic echo pose  (3 dropped)
      notice     mqtt: port 1883 is taken, using 1884"
    `);
    for (let columns = 1; columns < 130; columns += 1) {
      for (const line of display(VIEW, { columns, colour: false })) expect(line.length).toBeLessThanOrEqual(columns);
    }
  });

  it('has the same text in colour', () => {
    const coloured = display(VIEW, { columns: 110, colour: true });
    expect(coloured[5]).toContain('\x1b[31m');
    const plain = coloured.map((line) =>
      [1, 2, 31, 32, 33, 0].reduce((text, code) => text.replaceAll(`\x1b[${code}m`, ''), line),
    );
    expect(plain).toEqual(display(VIEW, { columns: 110, colour: false }));
  });

  it('says what is not there yet', () => {
    const nothing = { pose: undefined, reference: undefined, error: undefined, streams: {} };
    const text = display({ ...VIEW, ...nothing }, { columns: 80, colour: false }).join('\n');
    expect(text).toContain('pose       not yet');
    expect(text).not.toContain('reference');
  });
});

describe('the painter', () => {
  it('draws over the lines before in one write, as many as fit, and anew after the width has changed', () => {
    const writes: string[] = [];
    let size = { columns: 80, rows: 3 };
    const painter = createPainter(
      (text) => writes.push(text),
      () => size,
    );
    painter.paint(['a', 'b', 'c']);
    painter.paint(['d']);
    size = { columns: 40, rows: 3 };
    painter.paint(['e']);
    painter.close();
    expect(writes).toEqual([
      '\x1b[?25la\x1b[K\nb\x1b[K\n\x1b[J',
      '\x1b[2A\rd\x1b[K\n\x1b[J',
      '\x1b[2J\x1b[He\x1b[K\n\x1b[J',
      '\x1b[?25h',
    ]);
  });
});
