import type { Description } from './description.ts';
import type { OpenTokenizer } from './tokenizer.ts';

/**
 * The tokens that end an answer: what `generation_config.json` says, else `config.json`, and the tokenizer's own.
 * @throws SensoriumError E_MODEL_MANIFEST where nothing says one
 */
export function endsOf(description: Description, tokenizer: OpenTokenizer): readonly number[] {
  const config = description.json('config.json');
  const text = config.has('text_config') ? [config.section('text_config')] : [];
  const generation = description.has('generation_config.json') ? [description.json('generation_config.json')] : [];
  const said = [...generation, config, ...text]
    .map((section) => section.value('eos_token_id'))
    .find((value) => value !== undefined && value !== null);
  const ids = Array.isArray(said) ? (said as unknown[]) : [said];
  const ends = [...ids, tokenizer.end].filter((id): id is number => typeof id === 'number');
  if (ends.length > 0) return [...new Set(ends)];
  throw config.wrong('eos_token_id', 'the token that ends a text', said);
}
