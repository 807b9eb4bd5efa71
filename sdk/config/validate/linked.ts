/** Addresses that only the linker knows. */
import { SECTION_APP, SECTION_TABLE, SECTION_TRACE } from '../../../runtime/abi/app.js';
import type { Problem } from '../../../runtime/abi/problem.js';
import * as errors from '../../errors.js';
import * as symbols from '../../link/symbols.js';
import { linkedAddresses, traceBuffers } from '../../table/linked.js';
import type { Firmware } from '../firmware.js';
import type { LinkedAddress } from '../resources/index.js';
import { isWord } from './numbers.js';

export function checkLinked(firmware: Firmware): Problem[] {
  return linkedAddresses(firmware.resources).flatMap((address) => {
    const reason = unusable(address);
    if (reason) return [errors.badLinked(spoken(address), reason, address.where)];
    // What a C project links is not known here.
    return firmware.entry === undefined ? [] : checkKnown(address, firmware);
  });
}

function unusable({ of, name, offset }: LinkedAddress): string | undefined {
  if (of !== 'imageEnd' && !/^[A-Za-z_.$][\w.$]*$/.test(name)) return 'no linker script can spell the name';
  return isWord(offset) ? undefined : `the offset is ${offset}`;
}

function checkKnown(address: LinkedAddress, { resources, sections }: Firmware): Problem[] {
  const traces = traceBuffers(resources);
  const known = {
    imageEnd: [''],
    section: [
      SECTION_TABLE,
      SECTION_APP,
      ...(traces.some(({ region }) => region === undefined) ? [SECTION_TRACE] : []),
      ...sections.map(({ name }) => name),
    ],
    symbol: [
      symbols.TABLE_SYMBOL,
      symbols.TABLE_END_SYMBOL,
      symbols.APP_SYMBOL,
      symbols.APP_END_SYMBOL,
      ...traces.flatMap(({ name }) => [symbols.traceSymbol(name), symbols.traceEndSymbol(name)]),
    ],
  }[address.of];
  return known.includes(address.name) ? [] : [errors.linkedName(spoken(address), known, address.where)];
}

function spoken({ of, name }: LinkedAddress): string {
  return of === 'imageEnd' ? 'end of the image' : `${of} "${name}"`;
}
