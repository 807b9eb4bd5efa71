/** What a native image is linked from besides its table and its program. */

import type { EngineProfile } from '../elf/notes.js';
import type { LinkInput } from '../link/link.js';
import { boardObject } from './board-object.js';
import { withNamedBuiltins } from './builtins.js';
import type { NativeBoardData, NativeLayout } from './layout.js';
import type { NativeCpu, ProductFile, Products } from './products.js';

/** The products that a link takes. */
export type LinkProducts = Pick<Products, 'file'>;

const archives = ['librproc.a', 'libquickjs.a', 'libsupport.a'] as const;

/** The engine and start-up code as one image holds them. */
export interface EngineInputs {
  /** In the order of the link line: each archive is searched for what stands before it. */
  readonly inputs: readonly LinkInput[];
  /** Members of built-in objects that are left in it. */
  readonly members: number;
}

/** @param words every name that the program can use; the engine keeps all its members when left out */
export function engineInputs(
  { cpu }: NativeBoardData,
  profile: EngineProfile,
  products: LinkProducts,
  words?: ReadonlySet<string>,
): EngineInputs {
  const names: ProductFile[] = [`profile-${profile}.o`, ...archives];
  const { files, members } = withNamedBuiltins(
    names.map((name) => products.file(cpu as NativeCpu, name)),
    words,
  );
  return { inputs: names.map((name, i) => ({ name, bytes: files[i] })), members };
}

/** In the order of the link line. */
export function nativeInputs(
  board: NativeBoardData,
  layout: NativeLayout,
  { inputs }: EngineInputs,
): LinkInput[] {
  return [{ name: 'board.o', bytes: boardObject(board, layout) }, ...inputs];
}
