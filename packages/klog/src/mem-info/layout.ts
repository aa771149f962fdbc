/** A field of a Mem-Info line: its word, and the kernels that print it, as numbers of `releaseCode`. */
export interface LayoutField {
  readonly word: string;
  readonly since: number;
  /** First kernel that prints it no more. */
  readonly until: number;
  /** `KB`: spelled so by the kernel. `none`: pages. */
  readonly unit: 'kB' | 'KB' | 'none';
  /** Only in some builds: printed where a log has it, not for an event of ours. */
  readonly optional?: true;
}

const ALWAYS = Number.POSITIVE_INFINITY;

function field(word: string, since = 0, until = ALWAYS, unit: LayoutField['unit'] = 'kB'): LayoutField {
  return { word, since, until, unit };
}

function option(word: string, since = 0, until = ALWAYS): LayoutField {
  return { word, since, until, unit: 'kB', optional: true };
}

/**
 * The fields of a zone's line in printing order. The order never changed; fields came and went.
 * Source: mm/page_alloc.c (since 6.5 mm/show_mem.c), show_free_areas(), v2.6.13 to v6.19.
 */
export const ZONE_LAYOUT: readonly LayoutField[] = [
  field('free'), field('boost', 5_016_000), field('min'), field('low'), field('high'),
  field('reserved_highatomic', 5_005_000, ALWAYS, 'KB'), field('free_highatomic', 6_015_000, ALWAYS, 'KB'),
  field('active', 0, 2_006_028), field('inactive', 0, 2_006_028),
  field('active_anon', 2_006_028), field('inactive_anon', 2_006_028), field('active_file', 2_006_028), field('inactive_file', 2_006_028),
  field('unevictable', 2_006_028), field('isolated(anon)', 2_006_032, 4_008_000), field('isolated(file)', 2_006_032, 4_008_000),
  field('writepending', 4_008_000), field('zspages', 6_015_000), field('present'), field('managed', 3_008_000), field('mlocked', 2_006_032),
  field('dirty', 2_006_032, 4_008_000), field('writeback', 2_006_032, 4_008_000), field('mapped', 2_006_032, 4_008_000), field('shmem', 2_006_032, 4_008_000),
  field('slab_reclaimable', 2_006_032, 4_013_000), field('slab_unreclaimable', 2_006_032, 4_013_000),
  field('kernel_stack', 2_006_032, 5_009_000), option('shadow_call_stack', 5_008_000, 5_009_000), field('pagetables', 2_006_032, 5_011_000),
  field('unstable', 2_006_032, 4_008_000), field('bounce', 2_006_032), field('free_pcp', 4_001_000), field('local_pcp', 4_001_000), field('free_cma', 3_007_000),
  field('writeback_tmp', 2_006_032, 4_008_000), field('pages_scanned', 0, 4_008_000, 'none'), field('all_unreclaimable', 0, 4_008_000),
];

/** The fields of a node's line, since 4.8. Same source. */
export const NODE_LAYOUT: readonly LayoutField[] = [
  field('active_anon'), field('inactive_anon'), field('active_file'), field('inactive_file'), field('unevictable'), field('isolated(anon)'), field('isolated(file)'),
  field('mapped'), field('dirty'), field('writeback'), field('shmem'), option('shmem_thp'), option('shmem_pmdmapped'), option('anon_thp'),
  field('writeback_tmp', 0, 6_015_000), field('unstable', 0, 5_008_000), field('kernel_stack', 5_009_000), option('shadow_call_stack', 5_009_000),
  field('pagetables', 5_011_000), field('sec_pagetables', 6_001_000), field('pages_scanned', 0, 4_012_000, 'none'), field('all_unreclaimable'), field('Balloon', 6_015_000),
  // as 7.1-rc7 printed them
  field('gpu_active', 7_001_000), field('gpu_reclaim', 7_001_000),
];

/** When the youngest field of a zone's line came: the kernel is not older. 0 where every kernel has them all. */
export function sinceOfZone(text: string): number {
  return ZONE_LAYOUT.reduce((since, each) => (each.since > since && text.includes(` ${each.word}:`) ? each.since : since), 0);
}

/** Fields of the machine-wide summary, in lines; every line but the first begins with a blank. */
export type SummaryLayout = readonly (readonly LayoutField[])[];

