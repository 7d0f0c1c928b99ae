import { pathToFileURL } from 'node:url';
import type { TObject, TSchema } from '@sinclair/typebox';
import { TOPICS } from '../topics.ts';
import { Provenance } from './common.ts';
import { SCHEMAS } from './messages.ts';
import { samples } from './samples.ts';

/** Writes docs/messages.md from the schemas. Run by `npm run docs`; a test holds the file to them. */

/** @returns the page, Markdown */
export function messagesPage(): string {
  return [
    '# Messages',
    '',
    'Generated from `src/publish/schema` by `npm run docs`: change it there.',
    '',
    ...GENERAL,
    '## Topics',
    '',
    '| topic below `<prefix>/<robot>/` | message | when |',
    '| --- | --- | --- |',
    ...TOPICS.map(({ topic, schema, when }) => `| \`${topic}\` | [${schema}](#${schema.toLowerCase()}) | ${when} |`),
    '',
    '## Provenance',
    '',
    'Part of every message.',
    '',
    '| field | type | meaning |',
    '| --- | --- | --- |',
    ...rows(Provenance, ''),
    '',
    ...TOPICS.flatMap(({ topic, schema }) => section(topic, schema, SCHEMAS[schema])),
  ].join('\n');
}

const GENERAL = [
  'Every message is one JSON object in UTF-8; MQTT and ZeroMQ carry the same bytes. SI units and radians; axes as in REP-103',
  '(x forward, y left, z up), coordinate frames as in REP-105 (`map`, `odom`, `base_link`); quaternions are `{x, y, z, w}`;',
  "covariances are row-major. Where Foxglove has a schema, field names are Foxglove's. What is not known is left out:",
  'a field is never null and never filled with zeros. New fields may be added: ignore those that you do not know.',
  '',
  '- `sequence` counts the messages of a topic from 1. A gap is a message lost on the way; a number that starts again at 1 is',
  '  a daemon that was started anew (`boot` in `state` and in the headers tells which).',
  '- `timestamp` is the time that the message is about, not the time at which it was sent.',
  '- `provenance` names what the message rests on: the numbers of the inputs, as `sensorium info` and the log have them.',
  '',
  '## Transports',
  '',
  '**MQTT** (3.1.1 and 5): topic `<prefix>/<robot>/<topic>`, the payload is the message. `state` is retained, and the broker',
  'sends `offline` in its place when the daemon vanishes (a broker of our own vanishes with it: then the lost connection',
  'tells). In MQTT 5 the content type is `application/json` and the user properties `schema`, `sequence`, `stamp` (seconds) and',
  '`boot` tell what is inside. Our own broker is for subscribers only: it takes no messages from others but commands.',
  '',
  '**ZeroMQ** (PUB): three parts, the topic (same names), a header and the message; a [Measurement](#measurement) may have a',
  'fourth. The header is JSON: `{"schema", "sequence", "stamp": {"sec", "nsec"}, "boot"}`, with `dropped` where messages of the topic gave way at the',
  'sender before this one: how many. PUB keeps nothing for those who come later: `state` is sent at',
  'the start and at the end only.',
  '',
  '### Large messages',
  '',
  'Pictures, depth and clouds (`measurements/<stream>`) are handed out over ZeroMQ on a port of their own, `publish.zeromq.largePort` (ROUTER), to',
  'those who ask (DEALER): one part, JSON, `{"topics": [full names], "window": messages that may be on the way, 1 to 32, "taken": messages',
  'taken since it connected}`, sent once a second and after each message that was taken. What comes are messages as above, without what the',
  'subscriber did not keep up with: the oldest give way. Who has not asked for 5 s is forgotten; eight are served at a time. In Python:',
  '`examples/pictures.py`.',
  '',
  '## Commands',
  '',
  'A command is a verb and a JSON object. It has its place in the order of inputs, is recorded and replays; what became of it is told by',
  'a [Reply](#reply) on `replies`, with the `id` that the command had. Over MQTT it is published to `<prefix>/<robot>/cmd/<verb>` (not',
  'retained); over ZeroMQ it is a request (REQ) of two parts, verb and object, to `publish.zeromq.commandPort`, answered with',
  '`{"accepted":true}` or `{"refused":"why"}`. Who may send them: `publish.commands`.',
  'It has 64 KiB at the most. A verb or a parameter that nobody knows is refused, with those that there are; what is no JSON object is counted, and has no reply.',
  '',
  '| verb | object | what it does |',
  '| --- | --- | --- |',
  '| `unplug` | `{"stream": "microphones"}` | masks a modality in all fusion heads, as if its sensor was gone; poses, sets and the log go on with it |',
  '| `plug` | `{"stream": "microphones"}` | takes it up again |',
  '| `head` | `{"head": "happening", "model": "/srv/other"}` | lets another model decide; it is looked at first, and where it is refused the one that runs stays |',
  '| `find` | `{"words": "a red mug", "since": 600, "near": [2, 1, 3], "top": 5}` | what in view or remembered fits the words (docs/recall.md); `since` s, `near` x, y (, z) and m in the map |',
  '| `forget` | `{"ids": [17]}`, `{"last": 600}`, `{"from": s, "to": s}`, `{"words": "a person", "similarity": 0.3}`, `{"taught": "mug"}`, `{"all": true}` | erases what is remembered, and examples of what was taught; what is given is all to be met |',
  '| `watch` | `{"name": "mug", "words": "a red mug", "perHour": 1}` | tells on `watch/mug` when it comes into view, or what was taught under these words does; with so many false alarms an hour, or from a `threshold` on (docs/recall.md) |',
  '| `ask` | `{"question": "is there a red mug in view?"}` | asks a model about the latest picture and the last second of sound; `said` of the reply has all of it (docs/vision-language.md) |',
  '| `describe` | `{}` | what is seen and heard, in the same way |',
  '| `teach` | `{"name": "mug"}`, with `which` (`largest`, `nearest`), `box` (shares of the sides) or `direction` (degrees to the left), `stream`; or `picture` (number in the memory); or `examples` and `encoder` | gives a name to what is in view, remembered, or came in files (docs/recall.md); `find` and `watch` take the name |',
  '| `taught` | `{}`, `{"name": "mug"}` | all that is taught; of a name, what its examples have in common, too |',
  '| `imagine` | `{"words": "a red ball to the left of a blue box", "seed": 3}` | makes a picture of a goal: `imagined` of the reply |',
  '| `progress` | `{"goal": "a red ball to the left of a blue box", "seed": 3}`, `{"picture": base64}` | how near the view of `perception.imagination.camera` is to that: `progress` of the reply |',
  '| `unwatch` | `{"name": "mug"}` | ends that |',
  '',
  'A subscriber that does not keep up loses messages, visible as gaps in `sequence`; it never slows the daemon or others.',
  '',
];

