/** Scripts in QuickJS, as it is and as it is without what Espruino lacks; what they say with `say(...values)`, one line a call. */

import MagicString from 'magic-string';
import { type Instance, newInstance } from '../../host-sim/cores/quickjs/engine.js';
import { becomeEspruino } from '../../host-sim/cores/quickjs/espruino-guest.js';
import { parseScript, walk } from '../../sdk/espruino/syntax-tree.js';

const LIMITS = { heap: 8 * 1024 * 1024, stack: 128 * 1024 };

/** What becomeEspruino finds of the hal; scripts here touch neither memory nor time. */
const NO_HAL = `globalThis.__rproc_hal = {
  now: () => 0, onAlarm() {}, setAlarm() {}, onKick() {}, onRequest() {}, kick() {}, log() {}, crash(reason) { throw new Error(reason); },
};`;

/** The lines that `code` says, its promise jobs included; an error that nobody caught is the last one. */
export async function saidBy(code: string, engine: 'quickjs' | 'stripped'): Promise<string[]> {
  const instance = await newInstance(LIMITS.heap);
  instance.open(LIMITS);
  const { context, runtime } = instance;
  if (engine === 'stripped') {
    context.unwrapResult(context.evalCode(NO_HAL)).dispose();
    becomeEspruino(instance, 0, true);
  }
  const lines: string[] = [];
  const say = context.newFunction('say', (...values) => {
    lines.push(values.map((value) => textOf(instance, value)).join(' '));
  });
  context.setProp(context.global, 'say', say);
  const evaluated = context.evalCode(code, 'script.js', { type: 'global' });
  if (evaluated.error) lines.push(`threw ${JSON.stringify(context.dump(evaluated.error))}`);
  const jobs = runtime.executePendingJobs();
  if (jobs.error) lines.push(`job threw ${JSON.stringify(context.dump(jobs.error))}`);
  return lines;
}

function textOf({ context }: Instance, value: Parameters<Instance['context']['dump']>[0]): string {
  const dumped = context.dump(value);
  return typeof dumped === 'object' ? JSON.stringify(dumped) : String(dumped);
}

/** `code` with declared functions that are there from their declaration on only, as Espruino has them. */
export function withoutHoisting(code: string): string {
  const text = new MagicString(code);
  walk(parseScript(code), (node) => {
    if (node.type === 'FunctionDeclaration') {
      text.prependRight(node.start, `var ${node.id.name} = `);
      text.appendLeft(node.end, ';');
    }
    return true;
  });
  return text.toString();
}

/** Text of a program whose strings hold bytes, as those bytes say it. */
export function fromBytes(text: string): string {
  return Buffer.from(text, 'latin1').toString('utf8');
}
