/**
 * The rules of the trace event format ("Trace Event Format", Google 2016: duration, instant, counter, flow and metadata
 * events) and what Perfetto adds to them, as a judge of recorded traces.
 */

export interface Event {
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly name?: string;
  readonly cat?: string;
  readonly id?: number | string;
  readonly bp?: string;
  readonly s?: string;
  readonly args?: { readonly [name: string]: any };
}

export interface Trace {
  readonly displayTimeUnit: string;
  readonly traceEvents: readonly Event[];
}

export function parseTrace(bytes: Uint8Array): Trace {
  return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as Trace;
}

/** Everything that is wrong with the trace, one line each. */
export function faultsOf({ displayTimeUnit, traceEvents }: Trace): string[] {
  const faults: string[] = [];
  if (!['ms', 'ns'].includes(displayTimeUnit)) faults.push(`displayTimeUnit ${displayTimeUnit}`);
  const named = new Set<string>();
  const used = new Set<string>();
  const processOf = new Map<number, number>();
  const open = new Map<string, string[]>();
  const flows = new Map<string, number[]>();
  const ended = new Set<string>();
  const tasks = new Set<string>();
  let last = 0;
  traceEvents.forEach((event, i) => {
    const { ph, pid, tid, ts, name, cat, id, bp, s, args } = event;
    const fault = (what: string) => faults.push(`event ${i} (${ph} ${name}): ${what}`);
    const thread = `${pid}/${tid}`;
    if (!Number.isInteger(pid) || !Number.isInteger(tid)) fault('pid and tid');
    if (typeof ts !== 'number' || !Number.isFinite(ts) || ts < 0) fault('ts');
    if (ph === 'M') {
      if (/^(process|thread)_name$/.test(name!)) {
        if (typeof args?.name !== 'string' || args.name === '') fault('args.name');
        named.add(name === 'process_name' ? `${pid}` : thread);
      } else if (/^(process|thread)_sort_index$/.test(name!)) {
        if (!Number.isInteger(args?.sort_index)) fault('args.sort_index');
      } else fault('kind of metadata');
      return;
    }
    // The importers sort by time; equal times keep their order, on which slices without length depend.
    if (ts < last) fault('goes back in time');
    last = ts;
    used.add(`${pid}`).add(thread);
    if ((processOf.get(tid) ?? pid) !== pid) fault('the thread id is of another process too');
    processOf.set(tid, pid);
    const stack = open.get(thread) ?? [];
    open.set(thread, stack);
    if (ph !== 'E' && (typeof name !== 'string' || name === '')) fault('name');
    switch (ph) {
      case 'B':
        stack.push(name!);
        break;
      case 'E':
        if (stack.pop() === undefined) fault('ends what did not begin');
        break;
      case 'i':
        if (!['g', 'p', 't'].includes(s!)) fault('scope');
        break;
      case 'C':
        if (!args || Object.values(args).length === 0) fault('no values');
        for (const value of Object.values(args ?? {})) if (typeof value !== 'number') fault('value');
        break;
      case 'b':
      case 'e': {
        const task = `${pid} ${cat} ${id} ${name}`;
        if (id === undefined || typeof cat !== 'string') fault('id and cat');
        if (ph === 'b' && tasks.has(task)) fault('the task began before');
        if (ph === 'e' && !tasks.delete(task)) fault('the task did not begin');
        if (ph === 'b') tasks.add(task);
        break;
      }
      case 's':
      case 'f': {
        const flow = `${cat} ${name} ${id}`;
        if (id === undefined || typeof cat !== 'string') fault('id and cat');
        if (stack.length === 0) fault('no slice to bind to');
        if (ph === 's') {
          if (flows.has(flow)) fault('the flow began before');
          flows.set(flow, [ts]);
        } else {
          if (bp !== 'e') fault('binds to the next slice');
          if (!flows.has(flow)) fault('the flow did not begin');
          if (ended.has(flow)) fault('the flow ended before');
          ended.add(flow);
        }
        break;
      }
      default:
        fault('unknown phase');
    }
  });
  for (const [thread, stack] of open) for (const name of stack) faults.push(`${thread}: ${name} has no end`);
  for (const task of tasks) faults.push(`${task} has no end`);
  for (const flow of flows.keys()) if (!ended.has(flow)) faults.push(`${flow} leads nowhere`);
  for (const track of used) if (!named.has(track)) faults.push(`${track} has no name`);
  return faults;
}
