// Kernel lines that begin with a bare word: not a host name although a date stands before.
const KERNEL_WORD = /^(?:Node|CPU|Call|Free|Total|Swap|Out|Hardware|Pid:|cpu|Killed|\d+|Unable|Active|SLUB:|SLAB:|last|Workqueue:|Tainted:|Modules|page|vmalloc:)$/;

/** May a word that stands where a log has its host be one? */
export function canBeHost(word: string): boolean {
  const isAddress = /^[0-9a-f]*:[0-9a-f:.]*$/i.test(word);
  return (isAddress || !/[:=[(*]/.test(word)) && !KERNEL_WORD.test(word);
}
