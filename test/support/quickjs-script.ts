/** Runs scripts in a bare QuickJS, without hal or runtime. */
import { getQuickJS } from 'quickjs-emscripten';

/** Functions show no text of theirs: what changes a program's text changes that as well. */
const WITHOUT_TEXTS = "Function.prototype.toString = () => 'function';";

/** What a script says with `log`, one entry a call, and how it ends: behind `threw ` what nobody caught. */
export async function runScript(code: string): Promise<string[]> {
  const context = (await getQuickJS()).newContext();
  const said: string[] = [];
  context.runtime.setMaxStackSize(128 * 1024);
  let turns = 0;
  context.runtime.setInterruptHandler(() => ++turns > 100);
  const log = context.newFunction('log', (value) => {
    said.push(context.getString(value));
  });
  context.setProp(context.global, 'log', log);
  log.dispose();
  context.unwrapResult(context.evalCode(WITHOUT_TEXTS)).dispose();
  const errors = [
    context.evalCode(code, 'firmware.js', { type: 'global' }).error,
    context.runtime.executePendingJobs().error,
  ];
  for (const error of errors) {
    if (!error) continue;
    const { name, message } = context.dump(error) as { name?: string; message?: string };
    said.push(`threw ${name}: ${message}`);
    error.dispose();
  }
  context.dispose();
  return said;
}
