/** Reads callgrind's output (format: callgrind's manual, "Callgrind Format Specification"), written without compressed names. */

/** Self cost of one source line of one function. */
export interface LineCost {
  readonly fn: string;
  /** The file that the line is in; another than the function's where code was inlined. */
  readonly file: string;
  readonly line: number;
  readonly cost: number;
}

export interface Profile {
  readonly total: number;
  readonly lines: readonly LineCost[];
  /** Cost of a function with everything it called. Meaningless for functions that recur. */
  inclusive(fn: string): number;
}

/** Throws Error on text that holds no costs. */
export function parseCallgrind(text: string): Profile {
  const lines: LineCost[] = [];
  const calls = new Map<string, number>();
  let fn = '';
  let file = '';
  let ofCall = false;
  let total = 0;
  for (const row of text.split('\n')) {
    const name = /^(fn|fl|fi|fe)=(.*)$/.exec(row);
    if (name?.[1] === 'fn') fn = name[2].replace(/'\d+$/, '');
    else if (name) file = name[2];
    else if (row.startsWith('calls=')) ofCall = true;
    else {
      const cost = /^(\d+) (\d+)$/.exec(row);
      if (!cost) continue;
      const value = Number(cost[2]);
      if (ofCall) calls.set(fn, (calls.get(fn) ?? 0) + value);
      else {
        lines.push({ fn, file, line: Number(cost[1]), cost: value });
        total += value;
      }
      ofCall = false;
    }
  }
  if (total === 0) throw new Error('callgrind collected nothing: no phase of the harness was entered');
  return {
    total,
    lines,
    inclusive: (wanted) =>
      lines.reduce((sum, line) => (line.fn === wanted ? sum + line.cost : sum), calls.get(wanted) ?? 0),
  };
}
