import { expect, it } from 'vitest';
import type { StreamDescriptor } from '../../src/frame/index.ts';
import { fromRollPitchYaw, IDENTITY, transformPoint } from '../../src/geometry/index.ts';
import { resolveMounts, type StaticMount } from '../../src/pipeline/mounts.ts';

const scan = (frameId: string): StreamDescriptor => ({
  id: 'scan',
  kind: 'scan',
  frameId,
  clock: { domain: 'unix' },
  role: 'sensor',
});

const TREE: readonly StaticMount[] = [
  {
    parent: 'base_link',
    child: 'mast',
    transform: { translation: [1, 0, 0], rotation: fromRollPitchYaw(0, 0, Math.PI / 2) },
  },
  { parent: 'mast', child: 'laser', transform: { translation: [2, 0, 0], rotation: IDENTITY } },
];

it('follows the static transforms from the base to the sensor', () => {
  const { mounts, unplaced } = resolveMounts([scan('laser')], {}, TREE, 'base_link');
  const point = transformPoint(mounts.get('scan')!, [1, 0, 0]);
  [1, 3, 0].forEach((value, axis) => expect(point[axis]).toBeCloseTo(value, 12));
  expect(unplaced).toEqual([]);
});

it('starts at another base frame when the configured one is not in the tree', () => {
  expect(resolveMounts([scan('laser')], {}, TREE, 'base_footprint').unplaced).toEqual([]);
});

it('prefers the configuration, and says whom nobody placed', () => {
  const configured = { scan: { translation: [0, 0, 5], rotation: IDENTITY } as const };
  expect(resolveMounts([scan('laser')], configured, TREE, 'base_link').mounts.get('scan')).toBe(configured.scan);
  expect(resolveMounts([scan('elsewhere')], {}, TREE, 'base_link').unplaced).toEqual(['scan']);
});
