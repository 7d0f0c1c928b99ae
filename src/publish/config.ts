import {
  FormatError,
  SensoriumError,
  brokerUrl,
  flag,
  integerIn,
  listOf,
  mqttVersion,
  numberIn,
  optional,
  showValue,
  text,
  type Format,
  type SchemaTree,
} from '../contract/index.ts';

/** The loaded section `publish`. */
export interface PublishConfig {
  readonly prefix: string;
  readonly rates: Rates;
  /** Streams whose measurements are published. */
  readonly measurements: readonly string[];
  /** Messages that wait per class of topics (see queue.ts). */
  readonly queueSize: number;
  /** Unset: as far as only this machine can send them. */
  readonly commands?: boolean;
  readonly mqtt: MqttConfig;
  readonly zeromq: ZeroMqConfig;
}

/** Hz; 0 is never. */
export interface Rates {
  readonly poseHz: number;
  readonly orientationHz: number;
  readonly tfHz: number;
  readonly sensorsHz: number;
  readonly diagHz: number;
  readonly delaysHz: number;
}

export interface MqttConfig {
  readonly enabled: boolean;
  readonly url?: string;
  readonly host: string;
  readonly port?: number;
  readonly version?: '3.1.1' | '5' | 5;
  readonly qos: 0 | 1 | 2;
  readonly username?: string;
  readonly password?: string;
  readonly ca?: string;
  readonly keepaliveSeconds: number;
  readonly allowRemote: boolean;
}

export interface ZeroMqConfig {
  readonly enabled: boolean;
  readonly host: string;
  readonly port?: number;
  readonly highWaterMark: number;
  readonly commandPort?: number;
  readonly largePort?: number;
  readonly largeMegabytes: number;
  readonly allowRemote: boolean;
}

/** Ports that are tried first where none is configured. */
export const DEFAULT_PORTS = { mqtt: 1883, zeromq: 5556 } as const;

/**
 * Levels of a topic that may be published to: no `+` and `#` (they are for subscribing), no `$` at the start (the
 * broker's own topics), no empty level, no control character; at most 200 characters.
 */
const LEVEL = '[^+#/\\p{Cc}\\p{Cs}]+';
const TOPIC_LEVELS = new RegExp(`^(?=.{1,200}$)(?!\\$)${LEVEL}(/${LEVEL})*$`, 'u');
const ONE_LEVEL = new RegExp(`^(?=.{1,200}$)(?!\\$)${LEVEL}$`, 'u');

/** Takes a robot's name: one level of a topic. */
export const robotName: Format = text(ONE_LEVEL, 'a name without "/", "+", "#" and a leading "$"');

const rate = (what: string, standard: number) => ({
  doc: `Most messages of ${what} a second, Hz; 0: none. Too small: controllers act on old news; too large: network and CPU.`,
  format: numberIn(0, 1000),
  default: standard,
});

const port = (standard: number) => ({
  doc: `TCP port. Unset: ${standard}, or the next free one, said aloud. A port set here that is taken is an error.`,
  format: optional(integerIn(1, 65_535)),
  default: undefined,
});

const host = {
  doc: 'Address to listen on. Anything but loopback lets others listen in: see allowRemote.',
  format: text(/^[^\s:/]+$|^[0-9a-fA-F:]+$/, 'a host name or an address'),
  default: '127.0.0.1',
};

