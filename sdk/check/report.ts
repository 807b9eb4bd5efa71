/** What `rproc check` says about an image; printed as is with `--json`. */
export type Severity = 'error' | 'warning' | 'note';

export interface Finding {
  /** Stable rule id, such as `table-missing`; docs/check-rules.md has a paragraph for each. */
  readonly rule: string;
  readonly severity: Severity;
  /** What is wrong and what Linux does with it. */
  readonly message: string;
  readonly fix: string;
  /** Its paragraph in the documentation. */
  readonly docs: string;
  /** Part of the image: `segment 1`, `entry 2 (vdev) at 0x10000048`, ... */
  readonly where: string;
}

export interface CheckReport {
  readonly file: string;
  readonly board: string;
  readonly kernel: string;
  /** `degraded`: the core runs, but something that the image declares is not there. */
  readonly verdict: 'boots' | 'degraded' | 'fails';
  /** Negative as in the kernel; 0 when the boot succeeds. */
  readonly errno: number;
  /** The kernel's lines from "powering up" on, with their device prefix. */
  readonly log: readonly string[];
  readonly vdevs: readonly { readonly index: number; readonly id: number; readonly bound: boolean }[];
  readonly findings: readonly Finding[];
}
