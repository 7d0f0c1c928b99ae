/** What a robot can be asked about: what it sees, what it hears. */
export const SENSES = ['sight', 'hearing'] as const;
export type Sense = (typeof SENSES)[number];

const HEARING = /\b(hear|hears|heard|hearing|sounds?|noises?|listen\w*|audible|silent|silence|loud|quiet|ears?)\b/i;
const SEEING = /\b(see|sees|seen|looks?|view|pictures?|visible|colou?rs?|watch\w*|eyes?)\b/i;
/** What a model says of itself that knows which senses it has. */
const LACKS: Readonly<Record<Sense, RegExp>> = { sight: /\bno eyes\b/, hearing: /\bno ears\b/ };

/**
 * Senses that a question is about: hearing where words of hearing are in it, sight where words of seeing are, or neither. A rule of English
 * words, needed where a sense is missing: a model that is shown no picture says something all the same.
 */
export function sensesOf(question: string): readonly Sense[] {
  const isHeard = HEARING.test(question);
  const isSeen = SEEING.test(question) || !isHeard;
  return SENSES.filter((sense) => (sense === 'sight' ? isSeen : isHeard));
}

/**
 * The sense for want of which a question cannot be answered: of those that its words are about none is there, or the model says itself that it lacks
 * one, and it is missing. The words go first, since not every model knows what it lacks.
 * @param said by the model; unset: it has not been asked
 */
export function missingFor(question: string, isThere: (sense: Sense) => boolean, said?: string): Sense | undefined {
  const about = sensesOf(question);
  if (!about.some(isThere)) return about[0];
  return said === undefined ? undefined : SENSES.find((sense) => !isThere(sense) && LACKS[sense].test(said));
}
