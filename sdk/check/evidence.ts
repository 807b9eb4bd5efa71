/** What rules look at, and small readers for it. */
import type { Board } from '../../boards/board.js';
import type { KernelVersion } from '../../host-sim/index.js';
import type { EntryInspection, FieldInspection, Inspection } from '../inspect/index.js';
import type { Finding } from './report.js';

/** What a rule may look at. */
export interface Evidence {
  /** Undefined: too little of an ELF header is there. */
  readonly inspection: Inspection | undefined;
  readonly board: Board;
  readonly kernel: KernelVersion;
  readonly errno: number;
  readonly log: readonly string[];
  readonly vdevs: readonly { readonly index: number; readonly id: number; readonly bound: boolean }[];
  /** For each trace entry: does its address translate? */
  readonly traces: readonly boolean[];
  /** The remote sees the table that Linux works on. */
  readonly tableSeen: boolean;
}

export interface Rule {
  readonly id: string;
  /** One sentence for the docs and SARIF. */
  readonly summary: string;
  /** The kernel's reason, for the docs. */
  readonly why: string;
  check(evidence: Evidence): Omit<Finding, 'rule' | 'docs'>[];
}

/** `entry 2 (vdev) at table offset 72` */
export function entryPlace(entry: EntryInspection): string {
  return `entry ${entry.index} (${entry.type ?? 'cut off'}) at table offset ${entry.offset}`;
}

/** A field's value as a number; NaN when it is not there. */
export function fieldNumber(fields: readonly FieldInspection[], name: string): number {
  const value = fields.find((field) => field.name === name)?.value;
  return value === undefined || Array.isArray(value) ? Number.NaN : Number(value);
}

export function fieldText(fields: readonly FieldInspection[], name: string): string {
  return String(fields.find((field) => field.name === name)?.value ?? '');
}
