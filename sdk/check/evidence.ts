/** What rules look at, and small readers for it. */
import type { Board } from '../../boards/board.js';
import type { KernelVersion } from '../../host-sim/index.js';
import type { AddressRange } from '../../runtime/abi/address.js';
import type { EntryInspection, FieldInspection, Inspection } from '../inspect/index.js';
import type { Finding } from './report.js';

/** What a rule may look at. */
export interface Evidence {
  /** The whole file. */
  readonly image: Uint8Array;
  /** Undefined: too little of an ELF header is there. */
  readonly inspection: Inspection | undefined;
  readonly board: Board;
  /** How its device and physical addresses go together. */
  readonly ranges: readonly AddressRange[];
  readonly kernel: KernelVersion;
  readonly errno: number;
  readonly log: readonly string[];
  readonly vdevs: readonly VdevState[];
  /** For each trace entry: does its address translate? */
  readonly traces: readonly boolean[];
  /** The remote sees the table that Linux works on. */
  readonly tableSeen: boolean;
}

/** What became of a vdev of the table. */
export interface VdevState {
  readonly index: number;
  readonly id: number;
  /** Its driver got to DRIVER_OK. */
  readonly bound: boolean;
  /** It is registered, and its driver is one that this Linux need not have. */
  readonly waits: boolean;
}

export interface Rule {
  readonly id: string;
  /** One sentence for the docs and SARIF. */
  readonly summary: string;
  /** The kernel's reason, for the docs. */
  readonly why: string;
  check(evidence: Evidence): Omit<Finding, 'rule' | 'docs'>[];
}

/** Two places in memory, as device or physical addresses. */
export interface Range {
  readonly from: number;
  /** Behind the last byte. */
  readonly to: number;
}

export function overlap(a: Range, b: Range): boolean {
  return a.from < b.to && b.from < a.to;
}

export function hex(address: number): string {
  return `0x${address.toString(16)}`;
}

export function tableEntries({ inspection }: Evidence, type: EntryInspection['type']): EntryInspection[] {
  return (inspection?.resourceTable?.entries ?? []).filter((entry) => entry.type === type);
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
