/** A place in a text, both counted from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

const TOKEN = /\s+|"(?:[^"\\]|\\[^])*"|[-+.\w]+|[{}[\],:]/y;

/**
 * Where a path such as `$.policies[1].interval` stands in a JSON text: at its value, or at the innermost object of it
 * that is there. With null, where the text stops being JSON. Linear in the text.
 */
export function placeOf(text: string, path: string | null): Place {
  const found = path === null ? firstTrouble(text) : find(text, path);
  const before = text.slice(0, found).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

interface Token {
  readonly text: string;
  readonly at: number;
}

function* tokens(text: string): Generator<Token, void> {
  const pattern = new RegExp(TOKEN);
  while (pattern.lastIndex < text.length) {
    const at = pattern.lastIndex;
    const [token] = pattern.exec(text) ?? [];
    if (token === undefined) return;
    if (token.trim() !== '') yield { text: token, at };
  }
}

/** An object or a list that is open, and the path of what comes next in it. */
interface Open {
  readonly path: string;
  readonly isList: boolean;
  index: number;
  name: string | null;
}

function find(text: string, path: string): number {
  const open: Open[] = [];
  let best = 0;
  let bestLength = 0;
  for (const token of tokens(text)) {
    const inside = open.at(-1);
    if (token.text === '}' || token.text === ']') open.pop();
    else if (token.text === ',') {
      if (inside !== undefined) {
        inside.index++;
        inside.name = null;
      }
    } else if (inside !== undefined && !inside.isList && inside.name === null) inside.name = nameOf(token.text);
    else if (token.text !== ':') {
      const here = inside === undefined ? '$' : inside.isList ? `${inside.path}[${inside.index}]` : `${inside.path}.${inside.name ?? ''}`;
      if (here.length > bestLength && leadsTo(here, path)) {
        best = token.at;
        bestLength = here.length;
      }
      if (token.text === '{' || token.text === '[') open.push({ path: here, isList: token.text === '[', index: 0, name: null });
    }
  }
  return best;
}

const leadsTo = (here: string, path: string): boolean =>
  path === here || (path.startsWith(here) && (path[here.length] === '.' || path[here.length] === '['));

function nameOf(token: string): string {
  try {
    return String(JSON.parse(token));
  } catch {
    return token;
  }
}

/** The first place where a longer prefix of the text can't be made into JSON by more text. */
function firstTrouble(text: string): number {
  const closers: string[] = [];
  let expects: 'value' | 'name' | 'colon' | 'after' = 'value';
  let end = 0;
  for (const { text: token, at } of tokens(text)) {
    if (text.slice(end, at).trim() !== '') return end;
    end = at + token.length;
    if (token === '}' || token === ']') {
      if (closers.pop() !== token || expects === 'colon') return at;
      expects = 'after';
    } else if (token === ',') {
      if (expects !== 'after' || closers.length === 0) return at;
      expects = closers.at(-1) === '}' ? 'name' : 'value';
    } else if (token === ':') {
      if (expects !== 'colon') return at;
      expects = 'value';
    } else if (expects === 'name') {
      if (!token.startsWith('"')) return at;
      expects = 'colon';
    } else if (expects !== 'value') return at;
    else if (token === '{' || token === '[') {
      closers.push(token === '{' ? '}' : ']');
      expects = token === '{' ? 'name' : 'value';
    } else if (!isScalar(token)) return at;
    else expects = 'after';
  }
  const rest = text.slice(end);
  return end + (rest.length - rest.trimStart().length);
}

function isScalar(token: string): boolean {
  try {
    JSON.parse(token);
    return true;
  } catch {
    return false;
  }
}
