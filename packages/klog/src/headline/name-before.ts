import type { Headline } from './headline.js';
import { LEFT_OUT } from './left-out.js';

// TASK_COMM_LEN is 16 with its zero; kthreads of workqueues print up to 15 as well here (current->comm).
const LONGEST_NAME = 15;

/** What a boot's progress looks like on a console, where a kernel's line may follow it without a line break. */
const PROGRESS = /^.*\[ *(?:ok|done|fail(?:ed)?|warn(?:ing)?|info|depend|skip(?:ped)?|\*+) *\]/i;

/** The process name in front of a headline: what is left when an unknown prefix stands before it. */
export function nameBefore(text: string): Pick<Headline, 'comm' | 'before'> {
  const before = text.trim();
  return { comm: nameAtEnd(before), before: before === '' ? null : before };
}

function nameAtEnd(text: string): string | null {
  const quoted = text.slice(Math.max(text.lastIndexOf('"'), text.lastIndexOf("'"), text.lastIndexOf('`')) + 1).replace(PROGRESS, '').trim();
  // A line that another one broke off ends in that one's level; a stamp may be of whole seconds.
  const name = quoted.replace(/^.*<[0-7]>/, '').replace(/^(?:\[\d+\]|[:,\]]+)[ \t]*/, '');
  if (name === '' || LEFT_OUT.test(name)) return null;
  if (name.length <= LONGEST_NAME) return name;
  const tail = name.slice(-LONGEST_NAME - 1);
  const cut = Math.max(tail.lastIndexOf('] '), tail.lastIndexOf('> '), tail.lastIndexOf(': '));
  if (cut >= 0) return tail.slice(cut + 2);
  const blank = tail.lastIndexOf(' ');
  return blank >= 0 ? tail.slice(blank + 1) : name.slice(-LONGEST_NAME);
}