export const schema: SchemaTree = {
  prefix: {
    doc: 'First level or levels of every topic: <prefix>/<robot>/pose.',
    format: text(TOPIC_LEVELS, 'levels of a topic without "+", "#" and a leading "$", such as "sensorium"'),
    default: 'sensorium',
  },
  rates: {
    poseHz: rate('pose', 50),
    orientationHz: rate('orientation', 50),
    tfHz: rate('tf', 10),
    sensorsHz: rate("each sensor's state", 1),
    diagHz: rate('diag, diag/clocks and diag/host', 1),
    delaysHz: rate('diag/delays (each time takes some milliseconds)', 0.03),
  },
  measurements: {
    doc:
      'Streams whose measurements are published as they come, over ZeroMQ alone: for another board, see docs/drivers/anything.md. ' +
      'Pictures, depth and clouds go out by zeromq.largePort. Not for scenes.',
    format: listOf(text()),
    default: [],
  },
  queueSize: {
    doc:
      'Messages of each class of topics (pose, sensors, …) that wait for a publisher; the oldest gives way. Too small: a ' +
      'short loss of the broker costs messages; too large: memory, about 2 kB a message.',
    format: integerIn(1, 100_000),
    default: 1500,
  },
  commands: {
    doc:
      'Whether commands are taken (`cmd/<verb>`, see docs/messages.md): over MQTT, and over ZeroMQ where it has a commandPort. Unset: only ' +
      'where nobody but this machine can send them, that is on loopback and through our own broker. With a broker at a url, whoever may ' +
      'publish there commands the robot.',
    format: optional(flag()),
    default: undefined,
  },
  mqtt: {
    enabled: { doc: 'Publish over MQTT.', format: flag(), default: true },
    url: {
      doc: 'An MQTT broker to publish to. Unset: a broker of our own, MQTT 3.1.1, on host and port.',
      format: optional(brokerUrl),
      default: undefined,
    },
    host,
    port: port(DEFAULT_PORTS.mqtt),
    version: {
      doc: 'MQTT protocol. Unset: 5 with a url, 3.1.1 for our own broker, which speaks no other.',
      format: optional(mqttVersion()),
      default: undefined,
    },
    qos: {
      doc:
        'Quality of service towards a broker at url. 0: each message once at most, none again after a loss of the ' +
        'connection; 1: again until acknowledged, so perhaps twice; 2: as 1, twice only across a loss of the connection. ' +
        'The state is always sent with 1.',
      format: integerIn(0, 2),
      default: 0,
    },
    username: {
      doc: 'User name: towards the broker at url, or asked for by ours.',
      format: optional(text()),
      default: undefined,
    },
    password: { doc: 'Password of that user.', format: optional(text()), default: undefined },
    ca: {
      doc: 'File with the certificate authority of the broker at an mqtts url, PEM. Unset: the public ones.',
      format: optional(text()),
      default: undefined,
    },
    keepaliveSeconds: {
      doc:
        'A broker at url that hangs is noticed after 1.5 times this, s. Too small: a busy network looks like a dead ' +
        'broker; too large: messages go nowhere for long.',
      format: integerIn(1, 60),
      default: 4,
    },
    allowRemote: {
      doc: 'Lets our own broker listen beyond loopback without asking for a user name and password.',
      format: flag(),
      default: false,
    },
  },
  zeromq: {
    enabled: { doc: 'Publish over ZeroMQ (PUB).', format: flag(), default: true },
    host,
    port: port(DEFAULT_PORTS.zeromq),
    highWaterMark: {
      doc:
        'Messages that wait for each subscriber that is slow; further ones are lost to it (it sees a gap in sequence). ' +
        'Too small: bursts are lost; too large: memory per subscriber.',
      format: integerIn(1, 100_000),
      default: 5000,
    },
    largePort: {
      doc:
        'TCP port at which pictures, depth and clouds are handed to those who ask for them; opened where measurements lists any. Unset: ' +
        'the one after port, or the next free one, said aloud. A port set here that is taken is an error.',
      format: optional(integerIn(1, 65_535)),
      default: undefined,
    },
    largeMegabytes: {
      doc:
        'MB of pictures, depth and clouds that wait for each subscriber, 8 at most; the oldest give way. Too small: what several ' +
        'cameras give at the same moment is lost; too large: memory, and pictures that are old.',
      format: integerIn(1, 1024),
      default: 16,
    },
    commandPort: {
      doc: 'TCP port at which commands are taken (REP). Unset: none are.',
      format: optional(integerIn(1, 65_535)),
      default: undefined,
    },
    allowRemote: {
      doc: 'Lets it listen beyond loopback. ZeroMQ here asks nobody who he is, and hides nothing.',
      format: flag(),
      default: false,
    },
  },
};

/**
 * What values do not tell one by one.
 * @param path of the section in the configuration
 * @throws SensoriumError E_CONFIG_RANGE for a robot's name that no topic can hold; E_CONFIG_CONFLICT
 */
export function checkPublish(config: PublishConfig, robot: string, path = 'publish'): void {
  refuse(robotName, robot, 'robot');
  const { mqtt, zeromq, measurements } = config;
  if (measurements.length > 0 && !zeromq.enabled) {
    conflict(`${path}.measurements`, 'they go out over ZeroMQ, which is not enabled', measurements);
  }
  if (mqtt.enabled && mqtt.url !== undefined && mqtt.port !== undefined) {
    conflict(`${path}.mqtt.port`, 'url and port exclude each other: the port of a broker stands in its url', mqtt.port);
  }
  if (mqtt.enabled && mqtt.url === undefined && mqtt.version !== undefined && mqtt.version !== '3.1.1') {
    conflict(`${path}.mqtt.version`, 'our own broker speaks 3.1.1 only: name a broker with url', mqtt.version);
  }
  if (mqtt.password !== undefined && mqtt.username === undefined) {
    throw new SensoriumError('E_CONFIG_CONFLICT', 'a password without a username', { path: `${path}.mqtt.password` });
  }
  if (mqtt.enabled && mqtt.url === undefined && mqtt.username !== undefined && mqtt.password === undefined) {
    throw new SensoriumError('E_CONFIG_CONFLICT', 'our own broker would ask for no password: set one', {
      path: `${path}.mqtt.username`,
    });
  }
  const open = mqtt.username === undefined || mqtt.password === undefined;
  if (mqtt.enabled && mqtt.url === undefined && !isLoopback(mqtt.host) && open && !mqtt.allowRemote) {
    const way = 'set username and password, or allowRemote: true';
    conflict(`${path}.mqtt.host`, `anyone could listen in and send: ${way}; got`, mqtt.host, '');
  }
  if (zeromq.enabled && !isLoopback(zeromq.host) && !zeromq.allowRemote) {
    conflict(
      `${path}.zeromq.host`,
      'anyone could listen in: set allowRemote: true if that is meant; got',
      zeromq.host,
      '',
    );
  }
}

/** Whether only this machine can reach what listens there. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

function conflict(path: string, what: string, value: unknown, joint = ', got'): never {
  throw new SensoriumError('E_CONFIG_CONFLICT', `${what}${joint} ${showValue(value)}`, { path });
}

function refuse(format: Format, value: unknown, path: string): void {
  try {
    format(value);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new SensoriumError('E_CONFIG_RANGE', `expected ${error.expected}, got ${showValue(value)}`, { path });
  }
}
