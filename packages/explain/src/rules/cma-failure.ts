import { earlyBuffer, largerCma } from '../advice/cma.js';
import type { Rule } from '../rule.js';
import { sizeText } from '../words.js';

/** A request to the CMA area itself. */
export const cmaFailure: Rule = {
  name: 'cma-failure',
  source: 'mm/cma.c, cma_alloc(), v6.12',
  applies(event, { pageBytes }) {
    if (event.kind !== 'cma-failure') return null;
    const error = event.detail['error'];
    const inBytes = (key: string): number | null => (typeof event.detail[key] === 'number' ? event.detail[key] * pageBytes : null);
    const bytes = event.bytes ?? inBytes('pages');
    const [area, free, largest] = [inBytes('areaPages'), inBytes('freePages'), inBytes('largestPages')];
    const busy = error === -16 || error === 16;
    return {
      cause: 'cma-held', severity: busy ? 'watch' : 'act', confidence: 'inferred',
      why: [
        `The area reserved for contiguous memory (CMA) could not give ${bytes === null ? 'the block' : sizeText(bytes)} in one piece.`,
        ...(area === null || free === null ? [] : [`Of its ${sizeText(area)} ${sizeText(free)} were free${largest === null || free === 0 ? '' : `, ${largest === free ? 'all' : sizeText(largest)} of it in one piece`}.`]),
        ...(busy ? ['Programs use what drivers leave free of it, and some of their pages are pinned and could not be moved out (-EBUSY).'] : area === null ? ['It is full, or too cut up, by its own users.'] : []),
      ],
      means: busy
        ? 'Whoever asked tries again or takes other memory; if a camera, video or display does not work, this is why.'
        : 'The device that needs the buffer (camera, video, display) does not work until it gets one.',
      advice: busy && bytes !== null && largest !== null && largest >= bytes ? earlyBuffer() : largerCma(bytes ?? 0, area ?? 0),
    };
  },
};
