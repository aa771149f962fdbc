import { vmallocReason } from '../event-detail.js';
import type { Rule } from '../rule.js';
import { sizeText } from '../words.js';

/** There were addresses, but not all the pages. */
export const vmallocPages: Rule = {
  name: 'vmalloc-pages',
  source: 'mm/vmalloc.c, __vmalloc_node_range_noprof(), v6.12',
  applies(event, facts) {
    if (event.kind !== 'vmalloc-failure') return null;
    if (/page order [1-9]/.test(vmallocReason(event)) || event.permits?.retry === 'noretry') {
      return {
        cause: 'opportunistic', severity: 'benign', confidence: 'inferred',
        why: ['vmalloc tried large pages (or was told not to try hard) and did not get them; it goes on with single pages.'],
        means: 'Nothing fails unless an error of the caller follows.', advice: [],
      };
    }
    const partly = event.detail['allocatedBytes'];
    const size = event.bytes === null ? 'the pages' : `all of ${sizeText(event.bytes)}`;
    return {
      cause: 'exhausted', severity: 'act', confidence: 'inferred',
      why: [`vmalloc could not get ${size}${typeof partly === 'number' ? ` (it had ${sizeText(partly)} when memory ran out)` : ''}: the machine ran out of single pages, or the task was being killed.`],
      advice: [{ id: 'find-consumer', for: 'operator', text: `Find what holds the memory${facts.memory.managedPages === null ? '' : ` of ${sizeText(facts.memory.managedPages * facts.pageBytes)}`}, or ask for less at once.`, command: 'ps -eo pid,rss,comm --sort=-rss | head; slabtop -o -s c | head' }],
    };
  },
};
