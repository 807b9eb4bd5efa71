/** What a native image is linked from besides its table and its program. */

import type { EngineProfile } from '../elf/notes.js';
import type { LinkInput } from '../link/link.js';
import { boardObject } from './board-object.js';
import type { NativeCpu } from './families.js';
import type { NativeBoardData, NativeLayout } from './layout.js';
import type { Products } from './products.js';

/** In the order of the link line: each archive is searched for what stands before it. */
export function nativeInputs(
  board: NativeBoardData,
  layout: NativeLayout,
  profile: EngineProfile,
  products: Products,
): LinkInput[] {
  const product = (name: string): LinkInput => ({ name, bytes: products.file(board.cpu as NativeCpu, name) });
  return [
    { name: 'board.o', bytes: boardObject(board, layout) },
    product(`profile-${profile}.o`),
    ...['librproc.a', 'libquickjs.a', 'libsupport.a'].map(product),
  ];
}
