/** What a robot can be asked about: what it sees, what it hears, how its IMU feels it move. */
export const SENSES = ['sight', 'hearing', 'feeling'] as const;
export type Sense = (typeof SENSES)[number];

const HEARING = /\b(hear|hears|heard|hearing|sounds?|noises?|listen\w*|audible|silent|silence|loud|quiet|ears?)\b/i;
const SEEING = /\b(see|sees|seen|looks?|view|pictures?|visible|colou?rs?|watch\w*|eyes?)\b/i;
/** That the robot itself moves: nothing else comes between who is asked and what is done. Who feels that needs no eyes. */
const OWN_MOTION =
  /\b(you|yourself|your (?:body|base|wheels)|the robot)\b(?:(?!\b(?:the|an?|any\w*|some\w*|things?)\b).)*?\b(driv\w+|turn\w*|rotat\w+|mov\w+|stand\w*|stationary)\b/i;
/** What a model says of itself that knows which senses it has. */
const LACKS: Readonly<Partial<Record<Sense, RegExp>>> = { sight: /\bno eyes\b/, hearing: /\bno ears\b/ };

/**
 * Senses that a question is about, of sight and hearing: hearing where words of hearing are in it, sight where words of seeing are, or neither. A rule of English
 * words, needed where a sense is missing: a model that is shown no picture says something all the same.
 */
export function sensesOf(question: string): readonly Sense[] {
  const isHeard = HEARING.test(question);
  const isSeen = SEEING.test(question) || !isHeard;
  return SENSES.filter((sense) => (sense === 'sight' && isSeen) || (sense === 'hearing' && isHeard));
}

/** Whether a question is about how the robot itself moves, and that is felt, whatever is seen. A rule of English words, too. */
export function isFelt(question: string, isThere: (sense: Sense) => boolean): boolean {
  return isThere('feeling') && OWN_MOTION.test(question);
}

/**
 * The sense for want of which a question cannot be answered: of those that its words are about none is there, or the model says itself that it lacks
 * one, and it is missing. The words go first, since not every model knows what it lacks.
 * @param said by the model; unset: it has not been asked
 */
export function missingFor(question: string, isThere: (sense: Sense) => boolean, said?: string): Sense | undefined {
  const about = sensesOf(question);
  if (!about.some(isThere) && !isFelt(question, isThere)) return about[0];
  return said === undefined ? undefined : SENSES.find((sense) => !isThere(sense) && LACKS[sense]?.test(said));
}
