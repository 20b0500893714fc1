/**
 * Errors for which no quick fix is offered, each with the reason: one edit does not mend it, or only its author knows which
 * edit does. What is no error can always be switched off in its line.
 */

const NUMBER = 'only its author knows the number that was meant';
const PLACE = 'only its author knows where else it should lie';
const LIMIT = 'a limit is met: the text has to become smaller, and nobody else knows by what';
const WORDS = 'only its author knows the words that are missing';

export const UNMENDED: Readonly<Record<string, string>> = {
    'hwp/outside-scenario': 'a scenario around it would be one without a title',
    'hwp/too-deep': LIMIT, 'hwp/item-too-long': LIMIT, 'hwp/text-too-long': LIMIT, 'hwp/line-too-long': LIMIT, 'hwp/too-many-errors': 'the errors that are shown have their own',
    'hwp/internal': 'it is a mistake of the simulator, not of the text',
    'hwp/duplicate-name': 'which of the two is meant where the name is used, only its author knows; renaming asks for a name',
    'hwp/reserved-name': 'a new name is for its author to choose: use Rename',
    'quantity/not-positive': NUMBER, 'quantity/too-large': NUMBER, 'quantity/fraction': NUMBER, 'quantity/malformed': NUMBER,
    'machine/only-declarations': 'the step belongs into a scenario, and which one only its author knows',
    'machine/memory-unaligned': NUMBER, 'machine/range-outside-memory': PLACE, 'machine/nodes-overlap': PLACE,
    'hugetlb/page-size': NUMBER, 'hugetlb/reserved-exceeds-pool': NUMBER, 'filter/value': NUMBER,
    'pmem/unaligned': PLACE, 'mapping/outside-file': 'the file may be too small or the range too long', 'mapping/part': 'which pages are mapped, only its author knows', 'mapping/folio': NUMBER, 'mapping/unaligned': NUMBER,
    'file/state-impossible': 'another state, or another file system, is another scenario',
    'pin/holder': 'who holds the pin makes a difference, and only its author knows',
    'guest/backing': 'which mapping is the memory of the guest, only its author knows',
    'guest/memory': 'the guest may have too much memory or the mapping too little',
    'expect/incomplete': WORDS, 'vary/subject': WORDS,
    'step/actor-unfit': 'somebody else does it, or something else is done',
    'step/foreign-memory': 'the actor or the memory is meant to be another one',
    'step/too-many-pages': LIMIT, 'repeat/limit': LIMIT, 'vary/limit': LIMIT,
    'step/not-on-arch': 'another architecture, or another step, is another scenario',
    'sweep/other-machine': 'what is swept over is for its author to say', 'sweep/unfit-step': 'another step is another question', 'sweep/place-given': 'the place, or the sweep, is one too many',
    'vary/nothing-left': 'which of the values should go, only its author knows',
    'not-modelled': 'what the model does not describe, no text changes',
};
