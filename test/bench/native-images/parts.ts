/** Which part of a native image an instruction belongs to. */
import type { ElfFile } from '../../../sdk/elf/elf-file.js';

/** `st_info` of a function, gABI. */
const STT_FUNC = 2;

/** The first that a function's name fits. */
const PARTS: readonly [part: string, names: RegExp][] = [
  [
    'interpreter',
    /^(JS_CallInternal|js_poll_interrupts|js_call_c_function|JS_Call|JS_CallFree|arg_|async_func)/,
  ],
  [
    'properties',
    /^(JS_(Get|Set|TryGet|Define|Create|Has|Add|Delete)Property|JS_GetOwn|find_own|js_allocate_array|js_get_fast_array|JS_AutoInit|js_shape|add_property|JS_DefineAuto)/,
  ],
  [
    'memory',
    /^(heap_|engine_(malloc|free|realloc)|js_(def_)?(malloc|free|realloc|mallocz|trigger)|list_|find$|trim|count$|rounded|place_of)/,
  ],
  ['reference counts', /^(JS_Free|__JS_Free|JS_Dup|free_|js_weakref|JS_RunGC|gc_|mark_)/],
  [
    'hal and start-up code',
    /^(hal_|register_|memory_|board_|port_|irqc?_|clock_|look|end_in|systick|external_interrupt|pending|engine_|begin$|end$|call$|run_jobs|rproc_|loop|status_update|set_ticks|serve_|sleep_|console_|dsb_isb|to_uint32|plan_)/,
  ],
  [
    'C library',
    /^(mem(cpy|set|move|cmp)|str|__aeabi|__(add|sub|mul|div|cmp|fix|float)|_?(malloc|free|realloc)|fmod|floor)/,
  ],
];
const OTHER = 'engine, everything else';

export class ImageParts {
  private readonly starts: readonly number[];
  private readonly names: readonly string[];

  constructor(elf: ElfFile) {
    const functions = elf.symbols
      .filter(({ type }) => type === STT_FUNC)
      // Bit 0 of an address says Thumb.
      .map(({ name, value }) => ({ name, at: Number(value) & ~1 }))
      .sort((a, b) => a.at - b.at);
    this.starts = functions.map(({ at }) => at);
    this.names = functions.map(({ name }) => name);
  }

  /** First instruction of a function. */
  start(name: string): number {
    const i = this.names.indexOf(name);
    if (i < 0) throw new Error(`the image has no function ${name}`);
    return this.starts[i];
  }

  /** The function that holds an instruction. */
  nameOf(pc: number): string {
    let low = 0;
    let high = this.starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.starts[middle] <= pc) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? '' : this.names[low - 1];
  }

  /** Instructions by part, most first. */
  account(pcs: readonly number[]): [part: string, count: number][] {
    const counts = new Map<string, number>();
    for (const pc of pcs) {
      const name = this.nameOf(pc);
      const part = PARTS.find(([, names]) => names.test(name))?.[0] ?? OTHER;
      counts.set(part, (counts.get(part) ?? 0) + 1);
    }
    return [...counts].sort((a, b) => b[1] - a[1]);
  }
}
