import { basename, join } from 'node:path';
import { SensoriumError, showValue } from '../contract/index.ts';
import { packagedModels } from '../inference/index.ts';

/*
 * How a hub lays a model out: one folder with a description in JSON, a tokenizer, what is done to pictures, and the networks in
 * `onnx/`, each in one or more precisions that the ending of its name tells.
 */

/** What stands between a network's name and `.onnx`, by precision: the names of Transformers.js. */
const SUFFIXES = { fp32: '', fp16: '_fp16', q8: '_quantized', q4: '_q4' } as const;

/** How the numbers of a network are kept: 4, 2, 1 or half a byte each. */
export type Precision = keyof typeof SUFFIXES;

/** Every {@link Precision}. */
export const PRECISIONS = Object.keys(SUFFIXES) as Precision[];

/** Where a network lies in a model's folder. */
export function networkFile(network: string, precision: Precision): string {
  return `onnx/${network}${SUFFIXES[precision]}.onnx`;
}

/**
 * Whether a network may keep weights in a file of this name beside it: its own name and `_data`, then `_data_1` and so on, as exporters
 * write it. Any other name could be any other file.
 * @param file of the network
 */
export function isDataOf(file: string, location: string): boolean {
  const [, rest] = location.split(`${basename(file)}_data`);
  return location.startsWith(basename(file)) && rest !== undefined && /^(_\d{1,3})?$/.test(rest);
}

/** Owner and name: letters, digits, `.`, `_`, `-`, neither hidden. Whatever could lead out of a folder is not among them. */
const HUB_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,95}\/[A-Za-z0-9][A-Za-z0-9._-]{0,95}$/;

/** Name of a model that comes along. */
const PLAIN = /^[a-z][a-z0-9-]*$/;

/** Whether a model's name is one of a hub. */
export function isHubId(name: string): boolean {
  return HUB_ID.test(name) && !name.includes('..');
}

/**
 * The model that is meant: `owner/name` of a hub in the store, a plain name of one that comes with Sensorium, or a path (it begins with `/` or `.`); `:q4` behind it says which of its
 * precisions, by default `q8`.
 * @param store folder of models
 * @throws SensoriumError E_MODEL_PATH
 */
export function referenceOf(store: string, model: string): { readonly folder: string; readonly precision: Precision } {
  const [, place, precision = 'q8'] = /^(.*?)(?::([a-z0-9]+))?$/s.exec(model) ?? [];
  if (!isPrecision(precision)) {
    const what = `expected :${PRECISIONS.join(', :')}, got ${showValue(`:${precision}`)}`;
    throw new SensoriumError('E_MODEL_PATH', what, { path: model });
  }
  if (/^[/.]/.test(place)) return { folder: place, precision };
  if (PLAIN.test(place)) return { folder: join(packagedModels(), place), precision };
  if (isHubId(place)) return { folder: join(store, place), precision };
  throw new SensoriumError(
    'E_MODEL_PATH',
    'expected owner/name of a hub, a plain name of one that comes along, or a path that begins with / or .',
    {
      path: showValue(model),
    },
  );
}

function isPrecision(text: string): text is Precision {
  return Object.hasOwn(SUFFIXES, text);
}
