import type { ModelManifest } from '../../contract/index.ts';
import type { HeadDescription } from '../head/description.ts';
import { portsOf } from './export.ts';

/** Name of a head's file. */
export const FILE = 'head.onnx';

/** What a head's network is, as models say it. */
export function manifestOf(description: HeadDescription, bytes: number): ModelManifest {
  return {
    name: 'head',
    task: `${description.architecture.kind} fusion`,
    source: 'trained here',
    licence: '',
    files: [{ file: FILE, bytes, sha256: '', url: '' }],
    ...portsOf(description),
    labels: description.classes,
    preprocessing: 'none: it scales by itself',
  };
}
