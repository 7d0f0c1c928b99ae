import { describe, expect, it } from 'vitest';
import { models } from '../../models/index.ts';
import { readConfig } from '../../src/config/index.ts';
import { checkModels } from '../../src/daemon/models.ts';
import { microModel } from '../hub/support.ts';
import { errorOf } from '../support/code.ts';

const check = (sounds: object) =>
  errorOf(checkModels(readConfig({ perception: { sounds: { ears: sounds } } }, []).perception, models));

describe('models as they are configured', () => {
  it.each([
    [
      { model: microModel('owlv2') },
      /^perception\.detectors\.eyes\.words: expected words that .* \(E_CONFIG_MISSING\)$/,
    ],
    [{ model: microModel('clip'), words: ['a mug'] }, /model_type: expected owlv2, got "clip" \(E_MODEL_UNKNOWN\)$/],
    [
      { model: 'a/b', words: ['a mug'] },
      /^perception\.detectors\.eyes\.model: no model in .*a\/b; "sensorium models pull a\/b"/,
    ],
  ])('%j are refused as detectors', async (eyes, what) => {
    const { perception } = readConfig({ perception: { detectors: { eyes } } }, []);
    expect((await errorOf(checkModels(perception, models))).message).toMatch(what);
  });

  it('take a detector of what words say', async () => {
    const eyes = { model: microModel('owlv2'), words: ['a mug'] };
    await checkModels(readConfig({ perception: { detectors: { eyes } } }, []).perception, models);
  });

  it.each([
    [{ model: 'fastestdet' }, 'model: expected one of "yamnet", got "fastestdet"'],
    [{ sampleRate: 8000 }, 'sampleRate: expected 16000 for yamnet, got 8000'],
    [{ windowMs: 960 }, 'windowMs: expected 975 for yamnet, got 960'],
    [{ labels: ['Dog', 'Unicorn'] }, 'labels: expected labels of yamnet, got "Unicorn"'],
  ])('%j are refused where the model is another', async (sounds, what) => {
    expect(await check(sounds)).toEqual({
      code: 'E_CONFIG_RANGE',
      message: `perception.sounds.ears.${what} (E_CONFIG_RANGE)`,
    });
  });
});
