import { SensoriumError, showValue } from '../contract/index.ts';
import { firstLine } from '../inference/index.ts';
import type { Description } from './description.ts';
import { plainWords } from './plain-words.ts';
import { checkWords, type OpenTokenizer } from './tokenizer.ts';

/** Puts a question about pictures as the model has learned to be asked. */
export interface Chat {
  /**
   * @returns tokens; where a picture goes, the one token {@link image}
   * @throws SensoriumError E_MODEL_INPUT, E_MODEL_MANIFEST
   */
  promptOf(question: string, pictures: number): number[];
  /** The token that stands for a picture. */
  readonly image: number;
}

/** What stands around the one tile of a picture in the models of Idefics 3's line, where the vocabulary has it. */
const AROUND = '<fake_token_around_image>';
const WHOLE = '<global-img>';

/**
 * Reads the chat template of a model: of a file of its own, or of the tokenizer's description.
 * @param image the token that stands for a picture
 * @throws SensoriumError E_MODEL_MANIFEST where there is none
 */
export function openChat(description: Description, tokenizer: OpenTokenizer, image: number): Chat {
  const path = description.path('tokenizer_config.json');
  const fault = (what: string, cause?: unknown): SensoriumError =>
    new SensoriumError('E_MODEL_MANIFEST', `chat_template: ${what}`, { path, cause });
  const template = templateOf(description);
  if (template === undefined) throw fault('expected a template, got nothing');
  const plain = plainWords(description.json('tokenizer.json'));
  const mark = tokenizer.wordOf(image);
  const isAround = tokenizer.idOf(AROUND) !== undefined && tokenizer.idOf(WHOLE) !== undefined;

  function tokensOf(words: string, pictures: number): number[] {
    const content = [...Array.from({ length: pictures }, () => ({ type: 'image' })), { type: 'text', text: words }];
    try {
      const rendered = tokenizer.rendered(template as string, [{ role: 'user', content }]);
      const prompt = isAround ? rendered.replaceAll(mark, `${AROUND}${WHOLE}${mark}${AROUND}`) : rendered;
      return tokenizer.idsOf(prompt, false);
    } catch (error) {
      if (error instanceof SensoriumError) throw error;
      throw fault(firstLine(error), error);
    }
  }

  return {
    image,
    promptOf(question, pictures) {
      checkWords(question);
      const ids = tokensOf(plain(question), pictures);
      const places = ids.filter((id) => id === image).length;
      if (places !== pictures) throw fault(`expected ${pictures} places of pictures, it has ${places}`);
      // Whatever a normalizer makes of a question: it holds no sign that an empty one has not.
      const signs = (all: readonly number[]): number => all.filter((id) => tokenizer.isSign(id)).length;
      if (signs(ids) === signs(tokensOf('', pictures))) return ids;
      throw new SensoriumError('E_MODEL_INPUT', `spells a token that is a sign: ${showValue(question)}`, {
        path: 'question',
      });
    },
  };
}

function templateOf(description: Description): string | undefined {
  if (description.has('chat_template.jinja')) return description.text('chat_template.jinja');
  const holder = description.has('chat_template.json') ? 'chat_template.json' : 'tokenizer_config.json';
  const its = description.json(holder).value('chat_template');
  if (typeof its === 'string') return its;
  // Several templates, by name.
  const named = Array.isArray(its) ? (its as { readonly name?: unknown; readonly template?: unknown }[]) : [];
  const found = named.find(({ name }) => name === 'default')?.template;
  return typeof found === 'string' ? found : undefined;
}
