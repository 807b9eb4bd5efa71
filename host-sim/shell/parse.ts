/** The shell's grammar: words, quotes, pipes, redirections, lists. What it does not know is an error, never ignored. */

/** A word whose variables are looked up when its command runs. */
export type Word = readonly (string | { readonly variable: string })[];

export interface Redirection {
  readonly kind: '>' | '>>' | '<';
  readonly path: Word;
}

export interface SimpleCommand {
  readonly words: readonly Word[];
  readonly redirections: readonly Redirection[];
}

export interface Pipeline {
  readonly commands: readonly SimpleCommand[];
  /** Runs only if the one before it did well (`&&`), or did not (`||`). */
  readonly when: 'always' | 'and' | 'or';
}

/** What a line holds that cannot be run; the shell prints it. */
export class SyntaxProblem extends Error {}

interface Token {
  /** An operator, or undefined for a word. */
  readonly op?: string;
  readonly word: Word;
}

const OPERATORS = ['&&', '||', '>>', ';', '|', '>', '<'];

/** Pipelines of one line. Throws SyntaxProblem. */
export function parseLine(line: string): Pipeline[] {
  const pipelines: Pipeline[] = [];
  let commands: SimpleCommand[] = [];
  let words: Word[] = [];
  let redirections: Redirection[] = [];
  let when: Pipeline['when'] = 'always';
  const tokens = tokenize(line);

  const endCommand = (op: string): void => {
    if (words.length === 0 && redirections.length === 0) throw new SyntaxProblem(`unexpected "${op}"`);
    commands.push({ words, redirections });
    words = [];
    redirections = [];
  };
  const endPipeline = (op: string): void => {
    endCommand(op);
    pipelines.push({ commands, when });
    commands = [];
  };

  for (let i = 0; i < tokens.length; i++) {
    const { op, word } = tokens[i];
    if (op === undefined) words.push(word);
    else if (op === '>' || op === '>>' || op === '<') {
      const target = tokens[++i];
      if (!target || target.op !== undefined) throw new SyntaxProblem(`"${op}" needs a file`);
      redirections.push({ kind: op, path: target.word });
    } else if (op === '|') endCommand(op);
    else {
      endPipeline(op);
      when = op === '&&' ? 'and' : op === '||' ? 'or' : 'always';
    }
  }
  const open = words.length > 0 || redirections.length > 0;
  if (open) endPipeline('end of line');
  else if (commands.length > 0 || when !== 'always') throw new SyntaxProblem('unexpected end of line');
  return pipelines;
}

function tokenize(line: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < line.length) {
    if (/\s/.test(line[at])) {
      at++;
      continue;
    }
    if (line[at] === '#') break;
    const rest = line.slice(at);
    const op = OPERATORS.find((one) => rest.startsWith(one));
    if (op) {
      tokens.push({ op, word: [op] });
      at += op.length;
      continue;
    }
    const unknown = /^(&|\(|\)|`|\$\(|<<|\*|\?)/.exec(rest);
    if (unknown) throw new SyntaxProblem(`"${unknown[0]}" is not known to this shell`);
    const { word, end } = readWord(line, at);
    tokens.push({ word });
    at = end;
  }
  return tokens;
}

function readWord(line: string, from: number): { word: Word; end: number } {
  const word: (string | { variable: string })[] = [];
  let at = from;
  const take = (escapable: string | undefined): void => {
    const part = piece(line, at, escapable);
    word.push(part.text);
    at = part.end;
  };
  while (at < line.length && !/[\s;|<>&]/.test(line[at])) {
    if (line[at] === "'") {
      const end = line.indexOf("'", at + 1);
      if (end < 0) throw new SyntaxProblem('unterminated quoted string');
      word.push(line.slice(at + 1, end));
      at = end + 1;
    } else if (line[at] === '"') {
      at++;
      while (at < line.length && line[at] !== '"') take('"\\$`');
      if (at >= line.length) throw new SyntaxProblem('unterminated quoted string');
      at++;
    } else take(undefined);
  }
  return { word, end: at };
}

/** One character, escaped or not, or a variable. In double quotes only `escapable` can be escaped. */
function piece(
  line: string,
  at: number,
  escapable: string | undefined,
): { text: string | { variable: string }; end: number } {
  const letter = line[at];
  if (letter === '\\' && at + 1 < line.length) {
    const next = line[at + 1];
    const keep = escapable !== undefined && !escapable.includes(next);
    return { text: keep ? letter + next : next, end: at + 2 };
  }
  const variable = /^\$(\?|[A-Za-z_][A-Za-z0-9_]*)/.exec(line.slice(at));
  if (variable) return { text: { variable: variable[1] }, end: at + variable[0].length };
  return { text: letter, end: at + 1 };
}
