/** What a fault plan must look like; it mostly comes from a JSON file. */
import * as v from 'valibot';
import { ProblemError } from '../../runtime/abi/problem.js';
import { badFaultPlan } from '../errors.js';
import { type FaultPlan, ringFields } from './plan.js';

const PROBABILITY = 'must be a probability from 0 to 1';
const TIME = 'must be a number of virtual ms, 0 or more';
const MOMENTS = 'must be a probability from 0 to 1, or an object';

const probability = v.pipe(v.number(PROBABILITY), v.minValue(0, PROBABILITY), v.maxValue(1, PROBABILITY));
const time = v.pipe(v.number(TIME), v.minValue(0, TIME), v.finite(TIME));
const span = v.pipe(
  v.strictTuple([time, time], 'must be [from, to] in virtual ms'),
  v.check(([from, to]) => from <= to, 'must be [from, to] in virtual ms, from not above to'),
);
const moments = {
  probability: v.optional(probability),
  at: v.optional(v.array(time, 'must be a list of virtual ms')),
};
const outage = { ...moments, downMs: v.optional(span) };
const kick = {
  drop: v.optional(probability),
  duplicate: v.optional(probability),
  delay: v.optional(probability),
  spurious: v.optional(probability),
  delayMs: v.optional(span),
};
const fields = v.pipe(
  v.array(v.picklist(ringFields, `must be one of ${ringFields.join(', ')}`), 'must be a list'),
  v.minLength(1, `must name some of ${ringFields.join(', ')}`),
);

/** An object with no other entries; valibot alone would take a list for one. */
function object<Entries extends v.ObjectEntries>(entries: Entries, message = 'must be an object') {
  const isObject = (given: unknown): boolean =>
    typeof given === 'object' && given !== null && !Array.isArray(given);
  return v.pipe(v.custom<object>(isObject, message), v.strictObject(entries));
}

/** A number, or an object of these entries: what is given decides which of them it is checked as. */
function orNumber<Entries extends v.ObjectEntries>(entries: Entries) {
  const whole = object(entries, MOMENTS);
  return v.lazy((given) => (typeof given === 'number' ? probability : whole));
}

const kicks = { ...kick, toRemote: v.optional(object(kick)), toHost: v.optional(object(kick)) };
const host = {
  slow: v.optional(object({ probability, ms: time }, 'must be { probability, ms }')),
  reset: v.optional(orNumber(outage)),
};
const core = { crash: v.optional(orNumber(moments)), restart: v.optional(orNumber(outage)) };
const corrupt = { probability, fields: v.optional(fields) };
const rings = { corrupt: v.optional(orNumber(corrupt)) };
const firmware = { vanish: v.optional(probability) };
const memory = { fail: v.optional(probability) };
const groups = { kicks, host, core, rings, firmware, memory };
const shape = object(
  {
    kicks: v.optional(object(kicks)),
    host: v.optional(object(host)),
    core: v.optional(object(core)),
    rings: v.optional(object(rings)),
    firmware: v.optional(object(firmware)),
    memory: v.optional(object(memory)),
  },
  'must be an object of faults',
);

/** `given` as a plan. Throws ProblemError (exit status 2) that names each wrong field of `file` and what is allowed there. */
export function checkFaultPlan(given: unknown, file: string): FaultPlan {
  const result = v.safeParse(shape, given);
  if (result.success) return given as FaultPlan;
  throw new ProblemError(
    ...result.issues.flatMap(
      (issue) => badFaultPlan(v.getDotPath(issue) ?? '', reasonOf(issue), file).problems,
    ),
  );
}

function reasonOf(issue: v.BaseIssue<unknown>): string {
  if (issue.expected === 'never') {
    const parent = (issue.path?.slice(0, -1) ?? []).map(({ key }) => String(key));
    return `is not known; allowed here: ${allowedAt(parent).join(', ')}`;
  }
  if (issue.received === 'undefined') return 'is missing';
  return `${issue.message}, not ${JSON.stringify(issue.input)}`;
}

/** Names that the object at this path may have. */
function allowedAt(path: readonly string[]): string[] {
  const objects: { readonly [path: string]: object } = {
    '': groups,
    ...groups,
    'kicks.toRemote': kick,
    'kicks.toHost': kick,
    'host.slow': { probability, ms: time },
    'host.reset': outage,
    'core.crash': moments,
    'core.restart': outage,
    'rings.corrupt': corrupt,
  };
  return Object.keys(objects[path.join('.')]);
}
