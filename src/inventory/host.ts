import { statfs } from 'node:fs/promises';
import { availableParallelism, freemem, totalmem, userInfo } from 'node:os';
import { join } from 'node:path';
import { programAt } from '../device/index.ts';
import { textOf } from './files.ts';

/** How something that is not a sensor is. */
export interface HostFinding {
  readonly what: 'program' | 'group' | 'disk' | 'memory' | 'power' | 'processor';
  readonly name: string;
  readonly state: 'ok' | 'missing' | 'warning';
  /** What was found, and what to do about it. */
  readonly detail: string;
}

/** Programs that drivers run, what needs them, and Debian's package. */
const PROGRAMS: readonly (readonly [program: string, use: string, pkg: string])[] = [
  ['ffmpeg', 'cameras over USB and RTSP', 'ffmpeg'],
  ['gst-launch-1.0', 'cameras of a Jetson', 'gstreamer1.0-tools'],
  ['rpicam-vid', 'cameras of a Raspberry Pi', 'rpicam-apps'],
  ['arecord', 'microphones (ALSA)', 'alsa-utils'],
  ['pw-record', 'microphones (PipeWire)', 'pipewire-bin'],
  ['gpsd', 'satellite receivers shared with others', 'gpsd'],
  ['socat', 'emulated serial devices', 'socat'],
  ['systemd-notify', 'the service', 'systemd'],
];

/** Groups that own what sensors are opened through. */
const GROUPS: readonly (readonly [group: string, use: string])[] = [
  ['dialout', 'serial ports'],
  ['video', 'cameras'],
  ['audio', 'microphones'],
  ['i2c', 'I2C sensors'],
];

/** Below this there is no room for recordings, bytes. */
const LITTLE_SPACE = 2 * 2 ** 30;
const LITTLE_MEMORY = 300 * 2 ** 20;

/** What `vcgencmd get_throttled` says now, bit by bit (Raspberry Pi documentation). */
const THROTTLED: readonly (readonly [bit: number, what: string])[] = [
  [0, 'under-voltage: a stronger supply or a shorter cable'],
  [1, 'its clock is capped'],
  [2, 'it is throttled'],
  [3, 'it is too hot: a heat sink or a fan'],
];

/**
 * Looks at what drivers need of the host.
 * @param root of the file system; the programs are those of the `path`
 */
export async function examineHost(
  root = '/',
  path = process.env['PATH'] ?? '',
  user = { name: userInfo().username, groups: process.getgroups?.() ?? [] },
): Promise<readonly HostFinding[]> {
  return [
    processor(),
    memory(),
    await disk(),
    ...(await power(root)),
    ...(await groups(root, user)),
    ...(await Promise.all(PROGRAMS.map((program) => findProgram(program, path)))),
  ];
}

async function findProgram([program, use, pkg]: (typeof PROGRAMS)[number], path: string): Promise<HostFinding> {
  const at = await programAt(program, path);
  if (at !== undefined) return { what: 'program', name: program, state: 'ok', detail: `${use}: ${at}` };
  return { what: 'program', name: program, state: 'missing', detail: `for ${use}: install the package ${pkg}` };
}

async function groups(
  root: string,
  user: { readonly name: string; readonly groups: readonly number[] },
): Promise<HostFinding[]> {
  const lines = ((await textOf(join(root, 'etc/group'))) ?? '').split('\n').map((line) => line.split(':'));
  return GROUPS.flatMap(([group, use]): HostFinding[] => {
    const line = lines.find(([name]) => name === group);
    if (line === undefined) return [];
    const isMember = user.groups.includes(Number(line[2])) || user.groups.includes(0);
    const isListed = line[3]?.split(',').includes(user.name) === true;
    const advice = isListed
      ? 'log in again: the membership is new'
      : `sudo usermod -aG ${group} ${user.name}, then log in again`;
    const detail = isMember ? `${user.name} may open ${use}` : `for ${use}: ${advice}`;
    return [{ what: 'group', name: group, state: isMember ? 'ok' : 'missing', detail }];
  });
}

async function disk(): Promise<HostFinding> {
  const { bavail, bsize } = await statfs('.');
  const free = bavail * bsize;
  const little = free < LITTLE_SPACE;
  const detail = `${gigabytes(free)} free here${little ? ': little for recordings' : ''}`;
  return { what: 'disk', name: 'free space', state: little ? 'warning' : 'ok', detail };
}

function memory(): HostFinding {
  const little = freemem() < LITTLE_MEMORY;
  const detail = `${gigabytes(freemem())} of ${gigabytes(totalmem())} free`;
  return { what: 'memory', name: 'memory', state: little ? 'warning' : 'ok', detail };
}

function processor(): HostFinding {
  const detail = `${availableParallelism()} cores, ${process.arch}, Node ${process.versions.node}`;
  return { what: 'processor', name: 'processor', state: 'ok', detail };
}

/** Only a Raspberry Pi tells. */
async function power(root: string): Promise<HostFinding[]> {
  const text = await textOf(join(root, 'sys/devices/platform/soc/soc:firmware/get_throttled'));
  if (text === undefined) return [];
  const bits = Number.parseInt(text, 16);
  const troubles = THROTTLED.filter(([bit]) => (bits >> bit) & 1).map(([, what]) => what);
  const earlier = THROTTLED.filter(([bit]) => (bits >> (bit + 16)) & 1).length > 0;
  if (troubles.length > 0) return [{ what: 'power', name: 'power', state: 'warning', detail: troubles.join('; ') }];
  const detail = earlier ? 'well now; it has been throttled since it was switched on' : 'never throttled';
  return [{ what: 'power', name: 'power', state: earlier ? 'warning' : 'ok', detail }];
}

function gigabytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GB`;
}
