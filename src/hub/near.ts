import { lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { SensoriumError } from '../contract/index.ts';

/** This machine, and networks that belong to nobody but their owner (RFC 1918, 3927, 4193, 4291). */
const NEAR = new BlockList();
for (const [address, bits] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
] as const) {
  NEAR.addSubnet(address, bits, 'ipv4');
}
NEAR.addAddress('::1', 'ipv6');
NEAR.addSubnet('fc00::', 7, 'ipv6');
NEAR.addSubnet('fe80::', 10, 'ipv6');

/** Whether an address is this machine's or one of a private network. */
export function isNear(address: string): boolean {
  const version = isIP(address);
  return version !== 0 && NEAR.check(address, version === 4 ? 'ipv4' : 'ipv6');
}

/**
 * Refuses a server elsewhere where its address is a number.
 * @throws SensoriumError E_CONNECT
 */
export function checkNear(url: URL): void {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && !isNear(host)) throw tooFar(url.host);
}

/** Looks a name up, and gives none but near addresses: what is checked is what is connected to. */
export const lookupNear: LookupFunction = (name, options, done) => {
  lookup(name, { ...options, all: true }, (error, found) => {
    if (error !== null) return done(error, []);
    const near = found.filter(({ address }) => isNear(address));
    if (near.length === 0) return done(tooFar(name), []);
    return options.all === true ? done(null, near) : done(null, near[0].address, near[0].family);
  });
};

function tooFar(host: string): SensoriumError {
  const what = 'expected an address of this machine or a private network; a public one has to be allowed';
  return new SensoriumError('E_CONNECT', what, { path: host });
}
