/** What a native image is linked from besides its table and its program. */

import type { EngineProfile } from '../elf/notes.js';
import type { LinkInput } from '../link/link.js';
import { boardObject } from './board-object.js';
import type { NativeBoardData, NativeLayout } from './layout.js';
import type { NativeCpu, ProductFile, Products } from './products.js';

/** The products that a link takes. */
export type LinkProducts = Pick<Products, 'file'>;

const archives = ['librproc.a', 'libquickjs.a', 'libsupport.a'] as const;

/** In the order of the link line: each archive is searched for what stands before it. */
export function nativeInputs(
  board: NativeBoardData,
  layout: NativeLayout,
  profile: EngineProfile,
  products: LinkProducts,
): LinkInput[] {
  const product = (name: ProductFile): LinkInput => ({
    name,
    bytes: products.file(board.cpu as NativeCpu, name),
  });
  return [
    { name: 'board.o', bytes: boardObject(board, layout) },
    product(`profile-${profile}.o`),
    ...archives.map(product),
  ];
}
