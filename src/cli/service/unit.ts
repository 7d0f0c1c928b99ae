import { SensoriumError, showValue } from '../../contract/index.ts';

/** What the unit is rendered with. */
export interface UnitValues {
  /** Absolute path of node. */
  readonly node: string;
  /** Absolute path of main.js. */
  readonly main: string;
  /** Path of the configuration where the service runs. */
  readonly config: string;
  readonly user: string;
  /** SHA-256 in hex of the configuration that installing put there; `undefined` when somebody else's was left alone. */
  readonly configHash: string | undefined;
}

const NO_HASH = 'not ours';

/**
 * Fills the template in.
 * @throws SensoriumError E_USAGE for a user name or a path that no unit can hold
 */
export function renderUnit(template: string, values: UnitValues): string {
  if (!/^[a-z_][a-z0-9_-]{0,30}\$?$/.test(values.user)) {
    throw new SensoriumError('E_USAGE', `expected the name of a user, got ${showValue(values.user)}`, {
      path: '--user',
    });
  }
  const words: Readonly<Record<string, string>> = {
    NODE: argument(values.node),
    MAIN: argument(values.main),
    CONFIG: argument(values.config),
    USER: values.user,
    CONFIG_SHA256: values.configHash ?? NO_HASH,
  };
  return template.replace(/@([A-Z0-9_]+)@/g, (whole, word: string) => words[word] ?? whole);
}

/** The hash that {@link renderUnit} wrote into a unit. */
export function configHashOf(unit: string): string | undefined {
  return /^# configuration: ([0-9a-f]{64})$/m.exec(unit)?.[1];
}

/** One argument of ExecStart: systemd takes % for a specifier, $ for a variable, and splits at spaces (systemd.service(5)). */
function argument(path: string): string {
  const escaped = path.replace(/%/g, '%%').replace(/\$/g, '$$$$').replace(/["\\]/g, '\\$&');
  return /^[\w@%+=:,./-]+$/.test(path) ? escaped : `"${escaped}"`;
}
