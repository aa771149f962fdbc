/** A row of the list that a kill prints: `[  812]  1000   812   204800   51200 ... name`. What stands between and behind these came and went. */
// mm/oom_kill.c, dump_tasks(), v2.6.25 to v6.19
const TASK = /^\[[ \t]*\d+\](?:[ \t]+\d+){3}[ \t]+(\d+)(?:[ \t]+-?\d+)+[ \t]+(?!-?\d+(?:[ \t]|$))(\S.{0,63})$/;
/** One that a mailer or a screen has broken before the name. */
const BROKEN = /^\[[ \t]*\d+\](?:[ \t]+-?\d+)+$/;
const HEAD = /^\[ *pid *\]/;
const LIST = /^(?:\[[ \t]*\d+\][ \t]+\d+[ \t]+\d+|\[ *pid *\]|Tasks state|Unreclaimable slab|Name +Used|Memory cgroup stats|Mem abort)/;
const MOST_NAMES = 1024;

/** Is the line one of the lists that a kill prints, or the head of one? */
export function isOfTaskList(text: string): boolean {
  return LIST.test(text);
}

/** Who holds memory by the list of tasks in a kill's report: the processes of one name are taken together. */
export class TaskList {
  readonly #held = new Map<string, { processes: number; pages: number }>();
  #last = '';
  #headed = false;

  /** Takes the rest of a row that is broken; false when it is none. */
  goOn(text: string): boolean {
    const row = `${this.#last} ${text}`;
    if (!BROKEN.test(this.#last) || !TASK.test(row)) return false;
    this.add(row);
    return true;
  }

  /** Takes a row; every other line of the list adds nothing. */
  add(text: string): void {
    this.#last = text;
    this.#headed ||= HEAD.test(text);
    const found = TASK.exec(text), name = found?.[2] ?? '';
    if (found === null || (this.#held.size >= MOST_NAMES && !this.#held.has(name))) return;
    const held = this.#held.get(name) ?? { processes: 0, pages: 0 };
    this.#held.set(name, { processes: held.processes + 1, pages: held.pages + Number(found[1]) });
  }

  /**
   * The name whose processes hold most; of a list without its head, of what is left of it.
   *
   * @param victim - Who was killed: a list that lacks it was cut, and tells nothing.
   */
  detail(victim: unknown): Readonly<Record<string, string | number | boolean>> {
    if (typeof victim !== 'string' || !this.#held.has(victim)) return {};
    const [most] = [...this.#held].sort(([, a], [, b]) => b.pages - a.pages);
    return most === undefined ? {} : { mostHeldBy: most[0], mostHeldProcesses: most[1].processes, mostHeldPages: most[1].pages, ...(this.#headed ? {} : { taskListCut: true }) };
  }
}
