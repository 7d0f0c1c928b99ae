import { SensoriumError } from '../contract/index.ts';

/** How many ports after the default one are tried. */
const TRIES = 100;

/** Where something listens, and what to tell people about it. */
export interface Listening {
  readonly port: number;
  readonly notice?: string;
}

/** How to find a port. */
export interface PortChoice {
  /** Shown in the notice: `mqtt`. */
  readonly name: string;
  /** `undefined`: the standard one, or the next free one. */
  readonly configured: number | undefined;
  readonly standard: number;
  readonly host: string;
  /** Path of the port in the configuration. */
  readonly path: string;
}

/**
 * Listens on the configured port, or on the first free one from the standard port on.
 * @param listen rejects with code EADDRINUSE where the port is taken
 * @throws SensoriumError E_PORT_IN_USE when the configured port (or every tried one) is taken; E_CONNECT when the host's
 *   address is not one of this machine
 */
export async function listenOn(choice: PortChoice, listen: (port: number) => Promise<void>): Promise<Listening> {
  const first = choice.configured ?? choice.standard;
  const last = choice.configured ?? Math.min(choice.standard + TRIES, 65_535);
  for (let port = first; port <= last; port++) {
    try {
      await listen(port);
      if (port === first) return { port };
      return { port, notice: `${choice.name}: port ${first} is taken, using ${port}` };
    } catch (error) {
      if (codeOf(error) !== 'EADDRINUSE') throw unreachable(choice, port, error);
    }
  }
  const what = choice.configured === undefined ? `no free port in ${first}..${last}` : `port ${first} is taken`;
  throw new SensoriumError('E_PORT_IN_USE', `${what} on ${choice.host}`, { path: choice.path });
}

function unreachable(choice: PortChoice, port: number, error: unknown): SensoriumError {
  const code = codeOf(error) ?? 'unknown';
  const why = code === 'EACCES' ? 'not allowed to' : 'cannot';
  return new SensoriumError('E_CONNECT', `${why} listen on ${choice.host}, port ${port}: ${code}`, {
    path: code === 'EACCES' ? choice.path : choice.path.replace(/port$/, 'host'),
    cause: error,
  });
}

/** The code of a system error: `ECONNREFUSED`. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