function section(topic: string, name: string, schema: TObject): string[] {
  const sample = samples().find((publication) => publication.schema === name);
  return [
    `## ${name}`,
    '',
    `Topic \`${topic}\`. ${schema.description ?? ''}`,
    '',
    '| field | type | meaning |',
    '| --- | --- | --- |',
    ...rows(schema, ''),
    '',
    ...(sample === undefined ? [] : ['```json', wrapped(Buffer.from(sample.payload).toString()), '```', '']),
    '<details><summary>JSON Schema</summary>',
    '',
    '```json',
    JSON.stringify(schema, null, 1),
    '```',
    '',
    '</details>',
    '',
  ];
}

/** One row a field; fields of an object follow it with their path. Known small objects are not taken apart. */
function rows(schema: TObject, prefix: string): string[] {
  return Object.entries(schema.properties).flatMap(([key, field]) => {
    const path = `${prefix}${key}`;
    const optional = schema.required?.includes(key) === true ? '' : ', may be absent';
    const row = `| \`${path}\` | ${typeOf(field)}${optional} | ${field.description ?? ''} |`;
    const inner = isObject(field) ? field : isObject(field['items']) ? field['items'] : undefined;
    if (inner === undefined || isSmall(inner) || field.title === Provenance.title) return [row];
    return [row, ...rows(inner, `${path}${inner === field ? '' : '[]'}.`)];
  });
}

function typeOf(field: TSchema): string {
  if (field.title === Provenance.title) return '[Provenance](#provenance)';
  if (field.title !== undefined && isObject(field) && isSmall(field)) return field.title;
  if (isObject(field)) return isSmall(field) ? `{${Object.keys(field.properties).join(', ')}}` : 'object';
  const choices: unknown = field['anyOf'];
  if (Array.isArray(choices)) return choices.map((choice: TSchema) => `\`${String(choice['const'])}\``).join(', ');
  if (field['type'] === 'array') {
    const count: unknown = field['minItems'];
    return `list of ${typeof count === 'number' ? `${count} ` : ''}${typeOf(field['items'] as TSchema)}`;
  }
  if (field['patternProperties'] !== undefined) return 'map';
  return String(field['type']);
}

function isObject(value: unknown): value is TObject {
  return typeof value === 'object' && value !== null && 'properties' in value;
}

/** Objects that their type or their list of keys explains: Time, Vector3, Quaternion. */
function isSmall(schema: TObject): boolean {
  return Object.values(schema.properties).every(
    (field) => field['type'] === 'number' || schema.title === 'Time' || 'sec' in schema.properties,
  );
}

/** Breaks a line of JSON after commas, at 120 columns. */
function wrapped(json: string): string {
  const lines: string[] = [];
  let line = '';
  for (const part of json.split(/(?<=,)/)) {
    if (line.length + part.length > 120) {
      lines.push(line);
      line = '';
    }
    line += part;
  }
  return [...lines, line].join('\n');
}

const program = process.argv[1];
if (program !== undefined && import.meta.url === pathToFileURL(program).href) process.stdout.write(messagesPage());
