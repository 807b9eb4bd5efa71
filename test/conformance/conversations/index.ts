/** Each program of programs/ with the host that talks to it. */
import { ask, type Conversation, hear, traceWith } from './conversation.js';

export type { Conversation } from './conversation.js';

const patterned = (size: number, seed: number): Uint8Array =>
  Uint8Array.from({ length: size }, (_, i) => (i * 7 + seed) & 0xff);

const hex = (data: Uint8Array): string => Buffer.from(data).toString('hex');

const endpoints: Conversation = async (remote) => {
  const control = await remote.channel('control');
  const lines: string[] = [];
  const word = async (text: string) => {
    const answer = await ask(control, text);
    lines.push(`${text} -> ${answer}`);
    return answer;
  };
  await word('make one');
  await word('make two 0x20');
  await word('make two 0x20');
  await word('make three 53');
  await word('make same');
  await word('make same');
  await word('send-dropped');
  await word('unbind-rebind');
  await word('in-the-name-of 0x77');
  lines.push(`the other one: ${(await control.receive()).text()}`);
  for (const name of ['one', 'two']) {
    const channel = await remote.channel(name);
    for (let i = 0; i < 25; i++) lines.push(await ask(channel, `${name} ${i}`));
  }
  const { channels } = remote.simulation;
  await remote.waitFor(() => channels.filter(({ name }) => name === 'same').length === 2);
  const announced = [...channels].sort((a, b) => a.dst - b.dst);
  lines.push(announced.map(({ name, dst }) => `${name} ${dst}`).join(', '));
  await word('drop 0');
  await remote.waitFor(() => !channels.some(({ name }) => name === 'one'));
  for (let i = 0; i < 40; i++) {
    const index = Number((await word(`make turn${i}`)).split(' ')[0]);
    const channel = await remote.channel(`turn${i}`);
    lines.push(await ask(channel, 'hello'));
    await word(`drop ${index}`);
    await remote.waitFor(() => !channels.some(({ name }) => name === `turn${i}`));
  }
  const host = channels[0].createEpt(() => {})!;
  for (const dst of [0x30, 0x399, 0x4ff]) host.sendto(new Uint8Array([1]), dst);
  await word('count');
  lines.push(await traceWith(remote, 'control: bound'));
  return lines;
};

const buffers: Conversation = async (remote) => {
  const lines: string[] = [];
  const ramp = await remote.channel('ramp');
  for (const size of [0, 1, 3, 4, 64, 255, 256, 495, 496, 497]) {
    await ramp.send(new Uint8Array([size & 0xff, size >> 8]));
    const { data } = await ramp.receive();
    lines.push(`ramp ${size}: ${data.length} ${hex(data)}`);
  }
  const claim = await remote.channel('claim');
  for (let count = 1; count <= 24; count += 3) {
    await claim.send(String(count));
    for (let i = 0; i < Math.floor(count / 2); i++)
      lines.push(`claim ${count}: ${[...(await claim.receive()).data]}`);
    lines.push((await claim.receive()).text());
  }
  const keep = await remote.channel('keep');
  for (let i = 0; i < 60; i++) await keep.send(`message ${i}`);
  for (const text of ['first', 'last', 'first', 'last']) {
    await keep.send(text);
    lines.push(...(await hear(keep, 2)));
  }
  await keep.send('all');
  lines.push(...(await hear(keep, 57)));
  const wrong = await remote.channel('wrong');
  await wrong.send('try');
  lines.push(...(await hear(wrong, 6)), await traceWith(remote, 'buffers is up'));
  return lines;
};

const flow: Conversation = async (remote) => {
  const lines: string[] = [];
  const echo = await remote.channel('echo');
  for (let size = 0; size <= 496; size += size < 64 || size > 480 ? 1 : 31) {
    await echo.send(patterned(size, size));
    const { data, src } = await echo.receive();
    lines.push(`echo ${size} from ${src}: ${hex(data)}`);
  }
  for (const batch of [2, 31, 64, 200]) {
    for (let i = 0; i < batch; i++) echo.sendNow(patterned(16, i));
    const back: string[] = [];
    for (let i = 0; i < batch; i++) back.push(String((await echo.receive()).data[0]));
    lines.push(`batch ${batch}: ${back.join()}`);
  }
  const burst = await remote.channel('burst');
  for (const request of ['5 1', '300 496', '700 20']) {
    await burst.send(request);
    const [count, size] = request.split(' ').map(Number);
    for (let i = 0; i < count; i++) {
      const { data } = await burst.receive();
      if (data.length !== size) lines.push(`burst ${request}: message ${i} has ${data.length} bytes`);
      if (i % 50 === 0 || i === count - 1) lines.push(`burst ${request}: ${i} ${hex(data.subarray(0, 4))}`);
    }
  }
  const sink = await remote.channel('sink');
  for (let i = 0; i < 1000; i++) await sink.send(patterned(1 + (i % 60), i));
  lines.push(await ask(sink, ''));
  const cancel = await remote.channel('cancel');
  for (const reason of ['enough', 'of', 'waiting']) lines.push(await ask(cancel, reason));
  lines.push(await traceWith(remote, 'burst of 700 done'));
  return lines;
};

const services: Conversation = async (remote) => {
  const lines: string[] = [];
  const tty = await remote.channel('rpmsg-tty');
  await tty.send('hel');
  await tty.send('lo\nsecond\r\nthi');
  await tty.send('rd\r');
  lines.push(...(await hear(tty, 3)));
  await tty.send('many\n');
  let text = '';
  while (text.length < 3600) text += (await tty.receive()).text();
  lines.push(text);
  for (let i = 0; i < 60; i++) lines.push(await ask(tty, `line ${i}\n`));
  const raw = await remote.channel('rpmsg-raw');
  for (let i = 0; i < 60; i++) lines.push(await ask(raw, `message ${i}`));
  lines.push(await traceWith(remote, 'services is up'));
  return lines;
};

const language: Conversation = async (remote) => {
  const channel = await remote.channel('language');
  await channel.send('');
  const lines: string[] = [];
  const names: string[] = [];
  // The last case is known by its name.
  while (names.at(-1) !== 'a sum over everything') names.push((await channel.receive()).text());
  for (const name of names) {
    await channel.send(name);
    for (let last = ''; !last.startsWith(`${name} said `); ) {
      last = (await channel.receive()).text();
      lines.push(last);
    }
  }
  lines.push(await traceWith(remote, 'language is up'));
  return lines;
};

const CLOCK_SCENES = {
  'order of dues': 5,
  'jobs before timers': 4,
  cleared: 1,
  interval: 11,
  'waits add up': 20,
  'rejections are caught': 3,
  arguments: 1,
  unknown: 1,
} as const;

const clock: Conversation = async (remote) => {
  const channel = await remote.channel('clock');
  const lines: string[] = [];
  for (let round = 0; round < 3; round++) {
    for (const [scene, count] of Object.entries(CLOCK_SCENES)) {
      await channel.send(scene);
      lines.push(...(await hear(channel, count)));
    }
  }
  lines.push(await traceWith(remote, 'clock is up'));
  return lines;
};

/** By the name of the program's folder. */
export const conversations: { readonly [program: string]: Conversation } = {
  endpoints,
  buffers,
  flow,
  'flow-event-idx': flow,
  services,
  language,
  clock,
};
