/** Defining boards, alone or on top of others. */
import type { Board, LinuxSide } from './board.js';
import { checkBoard } from './check-board.js';

/** What a board says itself; everything else comes from the board that it extends. */
export type BoardExtension = { readonly extends: Board } & Partial<Omit<Board, 'linux' | 'name'>> & {
    readonly name: string;
    readonly linux?: Partial<LinuxSide>;
  };

/**
 * Checks a board's data and hands it back. With `extends`, scalars override, the lists `memory` and `translation`
 * are appended to the inherited ones, and a region or row of the same name is refused. `extends` may be a plain
 * object that is no whole board yet, such as an SoC without memory for the image. The name stays part of the type.
 * Throws an Error with the board's name and the field at fault.
 */
export function defineBoard<const Name extends string>(
  declared: (Board | BoardExtension) & { readonly name: Name },
): Board & { readonly name: Name } {
  const board: Board = 'extends' in declared ? inherit(declared) : declared;
  checkBoard(board);
  return board as Board & { readonly name: Name };
}

function inherit({ extends: base, ...own }: BoardExtension): Board {
  const translation = [...(base.translation ?? []), ...(own.translation ?? [])];
  return {
    ...base,
    ...own,
    memory: [...base.memory, ...(own.memory ?? [])],
    ...(translation.length > 0 ? { translation } : {}),
    linux: { ...base.linux, ...own.linux },
  };
}