const none = (word: string, since = 0, until = ALWAYS): LayoutField => field(word, since, until, 'none');

/** 2.6.12 to 2.6.20, one line; `bounce` and the second line came with 2.6.21. */
const OLD_SUMMARY: SummaryLayout = [[none('active'), none('inactive'), none('dirty'), none('writeback'), none('unstable'), none('free'), none('slab'), none('mapped'), none('pagetables')]];
const BOUNCE_SUMMARY: SummaryLayout = [
  [none('active'), none('inactive'), none('dirty'), none('writeback'), none('unstable')],
  [none('free'), none('slab'), none('mapped'), none('pagetables'), none('bounce')],
];
const SPLIT_SUMMARY: SummaryLayout = [
  [none('active_anon'), none('active_file'), none('inactive_anon')],
  [none('inactive_file'), none('unevictable'), none('dirty'), none('writeback'), none('unstable')],
  [none('free'), none('slab'), none('mapped'), none('pagetables'), none('bounce')],
];
const ISOLATED_SUMMARY: SummaryLayout = [
  [none('active_anon'), none('inactive_anon'), none('isolated_anon')],
  [none('active_file'), none('inactive_file'), none('isolated_file')],
  [none('unevictable'), none('dirty'), none('writeback'), none('unstable')],
  [none('free'), none('slab_reclaimable'), none('slab_unreclaimable')],
  [none('mapped'), none('shmem'), none('pagetables'), none('bounce')],
  [none('free_cma', 3_007_000)],
];
const PCP_SUMMARY: SummaryLayout = [
  [none('active_anon'), none('inactive_anon'), none('isolated_anon')],
  [none('active_file'), none('inactive_file'), none('isolated_file')],
  [none('unevictable'), none('dirty'), none('writeback'), none('unstable', 0, 5_008_000)],
  [none('slab_reclaimable'), none('slab_unreclaimable')],
  [none('mapped'), none('shmem'), none('pagetables'), none('bounce', 0, 6_001_000)],
  [none('sec_pagetables', 6_001_000), none('bounce', 6_001_000)],
  [none('kernel_misc_reclaimable', 5_015_000)],
  [none('free'), none('free_pcp'), none('free_cma')],
];

const SUMMARY_LINES = [OLD_SUMMARY, BOUNCE_SUMMARY, SPLIT_SUMMARY, ISOLATED_SUMMARY, PCP_SUMMARY].flat();

/** The words of every layout of the summary. */
export const SUMMARY_WORDS: ReadonlySet<string> = new Set(SUMMARY_LINES.flat().map(({ word }) => word));

/** Those that some kernel ends a line with. */
export const LAST_SUMMARY_WORDS: ReadonlySet<string> = new Set(SUMMARY_LINES.flatMap((line) => line.slice(line.findLastIndex(({ until }) => until === ALWAYS)).map(({ word }) => word)));

/** The summary of a log, by its words: kernels with changes ported back print what their number doesn't have. */
export function summaryOfWords(words: Readonly<Record<string, number>>): SummaryLayout {
  if ('free_pcp' in words) {
    // `bounce` moved down one line when `sec_pagetables` came.
    const moved = 'sec_pagetables' in words;
    return PCP_SUMMARY.map((line) => line.filter(({ word, since }) => word !== 'bounce' || (since > 0) === moved));
  }
  if ('active' in words) return 'bounce' in words ? BOUNCE_SUMMARY : OLD_SUMMARY;
  return 'isolated_anon' in words ? ISOLATED_SUMMARY : SPLIT_SUMMARY;
}

/** The summary that a kernel prints. */
export function summaryOfRelease(code: number): SummaryLayout {
  const layout = code >= 4_001_000 ? PCP_SUMMARY : code >= 2_006_032 ? ISOLATED_SUMMARY : code >= 2_006_028 ? SPLIT_SUMMARY : code >= 2_006_021 ? BOUNCE_SUMMARY : OLD_SUMMARY;
  return layout.map((line) => line.filter((each) => printedBy(code, each)));
}

/** Is the field one that this kernel prints in every build? */
export function printedBy(code: number, { since, until, optional }: LayoutField): boolean {
  return optional !== true && code >= since && code < until;
}
