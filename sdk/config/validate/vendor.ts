import type { Problem } from '../../../runtime/abi/problem.js';
import { FwRscHdr, RSC_VENDOR_END, RSC_VENDOR_START } from '../../../runtime/abi/resource-table.js';
import * as errors from '../../errors.js';
import type { RawResource, VendorResource } from '../resources/index.js';

export function checkVendor({ name, type, problem, where }: VendorResource): Problem[] {
  const problems: Problem[] = [];
  if (!Number.isInteger(type) || type < RSC_VENDOR_START || type > RSC_VENDOR_END) {
    problems.push(errors.vendorType(name, type, where));
  }
  if (problem !== undefined) problems.push(errors.vendorValue(name, problem, where));
  return problems;
}

export function checkRaw({ name, bytes, where }: RawResource): Problem[] {
  return bytes.length < FwRscHdr.size ? [errors.rawTooShort(name, bytes.length, where)] : [];
}
