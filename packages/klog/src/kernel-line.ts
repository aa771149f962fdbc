/** A line as the assembler takes it: mended, and without its prefix. */
export interface KernelLine {
  readonly text: string;
  readonly number: number;
  /** Its number without lines that only carry it: the distance between two is what counts. */
  readonly place: number;
  /** Length of the physical line that it is; 0 where several lines came in one, or one in several. */
  readonly width: number;
  readonly at: number | null;
  readonly context: string | null;
  readonly cpu: number | null;
  readonly pid: number | null;
  /** Nothing stood before the text: it may be the rest of a broken line. */
  readonly bare: boolean;
  /** How often the line happened (`message repeated N times: [ ... ]`). */
  readonly times: number;
}

/** A line that could not be used, and why. */
export interface SkippedLine {
  readonly line: number;
  /** `broken-headline`: begins like one and never goes on. `long-line`: over 64 KB; read in pieces. */
  readonly reason: 'broken-headline' | 'long-line';
}
