import { below, type Random } from '../random/index.ts';
import { CLIP_PARAPHRASES } from './clip-paraphrases.ts';
import type { Phrased } from './phrasings.ts';

/** In what questions are wrapped that are put straight: words that tell nothing. */
const BEFORE =
  '(|||||please, |robot, |hey robot, |say, |tell me, |so, |well, |now, |look again, |just one question, |excuse me, |quickly, |be honest, |once more, |from where you are, |in this (view|scene|image), |at this moment, |as far as you know, )';
const AFTER =
  '(||||| now| right now| at the moment| here| please| from where you are| at present| today| by any chance| in this (scene|image|view))';
/** In what clauses are wrapped that are true or not. */
const WHETHER =
  '(is it (so|true|right|correct|the case) that|would you (say|agree|claim|guess) that|do you (think|believe|find|say) that|could it be that|am i right that|does it seem that|(please |)(tell me|say|let me know|find out|check|decide|judge|answer) (if|whether)|could you (tell me|say|confirm|find out|check) (if|whether)|i (want|would like|need) to know (if|whether)|i wonder (if|whether)|do you know (if|whether)|yes or no:|true or false:|right or wrong:)';
/** That it is asked for: before a clause with a question word in it. */
const WHICH =
  '((please |)(tell me|say|let me know|find out|work out)|could you (tell me|say|find out)|i (want|would like|need) to know|i wonder|do you know|have you any idea|my question is)';
const SEE = '(see|notice|spot|find|observe|detect|perceive|recognise|make out|have)';
const SEEN =
  '(in view|in sight|visible|seen|to be seen|before you|around|there|present|shown|to be found|within sight|in the (view|scene|image|room)|in front of your eyes|among the things you see)';

/**
 * Ways of asking, as a grammar: of `(one|another)` one is chosen; gaps are in braces. They hold no name of a class, and name
 * one thing before the other.
 */
