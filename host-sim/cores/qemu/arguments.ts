/** What QEMU is told to play a board. */
import type { QemuData } from '../../../boards/board.js';

/** Descriptors that the process inherits, by their numbers over there. */
export const RAM_FD = 3;
export const QMP_FD = 4;

/** Files in the private folder. */
export const files = { rom: 'rom', doorIn: 'door.in', doorOut: 'door.out', console: 'console' } as const;

/**
 * The machine stands still at its first instruction. `folder` has the files; `gdbPort` is where a debugger may connect, on this
 * machine only.
 */
export function machineArguments(qemu: QemuData, folder: string, gdbPort: number | undefined): string[] {
  const { machine, cpu, ram, rom, serial, args = [] } = qemu;
  const backend = `memory-backend-file,id=ram,size=${ram.len},mem-path=/proc/self/fd/${RAM_FD},share=on`;
  const ports = { console: 'console', doorbell: 'door' };
  return [
    ...['-M', `${machine},memory-backend=ram`],
    ...(cpu === undefined ? [] : ['-cpu', cpu]),
    ...['-object', backend],
    ...['-nodefaults', '-nic', 'none', '-monitor', 'none', '-display', 'none', '-S'],
    ...['-chardev', `socket,id=qmp,fd=${QMP_FD}`, '-mon', 'chardev=qmp,mode=control'],
    ...['-chardev', `file,id=console,path=${folder}/${files.console}`],
    ...['-chardev', `pipe,id=door,path=${folder}/door`],
    ...serial.flatMap((port) => ['-serial', `chardev:${ports[port]}`]),
    // Not addr=...,data=...: the CPU would fetch its vectors before they are written.
    ...(rom ? ['-device', `loader,file=${folder}/${files.rom},addr=0,force-raw=on`] : []),
    ...(gdbPort === undefined ? [] : ['-gdb', `tcp:127.0.0.1:${gdbPort}`]),
    ...args,
  ];
}
