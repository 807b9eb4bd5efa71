/** Protection units as the manuals have them, read from the rows that start-up code would store: an oracle of its own. */

export interface Row {
  readonly base: number;
  readonly size: number;
  readonly access: number;
}

/** What a unit says of an address; `default` where no row does. */
export interface Verdict {
  readonly row: number;
  readonly readable: boolean;
  readonly executable: boolean;
  /** TEX, C, B as three bits and two; absent for PMP, which has none. */
  readonly memory?: 'device' | 'normal-uncached' | 'normal-write-back' | 'none';
}

const BIT = (word: number, n: number) => Math.floor(word / 2 ** n) % 2;
const FIELD = (word: number, n: number, bits: number) => Math.floor(word / 2 ** n) % 2 ** bits;

function memoryOf(tex: number, c: number, b: number): Verdict['memory'] {
  // ARM DDI 0403, table B3-13.
  const types: { readonly [code: string]: Verdict['memory'] } = {
    '0 0 1': 'device',
    '1 0 0': 'normal-uncached',
    '1 1 1': 'normal-write-back',
    '0 0 0': 'none',
  };
  return types[`${tex} ${c} ${b}`];
}

/** Does the region hold the address, its disabled eighths left out? */
function holds(base: number, sizeWord: number, address: number): boolean {
  if (BIT(sizeWord, 0) === 0) return false;
  const bytes = 2 ** (FIELD(sizeWord, 1, 5) + 1);
  if (base % bytes !== 0) throw new Error(`${base.toString(16)} is not a multiple of ${bytes}`);
  if (address < base || address >= base + bytes) return false;
  return BIT(sizeWord, 8 + Math.floor(((address - base) * 8) / bytes)) === 0;
}

export function armv7m(rows: readonly Row[], address: number): Verdict | undefined {
  let verdict: Verdict | undefined;
  for (const { base: rbar, size: rasr } of rows) {
    if (BIT(rbar, 4) !== 1) throw new Error('RBAR without VALID');
    const row = FIELD(rbar, 0, 4);
    if (verdict && row <= verdict.row) throw new Error('rows are not in the order of their numbers');
    if (!holds(rbar - FIELD(rbar, 0, 5), rasr, address)) continue;
    verdict = {
      row,
      readable: FIELD(rasr, 24, 3) === 3,
      executable: BIT(rasr, 28) === 0,
      memory: memoryOf(FIELD(rasr, 19, 3), BIT(rasr, 17), BIT(rasr, 16)),
    };
  }
  return verdict;
}

export function cortexR(rows: readonly Row[], address: number): Verdict | undefined {
  let verdict: Verdict | undefined;
  for (const [row, { base, size, access }] of rows.entries()) {
    if (!holds(base, size, address)) continue;
    verdict = {
      row,
      readable: FIELD(access, 8, 3) === 3,
      executable: BIT(access, 12) === 0,
      memory: memoryOf(FIELD(access, 3, 3), BIT(access, 1), BIT(access, 0)),
    };
  }
  return verdict;
}

export function pmp(rows: readonly Row[], address: number): Verdict | undefined {
  for (const [row, { base, size: cfg }] of rows.entries()) {
    const mode = FIELD(cfg, 3, 2);
    let from = 0;
    let to = 0;
    if (mode === 1) {
      from = row === 0 ? 0 : rows[row - 1].base * 4;
      to = base * 4;
    } else if (mode === 3) {
      let ones = 0;
      while (BIT(base, ones) === 1) ones++;
      const bytes = 2 ** (ones + 3);
      from = (base - (2 ** ones - 1)) * 4;
      to = from + bytes;
    }
    if (address < from || address >= to) continue;
    if (BIT(cfg, 7) !== 1) throw new Error('an entry that machine mode does not heed');
    return { row, readable: BIT(cfg, 0) === 1 && BIT(cfg, 1) === 1, executable: BIT(cfg, 2) === 1 };
  }
  return undefined;
}

export const units = { armv7m, 'cortex-r': cortexR, pmp } as const;
