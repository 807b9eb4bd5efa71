/**
 * A core that runs a program for Espruino: QuickJS without what Espruino lacks, and with its functions for memory, time and
 * events (guest-espruino.js). A program that runs here and passed the build's gate has used nothing else.
 */
import { readFileSync } from 'node:fs';
import {
  ESPRUINO_GLOBALS,
  ESPRUINO_HOOK,
  ESPRUINO_MEMBERS,
  ESPRUINO_STATICS,
} from '../../../runtime/abi/espruino.js';
import type { Instance, Pointer } from './engine.js';

/** What engine stacks call the functions of Espruino. */
export const ESPRUINO_FILE = 'guest-espruino.js';
const SOURCE = readFileSync(new URL(`./${ESPRUINO_FILE}`, import.meta.url), 'utf8');

/**
 * Makes an Espruino of an instance whose hal is set up.
 * @param ram where the shared buffer lies in the instance's memory
 * @param calls kicks are calls, by the hook that an Espruino build may have; else the program polls its mailbox
 */
export function becomeEspruino(instance: Instance, ram: Pointer, calls: boolean): void {
  const { context } = instance;
  const library = {
    globals: ESPRUINO_GLOBALS,
    statics: ESPRUINO_STATICS,
    members: ESPRUINO_MEMBERS,
    hook: ESPRUINO_HOOK,
    calls,
  };
  const known = new Map<string, Pointer>();
  const area = context.newFunction('area', (offset, len) => {
    const [from, length] = [context.getNumber(offset), context.getNumber(len)];
    const key = `${from} ${length}`;
    const buffer = known.get(key) ?? instance.bufferAt(ram + from, length);
    known.set(key, buffer);
    return instance.handleAt(buffer);
  });
  const guest = context.unwrapResult(context.evalCode(SOURCE, ESPRUINO_FILE));
  const text = context.newString(JSON.stringify(library));
  context.unwrapResult(context.callFunction(guest, context.undefined, text, area)).dispose();
}
