import { expect, it } from 'vitest';
import { isFelt, type Picture } from '../../src/contract/index.ts';
import { answerBySenses, openVisionLanguage, referenceOf } from '../../src/hub/index.ts';
import { drawn } from './support.ts';

it('knows by its IMU how the robot moves, though its camera is gone', async () => {
  const { folder, precision } = referenceOf('/no store', 'simulated-clips');
  const model = await openVisionLanguage(folder, { precision });
  try {
    const { data, ...size } = drawn(160, 120);
    const black = Array.from({ length: 5 }, () => ({ ...size, data: new Uint8Array(data.length) }));
    // It turns to the left, 0.6 rad/s, and drives on at that.
    const felt = Float32Array.from({ length: 240 }, (_, k) => (k % 12 === 2 ? 0.6 : k % 12 === 5 ? 9.81 : 0));
    const asked = (question: string, feels = true) =>
      answerBySenses(model, question, black, { clip: new Int16Array(4 * 32_000).fill(1), ...(feels && { felt }) });
    expect(await asked('do you turn to the left?')).toMatchObject({ text: 'yes' });
    expect(await asked('do you turn to the right?')).toMatchObject({ text: 'no' });
    for (const question of ['is there a table in view?', 'does the person turn to the left?']) {
      expect(await asked(question)).toMatchObject({ missing: 'sight', confidence: 1 });
    }
    expect(await asked('do you turn to the left?', false)).toMatchObject({ missing: 'sight' });
  } finally {
    await model.close();
  }
});

it('cannot tell of a sense that is missing, whatever the others show', async () => {
  const { folder, precision } = referenceOf('/no store', 'simulated-answers');
  const model = await openVisionLanguage(folder, { precision });
  try {
    const picture: Picture = drawn(160, 120);
    const clip = new Int16Array(4 * 16_000).fill(1);
    const asked = (question: string, pictures: readonly Picture[], heard?: Int16Array) =>
      answerBySenses(model, question, pictures, { ...(heard && { clip: heard }) });
    expect(model.hears).toMatchObject({ channels: 4, samples: 16_000 });
    expect(await asked('what do you hear?', [picture])).toMatchObject({
      missing: 'hearing',
      text: 'I cannot tell: there is no hearing',
    });
    expect(await asked('is there a mug in view?', [], clip)).toMatchObject({
      missing: 'sight',
      text: 'I cannot tell: there is no sight',
    });
    // Its words say nothing of a sense, and it is not about what is seen: that is the model's word.
    expect(await asked('my question is where it comes from here.', [picture])).toMatchObject({
      missing: 'hearing',
      text: 'i cannot tell, i have no ears.',
    });
    for (const [question, pictures, heard] of [
      ['is there a mug in view?', [picture], undefined],
      ['what do you hear?', [], clip],
      ['what do you hear?', [picture], clip],
    ] as const) {
      const said = await asked(question, pictures, heard);
      expect(said).not.toHaveProperty('missing');
      expect(said).toEqual(await model.answer(question, pictures, { ...(heard && { clip: heard }) }));
    }
    // A model without ears, of a picture of somebody who listens.
    const deaf = { ...model, hears: undefined };
    const music = 'does he listen to music?';
    expect(await answerBySenses(deaf, music, [picture])).toEqual(await model.answer(music, [picture]));
    expect(await answerBySenses(deaf, music, [])).toMatchObject({ missing: 'hearing' });
  } finally {
    await model.close();
  }
});

it.each([
  ['do you turn to the left?', true],
  ['is it so that you yourself stand still?', true],
  ['would you say that the robot drives forward?', true],
  ['Your base: is it moving?', true],
  ['does the person turn to the left?', false],
  ['do you see that a person moves away?', false],
  ['have you seen anyone standing there?', false],
  ['is there a table in view?', false],
])('%j: about the robot’s own motion: %s', (question, is) => {
  expect(isFelt(question, (sense) => sense === 'feeling')).toBe(is);
  expect(isFelt(question, (sense) => sense === 'sight')).toBe(false);
});
