import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { loadConfig } from '../config/index.ts';
import { below, PATHS, readIfThere, remove, sha256, write } from './service/files.ts';
import { systemd } from './service/systemctl.ts';
import { configHashOf, renderUnit } from './service/unit.ts';
import type { CliContext, Verb } from './verb.ts';

const EXAMPLES = `
Examples:
  sudo sensorium service install                       the simulated robot, to try it
  sudo sensorium service install --config robot.yaml   copied to ${PATHS.config} unless there is one
  sensorium service status
  sensorium service print                              the unit, without installing anything
  sudo sensorium service uninstall                     what install put; a changed configuration stays`;

/** Its own user, made at installation, unless another one is named. */
const OWN_USER = 'sensorium';

interface Options {
  readonly root: string;
  readonly config?: string;
  readonly user: string;
  readonly json?: boolean;
}

/** `sensorium service install|uninstall|status|print`. */
export const service: Verb = (program, context) => {
  const verb = program
    .command('service')
    .description('install, remove or ask the systemd service')
    .addHelpText('after', EXAMPLES);
  const add = (name: string, summary: string, example: string) =>
    verb
      .command(name)
      .description(summary)
      .option('--root <dir>', 'work on a system below this folder, without calling systemctl', '/')
      .addHelpText('after', `\nExample:\n  ${example}`);

  add('install', 'install and start it', 'sudo sensorium service install --config robot.yaml')
    .option('-c, --config <file>', `configuration to copy to ${PATHS.config}; default: the simulated robot`)
    .option('--user <name>', 'user to run as; the default one is made', OWN_USER)
    .action((options: Options) => install(options, context));
  add('uninstall', 'stop and remove it', 'sudo sensorium service uninstall').action((options: Options) =>
    uninstall(options, context),
  );
  add('status', 'show whether it is installed and how it fares', 'sensorium service status --json')
    .option('--json', 'one JSON object')
    .action((options: Options) => status(options, context));
  add('print', 'show the unit that install would write', 'sensorium service print --user robot')
    .option('--user <name>', 'user to run as', OWN_USER)
    .action((options: Options) => context.out(unitFor(options, context, undefined)));
};

function install(options: Options, context: CliContext): void {
  const { root, user, config } = options;
  const wanted = config === undefined ? exampleConfig(context) : checkedText(config, context);
  // Renders before anything is written: what is wrong with the arguments leaves nothing behind.
  unitFor(options, context, undefined);

  const configFile = below(root, PATHS.config);
  const before = readIfThere(configFile);
  let hash = configHashOf(readIfThere(below(root, PATHS.unit)) ?? '');
  if (before === undefined) {
    write(configFile, wanted);
    hash = sha256(wanted);
    context.out(`wrote ${configFile}\n`);
  } else {
    loadConfig({ file: configFile, drivers: context.drivers });
    const differs = config !== undefined && before !== wanted;
    context.out(`kept ${configFile}${differs ? `: it differs from ${config}` : ''}\n`);
  }
  write(below(root, PATHS.unit), unitFor(options, context, hash));
  context.out(`wrote ${below(root, PATHS.unit)}\n`);
  if (user === OWN_USER) {
    write(below(root, PATHS.sysusers), systemdFile(context, 'sensorium.sysusers'));
    context.out(`wrote ${below(root, PATHS.sysusers)}\n`);
  }
  for (const path of [process.execPath, context.main]) {
    if (/^\/(root|home)\//.test(path)) context.err(`${path}: the user ${user} must be able to read it\n`);
  }
  if (!isThisMachine(root)) return;
  if (user === OWN_USER) systemd('systemd-sysusers', PATHS.sysusers);
  systemd('systemctl', 'daemon-reload');
  systemd('systemctl', 'enable', '--now', 'sensorium.service');
  context.out('started: see sensorium service status\n');
}

function uninstall({ root }: Options, context: CliContext): void {
  const unitFile = below(root, PATHS.unit);
  const unit = readIfThere(unitFile);
  if (unit !== undefined && isThisMachine(root)) systemd('systemctl', 'disable', '--now', 'sensorium.service');
  const removed = [unitFile, below(root, PATHS.sysusers)].filter(remove);
  const configFile = below(root, PATHS.config);
  const config = readIfThere(configFile);
  if (config !== undefined && unit !== undefined) {
    if (sha256(config) === configHashOf(unit) && remove(configFile)) removed.push(configFile);
    else context.out(`kept ${configFile}: it is not as it was installed\n`);
  }
  for (const file of removed) context.out(`removed ${file}\n`);
  if (removed.length === 0) context.out('nothing was installed\n');
  if (isThisMachine(root) && unit !== undefined) systemd('systemctl', 'daemon-reload');
}

function status({ root, json }: Options, context: CliContext): void {
  const installed = readIfThere(below(root, PATHS.unit)) !== undefined;
  const state = installed && isThisMachine(root) ? askSystemd() : {};
  if (json === true) {
    context.out(`${JSON.stringify({ installed, ...state })}\n`);
    return;
  }
  const lines = [installed ? `installed  ${below(root, PATHS.unit)}` : 'not installed'];
  for (const [name, value] of Object.entries(state)) lines.push(`${name.padEnd(11)}${value}`);
  context.out(`${lines.join('\n')}\n`);
}

function askSystemd(): Record<string, string> {
  const asked = {
    active: 'ActiveState',
    sub: 'SubState',
    since: 'ActiveEnterTimestamp',
    status: 'StatusText',
    pid: 'MainPID',
  };
  const output = systemd('systemctl', 'show', 'sensorium.service', `--property=${Object.values(asked).join(',')}`);
  const found = new Map(output.split('\n').map((line) => [line.split('=')[0], line.slice(line.indexOf('=') + 1)]));
  return Object.fromEntries(Object.entries(asked).map(([name, property]) => [name, found.get(property) ?? '']));
}

function unitFor({ user }: Options, context: CliContext, configHash: string | undefined): string {
  const { main } = context;
  const values = { node: process.execPath, main, config: PATHS.config, user, configHash };
  return renderUnit(systemdFile(context, 'sensorium.service'), values);
}

function systemdFile({ home }: CliContext, name: string): string {
  return readFileSync(join(home, 'systemd', name), 'utf8');
}

/** The text of a configuration that is known to be right. */
function checkedText(file: string, { drivers }: CliContext): string {
  loadConfig({ file, drivers });
  return readFileSync(file, 'utf8');
}

function exampleConfig({ embedded }: CliContext): string {
  return `# The simulated robot. Put your own in its place: see docs/configuration.md, and check it with\n#   sensorium check ${PATHS.config}\n${stringify(embedded)}`;
}

function isThisMachine(root: string): boolean {
  return resolve(root) === '/';
}
