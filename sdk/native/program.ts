/** A bundled program as a native image holds it: bytecode, and the engine profile that it needs. */
import type { ProgramEngine } from '../build/assemble.js';
import type { Payload } from '../build/payload.js';
import { wordsOf } from '../bundle/members.js';
import type { Firmware } from '../config/firmware.js';
import type { EngineProfile } from '../elf/notes.js';
import { hashOfSource } from '../elf/source-hash.js';
import { needsFullEngine } from '../errors.js';
import { compileBytecode } from './compile.js';
import { findProducts, type Products } from './products.js';
import { chooseProfile, type ProfileChoice } from './profile.js';

export interface NativeProgram {
  readonly payload: Payload;
  readonly engine: ProgramEngine;
}

/** The file name of the program in the engine's stacks. */
const PROGRAM_FILE = 'firmware.js';

/**
 * The profile for the program.
 * @param sourceMap JSON text
 * @throws ProblemError RP2050, one problem for each use, where the configuration asks for less than the program needs
 */
export function profileFor({ profile }: Firmware, code: string, sourceMap: string): ProfileChoice {
  const choice = chooseProfile(profile, code, sourceMap);
  if (choice.profile === 'small' && choice.uses.length > 0) throw needsFullEngine(choice.uses);
  return choice;
}

/** @throws ProblemError RP2042 for a program that the engine cannot compile */
export async function nativeProgram(
  { debug, minify }: Firmware,
  code: string,
  profile: EngineProfile,
  products: Products = findProducts(),
): Promise<NativeProgram> {
  const bytes = await compileBytecode(code, { file: PROGRAM_FILE, debug }, products);
  return {
    payload: {
      kind: 'bytecode',
      bytes,
      engineHash: new Uint8Array(Buffer.from(products.hash, 'hex')),
      sourceHash: hashOfSource(Buffer.from(code)),
    },
    engine: { profile, version: products.engine, words: minify ? namesIn(code, profile) : undefined },
  };
}

/** Every name that the program can use; undefined where it may run text that is not there yet. */
function namesIn(code: string, profile: EngineProfile): ReadonlySet<string> | undefined {
  const words = wordsOf(code);
  const evaluates = profile === 'full' && (words.has('eval') || words.has('Function'));
  return evaluates ? undefined : words;
}
