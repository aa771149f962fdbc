import { checkGroup } from '../advice/cgroup.js';
import { findConsumer } from '../advice/machine.js';
import { vmallocBytes, vmallocReason } from '../event-detail.js';
import { HAS_FALLBACK } from '../opportunistic.js';
import type { Rule } from '../rule.js';
import { sizeText } from '../words.js';

/** There were addresses, but not all the pages. */
export const vmallocPages: Rule = {
  name: 'vmalloc-pages',
  source: 'mm/vmalloc.c, __vmalloc_area_node(), v6.12; vm_area_alloc_pages(): large pages first, v5.13',
  applies(event, facts) {
    if (event.kind !== 'vmalloc-failure') return null;
    if (/page order [1-9]/.test(vmallocReason(event))) {
      return {
        cause: 'opportunistic', severity: 'benign', confidence: 'inferred',
        why: ['vmalloc tried large pages and did not get them; it goes on with single pages.'], means: HAS_FALLBACK, advice: [],
      };
    }
    const { asked, had } = vmallocBytes(event);
    const served = facts.granting.length > 0;
    if (vmallocReason(event).includes('failed to map')) {
      return {
        cause: served ? 'unknown' : 'exhausted', severity: 'watch', confidence: 'guess',
        why: [`vmalloc had all pages${asked === null ? '' : ` of ${sizeText(asked)}`} and could not map them: no page for the page tables was to be had, or something was mapped there already. Then a WARNING of mm/vmalloc.c stands in front of this, and the kernel has a bug.`],
        advice: served ? [] : findConsumer(facts),
      };
    }
    const size = asked === null ? 'all the pages it needed' : `all of ${sizeText(asked)}`;
    const partly = had === null ? '' : had === 0 ? ' (not even the first one)' : ` (it had ${sizeText(had)} when memory ran out)`;
    if (event.permits?.retry === 'noretry') {
      return {
        cause: 'exhausted', severity: 'watch', confidence: 'inferred',
        why: [`vmalloc could not get ${size}${partly} in one light attempt: memory was short, if only for a moment. With __GFP_NORETRY the caller would rather be refused than have a program killed for a size that somebody else chose.`],
        means: 'vmalloc is itself what others fall back on: what asked (a rule set, a map, a buffer) fails with ENOMEM, and can be tried again.',
        advice: findConsumer(facts),
      };
    }
    const charged = facts.permits?.account === true && !served;
    return {
      cause: served ? 'transient' : 'exhausted', severity: served ? 'watch' : 'act', confidence: 'inferred',
      why: [
        `vmalloc could not get ${size}${partly}: the machine ran out of single pages, or the task was being killed.`,
        ...(charged ? ['Or the machine had them, and the control group (the container) that they are charged to (__GFP_ACCOUNT) was at its limit.'] : []),
      ],
      advice: [...(charged ? checkGroup() : []), { id: 'find-consumer', for: 'operator', text: `Find what holds the memory${facts.memory.managedPages === null ? '' : ` of ${sizeText(facts.memory.managedPages * facts.pageBytes)}`}, or ask for less at once.`, command: 'ps -eo pid,rss,comm --sort=-rss | head; slabtop -o -s c | head' }],
    };
  },
};