const PARAPHRASES = {
  ...CLIP_PARAPHRASES,
  'ask existence': [
    `${BEFORE}(is |is there |could there be ){one} ${SEEN}${AFTER}?`,
    `${BEFORE}is {one} (${SEEN}|somewhere (here|about|around)|part of (the scene|this view|what you see))?`,
    `${BEFORE}(are you able to|could you|did you|would you) ${SEE} {one}${AFTER}?`,
    `${WHETHER} (there is {one}|{one} is ${SEEN}|you ${SEE} {one}|{one} exists)${AFTER}?`,
    `${BEFORE}(have|has) (you|anyone) (seen|noticed|spotted|found|observed) {one}${AFTER}?`,
    `${BEFORE}(any trace of|what about|how about|i am looking for|i search for|i miss|look for|look out for) {one}: is (it|one) ${SEEN}?`,
    `${BEFORE}(do your eyes|does the (view|scene|image|room)|does what you see) (show|hold|contain|include|have) {one}${AFTER}?`,
    `${BEFORE}{one}: (is there one|do you ${SEE} one|is it ${SEEN}|yes or no|present or absent)${AFTER}?`,
    `${BEFORE}is (there anything like|something like|at least) {one} ${SEEN}?`,
    `${BEFORE}(among|of) the things (you see|before you|here|in view), is there {one}?`,
    `(check|verify|confirm|see) (if|whether) {one} is ${SEEN}${AFTER}.`,
    `${BEFORE}does {one} (exist|appear|stand|lie|turn up|show up) (here|before you|in this scene|anywhere|somewhere|in view)?`,
  ],
  'ask count': [
    `${BEFORE}how many {plural} (are (there |)${SEEN}|do you ${SEE}|could you (count|${SEE})|did you (count|notice|find)|would you count|are there in all|have you (counted|seen|found)|exist here|stand here)${AFTER}?`,
    `${BEFORE}what is the (number|count|amount|quantity|total|sum) of (the |all |)({plural}|{plural} ${SEEN})${AFTER}?`,
    `${BEFORE}(count|add up|number) (the |all |all the |){plural} (${SEEN}|you ${SEE}|)${AFTER}.`,
    `${WHICH} how many {plural} (there are|you ${SEE}|are ${SEEN}|you (count|counted))${AFTER}.`,
    `${BEFORE}(give|tell|name) me the (number|count|amount|total|quantity) of {plural}${AFTER}.`,
    `${BEFORE}{plural}: how many (of them |)(are (there|${SEEN})|do you ${SEE}|)${AFTER}?`,
    `${BEFORE}(of|among) {plural}, how many (are there|are ${SEEN}|do you ${SEE})?`,
    `${BEFORE}(the number|the count|the amount|the quantity) of {plural} ${SEEN}(, what is it| is what| would be)?`,
    `${BEFORE}(what|which) (number|count|amount|quantity) of {plural} (do you ${SEE}|is ${SEEN}|is there)${AFTER}?`,
    `${BEFORE}(in what|how large a|how big a|how great a) (number|quantity|amount) (do you ${SEE}|of) {plural} ${SEEN}?`,
    `(i (want|need|would like)|let me have) (the number|a count|the count|the total) of (the |all |){plural}${AFTER}.`,
    `${BEFORE}how many times do you ${SEE} {plural}${AFTER}?`,
    `if you (count|counted) {plural}, (how many|what number) (would there be|are there|do you get|would you get)?`,
  ],
  'ask colour': [
    `${BEFORE}(what|which) (colour|tint|shade|hue|paint) (is {the}|does {the} (have|show|wear|come in)|has {the}|would you (give|call|say) {the} (is|has|))${AFTER}?`,
    `${BEFORE}what is the (colour|tint|shade|hue|paint) of {the}${AFTER}?`,
    `${WHICH} (what|which) (colour|tint|shade|hue) {the} (is|has|shows)${AFTER}.`,
    `${BEFORE}(name|tell me|say|give me|describe|report|state) the (colour|tint|shade|hue) of {the}${AFTER}.`,
    `${BEFORE}how is {the} (coloured|painted|tinted)${AFTER}?`,
    `${BEFORE}(of|in) (what|which) (colour|shade|tint|hue) is {the} (painted|made|coloured|)${AFTER}?`,
    `${BEFORE}{the}: (what|which) (colour|shade|tint|hue)( is it| does it have|)?`,
    `${BEFORE}{the} (is|has) (what|which) (colour|shade|hue|tint)${AFTER}?`,
    `${BEFORE}(look at|consider|think of|take|find) {the}: (what|which) (colour|shade|hue|tint) (is it|does it have|do you see)?`,
    `(i (want|would like|need) to know|do you know|could you name|could you tell me) the (colour|shade|tint|hue) of {the}${AFTER}?`,
    `${BEFORE}(what|which) (colour|shade|hue) do you (see|notice|perceive) (on|when you look at|for|at) {the}${AFTER}?`,
    `${BEFORE}(the colour|the shade|the hue|the tint) of {the}(, what is it| is what|: which)?`,
    `in (what|which) (colour|shade|hue) (do you see|would you paint|did someone paint) {the}?`,
  ],
  'ask relation': [
    `${BEFORE}(is|does|would) {one} (standing|placed|found|located|situated|positioned|to be found|sitting|set|put|seen|visible) {relation} {other}${AFTER}?`,
    `${BEFORE}does {one} (stand|sit|lie|appear|rest|stay|seem) (to be |){relation} {other}${AFTER}?`,
    `${WHETHER} {one} (is|stands|sits|lies|appears|seems to be|is placed|is located|is to be found) {relation} {other}${AFTER}?`,
    `${BEFORE}(do|did|could|would) you ${SEE} {one} {relation} {other}${AFTER}?`,
    `${BEFORE}is the (place|position|location) of {one} {relation} {other}${AFTER}?`,
    `${BEFORE}{one} (is|stands|sits|appears|lies) {relation} {other}(, is that (so|right|true|correct)|, yes or no|, right|, would you agree|, is it not)?`,
    `${BEFORE}{one}: is it {relation} {other}${AFTER}?`,
    `${BEFORE}(look at|consider|take|find|as for) {one}: (is it|does it stand|does it appear|would you say it is) {relation} {other}${AFTER}?`,
    `${BEFORE}(has|was) {one} been (put|placed|set|left) {relation} {other}?`,
    `${BEFORE}(would|should) (one|i|anyone) (find|see|look for|say) {one} {relation} {other}${AFTER}?`,
    `${BEFORE}is it {one} that (is|stands|sits|lies|appears) {relation} {other}${AFTER}?`,
    `${BEFORE}(is there|could there be) {one} (standing |placed |){relation} {other}${AFTER}?`,
    `${BEFORE}from (your|this) (place|point of view|position), is {one} {relation} {other}?`,
  ],
  'ask bigger': [
    `${BEFORE}(is|would) {one} (a good deal |a lot |really |clearly |in fact |)(bigger|larger|greater in size|of greater size|more voluminous|of more size) than {other}${AFTER}?`,
    `${WHETHER} {one} (is (bigger|larger|greater in size|of greater size|the bigger one|of larger size)|has (more size|a bigger size|a larger volume|more volume|greater size)) (than|compared with|next to|against) {other}${AFTER}?`,
    `${BEFORE}does {one} (have|show|possess) (more size|a bigger size|a larger size|greater size|more volume|a larger volume) than {other}${AFTER}?`,
    `${BEFORE}does {one} (seem|look|appear) (to be |)(bigger|larger|greater in size) than {other}${AFTER}?`,
    `${BEFORE}{one} is (bigger|larger|greater in size) than {other}(, is that (so|right|true|correct)|, yes or no|, right|, would you agree|, is it not)?`,
    `${BEFORE}(measured|compared) by size, is {one} (more than|above|ahead of|bigger than|larger than) {other}?`,
    `${BEFORE}(does the size|is the size|is the volume) of {one} (exceed|larger than|greater than|bigger than|above) that of {other}?`,
    `${BEFORE}does {one} (exceed|surpass|beat|outdo) {other} in (size|volume|bulk)${AFTER}?`,
    `${BEFORE}does {one} (take up|fill|need|occupy) more (room|space|volume) than {other}${AFTER}?`,
    `${BEFORE}(compare the sizes|by size|think of size): is {one} (bigger|larger|the bigger one beside|the larger one next to) than {other}?`,
  ],
  'ask nearer': [
    `${BEFORE}(is|would) {one} (a good deal |a lot |really |clearly |in fact |)(nearer|closer|less far away|less far|less distant|at less distance|at a shorter distance) (to you |)than {other}${AFTER}?`,
    `${WHETHER} {one} (is (nearer|closer|less far away|less distant|at less distance|at a smaller distance|the nearer one|the closer one)|has less distance) (to you |to the robot |)(than|compared with) {other}${AFTER}?`,
    `${BEFORE}does {one} (stand|lie|sit|seem|appear|look) (nearer|closer|less far away|less distant) (to you |)than {other}${AFTER}?`,
    `${BEFORE}{one} is (nearer|closer|less far away) than {other}(, is that (so|right|true|correct)|, yes or no|, right|, would you agree|, is it not)?`,
    `${BEFORE}(is the distance|is your distance) (of|to|from) {one} (less|smaller|shorter) than (that |the one |)(of|to|from) {other}${AFTER}?`,
    `${BEFORE}would you (reach|get to|arrive at|meet|touch) {one} (before|sooner than|earlier than|ahead of) {other}?`,
    `${BEFORE}(are you|is the robot) (nearer|closer) to {one} than to {other}${AFTER}?`,
    `${BEFORE}(measured|compared|judged) by distance, is {one} (nearer|closer|less far) than {other}?`,
    `${BEFORE}is {one} not as (far|far away|distant|remote) as {other}${AFTER}?`,
    `${BEFORE}is (there|it) less (way|distance|space) (to|between you and) {one} than (to|between you and) {other}?`,
    `${BEFORE}(does|is) {one} (come|lie|found) within a shorter distance than {other}?`,
  ],
  'ask sound': [
    `${BEFORE}what (do|did|could|would) you (hear|perceive with your ears|listen to|catch|make out by ear)${AFTER}?`,
    `${BEFORE}what (is|was) (to be heard|heard|audible|sounding|that sound|that noise|the sound|the noise|making the noise|making that sound|the source of the sound|it that you hear|ringing out|going on by ear|in your ears|there to hear)${AFTER}?`,
    `${BEFORE}(what|which) (kind of |sort of |type of |)(sound|noise|tone) (is (that|it|this|there|heard|to be heard|audible|playing|in the air|around)|do you (hear|notice|perceive|catch|recognise|detect)|could be heard|did you hear|meets your ears|gets to your ears|arrives at your ears|comes to you)${AFTER}?`,
    `${WHICH} what (you (hear|are hearing|heard)|is to be heard|sounds|makes (the|that) (noise|sound)|(kind of |sort of |)(sound|noise) (there is|this is|you hear))${AFTER}.`,
    `${BEFORE}(name|identify|describe|classify|recognise|report|state) (the|that|this|any) (sound|noise)( you hear| around you| in the room|)${AFTER}.`,
    `(listen|listen closely|use your ears|prick up your ears|hush): (what is it|what is that|what do you hear|what sounds|what is there|what makes the noise)${AFTER}?`,
    `${BEFORE}what (sounds|makes a noise|makes noise|makes the noise|makes that sound|is making sounds|causes the noise|produces the sound)${AFTER}?`,
    `${BEFORE}what (does it sound like|is it by the sound|are you hearing|are you listening to|have you heard|did your ears catch|do your ears (tell|tell you|hear|catch|report|pick up))${AFTER}?`,
    `${BEFORE}(is|was) there (something|anything) to (hear|be heard|listen to)(, and what|, what is it|, and if so what|: what)?`,
    `${BEFORE}(do|did|could) you hear (something|anything|a noise|a sound)(, and what|, what is it|, and if so what is it)?`,
    `${BEFORE}(how|as what) would you (name|describe|call|classify) (the|that|this) (sound|noise|what you hear)${AFTER}?`,
    `${BEFORE}(the|that|this) (sound|noise)(: what is it|, what is it|, what makes it|: what causes it| comes from what)?`,
    `(i (want|would like|need) to know|do you know) (what you hear|what is heard|what the noise is|what that sound is)${AFTER}.`,
    `${BEFORE}(to|with|by) your ears, what is (there|happening|around)?`,
  ],
  'ask direction': [
    `${BEFORE}(from |on |at |)(which|what) (side|direction|part|way|end) (do you hear (it|the sound|the noise|that|something)|does (it|the sound|the noise|that) (come|arrive|sound|reach you|originate)|is (the sound|the noise|it|its source|the source))(| from)${AFTER}?`,
    `${BEFORE}where (is|was) (the sound|the noise|it|that|the source of the (sound|noise)|what you hear|the source) (coming from|heard|sounding|from|to be heard|located|)${AFTER}?`,
    `${BEFORE}where (does|do|did) (the sound|the noise|it|that sound|that noise|what you hear) (come from|sound|originate|start|arise)${AFTER}?`,
    `${BEFORE}where do you hear (it|the sound|the noise|that|something)( from|)${AFTER}?`,
    `${WHICH} (where|from where|on which side|from which side|from which direction|in which direction) (the sound|the noise|it|what you hear) (is|comes|sounds|is heard|comes from)${AFTER}.`,
    `${BEFORE}(name|tell me|say|give me|report|state|point out|show me) the (direction|side|place|origin|source) of (the|that|this) (sound|noise)${AFTER}.`,
    `${BEFORE}(the|that|this) (sound|noise): (which side|what side|from where|which direction|where|what direction|where from)?`,
    `${BEFORE}(which way|what way|where) (should|must|would) (you|i|one) (turn|look|go|face|point) (to find|to face|to see|for|towards) (the sound|the noise|it|what you hear|the source of the sound)?`,
    `${BEFORE}(what|which) is the (direction|side|origin|bearing) (of|from) (the sound|the noise|what you hear|that sound)${AFTER}?`,
    `(listen|use your ears|hush): (where|from where|which side|from which side|which direction) (is it|does it come from|is that|is the noise)?`,
    `${BEFORE}is (it|the sound|the noise|what you hear) (to|on) (the left|your left), (to|on) (the right|your right), ahead or behind (you|)?`,
    `${BEFORE}(as seen from you|seen from you|relative to you), where is (the sound|the noise|what you hear|its source)?`,
    `${BEFORE}(by|with|to) your ears, (where|on which side|in which direction) is (it|the sound|the noise|the source)?`,
  ],
} satisfies Partial<Record<Phrased, readonly string[]>>;

/** Whether there is a grammar for it. */
export function isParaphrased(what: Phrased): what is keyof typeof PARAPHRASES {
  return what in PARAPHRASES;
}

/** A way of asking. */
export function paraphrase(random: Random, what: keyof typeof PARAPHRASES): string {
  const all: readonly string[] = PARAPHRASES[what];
  return expand(random, all[below(random, all.length)]);
}

const CHOICE = /\(([^()]*)\)/;

/** Chooses from the innermost brackets outwards. */
export function expand(random: Random, rule: string): string {
  let text = rule;
  for (let found = CHOICE.exec(text); found !== null; found = CHOICE.exec(text)) {
    const options = found[1].split('|');
    const chosen = options[below(random, options.length)];
    text = text.slice(0, found.index) + chosen + text.slice(found.index + found[0].length);
  }
  return text
    .replace(/ +/g, ' ')
    .replace(/ ([?.,:;])/g, '$1')
    .trim();
}
