/** When it was: words that tell nothing, since a clip is of the last seconds. */
const WHEN =
  '(||||| just now| lately| in these seconds| a moment ago| in the last seconds| right now| this moment| here)';
const FIRST =
  '(||||please, |robot, |say, |tell me, |so, |well, |now, |in these seconds, |just now, |in the last moments, |honestly, |once more, |as far as you know, |watch closely: )';
/** In what clauses are wrapped that are true or not. */
const THAT =
  '(is it (so|right|correct|a fact|the case) that|would you (agree|claim|guess) that|do you (think|believe|find|say) that|could it be that|am i right that|does it seem that|(please |)(tell me|say|let me know|find out|check|judge) (if|whether)|could you (tell me|say|confirm|find out) (if|whether)|i (want|would like|need) to know (if|whether)|i wonder (if|whether)|do you know (if|whether)|yes or no:|true or false:|right or wrong:)';
const NOTED = '(see|notice|observe|watch|spot|perceive)';

/**
 * Ways of asking about what happens in a clip, as a grammar: see `paraphrases.ts`. A motion is a verb ("come nearer"), an event a clause ("a
 * door slides").
 */
export const CLIP_PARAPHRASES = {
  'ask motion': [
    `${FIRST}(does|could|would|might|will) {the} {motion}${WHEN}?`,
    `${FIRST}(did you|could you|can you|would you|were you able to) ${NOTED} {the} {motion}${WHEN}?`,
    `${FIRST}(have|has) (you|anyone) (seen|noticed|observed|watched|spotted) {the} {motion}${WHEN}?`,
    `${THAT} {the} (does|did|would|could|is seen to|was seen to|seems to|seemed to) {motion}${WHEN}?`,
    `${THAT} you (saw|noticed|observed|watched|see|notice) {the} {motion}${WHEN}?`,
    `${FIRST}(is|was) {the} (seen|found|observed|about|likely|going) to {motion}${WHEN}?`,
    `${FIRST}(does|did) {the} (seem|appear|happen|begin|start) to {motion}${WHEN}?`,
    `${FIRST}{the}: (does it|did it|would it|has it been seen to) {motion}${WHEN}?`,
    `${FIRST}(look at|consider|take|as for|think of) {the}: does it {motion}${WHEN}?`,
    `${FIRST}(what does {the} do, does it|what did {the} do, did it) {motion}?`,
    `${FIRST}is it {the} that you (saw|noticed|see|watched) {motion}${WHEN}?`,
    `${FIRST}{the} does {motion}(, is that (so|right|true)|, yes or no|, right|, would you agree|, does it not)?`,
  ],
  'ask own motion': [
    `${FIRST}(do|could|would|might|will|can) you {motion}${WHEN}?`,
    `${FIRST}(does|did|could|would) (the robot|your body|your base) {motion}${WHEN}?`,
    `${THAT} (you (do|did|would|could)|the robot (does|did|would|could)) {motion}${WHEN}?`,
    `${THAT} (what you do is to|your wheels make you|you yourself|you) {motion}${WHEN}?`,
    `${FIRST}(do|did) you (feel|notice|find|perceive|sense) (that you|yourself) {motion}${WHEN}?`,
    `${FIRST}(are|were) you (seen|made|told|about|going) to {motion}${WHEN}?`,
    `${FIRST}(have you been seen to|do you happen to|did you happen to|do you seem to) {motion}${WHEN}?`,
    `${FIRST}what (do|did) you do(: do you|, did you|: is it to) {motion}?`,
    `${FIRST}is it you (that|who) {motion}${WHEN}?`,
    `${FIRST}you {motion}(, is that (so|right|true)|, yes or no|, right|, would you agree|, do you not)?`,
    `${FIRST}(by what you feel|by your wheels|from what you see), do you {motion}?`,
    `${FIRST}(as for|speaking of) (yourself|you): do you {motion}${WHEN}?`,
  ],
  'ask event': [
    `${FIRST}(does|did|could|might) it (happen|be|occur) that {event}${WHEN}?`,
    `${FIRST}has it happened that {event}${WHEN}?`,
    `${THAT} {event}${WHEN}?`,
    `${FIRST}(do|did|could|can) you (see|hear|notice|feel|perceive|sense|find|tell|make out) (that|whether|if) {event}${WHEN}?`,
    `${FIRST}(have|has) (you|anyone) (seen|heard|noticed|felt|sensed) that {event}${WHEN}?`,
    `${FIRST}(is|was) there (any sign|a sign|a moment when|an instant when|reason to think|evidence) (that |){event}${WHEN}?`,
    `${FIRST}{event}(, is that (so|right|true|correct)|, yes or no|, right|, would you agree|, did you notice)?`,
    `${FIRST}{event}: (did that happen|does that happen|is it so|yes or no|true or false)${WHEN}?`,
    `${FIRST}(what happened|what is going on|what was that): {event}?`,
    `${FIRST}(do|did) your senses (tell|say|show|report) that {event}${WHEN}?`,
    `${FIRST}(is|was) it the case that {event}${WHEN}?`,
    `${FIRST}should (i|one|we) (know|worry|note) that {event}${WHEN}?`,
  ],
} as const;
