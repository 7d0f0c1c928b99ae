import { SensoriumError, flag, integerIn, optional, showValue, text, type SchemaTree } from '../contract/index.ts';
import { isLoopback } from '../publish/config.ts';

/** The loaded section `web`. */
export interface WebConfig {
  readonly enabled: boolean;
  readonly host: string;
  readonly port?: number;
}

/** Port that is tried first where none is configured. */
export const DEFAULT_PORT = 8080;

export const schema: SchemaTree = {
  enabled: { doc: 'Serve the page that shows what the robot perceives (docs/page.md).', format: flag(), default: true },
  host: {
    doc: 'Address to listen on, a loopback one: the page asks nobody who he is. From elsewhere, come through `ssh -L`.',
    format: text(/^[^\s:/]+$|^[0-9a-fA-F:]+$/, 'a host name or an address'),
    default: '127.0.0.1',
  },
  port: {
    doc: `TCP port. Unset: ${DEFAULT_PORT}, or the next free one, said aloud. A port set here that is taken is an error.`,
    format: optional(integerIn(1, 65_535)),
    default: undefined,
  },
};

/**
 * What values do not tell one by one.
 * @throws SensoriumError E_CONFIG_CONFLICT for a host beyond loopback: there is no TLS and no password here
 */
export function checkWeb({ enabled, host }: WebConfig): void {
  if (!enabled || isLoopback(host)) return;
  const what = `anyone could look on, and the page asks for no password: listen on loopback, and come through ssh -L; got`;
  throw new SensoriumError('E_CONFIG_CONFLICT', `${what} ${showValue(host)}`, { path: 'web.host' });
}
